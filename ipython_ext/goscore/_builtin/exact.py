"""Numbers, times and decimals that Go compares with a column, without any loss.

Go takes integers of 64 bits and floats as they are. What is neither, is rounded to the next
of them on its own side of a bound: no value of a column lies between the two.
"""

from __future__ import annotations

import datetime
import math
import sys
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from .._errors import ArgumentTypeError, ArgumentValueError

# Gives a fraction as the type that Go compares: the nearest below, or above, or None when that is another number.
Rounding = Callable[[Fraction], "int | None"]

_EXACT = 2**53  # up to here a float has every integer
_NS = {"s": 10**9, "m": 10**6, "u": 10**3, "n": 1}  # ns in a unit of Arrow
_DAY = 86_400 * 10**9


def whole(value: Fraction) -> int | None:
    """Return a fraction that is an integer; None for any other."""
    return value.numerator if value.denominator == 1 else None


def values(listed: list[Any], letter: str, towards: list[Rounding]) -> Any:
    """Return an Arrow array of what Go compares with a column; None, and what no column holds, is null.

    Parameters
    ----------
    listed : list
    letter : str
        Arrow's format of the column.
    towards : list of callable
        How each of them is rounded.

    Raises
    ------
    TypeError
        One is of another kind than the column; its text shows it.
    """
    import pyarrow as pa

    if letter in ("u", "U", "vu"):
        for value in listed:
            if value is not None and not isinstance(value, str):
                raise TypeError(repr(value))
        return pa.array(listed, pa.string())
    if letter == "n":  # all rows are missing: a value of any kind compares with none of them
        return pa.array([None if value is None else 0 for value in listed], pa.int64())
    convert: Callable[..., Any] = number
    if letter.startswith(("ts", "td", "tD")):
        convert = partial(counted, letter=letter)
    elif letter.startswith("d:"):
        convert = partial(scaled, letter=letter)
    made = []
    for value, rounding in zip(listed, towards, strict=True):
        try:
            made.append(None if value is None else convert(value, towards=rounding))
        except TypeError as error:
            raise (
                error if isinstance(error, ArgumentTypeError) else TypeError(repr(value))
            ) from None
    if letter.startswith("d:"):
        return pa.array([None if one is None else str(one) for one in made], pa.string())
    return array(made)


def array(values: Iterable[int | float | None]) -> Any:
    """Return numbers in an Arrow array of one type that holds them all, else of text; None is null."""
    import pyarrow as pa

    listed = list(values)
    numbers = [value for value in listed if value is not None]
    for kind in (pa.float64(), pa.int64(), pa.uint64()):
        if all(_fits(value, kind) for value in numbers):
            as_type = float if kind == pa.float64() else int
            return pa.array([None if one is None else as_type(one) for one in listed], kind)
    return pa.array([None if one is None else repr(one) for one in listed], pa.string())


def _fits(value: int | float, kind: Any) -> bool:
    if isinstance(value, float):
        return str(kind) == "double"
    if str(kind) == "double":
        return abs(value) <= _EXACT
    return -(2**63) <= value < 2**63 if str(kind) == "int64" else 0 <= value < 2**64


def number(value: Any, towards: Rounding) -> int | float | None:
    """Return a number as Go takes it; None when *towards* finds none.

    Parameters
    ----------
    value : number
        Also NumPy's, a Decimal or a Fraction, and an int of any size.
    towards : callable
        Rounds what is no integer or float that Go takes.

    Raises
    ------
    TypeError
        It is no number.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return float(value)
    if isinstance(value, int) and -(2**63) <= value < 2**64:
        return int(value)
    if isinstance(value, complex | str) or not hasattr(value, "as_integer_ratio"):
        raise TypeError
    if not _finite(value):
        return float(value)
    exact = Fraction(*value.as_integer_ratio())
    rounded = towards(exact)
    if rounded is not None and (abs(exact) > _EXACT or rounded == exact):
        if -(2**63) <= rounded < 2**64:
            return rounded  # beyond 2**53 all floats are integers
    return _float(exact, towards)


def _finite(value: Any) -> bool:
    """Tell whether it has a ratio of integers: a Decimal may be infinite, or not a number."""
    return isinstance(value, int) or math.isfinite(value)


def _float(exact: Fraction, towards: Rounding) -> float | None:
    """Return the float on the side of a number to which *towards* rounds."""
    try:
        nearest = float(exact)
    except OverflowError:
        nearest = math.inf if exact > 0 else -math.inf
        if (towards is math.floor) == (exact > 0):
            nearest = math.copysign(sys.float_info.max, nearest)
        return None if towards is whole else nearest
    if Fraction(nearest) == exact:
        return nearest
    if towards is whole:
        return None
    if towards is math.ceil:
        return nearest if nearest > exact else math.nextafter(nearest, math.inf)
    return nearest if nearest < exact else math.nextafter(nearest, -math.inf)


def since_1970(value: Any, zoned: bool) -> Fraction:
    """Return the nanoseconds to a date or a time.

    Raises
    ------
    TypeError
        It is neither.
    ArgumentTypeError
        It has a time zone and the column has none, or the other way round.
    """
    own = getattr(
        value, "asm8", value
    )  # a Timestamp of pandas has nanoseconds, and datetime has not
    if isinstance(own, np.datetime64):
        aware, ns = getattr(value, "tzinfo", None) is not None, _numpy(own)
    elif isinstance(value, datetime.datetime):
        aware = value.utcoffset() is not None
        begin = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC if aware else None)
        ns = _timedelta(value - begin)
    else:
        raise TypeError
    if aware != zoned:
        has = "has none" if zoned else "has one"
        raise ArgumentTypeError(
            f"the column {'has a time zone' if zoned else 'has no time zone'}, and {value!r} {has}"
        )
    return ns


def _numpy(value: Any) -> Fraction:
    """Return the nanoseconds of NumPy's datetime64 or timedelta64."""
    if np.isnat(value):
        raise ArgumentValueError("NaT is no bound: pass None for none")
    unit, count = np.datetime_data(value.dtype)
    if unit in ("Y", "M") and value.dtype.kind == "M":
        value, unit, count = value.astype("M8[D]"), "D", 1
    ns = {"W": 7 * _DAY, "D": _DAY, "h": _DAY // 24, "m": 60 * 10**9, "s": 10**9, "ms": 10**6}
    ns |= {"us": 10**3, "ns": 1}
    if unit not in ns:
        raise TypeError
    return Fraction(int(value.astype("i8")) * count * ns[unit])


def _timedelta(value: datetime.timedelta) -> Fraction:
    return Fraction(value // datetime.timedelta(microseconds=1) * 1000)


def counted(value: Any, letter: str, towards: Rounding) -> int | None:
    """Return a date, a time or a duration in the unit of a column of Arrow's format *letter*.

    Raises
    ------
    TypeError
        It is of another kind than the column.
    """
    if letter.startswith("tD"):
        own = getattr(value, "asm8", value)
        if isinstance(own, np.timedelta64):
            return towards(_numpy(own) / _NS[letter[2]])
        if isinstance(value, datetime.timedelta):
            return towards(_timedelta(value) / _NS[letter[2]])
        raise TypeError
    if letter.startswith("td"):
        unit = _DAY if letter == "tdD" else 10**6
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            days = (value - datetime.date(1970, 1, 1)).days
            return towards(Fraction(days * _DAY, unit))
        return towards(since_1970(value, zoned=False) / unit)
    return towards(since_1970(value, zoned=letter[4:] != "") / _NS[letter[2]])


def scaled(value: Any, letter: str, towards: Rounding) -> int | None:
    """Return a number without its point, as decimals of Arrow's format *letter* are kept.

    Raises
    ------
    TypeError
        It is no number.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, complex | str) or not hasattr(value, "as_integer_ratio"):
        raise TypeError
    most = 10**38  # one more than any
    if not _finite(value):
        return None if towards is whole else most if value > 0 else -most
    scale = int(letter[2:].split(",")[1])
    made = towards(Fraction(*value.as_integer_ratio()) * Fraction(10) ** scale)
    return None if made is None else max(-most, min(made, most))


def edges(listed: list[Any]) -> Any:
    """Return edges as Go takes them; what is no list of numbers as it is, for Go to refuse."""
    try:
        made = [number(value, math.ceil) for value in listed]
    except TypeError:
        return listed
    return array(made) if made else listed
