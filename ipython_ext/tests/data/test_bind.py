"""Columns of every library become Arrow arrays with one copy, and come back equal."""

import datetime as dt
import decimal
import enum
import http
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import goscore
from goscore import ArgumentTypeError, ArgumentValueError
from goscore._data.arrays import Array
from goscore._data.bind import bind

from ..intervals import months


def sent(value, position=0):
    """Copy a column as a run does, and give it as Arrow."""
    array = Array.copy_of(bind("x", value, "x").source(position)).arrow()
    array.validate(full=True)
    return array


NUMBERS = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]


@pytest.mark.parametrize("dtype", NUMBERS)
@pytest.mark.parametrize("order", "<>")
def test_numpy_numbers(dtype, order):
    """Strided and byte-swapped arrays of any length are copied as they are."""
    values = np.arange(10).astype(order + dtype)
    for part in (values, values[::2], values[::-1], values[:0]):
        assert sent(part).to_pylist() == part.tolist()


def test_numpy_others():
    """Bools, times, spans, strings and masks have Arrow types of their own."""
    assert sent(np.array([True, False])[::-1]).to_pylist() == [False, True]
    times = np.array(["2020-01-01T01", "NaT"])
    assert sent(times.astype("M8[ms]")).type == pa.timestamp("ms")
    assert sent(times.astype("M8[h]")).null_count == 1
    assert sent(times.astype("M8[D]")).to_pylist() == [dt.date(2020, 1, 1), None]
    assert sent(times.astype(">M8[ns]")).cast(pa.int64())[0].as_py() == 1577840400 * 10**9
    assert sent(np.array([1, 2], "m8[m]")).to_pylist() == [dt.timedelta(minutes=n) for n in (1, 2)]
    assert sent(np.array(["é", "bc"])).to_pylist() == ["é", "bc"]
    assert sent(np.ma.array([1, 2, 3], mask=[0, 1, 0])).to_pylist() == [1, None, 3]


def test_matrix():
    """A matrix is sent row by row, whatever its order in memory."""
    matrix = np.arange(6.0).reshape(2, 3)
    for given in (matrix, np.asfortranarray(matrix), matrix[:, ::2], matrix.T):
        bound = bind("x", given, "x")
        assert (bound.kind, bound.shape) == ("matrix", given.shape)
        assert sent(given).to_pylist() == given.reshape(-1).tolist()


def test_nan_stays_and_null_stays():
    """NaN of NumPy is a number; None, NA and NaT of other columns are nulls."""
    nan = sent(pd.Series([1.0, np.nan]))
    assert nan.null_count == 0 and np.isnan(nan[1].as_py())
    for series in (
        pd.Series([1, None], dtype="Int64"),
        pd.Series([1, None], dtype="float64[pyarrow]"),
        pd.Series([1, None], dtype=object),
        pd.Series(["a", np.nan], dtype=object),
        pd.Series(["a", None]),
        pd.Series(["a", None], dtype="category"),
        pd.Series(pd.to_datetime(["2020-01-01", None])),
        pd.Series(pd.to_datetime(["2020-01-01", None])).dt.tz_localize("Europe/Paris"),
        pd.Series([pd.Timedelta("1s"), None]),
        pd.Series([True, None], dtype="boolean"),
        pl.Series([1, None]),
        pl.Series(["a", None]),
        pa.array([1.5, None]),
        [1.5, None],
    ):
        assert sent(series).is_valid().to_pylist() == [True, False]


def test_pandas_times():
    """A timestamp keeps its unit and its zone."""
    stamps = pd.date_range("2020-01-01", periods=2, tz="Europe/Paris", unit="ns")
    assert sent(pd.Series(stamps)).type == pa.timestamp("ns", "Europe/Paris")
    assert sent(stamps).to_pylist() == list(stamps)
    fixed = pd.Series([pd.Timestamp("2020-01-01", tz="+02:00").as_unit("s")])
    assert sent(fixed).type == pa.timestamp("s", "+02:00")


ARROW = {
    "integers": pa.array([1, None, 3, 4], pa.int16()),
    "bools": pa.array([True, None, False, True]),
    "strings": pa.array(["a", "", None, "é" * 20]),
    "large": pa.array(["a", "", None, "é" * 20], pa.large_string()),
    "views": pa.array(["a", "", None, "é" * 20], pa.string_view()),
    "full views": pa.array(["a", "b" * 20, "c" * 13, "é" * 20], pa.string_view()),
    "binary": pa.array([b"a", None, b"", b"bc"]),
    "fixed": pa.array([b"ab", None, b"cd", b"ef"], pa.binary(2)),
    "dates": pa.array([dt.date(2020, 1, 1), None] * 2),
    "times": pa.array([dt.datetime(2020, 1, 1), None] * 2, pa.timestamp("ns", "UTC")),
    "spans": pa.array([dt.timedelta(1), None] * 2),
    "decimals": pa.array([decimal.Decimal("1.5"), None] * 2),
    "lists": pa.array([[1, 2], None, [], [3]]),
    "large lists": pa.array([["a"], None, [], ["b", None]], pa.large_list(pa.string())),
    "pairs": pa.array([[1, 2], None, [3, 4], [5, 6]], pa.list_(pa.int8(), 2)),
    "structs": pa.array([{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}, {"a": 4, "b": None}]),
    "dictionary": pa.array(["a", None, "b", "a"]).dictionary_encode(),
    "runs": pa.compute.run_end_encode(pa.array([1, 1, 2, 2])),
    "nulls": pa.nulls(4),
}


@pytest.mark.parametrize("name", ARROW)
def test_arrow(name):
    """Whole, sliced, chunked and empty arrays come out equal, from offset 0."""
    whole = ARROW[name]
    chunked = pa.chunked_array([whole[1:3], whole[:0], whole[2:], whole])
    for given in (whole, whole[1:], whole[1:3], whole[:0], chunked, chunked[1:5], chunked[:0]):
        array = sent(given)
        assert array.offset == 0
        assert array.to_pylist() == given.to_pylist()


def test_arrow_without_chunks():
    """A chunked array may have no chunk at all."""
    for name in set(ARROW) - {"runs"}:
        assert sent(pa.chunked_array([], ARROW[name].type)).to_pylist() == []


def test_long_strings_get_large_offsets(monkeypatch):
    """Chunks that 32-bit offsets cannot join are sent as large strings."""
    from goscore._data import from_arrow

    class Narrow:
        max = 100

    monkeypatch.setattr(from_arrow.np, "iinfo", lambda kind: Narrow)
    chunked = pa.chunked_array([["x" * 60], ["y" * 60]])
    assert sent(chunked).type == pa.large_string()
    assert sent(chunked).to_pylist() == chunked.to_pylist()


def test_few_rows_of_long_views():
    """A slice of a long column of views takes only its own text along."""
    long = pa.array([f"{n:040}" for n in range(10_000)], pa.string_view())
    bound = bind("x", long[5:7], "x")
    assert bound.source(0).nbytes < 1000
    assert sent(long[5:7]).to_pylist() == long[5:7].to_pylist()


def test_polars():
    """polars columns of several chunks, categories and lists."""
    for given in (
        pl.concat([pl.Series(["a" * 20, "b"]), pl.Series(["c" * 30])], rechunk=False),
        pl.Series(["a", "b", "a"], dtype=pl.Categorical),
        pl.Series([dt.date(2020, 1, 1)]),
        pl.Series([[1], [2, 3]]),
        pl.Series([True, None, False]),
        pl.Series([], dtype=pl.String),
        pl.Series([1.5, 2.5]),
    ):
        assert sent(given).to_pylist() == given.to_list()


def test_lists():
    """Lists of one kind; an empty one is of float64."""
    assert sent([1, 2]).type == pa.int64()
    assert sent([1, 2.5]).type == pa.float64()
    assert sent([]).type == pa.float64()
    assert sent([True]).type == pa.bool_()
    assert sent([dt.datetime(2020, 1, 1), None]).type == pa.timestamp("us")
    assert np.isnan(sent([float("nan")])[0].as_py())


def test_frames_by_position():
    """Equal and odd column names are ordinary, and other columns are not looked at."""
    df = pd.DataFrame([[1, 2.0, "x", object()]], columns=["a", "a", 3, ("b", 1)])
    bound = bind("df", df, "df")
    assert bound.columns == ["a", "a", "3", "('b', 1)"]
    assert [sent(df, at).to_pylist() for at in (0, 1, 2)] == [[1], [2.0], ["x"]]
    table = pa.table([[1], [2]], names=["a", "a"])
    assert sent(table, 1).to_pylist() == [2]
    assert bind("t", pa.record_batch([[1]], names=["a"]), "t").rows == 1


def test_lazy_frame():
    """Only the planned columns of a lazy frame are collected."""
    seen = []
    spy = pl.col("b").map_batches(lambda s: seen.append(1) or s, return_dtype=pl.Int64)
    bound = bind("x", pl.DataFrame({"a": [1], "b": [2]}).lazy().with_columns(spy), "x")
    assert bound.columns == ["a", "b"] and bound.rows is None
    bound.prepare([0])
    assert bound.source(0).length == bound.rows == 1 and not seen
    bound.prepare([])
    assert bound.rows == 1


def test_any_arrow_stream():
    """Anything that gives an Arrow stream is a frame, and its rows wait for the plan."""

    class Stream:
        def __init__(self, table):
            self.table = table

        def __arrow_c_stream__(self, requested_schema=None):
            return self.table.__arrow_c_stream__(requested_schema)

    class Batch(Stream):
        __arrow_c_stream__ = None

        def __init__(self, batch):
            self.table = batch

        def __arrow_c_array__(self, requested_schema=None):
            return self.table.__arrow_c_array__(requested_schema)

    table = pa.concat_tables([pa.table({"a": [1, 2], "b": ["x", None]})] * 2)
    bound = bind("x", Stream(table), "x")
    assert (bound.kind, bound.library, bound.columns) == ("frame", "arrow", ["a", "b"])
    bound.prepare([1])
    assert bound.rows == 4 and bound.source(1).nulls == 2
    assert bind("x", Stream(pa.chunked_array([[1], [2]])), "x").kind == "column"


class Contrary(int):
    """A number that compares, and converts, as no number does."""

    def __eq__(self, other):
        raise ArithmeticError

    __hash__ = __int__ = __index__ = __lt__ = __gt__ = __le__ = __ge__ = __eq__


def subclass(kind):
    return type(f"My{kind.__name__}", (kind,), {})


SCALARS = [
    (3, pa.int64(), 3),
    (2.5, pa.float64(), 2.5),
    (True, pa.bool_(), True),
    ("é", pa.string(), "é"),
    (b"z", pa.binary(), b"z"),
    (np.int8(3), pa.int8(), 3),
    (np.bool_(True), pa.bool_(), True),
    (np.str_("q"), pa.string(), "q"),
    (np.array(5.0), pa.float64(), 5.0),
    (pa.scalar(7), pa.int64(), 7),
    (dt.timedelta(1), pa.duration("us"), dt.timedelta(1)),
    (dt.datetime(2020, 1, 1), pa.timestamp("us"), dt.datetime(2020, 1, 1)),
    (np.datetime64("2020-01-01T00:00", "ms"), pa.timestamp("ms"), dt.datetime(2020, 1, 1)),
    (http.HTTPStatus.IM_A_TEAPOT, pa.int64(), 418),
    (re.X, pa.int64(), 64),
    (Contrary(-7), pa.int64(), -7),
    (subclass(float)(2.5), pa.float64(), 2.5),
    (enum.StrEnum("Side", {"LEFT": "é"}).LEFT, pa.string(), "é"),
    (subclass(bytes)(b"z"), pa.binary(), b"z"),
    (subclass(dt.date)(2020, 1, 2), pa.date32(), dt.date(2020, 1, 2)),
    (subclass(dt.datetime)(2020, 1, 2, 3), pa.timestamp("us"), dt.datetime(2020, 1, 2, 3)),
    (subclass(dt.timedelta)(1), pa.duration("us"), dt.timedelta(1)),
    (subclass(np.int16)(3), pa.int16(), 3),
    (subclass(np.float32)(0.5), pa.float32(), 0.5),
    (subclass(np.str_)("q"), pa.string(), "q"),
]


@pytest.mark.parametrize(("value", "kind", "back"), SCALARS)
def test_scalars(value, kind, back):
    """A scalar is an array of length 1."""
    assert bind("x", value, "x").kind == "value"
    array = sent(value)
    assert (array.type, array.to_pylist()) == (kind, [back])


def test_pandas_timestamp_keeps_nanoseconds():
    """A Timestamp keeps unit and zone."""
    stamp = pd.Timestamp("2020-01-01 00:00:00.123456789", tz="Europe/Paris")
    array = sent(stamp)
    assert array.type == pa.timestamp("ns", "Europe/Paris")
    assert array.cast(pa.int64())[0].as_py() == stamp.value


def test_maps():
    """A dict of str to scalars of one type is keys and values."""
    given = {"a": 1, "b": 2}
    assert bind("d", given, "d").kind == "map"
    assert sent(given, 0).to_pylist() == ["a", "b"]
    assert sent(given, 1).to_pylist() == [1, 2]
    assert sent({}, 0).type == pa.string() and len(sent({}, 1)) == 0
    assert sent({"a": re.X, "b": 2}, 1).to_pylist() == [64, 2]


class Foo:
    pass


REFUSED = [
    (None, "x is None"),
    (Foo(), "x is a Foo, which Go cannot have"),
    ((1, 2), "x is a tuple: pass list(...) of it"),
    (range(3), "x is a range"),
    ({1, 2}, "x is a set"),
    (len, "Go cannot call Python"),
    (1j, "complex"),
    (pd.NaT, "missing"),
    (pd.NA, "missing"),
    (np.zeros((2, 2, 2)), "has 3 dimensions"),
    ({1: 2}, "the keys of a dict must be str"),
    ({"a": None}, "x['a'] is a NoneType"),
    ({"a": [1]}, "x['a'] is a list"),
    ({"a": 1, "b": "x"}, "holds a mix of int (1) and str (1)"),
    (["a", 1], "holds a mix of"),
    ([Foo()], "holds Python objects of type Foo"),
    ([2**70], "integers beyond 64 bits"),
    (pd.Series([Foo(), None]), "x holds Python objects of type Foo"),
    (pd.Series([pd.DatetimeIndex(["2024-02-29"])]), "convert each to a list"),
    ([pd.Index([1]), None, {1}], "convert each to a list"),
    ([pd.Index([1]), Foo()], "convert it first"),
    (pd.period_range("2020", periods=2), ".dt.to_timestamp()"),
    (pd.Series(pd.arrays.SparseArray([0, 1])), "sparse.to_dense()"),
    (pd.MultiIndex.from_product([[1], [2]]), ".to_frame()"),
    (np.array([1j]), "complex"),
    (np.array([1], "M8[ps]"), "unit ps"),
    (pl.Series([Foo()], dtype=pl.Object), "type Foo"),
]


@pytest.mark.parametrize(("value", "message"), REFUSED)
def test_refused_by_name(value, message):
    """What Go cannot have is refused, with its name and what to do."""
    with pytest.raises(TypeError) as caught:
        bound = bind("x", value, "x")
        for position in (0, 1)[: 1 + (bound.kind == "map")]:
            bound.source(position)
    assert isinstance(caught.value, ArgumentTypeError)
    assert message in str(caught.value)


def test_big_int():
    """An int beyond 64 bits is a value that does not fit, not a type."""
    for value in (2**64, -(2**63) - 1, 10**5000, Contrary(2**64)):
        with pytest.raises(ArgumentValueError, match="beyond 64 bits"):
            bind("x", value, "x")
    assert sent(-(2**63)).to_pylist() == [-(2**63)]


def test_refused_column_is_named():
    """The message names column and frame."""
    with pytest.raises(ArgumentTypeError, match=r"column 'o' of trades holds Python objects of ty"):
        bind("df", pd.DataFrame({"o": [Foo()]}), "trades").source(0)


def test_many_columns(run):
    """A frame of more columns than one function of the program reads comes back as it went in."""
    frame = pd.DataFrame({f"c{at}": [at, at + 0.5] for at in range(200)})
    assert run("%%goscore -i df\ndf", df=frame).equals(frame)
    assert run("%%goscore -i df\ndf.c0[1] + df.c64[0] + df.c199[1]") == 264.0


def test_type_without_arrays():
    """A column of which pyarrow makes no arrays is refused by its type, and those beside it are sent."""
    table = months()
    assert sent(table).to_pylist() == [1.5, 2.5]
    for value, position in ((table, 1), (table.to_batches()[0], 1), (table.column(1), 0)):
        with pytest.raises(
            ArgumentTypeError, match="has Arrow's type month_interval, of which pyarrow"
        ):
            sent(value, position)
    for value in (table, table.to_batches()[0]):
        stream = bind("x", SimpleNamespace(__arrow_c_stream__=value.__arrow_c_stream__), "x")
        stream.prepare([0, 1])
        assert Array.copy_of(stream.source(0)).arrow().to_pylist() == [1.5, 2.5]
        with pytest.raises(
            ArgumentTypeError, match="has Arrow's type month_interval, of which pyarrow"
        ):
            stream.source(1)
    with pytest.warns(UserWarning, match="column 'months' cannot be shared"):
        kept = goscore.share(table)
    assert sent(kept).to_pylist() == [1.5, 2.5]
