"""``goscore.compile()``: the functions of a cell as an object, where there is no notebook."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from ._call.signature import CallOptions
from ._errors import ArgumentTypeError
from ._function import GoFunction
from ._names import nearest, python_name
from ._protocol.functions import FunctionInfo
from ._run.cell import run
from ._run.options import Options, module

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
    cell = f"Go[{next(_numbers)}]"
    gets = [get] if isinstance(get, str) else get
    CallOptions(threads=threads, timeout=timeout).check()
    options = Options(threads=threads, timeout=timeout, get=[module(one) for one in gets])
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
