"""Converts results of any library to columns and Arrow arrays, to compare them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from .._data.libraries import POLARS


def to_columns(result: Any) -> dict[str, Any]:
    """Return the columns of a result by name; nested ones have dotted names."""
    parts: Iterable[tuple[str, Any]]
    if isinstance(result, tuple):
        fields = getattr(result, "_fields", None) or [str(at) for at in range(len(result))]
        parts = zip(fields, result, strict=True)
    elif isinstance(result, dict):
        parts = ((str(key), value) for key, value in result.items())
    elif hasattr(type(result), "columns") or hasattr(type(result), "column_names"):
        if hasattr(result, "collect"):
            result = result.collect()
        names = getattr(result, "column_names", None) or result.columns
        parts = ((str(name), result[name]) for name in names)
    else:
        return {"": result}
    columns: dict[str, Any] = {}
    for name, value in parts:
        for below, column in to_columns(value).items():
            columns[f"{name}.{below}" if below else name] = column
    return columns


def pair_names(expected: list[str], actual: list[str]) -> list[tuple[str, str]] | None:
    """Pair columns by name, or by name without case and punctuation, as Go's fields are named."""
    if len(expected) != len(actual):
        return None
    if len(expected) == 1:
        return [(expected[0], actual[0])]
    for plain in (str, lambda name: re.sub(r"[\W_]", "", name).casefold()):
        ours = {plain(name): name for name in actual}
        if len(ours) == len(actual) and {plain(name) for name in expected} == set(ours):
            return [(name, ours[plain(name)]) for name in expected]
    return None


def to_arrow(value: Any) -> Any:
    """Return a column or scalar as an Arrow array with nulls for NaN; None where Arrow has no type for it."""
    import pyarrow as pa

    if isinstance(value, pa.ChunkedArray):
        value = value.combine_chunks()
    elif isinstance(value, pa.Scalar):
        value = pa.array([value.as_py()])
    elif POLARS.has_column(value):
        value = value.to_arrow()
    if isinstance(value, pa.Array):
        array = value
    else:
        if isinstance(value, np.ndarray) and value.ndim > 1:
            value = value.ravel()
        column = isinstance(value, list) or (
            hasattr(type(value), "__len__") and hasattr(value, "__array__") and np.ndim(value)
        )
        try:
            array = pa.array(value if column else [value], from_pandas=True)
        except (pa.ArrowException, OverflowError, TypeError, ValueError):
            return None
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    return _without_nan(array)


def _without_nan(array: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_floating(array.type):
        return array
    missing = pc.is_nan(array)
    return (
        pc.if_else(missing, pa.scalar(None, array.type), array)
        if pc.any(missing).as_py()
        else array
    )


def missing(array: Any) -> np.ndarray:
    """Return a mask of the missing values."""
    if not array.null_count:
        return np.zeros(len(array), bool)
    return np.asarray(array.is_null().to_numpy(zero_copy_only=False))


def to_numbers(array: Any) -> np.ndarray | None:
    """Return numbers, with 0 for missing ones; None for other types."""
    import pyarrow as pa

    kinds = pa.types
    if kinds.is_null(array.type):
        return np.zeros(len(array))
    if kinds.is_decimal(array.type):
        array = array.cast(pa.float64(), safe=False)
    if not (
        kinds.is_integer(array.type)
        or kinds.is_floating(array.type)
        or kinds.is_boolean(array.type)
    ):
        return None
    if array.null_count:
        array = array.fill_null(pa.scalar(0).cast(array.type))
    return np.asarray(array.to_numpy(zero_copy_only=False))
