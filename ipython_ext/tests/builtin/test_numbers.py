"""The built-in functions beside pandas, NumPy, SciPy and Python, in every library, with missing values and groups."""

import datetime as dt
import math
import struct

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.stats
from pandas.testing import assert_frame_equal, assert_series_equal

import goscore
from goscore import ArgumentTypeError, ArgumentValueError, GoError

RANDOM = np.random.default_rng(3)
N = 20_001
V = pd.Series(RANDOM.normal(size=N) * 10, name="v").where(RANDOM.random(N) > 0.1)
K = pd.Series(RANDOM.integers(0, 40, N), name="k").where(RANDOM.random(N) > 0.05)
W = pd.Series(RANDOM.random(N), name="w").where(RANDOM.random(N) > 0.1)


def as_all(values):
    """Give a column with None in it as each library has it."""
    yield pd.Series(values, dtype="Float64")
    yield pd.Series(values, dtype="double[pyarrow]")
    yield pl.Series(values, dtype=pl.Float64)
    yield pa.array(values, pa.float64())
    yield pa.chunked_array([values[:1], values[1:]], pa.float64())
    yield list(values)


def items(column):
    """Give a column's values, None where one is missing."""
    if isinstance(column, pd.Series):
        return [None if pd.isna(value) else value for value in column]
    return column.to_pylist() if isinstance(column, pa.Array | pa.ChunkedArray) else list(column)


def grouped(column, by, function):
    """Run a function on each group, and put its rows back."""
    return column.groupby(by, group_keys=False).transform(function)


def test_ewma_is_that_of_pandas():
    """Of the whole column, and of groups; rows without a key have no result."""

    def reference(v):
        return v.ewm(alpha=0.3, adjust=False, ignore_na=True).mean()

    assert_series_equal(goscore.ewma(V, 0.3), reference(V), rtol=1e-12)
    assert_series_equal(goscore.ewma(V, 0.3, by=K), grouped(V, K, reference), rtol=1e-12)
    with pytest.raises(ArgumentValueError, match="ewma: alpha is 0, not above 0"):
        goscore.ewma(V, 0)


def test_zscore_is_that_of_scipy():
    """Missing values count neither for the mean nor for the deviation."""

    def reference(v):
        return pd.Series(scipy.stats.zscore(v, nan_policy="omit"), v.index, name=v.name)

    assert_series_equal(goscore.zscore(V), reference(V), rtol=1e-10)
    assert_series_equal(goscore.zscore(V, by=K), grouped(V, K, reference), rtol=1e-10)
    assert np.isnan(goscore.zscore(np.array([2.0, 2.0]))).all()


@pytest.mark.parametrize("statistic", ["mean", "sum", "min", "max"])
@pytest.mark.parametrize("window, least", [(1, None), (5, None), (5, 2), (7, 0), (17_000, 100)])
def test_rolling_is_that_of_pandas(statistic, window, least):
    """At any window, in groups too; a window of nothing is missing, where pandas sums it to 0."""

    def reference(v):
        return getattr(v.rolling(window, max(least, 1) if least is not None else None), statistic)()

    made = goscore.rolling(V, window, statistic, min_periods=least)
    assert_series_equal(made, reference(V), rtol=1e-9, atol=1e-9)
    made = goscore.rolling(V, window, statistic, min_periods=least, by=K)
    assert_series_equal(made, grouped(V, K, reference), rtol=1e-9, atol=1e-9)


def test_rolling_refuses():
    """What is out of range is an error that says the range."""
    for arguments, message in (
        ((V, 0), "the window has 0 rows"),
        ((V, 3, "median"), 'the statistic is "median", not "mean"'),
    ):
        with pytest.raises(ArgumentValueError, match=message):
            goscore.rolling(*arguments)
    with pytest.raises(ArgumentValueError, match="minPeriods is 4"):
        goscore.rolling(V, 3, min_periods=4)
    with pytest.raises(ArgumentTypeError, match="window of rolling takes one whole number"):
        goscore.rolling(V, 2.5)


def test_bucketize_is_digitize_of_numpy():
    """But for what is missing, which is in no bucket."""
    for edges in ([], [0.0], [-5, 0, 5.5], np.linspace(-20, 20, 100)):
        made = goscore.bucketize(V, edges)
        assert made.dtype == "Int64" and made[V.isna()].isna().all()
        assert np.array_equal(made.dropna(), np.digitize(V.dropna(), edges))
    assert goscore.bucketize(pl.Series([1, None, 7]), (2, 5)).to_list() == [0, None, 2]
    assert goscore.bucketize([2, 5], [2, 5]) == [1, 2]
    with pytest.raises(ArgumentValueError, match="edges must climb, and edge 1 is 1"):
        goscore.bucketize(V, [2, 1])


def fnv1a(data):
    """FNV-1a of 64 bits, as its authors define it."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def test_hash_encode_is_fnv1a():
    """Of texts in UTF-8 and numbers in eight bytes, whatever the column's type and library."""
    words = ["", "a", None, "Zürich", "a text of more than twelve bytes"]
    want = [None if word is None else fnv1a(word.encode()) % 1000 for word in words]
    for column in (
        words,
        pl.Series(words),
        pa.array(words),
        pa.array(words, pa.large_string()),
        pd.Series(words, dtype="string[pyarrow]"),
        pd.Series(words, dtype=object),
        pd.Series(words, dtype="category"),
    ):
        assert items(goscore.hash_encode(column, 1000)) == want
    whole = [fnv1a(struct.pack("<q", n)) % 64 for n in (3, -1, 100)]
    for dtype in ("int8", "int16", "int32", "int64", "float16", "float32", "float64", "Int16"):
        assert goscore.hash_encode(pd.Series([3, -1, 100], dtype=dtype), 64).tolist() == whole
    assert goscore.hash_encode([0.5], 64) == [fnv1a(struct.pack("<d", 0.5)) % 64]
    assert goscore.hash_encode(np.array([2**64 - 1], "u8"), 64) == [fnv1a(b"\xff" * 8) % 64]
    many = pd.Series(np.arange(100_000)).astype(str)
    counts = goscore.hash_encode(many, 100).value_counts()
    assert len(counts) == 100 and scipy.stats.chisquare(counts).pvalue > 1e-6
    with pytest.raises(ArgumentTypeError, match="bool is not one of strings or numbers"):
        goscore.hash_encode([True], 2)
    with pytest.raises(ArgumentValueError, match="hash_encode: 0 buckets"):
        goscore.hash_encode(many, 0)


def test_weighted_mean_is_average_of_numpy():
    """Over the rows in which neither is missing; one row for each group."""
    there = V.notna() & W.notna()
    assert math.isclose(goscore.weighted_mean(V, W), np.average(V[there], weights=W[there]))
    frame = pd.DataFrame({"v": V, "w": W})[there]
    want = frame.groupby(K[there]).apply(lambda g: np.average(g.v, weights=g.w))
    assert_series_equal(goscore.weighted_mean(V, W, by=K), want, check_names=False)
    assert math.isnan(goscore.weighted_mean([], []))
    assert math.isnan(goscore.weighted_mean([1.0, 2.0], [1, -1]))


def test_groups_of_the_first_three():
    """score, weighted_sum and score_series take by= as users' functions do."""
    v, w = V.fillna(0.5), W.fillna(0)
    want = v.clip(lower=0).pow(1.5).groupby(K).sum()
    assert_series_equal(goscore.score(v, by=K), want, check_names=False)
    want = (v * w).groupby([K, v > 0]).sum()
    assert_series_equal(goscore.weighted_sum(v, w, by=[K, v > 0]), want, check_names=False)
    want = grouped(v, K, goscore.score_series)
    assert_series_equal(goscore.score_series(v, by=K), want)
    assert goscore.score(v, by=K, dropna=False).index.isna().sum() == 1
    with pytest.raises(ArgumentValueError, match="score: v has 1 missing value"):
        goscore.score(pl.Series([1.0, None]))


def test_groups_in_every_library():
    """Keys come as index in pandas, as first columns elsewhere, as a pair in NumPy."""
    keys = ["b", "a", "b"]
    made = goscore.score(pl.Series("v", [1, 4, 4]), by=pl.Series("k", keys))
    assert made.equals(pl.DataFrame({"k": ["a", "b"], "v": [8.0, 9.0]}))
    made = goscore.score(pa.array([1, 4, 4]), by=pa.array(keys))
    assert made.to_pydict() == {"by0": ["a", "b"], "score": [8.0, 9.0]}
    groups, scores = goscore.score(np.array([1, 4, 4]), by=np.array([2, 1, 2]))
    assert groups.tolist() == [1, 2] and scores.tolist() == [8.0, 9.0]
    for column in (
        pd.Series([True, False, True]),
        pd.Series(pd.to_datetime(["2020-01-02", "2020-01-01", "2020-01-02"])),
        pd.Series([dt.date(2020, 1, 2), dt.date(2020, 1, 1), dt.date(2020, 1, 2)]),
        pd.Series(["b", "a", "b"], dtype="category"),
        pd.Series([2, 1, 2], dtype="float32"),
        pd.Series([2, 1, 2], dtype="uint64"),
        pd.Series([2, 1, 2], dtype="Int8"),
        pl.Series([True, False, True]).to_arrow().to_pandas(),
        pa.array([True, False, True]),
    ):
        made = goscore.score(pd.Series([1, 4, 4]), by=column)
        assert made.tolist() == [8.0, 9.0] and made.index[0] < made.index[1]


def test_missing_values_in_every_library():
    """A null goes in as missing and comes out as null."""
    for column in as_all([None, 1.0, None, 3.0]):
        assert items(goscore.ewma(column, 0.5)) == [None, 1.0, 1.0, 2.0]
        assert items(goscore.zscore(column)) == [None, -1.0, None, 1.0]
        assert items(goscore.rolling(column, 2, "sum", min_periods=1)) == [None, 1.0, 1.0, 3.0]
        assert items(goscore.bucketize(column, [2])) == [None, 0, None, 1]
        assert type(goscore.ewma(column, 0.5)) is type(column) or isinstance(
            column, pa.ChunkedArray
        )
        assert goscore.weighted_mean(column, [1, 1, 1, 3]) == 2.5
    numpy = goscore.ewma(np.array([np.nan, 1.0]), 0.5)
    assert numpy.dtype == float and np.isnan(numpy[0]) and numpy[1] == 1.0
    for empty in ([], pl.Series([], dtype=pl.Float64), np.zeros(0)):
        assert len(goscore.ewma(empty, 0.5)) == len(goscore.zscore(empty)) == 0
        assert len(goscore.rolling(empty, 3)) == len(goscore.hash_encode(empty, 3)) == 0


def test_integers_and_strides():
    """Columns need be neither float64 nor in one piece."""
    whole = np.arange(30, dtype="i4")
    want = pd.Series(whole[::-3]).rolling(4).mean().to_numpy()
    assert np.array_equal(goscore.rolling(whole[::-3], 4), want, equal_nan=True)
    assert goscore.ewma(pd.Series([1, 3], dtype="uint8"), 0.5).tolist() == [1.0, 2.0]


NUMBERS = {
    "1,234.50": 1234.5,
    " -3e-2 ": -0.03,
    "$ 12": 12.0,
    "12\u00a0€": 12.0,
    "12.5%": 0.125,
    "(1,000)": -1000.0,
    "\u22127": -7.0,
}


def test_parse_number():
    """What people and spreadsheets write, and nothing else."""
    for make in (pd.Series, pl.Series, pa.array, list, lambda words: np.array(words, object)):
        assert items(goscore.parse_number(make([*NUMBERS]))) == [*NUMBERS.values()]
    assert goscore.parse_number("1.234,5", decimal=",") == 1234.5
    assert goscore.parse_number("1 234,5", decimal=",", thousands=" ") == 1234.5
    assert goscore.parse_number(None) is None
    with pytest.raises(ArgumentValueError, match=r"decimal and thousands are both '\.'"):
        goscore.parse_number("1", thousands=".", decimal=".")
    with pytest.raises(ArgumentTypeError, match="text of parse_number: a column of int64"):
        goscore.parse_number([1])


def test_parse_number_gives_the_bits_of_float():
    """Any float that Python writes is read back, and so is what pandas makes of it."""
    bits = RANDOM.integers(0, 2**64, N, dtype="u8").view("f8")
    values = pd.Series(bits[np.isfinite(bits)])
    assert goscore.parse_number(values.astype(str)).equals(values)
    texts = values.clip(-1e9, 1e9).round(2).map("{:,.2f}".format)
    assert goscore.parse_number(texts).equals(pd.to_numeric(texts.str.replace(",", "")))


def test_rows_that_are_no_numbers():
    """errors= raises one exception, makes them missing, or reports them."""
    words = pd.Series(["1", "x", None, "1,2"], index=list("abcd"), name="s")
    with pytest.raises(GoError) as caught:
        goscore.parse_number(words)
    assert str(caught.value) == (
        "2 of 4 rows failed in parse_number:\n"
        """  row b: 'x': parse "x" as a number: it is none\n"""
        """  row d: '1,2': parse "1,2" as a number: its groups are not of three digits, or begin with 0\n"""
        """  hint: errors="coerce" makes them missing, errors="report" lists them"""
    )
    want = pd.Series([1.0, np.nan, np.nan, np.nan], words.index, name="s")
    assert_series_equal(goscore.parse_number(words, errors="coerce"), want)
    made, report = goscore.parse_number(words, errors="report")
    assert_series_equal(made, want)
    assert report[["row", "value"]].values.tolist() == [["b", "x"], ["d", "1,2"]]
    with pytest.raises(ArgumentValueError, match="errors= takes"):
        goscore.parse_number(words, errors="ignore")
    many = pd.Series(["x"] * N)
    with pytest.raises(
        GoError, match=r"20,001 of 20,001 rows failed in parse_number:\n  row 0: 'x'"
    ):
        goscore.parse_number(many)
    assert len(goscore.parse_number(many, errors="report")[1]) == N


def test_parse_timestamp_is_that_of_pandas():
    """ISO 8601 and strptime's codes, naive, with offsets, and in a zone."""
    naive = pd.Series(["2026-03-01", "2026-03-01 12:30", "20260301T123059.25", None])
    want = pd.to_datetime(naive, format="ISO8601").astype("datetime64[ns]")
    assert_series_equal(goscore.parse_timestamp(naive), want)
    zoned = pd.Series(["2026-03-01T12:30:00Z", "2026-03-01T12:30:00.123456789+05:30"])
    want = pd.to_datetime(zoned, format="ISO8601", utc=True).astype("datetime64[ns, UTC]")
    assert_series_equal(goscore.parse_timestamp(zoned), want)
    local = goscore.parse_timestamp(naive, tz="Europe/Paris")
    want = pd.to_datetime(naive, format="ISO8601").astype("datetime64[ns]")
    assert_series_equal(local, want.dt.tz_localize("Europe/Paris"))
    for form, text in (
        ("%d/%m/%Y %H:%M", "01/03/2026 12:30"),
        ("%d %b %Y %I:%M:%S.%f %p", "01 Mar 2026 01:05:09.25 PM"),
        ("%A, %d. %B %y", "Sunday, 01. March 26"),
        ("%Y-%j", "2024-060"),
    ):
        made = goscore.parse_timestamp(text, form)
        assert made == pd.Timestamp(dt.datetime.strptime(text, form))
    assert goscore.parse_timestamp(pl.Series(["2026-03-01"]))[0] == dt.datetime(2026, 3, 1)


def test_times_that_clocks_left_out_or_showed_twice():
    """Both are errors unless the call says otherwise; then they are what pandas makes of them."""
    gap, fold = "2024-03-10 02:15", "2024-11-03 01:30"
    for zone, twice, never in (
        ("America/New_York", fold, gap),
        ("Europe/Paris", "2024-10-27 02:30", "2024-03-31 02:15"),
        ("Europe/Dublin", "2024-10-27 01:30", "2024-03-31 01:30"),
    ):
        for text, message in ((twice, "showed it twice"), (never, "never showed it")):
            with pytest.raises(GoError, match=message):
                goscore.parse_timestamp(text, tz=zone)
            made, report = goscore.parse_timestamp(
                pd.Series([text, "2024-01-01"]), tz=zone, errors="report"
            )
            assert made.isna().tolist() == [True, False] and report["row"].tolist() == [0]
        for how in ("NaT", True, False):
            rows = pd.Series([twice, "2024-01-01 12:00"])
            want = (
                pd.to_datetime(rows)
                .astype("M8[ns]")
                .dt.tz_localize(zone, ambiguous=how if how == "NaT" else [how] * 2)
            )
            assert_series_equal(goscore.parse_timestamp(rows, tz=zone, ambiguous=how), want)
        for how in ("NaT", "shift_forward", "shift_backward"):
            rows = pd.Series([never, "2024-01-01 12:00"])
            want = pd.to_datetime(rows).astype("M8[ns]").dt.tz_localize(zone, nonexistent=how)
            assert_series_equal(goscore.parse_timestamp(rows, tz=zone, nonexistent=how), want)
        assert goscore.parse_timestamp([twice], tz=zone, ambiguous="NaT") == [None]
    assert goscore.parse_timestamp(gap + "Z", "%Y-%m-%d %H:%M%z", tz="America/New_York").hour == 21
    with pytest.raises(ArgumentValueError, match='ambiguous= takes "raise"'):
        goscore.parse_timestamp(gap, ambiguous="infer")
    with pytest.raises(ArgumentValueError, match='nonexistent= takes "raise"'):
        goscore.parse_timestamp(gap, nonexistent="shift")


def test_halves_of_the_day():
    """Every hour with and without its half, as `strptime` of Python reads it."""
    for form in ("%H %p", "%I %p", "%p %I", "%I", "%H"):
        for hour in range(25):
            for half in ("AM", "pm"):
                text = form.replace("%H", str(hour)).replace("%I", str(hour)).replace("%p", half)
                try:
                    want = dt.datetime.strptime(text, form)
                except ValueError:
                    with pytest.raises(GoError):
                        goscore.parse_timestamp(text, form)
                    continue
                assert goscore.parse_timestamp(text, form) == pd.Timestamp(want), (text, form)


@pytest.mark.parametrize(
    "text, how",
    [
        ("0,125", {}),
        ("0.125", {"decimal": ","}),
        ("(\u2212999.00)", {}),
        ("($-1)", {}),
        ("(\u20ac\u22121,234.50)", {}),
        (",.5", {}),
        (",,.5", {}),
        ("$,.5", {}),
    ],
)
def test_what_is_not_certainly_a_number(text, how):
    """An error, not a number that somebody may have meant."""
    with pytest.raises(GoError, match="parse"):
        goscore.parse_number(text, **how)
    assert goscore.parse_number(pd.Series([text]), errors="coerce", **how).isna().all()


def test_rows_that_are_no_times():
    """Also where some rows have an offset and the first one has none."""
    words = ["2026-02-29", "2026-02-28", "2026-02-28T00:00Z", "soon"]
    made, report = goscore.parse_timestamp(pd.Series(words), errors="report")
    assert made.notna().tolist() == [False, True, False, False]
    assert report["row"].tolist() == [0, 2, 3]
    assert "no such day" in report["message"][0] and "has an offset" in report["message"][1]
    with pytest.raises(GoError, match="3 of 4 rows failed in parse_timestamp"):
        goscore.parse_timestamp(words)
    with pytest.raises(ArgumentValueError, match="%Q is not among"):
        goscore.parse_timestamp(words, "%Q")
    with pytest.raises(ArgumentValueError, match="tz: unknown time zone"):
        goscore.parse_timestamp(words, tz="Europe/Nowhere")


def test_shared_columns_and_large_results():
    """Columns in a segment and in Python's own memory give the same, and so do small ones."""
    frame = pd.DataFrame({"v": V, "k": K.fillna(-1).astype("int32"), "s": V.astype(str)})
    frame["s"] = frame["s"].where(V.notna(), "0")
    shared = goscore.share(frame)
    for one in (
        lambda f: goscore.ewma(f.v, 0.3),
        lambda f: goscore.rolling(f.v, 9, by=f.k),
        lambda f: goscore.hash_encode(f.s, 1000),
        lambda f: goscore.parse_number(f.s),
        lambda f: goscore.score(f.k, by=f.s),
    ):
        assert_series_equal(one(shared), one(frame))
    polars = pl.from_pandas(frame)
    assert goscore.parse_number(polars["s"]).to_list() == goscore.parse_number(frame.s).tolist()
    tail = polars.tail(10)
    assert (
        goscore.hash_encode(tail["s"], 99).to_list()
        == items(goscore.hash_encode(frame.s, 99))[-10:]
    )


def test_every_function_is_listed_with_its_first_line():
    """goscore.functions() says what each built-in function does."""
    for row in goscore.functions():
        if row["kind"] == "built in":
            function = getattr(goscore, row["name"].removeprefix("goscore."))
            assert row["about"] and row["about"] in function.__doc__


def test_cells(run):
    """A cell of built-in functions alone is not compiled; a NaN of Go stays one there."""
    cell = '%%goscore -i v -o m\nm := goscore.Rolling(v, 3, "mean", 1)\ngoscore.Ewma(m, 0.5)\n'
    made = run(cell, v=V)
    assert goscore.last.where == "worker"
    means = goscore.rolling(V, 3, min_periods=1)
    assert_series_equal(made, goscore.ewma(means, 0.5), check_names=False)
    assert run(
        "%goscore goscore.Bucketize(v, []float64{0})", v=np.array([1.0, np.nan])
    ).tolist() == [1, -1]


def test_frames_of_groups_keep_their_keys():
    """A tidy frame comes of two keys, as with pandas."""
    frame = pd.DataFrame({"v": V.fillna(1.0), "k": K, "b": V > 0})
    made = goscore.score(frame.v, by=frame[["k", "b"]]).reset_index()
    want = frame.assign(v=frame.v.clip(lower=0) ** 1.5).groupby(["k", "b"]).v.sum().reset_index()
    assert_frame_equal(made, want)
