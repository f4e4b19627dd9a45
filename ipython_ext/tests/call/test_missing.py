"""The table of docs/questions/missing-values.md, row by row."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ..declared import functions

PAGE = Path(__file__).parents[3] / "docs/questions/missing-values.md"

CELL = """
func There(x *float64) bool { return x != nil }
func Count(x *int64) *int64 { return x }
func Flag(x *bool) *bool { return x }
func Float(x *float64) *float64 { return x }
func Sum(v []int64) int64 { sum := int64(0); for _, x := range v { sum += x }; return sum }
"""


def masked(values, dtype):
    """Make a masked array of NumPy."""
    return np.ma.array([v or 0 for v in values], dtype, mask=[v is None for v in values])


def arrow_backed(values, kind):
    return pd.Series(pd.arrays.ArrowExtensionArray(pa.array(values, kind)))


# library: a column of floats with NaN and missing values; which are missing; integers and bools, and the types of results
ROWS = {
    "pandas, NumPy's types": (
        lambda v: pd.Series(v, dtype=float),
        [False, True, True],
        lambda v: pd.Series(v, dtype="Int64"),
        ("Int64", "float64"),
    ),
    "pandas, its own types": (
        lambda v: pd.Series(v, dtype="Float64"),
        [False, True, True],
        lambda v: pd.Series(v, dtype="Int64"),
        ("Int64", "float64"),
    ),
    "pandas, Arrow-backed": (
        lambda v: arrow_backed(v, pa.float64()),
        [False, True, True],
        lambda v: arrow_backed(v, pa.int64()),
        ("int64[pyarrow]", "double[pyarrow]"),
    ),
    "polars": (
        lambda v: pl.Series(v, dtype=pl.Float64),
        [False, False, True],
        lambda v: pl.Series(v, dtype=pl.Int64),
        ("Int64", "Float64"),
    ),
    "Arrow": (
        lambda v: pa.array(v, pa.float64()),
        [False, False, True],
        lambda v: pa.array(v, pa.int64()),
        ("int64", "double"),
    ),
    "NumPy": (
        lambda v: masked(v, "f8"),
        [False, False, True],
        lambda v: masked(v, "i8"),
        ("int64", "float64"),
    ),
    "list": (list, [False, False, True], list, ("NoneType", "NoneType")),
}


@pytest.fixture(scope="module")
def go():
    return functions(CELL)


def listed(column):
    """Return a column as a list, what is missing as None."""
    for method in ("to_pylist", "to_list", "tolist"):
        if hasattr(column, method):
            column = getattr(column, method)()
            break
    return [
        None if value is None or value is pd.NA or value != value else value for value in column
    ]


def type_of(column):
    """Return the type of a column's values as its library writes it."""
    if isinstance(column, list):
        return type(column[-1]).__name__
    return str(column.type if hasattr(column, "type") else column.dtype)


def test_every_row_is_tried():
    """The page has the rows that are tried here, and no other."""
    rows = re.findall(r"^\| (\w[^|]*?) \|", PAGE.read_text(encoding="utf-8"), re.M)
    keys = ["of a list" if row == "list" else f"of {row}" for row in ROWS]
    assert rows == ["library", *ROWS, "keys", *keys]


@pytest.mark.parametrize("row", ROWS)
def test_row(go, row):
    """A missing value is nil in Go; a result has a missing value, and integers keep all digits."""
    floats, missing, integers, (integer, real) = ROWS[row]
    column = floats([1.0, float("nan"), None])
    assert listed(go.There(column)) == [not gone for gone in missing]
    values = [2**53 + 1, None]
    counts, numbers = go.Count(integers(values)), go.Float(floats([1.5, None]))
    assert listed(counts) == values and type_of(counts) == integer
    assert listed(numbers) == [1.5, None] and type_of(numbers) == real
    if row == "NumPy":
        assert isinstance(counts, np.ma.MaskedArray) and type(numbers) is np.ndarray
        assert type(go.Count(integers([1, 2]))) is np.ndarray


@pytest.mark.parametrize("row", ROWS)
def test_keys(go, row):
    """A NaN is a key where it is a value, and a missing value is one with dropna=False."""
    floats, (_, nan_is_missing, _), _, _ = ROWS[row]
    keys, values = floats([0.0, float("nan"), None, float("nan")]), [1, 2, 4, 8]
    if row != "list":
        values = np.array(values)
    dropped, kept = ([1], [1, 14]) if nan_is_missing else ([1, 10], [1, 10, 4])
    for dropna, sums in ((True, dropped), (False, kept)):
        groups = go.Sum(values, by=keys, dropna=dropna)
        assert list(groups[1] if isinstance(groups, tuple) else groups) == sums


def test_nat_of_numpy_is_a_key(go):
    """NaT is one key in NumPy, like NaN."""
    keys = np.array(["2026-01-01", "NaT", "NaT"], "M8[s]")
    found, sums = go.Sum(np.array([1, 2, 4]), by=keys)
    assert np.array_equal(found, keys[:2], equal_nan=True) and sums.tolist() == [1, 6]
