"""Codes of values that Go sorts otherwise or not at all, -1 where they are missing."""

from __future__ import annotations

from typing import Any

import numpy as np


def of_pandas(column: Any) -> np.ndarray | None:
    """Return those of a categorical, whose categories pandas sorts in their order in any case."""
    if not hasattr(column.dtype, "categories"):
        return None
    categorical = column.array if hasattr(column, "array") else column
    return np.asarray(getattr(categorical, "codes", None))


def of_polars(column: Any) -> np.ndarray | None:
    """Return those of an Enum."""
    import polars as pl

    if not isinstance(column.dtype, pl.Enum):
        return None
    return np.asarray(column.to_physical().cast(pl.Int64).fill_null(-1).to_numpy())


def of_arrow(column: Any) -> np.ndarray | None:
    """Return those of an ordered dictionary."""
    import pyarrow as pa

    if not getattr(column.type, "ordered", False):
        return None
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries().combine_chunks()
    if isinstance(column, pa.ChunkedArray):  # of no chunks
        return np.zeros(0, "i8")
    codes = column.indices.cast(pa.int64()).fill_null(-1)
    return np.asarray(codes.to_numpy(zero_copy_only=False))


def of_numpy(column: np.ndarray) -> np.ndarray | None:
    """Return those of times among which NaT is, the last of their values."""
    if column.dtype.kind not in "mM":
        return None
    times = np.asarray(column)
    if not np.isnat(times).any():
        return None
    codes: np.ndarray = np.unique(times, return_inverse=True)[1].astype("i8")
    codes[np.ma.getmaskarray(column)] = -1
    return codes
