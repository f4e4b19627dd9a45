"""Puts a cell's functions into the user's namespace, or into a module."""

from __future__ import annotations

import importlib.util
import keyword
import os
import sys
import tempfile
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from .._compile import functions
from .._errors import ArgumentValueError
from .._function import GoFunction
from .._protocol.functions import FunctionInfo
from .._run.options import Options


class GoModule(ModuleType):
    """A module of Go functions, created by ``%%goscore -m NAME``.

    Its ``__file__`` has their Go, for tools that look at the files of modules.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name, f"Go functions of the cells with %%goscore -m {name}.")
        self.__spec__ = ModuleSpec(name, None)
        self.__dict__["__all__"] = []
        self.__file__, self._source = _unlinked(name)

    def _add(self, name: str, function: GoFunction) -> None:
        setattr(self, name, function)
        names = self.__dict__["__all__"]
        if name not in names:
            names.append(name)
        self._source.seek(0)
        self._source.truncate()
        self._source.write("\n\n".join(getattr(self, one).go_source for one in names) + "\n")
        self._source.flush()


def _unlinked(name: str) -> tuple[str, Any]:
    """Open a file that goes with this process, and return its path: without a name, where that works."""
    try:
        descriptor = os.memfd_create(f"{name}.go")
        path = f"/proc/{os.getpid()}/fd/{descriptor}"
        file: Any = os.fdopen(descriptor, "w", encoding="utf-8")
        if os.path.exists(path):
            return path, file
        file.close()
    except (AttributeError, OSError):  # of another system, or one that forbids it
        pass
    file = tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix=f"{name}-", suffix=".go")
    return file.name, file


def check_module(name: str) -> None:
    """Refuse the name of another module, before anything runs.

    Raises
    ------
    ArgumentValueError
        The name is not an identifier, or that of a module that goscore did not create.
    """
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ArgumentValueError(f"-m/--module: {name!r} is not a name for a module in Python")
    if isinstance(sys.modules.get(name), GoModule):
        return
    if name in sys.modules or importlib.util.find_spec(name) is not None:
        raise ArgumentValueError(
            f"-m/--module: there is a module {name} that goscore did not make: choose another name"
        )


def _module(name: str) -> GoModule:
    """Return the module of that name; create it for its first function."""
    module = sys.modules.get(name)
    if not isinstance(module, GoModule):
        module = sys.modules[name] = GoModule(name)
    return module


def declare(
    infos: list[FunctionInfo],
    namespace: dict[str, Any],
    options: Options,
) -> None:
    """Make a cell's functions callable, and put them where the user finds them.

    Parameters
    ----------
    infos : list of FunctionInfo
    namespace : dict
        The user's.
    options : Options
        The cell's; with ``-m`` the functions go into that module instead.
    """
    for name, function in functions(infos, options, options.module or "__main__").items():
        if options.module:
            _module(options.module)._add(name, function)
            continue
        replaced = namespace.get(name)
        if replaced is not None and not isinstance(replaced, GoFunction):
            named = callable(replaced) and hasattr(replaced, "__name__")
            what = "function" if named else type(replaced).__name__
            article = "an" if what[0] in "aeiouAEIOU" else "a"
            print(f"{name} replaces {article} {what} of yours")
        namespace[name] = function
