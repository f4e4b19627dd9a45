"""The arguments of a call on fewer rows, and their types in words."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from .._errors import ArgumentValueError

_SMALLEST = 10


def length(args: Sequence[Any]) -> int | None:
    """Return the number of rows of the longest argument; None if no argument has rows."""
    return max((rows for rows in map(_rows, args) if rows is not None), default=None)


def first(args: Sequence[Any], rows: int) -> list[Any]:
    """Return the arguments with the first rows of their columns.

    Only the longest are cut. A shorter one, such as a table of weights, is a
    parameter.
    """
    whole = length(args)
    if whole is None or rows >= whole:
        return list(args)
    return [_cut(value, rows) if _rows(value) == whole else value for value in args]


def copied(args: Sequence[Any]) -> list[Any]:
    """Return the arguments with copies of their columns."""
    return [
        value[:]
        if isinstance(value, list)
        else value
        if _rows(value) is None
        else copy.deepcopy(value)
        for value in args
    ]


def refuse_changes(function: str, args: Sequence[Any], before: Sequence[Any]) -> None:
    """Refuse a function that has changed its arguments.

    Raises
    ------
    ArgumentValueError
    """
    from .equality import judge

    if not judge(tuple(args), tuple(before)).equal:
        raise ArgumentValueError(
            f"{function} changes its arguments in place, and every run must get the same: "
            "let it copy them first"
        )


def sizes(whole: int | None) -> list[int]:
    """Return growing numbers of rows: powers of ten, and all rows."""
    if whole is None:
        return [1]
    counts, rows = [], _SMALLEST
    while rows * 2.5 < whole:  # the last step is at least that large
        counts.append(rows)
        rows *= 10
    return [*counts, whole]


def type_name(value: Any) -> str:
    """Return an object's type in words, as in ``pandas Series of float64``."""
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
