"""Puts a cell's functions into the user's namespace, or into a module."""

from __future__ import annotations

import importlib.util
import keyword
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from .._compile import functions
from .._errors import ArgumentValueError
from .._function import GoFunction
from .._protocol.functions import FunctionInfo
from .._run.options import Options


class GoModule(ModuleType):
    """A module of Go functions, created by ``%%goscore -m NAME``."""


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
        module = GoModule(name, f"Go functions of the cells with %%goscore -m {name}.")
        module.__spec__ = ModuleSpec(name, None)
        module.__dict__["__all__"] = []
        sys.modules[name] = module
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
            module = _module(options.module)
            setattr(module, name, function)
            if name not in module.__dict__["__all__"]:
                module.__dict__["__all__"].append(name)
            continue
        replaced = namespace.get(name)
        if replaced is not None and not isinstance(replaced, GoFunction):
            named = callable(replaced) and hasattr(replaced, "__name__")
            what = "function" if named else type(replaced).__name__
            article = "an" if what[0] in "aeiouAEIOU" else "a"
            print(f"{name} replaces {article} {what} of yours")
        namespace[name] = function
