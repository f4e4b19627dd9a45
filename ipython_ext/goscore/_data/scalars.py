"""Single values and dicts of them as inputs: arrays of length 1, and of keys and values."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable
from typing import Any

import numpy as np

from .._errors import ArgumentTypeError, ArgumentValueError
from . import from_numpy
from .arrays import Refused, Source
from .input import Input, list_source, loaded

_INTEGERS = range(-(2**63), 2**64)
_EXACT: dict[type, Callable[[Any], Any]] = {
    int: int.__index__,
    float: float.__float__,
    str: str.__str__,
    bytes: bytes.__bytes__,
}


def bind(name: str, value: Any, label: str) -> Input | None:
    """Make an input of a scalar or a dict; None of anything else."""
    if isinstance(value, dict):
        return _bind_map(name, value, label)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    pa = loaded("pyarrow")
    if pa is not None and isinstance(value, pa.Scalar):
        value = value.as_py()
    value = _plain(value)
    if isinstance(value, int) and value not in _INTEGERS:
        raise ArgumentValueError(
            f"{label} is {_short(value)}, beyond 64 bits: pass float(...) or str(...) of it"
        )
    try:
        column = source(value)
    except Refused as error:
        raise ArgumentTypeError(f"{label} {error}") from error
    if column is None or column.nulls:  # NaT
        return None
    return Input(name, "value", label, lambda _: column)


def _plain(value: Any) -> Any:
    """Return the number, text or bytes that an object of a subclass is; anything else as it is.

    ``in`` compares an object of a subclass of int, such as a member of an enumeration, with all
    2**64 numbers of a range, one after the other. A subclass may also compare as it likes.
    """
    if not isinstance(value, np.generic):
        for kind, exact in _EXACT.items():
            if isinstance(value, kind) and type(value) is not bool:
                return exact(value)
    return value


def _short(value: int) -> str:
    text = hex(value)  # str() of a very long int is an error of its own
    return str(value) if len(text) < 40 else f"{text[:10]}... ({value.bit_length()} bits)"


def source(value: Any) -> Source | None:
    """Describe a scalar as an array of length 1; None when it is none.

    Raises
    ------
    Refused
        It is a time that Go does not have.
    """
    value = _plain(value)
    pd = loaded("pandas")
    if isinstance(value, np.generic) and value.dtype.kind not in "OV":
        if isinstance(value, np.bool_):
            return list_source([bool(value)])
        if isinstance(value, np.str_ | np.bytes_):
            return list_source([value.item()])
        try:
            return from_numpy.source(np.array([value]))
        except Refused:
            if isinstance(value, np.datetime64 | np.timedelta64):
                raise
            return None
    if isinstance(value, bool | str | bytes):
        return list_source([value])
    if isinstance(value, int):
        return from_numpy.source(np.array([value], "i8" if value < 2**63 else "u8"))
    if isinstance(value, float):
        return from_numpy.source(np.array([value], "f8"))
    if pd is not None and (value is pd.NaT or value is pd.NA):
        return None
    if pd is not None and isinstance(value, pd.Timestamp | pd.Timedelta):
        from . import from_pandas  # keeps the nanoseconds, which Arrow would drop

        return from_pandas.pandas_source(pd.Series([value]))
    if isinstance(value, datetime.date | datetime.timedelta | decimal.Decimal):
        return list_source([value])
    return None


def _bind_map(name: str, value: dict[Any, Any], label: str) -> Input:
    for key, given in value.items():
        item = _plain(given)
        if not isinstance(key, str):
            raise ArgumentTypeError(
                f"{label} has the key {key!r} ({type(key).__name__}): the keys of a dict must be str"
            )
        if not key.isascii() and any("\ud800" <= letter <= "\udfff" for letter in key):
            raise ArgumentTypeError(
                f"{label} has the key {key!r}: UTF-8 does not have its lone surrogate, replace it first"
            )
        try:
            column = source(item) if not isinstance(item, int) or item in _INTEGERS else None
        except Refused as error:
            raise ArgumentTypeError(f"{label}[{key!r}] {error}") from error
        if column is None or column.nulls:
            raise ArgumentTypeError(
                f"{label}[{key!r}] is a {type(item).__name__}: a dict may hold numbers that fit 64 bits, "
                f"bools, strings, bytes and times, all of one type; make a DataFrame of a dict of columns"
            )

    def load(position: int) -> Source:
        import pyarrow as pa

        from . import from_arrow

        if position == 0:
            return from_arrow.source(pa.string(), [pa.array(list(value), pa.string())])
        return list_source(list(value.values()))

    return Input(name, "map", label, load)
