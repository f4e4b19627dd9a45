"""What equal results are: each raises AssertionError where they differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def same_column(found: Any, expected: Any) -> None:
    """Compare pandas Series: values to the last bit, index, name and type."""
    pd.testing.assert_series_equal(found, expected, check_exact=True)
    if found.dtype == np.float64:
        bits, wanted = (np.asarray(one).view(np.uint64) for one in (found, expected))
        assert np.array_equal(bits, wanted), "values are equal, and bits differ"


def same_list(found: Any, expected: Any) -> None:
    """Compare two lists."""
    assert type(found) is list, f"{type(found).__name__} is no list"
    assert found == expected, "lists differ"


def same_groups(found: Any, expected: Any) -> None:
    """Compare polars frames of a key and a value, in any order of the rows."""
    from polars.testing import assert_frame_equal

    assert_frame_equal(found, expected, check_row_order=False, check_exact=True)


def same_polars(found: Any, expected: Any) -> None:
    """Compare polars Series."""
    from polars.testing import assert_series_equal

    assert_series_equal(found, expected, check_exact=True)


def nearly(found: Any, expected: Any) -> None:
    """Compare sums that may differ by the order of their additions."""
    limit = 1e-11 * abs(expected)
    assert abs(found - expected) <= limit, f"{found!r} is not {expected!r}"
