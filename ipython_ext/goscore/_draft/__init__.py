"""A first Go version of a simple Python function."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .._errors import ArgumentValueError
from .._names import PATH, Path
from ._draft import Draft, make
from ._refusal import Untranslated

__all__ = ["Draft", "Untranslated", "make", "named"]


def named(line: str, scopes: list[Mapping[str, Any]]) -> list[Any]:
    """Return the Python objects that the line of ``%goscore_draft`` names, the function first.

    Raises
    ------
    ArgumentValueError
        The line is no list of names.
    GoNameError
        Python has no such name.
    """
    if not line.strip():
        raise ArgumentValueError("name a Python function: %goscore_draft py_func")
    if not re.fullmatch(rf"\s*{PATH}(?:[\s,]+{PATH})*\s*", line):
        raise ArgumentValueError(
            f"cannot read {line.strip()!r} as a function and examples: write %goscore_draft py_func df.v"
        )
    return [Path.parse(found.group()).look_up(scopes) for found in re.finditer(PATH, line)]
