"""Go aggregates in DuckDB's SQL: what they give is what the same function gives in pandas."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest

import goscore
from goscore import ArgumentTypeError, ArgumentValueError

duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")

GO = goscore.compile("""
// Spread is the greatest less the least.
func Spread(v []float64) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range v {
		low, high = min(low, x), max(high, x)
	}
	return high - low
}

func Weighted(v, w []float64) float64 {
	sum, weight := 0.0, 0.0
	for i, x := range v {
		sum += x * w[i]
		weight += w[i]
	}
	return sum / weight
}

func Above(v []float64, limit float64) int {
	n := 0
	for _, x := range v {
		if x > limit {
			n++
		}
	}
	return n
}

func Known(v []*float64) int {
	n := 0
	for _, x := range v {
		if x != nil {
			n++
		}
	}
	return n
}

func First(v []*float64) *float64 {
	for _, x := range v {
		if x != nil {
			return x
		}
	}
	return nil
}

type Range struct {
	Low, High float64
	Label     string
}

func Ends(v []float64, label string) Range { return Range{slices.Min(v), slices.Max(v), label} }

//goscore:table rates
func Rated(words []string, rates map[string]float64) float64 {
	sum := 0.0
	for _, word := range words {
		sum += rates[word]
	}
	return sum
}

func Middle(t []time.Time) time.Time { return t[len(t)/2] }

func Sum(v []int8) int {
	sum := 0
	for _, x := range v {
		sum += int(x)
	}
	return sum
}

func Twice(x float64) float64 { return 2 * x }

func Running(v []float64) []float64 { return v }

func Least(v []time.Duration) int { return len(v) }
""")
N = 5000
TRIPS = pd.DataFrame(
    {
        "zone": [*itertools.islice(itertools.cycle("abc"), N - 1), None],
        "fare": np.random.default_rng(3).integers(-100, 100, N) / 8,
        "weight": np.random.default_rng(4).integers(1, 8, N) / 4,
    }
)
TRIPS.loc[[0, 1, 7], "fare"] = math.nan


@pytest.fixture
def con():
    made = duckdb.connect()
    made.register("trips", TRIPS)
    return made


def grouped(con, call):
    rows = con.sql(
        f"select zone, {call} from trips where zone is not null group by zone order by zone"
    )
    return [one for _, one in rows.fetchall()]


def alike(got, want):
    return np.array_equal(np.array(got, float), np.array(want, float), equal_nan=True)


@pytest.mark.parametrize(
    ("call", "columns", "plain"),
    [
        ("Spread(fare)", ["fare"], []),
        ("Weighted(fare, weight)", ["fare", "weight"], []),
        ("Weighted(weight, weight * 2)", ["weight", "twice"], []),
        ("Above(fare, 2.5)", ["fare"], [2.5]),
        ("Known(fare)", ["fare"], []),
        ("First(fare)", ["fare"], []),
    ],
)
def test_equal_to_pandas(con, call, columns, plain):
    """Groups are equal to the same call in pandas, with missing values and two arguments."""
    function = getattr(GO, call.partition("(")[0])
    goscore.duckdb.register(con, function)
    frame = TRIPS.assign(twice=TRIPS.weight * 2)
    want = function(*(frame[name] for name in columns), *plain, by=frame.zone)
    assert alike(grouped(con, call), want)


def test_nulls_as_keys_and_no_rows(con):
    """A key that is missing is a group of its own in SQL, and no rows are an empty column."""
    for function in (GO.Spread, GO.Known, GO.First):
        goscore.duckdb.register(con, function)
    rows = con.sql("select zone, Known(fare) from trips group by zone order by zone nulls last")
    assert rows.fetchall()[-1] == (None, 1)
    (none,) = con.sql(
        "select Spread(fare), Known(fare), First(fare) from trips where false"
    ).fetchall()
    assert none == (GO.Spread([]), 0, None)
    assert con.sql("select Known(fare) from trips where false group by zone").fetchall() == []


def test_many_groups_and_settings(con):
    """More groups than DuckDB hands over at once; plain arguments that differ between groups."""
    goscore.duckdb.register(con, GO.Above)
    rows = con.sql(
        "select k, Above(x, (k % 3)::double) from (select i % 7000 as k, (i % 5)::double as x from range(21000) t(i)) "
        "group by k order by k"
    ).fetchall()
    want = [(k, sum((k + 7000 * j) % 5 > k % 3 for j in range(3))) for k in range(7000)]
    assert rows == want


def test_structs_times_and_tables(con):
    """A struct is a struct of SQL; times are timestamps; a table is given once."""
    goscore.duckdb.register(con, GO.Ends)
    low, high = TRIPS.weight.min(), TRIPS.weight.max()
    (found,) = con.sql("select Ends(weight, 'w') from trips").fetchall()[0]
    assert found == {"Low": low, "High": high, "Label": "w"}
    goscore.duckdb.register(con, GO.Ends, "fixed", label="fixed")
    assert con.sql("select fixed(weight).Label from trips").fetchall() == [("fixed",)]
    goscore.duckdb.register(con, GO.Rated, rates={"a": 1.0, "b": 0.5, "c": 0.0})
    count = int((TRIPS.zone == "a").sum()) + int((TRIPS.zone == "b").sum()) / 2
    assert con.sql("select Rated(zone) from trips where zone is not null").fetchall() == [(count,)]
    goscore.duckdb.register(con, GO.Middle)
    (when,) = con.sql(
        "select Middle(t) from (values (timestamp '2026-01-02 03:04:05')) v(t)"
    ).fetchall()[0]
    assert when.replace(tzinfo=None).isoformat() == "2026-01-02T03:04:05"
    goscore.duckdb.register(con, GO.Sum)
    assert con.sql("select Sum(i::tinyint) from range(5) t(i)").fetchall() == [(10,)]


def test_registered_again(con):
    """The same name may be registered again, and then it is the other function."""
    goscore.duckdb.register(con, GO.Spread, "f")
    goscore.duckdb.register(con, GO.Known, "f")
    assert con.sql("select f(fare) from trips").fetchall() == [(N - 3,)]


@pytest.mark.parametrize(
    ("function", "arguments", "kind", "message"),
    [
        (GO.Twice, {}, ArgumentTypeError, r"Twice is no aggregate: Twice.arrow_columns\(\)"),
        (GO.Running, {}, ArgumentTypeError, "Running is no aggregate"),
        (
            len,
            {},
            ArgumentTypeError,
            "register takes a Go function, not a builtin_function_or_method",
        ),
        (GO.Spread, {"limit": 1}, ArgumentValueError, "Spread has no parameter limit"),
        (GO.Rated, {}, ArgumentValueError, "rates of Rated is a table: give it, as rates="),
        (
            GO.Least,
            {},
            ArgumentTypeError,
            r"SQL has no type for the parameter v of Least, a \[\]time.Duration",
        ),
    ],
)
def test_refused(con, function, arguments, kind, message):
    """What cannot be an aggregate of SQL is refused before it is one."""
    with pytest.raises(kind, match=message):
        goscore.duckdb.register(con, function, **arguments)


def test_no_connection_and_errors(con):
    """A connection is asked for; what Go refuses in pandas is refused in SQL."""
    with pytest.raises(ArgumentTypeError, match="register takes a connection of DuckDB, not a str"):
        goscore.duckdb.register("con", GO.Spread)
    goscore.duckdb.register(con, GO.Rated, rates={})
    with pytest.raises(duckdb.Error, match="1 missing value"):
        con.sql("select Rated(zone) from trips").fetchall()
