"""Arrow columns whose offsets, views and indices are not what they were: refused, and never read."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import goscore
from goscore import ArgumentValueError, GoscoreError
from goscore._data import from_arrow
from goscore._data import validated as validated_module
from goscore._data.arrays import Array
from goscore._data.bind import bind
from goscore._data.validated import validated

from ..declared import functions

GO = functions(
    """
func Size(s string) int { return len(s) }
func All(s []string) int { n := 0; for _, x := range s { n += len(x) }; return n }
func Items(v []int64) int { return len(v) }
"""
)
ROWS = 5000  # of texts that are read where they lie


def texts(offsets, kind=None, missing=None):
    data = pa.py_buffer(b"abcdef" * ROWS)
    return pa.Array.from_buffers(kind or pa.string(), ROWS, [missing, pa.py_buffer(offsets), data])


def views(places):
    data = pa.py_buffer(b"abcdef" * (ROWS + 4))
    return pa.Array.from_buffers(pa.string_view(), ROWS, [None, pa.py_buffer(places), data])


@pytest.mark.parametrize("function", ["Size", "All"])
@pytest.mark.parametrize("nonsense", [-1, 3 * ROWS, 1 << 30, -(1 << 31), 2**31 - 1])
@pytest.mark.parametrize("row", [0, 77, ROWS])
def test_offsets(function, nonsense, row):
    """Offsets that point anywhere are an error, wherever they are."""
    offsets = np.arange(ROWS + 1, dtype=np.int32) * 6
    column = texts(offsets)
    getattr(GO, function)(column)
    offsets[row] = nonsense
    with pytest.raises(GoscoreError, match=r"changed while it was read|offset \d+ falls"):
        getattr(GO, function)(column)


@pytest.mark.parametrize("field", [0, 2, 3])
def test_views(field):
    """So are views."""
    places = np.zeros((ROWS, 4), np.int32)
    places[:, 0], places[:, 3] = 24, np.arange(ROWS) * 6
    column = views(places)
    assert GO.All(column) == 24 * ROWS
    places[7, field] = 1 << 30
    for function in ("Size", "All"):
        with pytest.raises(ArgumentValueError, match="changed while it was read"):
            getattr(GO, function)(column)


def test_dictionary():
    """Indices beyond the dictionary, before Arrow takes by them."""
    codes = np.zeros(ROWS, np.int32)
    indices = pa.Array.from_buffers(pa.int32(), ROWS, [None, pa.py_buffer(codes)])
    column = pa.DictionaryArray.from_arrays(indices, ["abc", "d"])
    assert GO.Size(column).to_pylist() == [3] * ROWS
    codes[99] = 1 << 30
    with pytest.raises(ArgumentValueError, match="changed while it was read"):
        GO.Size(column)


def test_lists():
    """Offsets of lists."""
    offsets = np.arange(ROWS + 1, dtype=np.int32) * 2
    children = [pa.array(np.arange(2 * ROWS))]
    buffers = [None, pa.py_buffer(offsets)]
    column = pa.Array.from_buffers(pa.list_(pa.int64()), ROWS, buffers, children=children)
    assert GO.Items(column).to_pylist() == [2] * ROWS
    offsets[99] = 1 << 30
    for changed in (column, column[3:], pa.chunked_array([column, column])):
        with pytest.raises(GoscoreError, match=r"changed while it was read|offset \d+ falls"):
            GO.Items(changed)


@pytest.mark.parametrize(
    "array",
    [
        pa.array([1, None, 3])[1:],
        pa.array(["a", None, "cd"])[1:],
        pa.array(["a" * 20, None, "cd"], pa.string_view())[1:],
        pa.array([[1], None, [2, 3]])[1:],
        pa.array([[["a"], []], None, [["b", None]]])[1:],
        pa.array([{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}])[1:],
        pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int64(), 2)),
        pa.array(["a", "b", None, "a"]).dictionary_encode()[1:],
        pc.run_end_encode(pa.array([1, 1, 2, 2, 2]))[1:4],
    ],
)
def test_settled(array):
    """What is right stays what it is."""
    assert validated(array).to_pylist() == array.to_pylist()
    assert from_arrow.source(array.type, [array]).length == len(array)


def test_views_where_arrow_makes_none(monkeypatch):
    """Versions of pyarrow that make no views of buffers have the same values; sharing leaves views out."""
    monkeypatch.setattr(validated_module, "makes_views", lambda: False)
    long = ["x" * 200 + str(row) for row in range(2000)]
    views = pa.array(long).cast(pa.string_view())
    assert validated_module.validated(views[5:8]).to_pylist() == long[5:8]
    bound = bind("v", views[5:8], "v")
    assert Array.copy_of(bound.source(0)).arrow().to_pylist() == long[5:8]
    with pytest.warns(UserWarning, match="cannot be shared"):
        shared = goscore.share(pa.table({"v": views}))
    assert shared["v"].to_pylist() == long
