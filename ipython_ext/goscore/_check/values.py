"""Hypothesis strategies for the values of columns, with those on which languages differ."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from types import CodeType
from typing import TYPE_CHECKING, Any

from .._errors import ArgumentTypeError

if TYPE_CHECKING:
    import pyarrow as pa
    from hypothesis.strategies import SearchStrategy

_EXACT = 2**53  # integers up to it are floats too

_FLOATS = (
    [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.125, 2.675, 1.005, 0.1, 0.2, 0.3, 1e16, 1e22, 1e300]
    + [0.0, -0.0, math.nan, math.inf, -math.inf, 5e-324, 2.2250738585072014e-308]
    + [float(sign * (_EXACT + step)) for sign in (1, -1) for step in (-1, 0, 1, 2)]
    + [float(2**63), -float(2**63), float(2**64), 1.7976931348623157e308, -1.0, 100.0]
)
_INTEGERS = [0, -1, -2, 10, 100, _EXACT - 1, _EXACT, _EXACT + 1, -_EXACT - 1, 2**31, 2**32, 2**62]
_TEXTS = [
    *("", "a", "A", "ab", "b a", " a ", "a ", " ", "\t", "\n", "\r\n", "\xa0a", "a\u2003", "\u3000", "\x1ca", "\x85"),
    *("é", "e\u0301", "É", "ß", "ẞ", "İ", "ı", "ﬁ", "ǆ", "Σς", "𝒳", "👩‍👩‍👧", "\ufeff", "a\0b", "\0", "zebra", "Zebra", "éclair"),
    *("0", "12", " 12 ", "1_000", "1e5", "１２", "+1", "-0", "0x10", "nan", "inf", "1.", ".5", "1,5", "true", "a,b,,c", "a=b=c"),
    *("2024-02-29", "2023-02-29", "2024-1-5", "12:60"),
]  # fmt: skip
_LETTERS = "aAbBzZ019 .,;-_/=é\u0301ßİ𝒳\t\n\xa0\u2003\x1c\0"
_BLOCKS = (
    (0, 0x180),
    (0x370, 0x400),
    (0x410, 0x450),
    (0x2000, 0x2070),
    (0x0300, 0x0310),
    (0xFF10, 0xFF1A),
    (0x1F600, 0x1F610),
)
_ALPHABET = (
    "".join(chr(point) for block in _BLOCKS for point in range(*block))
    + "\u1680\u3000\u0660\u5b57\ufeff\ufffd"
)
_TIMES = [
    *(dt.datetime(2024, 2, 29), dt.datetime(2023, 2, 28), dt.datetime(2100, 2, 28, 23, 59, 59)),
    *(dt.datetime(2024, 1, 31), dt.datetime(2023, 12, 31), dt.datetime(2024, 3, 31), dt.datetime(2024, 5, 31)),
    *(dt.datetime(2021, 3, 28, 1, 59, 59), dt.datetime(2021, 3, 28, 2, 30), dt.datetime(2021, 10, 31, 2, 30)),
    *(dt.datetime(2021, 3, 14, 2, 30), dt.datetime(2021, 11, 7, 1, 30), dt.datetime(1970, 1, 1)),
    *(dt.datetime(1969, 12, 31, 23, 59, 59, 999999), dt.datetime(1900, 3, 1), dt.datetime(2038, 1, 19, 3, 14, 8)),
]  # fmt: skip
_SPANS = [dt.timedelta(microseconds=-1), dt.timedelta(days=-1), dt.timedelta(hours=25)]
_FIRST, _LAST = dt.datetime(1700, 1, 1), dt.datetime(2250, 12, 31)
_LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`|\b\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?')


def constants(py_func: Callable[..., Any], source: str) -> list[Any]:
    """Return the literals of both functions: what they do may change at them."""
    found: list[Any] = []
    codes = [getattr(py_func, "__code__", None)]
    while codes:
        code = codes.pop()
        for one in getattr(code, "co_consts", ()):
            if isinstance(one, CodeType):
                codes.append(one)
            else:
                found += one if isinstance(one, tuple | frozenset) else [one]
    doc = getattr(py_func, "__doc__", None)
    lines = [line for line in source.splitlines() if not line.lstrip().startswith("//")]
    for word in _LITERAL.findall("\n".join(lines)):
        if word[0] in '"`':
            found.append(word[1:-1])
        else:
            found.append(float(word) if re.search("[.eE]", word) else int(word.replace("_", "")))
    return [one for one in found if one is not None and one != doc]


def go_type(go: str, sources: str) -> pa.DataType | None:
    """Return the Arrow type whose values a Go type holds, None for one that has many or none."""
    import pyarrow as pa

    go = go.removeprefix("*")
    if declared := re.search(rf"\btype\s+{re.escape(go)}\s*=?\s*(\w[\w.]*)", sources):
        go = declared[1]
    named = {
        "int": pa.int64(), "uint": pa.uint64(), "byte": pa.uint8(), "rune": pa.int32(), "[]byte": pa.binary(),
        "float32": pa.float32(), "float64": pa.float64(), "bool": pa.bool_(), "string": pa.string(),
        "time.Time": pa.timestamp("us"), "time.Duration": pa.duration("us"), "goscore.Decimal": pa.decimal128(12, 2),
        **{kind + bits: getattr(pa, kind + bits)() for kind in ("int", "uint") for bits in ("8", "16", "32", "64")},
    }  # fmt: skip
    if go in named:
        return named[go]
    elem = go_type(go[2:], sources) if go.startswith("[]") else None
    return None if elem is None else pa.list_(elem)


def resolved(go: pa.DataType | None, given: pa.DataType | None, name: str, kind: str) -> Any:
    """Return the Arrow type of a parameter's values, and the largest integer, from its Go type and an example's.

    Raises
    ------
    ArgumentTypeError
        Nothing tells what its values are.
    """
    import pyarrow as pa

    if go is None and given is None:
        raise ArgumentTypeError(
            f"check makes no values of type {kind} for {name}: pass an example for each parameter"
        )
    if given is None or pa.types.is_null(given):
        return go, None
    if go is None:
        return given, None
    if pa.types.is_floating(go) and pa.types.is_integer(given):
        return pa.int64(), _EXACT
    if pa.types.is_integer(go) or pa.types.is_boolean(go):
        return go, None
    return given, None


def strategy(
    kind: pa.DataType, missing: bool, seen: list[Any], most: int | None = None
) -> SearchStrategy[Any]:
    """Return a strategy for the values of an Arrow type.

    Parameters
    ----------
    kind : pyarrow.DataType
    missing : bool
        Whether None is one of them.
    seen : list
        Constants of the functions and values of examples; those of other types are left out.
    most : int, optional
        The largest integer.
    """
    from hypothesis import strategies as st

    found = _of(kind, seen, most)
    return st.one_of(found, st.none()) if missing else found


def _of(kind: Any, seen: list[Any], most: int | None) -> SearchStrategy[Any]:
    import pyarrow as pa
    from hypothesis import strategies as st

    is_ = pa.types
    if is_.is_boolean(kind):
        return st.booleans()
    if is_.is_integer(kind):
        return _integers(kind, seen, most)
    if is_.is_floating(kind):
        width = kind.bit_width
        near = [float(one) for one in _numbers(seen)]
        near += [math.nextafter(one, way) for one in near for way in (-math.inf, math.inf)]
        edges = [pa.scalar(one, kind).as_py() for one in (*_FLOATS, *near, *(-one for one in near))]
        special = st.sampled_from([0.0, 1.0, -1.0, -0.0, math.nan, math.inf, -math.inf])
        quarters = st.integers(-40, 40).map(lambda number: number / 4)
        return st.one_of(st.floats(width=width), special, st.sampled_from(edges), quarters)
    if is_.is_string(kind) or is_.is_large_string(kind) or kind == pa.string_view():
        own = [one for one in seen if isinstance(one, str)]
        words = st.sampled_from([*own, *_TEXTS])
        joined = st.lists(words, min_size=2, max_size=3).map("".join)
        return st.one_of(st.text(_LETTERS, max_size=6), st.text(_ALPHABET), words, joined)
    if is_.is_binary(kind) or is_.is_large_binary(kind):
        return st.binary()
    if is_.is_timestamp(kind):
        zones: dict[str, Any] = {}
        if kind.tz:
            import zoneinfo

            zones = {"timezones": st.just(zoneinfo.ZoneInfo(kind.tz))}
        at = st.sampled_from(_TIMES)
        moments = (
            at.map(lambda one: one.replace(tzinfo=zoneinfo.ZoneInfo(kind.tz))) if zones else at
        )
        days = st.dates(dt.date(1990, 1, 1), dt.date(2040, 12, 31))
        midnights = days.map(lambda day: dt.datetime(day.year, day.month, day.day))
        found = st.datetimes(_FIRST, _LAST, **zones)
        if zones:
            return st.one_of(found, moments)
        return st.one_of(found.map(lambda one: one.replace(fold=0)), moments, midnights)
    if is_.is_date(kind):
        marked = st.sampled_from([one.date() for one in _TIMES])
        return st.one_of(st.dates(_FIRST.date(), _LAST.date()), marked)
    if is_.is_duration(kind):
        century = dt.timedelta(days=36525)
        return st.one_of(st.timedeltas(-century, century), st.sampled_from(_SPANS))
    if is_.is_decimal(kind):
        bound = 10 ** (kind.precision - kind.scale) - 1
        return st.decimals(-bound, bound, places=kind.scale)
    if is_.is_list(kind) or is_.is_large_list(kind):
        return st.lists(_of(kind.value_type, seen, most), max_size=6)
    if is_.is_dictionary(kind):
        return _of(kind.value_type, seen, most)
    raise ArgumentTypeError(f"check makes no values of type {kind}")


def _integers(kind: Any, seen: list[Any], most: int | None) -> SearchStrategy[int]:
    from hypothesis import strategies as st

    signed = "uint" not in str(kind)
    low, high = (-(2 ** (kind.bit_width - 1)) if signed else 0), 2 ** (kind.bit_width - signed) - 1
    if most is not None:
        low, high = max(low, -most), min(high, most)
    near = [int(one) + step for one in _numbers(seen) for step in (-1, 0, 1)]
    edges = [*_INTEGERS, *near, *(-one for one in near), low, low + 1, high - 1, high]
    inside = [one for one in edges if low <= one <= high]
    small = st.integers(max(low, -20), min(high, 20))
    ends = st.sampled_from([one for one in (0, 1, -1, high, low) if low <= one <= high])
    return st.one_of(st.integers(low, high), small, ends, st.sampled_from(inside))


def _numbers(seen: list[Any]) -> list[Any]:
    return [
        one
        for one in seen
        if isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < 1e300
    ]
