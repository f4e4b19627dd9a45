"""The values of columns as each library has them.

Integers and bools beside missing values keep a mask where a library's own become floats or objects.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import datatype
from .arrays import Array
from .objects import objects, refuse_nat


def pandas_values(array: Array, nullable: bool, arrow_backed: bool) -> Any:
    """Return what a pandas Series is made of."""
    import pandas as pd

    if arrow_backed:
        return pd.arrays.ArrowExtensionArray(array.arrow())
    values, valid = array.numbers(), array.valid()
    if values is None:
        return _pandas_objects(array)
    if values.dtype.kind in "Mm":
        values = _with_nat(values, valid)
        zone = datatype.zone(array.type)
        if zone is None:
            return values
        return pd.DatetimeIndex(values).tz_localize("UTC").tz_convert(zone).array
    if values.dtype.kind == "f":
        return _with_nan(values, valid)
    if nullable or valid is not None:
        missing = np.zeros(array.length, bool) if valid is None else ~valid
        return pandas_masked(values, missing)
    return values


def _pandas_objects(array: Array) -> Any:
    import pandas as pd
    import pyarrow as pa

    values = array.arrow()
    if pa.types.is_dictionary(values.type):
        return pd.Categorical.from_codes(
            values.indices.fill_null(-1).to_numpy(zero_copy_only=False),
            values.dictionary.to_pandas(),
        )
    strings = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    if any(test(values.type) for test in strings) and int(pd.__version__.partition(".")[0]) >= 3:
        return pd.StringDtype(na_value=np.nan).__from_arrow__(values.cast(pa.large_string()))  # type: ignore[attr-defined]
    if pa.types.is_date32(values.type):
        return values.cast(pa.timestamp("s")).to_numpy(zero_copy_only=False)
    if pa.types.is_nested(values.type):
        return pd.Series(_object_array(objects(values, pandas=True)), dtype=object).array
    return values.to_pandas().array


def numpy_values(array: Array) -> np.ndarray:
    """Return a NumPy array.

    A float that is missing is NaN, and a time NaT; nulls make a masked array of integers and
    bools, which have no such value, and objects of other types.
    """
    values, valid = array.numbers(), array.valid()
    if values is not None:
        if values.dtype.kind in "Mm":
            return _with_nat(values, valid)
        if values.dtype.kind == "f":
            return _with_nan(values, valid)
        if valid is None:
            return values
        return np.ma.MaskedArray(_with(values, ~valid, 0), ~valid)
    row = datatype.of(array.type)
    if row.layout == "lists" and not row.parameter and (rows := _rectangle(array)) is not None:
        return rows
    if row.arrow == "date32":
        days = array.arrow().cast("timestamp[s]").to_numpy(zero_copy_only=False)
        return np.asarray(days).astype("M8[D]")
    return _object_array(objects(array.arrow()))


def _object_array(values: list[Any]) -> np.ndarray:
    """Return an array of one dimension, also of lists that have one length."""
    return np.fromiter(values, object, len(values))


def _rectangle(array: Array) -> np.ndarray | None:
    """Return rows of the same length as an array of two dimensions."""
    below = array.children[0]
    inner = below.numbers()
    if inner is None or below.nulls or array.nulls or not array.length:
        return None
    offsets = np.asarray(array.buffers[1]).view(datatype.of(array.type).offset)[: array.length + 1]
    widths = np.diff(offsets)
    if (widths != widths[0]).any():
        return None
    return inner[offsets[0] : offsets[-1]].reshape(array.length, int(widths[0]))


def _with_nan(values: np.ndarray, valid: np.ndarray | None) -> np.ndarray:
    return values if valid is None else _with(values, ~valid, np.nan)


def _with_nat(values: np.ndarray, valid: np.ndarray | None) -> np.ndarray:
    refuse_nat(valid, np.isnat(values))
    return values if valid is None else _with(values, ~valid, np.array("NaT", values.dtype))


def _with(values: np.ndarray, rows: np.ndarray, missing: Any) -> np.ndarray:
    filled = values if values.flags.writeable else values.copy()  # it may lie in a segment
    filled[rows] = missing
    return filled


_FEW = 4096  # values that are copied as fast as they are handed over
_COPIED = [np.dtype(code) for code in ("i4", "i8", "u4", "u8", "f4", "f8")]


def polars_column(array: Array, name: str) -> Any:
    """Return a polars Series."""
    import polars as pl

    numbers = array.numbers() if array.length <= _FEW and not array.nulls else None
    if numbers is not None and numbers.dtype in _COPIED:
        return pl.Series(name, numbers)
    series = pl.from_arrow(array.arrow())
    assert isinstance(series, pl.Series)
    return series.alias(name)


def plain_list(array: Array, pandas: bool = False) -> list[Any]:
    """Return Python's own objects; nulls are None. Times are pandas' own if that is asked for."""
    values = array.numbers()
    if values is not None and values.dtype.kind in "biuf" and not array.nulls:
        numbers: list[Any] = values.tolist()
        return numbers
    return objects(array.arrow(), pandas)


def pandas_masked(values: np.ndarray, missing: np.ndarray) -> Any:
    """Return pandas' array of integers or bools."""
    import pandas as pd

    masked = pd.arrays.BooleanArray if values.dtype == bool else pd.arrays.IntegerArray
    return masked(values, missing)


def pandas_of_numpy(column: np.ma.MaskedArray[Any, Any]) -> Any:
    """Return what a pandas Index or Series is made of, of a masked array of NumPy."""
    import pandas as pd

    if column.dtype.kind not in "biu":
        return pd.Series(column)
    native = column.dtype.newbyteorder("=")
    return pandas_masked(np.array(column.data, native), np.array(np.ma.getmaskarray(column)))


def pandas_of_arrow(column: Any) -> Any:
    """Return the same of a column of Arrow."""
    if column.null_count and _has_mask(column.type):
        return pandas_of_numpy(numpy_of_arrow(column))
    return column.to_pandas()


def pandas_of_polars(column: Any) -> Any:
    """Return the same of a column of polars."""
    import polars as pl

    column = sendable(column)
    if column.null_count() and (column.dtype.is_integer() or column.dtype == pl.Boolean):
        return pandas_of_arrow(column.to_arrow())
    return column.to_pandas()


def pandas_of_list(column: list[Any]) -> Any:
    """Return the same of a list."""
    if not column or not all(value is None or isinstance(value, int) for value in column):
        return column
    import pandas as pd

    return pd.array(column)


def numpy_of_arrow(column: Any) -> Any:
    """Return a column of Arrow in NumPy; masked, if it has nulls and no other value for them."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type) and not pa.types.is_null(column.type.value_type):
        column = column.cast(column.type.value_type)  # its values may hold nulls, or large integers
    if not column.null_count or not _has_mask(column.type):
        return np.asarray(column.to_numpy(zero_copy_only=False))
    missing = column.is_null().to_numpy(zero_copy_only=False)
    values = column.fill_null(False if pa.types.is_boolean(column.type) else 0)
    return np.ma.MaskedArray(values.to_numpy(zero_copy_only=False), missing)


def numpy_of_pandas(column: Any) -> np.ndarray:
    """Return the same of a column of pandas."""
    import pandas as pd

    array: Any = getattr(column, "array", column)
    if isinstance(array.dtype, pd.ArrowDtype) and array.dtype.kind in "iub":
        taken: np.ndarray = numpy_of_arrow(array.__arrow_array__())
        return taken
    missing: Any = getattr(array, "_mask", None)
    plain: Any = getattr(array, "_data", None)
    if isinstance(array, pd.Categorical) and array.categories.dtype.kind in "iub":
        missing = array.codes < 0  # as floats, integers would be rounded
        plain = np.asarray(array.categories)[np.where(missing, 0, array.codes)]
    if missing is not None:
        found: np.ndarray = np.ma.MaskedArray(plain, missing.copy()) if missing.any() else plain
        return found
    made = np.array(column)
    if made.dtype == object:
        made[np.asarray(pd.isna(column))] = None
    return made


def list_of_pandas(column: Any) -> list[Any]:
    """Return the values of a column of pandas, with None for what is missing."""
    pairs = zip(column.tolist(), column.isna(), strict=True)
    return [None if missing else value for value, missing in pairs]


def _has_mask(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_boolean(kind))


def of_polars(column: Any) -> list[Any]:
    """Return the values of a column of polars as Python's own objects."""
    import polars as pl

    if column.dtype == pl.Object:
        return list(column.to_list())
    return objects(sendable(column).to_arrow())


def arrow_of_numpy(column: np.ndarray) -> Any:
    """Return a column of NumPy in Arrow, with all of NumPy's units of times."""
    from . import from_numpy

    return Array.copy_of(from_numpy.source(column)).arrow()


def polars(column: Any, name: str) -> Any:
    """Return a column of polars, pandas or Arrow, or a list, in polars."""
    import polars as pl

    if isinstance(column, pl.Series):
        return column.alias(name)
    if hasattr(column, "type"):
        return pl.Series(name, narrow(column))
    if isinstance(column, list):
        return pl.Series(name, column)
    return pl.from_pandas(column).alias(name)


def sendable(column: Any) -> Any:
    """Return a column of polars in a type that others know: integers of 128 bits are its own."""
    import polars as pl

    if column.dtype not in (getattr(pl, "Int128", None), getattr(pl, "UInt128", None)):
        return column
    for kind in (pl.Int64, pl.UInt64):
        made = column.cast(kind, strict=False)
        if made.null_count() == column.null_count():
            return made
    return column.cast(pl.Decimal(38, 0))


def narrow(column: Any) -> Any:
    """Return a column of Arrow with the decimals that polars has, if its values are among them."""
    import pyarrow as pa

    if not pa.types.is_decimal256(column.type):
        return column
    return column.cast(pa.decimal128(38, column.type.scale))
