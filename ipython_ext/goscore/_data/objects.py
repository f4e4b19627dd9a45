"""Values of Arrow arrays as Python's own objects, each of them exact.

Python's datetime and timedelta have microseconds, and its years end with
9999: an array of times that they do not hold comes as NumPy's, all of it, so
that its values compare with each other. For pandas it is pandas' own, unless a year
is beyond 9999 or before 1, of which pandas makes no text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._errors import ArgumentValueError
from .codes import keys_of_arrow

if TYPE_CHECKING:
    import pyarrow as pa


def objects(array: pa.Array | pa.ChunkedArray, pandas: bool = False) -> list[Any]:
    """Return the values of an array; nulls are None.

    Parameters
    ----------
    array : pyarrow.Array or pyarrow.ChunkedArray
    pandas : bool
        Whether times are to be pandas' own.
    """
    import pyarrow as pa

    array = keys_of_arrow(array)  # Arrow does not join chunks whose dictionaries have nulls
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
        if isinstance(array, pa.ChunkedArray):  # of a type whose chunks Arrow does not join
            return [value for chunk in array.chunks for value in objects(chunk, pandas)]
    kind, types = array.type, pa.types
    if types.is_dictionary(kind):
        values = objects(array.dictionary, pandas)
        return [None if code is None else values[code] for code in array.indices.to_pylist()]
    if types.is_timestamp(kind) or types.is_duration(kind) or types.is_date(kind):
        return _times(array, pandas)
    if types.is_struct(kind):
        return _structs(array, pandas)
    if types.is_list(kind) or types.is_large_list(kind):
        return _lists(array, pandas)
    if types.is_fixed_size_list(kind):
        return _lists(array.cast(pa.list_(kind.value_type)), pandas)
    plain: list[Any] = array.to_pylist()
    return plain


def _times(array: pa.Array, pandas: bool) -> list[Any]:
    import pyarrow as pa

    kind = array.type
    if pandas and not pa.types.is_date(kind):
        import pandas as pd

        times = pd.Series(array.to_pandas())
        refuse_nat(np.asarray(array.is_valid()), times.isna().to_numpy())
        own = [None if time is pd.NaT else time for time in times]
        if all(1 <= getattr(time, "year", 1) <= 9999 for time in own):
            return own
        return _numpy_times(array)
    exact = kind
    if pa.types.is_timestamp(kind):
        exact = pa.timestamp("us", kind.tz)
    elif pa.types.is_duration(kind):
        exact = pa.duration("us")
    try:
        python: list[Any] = array.cast(exact).to_pylist()
    except (pa.ArrowInvalid, OverflowError, ValueError):
        return _numpy_times(array)
    return python


def _numpy_times(array: pa.Array) -> list[Any]:
    """Return NumPy's times; those with a zone are in UTC, as NumPy has no other."""
    import pyarrow as pa

    kind = array.type
    if pa.types.is_date(kind):
        code, ticks = "M8[D]", array.cast(pa.date32()).cast(pa.int32()).cast(pa.int64())
    else:
        code = f"{'M8' if pa.types.is_timestamp(kind) else 'm8'}[{kind.unit}]"
        ticks = array.cast(pa.int64())
    times = np.asarray(ticks.fill_null(0).to_numpy(zero_copy_only=False)).view(code)
    valid = np.asarray(array.is_valid())
    refuse_nat(valid, np.isnat(times))
    return [time if there else None for time, there in zip(times, valid.tolist(), strict=True)]


def refuse_nat(valid: np.ndarray | None, nat: np.ndarray) -> None:
    """Refuse a value that is there, and of which NumPy and pandas would make a missing one.

    Raises
    ------
    ArgumentValueError
        There is such a value: the least of 64 bits.
    """
    if not nat.any():
        return
    lost = np.flatnonzero(nat if valid is None else nat & valid)
    if len(lost):
        raise ArgumentValueError(
            f"row {lost[0]:,}: the result is the least number of 64 bits, which as a time or duration is NaT "
            "to NumPy and pandas: return it as an int64, or as a column with -t polars or -t arrow"
        )


def _structs(array: pa.Array, pandas: bool) -> list[Any]:
    names = unique([field.name for field in array.type])
    columns = [objects(array.field(at), pandas) for at in range(len(names))]
    rows = zip(*columns, strict=True) if columns else [()] * len(array)
    return [
        dict(zip(names, row, strict=True)) if there else None
        for row, there in zip(rows, array.is_valid().to_pylist(), strict=True)
    ]


def _lists(array: pa.Array, pandas: bool) -> list[Any]:
    ends = array.offsets.to_numpy()
    items = objects(array.values.slice(ends[0], ends[-1] - ends[0]), pandas) if len(ends) else []
    ends = (ends - ends[0]).tolist() if len(ends) else [0]
    return [
        items[begin:end] if there else None
        for begin, end, there in zip(ends, ends[1:], array.is_valid().to_pylist(), strict=False)
    ]


def of_numpy(times: np.ndarray, masked: np.ndarray) -> list[Any]:
    """Return NumPy's times in the same way; NaT and masked ones are None."""
    missing = np.isnat(times) | masked
    unit, _ = np.datetime_data(times.dtype)
    coarse = times if unit == "D" else times.astype(f"{times.dtype.kind}8[us]")
    found = coarse.tolist()
    lost = (coarse.astype(times.dtype) != times) & ~missing
    if lost.any() or any(isinstance(value, int) for value in found):
        found = list(times)
    return [None if gone else time for time, gone in zip(found, missing.tolist(), strict=True)]


def unique(names: list[str]) -> list[str]:
    """Number the names that come again, as frames made of dicts need."""
    seen: dict[str, int] = {}
    numbered = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        numbered.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return numbered


def is_missing(value: Any) -> bool:
    """Tell whether a Python object stands for a missing value: None, NaN, NaT or pandas' NA."""
    if value is None:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):  # NA is neither true nor false; an array has many answers
        return type(value).__name__ == "NAType"
