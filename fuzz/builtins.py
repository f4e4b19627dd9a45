"""The built-in functions, in plain Python."""

from __future__ import annotations

import datetime
import decimal
import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import hypothesis.strategies as st

import goscore

from .values import TYPES

Column = Sequence[Any]
NUMBERS = tuple(one.name for one in TYPES if one.is_float or "int" in one.name)
TEXTS = ("string", "large string", "string view")


@dataclass(frozen=True)
class BuiltIn:
    """A built-in function of one column and arguments.

    Attributes
    ----------
    call : callable
        It, on a column, with the options of a call.
    plain : callable
        The same on a list of values, of which None is missing.
    nan_is_missing : bool
        Whether a NaN is missing to it, in any library. To the others it is a number, and a null is refused.
    exact : bool
        Whether all bits are those of Python; else twelve digits.
    keyed : bool
        Whether it takes ``by=``.
    types : tuple of str
        What it is tried on.
    values : strategy, optional
        Its values there, if not those of the type.
    near : tuple of int
        Numbers that matter to it.
    """

    name: str
    call: Callable[..., Any]
    plain: Callable[[Column], Any]
    nan_is_missing: bool = True
    exact: bool = True
    keyed: bool = True
    aggregate: bool = False
    types: tuple[str, ...] = NUMBERS
    values: st.SearchStrategy[Any] | None = None
    near: tuple[int, ...] = ()


def _score_series(v: Column) -> list[float]:
    state, results = 0.0, []
    for x in map(float, v):
        state = state * 0.9 + x if x > state else state * 0.5
        results.append(state)
    return results


def _sum(terms: list[float]) -> float:
    """Add up, exactly where that is finite."""
    if all(map(math.isfinite, terms)):
        return float(sum(map(Fraction, terms)))
    return sum(terms)


def _score(v: Column) -> float:
    return _sum([float(x) ** 1.5 for x in v if x > 0])


def _weighted_sum(v: Column) -> float:
    return _sum([float(x) * float(x) for x in v])


def _weighted_mean(v: Column) -> float | None:
    there = [float(x) for x in v if x is not None]
    weights = _sum(there)
    return _sum([x * x for x in there]) / weights if weights else None


def _ewma(v: Column) -> list[float | None]:
    mean, results = None, []
    for x in v:
        if x is not None:
            mean = float(x) if mean is None else 0.75 * mean + 0.25 * float(x)
        results.append(mean)
    return results


def _zscore(v: Column) -> list[float | None]:
    there = [Fraction(x) for x in v if x is not None]
    if len(set(there)) < 2:
        return [None] * len(v)
    mean = sum(there) / len(there)
    deviation = math.sqrt(sum((x - mean) ** 2 for x in there) / len(there))
    return [None if x is None else float(Fraction(x) - mean) / deviation for x in v]


def _rolling(v: Column) -> list[float | None]:
    results = []
    for at in range(len(v)):
        window = [float(x) for x in v[max(0, at - 2) : at + 1] if x is not None]
        largest = max(window, key=lambda x: (x, math.copysign(1, x)), default=None)
        results.append(largest if len(window) > 1 else None)
    return results


EDGES = [-3, 0, 4, 2**53 - 1, 2**53 + 1]


def _bucketize(v: Column) -> list[int | None]:
    return [None if x is None else sum(edge <= x for edge in EDGES) for x in v]


def _hash_encode(v: Column) -> list[int | None]:
    return [None if x is None else _fnv(x) % 1009 for x in v]


def _fnv(x: Any) -> int:
    """64-bit FNV-1a of eight bytes: of the whole number, else of the float."""
    whole = isinstance(x, int) or (math.isfinite(x) and x == int(x) and -(2**63) <= x < 2**64)
    data = (int(x) & (2**64 - 1)).to_bytes(8, "little") if whole else struct.pack("<d", x)
    result = 0xCBF29CE484222325
    for byte in data:
        result = (result ^ byte) * 0x100000001B3 % 2**64
    return result


WAYS = [
    "{}",
    " {} ",
    "-{}",
    "+ {}",
    "\u2212{}",
    "${}",
    "{} €",
    "({})",
    "( {}$ )",
    "$-{}",
    "{}%",
    "-{} %",
]
AMOUNTS = st.one_of(
    st.integers(0, 10**9).map("{:,}".format),
    st.integers(0, 10**9).map(str),
    st.decimals(0, 10**7, places=2).map("{:,}".format),
    st.floats(0, 1e300).map(repr),
    st.sampled_from([".5", "7.", "1E3"]),
)
NO_NUMBERS = ["", " ", "nan", "1,23", "0,125", "--1", "(-1)", "$1%", "1.2.3", "1 2", "(1", "e5"]
NUMBER_TEXTS = st.one_of(
    st.builds(lambda way, amount: way.format(amount), st.sampled_from(WAYS), AMOUNTS),
    st.sampled_from(NO_NUMBERS),
)


def _parse_number(v: Column) -> list[float | None]:
    return [None if x is None or x in NO_NUMBERS else _number(x) for x in v]


def _number(text: str) -> float:
    negative = text.strip()[0] in "(-\u2212" or "$-" in text
    percent = "%" in text
    for sign in "() $€%,\u2212":
        text = text.replace(sign, "")
    value = decimal.Decimal(text.removeprefix("-").removeprefix("+"))
    number = float(value.scaleb(-2) if percent else value)
    return -number if negative else number


FORMAT = "%d/%m/%Y %H:%M:%S"
NO_TIMES = [
    "",
    "x",
    "30/02/2024 00:00:00",
    "01/13/2024 00:00:00",
    "01/01/2024",
    "01/01/2024 24:00:00",
]
TIME_TEXTS = st.one_of(
    st.datetimes(datetime.datetime(1700, 1, 1), datetime.datetime(2200, 1, 1)).map(
        lambda time: time.strftime(FORMAT)
    ),
    st.sampled_from(NO_TIMES),
)


def _parse_timestamp(v: Column) -> list[int | None]:
    return [None if x is None or x in NO_TIMES else _moment(x) for x in v]


def _moment(text: str) -> int:
    since = datetime.datetime.strptime(text, FORMAT) - datetime.datetime(1970, 1, 1)
    return since // datetime.timedelta(seconds=1) * 10**9


LISTED: dict[bool, list[Any]] = {
    True: ["", "a", "é" * 9, "b"],
    False: [-1, 0, 1, 4, 2**53, 2.0**60],
}


def rules(text: bool) -> list[Any]:
    """Return rules for strings or for numbers."""
    bounds = ("a", "é") if text else (-3, 2**53)
    return [("between", *bounds), ("one_of", LISTED[text]), "unique", "required"]


def broken(v: Column) -> list[tuple[int, str]]:
    """Return the rows that break `rules`, and which; of values, None is missing."""
    there = [x for x in v if x is not None]
    text = any(isinstance(x, str) for x in there)
    (_, low, high), *_ = rules(text)
    found = []
    for at, x in enumerate(v):
        if x is None:
            found.append((at, "required"))
            continue
        if not low <= x <= high:
            found.append((at, "between"))
        if x not in LISTED[text]:
            found.append((at, "one_of"))
        if sum(x == y or (x != x and y != y) for y in there) > 1:
            found.append((at, "unique"))
    return found


BUILT_IN = [
    BuiltIn("score_series", goscore.score_series, _score_series, nan_is_missing=False),
    BuiltIn("score", goscore.score, _score, nan_is_missing=False, exact=False, aggregate=True),
    BuiltIn(
        "weighted_sum", lambda v, **how: goscore.weighted_sum(v, v, **how), _weighted_sum,
        nan_is_missing=False, exact=False, aggregate=True,
    ),
    BuiltIn("weighted_mean", lambda v, **how: goscore.weighted_mean(v, v, **how), _weighted_mean, exact=False, aggregate=True),
    BuiltIn("ewma", lambda v, **how: goscore.ewma(v, 0.25, **how), _ewma, exact=False),
    BuiltIn("zscore", goscore.zscore, _zscore, exact=False),
    BuiltIn("rolling", lambda v, **how: goscore.rolling(v, 3, "max", min_periods=2, **how), _rolling),
    BuiltIn("bucketize", lambda v, **how: goscore.bucketize(v, EDGES, **how), _bucketize, keyed=False, near=tuple(EDGES)),
    BuiltIn("hash_encode", lambda v, **how: goscore.hash_encode(v, 1009, **how), _hash_encode, keyed=False),
    BuiltIn(
        "parse_number", lambda v: goscore.parse_number(v, thousands=",", errors="coerce"), _parse_number,
        keyed=False, types=TEXTS, values=NUMBER_TEXTS,
    ),
    BuiltIn(
        "parse_timestamp", lambda v: goscore.parse_timestamp(v, FORMAT, errors="coerce"), _parse_timestamp,
        keyed=False, types=TEXTS, values=TIME_TEXTS,
    ),
    BuiltIn("validate", goscore.validate, broken, nan_is_missing=False, keyed=False, types=(*NUMBERS, *TEXTS)),
]  # fmt: skip
