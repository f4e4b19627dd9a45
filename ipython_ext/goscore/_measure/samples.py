"""The arguments of a call on fewer rows, and what they are in words."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from .._errors import ArgumentValueError

_SMALLEST = 10


def length(args: Sequence[Any]) -> int | None:
    """Return the number of rows of the longest argument; None when none has rows."""
    return max((rows for rows in map(_rows, args) if rows is not None), default=None)


def first(args: Sequence[Any], rows: int) -> list[Any]:
    """Return arguments of which the columns have their first rows only.

    Only the longest are cut: a shorter one, such as a table of weights, is
    a parameter.
    """
    whole = length(args)
    if whole is None or rows >= whole:
        return list(args)
    return [_cut(value, rows) if _rows(value) == whole else value for value in args]


def copied(args: Sequence[Any]) -> list[Any]:
    """Return arguments of which the columns are copies."""
    return [
        value[:]
        if isinstance(value, list)
        else value
        if _rows(value) is None
        else copy.deepcopy(value)
        for value in args
    ]


def refuse_changes(function: str, given: Sequence[Any], kept: Sequence[Any]) -> None:
    """Refuse a function that has changed what it was given.

    Raises
    ------
    ArgumentValueError
    """
    from .equality import judged

    if not judged(tuple(given), tuple(kept)).equal:
        raise ArgumentValueError(
            f"{function} changes its arguments in place, and every run must get the same: "
            "let it copy them first"
        )


def sizes(whole: int | None) -> list[int]:
    """Return growing numbers of rows: powers of ten, and all there are."""
    if whole is None:
        return [1]
    found, rows = [], _SMALLEST
    while rows * 2.5 < whole:  # the last step is no smaller than that
        found.append(rows)
        rows *= 10
    return [*found, whole]


def described(value: Any) -> str:
    """Say what an object is, as in ``pandas Series of float64``."""
    kind = type(value)
    library = kind.__module__.partition(".")[0]
    name = kind.__name__ if library in ("builtins", "__main__") else f"{library} {kind.__name__}"
    if isinstance(value, list) and value:
        return f"{name} of {type(value[0]).__name__}"
    if _rows(value) is None:
        return name
    dtype = getattr(value, "dtype", getattr(value, "type", None))
    return f"{name} of {dtype}" if dtype is not None else name


def _rows(value: Any) -> int | None:
    kind = type(value)
    if isinstance(value, list):
        return len(value)
    if not hasattr(kind, "__len__") or not any(
        hasattr(kind, way) for way in ("iloc", "slice", "__array__")
    ):
        return None
    try:
        return len(value)
    except TypeError:  # an array without dimensions
        return None


def _cut(value: Any, rows: int) -> Any:
    if hasattr(type(value), "iloc"):
        return value.iloc[:rows]
    if hasattr(type(value), "slice"):
        return value.slice(0, rows)
    return value[:rows]
