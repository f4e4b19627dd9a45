"""Columns and frames like those of an example, in its library, and what an example's hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .._data.libraries import ARROW, POLARS


def is_column(value: Any) -> bool:
    """Tell whether a value has a value for each row."""
    return isinstance(value, list) or (
        hasattr(type(value), "__len__")
        and any(hasattr(type(value), way) for way in ("iloc", "slice", "__array__"))
        and np.ndim(value) != 0
    )


def is_frame(value: Any) -> bool:
    """Tell whether a value has named columns."""
    return hasattr(type(value), "columns") or hasattr(type(value), "column_names")


def names_of(frame: Any) -> list[str]:
    """Return the names of a frame's columns, or a dict's keys."""
    if isinstance(frame, Mapping):
        return list(frame)
    return list(getattr(frame, "column_names", None) or frame.columns)


def to_arrow(value: Any) -> Any:
    """Return a column or a value of an example as an Arrow array."""
    import pyarrow as pa

    if ARROW.has_column(value):
        return value.combine_chunks() if isinstance(value, pa.ChunkedArray) else value
    if POLARS.has_column(value):
        return value.to_arrow()
    if not is_column(value):
        value = [value.item() if isinstance(value, np.generic) else value]
    array = pa.array(value, from_pandas=not isinstance(value, list | np.ndarray))
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def like(example: Any, values: list[Any], kind: Any) -> Any:
    """Return values as a column of the same library and type as an example.

    Parameters
    ----------
    example : column, str or None
        None for a list; ``numpy``, ``pandas`` or ``arrow`` for a column of *kind*.
    values : list
    kind : pyarrow.DataType
    """
    import pyarrow as pa

    if example is None or isinstance(example, list):
        return list(values)
    if isinstance(example, str):
        array = pa.array(values, kind)
        if example == "arrow":
            return array
        return (
            np.asarray(array.to_numpy(zero_copy_only=False))
            if example == "numpy"
            else array.to_pandas()
        )
    if isinstance(example, np.ndarray):
        return np.array(values, dtype=example.dtype)
    if POLARS.has_column(example):
        return type(example)(example.name, values, dtype=example.dtype)
    if ARROW.has_column(example):
        return pa.array(values, example.type)
    import pandas as pd

    return pd.Series(values, dtype=example.dtype, name=example.name)


def frame_like(example: Any, columns: Mapping[str, Any]) -> Any:
    """Return columns as a frame of the library of an example, pandas' without one."""
    library = "" if example is None else type(example).__module__.partition(".")[0]
    if library in ("polars", "pyarrow"):
        import pyarrow as pa

        if library == "pyarrow":
            return pa.table(dict(columns))
        import polars as pl

        return pl.DataFrame(dict(columns))
    if isinstance(example, Mapping):
        return dict(columns)
    import pandas as pd

    return pd.DataFrame(dict(columns))


def shown(columns: Mapping[str, list[Any]], example: Any) -> Any:
    """Return a small frame of values: where pandas is missing, of Arrow."""
    try:
        return frame_like(
            None if isinstance(example, Mapping) else example,
            {name: _whole(values) for name, values in columns.items()},
        )
    except ImportError:
        import pyarrow as pa

        return pa.table(dict(columns))


def _whole(values: list[Any]) -> Any:
    """Keep large integers beside None as they are: pandas would make floats of them."""
    if values and all(value is None or type(value) is int for value in values) and None in values:
        import pandas as pd

        return pd.array(values, dtype="Int64")
    return values


def ordinary(one: Any, at: int) -> Any:
    """Return a value of a parameter on which few functions fail."""
    import datetime as dt

    import pyarrow as pa

    kind, is_ = one.kind, pa.types
    if kind is None:
        return one.example
    if is_.is_list(kind) or is_.is_large_list(kind):
        return [1, 2]
    if is_.is_timestamp(kind) or is_.is_date(kind):
        zone = dt.UTC if getattr(kind, "tz", None) else None
        moment = dt.datetime(2024, 3, 5 + at, tzinfo=zone)
        return moment if is_.is_timestamp(kind) else moment.date()
    if is_.is_duration(kind):
        return dt.timedelta(hours=1 + at)
    if is_.is_binary(kind):
        return b"ab"
    if is_.is_boolean(kind):
        return at % 2 == 0
    if is_.is_floating(kind):
        return 1.5 + at
    return 1 + at if is_.is_integer(kind) else "bac"[at]
