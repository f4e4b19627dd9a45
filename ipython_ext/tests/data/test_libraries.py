"""The table of libraries: subclasses of their classes, wherever defined, are their columns and frames."""

import datetime as dt
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import goscore
from goscore import GoError
from goscore._data import columns, libraries

from ..declared import functions


class OwnSeries(pd.Series):
    @property
    def _constructor(self):
        return OwnSeries


class OwnFrame(pd.DataFrame):
    @property
    def _constructor(self):
        return OwnFrame

    @property
    def _constructor_sliced(self):
        return OwnSeries


class OwnPolars(pl.Series):
    pass


class OwnPolarsFrame(pl.DataFrame):
    pass


class OwnArray(np.ndarray):
    pass


class OwnList(list):
    pass


class OwnExtension(pa.ExtensionArray):
    pass


class OwnType(pa.ExtensionType):
    def __init__(self):
        super().__init__(pa.string(), "tests.own")

    def __arrow_ext_serialize__(self):
        return b""

    @classmethod
    def __arrow_ext_deserialize__(cls, storage, serialized):
        return cls()

    def __arrow_ext_class__(self):
        return OwnExtension


def masked(values):
    """Make an array whose last value is missing."""
    return np.ma.MaskedArray(values, [False] * (len(values) - 1) + [True])


COLUMNS = {
    "pandas": [OwnSeries, lambda values: OwnFrame({"x": values})["x"]],
    "polars": [OwnPolars],
    "numpy": [lambda values: np.asarray(values).view(OwnArray)],
    "list": [OwnList],
    "arrow": [pa.array, lambda values: pa.chunked_array([values])],
}


MADE = [
    pytest.param(library, make, id=f"{library}-{at}")
    for library, makers in COLUMNS.items()
    for at, make in enumerate(makers)
]


def listed(made):
    """Return a column's or a frame's columns as lists of Python's values."""
    if isinstance(made, tuple | dict):
        return [listed(column) for column in (made.values() if isinstance(made, dict) else made)]
    if library := libraries.frame_library(made):
        return listed(library.parts(made, ""))
    return libraries.of_column(made).values(made)


@pytest.fixture(scope="module")
def go():
    return functions("""
func Twice(x float64) float64 { return 2 * x }
func Sum(v []float64) float64 { s := 0.0; for _, x := range v { s += x }; return s }
func Positive(x float64) (float64, error) { if x < 0 { return 0, fmt.Errorf("negative") }; return x, nil }
type Point struct { X, Y float64 }
func Length(p Point) float64 { return math.Hypot(p.X, p.Y) }
""")


@pytest.mark.parametrize(("library", "make"), MADE)
def test_recognised(library, make):
    """One library alone takes the column for its own."""
    found = [row.name for row in libraries.TABLE if row.has_column(make([1.0, 2.0]))]
    assert found == [library]
    assert libraries.frame_library(make([1.0, 2.0])) is None


@pytest.mark.parametrize(("library", "make"), MADE)
def test_called_grouped_and_reported(go, library, make):
    """A call takes the column, groups by it, and names its rows that fail."""
    column = make([3.0, 4.0, -1.0])
    assert listed(go.Twice(column)) == [6.0, 8.0, -2.0]
    sums = go.Sum(column, by=make(["b", "a", "b"]))
    if library == "pandas":
        assert sums.to_dict() == {"a": 4.0, "b": 2.0}
    else:
        assert listed(sums) == [["a", "b"], [4.0, 2.0]]
    with pytest.raises(GoError, match=r"row 2: -1\.0: negative"):
        go.Positive(column)
    made, report = go.Positive(column, errors="report")
    assert listed(made)[:2] == [3.0, 4.0]
    values = report["value"].tolist() if library == "pandas" else listed(report)[1]
    assert values == [-1.0]


@pytest.mark.parametrize(
    ("library", "frame"),
    [
        ("pandas", OwnFrame({"X": [3.0], "Y": [4.0]})),
        ("polars", OwnPolarsFrame({"X": [3.0], "Y": [4.0]})),
        ("polars", pl.LazyFrame({"X": [3.0], "Y": [4.0]})),
        ("arrow", pa.table({"X": [3.0], "Y": [4.0]})),
        ("arrow", pa.record_batch({"X": [3.0], "Y": [4.0]})),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_frames(go, library, frame):
    """A frame of a subclass is one of its library, for a row function and as a batch."""
    assert libraries.frame_library(frame).name == library
    made = go.Length(frame)
    assert libraries.column_library(made).name == library
    assert libraries.of_column(made).values(made) == [5.0]


def test_masked_arrays(go):
    """What is masked is missing for Go, and stays missing beside rows that fail."""
    column = masked([3.0, -1.0, 7.0])
    assert [row.name for row in libraries.TABLE if row.has_column(column)] == ["numpy"]
    np.testing.assert_array_equal(go.Twice(column), [6.0, -2.0, np.nan])
    assert listed(column) == [3.0, -1.0, None]
    with pytest.raises(GoError, match=r"row 1: -1\.0: negative"):
        go.Positive(column)


def test_missing_keys_of_a_masked_array(go):
    """A masked key is missing: its group is there when asked for, and masked."""
    keys, sums = go.Sum(np.array([1.0, 2.0, 3.0]), by=masked([1, 1, 2]), dropna=False)
    assert keys.tolist() == [1, None]
    assert sums.tolist() == [3.0, 3.0]
    series = go.Sum(pd.Series([1.0, 2.0, 3.0]), by=masked([1, 1, 2]), dropna=False)
    assert series.index.isna().tolist() == [False, True]
    assert series.tolist() == [3.0, 3.0]


def test_extension_arrays_as_keys(go):
    """Keys of a class of Arrow's that is defined elsewhere are numbered by Python."""
    keys = pa.ExtensionArray.from_storage(OwnType(), pa.array(["b", "a", "b"]))
    assert isinstance(keys, OwnExtension)
    made = go.Sum(pd.Series([1.0, 2.0, 3.0]), by=keys)
    assert made.tolist() == [2.0, 4.0]
    assert made.index.tolist() == ["a", "b"]


def test_struct_columns_of_subclasses(go):
    """A row function takes a column of structs of a subclass."""
    structs = OwnPolars("p", [{"X": 3.0, "Y": 4.0}])
    assert go.Length(structs).to_list() == [5.0]
    backed = OwnSeries(pl.Series(structs).to_arrow(), dtype=pd.ArrowDtype(pa.struct([("X", pa.float64()), ("Y", pa.float64())])))  # fmt: skip
    assert go.Length(backed).tolist() == [5.0]


def test_shared_subclasses():
    """Shared columns of subclasses keep their values."""
    assert goscore.share(OwnSeries([1.0, 2.0])).tolist() == [1.0, 2.0]
    assert goscore.share(np.arange(3.0).view(OwnArray)).tolist() == [0.0, 1.0, 2.0]


def test_no_library_is_loaded_to_look_for_it():
    """Recognising a list loads neither pandas nor polars; a half-loaded module has no columns."""
    code = """
import sys, types
from goscore._data import columns, libraries
assert libraries.column_library([1]).name == "list"
assert libraries.column_library(object()) is None
assert not {"pandas", "polars"} & set(sys.modules)
sys.modules["pandas"] = types.ModuleType("pandas")
assert libraries.column_library(object()) is None
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_times_of_numpy_as_objects():
    """They are exact, and of one type."""
    short = np.array([1000, "NaT", 5], "M8[us]")
    assert columns.values(short) == [
        dt.datetime(1970, 1, 1, microsecond=1000),
        None,
        dt.datetime(1970, 1, 1, microsecond=5),
    ]
    masked_times = np.ma.array(np.array([1, 2, 3], "m8[ns]"), mask=[False, True, False])
    assert columns.values(masked_times) == [np.timedelta64(1, "ns"), None, np.timedelta64(3, "ns")]
    late = np.array(["20000-01-01"], "M8[D]")
    assert columns.values(late) == [late[0]]


BIG = 2**53 + 1


def encoded(indices, values):
    return pa.DictionaryArray.from_arrays(pa.array(indices, "int8"), pa.array(values))


DAY = pd.Timestamp("2024-02-29")


@pytest.mark.parametrize(
    ("column", "plain", "masked"),
    [
        (pd.Series(["b", None, "a"], dtype="category"), ["b", None, "a"], False),
        (pd.Series(["b", None, "a"], dtype="str"), ["b", None, "a"], False),
        (pd.Series(["b", np.nan, "a"], dtype=object), ["b", None, "a"], False),
        (pd.Series(["b", None], dtype="string[python]"), ["b", None], False),
        (pd.Series(pd.Categorical.from_codes([0, -1], [BIG])), [BIG, None], True),
        (pd.Series(pd.Categorical.from_codes([0, -1], [True])), [True, None], True),
        (pd.Series([BIG, None], dtype="Int64"), [BIG, None], True),
        (pd.Series([BIG, None], dtype="int64[pyarrow]"), [BIG, None], True),
        (pd.Series([1.5, np.nan]), [1.5, None], False),
        (encoded([0, 1, 2, None], ["x", None, "y"]), ["x", None, "y", None], False),
        (pa.chunked_array([encoded([0, 1], ["x", None])] * 2), ["x", None] * 2, False),
        (encoded([0, 1, None, 2], [BIG, None, 3]), [BIG, None, None, 3], True),
        (encoded([1, 0], [3, BIG]), [BIG, 3], False),
        (pd.Series([DAY, None]), [DAY, None], False),
        (pd.Index([DAY, None]), [DAY, None], False),
    ],
)
def test_missing_in_lists_and_numpy(column, plain, masked):
    """What pandas calls missing is None in a list, and None or masked in NumPy's objects and integers."""
    assert columns.as_library(column, "list", "x") == plain
    array = columns.as_library(column, "numpy", "x")
    assert isinstance(array, np.ma.MaskedArray) == masked
    if masked or array.dtype == object:
        assert array.tolist() == plain
