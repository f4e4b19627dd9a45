"""Built-in functions compare values exactly: as Python does with its own ints and fractions."""

import datetime as dt
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import goscore
from goscore import ArgumentTypeError, ArgumentValueError

ODD = 2**53 + 1  # whose nearest float is another number
NUMBERS = [0, 1, -1, 0.5, -2.5, ODD, ODD - 1, -ODD, 2.0**53, 2**63 - 1, -(2**63), 2.0**63, 2**63]
NUMBERS += [2**64 - 1, 2.0**64, 2**64, 10**30, 1e30, -(10**30), Decimal("0.1"), 0.1, Fraction(1, 3)]
NUMBERS += [Decimal(ODD) + Decimal("0.5"), math.inf, -math.inf, 10**400, np.uint64(2**63 + 1)]
COLUMNS = {
    "int64": [ODD - 1, ODD, ODD + 1, -ODD, 2**63 - 1, -(2**63), 0, 1, -3],
    "uint64": [ODD - 1, ODD, ODD + 1, 2**63 - 1, 2**63, 2**63 + 1, 2**64 - 1, 0],
    "float64": [
        2.0**53,
        2.0**53 + 2,
        2.0**63,
        2.0**64,
        0.1,
        1 / 3,
        -2.5,
        1e30,
        math.inf,
        -math.inf,
    ],
    "float32": [0.5, -2.5, 2.0**24, 2.0**63, 0.25],
    "int8": [-128, -3, 0, 1, 127],
}
MASKED = {"int64": "Int64", "uint64": "UInt64", "int8": "Int8"}
MAKE = {
    "pandas": lambda values, kind: pd.DataFrame({"v": pd.Series(values, dtype=kind)}),
    "polars": lambda values, kind: pl.DataFrame({"v": pl.Series(np.array(values, kind))}),
    "arrow": lambda values, kind: pa.table({"v": pa.array(np.array(values, kind))}),
}


def exactly(value):
    """Return a number that Python compares exactly with any other."""
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, float) and math.isinf(value) else Fraction(value)


def broken(frame, rule, name="v"):
    """Return the rows that break a rule of one column."""
    made = goscore.validate(frame, {name: rule})
    return (
        made["row"].to_pylist() if isinstance(made, pa.Table) else [int(row) for row in made["row"]]
    )


@pytest.mark.parametrize("library", MAKE)
@pytest.mark.parametrize("kind", COLUMNS)
def test_bounds(kind, library):
    """A bound of any type of number separates the values as Python's own comparison does."""
    values = COLUMNS[kind]
    frame = MAKE[library](values, kind)
    for number, bound in enumerate(NUMBERS):
        if library != "pandas" and number % 5:
            continue
        low = [row for row, value in enumerate(values) if exactly(value) < exactly(bound)]
        high = [row for row, value in enumerate(values) if exactly(value) > exactly(bound)]
        assert broken(frame, ("between", bound, None)) == low, bound
        assert broken(frame, ("between", None, bound)) == high, bound


@pytest.mark.parametrize("kind", COLUMNS)
def test_one_of(kind):
    """A value is among others when it equals one, not when it is only near."""
    values = COLUMNS[kind]
    frame = MAKE["pandas"](values, kind)
    for allowed in (NUMBERS[:9], NUMBERS[9:15], {*NUMBERS[15:]}, [ODD], [2.0**53], []):
        equal = {*map(exactly, allowed)}
        want = [row for row, value in enumerate(values) if exactly(value) not in equal]
        assert broken(frame, ("one_of", allowed)) == want, allowed


@pytest.mark.parametrize("kind", COLUMNS)
def test_buckets(kind):
    """Edges of one list may be ints beside floats, and an array's of any type; each is itself."""
    values = COLUMNS[kind]
    plain = [
        one
        for one in NUMBERS
        if not isinstance(one, Decimal | Fraction) and one not in (1e30, 10**400)
    ]
    edges = sorted({exactly(one): one for one in plain}.items())
    given = [one for _, one in edges]
    want = [sum(edge <= exactly(value) for edge, _ in edges) for value in values]
    assert goscore.bucketize(np.array(values, kind), given).tolist() == want
    for one in ([0, 0.5, ODD], [ODD - 1, ODD], np.array([ODD], "u8"), pa.array([-ODD, ODD])):
        listed = one.to_pylist() if isinstance(one, pa.Array) else [*one]
        want = [sum(exactly(edge) <= exactly(value) for edge in listed) for value in values]
        assert goscore.bucketize(np.array(values, kind), one).tolist() == want
    masked = pd.Series([None, *values], dtype=MASKED.get(kind, kind))
    assert goscore.bucketize(masked, given).isna().tolist() == [True] + [False] * len(values)


def test_edges_that_do_not_climb():
    """Edges that are one float and two ints climb; equal ones do not."""
    with pytest.raises(
        ArgumentValueError, match="edges must climb, and edge 1 is 9007199254740992"
    ):
        goscore.bucketize([1], [2**53, 2.0**53])
    with pytest.raises(ArgumentTypeError, match="edges"):
        goscore.bucketize([1], ["a"])


def test_hash_of_large_integers():
    """An integer's exact eight bytes are hashed: neighbours that share a float differ."""
    found = goscore.hash_encode(np.array([ODD - 1, ODD, ODD + 1]), 2**62)
    assert len({*found.tolist()}) == 3
    assert goscore.hash_encode(pd.Series([ODD, None], dtype="Int64"), 2**62)[0] == found[1]
    assert goscore.hash_encode(pl.Series([ODD, None]), 2**62)[0] == found[1]
    assert goscore.hash_encode([ODD, None], 2**62)[0] == found[1]
    assert goscore.hash_encode(np.array([float(ODD - 1)]), 2**62)[0] == found[0]


DAY = dt.date(2026, 3, 1)
NOON = dt.datetime(2026, 3, 1, 12)
PARIS = NOON.replace(tzinfo=dt.UTC)
ORDERED = {
    "dates": ([DAY, DAY + dt.timedelta(1), dt.date(1960, 1, 1)], DAY, DAY, 1),
    "times": ([NOON, NOON + dt.timedelta(0, 0, 1), NOON - dt.timedelta(0, 0, 1)], NOON, NOON, 1),
    "zoned": ([PARIS, PARIS + dt.timedelta(0, 0, 1), PARIS - dt.timedelta(1)], PARIS, PARIS, 1),
    "durations": ([dt.timedelta(1), dt.timedelta(0), -dt.timedelta(1)], dt.timedelta(0), None, 1),
    "strings": (["b", "a", "\U0001f600"], "b", "\uffff", 1),
    "decimals": ([Decimal("1.10"), Decimal("-3.25"), Decimal("99.99")], 1, 50.5, 1),
}


@pytest.mark.parametrize("library", ["pandas", "polars", "arrow"])
@pytest.mark.parametrize("name", ORDERED)
def test_other_types(name, library):
    """Dates, times, durations, strings and decimals have bounds, and lists of values, too."""
    values, low, high, _ = ORDERED[name]
    table = pa.table({"v": pa.array([*values, None])})
    frame = {"arrow": table, "polars": pl.from_arrow(table)}.get(library)
    if frame is None:
        frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    want = [
        row
        for row, value in enumerate(values)
        if value < low or (high is not None and value > high)
    ]
    assert broken(frame, ("between", low, high)) == want
    assert broken(frame, ("one_of", [values[1], None])) == [0, 2]


def test_nanoseconds():
    """Bounds keep the nanoseconds that Python's datetime does not have."""
    t = pd.Timestamp("2026-03-01 12:00:00.000000001")
    one = pd.Timedelta(1)
    frame = pd.DataFrame({"t": [t - one, t, t + one], "d": [one, 2 * one, 3 * one]})
    assert broken(frame, ("between", t, t), "t") == [0, 2]
    assert broken(frame, ("between", t.to_numpy(), None), "t") == [0]
    assert broken(frame, ("between", 2 * one, None), "d") == [0]
    assert broken(frame, ("one_of", [np.timedelta64(3, "ns")]), "d") == [0, 1]
    seconds = frame[["t"]].astype("M8[s]")
    assert broken(seconds, ("between", t, None), "t") == [0, 1, 2]  # all are a moment before it


def test_bounds_that_do_not_fit():
    """A bound of another kind, or without the column's time zone, is an error that names it."""
    frame = pl.DataFrame({"t": [NOON], "z": [PARIS], "v": [1.5]})
    for name, bound, message in (
        ("t", DAY, r"datetime.date\(2026, 3, 1\) is not comparable with a column of timestamp"),
        ("t", "2026-03-01", "'2026-03-01' is not comparable"),
        ("t", PARIS, "the column has no time zone"),
        ("z", NOON, "the column has a time zone"),
        ("v", "1", "'1' is not comparable with a column of double"),
        ("v", NOON, "is not comparable with a column of double"),
    ):
        with pytest.raises(ArgumentTypeError, match=message):
            goscore.validate(frame, {name: ("between", bound, None)})
    for name, bound in (("v", math.nan), ("t", np.datetime64("NaT")), ("v", Decimal("NaN"))):
        with pytest.raises(ArgumentValueError, match="is no bound"):
            goscore.validate(frame, {name: ("between", None, bound)})


def test_nan_is_a_value_outside_pandas():
    """In polars and Arrow a NaN breaks every rule but "required", and null that one alone."""
    values = [1.0, math.nan, None, math.nan]
    for frame in (pl.DataFrame({"v": values}), pa.table({"v": pa.array(values)})):
        assert broken(frame, ("between", 0, 2)) == [1, 3]
        assert broken(frame, ("between", None, None)) == [1, 3]
        assert broken(frame, ("one_of", [1])) == [1, 3]
        assert broken(frame, ("one_of", [math.nan])) == [0]
        assert broken(frame, "unique") == [1, 3]
        assert broken(frame, "required") == [2]
    assert broken(pl.DataFrame({"v": [math.nan, 1.0]}), "unique") == []
    frame = pd.DataFrame({"v": [1.0, math.nan, None, math.nan]})
    for rule in (("between", 0, 2), ("one_of", [1]), "unique"):
        assert broken(frame, rule) == []
    assert broken(frame, "required") == [1, 2, 3]


def test_columns_by_name():
    """A rule is for every column of its name, and for none whose name only looks the same."""
    frame = pd.DataFrame([[1, 9], [9, 1]], columns=["a", "a"])
    assert broken(frame, ("between", 0, 5), "a") == [0, 1]
    frame = pd.DataFrame({0: [1], "0": [9]})
    assert broken(frame, ("between", 0, 5), "0") == [0]
    assert broken(frame, ("between", 0, 5), 0) == []
    with pytest.raises(ArgumentValueError, match=r"no column '0'; did you mean 0\?"):
        goscore.validate(pd.DataFrame({0: [1]}), {"0": "required"})


def test_zscore_of_equal_values():
    """The deviation of equal values is exactly 0, whatever their mean is rounded to."""
    for value in (0.1, 1.1, 1e-300, 3, 1e300):
        for n in (1, 2, 3, 6, 1000):
            assert np.isnan(goscore.zscore(np.array([value] * n))).all()
    v, k = pd.Series([0.1] * 3 + [1.0, 2.0, None]), [1, 1, 1, 2, 2, 2]
    assert goscore.zscore(v, by=k).tolist()[3:5] == [-1.0, 1.0]
    assert goscore.zscore(v, by=k).isna().tolist() == [True] * 3 + [False, False, True]
