"""``goscore.compile()`` and ``load()``: the functions of a cell or file as an object, where there is no notebook."""

from __future__ import annotations

import itertools
import os
import re
import warnings
from collections.abc import Iterable
from pathlib import Path

from ._call.signature import CallOptions
from ._errors import ArgumentTypeError, ArgumentValueError
from ._function import GoFunction
from ._names import nearest, python_name
from ._protocol.functions import FunctionInfo
from ._run.cell import run
from ._run.options import Options, module
from ._run.parse import cell_of

known: dict[str, GoFunction] = {}  # the latest function of each name, for goscore.functions()
_numbers = itertools.count(1)


class Compiled:
    """The functions of a cell, as attributes.

    Two are equal when their functions are. It can be pickled, as its functions can.
    """

    def __init__(self, cell: str, functions: dict[str, GoFunction], others: dict[str, str]) -> None:
        self._cell, self._others = cell, others
        self.__dict__.update(functions)

    def __getattr__(self, name: str) -> GoFunction:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._others:
            raise AttributeError(f"Python cannot call {name} of {self._cell}: {self._others[name]}")
        names = self._names()
        hint = nearest(name, names) or (f"; it has {', '.join(names)}" if names else "")
        raise AttributeError(
            f"{self._cell} has no function {name} that begins with a capital{hint}"
        )

    def __dir__(self) -> list[str]:
        return self._names()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Compiled):
            return NotImplemented
        return self._functions() == other._functions()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        declared = [repr(function) for function in self._functions().values()]
        return "\n".join([f"{self._cell}:", *(f"  {one}" for one in declared or ["no functions"])])

    def _functions(self) -> dict[str, GoFunction]:
        return {name: value for name, value in vars(self).items() if isinstance(value, GoFunction)}

    def _names(self) -> list[str]:
        return sorted(self._functions())


def compile(
    source: str,
    *,
    get: str | Iterable[str] = (),
    threads: int | None = None,
    timeout: float | None = None,
) -> Compiled:
    """Compile a cell of Go, and return its functions; IPython is not needed.

    What ``%%goscore`` does without inputs, so what earlier cells declared can be used, and
    statements run once.

    Parameters
    ----------
    source : str
        The Go.
    get : str or list of str, optional
        Third-party Go modules that it imports, as ``MODULE@VERSION``, or directories of your own.
    threads : int, optional
        Cores of the statements, and of the functions where a call does not say.
    timeout : float, optional
        Seconds, of the same.

    Returns
    -------
    Compiled
        Each capitalised function is an attribute.

    Raises
    ------
    GoCompileError
        The text names the line of *source*.
    GoToolchainError
        There is no Go.
    """
    if not isinstance(source, str):
        raise ArgumentTypeError(f"compile takes Go as a str, not a {type(source).__name__}")
    return _compiled(source, f"Go[{next(_numbers)}]", _options(get, threads, timeout))


def load(
    path: str | os.PathLike[str],
    *,
    get: str | Iterable[str] = (),
    threads: int | None = None,
    timeout: float | None = None,
) -> Compiled:
    """Compile a file of Go, and return its functions, as `compile` does; IPython is not needed.

    The same file gives the same object, until its content has changed.

    Parameters
    ----------
    path : path
        Where it lies, from the working directory. A package clause has no meaning, and its
        ``func main`` is left out, with a warning.
    get, threads, timeout : optional
        As in `compile`.

    Returns
    -------
    Compiled
        Each capitalised function is an attribute.

    Raises
    ------
    ArgumentValueError
        It cannot be read.
    GoCompileError
        The text names the file and its line.
    GoToolchainError
        There is no Go.
    """
    gets = [get] if isinstance(get, str) else [*get]
    file = Path(path)
    text = _read(file)
    key = (os.path.realpath(file), *gets, threads, timeout)
    kept = _loaded.get(key)
    if kept is not None and kept[0] == text:
        return kept[1]
    code, own = cell_of(text, file.name)
    options = _options(
        [*own.get, *gets],
        own.threads if threads is None else threads,
        own.timeout if timeout is None else timeout,
    )
    loaded = _compiled(_without_main(code, file.name), file.name, options)
    _loaded[key] = text, loaded
    return loaded


_loaded: dict[tuple[object, ...], tuple[str, Compiled]] = {}
# What is no Go, in which main may stand too, and the declaration of main.
_MAIN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|`[^`]*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|(\bfunc[ \t]+)(main)\b""",
    re.DOTALL,
)


def _read(file: Path) -> str:
    """Return the text of a file.

    Raises
    ------
    ArgumentValueError
        There is none; the text names the nearest one.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ArgumentValueError(f"read {file}: it is no UTF-8: {error.reason}") from error
    except OSError as error:
        near = ""
        if isinstance(error, FileNotFoundError):
            beside = [one.name for one in file.parent.glob("*.go")]
            near = nearest(file.name, beside) or f", from the directory {os.getcwd()}"
        raise ArgumentValueError(f"read {file}: {error.strerror or error}{near}") from error


def _without_main(code: str, name: str) -> str:
    """Give a func main the name that nobody can call, and say so; nothing else moves."""
    for found in _MAIN.finditer(code):
        if found[2]:
            line = code.count("\n", 0, found.start()) + 1
            warnings.warn(
                f"{name}, line {line}: func main is left out, as a file is loaded for its functions",
                stacklevel=3,
            )
            at = found.start(2)
            return f"{code[:at]}_{' ' * 3}{code[at + 4 :]}"
    return code


def _options(get: str | Iterable[str], threads: int | None, timeout: float | None) -> Options:
    gets = [get] if isinstance(get, str) else get
    CallOptions(threads=threads, timeout=timeout).check()
    return Options(threads=threads, timeout=timeout, get=[module(one) for one in gets])


def _compiled(source: str, cell: str, options: Options) -> Compiled:
    made: dict[str, GoFunction] = {}
    others: dict[str, str] = {}

    def declare(infos: list[FunctionInfo]) -> None:
        made.update(functions(infos, options))
        others.update((info.name, info.reason) for info in infos if not info.kind)

    run(source, [], options, cell=cell, declare=declare, quiet=True)
    return Compiled(cell, made, others)


def functions(
    infos: list[FunctionInfo], options: Options, where: str = "__main__"
) -> dict[str, GoFunction]:
    """Make a cell's functions callable, each under its name in Python.

    Parameters
    ----------
    infos : list of FunctionInfo
        Those of no kind are left out.
    options : Options
        The cell's.
    where : str
        The module in which the user finds them.
    """
    made = {
        python_name(info.name): GoFunction(info, where, options.threads, options.timeout)
        for info in infos
        if info.kind
    }
    known.update(made)
    return made
