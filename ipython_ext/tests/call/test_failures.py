"""``errors=``: rows for which a function returned an error."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from goscore import GoError, GoscoreError
from goscore._call.failures import Rows

from ..declared import functions

CELL = """func Number(s string) (float64, error) {
	return strconv.ParseFloat(s, 64)
}
func Count(s string) (int, error) { return strconv.Atoi(s) }
func Wide(s string, n int) (int, error) { if len(s) > n { return 0, fmt.Errorf("longer than %d", n) }; return len(s), nil }
type Item struct { Price float64; Kind string }
func Check(i Item) error {
	if i.Price < 0 {
		return fmt.Errorf("the price of %s is %g", i.Kind, i.Price)
	}
	return nil
}
type Parts struct { Head string; Rest int }
func Split(s string) (Parts, error) { if s == "" { return Parts{}, errors.New("empty") }; return Parts{s[:1], len(s)}, nil }
func Pair(s string) (string, int, error) { if s == "" { return "", 0, errors.New("empty") }; return s, len(s), nil }
//goscore:scan init=0
func Sum(prev float64, s string) (float64, error) { v, err := Number(s); return prev + v, err }
func Best(v []float64) (float64, error) { if len(v) == 0 { return 0, errors.New("no rows") }; return slices.Max(v), nil }
func Few(v []float64) (float64, error) { if v[0] == 0 { return 0, errors.New("zero") }; return v[0], nil }
func All(v []int) ([]int, error) { return v, errors.New("none at all") }
"""


@pytest.fixture(scope="module")
def go():
    return functions(CELL, cell="In[3]")


WORDS = pd.Series(["1", "x", "3", "1,2x4.50 USD"], index=list("abcd"), name="s")


def test_one_exception_for_all_rows(go):
    """It says how many rows failed, and shows the first five: label, value, message, line."""
    with pytest.raises(GoError) as caught:
        go.Number(WORDS)
    assert str(caught.value) == (
        "2 of 4 rows failed in Number:\n"
        """  row b: 'x': strconv.ParseFloat: parsing "x": invalid syntax (In[3], line 2)\n"""
        """  row d: '1,2x4.50 USD': strconv.ParseFloat: parsing "1,2x4.50 USD": invalid syntax (In[3], line 2)\n"""
        """  hint: errors="coerce" makes them missing, errors="report" lists them"""
    )
    assert caught.value.count == 2 and caught.value.rows == ["b", "d"] and caught.value.line == 2
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) and (again.count, again.rows) == (2, ["b", "d"])


@pytest.mark.parametrize("make", [pd.Series, pl.Series, pa.array, np.array, list])
def test_many_rows(go, make):
    """Positions where there is no index; the first five, in order, on any number of cores."""
    words = ["no" if row % 100 == 17 else "1" for row in range(100_000)]
    with pytest.raises(
        GoError, match=r"^1,000 of 100,000 rows failed in Count:\n  row 17: 'no': "
    ) as e:
        go.Count(make(words))
    assert e.value.rows == [17, 117, 217, 317, 417] and e.value.count == 1000
    assert str(e.value).count("\n  row ") == 5
    _, report = go.Count(make(words), errors="report")
    rows = report["row"].to_pylist() if make is pa.array else list(report["row"])
    assert rows == list(range(17, 100_000, 100))


def test_coerce(go):
    """Failed rows are missing, and pandas' types say that rows may be."""
    made = go.Count(WORDS, errors="coerce")
    assert str(made.dtype) == "Int64" and made.isna().tolist() == [False, True, False, True]
    assert made.index.equals(WORDS.index) and made.name == "s"
    assert str(go.Count(WORDS[:1], errors="coerce").dtype) == "Int64"
    assert go.Number(WORDS, errors="coerce").dtype == "float64"
    assert go.Number(["1", "x", None], errors="coerce") == [1.0, None, None]
    assert go.Number(pl.Series(["1", "x"]), errors="coerce").to_list() == [1.0, None]
    head, length = go.Pair(["a", ""], errors="coerce")
    assert head == ["a", None] and length == [1, None]
    parts = go.Split(pd.Series(["ab", ""]), errors="coerce")
    assert parts.Head.isna().tolist() == [False, True] and str(parts.Rest.dtype) == "Int64"


def test_report(go):
    """The rows that failed come as a frame of the same library."""
    made, report = go.Number(WORDS, errors="report")
    assert made.isna().sum() == 2
    assert list(report.columns) == ["row", "value", "message", "line"]
    assert report.row.tolist() == ["b", "d"] and report.value.tolist() == ["x", "1,2x4.50 USD"]
    assert report.line.tolist() == [2, 2] and "invalid syntax" in report.message[0]
    for words, frame in (
        (pl.Series(["x"]), pl.DataFrame),
        (pa.array(["x"]), pa.Table),
        (np.array(["x"]), dict),
    ):
        made, report = go.Number(words, errors="report")
        assert type(report) is frame and list(report["value"]) == list(words)
    made, report = go.Number(WORDS[:1], errors="report")
    assert made.tolist() == [1.0] and len(report) == 0
    assert list(report.columns) == ["row", "value", "message", "line"]
    _, report = go.Wide(["abc", "d"], [2, 2], errors="report")
    assert list(report) == ["row", "s", "n", "message", "line"] and report["n"] == [2]


def test_validators(go):
    """A function that returns only an error says of each row whether it is fine."""
    items = pd.DataFrame({"price": [1.0, -2.0], "kind": ["a", "b"]}, index=[10, 20])
    with pytest.raises(
        GoError, match=r"row 20: price=-2.0, kind='b': the price of b is -2 \(In\[3\]"
    ):
        go.Check(items)
    assert go.Check(items[:1]).tolist() == [True]
    _, report = go.Check(items, errors="report")
    assert list(report.columns) == ["row", "price", "kind", "message", "line"]
    assert report.row.tolist() == [20] and report.price.tolist() == [-2.0]
    assert go.Check({"price": 1, "kind": "x"}) is True
    with pytest.raises(GoError, match=r"^the price of x is -1 \(In\[3\], line 9\)$"):
        go.Check({"price": -1, "kind": "x"})


def test_one_value(go):
    """With scalars alone, and for a whole column, the error is raised as it is."""
    assert go.Count("12") == 12 and go.Pair("a") == ("a", 1)
    with pytest.raises(
        GoError, match=r'^strconv.Atoi: parsing "x": invalid syntax \(In\[3\], line 4\)$'
    ):
        go.Count("x")
    assert go.Count("x", errors="coerce") is None
    with pytest.raises(GoError, match=r"^no rows \(In\[3\]"):
        go.Best([])
    with pytest.raises(GoError, match=r"^none at all \(In\[3\]"):
        go.All(pd.Series([1]))
    made = go.All(pd.Series([1, 2], index=[5, 6]), errors="coerce")
    assert made.isna().all() and made.index.tolist() == [5, 6] and str(made.dtype) == "Int64"


def test_scans_go_on(go):
    """After a row that failed, the state is the last good one."""
    with pytest.raises(GoError, match="1 of 3 rows failed in Sum"):
        go.Sum(["1", "x", "2"])
    assert go.Sum(["1", "x", "2"], errors="coerce") == [1.0, None, 3.0]
    assert go.Sum(["1", "x", "2", "4"], by=[1, 1, 2, 1], errors="coerce") == [1.0, None, 2.0, 5.0]


def test_long_values_are_cut(go):
    """A message stays readable, whatever is in the row."""
    with pytest.raises(GoError) as caught:
        go.Wide(["x" * 10_000], 3)
    assert len(str(caught.value)) < 300


def test_report_of_several_levels(go):
    """Rows of a MultiIndex are called by tuples, also where none failed."""
    index = pd.MultiIndex.from_product([["a", "b"], pd.to_datetime(["2020-01-01", "2020-01-02"])])
    words = WORDS.set_axis(index)
    values, report = go.Number(words, errors="report")
    assert values.index.equals(index) and values.notna().tolist() == [True, False, True, False]
    assert report["row"].tolist() == [index[1], index[3]] and report["value"].tolist()[0] == "x"
    _, empty = go.Number(words[:1], errors="report")
    assert len(empty) == 0 and list(empty) == ["row", "value", "message", "line"]
    frame = pd.DataFrame({"Price": [1.0, -1.0], "Kind": ["x", "y"]}, index=index[:2])
    assert go.Check(frame, errors="report")[1]["row"].tolist() == [index[1]]


@pytest.mark.parametrize("library", [pl.Series, np.array, pa.array, list, pd.Series])
def test_report_of_groups_of_two_keys(go, library):
    """Groups of two keys are called by both of them, in every library."""
    values, keys = library([0.0, 2.0]), [library([1, 2]), library(["a", "b"])]
    report = go.Few(values, by=keys, errors="report")[1]
    if library in (list, pd.Series):
        assert list(report["group"]) == [(1, "a")]
    else:
        listed = {pa.array: "to_pylist", np.array: "tolist"}.get(library, "to_list")
        groups = [getattr(report[name], listed)() for name in ("group", "group_2")]
        assert groups == [[1], ["a"]]


VIEWS = pa.array(["1", "no", None, "x" * 20], pa.string_view())


@pytest.mark.parametrize(
    "words",
    [
        VIEWS,
        pa.chunked_array([VIEWS[:2], VIEWS[2:]]),
        pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([VIEWS]))),
        pd.Series(["1", "no", None, "x" * 20], dtype=pd.ArrowDtype(pa.large_string())),
        pd.Series(pd.arrays.ArrowExtensionArray(pc.run_end_encode(VIEWS.cast("string")))),
        pl.Series(["1", "no", None, "x" * 20]),
    ],
    ids=["array", "chunks", "pandas", "large", "runs", "polars"],
)
def test_rows_of_any_layout(go, words):
    """Values are told whatever Arrow itself can take rows from, in messages, reports and labels."""
    with pytest.raises(GoError, match=r"^2 of 4 rows failed in Count:\n  row 1: 'no': "):
        go.Count(words)
    made, report = go.Count(words, errors="report")
    told = report["value"]
    assert (told.to_pylist() if isinstance(told, pa.ChunkedArray) else list(told)) == [
        "no",
        "x" * 20,
    ]
    assert len(made) == 4
    if isinstance(words, pd.Series):
        labelled = pd.Series(["1", "no", "2", "y"], index=pd.Index(words.array))
        assert list(go.Count(labelled, errors="report")[1]["row"]) == ["no", "x" * 20]


@pytest.mark.parametrize("row", [-1, 4, 2**60])
@pytest.mark.parametrize("labels", [list("abcd"), pd.Index(range(4)), pa.array([1, 2, 3, None])])
def test_rows_that_are_not_there(labels, row):
    """A worker that names a row of no argument is an error, and takes no other row."""
    rows = Rows(4, [], [], [labels])
    assert rows.to_texts(np.array([3]))
    with pytest.raises(GoscoreError, match=f"read the rows that failed: there is no row {row}"):
        rows.to_texts(np.array([0, row]))


ROWS_OF_LISTS = """func Longest(v []float64) (float64, error) { if len(v) == 0 { return 0, errors.New("no values") }; return slices.Max(v), nil }
func Text(b []byte) (string, error) { if !utf8.Valid(b) { return "", errors.New("no UTF-8") }; return string(b), nil }
func Ratio(v []float64, by float64) ([]float64, error) { if by == 0 { return nil, errors.New("by 0") }; return []float64{v[0] / by}, nil }
"""


def test_slices_of_one_row():
    """Where a slice is one row's value, an error names the row, with its label and value."""
    go = functions(ROWS_OF_LISTS, cell="In[4]")
    lists = pd.Series([[1.0], [], [2.0], []], index=list("wxyz"))
    with pytest.raises(GoError, match=r"(?s)2 of 4 rows failed in Longest:\n  row x: .*\n  row z: ") as caught:  # fmt: skip
        go.Longest(lists)
    assert (caught.value.count, caught.value.rows, caught.value.line) == (2, ["x", "z"], 1)
    _, report = go.Longest(lists, errors="report")
    assert report.columns.tolist()[-2:] == ["message", "line"]
    assert report.iloc[:, 0].tolist() == ["x", "z"] and report["message"].tolist() == ["no values"] * 2  # fmt: skip
    with pytest.raises(GoError, match=r"(?s)1 of 2 rows failed in Text:\n  row 1: .*no UTF-8"):
        go.Text(pa.array([b"a", b"\xff"]))
    with pytest.raises(GoError, match=r"(?s)1 of 3 rows failed in Ratio:\n  row 2: .*by 0"):
        go.Ratio(pl.Series([[1.0], [2.0], [3.0]]), pl.Series([1.0, 2.0, 0.0]))
    with pytest.raises(GoError, match=r"^no values"):  # the whole column is one slice
        go.Longest(np.array([]))
    assert go.Longest(lists, errors="coerce").isna().tolist() == [False, True, False, True]
