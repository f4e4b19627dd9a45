"""Calls like an earlier one: as fast as can be, and never another result than an ordinary call's."""

import copy
import os
import pickle
import sys
import threading

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import goscore
from goscore._call import call as ordinary
from goscore._worker import current, lanes

from ..declared import functions

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has lanes")

CODE = """
func Add(x, y float64) float64 { return x + y }
func Int(x int64) int64 { return x + 1 }
func Wide(x float64) float64 { return x }
func Small(x uint8) uint8 { return x + 1 }
func Flag(b bool) bool { return !b }
func Text(s string) string { return s + "!" }
func Opt(x *float64) float64 { if x == nil { return -1 }; return *x }
func Later(t time.Time) time.Time { return t.Add(time.Hour) }
func Root(x float64) (float64, error) { if x < 0 { return 0, fmt.Errorf("%v", x) }; return math.Sqrt(x), nil }
func Spread(v []float64) float64 { return slices.Max(v) - slices.Min(v) }
//goscore:default y=2.5
func Times(x float64, y float64) float64 { return x * y }
//goscore:scan
func Decay(prev, v float64) float64 { return prev/2 + v }
func Env(x int) string { d, _ := os.Getwd(); return d + os.Getenv("GOSCORE_TRIED") }
func Cores(x int) int { return runtime.GOMAXPROCS(0) }
func Panics(x int) int { return []int{1, 2, 3}[x] }
//goscore:table t
func Listed(x int, t []float64) float64 { return t[x] }
"""
X = np.array([0.5, 1.5, 2.5, -3.0])


@pytest.fixture(scope="module")
def go():
    """Declare the functions once."""
    return functions(CODE)


@pytest.fixture(autouse=True)
def always(monkeypatch):
    """However busy this machine is, a function is not slow."""
    monkeypatch.setattr(lanes, "_PAUSE", -1.0)


class Counted:
    """How many calls were ordinary ones."""

    def __init__(self, monkeypatch):
        self.count = 0
        call = ordinary.call

        def counted(*args, **kwargs):
            self.count += 1
            return call(*args, **kwargs)

        monkeypatch.setattr(ordinary, "call", counted)

    def of(self, call):
        """Return how many of a call's tries were ordinary, and its result."""
        before = self.count
        result = call()
        return self.count - before, result


def prepared(monkeypatch, call, tries=12):
    """Call until nothing is ordinary any more; return the result of that call."""
    with monkeypatch.context() as patch:
        counted = Counted(patch)
        for _ in range(tries):
            count, result = counted.of(call)
            if not count:
                return result
    raise AssertionError("every call was an ordinary one")


def through_worker(call):
    """Make a call without lanes."""
    worker = current.worker()
    kept, worker.lanes = worker.lanes, None
    try:
        return call()
    finally:
        worker.lanes = kept


def outcome(call):
    """Return what a call gives, or the kind and the words of its error."""
    try:
        return call()
    except goscore.GoscoreError as error:
        return type(error), str(error)


def equal(a, b):
    """Check that two results are equal in type, values, names and index."""
    assert type(a) is type(b)
    if isinstance(a, pd.Series):
        pd.testing.assert_series_equal(a, b)
    elif isinstance(a, pl.Series):
        assert a.name == b.name and a.dtype == b.dtype and a.equals(b)
    elif isinstance(a, np.ndarray):
        assert a.dtype == b.dtype and a.flags.writeable == b.flags.writeable
        np.testing.assert_array_equal(a, b)
    elif isinstance(a, pl.DataFrame | pa.Array | pa.ChunkedArray):
        assert a.equals(b)
    elif isinstance(a, tuple):
        for one, other in zip(a, b, strict=True):
            equal(one, other)
    else:
        assert a == b or (a != a and b != b)


def strided(values):
    """Return every second of some values."""
    return np.repeat(values, 2)[::2]


def frozen(values):
    """Return values that nobody can write."""
    made = values.copy()
    made.flags.writeable = False
    return made


def named(name, index=None):
    """Return a Series."""
    return pd.Series(X, name=name, index=index)


class Own(np.ndarray):
    """An array of somebody's class."""


# The first of a row prepares the calls; those after it are of the same types, or look like it.
SEQUENCES = {
    "numbers": [(1.0, 2.0), (np.nan, 1.0), (np.inf, -0.0), (1, 2.0), (True, 2.0), (np.float32(1), 2.0)],
    "numpy": [
        (X, X),
        (X[:2], X[:2]),
        (X[:0], X[:0]),
        (strided(X), X),
        (X[::-1], frozen(X)),
        (X.astype(">f8"), X),
        (X.astype("f4"), X),
        (X.astype("f2"), X),
        (X.astype("i4"), X),
        (X, 1.0),
        (X > 0, X),
        (X.view(Own), X),
        (np.ma.MaskedArray(X, X < 0), X),
        (np.array(2.0), X),
        (X.astype(object), X),
    ],
    "pandas": [
        (named("a"), named("a")),
        (named("a"), named("b")),
        (named(None), named(None)),
        (named(np.nan), named(np.nan)),
        (named(("a", 1)), named(("a", 1))),
        (named("a", list("wxyz")), named("a", list("wxyz"))),
        (named("a", list("wxyz")), X),
        (pd.Series([1.0, np.nan, 2.0, 3.0]), named("a")),
        (pd.Series([1.0, None, 2.0, 3.0], dtype="Float64"), named("a")),
        (pd.Series([1, 2, 3, 4]), named("a")),
        (pd.Series(X, dtype="double[pyarrow]"), named("a")),
        (pd.Index(X), named("a")),
    ],
    "polars": [
        (pl.Series("a", X), pl.Series("a", X)),
        (pl.Series("a", X), pl.Series("b", X)),
        (pl.Series("a", [1.0, None, 2.0, 3.0]), pl.Series("a", X)),
        (pl.concat([pl.Series("a", X[:2]), pl.Series("a", X[2:])], rechunk=False), pl.Series("a", X)),
        (pl.Series("a", X)[1:], pl.Series("a", X)[:3]),
        (pl.Series("a", X, pl.Float32), pl.Series("a", X)),
        (pl.Series("a", [1, 2, 3, 4]), pl.Series("a", X)),
    ],
    "arrow": [
        (pa.array(X), pa.array(X)),
        (pa.array([1.0, None, 3.0, 4.0]), pa.array(X)),
        (pa.array(X)[1:], pa.array(X)[:3]),
        (pa.chunked_array([X[:2], X[2:]]), pa.array(X)),
        (pa.array([1, 2, 3, 4]), pa.array(X)),
    ],
    "lists": [([1.0, 2.0], [3.0, 4.0]), ([1, 2], [3.0, 4.0]), ([1.0, None], [3.0, 4.0]), ([], [])],
}  # fmt: skip


@pytest.mark.parametrize("name", SEQUENCES)
def test_sequences(monkeypatch, go, name):
    """After a call of one kind, calls that differ in little give what they give through the worker."""
    first, *rest = SEQUENCES[name]
    prepared(monkeypatch, lambda: go.Add(*first))
    for arguments in (first, *rest, first):
        call = lambda arguments=arguments: outcome(lambda: go.Add(*arguments))  # noqa: E731
        wanted = through_worker(call)
        for _ in range(3):
            equal(call(), wanted)


ONES = {
    "Int": [5, -(2**63), 2**63 - 1, True, np.int64(7), np.uint64(8), np.int8(-3), np.array([1, 2]), [4]],
    "Small": [np.array([0, 254], np.uint8), np.array([1, 2]), np.array([True, False]), 3],
    "Flag": [np.array([True, False]), True, np.bool_(False), pl.Series([True, None]), pd.Series([True])],
    "Text": ["a", np.array(["a", "é"], object), np.array(["a", "bcd"]), ["x"], pd.Series(["a", None]),
             pl.Series("s", ["a", None]), pa.array(["q"]), pd.Series(["a", "b"], dtype="category")],
    "Opt": [X, pd.Series([1.0, np.nan]), pd.Series([1.0, 2.0]), pl.Series([None, 2.0]), pl.Series([np.nan]), 3.0,
            np.ma.MaskedArray(X, X < 0)],
    "Later": [np.array(["2020-01-01", "NaT"], "M8[ns]"), np.array(["2020-01-01"], "M8[s]"),
              pd.Series(pd.to_datetime(["2020-01-01"])).dt.tz_localize("Europe/Paris"),
              pd.Series(pd.to_datetime(["2020-01-01"])).dt.tz_localize("UTC"),
              pl.Series("t", [None], pl.Datetime("us"))],
    "Wide": [np.float16(2), np.zeros(3, "f2"), np.arange(3, dtype="u8"), np.arange(6.0).reshape(2, 3)[:, 1]],
}  # fmt: skip


@pytest.mark.parametrize("name", ONES)
def test_types(go, name):
    """Every type of argument gives what it gives through the worker, whatever came before it."""
    function = getattr(go, name)
    for _ in range(2):
        for value in (*ONES[name], *reversed(ONES[name])):
            call = lambda value=value: outcome(lambda: function(value))  # noqa: E731
            wanted = through_worker(call)
            for _ in range(2):
                equal(call(), wanted)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (lambda go: go.Int(5), lambda go: go.Int(2**63)),
        (lambda go: go.Int(5), lambda go: go.Int(2**64)),
        (lambda go: go.Add(X, X), lambda go: go.Add(X, X[:2])),
        (lambda go: go.Add(named("a"), named("a")), lambda go: go.Add(named("a"), named("a", list("abcd")))),
        (lambda go: go.Spread(X, by=[1, 2, 1, 2]), lambda go: go.Spread(X, by=[1, 2])),
        (lambda go: go.Text(np.array(["a"], object)), lambda go: go.Text(np.array([1j], object))),
        (lambda go: go.Text(np.array(["a"], object)), lambda go: go.Text(np.array(["\ud800"], object))),
        (lambda go: go.Root(X[:2]), lambda go: go.Root(X)),
        (lambda go: go.Panics(1), lambda go: go.Panics(3)),
        (lambda go: go.Int(1, threads=1), lambda go: go.Int(1, threads=True)),
        (lambda go: go.Int(1, timeout=1), lambda go: go.Int(1, timeout=0.0)),
    ],
)  # fmt: skip
def test_errors(monkeypatch, go, first, then):
    """What an ordinary call refuses is refused in the same words, and the next call is as good as ever."""
    with pytest.raises(goscore.GoscoreError) as wanted:
        through_worker(lambda: then(go))
    prepared(monkeypatch, lambda: first(go))
    with pytest.raises(type(wanted.value)) as found:
        then(go)
    assert str(found.value) == str(wanted.value)
    assert found.value.row == wanted.value.row and found.value.line == wanted.value.line
    equal(prepared(monkeypatch, lambda: first(go)), through_worker(lambda: first(go)))


KEYS = np.array([1, 2, 1, 2])
CALLS = {
    "groups": lambda go: go.Spread(X, by=KEYS),
    "groups of pandas": lambda go: go.Spread(named("v"), by=pd.Series(KEYS, name="k")),
    "groups of polars": lambda go: go.Spread(pl.Series("v", X), by=pl.Series("k", ["a", "b", "a", "b"])),
    "two keys": lambda go: go.Spread(X, by=[KEYS, KEYS[::-1]]),
    "keys that miss": lambda go: go.Spread(X, by=np.array([1.0, np.nan, 1.0, 2.0]), dropna=False),
    "scan": lambda go: go.Decay(X, init=3.0),
    "default": lambda go: go.Times(X),
    "named": lambda go: go.Times(y=2.0, x=X),
    "options": lambda go: go.Times(X, threads=1, timeout=5),
    "coerced": lambda go: go.Root(X, errors="coerce"),
    "reported": lambda go: go.Root(X, errors="report")[0],
    "strings": lambda go: go.Text(np.array(["a", "b"], object)),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_calls(monkeypatch, go, name):
    """Every kind of call gives what it gives through the worker, and as good a receipt."""
    call = lambda: CALLS[name](go)  # noqa: E731
    wanted, ordinary = through_worker(call), goscore.last
    if name in ("coerced", "reported"):  # an ordinary call tells of the rows that failed
        result = [call() for _ in range(4)][-1]
    else:
        result = prepared(monkeypatch, call)
    equal(result, wanted)
    for part in ("rows", "cores", "bytes_in", "bytes_out", "where", "converted"):
        assert getattr(goscore.last, part) == getattr(ordinary, part), part
    last = goscore.last
    parts = last.copy_in + last.run + last.copy_out + last.other + last.compile
    assert 0 < last.run and parts == pytest.approx(last.total)


def test_options_and_data_are_each_call_s_own(monkeypatch, go):
    """What changes in place between calls counts, and so does every option."""
    x, key = X.copy(), KEYS.copy()
    prepared(monkeypatch, lambda: go.Times(x, y=2.0))
    x[0] = 100.0
    assert prepared(monkeypatch, lambda: go.Times(x, y=3.0))[0] == 300.0
    key[1] = 7
    assert list(prepared(monkeypatch, lambda: go.Spread(x, by=key))[0]) == [1, 2, 7]
    for threads in (1, 2, 1):
        assert (
            prepared(monkeypatch, lambda threads=threads: go.Cores(1, threads=threads)) == threads
        )


def test_surroundings(monkeypatch, go, tmp_path):
    """A call has the directory and the environment of its moment."""
    prepared(monkeypatch, lambda: go.Env(1))
    monkeypatch.setenv("GOSCORE_TRIED", "!")
    assert go.Env(1) == prepared(monkeypatch, lambda: go.Env(1)) == os.getcwd() + "!"
    monkeypatch.chdir(tmp_path)
    assert go.Env(1) == prepared(monkeypatch, lambda: go.Env(1)) == f"{tmp_path}!"


def test_functions_do_not_share(monkeypatch, go):
    """A function of a later cell, a copy, and a bound one each have their own calls."""
    old = go.Add
    prepared(monkeypatch, lambda: old(X, X))
    new = functions("func Add(x, y float64) float64 { return x - y }").Add
    assert (prepared(monkeypatch, lambda: new(X, X)) == 0).all()
    assert (prepared(monkeypatch, lambda: old(X, X)) == 2 * X).all()
    assert (copy.copy(old)(X, X) == 2 * X).all()
    assert (pickle.loads(pickle.dumps(old))(X, X) == 2 * X).all()
    first, second = go.Listed.bind(t=[1.0, 2.0]), go.Listed.bind(t=[3.0, 4.0])
    for _ in range(3):
        assert first(1) == 2.0 and second(1) == 4.0 and go.Listed(1, [5.0, 6.0]) == 6.0


def test_restarted_worker(monkeypatch, go):
    """After a restart a call is ordinary, and then prepared again."""
    prepared(monkeypatch, lambda: go.Add(X, X))
    goscore.restart()
    assert (prepared(monkeypatch, lambda: go.Add(X, X)) == 2 * X).all()


def test_shared_data_stays(monkeypatch, go):
    """What lies in a segment is named there, and copied only where it is small enough for a lane."""
    prepared(monkeypatch, lambda: go.Wide(X))
    shared, large = goscore.share(X), np.arange(10_000.0)
    before = shared.copy()
    for _ in range(3):
        assert (go.Wide(shared) == X).all() and goscore.last.shared_in in (0, 64)
    assert (shared == before).all()
    kept = goscore.share(large)
    for _ in range(3):
        assert (go.Wide(kept) == large).all() and goscore.last.shared_in >= large.nbytes
    assert (prepared(monkeypatch, lambda: go.Wide(X)) == X).all() and goscore.last.shared_in == 0


def test_large_after_small(monkeypatch, go):
    """Columns that do not fit on a lane take the other way."""
    prepared(monkeypatch, lambda: go.Add(X, X))
    for large in (np.arange(8192.0), np.arange(100_000.0)):
        assert (go.Add(large, large) == 2 * large).all()
    texts = np.array(["a"] * 20_000, object)
    prepared(monkeypatch, lambda: go.Text(texts[:3]))
    assert (go.Text(texts) == "a!").all()


def test_lengths_alternate(monkeypatch, go):
    """Results of many lengths, one after the other, are each as long as their arguments."""
    v = np.arange(300.0)
    prepared(monkeypatch, lambda: go.Wide(v))
    for _ in range(2):
        for length in range(0, 300, 3):
            assert (go.Wide(v[:length]) == v[:length]).all() and len(go.Wide(v[:length])) == length


def test_threads(monkeypatch, go):
    """Threads that call one function at once never get each other's results."""
    prepared(monkeypatch, lambda: go.Wide(X))
    wrong = []

    def work(offset):
        for number in range(100):
            v = np.full(1 + number % 7, offset * 1000.0 + number)
            if not (go.Wide(v) == v).all():
                wrong.append(offset)

    threads = [threading.Thread(target=work, args=(offset,)) for offset in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
