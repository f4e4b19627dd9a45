"""``by=``: groups as pandas makes them, and as each library shows them."""

import datetime as dt
import decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from goscore import ArgumentTypeError, ArgumentValueError, GoError, GoPanic
from goscore._data import columns

from ..declared import functions

CELL = """
func Sum(v []float64) float64 { s := 0.0; for _, x := range v { s += x }; return s }
func MergeSum(a, b float64) float64 { return a + b }
func Scaled(v []float64, q float64) float64 { return Sum(v) * q }
type Ends struct { First, Last float64 }
func Both(v []float64) Ends { return Ends{v[0], v[len(v)-1]} }
func Two(v []float64) (int, float64) { return len(v), v[0] }
func Shares(v []float64) []float64 {
	s := Sum(v)
	for i := range v { v[i] /= s }
	return v
}
func Head(v []float64) []float64 { return v[:1] }
//goscore:scan init=0
func Total(prev, v float64) float64 { return prev + v }
func Positive(v []float64) (float64, error) {
	if slices.Min(v) < 0 { return 0, fmt.Errorf("%g is negative", slices.Min(v)) }
	return Sum(v), nil
}
func Shared(v []float64) ([]float64, error) {
	if _, err := Positive(v); err != nil { return nil, err }
	return v, nil
}
func Third(v []float64) float64 { return v[2] }
func Valid(v []*float64) int { n := 0; for _, x := range v { if x != nil { n++ } }; return n }
"""


@pytest.fixture(scope="module")
def go():
    return functions(CELL)


N = 200
RANDOM = np.random.default_rng(1)
WORDS = RANDOM.choice(["é", "b", "", "a"], N)
NUMBERS = RANDOM.integers(-3, 4, N)
STAMPS = pd.Series(pd.Timestamp("2020-01-01") + pd.to_timedelta(NUMBERS, "h"))
KEYS = {
    "str": pd.Series(WORDS, name="key"),
    "object": pd.Series(WORDS, dtype=object),
    "missing str": pd.Series(WORDS).replace("b", None),
    **{kind: pd.Series(NUMBERS + 3).astype(kind) for kind in ("int8", "uint64", "float32", "bool")},
    "int64": pd.Series(NUMBERS),
    "Int64": pd.Series(NUMBERS, dtype="Int64").replace(2, pd.NA),
    "float": pd.Series(NUMBERS / 2).replace(0.5, np.nan),
    "arrow": pd.Series(WORDS, dtype="string[pyarrow]"),
    "arrow int": pd.Series(NUMBERS, dtype="int64[pyarrow]"),
    "category": pd.Series(pd.Categorical(WORDS, ["b", "é", "never", "", "a"])),
    "ordered": pd.Series(pd.Categorical(WORDS, ["é", "b", "", "a"], ordered=True)),
    "cut": pd.Series(pd.cut(NUMBERS, 3)),
    "naive": STAMPS,
    "zoned": STAMPS.dt.tz_localize("Europe/Paris", ambiguous=True),
    "missing time": STAMPS.where(NUMBERS > 0),
    "span": STAMPS - STAMPS[0],
    "date": STAMPS.dt.date,
    "period": STAMPS.dt.to_period("D"),
    "decimal": pd.Series([decimal.Decimal(int(n)) / 4 for n in NUMBERS]),
    "index": pd.Index(WORDS, name="i"),
}
V = pd.Series(RANDOM.integers(0, 100, N) / 4, name="v")  # sums of these are exact in any order


def grouped(by, dropna=True):
    return V.groupby(by, dropna=dropna, observed=True)


@pytest.mark.parametrize("dropna", [True, False])
@pytest.mark.parametrize("key", KEYS)
def test_sums_are_those_of_pandas(go, key, dropna):
    """Groups, their order, index and name are those of groupby, whatever the keys are."""
    made = go.Sum(V, by=KEYS[key], dropna=dropna)
    same = "equiv" if key != "object" else False  # pandas makes str of it; here it stays
    assert_series_equal(made, grouped(KEYS[key], dropna).sum(), check_index_type=same)


@pytest.mark.parametrize("dropna", [True, False])
def test_several_keys(go, dropna):
    """Several keys make an index of several levels, sorted as pandas sorts."""
    by = [KEYS["missing str"], KEYS["category"].rename("c"), NUMBERS]
    made = go.Sum(V, by=by, dropna=dropna)
    assert_series_equal(made, grouped(by, dropna).sum(), check_index_type=False)
    assert made.index.names == [None, "c", None]
    assert made.equals(go.Sum(V, by=tuple(by), dropna=dropna))


def test_missing_among_several_keys(go):
    """The index is that of pandas, also in how it keeps what is missing."""
    names = pd.Series(["a", "b", None, "a"], name="k")
    numbers = pd.Series([0.5, np.nan, 0.5, 1], name="k")
    kinds = pd.Series(pd.Categorical(["x", "y", None, "x"]), name="c")
    for by in ([names, numbers], [kinds, names]):
        found = go.Sum(pd.Series([1.0, 2, 3, 4], name="v"), by=by, dropna=False)
        wanted = pd.Series([1.0, 2, 3, 4]).groupby(by, dropna=False, observed=True).sum()
        assert found.index.equals(wanted.index) and found.index.names == wanted.index.names
        assert found.index.levels[1].equals(wanted.index.levels[1])


def test_structs_and_tuples(go):
    """A struct gives a frame with a row for each group, a tuple a column for each result."""
    by = KEYS["str"]
    groups = grouped(by)
    wanted = pd.DataFrame({"First": groups.first(), "Last": groups.last()})
    assert_frame_equal(go.Both(V, by=by), wanted)
    count, first = go.Two(V, by=by)
    assert count.equals(groups.count()) and first.equals(groups.first())
    assert go.Scaled(V, 0.5, by=by).equals(groups.sum() * 0.5)


def test_aligned(go):
    """Vector and scan functions give a column like their input, missing where a key is."""
    for key in ("str", "missing str", "float"):
        by = KEYS[key]
        shares = go.Shares(V, by=by)
        assert_series_equal(shares, V / grouped(by).transform("sum"))
        assert_series_equal(go.Total(V, by=by), grouped(by).cumsum())
        assert go.Total(V, by=by, dropna=False).equals(grouped(by, False).cumsum())
    shifted = V.set_axis(range(5, N + 5))
    assert go.Total(shifted, by=NUMBERS).index.equals(shifted.index)
    assert go.Total(V, by=NUMBERS, init=10).equals(grouped(NUMBERS).cumsum() + 10)
    with pytest.raises(ArgumentValueError, match=r"as many rows as the group: .* rows became 1"):
        go.Head(V, by=NUMBERS)


def test_polars_and_arrow(go):
    """Key columns come first, then the values under the name of their column."""
    v, k = pl.Series("v", [1.0, 2.0, 4.0]), pl.Series("k", ["b", None, "b"])
    assert go.Sum(v, by=k).equals(pl.DataFrame({"k": ["b"], "v": [5.0]}))
    assert go.Sum(v, by=k, dropna=False)["k"].to_list() == ["b", None]
    assert go.Both(v, by=k).columns == ["k", "First", "Last"]
    assert go.Sum(v, by=v).columns == ["v", "v_2"]
    assert go.Total(v, by=k).to_list() == [1.0, None, 5.0]
    level = pl.Series("l", ["z", "a", "z"], dtype=pl.Enum(["z", "a"]))
    assert go.Sum(v, by=level)["l"].to_list() == ["z", "a"]
    assert go.Sum(v, by=pl.DataFrame([k, level])).columns == ["k", "l", "v"]
    table = go.Sum(pa.array([1.0, 2.0, 4.0]), by=[pa.array(["b", "a", "b"]), [1, 1, 1]])
    assert table.to_pydict() == {"by0": ["a", "b"], "by1": [1, 1], "Sum": [2.0, 5.0]}
    decimals = pa.array([decimal.Decimal(2), decimal.Decimal(1)])
    assert go.Sum(pa.array([1.0, 2.0]), by=decimals)["Sum"].to_pylist() == [2.0, 1.0]
    assert [part.columns for part in go.Two(v, by=k)] == [["k", "v"]] * 2


def test_arrays_and_lists(go):
    """NumPy and lists give (keys, values)."""
    keys, values = go.Sum(np.array([1.0, 2.0, 4.0]), by=np.array([7, 3, 7]))
    assert keys.tolist() == [3, 7] and values.tolist() == [2.0, 5.0]
    assert go.Sum([1.0, 2.0, 4.0], by=["b", "a", "b"]) == (["a", "b"], [2.0, 5.0])
    keys, values = go.Both([1.0, 2.0, 4.0], by=[["b", "a", "b"], [1, 1, 2]])
    assert keys == (["a", "b", "b"], [1, 1, 2]) and values["Last"] == [2.0, 1.0, 4.0]
    assert go.Sum(np.array([1.0]), by=[dt.date(2020, 1, 1)])[0][0] == np.datetime64("2020-01-01")
    assert go.Total([1.0, 2.0, 4.0], by=[0.5, None, 0.5]) == [1.0, None, 5.0]


def test_frames_as_keys(go):
    """A frame stands for its columns."""
    keys = pd.DataFrame({"a": WORDS, "b": NUMBERS})
    assert_series_equal(go.Sum(V, by=keys), grouped([keys.a, keys.b]).sum())


def test_no_rows_and_no_groups(go):
    """No rows make no groups, and missing keys alone none either."""
    none = go.Sum(V[:0], by=KEYS["str"][:0])
    assert_series_equal(none, V[:0].groupby(KEYS["str"][:0]).sum(), check_index_type=False)
    assert len(go.Sum([1.0], by=[None])[1]) == 0 and go.Total([1.0], by=[None]) == [None]
    assert go.Sum([1.0], by=[None], dropna=False) == ([None], [1.0])
    assert go.Sum([], by=[]) == ([], [])


NAN = float("nan")
NUMBERS_TOO = [0.0, NAN, None, NAN]  # NaN beside what is missing
OF_BOTH = {
    "polars": (pl.Series(NUMBERS_TOO), pl.Series),
    "arrow": (pa.chunked_array([NUMBERS_TOO[:1], NUMBERS_TOO[1:]], pa.float32()), pa.array),
    "numpy": (np.ma.array([0, NAN, 3, NAN], mask=[0, 0, 1, 0], dtype="f2"), np.array),
    "list": (NUMBERS_TOO, list),
}


def grouped_values(made):
    """Return keys and values as lists."""
    made = made.to_pydict() if isinstance(made, pa.Table) else made
    if isinstance(made, pl.DataFrame):
        made = made.to_dict(as_series=False)
    keys, *_, values = made.values() if isinstance(made, dict) else made
    if isinstance(keys, tuple):
        keys = keys[0]
    return [None if key is np.ma.masked or key is pd.NA else key for key in keys], list(values)


@pytest.mark.parametrize("library", OF_BOTH)
def test_nan_is_a_key_where_it_is_a_value(go, library):
    """Where NaN is a value it is one key, after all numbers, and what is missing another."""
    k, column = OF_BOTH[library]
    v = column([1.0, 2.0, 4.0, 8.0])
    for by in (k, [k, k]):
        keys, values = grouped_values(go.Sum(v, by=by))
        assert keys[0] == 0 and np.isnan(keys[1]) and values == [1, 10]
        keys, values = grouped_values(go.Sum(v, by=by, dropna=False))
        assert keys[0] == 0 and np.isnan(keys[1]) and keys[2] is None and values == [1, 10, 4]
        assert pa.array(go.Total(v, by=by, dropna=False)).to_pylist() == [1, 2, 4, 10]
        assert pa.array(go.Shares(v, by=by)).to_pylist()[1::2] == [0.2, 0.8]


@pytest.mark.parametrize("frame", [pa.table, pl.DataFrame, pd.DataFrame])
def test_nan_is_a_key_of_partial_results(go, frame):
    """Partial results and what combines them have the keys of a call on all rows."""
    k = (
        pd.arrays.ArrowExtensionArray(pa.array(NUMBERS_TOO))
        if frame is pd.DataFrame
        else NUMBERS_TOO
    )
    part = go.Sum.partial(frame({"v": [1.0, 2.0, 4.0, 8.0], "k": k}), by="k", dropna=False)
    assert part.column(1).to_pylist() == ([1, 14] if frame is pd.DataFrame else [1, 10, 4])
    whole = go.Sum.result(part, part)
    assert grouped_values(whole)[1] == ([2, 28] if frame is pd.DataFrame else [2, 20, 8])


def test_nan_is_a_missing_key_in_pandas(go):
    """All that pandas calls missing is one key, however the column is kept."""
    v = pd.Series([1.0, 2.0, 4.0, 8.0])
    backed = pd.arrays.ArrowExtensionArray(pa.array(NUMBERS_TOO))
    for k in (pd.Series(NUMBERS_TOO), pd.Series(backed), pd.Series(NUMBERS_TOO, dtype="Float64")):
        assert go.Sum(v, by=k).to_dict() == {0: 1}
        assert list(go.Sum(v, by=k, dropna=False)) == [1, 14]


def test_nat_is_a_key_of_numpy(go):
    """NaT is a value of NumPy's times: the last key that is not missing."""
    times = np.array(["NaT", "2020-01-02", "NaT", "1960-01-01"], "M8[D]")
    keys, values = go.Sum(np.array([1.0, 2, 4, 8]), by=times)
    assert list(keys.astype(str)) == ["1960-01-01", "2020-01-02", "NaT"]
    assert list(values) == [8, 2, 5]
    masked = np.ma.array(times.astype("M8[ns]"), mask=[1, 0, 0, 0])
    assert list(go.Sum(np.array([1.0, 2, 4, 8]), by=masked)[1]) == [8, 2, 4]
    assert list(go.Sum(np.array([1.0, 2, 4, 8]), by=masked, dropna=False)[1]) == [8, 2, 4, 1]


ENCODED = pa.DictionaryArray.from_arrays
TWICE = {  # the same keys, each in another dictionary, with values twice and a null among them
    "one": ENCODED([0, 1, 2, None, 3, 2], ["x", None, "y", "x"]),
    "ordered": ENCODED([0, 1, 2, None, 3, 2], ["x", None, "y", "x"], ordered=True),
    "chunks": pa.chunked_array(
        [ENCODED([0, 1], ["x", None]), ENCODED([1, None, 0, 1], ["x", "y"])],
        pa.dictionary(pa.int64(), pa.string()),
    ),
    "views": ENCODED([0, 1, 2, None, 3, 2], pa.array(["x", None, "y", "x"], pa.string_view())),
    "runs": pa.RunEndEncodedArray.from_arrays([1, 2, 3, 4, 5, 6], ["x", None, "y", None, "x", "y"]),
    "runs of chunks": pa.chunked_array(
        [pa.RunEndEncodedArray.from_arrays([1, 2], ["x", None]),
         pa.RunEndEncodedArray.from_arrays([1, 2, 3, 4], ["y", None, "x", "y"])]
    ),
    "pandas": pd.Series(
        pd.arrays.ArrowExtensionArray(ENCODED([0, 1, 2, None, 3, 2], ["x", None, "y", "x"]))
    ),
    "pandas views": pd.Series(
        pd.arrays.ArrowExtensionArray(
            pa.array(["x", None, "y", None, "x", "y"], pa.string_view())
        ), index=range(5, 11), name="name",
    ),
}  # fmt: skip
SIX = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
LIBRARIES = {"pandas": pd.Series, "polars": pl.Series, "arrow": pa.array, "numpy": np.array, "list": list}  # fmt: skip


def labels_and_values(made):
    """Return the first key and the value of each group, missing keys as None."""
    if isinstance(made, pd.Series):
        keys = made.index.get_level_values(0) if made.index.nlevels > 1 else made.index
        return [None if pd.isna(key) else key for key in keys], list(made)
    return grouped_values(made)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("keys", TWICE)
def test_keys_are_told_apart_by_their_values(go, keys, library):
    """How Arrow encodes keys makes no difference: equal values are one group, nulls are missing."""
    v = LIBRARIES[library](SIX)
    if keys == "pandas views" and library == "pandas":
        v.index = range(5, 11)
    for by in (TWICE[keys], [TWICE[keys], TWICE[keys]]):
        assert labels_and_values(go.Sum(v, by=by)) == (["x", "y"], [17, 36])
        assert labels_and_values(go.Sum(v, by=by, dropna=False)) == (["x", "y", None], [17, 36, 10])


@pytest.mark.parametrize("keys", [name for name in TWICE if not name.startswith("pandas")])
def test_values_of_encoded_columns(keys):
    """How Arrow encodes a column makes no difference to its values as Python's objects."""
    assert columns.values(TWICE[keys]) == ["x", None, "y", None, "x", "y"]


WIDE_KEYS = {
    "128 bits": pl.Series([1, 1, None], dtype=pl.Int128),
    "float16": pa.array([1, 1, None], pa.float16()),
    "months": np.array(["2020-03", "2020-03", "NaT"], "M8[M]"),
    "sparse": pd.Series(pd.arrays.SparseArray([7, 7, 9])),
    "masked strings": np.ma.array(["b", "b", "a"], mask=[0, 0, 1]),
    "masked array": pd.array([3, 3, None], dtype="UInt8"),
    "decimals": pa.array([decimal.Decimal(5), decimal.Decimal(5), None], pa.decimal256(60, 1)),
}


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("keys", WIDE_KEYS)
def test_keys_of_one_library_with_values_of_another(go, keys, library):
    """Keys that the library of the values has in no type of the same name come in another."""
    k = WIDE_KEYS[keys]
    for by in ([k], [k, k]):
        made = go.Sum(LIBRARIES[library](SIX[:3]), by=by, dropna=False)
        assert list(labels_and_values(made)[1]) == [3, 4]


@pytest.mark.parametrize("library", LIBRARIES)
def test_integers_beside_a_missing_key_are_exact(go, library):
    """No label is rounded to a float because another is missing."""
    big = 2**53 + 1
    for k in (pa.array([big, big - 1, None]), pl.Series([big, big - 1, None])):
        made = go.Sum(LIBRARIES[library](SIX[:3]), by=k, dropna=False)
        assert labels_and_values(made) == ([big - 1, big, None], [2, 1, 4])


def test_keys_that_nobody_holds_are_refused_by_name(go):
    """Lists, structs, and what the library of the values does not have are no internal errors."""
    with pytest.raises(ArgumentTypeError, match=r"by= holds lists, which cannot be keys"):
        go.Sum(pl.Series(SIX[:2]), by=pl.Series([[1], [1]]))
    with pytest.raises(ArgumentTypeError, match=r"by\[1\] holds structs, which cannot be keys"):
        go.Sum(pa.array(SIX[:2]), by=[pa.array([1, 2]), pa.array([{"a": 1}, {"a": 2}])])
    nanoseconds = pa.array([1, 2], pa.time64("ns"))
    with pytest.raises(
        ArgumentTypeError, match=r"pandas does not hold values of the type time64\[ns"
    ):
        go.Sum(pd.Series(SIX[:2]), by=nanoseconds)
    with pytest.raises(ArgumentTypeError, match="polars does not hold values of the type object"):
        go.Sum(pl.Series(SIX[:2]), by=pd.Series([1, "a"], dtype=object))


def test_negative_zero_is_zero(go):
    """-0.0 and 0.0 are one level of an index, also where Arrow keeps the keys."""
    first = pd.Series(["a", "b", "a"])
    second = pd.Series([-0.0, 0.0, 0.0], dtype="float64[pyarrow]")
    made = go.Sum(pd.Series(SIX[:3]), by=[first, second])
    assert made.to_dict() == {("a", 0.0): 5, ("b", 0.0): 2}


def test_missing_values_of_columns(go):
    """What is missing in a column is so in its groups."""
    v = pd.Series([1.0, np.nan, np.nan])
    assert go.Valid(v, by=[1, 1, 2]).tolist() == [1, 0]


def test_what_is_no_key(go):
    """What cannot be keys is refused by name."""
    for by in ("k", 3, object(), {"a": 1}):
        with pytest.raises(ArgumentTypeError, match="by= takes a column or a list of columns"):
            go.Sum(V, by=by)
    with pytest.raises(ArgumentValueError, match="by= has 2 rows"):
        go.Sum(V, by=[1, 2])
    with pytest.raises(ArgumentValueError, match="different indexes"):
        go.Sum(V, by=pd.Series(NUMBERS[::-1], index=range(N)[::-1]))


def test_errors_name_the_group(go):
    """Groups that fail are named by their keys."""
    v, k = pd.Series([1.0, -2.0, 3.0]), pd.Series(["a", "b", "a"])
    with pytest.raises(GoError, match=r"1 of 2 groups failed in Positive:\n  group b: -2 is neg"):
        go.Positive(v, by=k)
    made = go.Positive(v, by=k, errors="coerce")
    assert made["a"] == 4.0 and np.isnan(made["b"])
    made, report = go.Positive(v, by=[k, k], errors="report")
    assert report.group.tolist() == [("b", "b")] and report.message.tolist() == ["-2 is negative"]
    with pytest.raises(GoError, match=r"^-2 is negative \(In\[1\], line \d+\)$"):
        go.Positive(v)
    with pytest.raises(GoError, match=r"1 group failed in Shared:\n  group b: -2 is negative"):
        go.Shared(v, by=k)
    assert go.Shared(v, by=k, errors="coerce").tolist()[::2] == [1.0, 3.0]
    with pytest.raises(GoPanic, match=r"index out of range(.|\n)*at group a$"):
        go.Third(v, by=k)
