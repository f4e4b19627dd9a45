"""Functions that return maps: each call gives a dict, as a cell does, and no call makes a column of them."""

import datetime as dt
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from goscore import ArgumentTypeError, GoError

from ..declared import functions

CELL = """
type Span struct { Low, High float64 }
type Tally map[string]int
type Trade struct { Shop string; Price float64 }

func Opened(t []time.Time) map[string]time.Time { return map[string]time.Time{"first": t[0], "last": t[len(t)-1]} }
func Means(v []float64) map[string]float64 { return map[string]float64{"mean": (v[0] + v[len(v)-1]) / 2, "n": float64(len(v))} }
func Names(v []int64) map[int64]string { out := map[int64]string{}; for _, x := range v { out[x] = strconv.FormatInt(x, 10) }; return out }
func Groups(v []int64) map[bool][]int64 { out := map[bool][]int64{}; for _, x := range v { out[x%2 == 0] = append(out[x%2 == 0], x) }; return out }
func Spans(v []float64) map[time.Duration]Span { return map[time.Duration]Span{time.Second: {v[0], v[1]}} }
func Letters(s string) Tally { out := Tally{}; for _, r := range s { out[string(r)]++ }; return out }
func Both(v []float64) (int, map[string]int, error) {
	if len(v) == 0 { return 0, nil, errors.New("no rows") }
	return len(v), map[string]int{"n": len(v)}, nil
}
func Nested(v []float64) map[string]map[string]int { return map[string]map[string]int{"a": {"b": len(v)}} }
func Any(v []float64) any { if len(v) == 0 { return nil }; if v[0] < 0 { return "negative" }; return v[0] }
func Mixed(v []float64) map[string]any { return map[string]any{"n": len(v), "v": v, "s": "text"} }
func Report(v []float64) struct{ N int; By map[string]float64 } { return struct{ N int; By map[string]float64 }{len(v), map[string]float64{"max": v[0]}} }
func Known(x *float64) *map[string]float64 { if x == nil { return nil }; return &map[string]float64{"x": *x} }
func Row(t Trade) map[string]float64 { return map[string]float64{t.Shop: t.Price} }
func Rows(v []float64) []map[string]float64 { return nil }
func Keyed(v []float64) map[[2]int]float64 { return nil }
func Failed(v []float64) map[string]error { return nil }
func Empty(v []float64) map[string]int { return nil }
"""


@pytest.fixture(scope="module")
def go():
    return functions(CELL)


def columns(values):
    """Give one column in each library."""
    return [list(values), np.array(values), pd.Series(values), pl.Series(values), pa.array(values)]


@pytest.mark.parametrize("library", range(5))
def test_dicts(go, library):
    """A map of any keys and values is a dict, from a column of any library."""
    floats, ints = columns([2.5, 3.5])[library], columns([1, 2, 3])[library]
    assert go.Means(floats) == {"mean": 3.0, "n": 2.0}
    assert go.Names(ints) == {1: "1", 2: "2", 3: "3"}
    assert {key: np.asarray(values).tolist() for key, values in go.Groups(ints).items()} == {
        False: [1, 3],
        True: [2],
    }
    (span,) = go.Spans(floats).items()
    assert (pd.Timedelta(span[0]), span[1]) == (pd.Timedelta(1, "s"), {"Low": 2.5, "High": 3.5})
    assert go.Both(floats) == (2, {"n": 2})
    assert go.Nested(floats) == {"a": {"b": 2}}
    assert go.Report(floats) == {"N": 2, "By": {"max": 2.5}}
    assert go.Any(floats) == 2.5
    mixed = go.Mixed(floats)
    assert (mixed["n"], np.asarray(mixed["v"]).tolist(), mixed["s"]) == (2, [2.5, 3.5], "text")
    assert go.Empty(floats) == {}


def test_times(go):
    """Times in a map are those of the library, with their nanoseconds."""
    times = pd.Series([pd.Timestamp(1), pd.Timestamp(2)])
    assert go.Opened(times) == {"first": pd.Timestamp(1), "last": pd.Timestamp(2)}
    assert (
        go.Opened(times.dt.tz_localize("Asia/Tokyo"))["last"]
        == times.dt.tz_localize("Asia/Tokyo")[1]
    )
    assert go.Opened([dt.datetime(2024, 5, 1)] * 2)["last"] == dt.datetime(2024, 5, 1)


def test_single_values(go):
    """A function of single values gives a dict for one, one row of a row function too."""
    assert go.Letters("aba") == {"a": 2, "b": 1}
    assert go.Known(1.5) == {"x": 1.5}
    assert go.Known(None) is None
    assert go.Row({"Shop": "north", "Price": 2.0}) == {"north": 2.0}
    assert pickle.loads(pickle.dumps(go.Letters))("b") == {"b": 1}


def test_failure(go):
    """An error is raised, or gives None where it is asked for."""
    with pytest.raises(GoError, match="no rows"):
        go.Both(np.zeros(0))
    assert go.Both(np.zeros(0), errors="coerce") == (None, None)


TRADES = pd.DataFrame({"Shop": ["north"], "Price": [2.0]})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda go: go.Letters(pd.Series(["a"])),
            "argument s of Letters is a column, .* a value of Go type Tally from Letters",
        ),
        (
            lambda go: go.Letters(pl.Series([], dtype=pl.String)),
            "argument s of Letters is a column",
        ),
        (lambda go: go.Known([1.0, None]), "argument x of Known is a column"),
        (lambda go: go.Row(TRADES), "map.string.float64 from Row, which no column holds"),
        (
            lambda go: go.Means(pd.Series([1.0, 2.0]), by=[1, 2]),
            "by= makes a column .* one group at a time",
        ),
        (
            lambda go: go.Any(pl.Series([1.0, 2.0]), by=[1, 2]),
            "each group would get a value of Go type any",
        ),
        (lambda go: go.Means([[1.0], [2.0]]), "argument v of Means is a column"),
        (lambda go: go.Report(pd.Series([1.0]), by=[1]), "map.string.float64 from Report"),
        (lambda go: go.Both(pd.Series([1.0]), by=[1], errors="report"), "map.string.int from Both"),
    ],
)
def test_no_column(go, call, message):
    """What would make a column of maps is refused before it runs, and says what to do."""
    with pytest.raises(ArgumentTypeError, match=message):
        call(go)


def test_announced(capfd):
    """The cell says which functions take single values only, and why others cannot be called."""
    go = functions(CELL)
    said = capfd.readouterr().out
    assert (
        "Means(v []float64) map[string]float64: aggregate function, one value for all rows (no column"
        in said
    )
    assert (
        "Letters(s string) Tally: function of single values (no column holds values of type Tally)"
        in said
    )
    assert "Row(t Trade) map[string]float64: function of one row (no column" in said
    assert (
        "Rows(v []float64) []map[string]float64: not callable from Python: its result has a value"
        in said
    )
    assert (
        "its result map[[2]int]float64 has keys of type [2]int, which have no form in Python"
        in said
    )
    assert "its result map[string]error has no form in Python" in said
    assert not {"Rows", "Keyed", "Failed"} & set(vars(go))
