"""NumPy arrays as sources: one copy, whatever their strides and byte order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np

from . import datatype
from .arrays import Refused, Source, bitmap, copying


def source(values: np.ndarray, nan_is_null: bool = False) -> Source:
    """Describe an array of one or, in row order, more dimensions.

    Numbers are taken as they are, so that NaN stays NaN unless floats are to
    have nulls for it; NaT is null.

    Raises
    ------
    Refused
        The type has no counterpart in Go.
    """
    if isinstance(values, np.ma.MaskedArray):
        return _masked(values)
    kind = values.dtype.kind
    if kind == "b":
        data = copying(values, values.dtype, reachable=True)
        return Source("b8", values.size, 0, [None, data])
    row = datatype.of_numpy(values.dtype) if kind in "iuf" else None
    if row is not None and row.numpy is not None:
        missing = np.isnan(values).reshape(-1) if nan_is_null else np.zeros(0, bool)
        nulls = int(np.count_nonzero(missing))
        validity = bitmap(~missing) if nulls else None
        data = copying(values, row.numpy, reachable=True)
        return Source(row.format, values.size, nulls, [validity, data])
    if kind in "Mm":
        return _times(values)
    if kind == "O":
        return objects(values.reshape(-1))
    if kind in "UTS":
        return objects(values.reshape(-1).astype(object))
    raise Refused(_REASONS.get(kind, f"has NumPy's type {values.dtype}, which Go does not have"))


_REASONS = {
    "c": "holds complex numbers: pass .real and .imag",
    "f": "holds extended precision floats: convert it with .astype('float64')",
    "V": "holds records: pass its fields as columns, or a DataFrame",
}


def _masked(values: np.ma.MaskedArray[Any, Any]) -> Source:
    column = source(np.asarray(values.data))
    missing = np.ma.getmaskarray(values).reshape(-1)
    if column.nulls:  # NaT beside masked rows
        missing = missing | np.isnat(np.asarray(values.data)).reshape(-1)
    column.nulls = int(np.count_nonzero(missing))
    column.buffers[0] = bitmap(~missing) if column.nulls else None
    return column


# Units that Arrow lacks, and the one that keeps every value of theirs.
_COARSE = {"h": "s", "m": "s", "W": "D", "M": "D", "Y": "D"}
_COARSE_SPANS = {"h": "s", "m": "s", "W": "s", "D": "s"}


_FAR = "they are too far off for Go's time.Time"


def _times(values: np.ndarray) -> Source:
    span = values.dtype.kind == "m"
    unit, step = np.datetime_data(values.dtype)
    if unit == "generic" and np.isnat(values).all():
        unit = "ns"  # NaT alone, or nothing, has no unit
    wanted = (_COARSE_SPANS if span else _COARSE).get(unit, unit)
    if step != 1 or np.datetime_data(values.dtype)[0] != wanted:
        given, values = values, values.astype(f"{values.dtype.kind}8[{wanted}]")
        if ((values.astype(given.dtype) != given) & ~np.isnat(given)).any():
            raise Refused(f"holds times that the unit {wanted} does not: {_FAR}")
    if wanted not in ("D", "s", "ms", "us", "ns"):
        raise Refused(
            f"has NumPy's unit {unit}: convert it with .astype('{values.dtype.kind}8[ns]')"
        )
    missing = np.isnat(values).reshape(-1)
    nulls = int(np.count_nonzero(missing))
    validity = bitmap(~missing) if nulls else None
    numbers = values.astype(values.dtype.newbyteorder("="), copy=False).view("i8")
    if wanted == "D" and not span:
        plain = np.where(np.isnat(values), 0, numbers)
        days = plain.astype("i4")
        if (days != plain).any():
            raise Refused(f"holds days beyond the year 5,881,580: {_FAR}")
        return Source("tdD", values.size, nulls, [validity, copying(days, days.dtype, True)])
    format = datatype.duration(wanted) if span else datatype.timestamp(wanted)
    data = copying(numbers, np.dtype("i8"), reachable=True)
    return Source(format, values.size, nulls, [validity, data])


def objects(values: Any) -> Source:
    """Describe Python objects of one kind; None, NaN, NaT and pd.NA among them are null.

    Raises
    ------
    Refused
        The text names the types that they have.
    """
    import pyarrow as pa

    from . import from_arrow

    try:
        array = pa.array(values, from_pandas=True)
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as error:
        raise Refused(what_it_holds(values)) from error
    if isinstance(array, pa.ChunkedArray):
        return from_arrow.source(array.type, array.chunks)
    return from_arrow.source(array.type, [array])


_SENT = {"int", "float", "bool", "str", "bytes", "datetime", "date", "time", "timedelta", "Decimal"}


def what_it_holds(values: Iterable[Any]) -> str:
    """Say of objects that Arrow does not take what they are, and what to do."""
    counts = Counter(type(value).__name__ for value in values if value is not None)
    counts.pop("NAType", None)
    counts.pop("NaTType", None)
    strange = [name for name in counts if name not in _SENT]
    if strange:
        return (
            f"holds Python objects of type {', '.join(strange[:3])}: Go sees numbers, bools, strings, "
            f"bytes and times; convert it first, for example with .astype('float64') or .astype(str)"
        )
    if len(counts) > 1:
        shown = " and ".join(f"{name} ({count})" for name, count in counts.most_common(3))
        return (
            f"holds a mix of {shown}: convert it to one type first, for example with .astype(str)"
        )
    if "int" in counts:
        return "holds integers beyond 64 bits: convert it, for example with .astype('float64')"
    return f"holds {', '.join(counts) or 'objects'} that Arrow does not take: convert it first"
