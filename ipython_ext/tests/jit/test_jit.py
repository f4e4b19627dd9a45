"""``@goscore.jit``: Go where it gives the same, Python otherwise, and never another number."""

from __future__ import annotations

import itertools
import math
import pickle
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

import goscore
from goscore import ArgumentTypeError, ArgumentValueError

VALUES = np.random.default_rng(7).normal(size=3000).round(3).tolist()
WORDS = ["ab", "abc", "é", "", "日本", "abd"] * 400
RATE = 2.5
LIMITS = [(0.5, "low"), (1.0, "middle")]
SEEN = []


def smoothed(v, alpha=0.3):
    out, prev = [], None
    for x in v:
        prev = x if prev is None else alpha * x + (1 - alpha) * prev
        out.append(prev)
    return out


def label(x):
    for limit, name in LIMITS:
        if abs(x) < limit:
            return name
    return "high"


def distance(a: str, b: str):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def counted(words):
    counts = {}
    for w in words:
        counts[w] = counts.get(w, 0) + 1
    return counts


def runs(v):
    out = []
    for x in v:
        if out and out[-1][0] == x:
            out[-1] = (x, out[-1][1] + 1)
        else:
            out.append((x, 1))
    return out


def closest(x, points):
    best, at = None, -1
    for i, p in enumerate(points):
        if best is None or abs(p - x) < best:
            best, at = abs(p - x), i
    return at


def spread(v):
    return max(v) - min(v) if len(v) > 0 else None


def overflows(v):
    h = 7
    for i, x in enumerate(v):
        h = (h * 31 + x) if i > 1500 else (h * 31 + x) % 1000003
    return h


def printed(v):
    print(len(v))
    return len(v)


def remembered(v):
    SEEN.append(len(v))
    return len(v)


def waves(x):
    return math.sin(x) * 2


def unordered(words):
    return [w for w in set(words)]  # noqa: C416


def differs_late(v):
    return sum(1 for x in v if x is not None) + round(len(v) / 7)


IN_GO = [
    (smoothed, (VALUES,)),
    (smoothed, (pd.Series(VALUES), 0.5)),
    (label, (VALUES,)),
    (distance, (WORDS, "abx")),
    (counted, (WORDS,)),
    (runs, ([1, 1, 2, 2, 2, 3] * 300,)),
    (closest, (VALUES, [0.0, 1.5, -1.0])),
    (spread, (np.array(VALUES),)),
    (spread, ([],)),
    (differs_late, (VALUES,)),
]


def alone(function, args):
    """Return what Python gives: by rows where the first parameter is a row's."""
    if function in (label, distance, closest):
        return [function(one, *args[1:]) for one in args[0]]
    return function(*args)


@pytest.mark.parametrize(("function", "args"), IN_GO, ids=lambda one: getattr(one, "__name__", ""))
def test_in_go(function, args):
    """It runs in Go, and gives the same bits, the same types and the same order of keys, twice."""
    jitted = goscore.jit(function)
    want = alone(function, args)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            got = jitted(*args)
            assert got == want
            assert isinstance(want, type(got))
            assert not isinstance(got, dict) or list(got) == list(want)
    assert (": Go, equal to Python on the first" in jitted.explain()) is (len(args[0]) > 0)
    assert "func Jit" in jitted.go_source


@pytest.mark.parametrize(
    ("function", "args", "reason"),
    [
        (printed, (VALUES,), "line 2, print(len(v)): print is no function"),
        (remembered, (VALUES,), "SEEN is a list outside the function"),
        (waves, (VALUES,), "the last bits of math.sin may differ from Python's: rtol=1e-12"),
        (unordered, (["a"],), "a set, whose order is Python's own"),
        (
            spread,
            (np.array(VALUES, "float32"),),
            "float32, with which NumPy calculates in its own way",
        ),
        (smoothed, (pd.Series([1.0, None, 2.0], dtype="Float64"),), "values are missing"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_stays_python(function, args, reason, capsys):
    """It runs in Python, a warning says once why, and options of Go's are refused with the reason."""
    jitted = goscore.jit(function)
    with pytest.warns(UserWarning, match="goscore.jit: ") as seen:
        first = jitted(*args)
    assert len(seen) == 1 and reason in str(seen[0].message)
    assert seen[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(np.atleast_1d(jitted(*args))) == len(np.atleast_1d(first))
    with pytest.raises(ArgumentValueError, match="runs in Python, where there is no by"):
        jitted(*args, by=[1] * len(args[0]))


def test_overflow_after_the_first_rows():
    """An int beyond 64 bits hands the whole call to Python, whose number it is; smaller ones stay Go's."""
    jitted = goscore.jit(overflows)
    v = list(range(3000))
    with pytest.warns(UserWarning, match="was handed to Python: .*an int beyond 64 bits"):
        assert jitted(v) == overflows(v)
    assert ": Go, equal" in jitted.explain()
    assert jitted(v[:1500]) == overflows(v[:1500])


def test_errors_are_pythons():
    """Where Python raises, its own exception is what comes."""

    def inverse(v):
        return [1 / x for x in v]

    jitted = goscore.jit(inverse)
    assert jitted([2.0, 4.0] * 1000) == [0.5, 0.25] * 1000
    with pytest.warns(UserWarning, match="ZeroDivisionError"), pytest.raises(ZeroDivisionError):
        jitted([2.0] * 1500 + [0.0])


def test_what_changes_outside():
    """A value of the module that is another one now is Python's affair."""
    global RATE

    def scaled(x):
        return x * RATE

    jitted = goscore.jit(scaled)
    series = pd.Series(VALUES, index=range(5, 3005), name="v")
    pd.testing.assert_series_equal(jitted(series), series * 2.5)
    RATE = 3.0
    try:
        with pytest.warns(UserWarning, match="RATE, which it reads outside, is another value now"):
            pd.testing.assert_series_equal(jitted(series), series * 3.0)
    finally:
        RATE = 2.5


def test_rtol():
    """With rtol the last bits of the C library's functions may differ."""
    jitted = goscore.jit(rtol=1e-12)(waves)
    got = jitted(pd.Series(VALUES))
    assert np.allclose(got, [waves(x) for x in VALUES], rtol=1e-12, atol=0)
    assert ": Go, equal" in jitted.explain()


def test_libraries():
    """The result of a function of rows comes in the library of its column; one value gives one."""
    jitted = goscore.jit(label)
    want = [label(x) for x in VALUES]
    assert jitted(pl.Series("v", VALUES)).to_list() == want
    assert jitted(pa.array(VALUES)).to_pylist() == want
    assert jitted(np.array(VALUES)).tolist() == want
    assert jitted(0.7) == "middle"


def test_groups_and_streams():
    """In Go, by= and streams are those of any Go function."""
    jitted = goscore.jit(spread)
    v, k = pd.Series(VALUES), pd.Series(list(itertools.islice(itertools.cycle("ab"), len(VALUES))))
    jitted(v)
    got = jitted(v, by=k)
    assert got.tolist() == v.groupby(k).agg(lambda g: g.max() - g.min()).tolist()
    rows = goscore.jit(label)
    table, want = pa.table({"x": VALUES}), [label(x) for x in VALUES]
    for stream in (table.to_reader(700), ds.dataset(table), table.to_reader(100)):
        assert rows(stream).read_all()[0].to_pylist() == want
    assert "(float), for each row: Go, equal to Python on the first 1,000" in rows.explain()
    with pytest.raises(ArgumentValueError, match="which reads no stream: its first rows"):
        goscore.jit(label)(table[:0].to_reader())
    with pytest.raises(ArgumentValueError, match=r"reads no stream: .*math\.sin may differ"):
        with pytest.warns(UserWarning):
            goscore.jit(waves)(table.to_reader())


def test_several_types():
    """Each kind of arguments is decided by itself."""

    def doubled(x):
        return x + x

    jitted = goscore.jit(doubled)
    assert jitted([1, 2]) == [2, 4] and jitted([1.5]) == [3.0] and jitted(["a"]) == ["aa"]
    assert len(jitted.explain().splitlines()) == 3


def test_more_rows_are_compared_again():
    """What was decided on few rows is looked at again on more of them."""

    def late(v):
        return sum(round(x, 1) for x in v)

    jitted = goscore.jit(late)
    assert jitted([]) == 0
    assert jitted.explain().endswith("not compared yet")
    for n in (3, 2000):
        assert jitted(VALUES[:n]) == late(VALUES[:n])
        assert jitted.explain().endswith(f"the first {min(n, 1000):,} rows")


class Model:
    def method(self, v):
        return v

    @staticmethod
    @goscore.jit
    def thrice(v):
        return v * 3


def test_refused():
    """Methods and classes are refused in one sentence; a static one is a function."""
    assert Model.thrice([1.5]) == Model().thrice([1.5]) == [4.5]
    with pytest.raises(ArgumentTypeError, match=r"not for methods such as Model\.method"):
        goscore.jit(Model.method)
    with pytest.raises(ArgumentTypeError, match=r"not for methods such as Model\.method"):
        goscore.jit(Model().method)
    with pytest.raises(ArgumentTypeError, match="jit is for functions, not for a type"):
        goscore.jit(Model)
    assert goscore.jit(label).explain() == "label has not been called yet"
    assert goscore.jit(label).go_source is None


@goscore.jit
def decorated(x: float) -> float:
    """Add one."""
    return x + 1.0


def test_is_the_function():
    """It has the function's name, docstring and signature, and pickles as functions do."""
    assert (decorated.__name__, decorated.__doc__) == ("decorated", "Add one.")
    assert pickle.loads(pickle.dumps(decorated)) is decorated
    assert pickle.loads(pickle.dumps(goscore.jit(label)))(0.1) == "low"
    assert decorated(1.0) == 2.0


def test_no_source():
    """A function whose source is not there runs in Python."""
    scope = {}
    exec("def made(x):\n    return x + 1", scope)
    with pytest.warns(UserWarning, match="the source of made is not there"):
        assert goscore.jit(scope["made"])(1) == 2
