"""Rows of a column of any library: for the keys of groups, and for the rows that failed."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._errors import ArgumentTypeError
from . import libraries


def take(column: Any, rows: np.ndarray) -> Any:
    """Return some rows of a column, as its library has them."""
    return libraries.of_column(column).take(column, rows)


def values(column: Any) -> list[Any]:
    """Return Python's own objects; missing ones as the library has them."""
    return libraries.of_column(column).values(column)


def pandas_array(column: Any) -> Any:
    """Return what a pandas Index or Series is made of."""
    return libraries.of_column(column).pandas(column)


def as_library(column: Any, library: str, name: str) -> Any:
    """Give a column the form of a library; *name* is for those whose columns have one.

    Raises
    ------
    ArgumentTypeError
        The library has no such values.
    """
    row = libraries.NAMED[library]
    try:
        return row.adopt(column, name)
    except Exception:  # each library raises its own classes
        pass
    try:
        plain = values(column)
        if library == "numpy":
            objects = np.empty(len(plain), object)
            objects[:] = plain
            return objects
        return row.adopt(plain, name)
    except Exception as error:
        kind = getattr(column, "dtype", None) or getattr(column, "type", type(column).__name__)
        raise ArgumentTypeError(
            f"{library} does not hold values of the type {kind}: convert them first"
        ) from error


def is_column(value: Any) -> bool:
    """Tell whether a value is a column of a library."""
    return libraries.column_library(value) is not None and getattr(value, "ndim", 1) == 1
