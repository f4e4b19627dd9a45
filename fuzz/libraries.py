"""The libraries that columns are of: how a column is made of values, and read back."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from .values import DAY, TICKS, Type

EPOCH = datetime.datetime(1970, 1, 1)


@dataclass(frozen=True)
class Library:
    """One way to hold a column.

    Attributes
    ----------
    make : callable
        Makes a column of a type of values, in chunks of some lengths; None where the library has no such column.
    frame : callable
        Makes a frame of named columns.
    nan_is_missing : bool
        Whether a NaN of floats is missing, as in pandas.
    keeps_nan : bool
        Whether Go sees a missing float as NaN, since the column is NumPy's.
    kind : type
        What results are.
    """

    name: str
    make: Callable[[Type, list[Any], list[int]], Any]
    frame: Callable[[dict[str, Any]], Any]
    kind: tuple[type, ...]
    nan_is_missing: bool = False
    keeps_nan: bool = False


def _storage(kind: pa.DataType, value: Any) -> Any:
    """Return a value as pyarrow takes it for the numbers below a type."""
    if value is None or not (pa.types.is_temporal(kind)):
        return value
    return value // (DAY if kind == pa.date32() else TICKS[kind.unit])


def to_arrow(kind: pa.DataType, values: list[Any]) -> pa.Array:
    """Make an array; below what is missing lies the first value that is there."""
    if pa.types.is_dictionary(kind):
        return _dictionary(kind, values)
    there = next((value for value in values if value is not None), None)
    if there is None or None not in values or pa.types.is_nested(kind):
        return _plain_arrow(kind, values)
    full = _plain_arrow(kind, [there if value is None else value for value in values])
    valid = pa.array([value is not None for value in values]).buffers()[1]
    return pa.Array.from_buffers(kind, len(values), [valid, *full.buffers()[1:]])


def _plain_arrow(kind: pa.DataType, values: list[Any]) -> pa.Array:
    plain = [_storage(kind, value) for value in values]
    if kind == pa.date32():
        return pa.array(plain, pa.int32()).view(kind)
    if pa.types.is_temporal(kind):
        return pa.array(plain, pa.int64()).view(kind)
    return pa.array(plain, kind)


def _dictionary(kind: pa.DictionaryType, values: list[Any]) -> pa.Array:
    """Encode them by first appearance; a null is one of the indices or, where there are two, of the values too."""
    known = [value for value in dict.fromkeys(values) if value is not None]
    nulls = [at for at, value in enumerate(values) if value is None]
    indices = [None if value is None else known.index(value) for value in values]
    if len(nulls) > 1:
        known, indices[nulls[0]] = [*known, None], len(known)
    return pa.DictionaryArray.from_arrays(
        pa.array(indices, kind.index_type), pa.array(known, kind.value_type)
    )


def chunked(kind: Type, values: list[Any], lengths: list[int]) -> pa.ChunkedArray:
    """Make chunks, each a slice of a longer array."""
    chunks, begin = [], 0
    for length in lengths:
        part = values[begin : begin + length]
        longer = to_arrow(kind.arrow, [*part[:1], *part, *part[-1:]])
        chunks.append(longer.slice(min(1, len(part)), length))
        begin += length
    return pa.chunked_array(chunks, kind.arrow)


def _arrow(kind: Type, values: list[Any], lengths: list[int]) -> Any:
    column = chunked(kind, values, lengths)
    return column.chunk(0) if len(lengths) == 1 else column


def _polars(kind: Type, values: list[Any], lengths: list[int]) -> Any:
    if kind.arrow in (pa.timestamp("s"), pa.duration("s")):
        return None
    if pa.types.is_dictionary(
        kind.arrow
    ):  # polars itself fails on chunks with different dictionaries
        return pl.Series("x", values, pl.Categorical)
    return pl.Series("x", pl.from_arrow(chunked(kind, values, lengths), rechunk=False))


def _numpy_array(kind: Type, values: list[Any], missing: Any) -> Any:
    """Return NumPy's column, with a value in the place of missing ones."""
    plain = [missing if value is None else _storage(kind.arrow, value) for value in values]
    if kind.arrow == pa.date32():
        return np.array(plain, "M8[D]")
    if pa.types.is_timestamp(kind.arrow):
        return np.array(plain, f"M8[{kind.arrow.unit}]") if kind.arrow.tz is None else None
    if pa.types.is_duration(kind.arrow):
        return np.array(plain, f"m8[{kind.arrow.unit}]")
    if kind.go in ("[]int64", "goscore.Decimal", "[]byte") or kind.arrow not in (
        pa.string(), *map(pa.from_numpy_dtype, ("?", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8")),
    ):  # fmt: skip
        return None
    if kind.arrow == pa.string():
        return np.array(plain, np.dtypes.StringDType())
    return np.array(plain, kind.arrow.to_pandas_dtype())


def _hidden(kind: Type, values: list[Any]) -> Any:
    """Return what lies below missing values: the first that is there."""
    there = (value for value in values if value is not None)
    return _storage(kind.arrow, next(there, 0 if kind.arrow != pa.string() else ""))


def _numpy(kind: Type, values: list[Any], lengths: list[int]) -> Any:
    array = _numpy_array(kind, values, _hidden(kind, values))
    if array is None or None not in values:
        return array
    return (
        None
        if kind.arrow == pa.string()
        else np.ma.array(array, mask=[value is None for value in values])
    )


def _pandas(kind: Type, values: list[Any], lengths: list[int]) -> Any:
    """Return a Series as pandas makes them without being asked for more."""
    if pa.types.is_timestamp(kind.arrow) and kind.arrow.tz:
        times = pd.Series(to_arrow(kind.arrow, values).to_pandas())
        return _indexed(times.dt.as_unit(kind.arrow.unit))
    if kind.arrow == pa.string():
        return _indexed(pd.Series(values, dtype="str"))
    if kind.arrow == pa.large_string():
        return _indexed(pd.Series(values, dtype=object))
    if pa.types.is_dictionary(kind.arrow):
        return _indexed(pd.Series(pd.Categorical(values, categories=["b", "", "é" * 9, "a"])))
    if kind.go == "[]int64" and not any(value is not None for value in values):
        return None  # nothing says that these are lists
    if kind.go in ("[]byte", "goscore.Decimal", "[]int64"):
        return _indexed(pd.Series(values, dtype=object))
    array: Any
    if kind.is_float:
        array = _numpy_array(kind, values, np.nan)
    elif pa.types.is_temporal(kind.arrow) and kind.arrow != pa.date32():
        array = _numpy_array(kind, values, np.iinfo("i8").min)
    else:
        array = (
            None if None in values or kind.arrow == pa.date32() else _numpy_array(kind, values, 0)
        )
    return None if array is None else _indexed(pd.Series(array))


def _masked(kind: Type, values: list[Any], lengths: list[int]) -> Any:
    if kind.go not in ("bool", "float32", "float64") and "int" not in kind.name:
        return None
    name = {"bool": "boolean"}.get(
        kind.go, kind.go.replace("i", "I").replace("u", "U").replace("f", "F")
    )
    array = _numpy_array(kind, values, _hidden(kind, values))
    mask = np.array([value is None for value in values], bool)
    masked = {"b": pd.arrays.BooleanArray, "f": pd.arrays.FloatingArray}.get(
        array.dtype.kind, pd.arrays.IntegerArray
    )
    series = _indexed(pd.Series(masked(array, mask)))
    assert str(series.dtype) == name
    return series


def _arrow_backed(kind: Type, values: list[Any], lengths: list[int]) -> Any:
    return _indexed(pd.Series(pd.arrays.ArrowExtensionArray(chunked(kind, values, lengths))))


def _list(kind: Type, values: list[Any], lengths: list[int]) -> Any:
    """Return Python's objects, of types that say which Go type is meant."""
    if kind.name not in (
        "int64",
        "float64",
        "bool",
        "string",
        "binary",
        "list",
        "naive us",
        "UTC us",
        "duration us",
    ):
        return None
    if kind.name == "list" and not any(value is not None for value in values):
        return None  # nothing says that these are lists
    return [None if value is None else _object(kind, value) for value in values]


def _object(kind: Type, value: Any) -> Any:
    if kind.name == "duration us":
        return datetime.timedelta(microseconds=value // 1000)
    if kind.go == "time.Time":
        time = EPOCH + datetime.timedelta(microseconds=value // 1000)
        return time if kind.arrow.tz is None else time.replace(tzinfo=datetime.UTC)
    return value


def _indexed(series: pd.Series) -> pd.Series:
    series.index = pd.Index([10 * at for at in range(len(series))], name="label")
    series.name = "x"
    return series


LIBRARIES = [
    Library("pandas", _pandas, pd.DataFrame, (pd.Series,), nan_is_missing=True, keeps_nan=True),
    Library("pandas masked", _masked, pd.DataFrame, (pd.Series,), nan_is_missing=True),
    Library("pandas Arrow", _arrow_backed, pd.DataFrame, (pd.Series,), nan_is_missing=True),
    Library("polars", _polars, pl.DataFrame, (pl.Series,)),
    Library("Arrow", _arrow, pa.table, (pa.Array, pa.ChunkedArray)),
    Library("NumPy", _numpy, dict, (np.ndarray,)),
    Library("list", _list, dict, (list,)),
]


def read(column: Any) -> list[Any]:
    """Return a column's values; missing ones as None."""
    if isinstance(column, pd.Series):
        array: Any = column.array
        if isinstance(column.dtype, pd.ArrowDtype):
            return read(array.__arrow_array__())
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            return read(column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy())
        if isinstance(column.dtype, pd.CategoricalDtype):
            return read(column.astype(object))
        if hasattr(array, "_mask"):
            return [
                None if gone else v
                for v, gone in zip(array._data.tolist(), array._mask, strict=True)
            ]
        if column.dtype.kind in "OU" or isinstance(column.dtype, pd.StringDtype):
            return [None if _missing(value) else from_object(value) for value in column.tolist()]
        return read(column.to_numpy())
    if isinstance(column, pl.Series):
        return read(column.to_arrow())
    if isinstance(column, pa.ChunkedArray | pa.Array):
        return _read_arrow(column)
    if isinstance(column, np.ma.MaskedArray):
        values, mask = read(column.data), np.ma.getmaskarray(column)
        return [None if gone else value for value, gone in zip(values, mask, strict=True)]
    if isinstance(column, np.ndarray) and column.dtype.kind in "mM":
        unit, _ = np.datetime_data(column.dtype)
        tick = DAY if unit == "D" else TICKS[unit]
        return [None if n == np.iinfo("i8").min else n * tick for n in column.view("i8").tolist()]
    return [None if _missing(value) else from_object(value) for value in column]


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT


def from_object(value: Any) -> Any:
    """Return what a Python or NumPy object stands for; see `values`."""
    if isinstance(value, pd.Timestamp | pd.Timedelta):
        return value.as_unit("ns").value
    if isinstance(value, np.datetime64 | np.timedelta64):
        return read(np.array([value]))[0]
    if isinstance(value, datetime.datetime):
        naive = (
            value if value.tzinfo is None else value.astimezone(datetime.UTC).replace(tzinfo=None)
        )
        return (naive - EPOCH) // datetime.timedelta(microseconds=1) * 1000
    if isinstance(value, datetime.timedelta):
        return value // datetime.timedelta(microseconds=1) * 1000
    if isinstance(value, datetime.date):
        return (value - EPOCH.date()).days * DAY
    if isinstance(value, np.ndarray | list | tuple):
        return [from_object(part) for part in value]
    return value.item() if isinstance(value, np.generic) else value


def _read_arrow(column: Any) -> list[Any]:
    kind = column.type
    if isinstance(kind, pa.DictionaryType):
        return _read_arrow(column.cast(kind.value_type) if kind.value_type != pa.null() else column)
    if kind == pa.date32():
        return [None if n is None else n * DAY for n in column.cast(pa.int32()).to_pylist()]
    if pa.types.is_temporal(kind):
        return [
            None if n is None else n * TICKS[kind.unit] for n in column.cast(pa.int64()).to_pylist()
        ]
    values = column.to_pylist()
    return [decimal.Decimal(v) if isinstance(v, decimal.Decimal) else v for v in values]


def columns_of(frame: Any) -> dict[str, Any]:
    """Take a frame apart."""
    if isinstance(frame, pd.DataFrame):
        return {str(name): frame[name] for name in frame}
    if isinstance(frame, pl.DataFrame):
        return {column.name: column for column in frame.get_columns()}
    if isinstance(frame, pa.Table):
        return dict(zip(frame.column_names, frame.columns, strict=True))
    assert isinstance(frame, dict), type(frame)
    return frame
