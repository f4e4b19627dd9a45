"""Integers that no float holds come back as they are, also beside missing values."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import goscore

from ..declared import functions

CELL = """
func Same(x int64) int64 { return x }
func Wide(x uint64) uint64 { return x }
func Pointer(x *int64) *int64 { return x }
func Large(x int64) (int64, error) { if x == 2 { return 0, errors.New("two") }; return x, nil }
func Big(x *int64) goscore.Null[uint64] {
	if x == nil { return goscore.Null[uint64]{} }
	return goscore.Null[uint64]{Value: uint64(*x), Valid: true}
}
func Positive(x *int64) *bool { if x == nil { return nil }; y := *x > 0; return &y }
func Reversed(v []*int64) []*int64 { slices.Reverse(v); return v }
func Plain(v []int64) []int64 { return v }
func Max(v []int64) int64 { return slices.Max(v) }
//goscore:scan
func Last(prev int64, x *int64) int64 { if x == nil { return prev }; return *x }
type Pair struct { X *int64; Y float64 }
func Row(p Pair) Pair { return p }
func Float(x float64) float64 { return x }
"""

ODD = 2**53 + 1
MASKED = np.ma.array([ODD, 7, 2**63 - 1], mask=[False, True, False])
THERE = [ODD, None, 2**63 - 1]


@pytest.fixture(scope="module")
def go():
    return functions(CELL)


def masked(values, dtype="i8"):
    """Make a masked array of values, masked where they are None."""
    return np.ma.array([v or 0 for v in values], dtype, mask=[v is None for v in values])


def check(made, values, dtype="int64"):
    """Compare a masked array of NumPy."""
    assert isinstance(made, np.ma.MaskedArray) and made.dtype == dtype
    assert made.tolist() == values


def test_masked_arrays_come_back(go):
    """A column of integers or bools with missing results is a masked array in NumPy."""
    for function in (go.Same, go.Pointer):
        check(function(MASKED), THERE)
    check(go.Wide(masked([2**64 - 1, None], "u8")), [2**64 - 1, None], "uint64")
    check(go.Big(MASKED), THERE, "uint64")
    check(go.Positive(MASKED), [True, None, True], "bool")
    check(go.Reversed(MASKED), THERE[::-1])
    check(go.Row({"X": MASKED, "Y": np.arange(3.0)})["X"], THERE)
    many = np.ma.array(np.full(100_000, ODD), mask=np.arange(100_000) % 2 == 0)
    assert go.Same(many).tolist() == many.tolist()
    assert go.Pointer(many).compressed().tolist() == [ODD] * 50_000


def test_without_missing_results_an_array_is_plain(go):
    """Nothing is masked where nothing is missing."""
    for made in (go.Pointer(np.array([ODD])), go.Last(MASKED), go.Plain(masked([ODD, 1]))):
        assert type(made) is np.ndarray and made[0] == ODD
    assert go.Last(MASKED).tolist() == [ODD, ODD, 2**63 - 1]
    assert go.Max(masked([ODD, 1])) == ODD


def test_failed_rows_and_dropped_groups(go):
    """Rows that failed, and those without a group, are masked."""
    numbers = np.array([ODD, 2, -ODD])
    check(go.Large(numbers, errors="coerce"), [ODD, None, -ODD])
    check(go.Large(numbers, errors="report")[0], [ODD, None, -ODD])
    for by in (masked([1, None, 1]), [1, None, 1], pd.Series([1, None, 1], dtype="Int64")):
        check(go.Plain(numbers, by=by), [ODD, None, -ODD])
        check(go.Last(numbers, by=by), [ODD, None, -ODD])


def test_cells(run):
    """-t numpy and results of masked inputs are never rounded."""
    made = run("%%goscore -t numpy\nx := 1<<53 + 1\n[]*int{&x, nil}")
    check(made, [ODD, None])


def test_transformer_and_engine(go):
    """A pipeline's matrix keeps the mask, and map(skip_na=True) the integers."""
    matrix = np.ma.array([[ODD, 1], [2, ODD]], mask=[[0, 0], [1, 0]])
    made = goscore.transformer(go.Pointer).fit_transform(matrix)
    assert made.tolist() == [[ODD, 1], [None, ODD]]
    series = pd.Series([ODD, None, 3], dtype="Int64")
    found = series.map(go.Same, engine=goscore.engine, na_action="ignore")
    assert found.tolist() == [ODD, pd.NA, 3]


@pytest.mark.parametrize("key", [
    [ODD, None, ODD + 1, ODD],
    np.ma.array([ODD, 0, ODD + 1, ODD], mask=[0, 1, 0, 0]),
    pd.Series([ODD, None, ODD + 1, ODD], dtype="Int64"),
    pl.Series([ODD, None, ODD + 1, ODD]),
    pa.array([ODD, None, ODD + 1, ODD]),
    pa.chunked_array([[ODD, None], [ODD + 1, ODD]]),
], ids=lambda key: type(key).__name__)  # fmt: skip
@pytest.mark.parametrize("library", [pd.Series, np.array, list, pl.Series, pa.array])
def test_keys_are_never_rounded(go, key, library):
    """Integer keys beside a missing one stay apart, whichever libraries keys and values are of."""
    values = library([1, 2, 4, 8])
    made = go.Max(values, by=key, dropna=False)
    if library is pd.Series:
        keys, found = made.index.tolist(), made.tolist()
    elif library in (np.array, list):
        keys, found = (list(part.tolist() if hasattr(part, "tolist") else part) for part in made)
    else:
        columns = made.to_dict(as_series=False) if library is pl.Series else made.to_pydict()
        keys, found = columns.values()
    assert found == [8, 4, 2] and keys[:2] == [ODD, ODD + 1]
    assert keys[2] is None or keys[2] is pd.NA
    if library is pd.Series:
        both = go.Max(values, by=[key, key], dropna=False)
        assert both.tolist() == [8, 4, 2]
        assert [label for pair in both.index[:2] for label in pair] == [ODD] * 2 + [ODD + 1] * 2
