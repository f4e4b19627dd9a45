"""NumPy arrays as sources: one copy, whatever their strides and byte order."""

from __future__ import annotations

import datetime
import decimal
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import numpy as np

from . import datatype
from .arrays import Array, Refused, Source, bitmap, copying


def source(values: np.ndarray, nan_is_null: bool = False) -> Source:
    """Describe an array of one or, in row order, more dimensions.

    Numbers are taken as they are, so that NaN stays NaN unless floats and
    objects are to have nulls for it; NaT is null.

    Raises
    ------
    Refused
        The type has no counterpart in Go.
    """
    if isinstance(values, np.ma.MaskedArray):
        return _masked(values)
    kind = values.dtype.kind
    if kind == "b":
        return Source("b8", values.size, 0, [None, copying(values, values.dtype, reachable=True)])
    row = datatype.of_numpy(values.dtype) if kind in "iuf" else None
    if row is not None and row.numpy is not None:
        missing = np.isnan(values).reshape(-1) if nan_is_null else np.zeros(0, bool)
        nulls = int(np.count_nonzero(missing))
        validity = bitmap(~missing) if nulls else None
        data = copying(values, row.numpy, reachable=True)
        return Source(row.format, values.size, nulls, [validity, data])
    if kind in "Mm":
        return _times(values)
    if kind in "OUTS":
        plain = values.reshape(-1).astype(object, copy=False).tolist()
        return objects(plain, nan_is_null or kind == "T")  # where a NaN is what StringDType misses
    raise Refused(_REASONS.get(kind, f"has NumPy's type {values.dtype}, which Go does not have"))


_REASONS = {
    "c": "holds complex numbers: pass .real and .imag",
    "f": "holds extended precision floats: convert it with .astype('float64')",
    "V": "holds records: pass its fields as columns, or a DataFrame",
}


def _masked(values: np.ma.MaskedArray[Any, Any]) -> Source:
    missing = np.ma.getmaskarray(values).reshape(-1)
    if values.dtype.kind in "OUTS":  # what a mask hides may be anything
        shown = np.array(values.data, object).reshape(-1)
        shown[missing] = None
        return source(shown)
    column = source(np.asarray(values.data))
    if column.nulls:  # NaT beside masked rows
        missing = missing | np.isnat(np.asarray(values.data)).reshape(-1)
    column.nulls = int(np.count_nonzero(missing))
    column.buffers[0] = bitmap(~missing) if column.nulls else None
    return column


_FAR = "they are too far off for Go's time.Time"


def _times(values: np.ndarray) -> Source:
    span = values.dtype.kind == "m"
    unit, step = np.datetime_data(values.dtype)
    if unit == "generic" and np.isnat(values).all():
        unit = "ns"  # NaT alone, or nothing, has no unit
    wanted = (datatype.COARSE_SPANS if span else datatype.COARSE).get(unit, unit)
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


def objects(values: Sequence[Any], nan_is_null: bool) -> Source:
    """Describe Python objects of one kind; None, NaT and pd.NA among them are null.

    Parameters
    ----------
    values : sequence
    nan_is_null : bool
        Whether NaN is null too, as in pandas.

    Raises
    ------
    Refused
        The text names the types that they have.
    """
    import pyarrow as pa

    from . import from_arrow

    try:
        array = _exact(values, nan_is_null)
    except (pa.ArrowException, AttributeError, OverflowError, TypeError, ValueError) as error:
        raise Refused(what_it_holds(values)) from error
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    return from_arrow.source(array.type, chunks)


def _exact(values: Sequence[Any], nan_is_null: bool) -> Any:
    """Return objects in Arrow, each as it is, whatever their order; Arrow alone would round some."""
    import pyarrow as pa

    types = {kind: _kind(kind) for kind in set(map(type, values))}
    if any(name == _MISSING and kind is not type(None) for kind, name in types.items()):
        values = [None if types[type(value)] == _MISSING else value for value in values]
    kinds = set(types.values()) - {_MISSING}
    if nan_is_null and len(kinds) > 1 and "float" in kinds:
        values = [None if value != value else value for value in values]
        kinds = {types[type(value)] for value in values if value is not None}
    if kinds == {"int", "float"}:
        _check_floats(values, types)
    elif len(kinds) > 1 and kinds != {"int", "Decimal"}:
        raise Refused(what_it_holds(values))
    make = _BY_KIND.get(next(iter(kinds), "")) if len(kinds) == 1 else None
    if make is not None:
        return make(values, nan_is_null)
    return pa.array(values, from_pandas=nan_is_null)


_MISSING = "missing"
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (np.datetime64, "datetime64"),
    (np.timedelta64, "timedelta64"),
    ((bool, np.bool_), "bool"),
    ((int, np.integer), "int"),
    ((float, np.floating), "float"),
    (str, "str"),
    (bytes, "bytes"),
    (datetime.datetime, "datetime"),
    (datetime.date, "date"),
    (datetime.time, "time"),
    (datetime.timedelta, "timedelta"),
    (decimal.Decimal, "Decimal"),
    ((list, tuple, np.ndarray), "list"),
    (dict, "dict"),
)


def _kind(of: type) -> str:
    """Return the name of what objects of a type are; of any other kind the type's own."""
    if of is type(None) or of.__name__ in ("NAType", "NaTType"):
        return _MISSING
    return next((name for types, name in _KINDS if issubclass(of, types)), of.__name__)


def _check_floats(values: Sequence[Any], types: dict[type, str]) -> None:
    for value in values:
        if value is not None and types[type(value)] == "int" and int(float(value)) != value:
            raise Refused(
                f"holds a mix of int and float, and {value} is no float64: convert it to one type "
                f"first"
            )


def _integers(values: Sequence[Any], nan_is_null: bool) -> Any:
    import pyarrow as pa

    try:
        return pa.array(values, from_pandas=nan_is_null)
    except OverflowError:
        return pa.array(values, pa.uint64(), from_pandas=nan_is_null)


def _datetimes(values: Sequence[Any], nan_is_null: bool) -> Any:
    import pyarrow as pa

    zoned = {value.utcoffset() is not None for value in values if value is not None}
    if len(zoned) > 1:
        raise Refused("holds times with a zone and times without: give them all one, or none")
    first = next(value for value in values if value is not None)
    try:
        zone = pa.array([_plain(first)]).type.tz
    except pa.ArrowInvalid as error:
        raise Refused(
            f"holds times of the zone {first.tzinfo}, which Arrow does not have: convert them with "
            ".astimezone(datetime.UTC)"
        ) from error
    whole = pa.array([_plain(value) for value in values], pa.timestamp("us", zone))
    extra = [getattr(value, "nanosecond", 0) for value in values]
    if not any(extra):
        return whole
    return _nanoseconds(whole.cast(pa.int64()).to_pylist(), extra).cast(pa.timestamp("ns", zone))


def _plain(value: Any) -> Any:
    """Return a Timestamp of pandas without its nanoseconds; any other datetime as it is."""
    return value.to_pydatetime(warn=False) if hasattr(value, "to_pydatetime") else value


def _timedeltas(values: Sequence[Any], nan_is_null: bool) -> Any:
    import pyarrow as pa

    spans = [
        None if value is None else (value.days * 86400 + value.seconds) * 10**6 + value.microseconds
        for value in values
    ]
    extra = [getattr(value, "nanoseconds", 0) for value in values]
    if not any(extra):
        return pa.array(spans, pa.int64()).cast(pa.duration("us"))
    return _nanoseconds(spans, extra).cast(pa.duration("ns"))


def _nanoseconds(microseconds: list[int | None], extra: list[int]) -> Any:
    import pyarrow as pa

    pairs = zip(microseconds, extra, strict=True)
    exact = [None if whole is None else 1000 * whole + more for whole, more in pairs]
    try:
        return pa.array(exact, pa.int64())
    except OverflowError as error:
        raise Refused("holds nanoseconds beside what does not fit 292 years of them") from error


def _numpy_times(values: Sequence[Any], nan_is_null: bool) -> Any:
    missing = next(value for value in values if value is not None).dtype.type("NaT")
    times = np.array([missing if value is None else value for value in values])
    for found, value in zip(times, values, strict=True):
        if value is not None and not np.isnat(value) and found.astype(value.dtype) != value:
            raise Refused("holds times that no unit of NumPy holds together")
    return Array.copy_of(_times(times)).arrow()


def _lists(values: Sequence[Any], nan_is_null: bool) -> Any:
    import pyarrow as pa

    items: list[Any] = []
    ends: list[int | None] = [0]
    for value in values:
        if value is None:
            ends[-1] = None
        elif isinstance(value, np.ndarray) and value.dtype.kind in "mM":
            items.extend(np.ma.filled(value, value.dtype.type("NaT")))
        else:
            items.extend(value.tolist() if isinstance(value, np.ndarray) else value)
        ends.append(len(items))
    make, kind = pa.ListArray, pa.int32()
    if len(items) > np.iinfo(np.int32).max:
        make, kind = pa.LargeListArray, pa.int64()
    return make.from_arrays(pa.array(ends, kind), _exact(items, nan_is_null))


def _dicts(values: Sequence[Any], nan_is_null: bool) -> Any:
    import pyarrow as pa

    names = list(dict.fromkeys(name for value in values if value is not None for name in value))
    if not names or not all(isinstance(name, str) for name in names):
        return pa.array(values)
    columns = [
        _exact([None if value is None else value.get(name) for value in values], nan_is_null)
        for name in names
    ]
    missing = pa.array([value is None for value in values])
    return pa.StructArray.from_arrays(columns, names, mask=missing)


_BY_KIND: dict[str, Callable[[Sequence[Any], bool], Any]] = {
    "int": _integers,
    "datetime": _datetimes,
    "timedelta": _timedeltas,
    "datetime64": _numpy_times,
    "timedelta64": _numpy_times,
    "list": _lists,
    "dict": _dicts,
}


_SEEN = "Go sees numbers, bools, strings, bytes, times and lists of them"


def what_it_holds(values: Iterable[Any]) -> str:
    """Say of objects that Arrow does not take what they are, and what to do."""
    known = {name for _, name in _KINDS}
    counts = Counter(_kind(type(value)) for value in values)
    counts.pop(_MISSING, None)
    strange = [name for name in counts if name not in known]
    if strange:
        odd = [value for value in values if _kind(type(value)) in strange]
        each = all(isinstance(value, Collection) for value in odd)
        how = "each to a list" if each else "it first, for example with .astype(str)"
        return f"holds Python objects of type {', '.join(strange[:3])}: {_SEEN}; convert {how}"
    if len(counts) > 1:
        mix = " and ".join(f"{name} ({count})" for name, count in counts.most_common(3))
        return f"holds a mix of {mix}: convert it to one type first, for example with .astype(str)"
    if "int" in counts:
        return "holds integers beyond 64 bits: convert it, for example with .astype('float64')"
    if "str" in counts:
        return "holds text with a lone surrogate, which UTF-8 does not have: replace it first"
    if "list" in counts:
        rows = [value for value in values if isinstance(value, list | tuple | np.ndarray)]
        items = {type(item).__name__ for row in rows for item in np.ravel(np.array(row, object))}
        return f"holds lists of {', '.join(sorted(items)[:3])}, which Go does not see: convert them first"
    return f"holds {', '.join(counts) or 'objects'} that Arrow does not take: convert it first"
