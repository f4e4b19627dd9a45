"""Lists, object columns and dicts: each value exactly as it is, or refused, whatever their order."""

import datetime as dt
import decimal
import itertools

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import goscore
from goscore import ArgumentTypeError
from goscore._run.cell import run

from ..declared import functions

CELL = """
func At(t time.Time) int64 { return t.UnixNano() }
func Long(d time.Duration) int64 { return int64(d) }
func F(v float64) float64 { return v }
func U(v uint64) uint64 { return v }
func I(v int64) int64 { return v }
func S(v string) string { return v }
func Spans(v []time.Duration) int64 { n := int64(0); for _, d := range v { n += int64(d) }; return n }
func Instants(v []time.Time) int64 { n := int64(0); for _, t := range v { n += t.UnixNano() }; return n }
type Held struct { A int64 }
func First(h []Held) []int64 { out := make([]int64, len(h)); for i := range h { out[i] = h[i].A }; return out }
func Not(v bool) bool { return !v }
func Plain(d goscore.Decimal) string { return d.String() }
func Items(v []int64) int { return len(v) }
func Bytes(v []byte) int { return len(v) }
func Pairs(v [][]int64) int { return len(v) }
func Count(v []float64) int { return len(v) }
"""


@pytest.fixture(scope="module")
def go():
    return functions(CELL)


def of_objects(values):
    """Return what holds objects: a list, an object column of pandas, one of NumPy."""
    array = np.empty(len(values), object)
    array[:] = values
    return [list(values), pd.Series(values, dtype=object), array]


NOON = dt.datetime(2024, 5, 1, 12)


def test_nanoseconds(go):
    """Timestamps and Timedeltas keep their nanoseconds, also beside Python's own and below zero."""
    for held in of_objects([pd.Timestamp(7), pd.Timestamp(-1), NOON]):
        assert list(go.At(held)) == [7, -1, pd.Timestamp(NOON).value]
    for held in of_objects([pd.Timedelta(-1), pd.Timedelta(1001), dt.timedelta(-1)]):
        assert list(go.Long(held)) == [-1, 1001, -86400 * 10**9]
    for held in of_objects([[pd.Timedelta(3), pd.Timedelta(4)], [pd.Timedelta(-9)]]):
        assert list(go.Spans(held)) == [7, -9]
    zoned = [pd.Timestamp(5, tz="UTC"), pd.Timestamp(6, tz="Asia/Tokyo"), None]
    assert go.At(zoned) == [5, 6, None]
    assert go.At([np.datetime64(3, "ns"), np.datetime64("1970-01-01", "D")]) == [3, 0]


def test_nanoseconds_of_keys(go):
    """Times a nanosecond apart are two keys."""
    times = [pd.Timestamp(1), pd.Timestamp(2), pd.Timestamp(1)]
    for by in of_objects(times):
        assert go.Count([1.0, 2.0, 3.0], by=by)[1] == [2, 1]


@pytest.mark.parametrize(
    "mix",
    [
        [1, 2.5, True],
        [2.5, np.True_],
        [NOON, NOON.replace(tzinfo=dt.UTC)],
        [NOON, NOON.date()],
        [2**53 + 1, 0.5],
        ["a", b"a"],
        [1, "a"],
        [pd.Timestamp(1), dt.datetime(2400, 1, 1)],
        [np.datetime64(1, "ns"), np.datetime64("2920", "D")],
        [2**63, -1],
    ],
)
def test_mixes_are_refused_in_any_order(go, mix):
    """What no type of Go holds exactly is refused, by name, not only in some orders."""
    function = {"str": go.S, "bool": go.F, "int": go.F, "float": go.F}.get(
        type(mix[0]).__name__, go.At
    )
    for order in itertools.permutations(mix):
        for held in of_objects(order):
            with pytest.raises(
                ArgumentTypeError, match=r"holds (a mix|times|nanoseconds|integers)"
            ):
                function(held)


def test_integers_beside_floats(go):
    """Integers that are floats exactly may stand beside floats."""
    for order in itertools.permutations([2**53, 0.5, np.int8(-3)]):
        assert go.F(list(order)) == [float(value) for value in order]
    assert go.F([1, float("nan"), None])[::2] == [1.0, None]


def test_integers_of_64_bits(go):
    """Integers up to 2**64 - 1 are uint64, and refused where a parameter is smaller."""
    top = 2**64 - 1
    assert go.U(top) == top and go.U([top, 1, None]) == [top, 1, None]
    for held in (2**63, [2**63]):
        with pytest.raises(
            ArgumentTypeError, match="9223372036854775808 does not fit int64 exactly"
        ):
            go.I(held)


def test_lone_surrogates(go):
    """Text that is no UTF-8 is refused by name."""
    for held in ("a\ud800", ["a", "\udfff"]):
        with pytest.raises(ArgumentTypeError, match="lone surrogate"):
            go.S(held)


def test_lone_surrogates_in_keys(run):
    """So are keys of a dict."""
    with pytest.raises(ArgumentTypeError, match=r"d has the key '\\ud800'"):
        run("%goscore -i d len(d)", d={"\ud800": 1})


def test_masked_objects(go):
    """What the mask of a NumPy array hides may be anything."""
    masked = np.ma.array(np.array(["a", object(), "b"], object), mask=[0, 1, 0])
    assert list(go.S(masked)) == ["a", None, "b"]
    for missing in (None, np.nan):
        text = np.array(["x", missing], dtype=np.dtypes.StringDType(na_object=missing))
        assert list(go.S(text)) == ["x", None]


PAIRS = [[1, 2], None, [3, 4]]
FIXED = pa.array(PAIRS, pa.list_(pa.int64(), 2))


@pytest.mark.parametrize(
    "lists",
    [
        PAIRS,
        pd.Series(PAIRS),
        pl.Series(PAIRS),
        pl.Series(PAIRS, dtype=pl.Array(pl.Int64, 2)),
        FIXED,
        pa.concat_arrays([FIXED[:1], FIXED])[1:],
        pa.array(PAIRS, pa.large_list(pa.int64())),
        pa.ListArray.from_arrays(pa.array([0, 2, 3, 5], pa.int32()), pa.array([1, 2, None, 3, 4]), mask=pa.array([False, True, False])),
    ],
)  # fmt: skip
def test_missing_lists(go, lists):
    """A missing list gives a missing result, whatever lies below it; a missing item is refused."""
    assert [None if pd.isna(n) else n for n in pa.array(go.Items(lists)).to_pylist()] == [
        2,
        None,
        2,
    ]


def test_missing_items(go):
    """Items that are missing in a list that is there are counted, and refused."""
    lists = pa.array([[1, None], None, [3, 4]], pa.list_(pa.int64(), 2))
    with pytest.raises(ArgumentTypeError, match="lists with 1 missing items"):
        go.Items(lists)


def test_floats_for_an_int_parameter(go):
    """Whole numbers that pandas made floats are refused with what keeps them whole."""
    with pytest.raises(ArgumentTypeError, match=r'\.astype\("Int64"\)'):
        go.I(pd.Series([1, None, 3]))
    assert go.I(pd.Series([1, None, 3]).astype("Int64")).tolist() == [1, pd.NA, 3]


@pytest.mark.parametrize("zone", ["+0400", "+04:00", "UTC+04:00", "UTC+4", "+04"])
def test_spellings_of_an_offset(go, zone):
    """An offset from UTC is a zone in each of its spellings."""
    assert go.At(pa.array([0, None], pa.timestamp("s", zone))).to_pylist() == [0, None]


def test_zones_with_seconds(go):
    """A zone that Arrow does not have is refused with what to do."""
    zone = dt.timezone(dt.timedelta(hours=1, seconds=7))
    for held in (NOON.replace(tzinfo=zone), [NOON.replace(tzinfo=zone)], pd.Series([NOON]).dt.tz_localize(zone)):  # fmt: skip
        with pytest.raises(
            ArgumentTypeError, match=r"zone UTC\+01:00:07, which Arrow does not have"
        ):
            go.At(held)


def test_bytes_that_are_bools(go):
    """Any byte but 0 of Arrow's bool8 is true."""
    bools = pa.ExtensionArray.from_storage(pa.bool8(), pa.array([0, 1, -7, None], pa.int8()))
    assert go.Not(bools).to_pylist() == [True, False, False, None]


def test_categories_without_values(go):
    """A categorical in which all is missing, of no categories, is of any type."""
    empty = pd.Series(pd.Categorical([None, None]))
    assert go.S(empty).isna().all() and go.F(empty).isna().all()
    assert len(go.S(empty[:0])) == len(go.F(pd.Series([], dtype=object))) == 0


def test_decimals(go):
    """One Decimal is a value as those of a list are."""
    assert go.Plain(decimal.Decimal("1.50")) == "1.50"
    assert go.Plain([decimal.Decimal("-0.25"), None]) == ["-0.25", None]
    with pytest.raises(ArgumentTypeError, match=r"takes float64: let it take goscore\.Decimal"):
        go.F(decimal.Decimal(1))


def test_integers_of_128_bits(go):
    """Those of polars that fit 64 bits are taken."""
    assert go.I(pl.Series([-5, None], dtype=pl.Int128)).to_list() == [-5, None]
    assert go.U(pl.Series([2**64 - 1], dtype=pl.Int128)).to_list() == [2**64 - 1]
    with pytest.raises(ArgumentTypeError, match="decimals where the function takes int64"):
        go.I(pl.Series([2**70], dtype=pl.Int128))


def test_lists_of_size_zero(go):
    """Fixed-size lists and byte strings of no items are empty slices, in each row that is there."""
    none = pa.list_(pa.int64(), 0)
    column = pa.array([[], None, []], none)
    assert go.Items(column).to_pylist() == [0, None, 0]
    assert go.Items(column[1:]).to_pylist() == [None, 0]
    assert go.Items(pa.chunked_array([column, column[:1]])).to_pylist() == [0, None, 0, 0]
    assert go.Items(pl.Series([[], None], dtype=pl.Array(pl.Int64, 0))).to_list() == [0, None]
    assert go.Items(np.zeros((3, 0), np.int64)).tolist() == [0, 0, 0]
    assert go.Items(np.zeros((0, 0), np.int64)).tolist() == []
    assert go.Bytes(pa.array([b"", None], pa.binary(0))).to_pylist() == [0, None]
    assert go.Pairs(pa.array([[[], []]], pa.list_(none, 2))).to_pylist() == [2]


@pytest.mark.parametrize("unit", ["ns", "us", "s", "h", "D"])
def test_arrays_of_times(go, unit):
    """Arrays of NumPy's times in a list or an object column are lists, each of its own length, beside Python's."""
    step = int(np.timedelta64(1, unit) / np.timedelta64(1, "ns"))
    for held in of_objects([np.array([1, 2], f"m8[{unit}]"), np.array([4], f"m8[{unit}]")]):
        assert list(go.Spans(held)) == [3 * step, 4 * step]
    for held in of_objects([np.array([1, 2], f"M8[{unit}]"), [np.datetime64(4, unit)]]):
        assert list(go.Instants(held)) == [3 * step, 4 * step]
    beside = [[np.timedelta64(1, unit)], np.array([4], f"m8[{unit}]"), None]
    assert go.Spans(beside) == [step, 4 * step, None]


def test_lists_that_are_refused(go):
    """What is missing in an array of times is missing, and items of no Go type are named."""
    for times in (
        np.array(["NaT"], "m8[s]"),
        np.ma.array(np.array([1, 2], "m8[s]"), mask=[False, True]),
    ):
        with pytest.raises(ArgumentTypeError, match="lists with 1 missing item"):
            go.Spans([times])
    for values in ([[1j]], [np.array([1j])]):
        with pytest.raises(
            ArgumentTypeError, match="argument v of Items holds lists of complex, which Go"
        ):
            go.Items(values)


def test_fields_of_one_name(go):
    """A struct with two fields of one name is refused, in cells and functions."""
    one, two = pa.array([1, 2]), pa.array([10, 20])
    for names in (["A", "A"], ["a", "A_"]):
        with pytest.raises(
            ArgumentTypeError, match=f'fields "{names[0]}" and "{names[1]}" could both'
        ):
            go.First(pa.StructArray.from_arrays([one, two], names))
    assert go.First(pa.StructArray.from_arrays([one, two], ["a", "A"])).to_pylist() == [10, 20]
    for names in (["a", "a"], ["", ""]):
        for column in (two, pa.array(["x", "y"])):
            structs = pa.StructArray.from_arrays([one, column], names)
            with pytest.raises(goscore.GoscoreError, match="could both be"):
                run("fmt.Sprint(v[0])", [("v", structs, "v")])
