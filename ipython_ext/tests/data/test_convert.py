"""Results have their library's own form, with index, name, zone and missing values."""

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from goscore import ArgumentValueError
from goscore._data import target as target_module
from goscore._data.arrays import Array
from goscore._data.bind import bind
from goscore._data.convert import convert
from goscore._data.entries import gather
from goscore._data.target import Target


def array(values, kind=None):
    """Make an array as a run copies it out."""
    from goscore._data import from_arrow

    made = pa.array(values, kind)
    return Array.copy_of(from_arrow.source(made.type, [made]))


def column(values, library, kind=None, nullable=False, name=None, **target):
    result = {"kind": "column", "array": array(values, kind), "nullable": nullable}
    return convert(result, Target(library, **target), name)


def test_pandas_columns():
    """pandas has an own type for each kind, nullable where Go's type was."""
    cases = [
        ([1, 2], None, False, "int64"),
        ([1, 2], pa.uint8(), False, "uint8"),
        ([1, 2], None, True, "Int64"),
        ([1, None], pa.int32(), True, "Int32"),
        ([True, False], None, False, "bool"),
        ([True, None], None, True, "boolean"),
        ([1.5, None], None, True, "float64"),
        (["a", None], None, True, "str"),
        ([dt.datetime(2020, 1, 1), None], pa.timestamp("ns"), True, "datetime64[ns]"),
        (
            [dt.datetime(2020, 1, 1)],
            pa.timestamp("s", "Asia/Tokyo"),
            False,
            "datetime64[s, Asia/Tokyo]",
        ),
        ([dt.timedelta(1), None], pa.duration("ns"), False, "timedelta64[ns]"),
        ([b"a"], None, False, "object"),
        ([[1], [2, 3]], None, False, "object"),
        ([], pa.float64(), False, "float64"),
        ([dt.date(2020, 1, 1)], None, False, "datetime64[s]"),
    ]
    for values, kind, nullable, dtype in cases:
        made = column(values, "pandas", kind, nullable, name="x")
        assert (str(made.dtype), made.name, len(made)) == (dtype, "x", len(values))
        assert [bool(m) for m in made.isna()] == [value is None for value in values]
    assert column([1, 2], "pandas", arrow_backed=True).dtype == pd.ArrowDtype(pa.int64())


def test_index_is_kept_by_results_of_its_length():
    """A result of another length has an index of its own."""
    index = pd.Index(["a", "b"])
    target = {"indexes": {2: index}}
    assert column([1, 2], "pandas", **target).index is index
    assert column([1, 2, 3], "pandas", **target).index.equals(pd.RangeIndex(3))


def test_other_columns():
    """polars and Arrow have nulls, NumPy has NaN, masks or objects, a list has None."""
    assert column([1, None], "polars", name="x").equals(pl.Series("x", [1, None]))
    assert column(["a", None], "arrow").equals(pa.array(["a", None]))
    assert column([1, 2], "numpy").tolist() == [1, 2]
    assert np.isnan(column([1.5, None], "numpy")[1])
    for values in ([2**53 + 1, None], [True, None]):
        made = column(values, "numpy")
        assert made.tolist() == values and made.mask.tolist() == [False, True]
    assert column(["a", None], "numpy").tolist() == ["a", None]
    assert np.isnat(column([dt.datetime(2020, 1, 1), None], "numpy")[1])
    assert column([[1, 2], [3, 4]], "numpy").shape == (2, 2)
    assert column([[1, 2], [3]], "numpy").dtype == object
    assert column([[1, None], [3, 4]], "numpy").tolist() == [[1, None], [3, 4]]
    assert column([1, None], "list") == [1, None]
    assert column([dt.datetime(2020, 1, 1)], "list", pa.timestamp("ns")) == [
        dt.datetime(2020, 1, 1)
    ]
    assert column([True, False], "list") == [True, False]


def test_numpy_results_are_writable():
    """What comes back is Python's own memory."""
    made = column([1.0, 2.0], "numpy")
    made[0] = 5
    series = column([1.0, 2.0], "pandas")
    series.iloc[0] = 5
    assert made[0] == series[0] == 5


def scalar(value, kind=None, library="list"):
    result = {"kind": "scalar", "array": array([value], kind)}
    return convert(result, Target(library))


def test_scalars():
    """Scalars are Python's own; a time is a Timestamp where pandas is the target."""
    for value in (3, 2.5, True, "x", b"x", None, dt.timedelta(1), dt.datetime(2020, 1, 1)):
        assert scalar(value) == value and type(scalar(value)) is type(value)
    stamp = scalar(dt.datetime(2020, 1, 1), pa.timestamp("ns", "Europe/Paris"), "pandas")
    assert (
        stamp == pd.Timestamp("2020-01-01 01:00", tz="Europe/Paris")
        and str(stamp.tz) == "Europe/Paris"
    )
    paris = scalar(dt.datetime(2020, 1, 1), pa.timestamp("ns", "Europe/Paris"))
    assert type(paris) is dt.datetime and paris.utcoffset() == dt.timedelta(hours=1)


def test_maps_tuples_and_none():
    """A map is a dict, several results are a tuple, nothing is None."""
    a_map = {"kind": "map", "keys": array(["a", "b"]), "values": array([1, 2])}
    none = {"kind": "none"}
    assert convert(a_map, Target("pandas")) == {"a": 1, "b": 2}
    deep = {"kind": "map", "keys": array([1]), "items": [{"kind": "list", "items": [a_map, none]}]}
    assert convert(deep, Target("pandas")) == {1: [{"a": 1, "b": 2}, None]}
    record = {"kind": "record", "names": ["x"], "items": [a_map]}
    assert convert(record, Target("pandas")) == {"x": {"a": 1, "b": 2}}
    assert convert({"kind": "tuple", "items": [a_map, none]}, Target("numpy")) == (
        {"a": 1, "b": 2},
        None,
    )


def frame(**target):
    fields = [{"name": "a", "array": array([1, 2])}, {"name": "a", "array": array(["x", None])}]
    return convert({"kind": "frame", "rows": 2, "fields": fields}, Target(**target))


def test_frames():
    """A frame is a DataFrame, a Table or a dict; equal names are numbered."""
    index = pd.Index([7, 8])
    made = frame(library="pandas", indexes={2: index})
    assert made.index.equals(index) and list(made) == ["a", "a_2"] and made["a"].tolist() == [1, 2]
    assert frame(library="polars").to_dict(as_series=False) == {"a": [1, 2], "a_2": ["x", None]}
    assert frame(library="arrow").to_pydict() == {"a": [1, 2], "a_2": ["x", None]}
    assert frame(library="numpy")["a"].tolist() == [1, 2]
    assert frame(library="list") == {"a": [1, 2], "a_2": ["x", None]}
    empty = {"kind": "frame", "rows": 3, "fields": []}
    assert convert(empty, Target("pandas")).shape == (3, 0)


def target(to, *values, plan=None):
    inputs = [bind(f"x{n}", value, f"x{n}") for n, value in enumerate(values)]
    rest = {"used": True, "columns": [0], "soft": [], "nullable": []}
    planned = [{"name": given.name, **rest} for given in inputs]
    return target_module.choose(to, inputs, gather(inputs, planned))


def test_library_of_the_first_input_with_columns():
    """auto is that of the first input with columns, else pandas."""
    df, s = pd.DataFrame({"a": [1]}), pl.Series([1])
    assert target("auto", 3, s, df).library == "polars"
    assert target("auto", df, s).library == "pandas"
    assert target("auto", pa.array([1])).library == "arrow"
    assert target("auto", np.zeros((2, 2))).library == "numpy"
    assert target("auto", [1]).library == "list"
    assert target("auto", 3, {"a": 1}).library == "pandas"
    assert target("arrow", df).library == "arrow"


def test_name_of_the_only_column():
    """A function's result keeps the name of its single input, of any type."""
    assert target("auto", pd.DataFrame({7: [1], "b": [2]})).name == 7
    assert target("auto", pd.Series([1], name="p"), 3).name == "p"
    assert target("auto", pd.Series([1], name="p"), pd.Series([1], name="q")).name is None
    assert target("auto", [1]).name is None


def test_arrow_backed_in_arrow_backed_out():
    """Only a pandas input that lies in Arrow gives such results."""
    series = pd.Series([1], dtype="int64[pyarrow]")
    assert target("auto", series).arrow_backed and target("auto", series.to_frame()).arrow_backed
    assert not target("auto", pd.Series([1])).arrow_backed
    assert not target("auto", pd.Series(["a"])).arrow_backed


def test_indexes():
    """Rows are matched by position, so several indexes of the same length must be equal."""
    a, b = pd.Series([1, 2], index=[5, 6]), pd.Series([3, 4], index=[5, 6])
    assert target("auto", a, b).indexes[2].tolist() == [5, 6]
    assert set(target("auto", a, pd.Series([1, 2, 3])).indexes) == {2, 3}
    assert target("auto", a, np.zeros(2)).indexes[2].tolist() == [5, 6]
    with pytest.raises(ArgumentValueError, match="x0 and x1 have different indexes"):
        target("auto", a, b.reset_index(drop=True))
