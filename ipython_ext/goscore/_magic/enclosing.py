"""Variables of the functions around a nested function, which Python gives it only when its text names them.

The text of a magic is no such text: without care a global of the same name
would be taken in their place.
"""

from __future__ import annotations

import linecache
import symtable
import sys
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any

from .._errors import GoNameError


class Enclosing(Mapping[str, Any]):
    """A scope between the local and the user's namespace, whose names are errors.

    Parameters
    ----------
    local : dict, optional
        Names that the function has.
    """

    def __init__(self, local: dict[str, Any] | None) -> None:
        frame = _caller()
        self._function = frame.f_code.co_name if frame else ""
        self._names = _names(frame) - set(local or {}) if frame else set()

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        if self._function.startswith("<"):  # a lambda or comprehension, which has no name
            raise GoNameError(
                f"{name} is a variable of the function around this {self._function.strip('<>')}, which Python "
                f"does not give to it\n  hint: run the line in the function itself"
            )
        raise GoNameError(
            f"{name} is a variable of a function around {self._function}, which Python does not give "
            f"to {self._function}\n  hint: name it in Python there, as in {name} = {name} among the "
            f"parameters: def {self._function}({name}={name})"
        )


def _caller() -> FrameType | None:
    """Return the frame that the magic stands in."""
    frame: FrameType | None = sys._getframe(1)
    while frame and str(frame.f_globals.get("__name__")).split(".")[0] in (
        "goscore",
        "IPython",
        "decorator",
    ):
        frame = frame.f_back
    return frame


def _names(frame: FrameType) -> set[str]:
    """Return the names that functions around the frame's function have of their own."""
    code = frame.f_code
    if ".<locals>." not in code.co_qualname:
        return set()
    lines = linecache.getlines(code.co_filename, frame.f_globals)
    try:
        module = symtable.symtable("".join(lines), code.co_filename, "exec")
    except SyntaxError:
        return set()
    found: list[tuple[int, list[symtable.SymbolTable]]] = []
    todo: list[list[symtable.SymbolTable]] = [[module]]
    while todo:
        path = todo.pop()
        table = path[-1]
        if (
            table.get_name().strip("<>") == code.co_name.strip("<>")
            and table.get_lineno() >= code.co_firstlineno
        ):
            found.append((table.get_lineno(), path[1:-1]))
        todo += [[*path, child] for child in table.get_children()]
    if not found:
        return set()
    _, around = min(found, key=lambda one: one[0])
    functions = [table for table in around if isinstance(table, symtable.Function)]
    return {name for table in functions for name in table.get_locals()}
