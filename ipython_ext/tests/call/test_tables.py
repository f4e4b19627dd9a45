"""Tables: arguments that are the same for every row, in every kind of function and from every library."""

import datetime as dt
import inspect

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import goscore
from goscore import ArgumentTypeError, ArgumentValueError, GoPanic

CELL = """
type Station struct { Name string; Lat float64 }
type Named struct { City string `goscore:"Town name"`; Weights []float64 }
type Grid struct { Lo, Hi []float64; N int }
type Setting struct { Name string; Parts []string; Limit *float64 }
type Row struct { A, B float64 }
type Rates map[string]float64

//goscore:table slat slon
func Nearest(lat, lon float64, slat, slon []float64) int {
	best, at := math.Inf(1), -1
	for i := range slat {
		if d := (lat-slat[i])*(lat-slat[i]) + (lon-slon[i])*(lon-slon[i]); d < best {
			best, at = d, i
		}
	}
	return at
}

func Rate(s string, rates Rates) float64 { return rates[s] }
func Deep(s string, m map[string]map[int64][]string) string { return m[s][1][0] }
func Flags(x int64, m map[bool]time.Duration) time.Duration { return m[x > 0] }

//goscore:table stations
func Name(lat float64, stations []Station) string {
	for _, s := range stations {
		if s.Lat > lat {
			return s.Name
		}
	}
	return ""
}

//goscore:table towns
func Towns(x float64, towns []Named) string { return fmt.Sprint(towns) }

//goscore:table edges
func Above(v []float64, edges []float64) int {
	n := 0
	for _, x := range v {
		if x > edges[0] {
			n++
		}
	}
	return n
}

//goscore:table w
func Scaled(v []float64, w []float64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = x * w[i%len(w)]
	}
	return out
}

//goscore:table w
func Weighted(w []float64, r Row) float64 { return r.A*w[0] + r.B*w[1] }

//goscore:scan init=0
//goscore:table w
func Decay(prev, v float64, w []float64) float64 { return prev*w[0] + v }

//goscore:table grid
func OnGrid(x float64, grid Grid) float64 { return grid.Lo[0]*x + grid.Hi[1] + float64(grid.N) }

//goscore:table s
func OfRow(x float64, s Setting) string { return fmt.Sprint(s.Name, s.Parts, s.Limit == nil) }

//goscore:table m
func At(x float64, m [][]float64) float64 { return x * m[1][2] }

//goscore:table x when
func Single(v float64, x *float64, when time.Time) string { return fmt.Sprint(v, x == nil, when.Year()) }

//goscore:table v p
func Missing(x float64, v goscore.Column[float64], p []*int64) int { return v.Len() - v.NullCount() + int(x) }

//goscore:table edges
func Writes(x float64, edges []float64) float64 { edges[0] = x; return x }

//goscore:table stations
func WritesField(x float64, stations []Station) float64 { stations[0].Lat = x; return x }

//goscore:table m
func WritesRow(x float64, m map[string][]float64) float64 { m["a"][0] = x; return x }

//goscore:table edges
func WritesElsewhere(x float64, edges []float64) float64 {
	var all sync.WaitGroup
	all.Go(func() { edges[0] = x })
	all.Wait()
	return x
}

func Counts(s string, seen map[string]int) int { seen[s]++; return seen[s] }

//goscore:table known
func Valid(s string, known []string) error {
	if !slices.Contains(known, s) {
		return errors.New("unknown")
	}
	return nil
}

func Only(m map[string]int) int { return len(m) }
"""

STATIONS = pd.DataFrame({"name": ["x", "y", "z"], "lat": [1.0, 2.0, 3.0]})
WHEN = dt.datetime(2024, 2, 29)


@pytest.fixture(scope="module")
def go():
    return goscore.compile(CELL)


def values(result):
    return result.to_pylist() if hasattr(result, "to_pylist") else list(result)


@pytest.mark.parametrize("library", [list, np.array, pd.Series, pl.Series, pa.array, tuple])
def test_slices(go, library):
    """A slice takes a column of any length, of any library."""
    lat, lon = [0.1, 0.9, 0.5, 0.4], [0.1, 0.8, 0.5, 0.9]
    got = go.Nearest(lat, lon, library([0.0, 1.0, 0.4]), slon=library([0, 1, 1]))
    assert got == [0, 1, 2, 2]
    assert go.Nearest(0.9, 0.8, library([0.0, 1.0]), library([0.0, 1.0])) == 1


@pytest.mark.parametrize(
    "stations",
    [
        STATIONS,
        pl.from_pandas(STATIONS),
        pa.Table.from_pandas(STATIONS),
        STATIONS.to_dict("list"),
        STATIONS.to_dict("records"),
        STATIONS.rename(columns={"lat": "La_t"}).assign(other=[None, {}, 1]),
        pl.from_pandas(STATIONS).lazy(),
    ],
)
def test_structs(go, stations):
    """A slice of structs takes a frame, a dict of columns or a list of dicts."""
    assert go.Name([0.5, 1.5, 5.0], stations) == ["x", "y", ""]


FITTING = [
    ("Rate", ["a", "b", "c"], {"a": 1.5, "b": 2}, [1.5, 2.0, 0.0]),
    ("Rate", ["a", "b"], pd.Series({"a": 1.5, "b": 2.0}), [1.5, 2.0]),
    ("Rate", ["a"], {}, [0.0]),
    ("Deep", ["a", "b"], {"a": {1: ["p"]}, "b": {1: ["q"], 2: []}}, ["p", "q"]),
    ("Flags", [1, -1], {True: dt.timedelta(1)}, [dt.timedelta(1), dt.timedelta(0)]),
    ("OnGrid", [1.0, 2.0], {"lo": [1, 2], "hi": pd.Series([3, 4]), "n": 7}, [12.0, 13.0]),
    ("OfRow", [1.0], {"name": "n", "parts": ["a"], "limit": None}, ["n[a] true"]),
    ("OfRow", [1.0], pd.DataFrame({"name": ["n"], "parts": [["a"]], "limit": [2]}), ["n[a] false"]),
    ("OfRow", [1.0], pd.Series({"name": "n", "parts": [], "limit": 1.0}), ["n[] false"]),
    ("At", [1.0, 2.0], np.arange(6).reshape(2, 3), [5.0, 10.0]),
    ("At", [1.0], np.asfortranarray(np.arange(6.0).reshape(2, 3)), [5.0]),
    ("At", [1.0], [[0.0], [0.0, 0.0, 4.0]], [4.0]),
    ("Towns", [1.0], {"Town name": ["u"], "Weights": [[1, 2]]}, ["[{u [1 2]}]"]),
    ("Towns", [1.0], [{"Town name": "u", "weights": []}], ["[{u []}]"]),
    ("Towns", [1.0], [], ["[]"]),
]


@pytest.mark.parametrize("name, column, table, want", FITTING)
def test_what_fits(go, name, column, table, want):
    """Maps take dicts, also nested ones; structs dicts by their fields; slices of slices matrices."""
    assert getattr(go, name)(column, table) == want


def test_single_values(go):
    """A table may be one value, which may be missing where Go's type allows that."""
    assert go.Single([1.0], None, WHEN) == ["1 true 2024"]
    assert go.Single([1.0], x=2, when=pd.Timestamp(WHEN)) == ["1 false 2024"]
    assert go.Only({"a": 1, "b": 2}) == 2


def test_missing(go):
    """Missing values of a table are nil where Go's type has it."""
    assert go.Missing([1.0], pl.Series([1.0, None, 3.0]), [1]) == [3]
    assert go.Missing([1.0], [], [1]) == [1]


def test_kinds(go):
    """Every kind of function has tables, also with keys."""
    v = pd.Series([1.0, 2.0, 3.0])
    assert go.Above(v, [1.5]) == 2
    assert go.Above(v, edges=[1.5], by=["a", "a", "b"]).tolist() == [1, 1]
    assert go.Scaled(v, [1, 10]).tolist() == [1.0, 20.0, 3.0]
    assert go.Scaled(v, [1, 10], by=[1, 1, 2]).tolist() == [1.0, 20.0, 3.0]
    assert go.Decay(v, [0.5]).tolist() == [1.0, 2.5, 4.25]
    assert go.Decay(v, w=[0.5], by=[1, 1, 2]).tolist() == [1.0, 2.5, 3.0]
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}, index=["p", "q"])
    assert go.Weighted([10, 100], frame).to_dict() == {"p": 310.0, "q": 420.0}
    assert go.Weighted([10, 100], {"a": 1.0, "b": 2.0}) == 210.0
    assert "row p" in _report(go.Valid, pd.Series(["no"], index=["p"]), ["a"])


def _report(function, *args):
    with pytest.raises(goscore.GoError) as failed:
        function(*args)
    return str(failed.value)


def test_sent_once(go):
    """A table is sent when its content is new, and only then."""
    v, stations = np.arange(1000.0), np.arange(300.0)
    lat = len(v) * 8 * 2
    sent = []
    for change in (False, False, True, False):
        stations[0] += change
        go.Nearest(v, v, stations, stations)
        sent.append(goscore.last.bytes_in - lat)
    assert sent[0] > 2000 and sent[1] == 0 and sent[2] > 2000 and sent[3] == 0
    assert go.Nearest(v, v, stations, stations).tolist() == [
        int(np.argmin((x - stations) ** 2)) for x in v
    ]


def test_content_counts(go):
    """Each call sees what its table holds then, whichever tables came before."""
    rates = {"a": 1.0}
    for value in (1.0, 2.0, 1.0, 3.0):
        rates["a"] = value
        assert go.Rate(["a"], rates, threads=1) == [value]
        assert go.Rate(["a"], {"a": -value}) == [-value]
    for number in range(70):  # more than are kept
        assert go.Rate(["a"], {"a": float(number)}) == [float(number)]
    assert go.Rate(["a"], {"a": 1.0}) == [1.0]


@pytest.mark.parametrize(
    "name, args, table",
    [
        ("Writes", [[1.0, 2.0]], "edges"),
        ("WritesField", [[1.0]], "stations"),
        ("WritesRow", [[1.0]], "m"),
        ("WritesElsewhere", [[1.0]], "edges"),
    ],
)
def test_read_only(go, name, args, table):
    """A write to a slice of a table is a panic that names it; the next call sees no trace."""
    given = {"edges": [1.0, 2.0], "stations": STATIONS, "m": {"a": [1.0]}}[table]
    for _ in range(2):
        with pytest.raises(GoPanic, match=f"writes to (its|the) table {table}"):
            getattr(go, name)(*args, given)


def test_written_map(go):
    """A map that a function may write is its own for each call, and the call runs on one core."""
    for _ in range(2):
        assert go.Counts(["a", "b", "a"], {"a": 5}) == [6, 1, 7]
    assert goscore.last.cores >= 1
    assert "one core, because it may write its table seen" in repr(go.Counts)
    assert "in parallel; slat: table; slon: table" in repr(go.Nearest)


WRONG = [
    ("Rate", [["a"], [1.0]], r"table rates of Rate takes a dict \(Rates\), and a list was passed"),
    ("Rate", [["a"], None], r"takes a dict \(Rates\), and None was passed"),
    ("Rate", [["a"], {"a": None}], r"a value of table rates of Rate has 1 missing value"),
    ("Rate", [["a"], {"a": "x"}], r"table rates: strings where the function takes float64"),
    ("Rate", [["a"], {1: 1.0}], r"table rates: int64 where the function takes string"),
    ("Rate", [["a"], {"a": 1.0, 2: 1.0}], r"a key of table rates of Rate holds a mix"),
    ("Rate", [["a"], pd.Series([1.0, 2.0], ["k", "k"])], r"has the key 'k' twice"),
    ("Nearest", [[1.0], [1.0], 3, [1]], r"takes a list, an array or a Series \(\[\]float64\)"),
    ("Nearest", [[1.0], [1.0], [None, 1.0], [1]], r"table slat of Nearest has 1 missing value"),
    ("Name", [[1.0], {"nam": ["x"], "lat": [1]}], r"no 'Name' .*did you mean 'nam'\?"),
    (
        "Name",
        [[1.0], {"name": ["x"], "lat": [1, 2]}],
        r"differ in length: Name has 1 and Lat has 2",
    ),
    ("Name", [[1.0], [{"name": "x"}]], r"has no 'Lat' for the field Lat \(float64\)"),
    ("Name", [[1.0], [1.0]], r"was passed"),
    ("At", [[1.0], [1.0]], r"table m: float64 where the function takes \[\]float64"),
    ("OnGrid", [[1.0], {"lo": [1], "hi": [2]}], r"has no 'N' for the field N \(int\) of Grid"),
    ("OfRow", [[1.0], pd.DataFrame({"name": [], "parts": [], "limit": []})], r"has 0 rows"),
    ("Single", [[1.0], None, [WHEN]], r"takes one time.Time"),
]


@pytest.mark.parametrize("name, args, message", WRONG)
def test_wrong(go, name, args, message):
    """A table that does not fit is refused by its name, in one sentence."""
    with pytest.raises((ArgumentTypeError, ArgumentValueError), match=message) as refused:
        getattr(go, name)(*args)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "signature, args, hint",
    [
        (
            "lat, lon float64, slat, slon []float64",
            [[1.0, 2.0], [1.0, 2.0], [1.0], [1.0]],
            "slat and slon are the same for every row, write //goscore:table slat slon above",
        ),
        (
            "x, y float64",
            [[1.0, 2.0], [1.0]],
            "y is the same for every row, write //goscore:table y",
        ),
        ("x, y, z float64", [[1.0], [1.0, 2.0], [3.0, 4.0]], "if x is the same"),
        ("v, w []float64", [[1.0, 2.0], [1.0]], "//goscore:table w above func F"),
    ],
)
def test_lengths(signature, args, hint):
    """A call whose columns differ in length says that a parameter may be a table, and how."""
    go = goscore.compile(f"func F({signature}) float64 {{ return 1 }}")
    with pytest.raises((ArgumentTypeError, ArgumentValueError)) as refused:
        go.F(*args)
    assert hint in str(refused.value)


DEFAULTS = """
//goscore:default cap=10 unit="km" gap=30*time.Minute low=-1 on=true
func Score(x float64, cap int, unit string, gap time.Duration, low float64, on bool, p *int) string {
	return strings.TrimSpace(fmt.Sprintln(x, cap, unit, gap, low, on, p == nil))
}

//goscore:default q=0.5 p=nil
func Quantile(v []float64, q float64, p *float64) float64 { return q }

//goscore:scan init=0
//goscore:default w=2
func Decay(prev, v, w float64) float64 { return prev*w + v }

//goscore:default least=-128 most=18446744073709551615
func Bounds(least int8, most uint64) string { return fmt.Sprint(least, " ", most) }
"""


def test_defaults():
    """Parameters that a call leaves out have the values of the directive, and the signature shows them."""
    go = goscore.compile(DEFAULTS)
    assert go.Score([1.0], p=None) == ["1 10 km 30m0s -1 true true"]
    assert go.Score(1.0, 3, "m", p=1) == "1 3 m 30m0s -1 true false"
    assert go.Quantile([1.0, 2.0]) == 0.5 and go.Quantile([1.0], q=0.9) == 0.9
    assert go.Decay([1.0, 1.0]) == [1.0, 3.0]
    assert go.Bounds() == "-128 18446744073709551615"
    shown = inspect.signature(go.Score).parameters
    assert {name: one.default for name, one in shown.items() if name in ("cap", "unit", "gap")} == {
        "cap": 10,
        "unit": "km",
        "gap": dt.timedelta(minutes=30),
    }
    assert shown["low"].default == -1.0 and isinstance(shown["low"].default, float)
    assert shown["p"].kind == inspect.Parameter.KEYWORD_ONLY
    with pytest.raises(ArgumentTypeError, match="missing 2 required arguments: 'x' and 'p'"):
        go.Score()
