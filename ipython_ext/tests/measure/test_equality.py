"""When results are equal, and what is said of those that are not."""

import collections
import datetime as dt
import math
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from goscore._measure.equality import judge

NAN, INF = math.nan, math.inf
BITS = "same bits"
Pair = collections.namedtuple("Pair", "low high")


@pytest.mark.parametrize(
    ("python", "go", "text"),
    [
        # what holds the values does not matter
        ([1.0, NAN], pd.Series([1.0, NAN], index=["a", "b"]), BITS),
        (np.array([1.0, 2.0]), pl.Series([1.0, 2.0]), BITS),
        (pa.chunked_array([[1.0], [2.0]]), [1.0, 2.0], BITS),
        (np.ones((2, 2)), np.ones((2, 2)), BITS),
        (["a", None], pd.Series(["a", None], dtype="str"), BITS),
        (["a", "b"], pd.Series(["a", "b"], dtype="category"), BITS),
        ([1, None], pd.Series([1, None], dtype="Int64"), BITS),
        (pl.DataFrame({"a": [1]}), pa.table({"a": [1]}), BITS),
        (pl.LazyFrame({"a": [1]}), {"a": [1]}, BITS),
        (pd.DataFrame({"mean": [1.0], "n": [2]}), pd.DataFrame({"N": [2], "Mean": [1.0]}), BITS),
        (Pair(1, 2.0), (1, 2.0), BITS),
        ({1: 2.0, 3: 4.0}, {1: 2.0, 3: 4.0}, BITS),
        (pl.Series([[NAN, 1.0]]), pa.array([[float("nan"), 1.0]]), BITS),
        (pl.Series([[0.0]]), pl.Series([[-0.0]]), "equal values, zeros of another sign"),
        ({"a": [-0.0]}, {"a": [0.0]}, "equal values, zeros of another sign"),
        # scalars
        (1.0, np.float64(1.0), BITS),
        (None, None, BITS),
        (NAN, np.float64("nan"), BITS),
        ("a", "a", BITS),
        (2**70, 2**70, BITS),
        (dt.datetime(2020, 1, 1), pd.Timestamp("2020"), BITS),
        ([], [], BITS),
        # other bits
        ([1, 2], [1.0, 2.0], "equal values, other type: int64 and double"),
        ([0.0], [-0.0], "equal values, zeros of another sign"),
        (np.zeros(0), np.zeros(0, "i8"), "equal values, other type: double and int64"),
        ([1.0, 2.0], [1.0, 2.0 + 1e-13], "largest difference 1e-13, in row 1"),
        ([1.0, 1e-20], [1.0, 0.0], "largest difference 1e-20, in row 1"),
        (np.float32(0.1), 0.1, "largest difference 1.5e-09, in row 0"),
        ([1], np.array([1], "i4"), "equal values, other type: int64 and int32"),
        (5, 5.0, "equal values, other type: int64 and double"),
        (True, 1, "equal values, other type: bool and int64"),
        ([[1, 2]], [[1, 2.0]], "equal values, other type: int and float"),
        ([{"n": 1}], [{"n": True}], "equal values, other type: int and bool"),
        (2**70, float(2**70), "equal values, other type: int and float"),
        ([3], [3.0 + 1e-13], "largest difference 1e-13, in row 0"),
        # an integer of so many digits may be a float's value
        ([2**53], [2.0**53], "equal values, other type: int64 and double"),
        ([Decimal(2**53)], [2.0**53], "equal values, other type: decimal128(16, 0) and double"),
        (pl.Series([1.0, None, NAN]), pl.Series([1.0, None, NAN]), BITS),
        (pl.Series([None, 1.0]), pd.Series([NAN, 1.0]), BITS),
    ],
)
def test_equal(python, go, text):
    """Values are compared, and floats may differ by rounding."""
    verdict = judge(go, python)
    assert verdict.equal, verdict
    assert verdict.text == text


@pytest.mark.parametrize(
    ("python", "go", "text", "row"),
    [
        ([1.0, 2.0], [1.0, 2.1], "row 1 differs: 2.0 and 2.1", 1),
        ([1.0, 2.0, 3.0], [1.0, NAN, 4.0], "row 1 differs: 2.0 and missing", 1),
        ([1.0, INF], [1.0, 5.0], "row 1 differs: inf and 5.0", 1),
        ([INF, 1.0], [-INF, 1.0], "row 0 differs: inf and -inf", 0),
        ([1, 2], [1, 3], "row 1 differs: 2 and 3", 1),
        (["a", "b"], pa.array(["a", "c"]), "row 1 differs: 'b' and 'c'", 1),
        ([[1], [2]], [[1], [3]], "row 1 differs: [2] and [3]", 1),
        (1, 2, "differs: 1 and 2", 0),
        (1.0, "a", "differs: 1.0 and 'a'", 0),
        ([1.0], [1.0, 2.0], "1 rows and 2", None),
        ([Decimal(2**53 + 1)], [Decimal(2**53)], "differs: Decimal('9007199254740993') and Decimal('9007199254740992')", 0),
        (pl.Series([1.0, None]), pl.Series([1.0, NAN]), "row 1 differs: missing and nan", 1),
        (pa.array([1.0, NAN]), pl.Series([1.0, None]), "row 1 differs: nan and missing", 1),
        ([1.0, None], [1.0, NAN], "row 1 differs: missing and nan", 1),
        ([1.0, None], pl.Series([1.0, NAN]), "row 1 differs: missing and nan", 1),
        (pl.Series([[None, 1.0]]), pl.Series([[NAN, 1.0]]), "differs: [None, 1.0] and [nan, 1.0]", 0),
        # a float may be near an integer without being equal to it
        ([1, 2**53 + 1], [1.0, 2.0**53], "row 1 differs: 9007199254740993 and 9007199254740992.0", 1),
        (2**53 + 1, 2.0**53, "differs: 9007199254740993 and 9007199254740992.0", 0),
        (np.array([0, 2**64 - 1], "u8"), np.array([0, 2.0**64]), "row 1 differs: 18446744073709551615 and 1.8446744073709552e+19", 1),
        ([-(2**53) - 1, 5], pl.Series([-(2.0**53), 5.0]), "row 0 differs: -9007199254740993 and -9007199254740992.0", 0),
        ([[2**53 + 1]], [[2.0**53]], "differs: [9007199254740993] and [9007199254740992.0]", 0),
        (None, NAN, "differs: missing and nan", 0),
        (np.float64("nan"), None, "differs: nan and missing", 0),
        ({"a": 1, "b": 2}, {"a": 1, "c": 2}, "columns a, b and a, c", None),
        (({"x": [1, 2]}, 1), ({"x": [1, 3]}, 1), "column 0.x: row 1 differs: 2 and 3", 1),
        (iter([1]), [1], "Python returned a list_iterator, which only reading would run: return a list", None),
    ],
)  # fmt: skip
def test_different(python, go, text, row):
    """The first row that differs is named, with both values."""
    verdict = judge(go, python)
    assert not verdict.equal
    assert (verdict.text, verdict.row) == (text, row)
