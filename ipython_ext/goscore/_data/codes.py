"""Columns as keys: types from which rows are taken, and codes of what Go sorts otherwise or not at all.

Codes are -1 where a value is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .validated import validated

if TYPE_CHECKING:
    import pyarrow as pa


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
    column = keys_of_arrow(column)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
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


def keys_of_pandas(column: Any) -> Any:
    """Return a column that pandas keeps in Arrow as `keys_of_arrow` would; any other as it is."""
    import pandas as pd

    if not isinstance(column.dtype, pd.ArrowDtype):
        return column
    before = pd.array(column).__arrow_array__()
    made = keys_of_arrow(before)
    if made is before:
        return column
    index = column.index if isinstance(column, pd.Series) else None
    name = getattr(column, "name", None)
    return pd.Series(pd.arrays.ArrowExtensionArray(made), index=index, name=name)


def keys_of_arrow(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return a column of Arrow in a type from which rows can be taken, equal values alike.

    Views become text with offsets, and runs rows. Of dictionaries, which may differ by chunk and
    hold a value twice or a null, one is made.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if kind in (pa.string_view(), pa.binary_view()):
        return column.cast(pa.large_string() if kind == pa.string_view() else pa.large_binary())
    encoded = pa.types.is_dictionary(kind)
    if not encoded and not pa.types.is_run_end_encoded(kind):
        return column
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    chunks = [validated(chunk) for chunk in chunks]
    if not encoded:
        rows = [pc.run_end_decode(chunk) for chunk in chunks]
        return keys_of_arrow(pa.chunked_array(rows, kind.value_type))
    values = [takable(chunk.dictionary) for chunk in chunks] or [
        takable(pa.array([], kind.value_type))
    ]
    if all(value.equals(values[0]) for value in values) and _are_unique(values[0]):
        return column
    taken = [value.take(chunk.indices) for value, chunk in zip(values, chunks, strict=False)]
    decoded = pa.chunked_array(taken, values[0].type)
    try:
        words = pc.unique(pa.chunked_array(values)).drop_null()
        codes = pc.index_in(decoded, value_set=words, skip_nulls=True).combine_chunks()
    except pa.ArrowNotImplementedError:  # Arrow does not look for values of every type
        return decoded
    if len(words) < 2 ** (kind.index_type.bit_width - 1):
        codes = codes.cast(kind.index_type)
    return pa.DictionaryArray.from_arrays(codes, words, ordered=kind.ordered)


def takable(values: pa.Array) -> pa.Array:
    """Return the values of a dictionary in a type from which Arrow takes some."""
    import pyarrow as pa

    made = keys_of_arrow(values)
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def _are_unique(values: pa.Array) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        return not values.null_count and len(pc.unique(values)) == len(values)
    except pa.ArrowNotImplementedError:
        return False
