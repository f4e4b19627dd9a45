"""Times and durations through Go functions: unit, zone and nanoseconds stay, also beside missing values."""

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import goscore
from goscore import ArgumentValueError

from ..declared import functions

CELL = """
func Same(t time.Time) time.Time { return t }
func Later(t time.Time, by time.Duration) time.Time { return t.Add(by) }
func Between(a, b time.Time) time.Duration { return b.Sub(a) }
func Some(t time.Time) *time.Time { if t.Second()%2 == 1 { return nil }; return &t }
func Odd(t time.Time) (time.Time, error) {
	if t.Second()%2 == 0 { return time.Time{}, errors.New("even") }
	return t, nil
}
type Span struct { Begin, End time.Time; Days int64 }
type In struct { T time.Time; N int64 }
func Row(r In) time.Time { return r.T.AddDate(0, 0, int(r.N)) }
func Spans(t time.Time) Span { return Span{t, t.AddDate(0, 0, 1), 1} }
func Two(t time.Time) (time.Time, [2]time.Time) { return t, [2]time.Time{t, t} }
//goscore:scan
func Latest(prev, t time.Time) time.Time { if t.After(prev) { return t }; return prev }
func Back(v []time.Time) []time.Time { return v }
func Max(v []time.Time) (time.Time, error) {
	if len(v) == 1 { return time.Time{}, errors.New("one row") }
	return slices.MaxFunc(v, time.Time.Compare), nil
}
func Twice(d time.Duration) time.Duration { return 2 * d }
func Longest(d []*time.Duration) *time.Duration {
	var most *time.Duration
	for _, x := range d { if x != nil && (most == nil || *x > *most) { most = x } }
	return most
}
func Nano(n int64) time.Duration { return time.Duration(n) }
func Nanos(n int64) []time.Duration { return []time.Duration{time.Duration(n), time.Duration(n+1)} }
func At(n int64) time.Time { return time.Unix(0, n).UTC() }
func Sum(v []int64) time.Duration { d := time.Duration(0); for _, n := range v { d += time.Duration(n) }; return d }
func First(v []int64) time.Time { return time.Unix(0, v[0]).UTC() }
"""

UNITS = ("s", "ms", "us", "ns")
SECONDS = [None, 86400 * 365 * 30, None, 86400 * 365 * 40 + 1]  # missing rows come first, too


@pytest.fixture(scope="module")
def go():
    return functions(CELL)


def times(unit, zone=None, values=SECONDS):
    """Make a column of Arrow; in nanoseconds with some of them."""
    per = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    ticks = [None if second is None else second * per + (per > 10**6) * 7 for second in values]
    return pa.array(ticks, pa.int64()).cast(pa.timestamp(unit, zone))


def in_library(column, library):
    """Give a column of Arrow the form of a library."""
    if library == "arrow":
        return column
    if library == "polars":
        return pl.from_arrow(column)
    if library == "arrow-backed":
        return pd.Series(pd.arrays.ArrowExtensionArray(column))
    return column.to_numpy(zero_copy_only=False) if library == "numpy" else column.to_pandas()


LIBRARIES = [
    (library, unit, zone)
    for library in ("pandas", "arrow-backed", "polars", "arrow", "numpy")
    for unit in UNITS
    for zone in (None, "UTC", "Asia/Tokyo", "+05:30")
    if (library != "polars" or (unit != "s" and zone != "+05:30"))
    and (library != "numpy" or zone is None)
]


def same(made, column):
    """Tell whether a result has the values and the type of what went in."""
    if isinstance(made, pd.Series):
        return made.dtype == column.dtype and made.reset_index(drop=True).equals(column)
    if isinstance(made, np.ndarray):
        return made.dtype == column.dtype and np.array_equal(made.view("i8"), column.view("i8"))
    return made.equals(column) and (
        made.dtype == column.dtype if isinstance(made, pl.Series) else made.type == column.type
    )


@pytest.mark.parametrize(("library", "unit", "zone"), LIBRARIES)
def test_missing_rows_have_no_part_in_unit_and_zone(go, library, unit, zone):
    """A result keeps the type of its column, whichever rows are missing, and if all are."""
    for values in (SECONDS, [None, None], [], [0, 86400]):
        column = in_library(times(unit, zone, values), library)
        if not values and library == "pandas":
            column = column.astype(pd.Series(times(unit, zone, [0]).to_pandas()).dtype)
        for function in (go.Same, go.Latest) if None not in values else (go.Same,):
            assert same(function(column), column), (function.__name__, values)
        with_keys = go.Back(column[:0], by=column[:0]) if library != "pandas" else column[:0]
        assert same(with_keys, column[:0])


def test_missing_results_and_failed_rows(go):
    """What stands in a row that failed, or that Go left out, is no time of the column."""
    column = times("ns", "Asia/Tokyo").to_pandas()
    made = go.Some(column)
    assert made.dtype == column.dtype and made.isna().tolist() == [True, False, True, True]
    coerced = go.Odd(column, errors="coerce")
    assert coerced.dtype == column.dtype and coerced.isna().tolist() == [True, True, True, False]
    assert coerced.iloc[3] == column.iloc[3]
    reported, report = go.Odd(column, errors="report")
    assert reported.equals(coerced) and report["row"].tolist() == [1]
    none = go.Odd(column[:2], errors="coerce")
    assert none.dtype == column.dtype and none.isna().all()
    groups = go.Max(column[[1, 3, 3]], by=pd.Series([1, 2, 2], index=[1, 3, 3]), errors="coerce")
    assert groups.dtype == column.dtype and groups.isna().tolist() == [True, False]


def test_times_within_results(go):
    """Fields, items and further results keep their unit beside missing rows."""
    column = times("ns").to_pandas()
    frame = go.Spans(column)
    assert [str(kind) for kind in frame.dtypes] == ["datetime64[ns]", "datetime64[ns]", "Int64"]
    assert (frame.End - frame.Begin).dropna().eq(pd.Timedelta(days=1)).all()
    first, pairs = go.Two(pa.array(column))
    assert first.type == pa.timestamp("ns") and pairs.type.value_type == pa.timestamp("ns")
    assert first.null_count == pairs.null_count == 2 and pairs[1].values[0] == first[1]
    rows = go.Row(pd.DataFrame({"T": column, "N": [1, 2, 3, 4]}))
    assert rows.equals(column + pd.to_timedelta([1, 2, 3, 4], "D"))


def test_naive_beside_zone(go):
    """A result in the zone of one of two columns has it, also a zone that is an offset."""
    naive, aware = times("ns").to_pandas(), times("ns", "+05:30").to_pandas()
    assert go.Later(aware, pd.Timedelta(0)).equals(aware)
    assert go.Later(naive, pd.Timedelta(0)).equals(naive)


def test_streams_and_adapters(go):
    """Batches with missing rows first have the types that were said before."""
    import pyarrow.dataset as ds

    column = times("ns", "Asia/Tokyo")
    table = pa.table({"t": pa.chunked_array([column[:1], column[1:]])})
    made = go.Same(ds.dataset(table)).read_all()
    assert made.column("Same").equals(table.column("t"))
    series = column.to_pandas()
    assert series.map(go.Same, engine=goscore.engine).equals(series)
    assert go.Same.meta(series).dtype == series.dtype
    frame = pl.DataFrame({"t": pl.from_arrow(column)})
    assert go.Same.polars_schema(frame) == {"Same": frame["t"].dtype}
    assert go.Same.batches(frame)["Same"].equals(frame["t"])


@pytest.mark.parametrize("unit", UNITS)
def test_missing_durations(go, unit):
    """NaT is no duration of minus 292 years, in any unit, library and kind of function."""
    given = np.array([1, "NaT", 3], f"m8[{unit}]")
    expected = (2 * given).astype("m8[ns]")
    assert np.array_equal(go.Twice(given), expected, equal_nan=True)
    assert go.Twice(pd.Series(given)).equals(pd.Series(expected))
    arrow = pa.array([1, None, 3], pa.duration(unit))
    assert go.Twice(arrow).equals(pa.array(expected))
    if unit != "s":
        assert go.Twice(pl.from_arrow(arrow)).equals(pl.Series(expected))
    assert go.Longest(pd.Series(given)) == pd.Timedelta(3, unit)
    listed = pa.array([[1, 2], None], pa.list_(pa.duration(unit)))
    assert go.Longest(listed)[0].as_py() == pd.Timedelta(2, unit)


@pytest.mark.parametrize("n", [999, 1, -1, 2**62 + 1, -(2**63) + 1])
def test_single_times_and_durations_are_exact(go, n):
    """What Python's types cannot hold comes as NumPy's, and for pandas as pandas' own."""
    assert go.Nano(n) == pd.Timedelta(n, "ns") and isinstance(go.Nano(n), pd.Timedelta)
    assert go.At(n) == pd.Timestamp(n, unit="ns", tz="UTC")
    for library in (list, np.array, pa.array, pl.Series):
        longest = go.Sum(library([n]))
        assert type(longest) is np.timedelta64 and longest == np.timedelta64(n, "ns")
        time = go.First(library([n]))
        assert type(time) is np.datetime64 and time == np.datetime64(n, "ns")
    assert go.Sum([1000]) == dt.timedelta(microseconds=1) and type(go.Sum([1000])) is dt.timedelta
    assert go.First([1000]) == dt.datetime(1970, 1, 1, microsecond=1, tzinfo=dt.UTC)


@pytest.mark.parametrize("library", [list, np.array, pd.Series])
def test_least_duration_is_no_missing_value(go, library):
    """What NumPy and pandas would show as NaT is refused; other libraries hold it."""
    least = -(2**63)
    for call in (go.Nano, go.Sum):
        with pytest.raises(ArgumentValueError, match="row 0: the result is the least number"):
            call(library([least]))
    with pytest.raises(ArgumentValueError, match="row 0"):
        go.Nano(least)
    assert go.Nano(pa.array([least])).cast(pa.int64())[0].as_py() == least
    assert go.Nano(pl.Series([least])).cast(pl.Int64)[0] == least


@pytest.mark.parametrize("year", [12000, -5000])
def test_times_that_pandas_cannot_show(run, year):
    """A single time of a year that pandas makes no text of comes as NumPy's, which can be displayed."""
    time = run(f"%goscore time.Date({year}, 3, 1, 0, 0, 0, 0, time.UTC)")
    assert str(time).startswith(f"{year}-03-01") and type(time) is np.datetime64


def test_times_in_lists_and_maps_are_exact(go):
    """Items, keys and values of one result have one type, which holds each of them."""
    spans = [np.timedelta64(n, "ns") for n in (999, 1000)]
    assert go.Nanos([999, 1000])[0] == spans and type(go.Nanos([999])[0][1]) is np.timedelta64
    assert go.Nanos(np.array([999, 1999]))[1].tolist() == [1999, 2000]
    inner = go.Nanos(pd.Series([999])).iloc[0]
    assert inner == [pd.Timedelta(999), pd.Timedelta(1000)] and isinstance(inner[0], pd.Timedelta)
    assert go.Nano([1, 2, 1000]) == [np.timedelta64(n, "ns") for n in (1, 2, 1000)]
    assert go.Nano([1000]) == [dt.timedelta(microseconds=1)]


MAPS = """%%goscore -i v
spans, times, named := map[time.Duration]int{}, map[time.Time]int{}, map[string]time.Time{}
for _, n := range v {
	t := time.Unix(0, n).UTC()
	spans[time.Duration(n)]++
	times[t]++
	named[fmt.Sprint(n)] = t
}
[]any{spans, times, named}"""


@pytest.mark.parametrize("library", [list, np.array, pa.array, pl.Series, pd.Series])
def test_times_in_maps_are_exact(run, library):
    """Keys that differ by nanoseconds stay apart."""
    counted = [1, 2, 2, 1000]
    spans, times, named = run(MAPS, v=library(counted))
    span, time = (lambda n: np.timedelta64(n, "ns")), (lambda n: np.datetime64(n, "ns"))
    if library is pd.Series:
        span, time = pd.Timedelta, lambda n: pd.Timestamp(n, tz="UTC")
    assert spans == {span(n): counted.count(n) for n in counted}
    assert times == {time(n): counted.count(n) for n in counted}
    assert named == {str(n): time(n) for n in counted}
    assert {type(key) for key in spans} == {type(span(1))}


def test_maps_whose_keys_are_equal_in_python(run):
    """A map that no dict can hold is refused, not cut."""
    for keys in ("t: 1, t.In(time.FixedZone(`x`, 3600)): 2", "t.UTC(): 1, t.In(time.Local): 2"):
        made = f"t := time.Unix(0, 5).UTC()\nmap[time.Time]int{{{keys}}}"
        if "Local" in keys and dt.datetime.now().astimezone().utcoffset() == dt.timedelta(0):
            continue
        with pytest.raises(goscore.ArgumentValueError, match="a dict would keep 1"):
            run(f"%%goscore\n{made}")
    made = run("%%goscore -t list\nmap[time.Duration]int{1: 1, 2: 2, 1500: 3}")
    assert made == {np.timedelta64(n, "ns"): n for n in (1, 2)} | {np.timedelta64(1500, "ns"): 3}


def test_years_beyond_pythons(go):
    """A year after 9999 is a time, too, and no error."""
    late = np.array(["12024-05-06T07:08:09"], "M8[s]")
    assert np.array_equal(go.Same(late), late)
    assert go.Latest(late[:1])[0] == late[0]
    assert go.Max(np.array([late[0]] * 2)) == late[0]


def test_times_too_far_off(go):
    """A time of NumPy's that Go does not have is refused, and does not wrap around."""
    far = [
        np.array([0, 2**40], "M8[D]"),
        np.array([2**60], "M8[W]"),
        np.array([2**62], "M8[Y]"),
        np.array([2**62], "M8[h]"),
        np.array([2**62], "M8[7s]"),
        np.array([2**63 - 1], "M8[s]"),
    ]
    for times in far:
        for value in (times, times[-1]):
            with pytest.raises(goscore.ArgumentTypeError):
                go.Same(value)
    for spans in (np.array([2**62], "m8[D]"), np.array([2**62], "m8[s]")):
        for value in (spans, spans[0]):
            with pytest.raises(goscore.ArgumentTypeError):
                go.Twice(value)
    last = np.array([2**31 - 1, "NaT", -(2**31)], "M8[D]")
    assert np.array_equal(go.Same(last), last.astype("M8[s]"), equal_nan=True)
    for unit in ("M8", "M8[Y]", "M8[D]", "M8[ns]"):
        assert len(go.Same(np.array([], unit))) == 0
        assert np.isnat(go.Same(np.array(["NaT"], unit))).all()
