"""Where a cell's functions go: the user's namespace, or a module that can be imported."""

from __future__ import annotations

import importlib.util
import keyword
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from .._errors import ArgumentValueError
from .._function import GoFunction
from .._run.options import Options

known: dict[str, GoFunction] = {}  # the last of each name, for goscore.functions()


class GoModule(ModuleType):
    """A module of Go functions, made by ``%%goscore -m NAME``."""


def check_module(name: str) -> None:
    """Refuse a module that goscore did not make, before anything runs.

    Raises
    ------
    ArgumentValueError
        The name is no name, or somebody else's.
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
    """Return the module of that name, made at its first function."""
    found = sys.modules.get(name)
    if not isinstance(found, GoModule):
        found = GoModule(name, f"Go functions of the cells with %%goscore -m {name}.")
        found.__spec__ = ModuleSpec(name, None)
        found.__dict__["__all__"] = []
        sys.modules[name] = found
    return found


def declare(
    described: list[dict[str, Any]],
    namespace: dict[str, Any],
    options: Options,
) -> None:
    """Make callables of a cell's functions, and put them where the user finds them.

    Parameters
    ----------
    described : list of dict
        ``functions`` of the protocol.
    namespace : dict
        The user's.
    options : Options
        The cell's; with ``-m`` the functions go into that module instead.
    """
    for info in described:
        if not info["kind"]:
            continue
        name = info["name"]
        made = GoFunction(info, options.module or "__main__", options.threads, options.timeout)
        known[name] = made
        if options.module:
            place = _module(options.module)
            setattr(place, name, made)
            if name not in place.__dict__["__all__"]:
                place.__dict__["__all__"].append(name)
            continue
        before = namespace.get(name)
        if before is not None and not isinstance(before, GoFunction):
            named = callable(before) and hasattr(before, "__name__")
            what = "function" if named else type(before).__name__
            article = "an" if what[0] in "aeiouAEIOU" else "a"
            print(f"{name} replaces {article} {what} of yours")
        namespace[name] = made
