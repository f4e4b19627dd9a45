"""The types that are tried: what Go and Arrow call them, which values they have, and what functions do with them.

A value stands for itself in Python: an int, a float, a str, bytes, a Decimal, a list. A time is the int of its
nanoseconds since 1970, by the clock of its zone where it has none, and a duration that of its nanoseconds.
None is missing.
"""

from __future__ import annotations

import decimal
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa

DAY = 86_400 * 10**9
TICKS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}

Step = Callable[[Any, Any], Any]


@dataclass(frozen=True, repr=False)
class Type:
    """A type of columns.

    Attributes
    ----------
    values : strategy
        Of values that are there.
    body : callable
        Makes a random Go body of a function of x and y, and the same in Python.
    """

    name: str
    go: str
    arrow: pa.DataType
    values: st.SearchStrategy[Any]
    body: Callable[[random.Random], tuple[str, Step]]

    def __repr__(self) -> str:
        return self.name

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.name)

    @property
    def is_float(self) -> bool:
        return self.go.startswith("float")


def _integer(bits: int, signed: bool) -> Type:
    name = f"{'' if signed else 'u'}int{bits}"
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    edges = {low, low + 1, high, high - 1, 0, 1}
    edges |= {v for v in (2**53, 2**53 + 1, -(2**53) - 1) if low <= v <= high}
    values = st.one_of(
        st.integers(low, high), st.integers(max(low, -9), 9), st.sampled_from(sorted(edges))
    )

    def wrap(value: int) -> int:
        value &= 2**bits - 1
        return value - 2**bits if signed and value > high else value

    operations: list[tuple[str, Step]] = [
        ("({} + {})", lambda a, b: wrap(a + b)),
        ("({} - {})", lambda a, b: wrap(a - b)),
        ("({} * {})", lambda a, b: wrap(a * b)),
        ("({} & {})", lambda a, b: a & b),
        ("({} ^ {})", lambda a, b: wrap(a ^ b)),
        ("min({}, {})", min),
        ("max({}, {})", max),
    ]
    constant = lambda rng: rng.choice([1, 2, 3, 7, high])  # noqa: E731
    return Type(
        name, name, pa.from_numpy_dtype(name), values, _arithmetic(name, operations, constant)
    )


def _float(bits: Literal[32, 64]) -> Type:
    name, kind = f"float{bits}", np.dtype(f"f{bits // 8}").type
    edges = [
        0.0,
        -0.0,
        math.nan,
        math.inf,
        -math.inf,
        1.5,
        -2.25,
        5e-324 if bits == 64 else 2.0**-149,
        2.0**53,
    ]
    values = st.one_of(st.floats(width=bits), st.sampled_from(edges), st.integers(-9, 9).map(float))

    def done(operation: Callable[[Any, Any], Any]) -> Step:
        def step(a: Any, b: Any) -> float:
            with np.errstate(all="ignore"):
                return float(operation(kind(a), kind(b)))

        return step

    def pick(less: bool) -> Step:
        """Go's min and max: NaN if there is one, and -0.0 below 0.0."""

        def step(a: float, b: float) -> float:
            if math.isnan(a) or math.isnan(b):
                return math.nan
            key = lambda v: (v, math.copysign(1, v))  # noqa: E731
            return min(a, b, key=key) if less else max(a, b, key=key)

        return step

    operations: list[tuple[str, Step]] = [
        ("({} + {})", done(lambda a, b: a + b)),
        ("({} - {})", done(lambda a, b: a - b)),
        (name + "({} * {})", done(lambda a, b: a * b)),
        ("({} / {})", done(lambda a, b: a / b)),
        ("min({}, {})", pick(True)),
        ("max({}, {})", pick(False)),
    ]
    constant = lambda rng: rng.choice([0.5, 2.0, -3.0, 1024.0])  # noqa: E731
    return Type(
        name, name, pa.from_numpy_dtype(name), values, _arithmetic(name, operations, constant)
    )


def _arithmetic(
    go: str, operations: list[tuple[str, Step]], constant: Callable[[random.Random], Any]
) -> Callable[[random.Random], tuple[str, Step]]:
    """Give random expressions of x and y, one of two by a comparison."""

    def expression(rng: random.Random, depth: int) -> tuple[str, Step]:
        if not depth or rng.random() < 0.2:
            return rng.choice([("x", lambda x, y: x), ("y", lambda x, y: y)])
        text, operation = rng.choice(operations)
        left, first = expression(rng, depth - 1)
        if rng.random() < 0.3:
            value = constant(rng)
            return text.format(left, f"{go}({value})"), lambda x, y: operation(first(x, y), value)
        right, second = expression(rng, depth - 1)
        return text.format(left, right), lambda x, y: operation(first(x, y), second(x, y))

    def body(rng: random.Random) -> tuple[str, Step]:
        (left, first), (right, second) = expression(rng, 2), expression(rng, 2)
        if left == right:
            return f"return {left}", first
        return (
            f"if x > y {{ return {left} }}; return {right}",
            lambda x, y: first(x, y) if x > y else second(x, y),
        )

    return body


def _choice(*ways: tuple[str, Step]) -> Callable[[random.Random], tuple[str, Step]]:
    return lambda rng: rng.choice(ways)


ALPHABET = st.sampled_from(
    ["a", "b", "Z", " ", "é", "e\u0301", "ß", "漢", "🙂", "\0", '"', "\n", "0"]
)
TEXTS = st.one_of(
    st.lists(ALPHABET, max_size=8).map("".join), st.sampled_from(["", "a", "b", "x" * 20])
)
_CUT = "if r := []rune({0}); len(r) > 12 {{ return string(r[:12]) }} else {{ return {0} }}"
_TEXT = _choice(
    ("return max(x, y)", max),
    ("if x < y { return x }; return y", lambda x, y: x if x < y else y),
    (_CUT.format("(x + y)"), lambda x, y: (x + y)[:12]),
    (_CUT.format('(y + "é" + x)'), lambda x, y: (y + "é" + x)[:12]),
    (
        "if len(x) > len(y) { return y }; return x",
        lambda x, y: y if len(x.encode()) > len(y.encode()) else x,
    ),
)
_BYTES = _choice(
    ("if bytes.Compare(x, y) < 0 { return y }; return x", lambda x, y: y if x < y else x),
    ("z := append(bytes.Clone(x), y...); return z[:min(len(z), 12)]", lambda x, y: (x + y)[:12]),
)
_TIME = _choice(
    ("if x.Before(y) { return y }; return x", lambda x, y: y if x is None or x < y else x),
    (
        "if x.IsZero() || y.Before(x) { return y }; return x",
        lambda x, y: y if x is None or y < x else x,
    ),
)
_SPAN = _choice(
    ("return max(x, y)", max),
    ("return min(x, y)", min),
    ("if x < y { return y - x }; return x", lambda x, y: y - x if x < y else x),
)
_DECIMAL = _choice(
    ("if x.Cmp(y) < 0 { return y }; return x", lambda x, y: y if x < y else x),
    ("if x.Cmp(y) < 0 { return x }; return y", lambda x, y: x if x < y else y),
)
_LIST = _choice(
    ("z := append(slices.Clone(x), y...); return z[:min(len(z), 5)]", lambda x, y: (x + y)[:5]),
    ("if len(x) > len(y) { return x }; return y", lambda x, y: x if len(x) > len(y) else y),
)


def _time(name: str, kind: pa.DataType) -> Type:
    tick = DAY if kind == pa.date32() else TICKS[kind.unit]
    ends = sorted(v // tick for v in (-60 * 365 * DAY, 80 * 365 * DAY))
    moments = st.one_of(st.integers(*ends), st.sampled_from([0, 1, -1, 19_782 * DAY // tick]))
    return Type(name, "time.Time", kind, moments.map(lambda n: n * tick), _TIME)


def _span(unit: str) -> Type:
    tick = TICKS[unit]
    spans = st.one_of(st.integers(-(10**9), 10**9), st.sampled_from([0, 1, -1]))
    return Type(
        f"duration {unit}", "time.Duration", pa.duration(unit), spans.map(lambda n: n * tick), _SPAN
    )


TYPES = [
    *(_integer(bits, signed) for signed in (True, False) for bits in (8, 16, 32, 64)),
    _float(32),
    _float(64),
    Type(
        "bool", "bool", pa.bool_(), st.booleans(),
        _choice(
            ("return x && y", lambda x, y: x and y),
            ("return x || !y", lambda x, y: x or not y),
            ("return x != y", lambda x, y: x != y),
        ),
    ),
    Type("string", "string", pa.string(), TEXTS, _TEXT),
    Type("large string", "string", pa.large_string(), TEXTS, _TEXT),
    Type("string view", "string", pa.string_view(), TEXTS, _TEXT),
    Type("dictionary", "string", pa.dictionary(pa.int32(), pa.string()), st.sampled_from(["", "a", "b", "é" * 9]), _TEXT),
    Type("binary", "[]byte", pa.binary(), st.one_of(st.binary(max_size=5), st.binary(min_size=13, max_size=15)), _BYTES),
    Type(
        "decimal", "goscore.Decimal", pa.decimal128(12, 2),
        st.integers(-(10**12) + 1, 10**12 - 1).map(lambda n: decimal.Decimal(n).scaleb(-2)), _DECIMAL,
    ),
    _time("date", pa.date32()),
    *(_time(f"naive {unit}", pa.timestamp(unit)) for unit in TICKS),
    _time("UTC us", pa.timestamp("us", "UTC")),
    _time("Paris ns", pa.timestamp("ns", "Europe/Paris")),
    *(_span(unit) for unit in TICKS),
    Type("list", "[]int64", pa.list_(pa.int64()), st.lists(st.integers(-9, 2**53 + 1), max_size=3), _LIST),
]  # fmt: skip
BY_NAME = {one.name: one for one in TYPES}
