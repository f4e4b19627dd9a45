"""What goes into a call of a Go function, and what comes out: arguments, frames, indexes, missing values."""

import datetime as dt
import threading

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import goscore
from goscore import ArgumentTypeError, ArgumentValueError
from goscore._worker import current
from goscore._worker.sockets import Arrivals

from ..declared import functions

NAN = float("nan")

CELL = """
func Add(x, y float64) float64 { return x + y }
func Plus(x int, y int8) int { return x + int(y) }
func Or(x, other *float64) float64 {
	if x != nil { return *x }
	if other != nil { return *other }
	return -1
}
func Missing(c goscore.Column[float64]) int { return c.NullCount() }
func Half(n int) *int { if n%2 == 1 { return nil }; n /= 2; return &n }
func Even(n int) bool { return n%2 == 0 }
func Upper(s string) string { return strings.ToUpper(s) }
func Later(t time.Time, by time.Duration) time.Time { return t.Add(by) }
func Sorted(v []float64) []float64 { slices.Sort(v); return v }
func First(v []float64, n int) []float64 { return v[:n] }
func Sum(v []float64) float64 { s := 0.0; for _, x := range v { s += x }; return s }
//goscore:scan
func Run(prev, v float64) float64 { return prev + v }
type Out struct { Low, High float64; Name string }
func Both(x float64, name string) Out { return Out{x - 1, x + 1, name} }
func Ends(v []float64) Out { return Out{v[0], v[len(v)-1], "ends"} }
func Two(x float64) (float64, bool) { return -x, x > 0 }
type Item struct {
	Price float64
	UnitsSold int
	Label *string `goscore:"The Label"`
}
func Total(i Item) float64 { return i.Price * float64(i.UnitsSold) }
func Name(i Item) string { if i.Label == nil { return "none" }; return *i.Label }
func Check(i Item) (Item, error) { if i.UnitsSold < 0 { return i, errors.New("negative") }; return i, nil }
"""


@pytest.fixture(scope="module")
def go():
    return functions(CELL)


@pytest.fixture
def df():
    return pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]}, index=["a", "b"])


def test_scalars(go):
    """Scalars alone give a scalar; beside columns they stand for every row."""
    assert go.Add(40, 2) == 42.0 and type(go.Add(np.float32(40), 2)) is float
    assert go.Plus(np.int8(1), True + 1) == 3 and type(go.Even(2)) is bool
    assert go.Later(dt.datetime(2020, 1, 1), dt.timedelta(days=1)) == dt.datetime(2020, 1, 2)
    stamp = pd.Timestamp("2020-01-01 00:00:00.000000001", tz="Europe/Paris")
    assert go.Later(stamp, pd.Timedelta(1)) == stamp + pd.Timedelta(1)
    assert go.Both(1, "n") == {"Low": 0.0, "High": 2.0, "Name": "n"}
    assert go.Two(1) == (-1.0, True)
    assert go.Half(3) is None and go.Half(4) == 2
    assert go.Add([1.0, 2.0], 1) == go.Add(1, y=[1.0, 2.0]) == [2.0, 3.0]


def test_index_and_name(go, df):
    """The index and the name of the one column stay; several names that differ give none."""
    made = go.Add(df.x, 1)
    assert made.index.equals(df.index) and made.name == "x"
    assert go.Add(df.x, df.y).name is None and go.Add(df.x, df.x).name == "x"
    assert go.Add(df.x, df.y.to_numpy()).index.equals(df.index)
    assert go.Add(pl.Series("v", [1.0]), 1).name == "v"
    assert isinstance(go.Add(df.index.str.len(), 1).index, pd.RangeIndex)
    left, right = go.Two(df.x)
    assert left.name == right.name == "x" and left.index.equals(right.index)
    assert list(go.First(df.x, 1)) == [1.0] and isinstance(go.First(df.x, 1).index, pd.RangeIndex)


def test_rows_that_do_not_belong_together(go, df):
    """Other indexes and other lengths are refused."""
    with pytest.raises(
        ArgumentValueError, match="x of Add and argument y of Add have different ind"
    ):
        go.Add(df.x, df.y.iloc[::-1])
    with pytest.raises(
        ArgumentValueError, match="x of Add has 2 rows and argument y of Add has 1 r"
    ):
        go.Add(df.x, [1.0])
    assert go.Add(df.x, df.y.copy().set_axis(pd.Index(["a", "b"]))).tolist() == [4.0, 6.0]


def test_empty(go):
    """Columns of no rows have results of no rows, whatever their type says."""
    assert go.Add([], 1) == [] and go.Upper([]) == []
    assert go.Upper(pd.Series([], dtype=object)).tolist() == []
    assert (
        len(
            go.Total(
                pd.DataFrame({"Price": [], "UnitsSold": [], "The Label": []}, dtype="f8").astype(
                    {"UnitsSold": "int64", "The Label": "str"}
                )
            )
        )
        == 0
    )
    assert go.Sum([]) == 0.0 and go.Sorted(np.zeros(0)).shape == (0,)


def test_conversions(go):
    """Numbers become what Go takes when nothing is lost; what would lose is refused."""
    assert go.Add(np.arange(3), pd.Series([1, 2, 3], dtype="uint8").array).tolist() == [
        1.0,
        3.0,
        5.0,
    ]
    assert go.Plus(pd.Series([1, 2], dtype="int16"), 3).tolist() == [4, 5]
    for bad, message in ((1.5, "float64 where"), (300, "300 does not fit int8"), ("a", "strings")):
        with pytest.raises(ArgumentTypeError, match=f"argument y: .*{message}"):
            go.Plus(1, [bad])
    with pytest.raises(ArgumentTypeError, match="holds Python objects of type object"):
        go.Add(pd.Series([object()]), 1)


def test_strided_and_chunked(go):
    """Views, reversed and chunked columns are ordinary arguments."""
    v = np.arange(10.0)
    assert go.Add(v[::-3], 0.0).tolist() == v[::-3].tolist()
    chunked = pa.chunked_array([[1.0], [], [2.0, 3.0]]).slice(1)
    assert go.Add(chunked, 1).to_pylist() == [3.0, 4.0]
    assert go.Add(pl.concat([pl.Series([1.0]), pl.Series([2.0])], rechunk=False), 1).to_list() == [
        2,
        3,
    ]
    big = np.arange(100_000.0)
    assert np.array_equal(go.Sorted(big[::-1]), big) and big[0] == 0.0


@pytest.mark.parametrize("v", [[3.0, 1.0], np.array([3.0, 1.0]), pd.Series([3.0, 1.0])])
def test_arguments_are_the_calls_own(go, v):
    """A function that sorts its argument sorts its own."""
    assert list(go.Sorted(v)) == [1.0, 3.0] and list(v) == [3.0, 1.0]


def test_missing_is_what_the_library_says(go):
    """NaN is missing for pandas alone; nil where Go can have it."""
    for column, wanted in (
        (pd.Series([1.0, NAN]), [1.0, -1.0]),
        (pd.Series([1.0, None], dtype="Float64"), [1.0, -1.0]),
        (pd.Series([1.0, None], dtype="double[pyarrow]"), [1.0, -1.0]),
        (pl.Series([1.0, None]), [1.0, -1.0]),
        (pa.array([1.0, None]), [1.0, -1.0]),
        ([1.0, None], [1.0, -1.0]),
        (np.array([1.0, 2.0]), [1.0, 2.0]),
    ):
        assert list(map(float, go.Or(column, None))) == wanted
    for column in (pl.Series([NAN]), pa.array([NAN]), np.array([NAN]), [NAN]):
        assert np.isnan(float(next(iter(go.Or(column, 5.0)))))
    assert go.Or(None, None) == -1.0 and go.Or(pd.NA, 2) == 2.0 and go.Or(3, pd.NaT) == 3.0
    assert go.Missing(pd.Series([1.0, NAN])) == 1 and go.Missing(pl.Series([NAN, None])) == 1
    assert go.Missing(np.array([NAN])) == go.Missing([NAN]) == 0


def test_missing_where_go_cannot_have_it(go):
    """Rows with missing values have missing results; whole columns are refused."""
    made = go.Even(pd.Series([1, None], dtype="Int64"))
    assert str(made.dtype) == "boolean" and made.isna().tolist() == [False, True]
    assert go.Upper(["a", None]) == ["A", None] and go.Upper(None) is None
    assert go.Add([1.0, 2.0], None) == [None, None]
    assert go.Add(pd.Series([NAN, 1.0]), 1).isna().tolist() == [True, False]
    with pytest.raises(ArgumentValueError, match=r"argument v has 1 missing value"):
        go.Sum(pl.Series([1.0, None]))
    assert np.isnan(go.Sum(pd.Series([1.0, NAN])))
    with pytest.raises(
        ArgumentValueError, match=r"n has 1 missing value, which int cannot .*\*int"
    ):
        go.First([1.0], None)
    with pytest.raises(ArgumentValueError, match=r"v has 2 missing values, which float64 cannot"):
        go.Run([1.0, None, None])


def test_types_of_what_may_be_missing(go):
    """pandas: nullable types where Go's result may be missing, whether or not anything is."""
    assert str(go.Half(pd.Series([2, 4])).dtype) == "Int64"
    assert str(go.Half(pd.Series([2, 3])).dtype) == "Int64"
    assert str(go.Even(pd.Series([2, 3])).dtype) == "bool"
    assert str(go.Half(pd.Series([2, 4], dtype="int64[pyarrow]")).dtype) == "int64[pyarrow]"
    assert go.Half(pl.Series([2, 3])).to_list() == [1, None]


def test_structs_and_tuples(go, df):
    """A struct is a row of a frame, several results are a tuple."""
    made = go.Both(df.x, "n")
    assert made.equals(
        pd.DataFrame({"Low": df.x - 1, "High": df.x + 1, "Name": ["n", "n"]}, index=df.index)
    )
    assert go.Both(pl.Series([1.0]), "n").to_dicts() == [{"Low": 0.0, "High": 2.0, "Name": "n"}]
    assert go.Both(pa.array([1.0]), "n").column_names == ["Low", "High", "Name"]
    assert go.Both([1.0], "n") == {"Low": [0.0], "High": [2.0], "Name": ["n"]}
    assert go.Ends(df.x) == {"Low": 1.0, "High": 2.0, "Name": "ends"}
    first, second = go.Two(pa.array([1.0]))
    assert (first.to_pylist(), second.to_pylist()) == ([-1.0], [True])


ITEMS = {"price": [1.5, 2.0], "units sold": [2, 3], "The Label": ["a", None], "odd": [1, 2]}


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(ITEMS),
        pl.DataFrame(ITEMS),
        pl.LazyFrame(ITEMS),
        pa.table(ITEMS),
        pa.table(ITEMS).to_batches()[0],
        ITEMS,
        {name: np.array(column) for name, column in ITEMS.items()},
        pa.table(ITEMS).to_struct_array(),
        pl.DataFrame(ITEMS).to_struct("s"),
    ],
    ids=lambda frame: type(frame).__name__,
)
def test_row_functions(go, frame):
    """Fields find their columns without case, _ and blanks, or by the tag."""
    assert list(map(float, map(str, go.Total(frame)))) == [3.0, 6.0]
    assert list(map(str, go.Name(frame))) == ["a", "none"]


def test_one_row(go):
    """A dict of single values is one row."""
    row = {"Price": 1.5, "units_sold": 2, "The Label": None}
    assert go.Total(row) == 3.0 and go.Name(row) == "none"
    assert go.Check(row) == {"Price": 1.5, "UnitsSold": 2, "The Label": None}


def test_frames_that_do_not_fit(go):
    """What is missing, ambiguous or no frame is told with the names."""
    frame = pd.DataFrame(ITEMS)
    for bad, message in (
        (frame.rename(columns={"price": "prize"}), r"Price \(float64\) has no column 'Price' .*did you mean 'prize'"),
        (frame.assign(PRICE=1), "Price .*fits several columns: 'price', 'PRICE'"),
        (frame.rename(columns={"The Label": "the label"}), "has no column 'The Label'.*did you mean 'the label'"),
        (frame[[]], "the frame; it has no columns"),
    ):  # fmt: skip
        with pytest.raises(ArgumentValueError, match=message):
            go.Total(bad)
    assert go.Total(frame.assign(PRICE=1).rename(columns={"price": "Price"})).tolist() == [3, 6]
    for bad in (frame.price, 3.0, None, [1.0]):
        with pytest.raises(
            ArgumentTypeError, match="Total takes a DataFrame with the columns Price"
        ):
            go.Total(bad)
    with pytest.raises(
        ArgumentTypeError, match="column 'price' of the frame passed to Total holds"
    ):
        go.Total(frame.assign(price=[object(), 1]))
    with pytest.raises(ArgumentTypeError, match="holds columns and single values"):
        go.Total({**ITEMS, "price": 1.5})


def test_only_the_fields_columns_travel(go):
    """Columns that no field takes are not even looked at."""
    frame = pd.DataFrame(ITEMS, index=list("ab")).assign(odd=[object(), object()])
    assert go.Total(frame).index.equals(frame.index) and go.Total(frame).name is None


def test_ranges_of_lists(go):
    """A list column makes a slice parameter a single row's."""
    lists = [[1.0, 2.0], [], [3.0]]
    assert go.Sum(lists) == [3.0, 0.0, 3.0]
    assert go.Sum(pd.Series(lists, index=list("abc"))).to_dict() == {"a": 3.0, "b": 0.0, "c": 3.0}
    assert go.Sum(pl.Series(lists)).to_list() == go.Sum(pa.array(lists)).to_pylist() == [3, 0, 3]
    assert go.Sum(np.arange(6.0).reshape(2, 3)).tolist() == [3.0, 12.0]


def test_only_own_output_arrives(capsys):
    """A thread's sockets get the output of its own calls, and nothing of others."""
    say = functions('func Say(x float64) float64 { fmt.Println("said", x); return x }').Say
    channel = current.worker().channel()
    list(channel._drain(channel._iopub))
    thread = threading.Thread(target=lambda: say(1.5))
    thread.start()
    thread.join()
    assert not Arrivals(channel._iopub).wait(0.2)
    assert capsys.readouterr().out.endswith("said 1.5\n")


def test_every_call_prints(capsys):
    """A process that takes one call after the other prints for each; one that cannot any more takes none."""
    made = functions("""
func Say(x float64) float64 { fmt.Println("said", x); fmt.Fprintln(os.Stderr, "so"); return x }
func Turn(x float64) float64 { fmt.Println("turned", x); os.Stdout = nil; return x }
func Shut(x float64) float64 { fmt.Println("shut", x); os.Stdout.Close(); return x }
func Fill(x float64) float64 { fmt.Print(strings.Repeat("y", int(x))); return x }
""")
    capsys.readouterr()
    for name, shown in (("Say", "said"), ("Turn", "turned"), ("Shut", "shut")):
        for turn in (1, 2, 3):
            getattr(made, name)(float(turn))
            out, err = capsys.readouterr()
            assert out == f"{shown} {turn}\n"
            assert err == ("so\n" if name == "Say" else "")
    for length in (70_000, 1, 300_000):
        made.Fill(float(length))
        assert capsys.readouterr().out == "y" * length


def test_compiled_again(go):
    """What is compiled again for a call runs itself, and not what waited from an earlier one."""
    other = functions(
        "func Twice(x float64) float64 { return 2 * x }\nfunc Half(x float64) float64 { return x / 2 }"
    )
    assert other.Twice._compiled_again(4.0) == 8.0 and not goscore.last.cached
    assert other.Half._compiled_again(4.0) == 2.0 and not goscore.last.cached
    assert other.Half(4.0) == 2.0 and goscore.last.cached
