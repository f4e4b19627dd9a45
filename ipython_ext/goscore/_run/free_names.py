"""Names that a cell uses and does not bind, and that Python has."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from .._errors import GoNameError
from .._names import is_data, python_name
from .._protocol.messages import FreeName

Scopes = list[Mapping[str, Any]]


def known(free: list[FreeName], scopes: Scopes) -> list[tuple[FreeName, Any]]:
    """Return the free names of a plan that stand for data in Python, and the data."""
    data: dict[str, tuple[FreeName, Any]] = {}
    for entry in free:
        name = python_name(entry["name"])
        for scope in scopes:
            if name in scope:
                value = scope[name]
                if is_data(value):
                    data.setdefault(entry["name"], (entry, value))
                break
    return list(data.values())


def unbound(cell: str, code: str, entry: FreeName, value: Any) -> GoNameError:
    """Return the error about a name that Python has and the cell does not bind."""
    name, line, column = entry["name"], entry["line"], entry["column"]
    text = f"{name} is not bound in this cell"
    lines = code.split("\n")
    if line and line <= len(lines):
        row = lines[line - 1]
        before = row.encode()[: max(column, 1) - 1].decode(errors="replace")
        blank = "".join(map(_blank, before))
        place = f"{cell}, line {line}: " if cell else f"line {line}: "
        text = f"{place}{text}\n{line:4d} | {row}\n     | {blank}^"
    text += (
        f"\n  hint: Python has a {type(value).__name__} of that name; add -i {name} to %%goscore"
    )
    return GoNameError(text, line, column)


def _blank(char: str) -> str:
    """Return what takes as much room on the screen as a character."""
    if char == "\t":
        return char
    if unicodedata.combining(char):
        return ""
    return "\u3000" if unicodedata.east_asian_width(char) in "WF" else " "
