"""pandas and polars columns as sources, without a scan where the library knows better."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import datatype, from_numpy, to_library
from .arrays import Refused, Source, bitmap


def pandas_source(column: Any, missing: bool = False) -> Source:
    """Describe a pandas Series or Index.

    A NaN among floats stays one, unless *missing* says that it is a null, as pandas means it.
    Missing values of masked, Arrow, time and object columns are null.
    """
    import pandas as pd

    if isinstance(column, pd.MultiIndex):
        raise Refused("has several levels: use .to_frame()")
    dtype = column.dtype
    if isinstance(dtype, np.dtype):
        values = column.to_numpy()
        return from_numpy.source(values, nan_is_null=missing or dtype.kind == "O")
    if isinstance(
        column.array, pd.arrays.IntegerArray | pd.arrays.FloatingArray | pd.arrays.BooleanArray
    ):
        return _masked(column.array, missing)
    if isinstance(dtype, pd.DatetimeTZDtype):
        source = from_numpy.source(column.to_numpy(f"M8[{dtype.unit}]"))
        source.type = datatype.timestamp(dtype.unit, zone_name(dtype.tz))
        return source
    if isinstance(dtype, pd.CategoricalDtype) and not len(dtype.categories):
        return Source("n", len(column), len(column), [])  # no value says of which type
    if isinstance(dtype, pd.PeriodDtype):
        raise Refused("holds periods: convert it with .dt.to_timestamp()")
    if isinstance(dtype, pd.IntervalDtype):
        raise Refused("holds intervals: pass .array.left and .array.right")
    if isinstance(dtype, pd.SparseDtype):
        raise Refused("is sparse: convert it with .sparse.to_dense()")
    return from_arrow_protocol(column.array, missing)


def _masked(array: Any, missing: bool) -> Source:
    """Describe values beside a mask as they lie; Arrow's own way copies them."""
    source = from_numpy.source(array._data)
    mask = array._mask
    if missing and array._data.dtype.kind == "f":
        mask = mask | np.isnan(array._data)
    source.nulls = int(np.count_nonzero(mask))
    source.buffers[0] = bitmap(~mask) if source.nulls else None
    return source


def from_arrow_protocol(array: Any, missing: bool = False) -> Source:
    """Describe an extension array that makes an Arrow array of itself; *missing* as above."""
    import pyarrow as pa

    from . import from_arrow

    try:
        make = getattr(array, "__arrow_array__", None)
        in_arrow = make() if make else pa.array(array)
    except (pa.ArrowException, TypeError, ValueError, NotImplementedError) as error:
        raise Refused(f"has the type {array.dtype}, which Arrow does not take: {error}") from error
    if missing:
        in_arrow = from_arrow.without_nan(in_arrow)
    chunks = in_arrow.chunks if isinstance(in_arrow, pa.ChunkedArray) else [in_arrow]
    return from_arrow.source(in_arrow.type, chunks)


def polars_source(column: Any) -> Source:
    """Describe a polars Series, chunk by chunk."""
    import polars as pl

    from . import from_arrow

    if column.dtype == pl.Object:
        raise Refused(from_numpy.what_it_holds(column.to_list()))
    column = to_library.sendable(column)
    newest = pl.CompatLevel.newest()  # string views as they lie, instead of a copy with offsets
    try:
        chunks = [chunk.to_arrow(compat_level=newest) for chunk in column.get_chunks()]
    except Exception as error:  # polars raises its own classes, and panics are BaseException
        raise Refused(f"has polars' type {column.dtype}, which Arrow does not take") from error
    return from_arrow.source(chunks[0].type, chunks)


def zone_name(zone: Any) -> str:
    """Return the name that Arrow gives a time zone."""
    import pyarrow as pa

    try:
        name: str = pa.timestamp("s", tz=zone).tz
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise Refused(
            f"has the time zone {zone}, which Arrow does not have: convert it with "
            ".dt.tz_convert('UTC')"
        ) from error
    return name
