"""Columns of each library as `share` copies them: how many bytes, and what shows the copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._data import datatype
from .._data.arrays import Array, Refused, copying
from .._memory.segments import Memory, aligned


@dataclass
class Copy:
    """A column that can be shared.

    Attributes
    ----------
    nbytes : int
    into : callable
        Copies it to the beginning of memory of that length or more, and makes
        a column that shows it there.
    """

    nbytes: int
    into: Callable[[Memory], Any]


def of_numpy(values: np.ndarray) -> Copy | None:
    """Copy numbers, bools and times of any shape; their byte order becomes the machine's."""
    if values.dtype.kind not in "biufmM":
        return None
    if isinstance(values, np.ma.MaskedArray):
        return _masked(values.data, np.ma.getmaskarray(values), _masked_like(values))
    dtype = values.dtype.newbyteorder("=")
    piece = copying(values, dtype)

    def into(memory: Memory) -> np.ndarray:
        piece.write(memory[: piece.nbytes])
        return memory[: piece.nbytes].view(dtype).reshape(values.shape)

    return Copy(aligned(piece.nbytes), into)


def _masked(
    values: np.ndarray, mask: np.ndarray, make: Callable[[np.ndarray, np.ndarray], Any]
) -> Copy | None:
    data, missing = of_numpy(np.asarray(values)), of_numpy(np.asarray(mask))
    if data is None or missing is None:
        return None
    begin = data.nbytes
    return Copy(
        begin + missing.nbytes,
        lambda memory: make(data.into(memory), missing.into(memory[begin:])),
    )


def _masked_like(old: np.ma.MaskedArray[Any, Any]) -> Callable[[np.ndarray, np.ndarray], Any]:
    return lambda values, mask: np.ma.MaskedArray(values, mask, fill_value=old.fill_value)


def of_pandas(column: Any) -> Copy | None:
    """Copy a Series or Index; what comes back is the array that a new one is made of."""
    import pandas as pd

    dtype = column.dtype
    array: Any = column.array
    masked: Any = pd.arrays.IntegerArray | pd.arrays.FloatingArray | pd.arrays.BooleanArray
    if isinstance(dtype, np.dtype):
        return of_numpy(column.to_numpy())
    if isinstance(dtype, pd.DatetimeTZDtype):
        plain = of_numpy(column.to_numpy(f"M8[{dtype.unit}]").view("i8"))
        assert plain is not None
        return _then(plain, lambda values: pd.array(values, dtype=dtype, copy=False))
    if isinstance(array, masked):
        return _masked(array._data, array._mask, type(array))
    if isinstance(dtype, pd.ArrowDtype):
        return _then(of_arrow(array.__arrow_array__()), pd.arrays.ArrowExtensionArray)
    if isinstance(dtype, pd.StringDtype) and dtype.storage == "pyarrow":
        return _then(of_arrow(array.__arrow_array__()), dtype.__from_arrow__)  # type: ignore[attr-defined]
    return None


def of_polars(column: Any) -> Copy | None:
    """Copy a polars Series."""
    import polars as pl

    if column.dtype == pl.Object:
        return None
    newest = pl.CompatLevel.newest()
    array = column.rechunk().to_arrow(compat_level=newest)

    def make(array: Any) -> Any:
        new = pl.from_arrow(array)
        assert isinstance(new, pl.Series)
        return new.alias(column.name)

    return _then(of_arrow(array), make)


def of_arrow(column: Any) -> Copy | None:
    """Copy an Arrow array of one chunk or many; one comes back."""
    import pyarrow as pa

    from .._data import from_arrow
    from .._data.validated import has_views, makes_views

    kind = column.type
    if has_views(kind) and not makes_views():
        return None
    try:
        source = from_arrow.whole(column)
        same = Array.copy_of(from_arrow.source(kind, [pa.array([], kind)])).arrow().type
    except (Refused, pa.ArrowException):
        return None
    if same != kind or source.type != datatype.of_arrow(kind):
        return None  # it would come back as another type
    return Copy(source.nbytes, lambda memory: Array.copy_of(source, memory).arrow())


def _then(copy: Copy | None, make: Callable[[Any], Any]) -> Copy | None:
    """Make something more of the copy."""
    return copy and Copy(copy.nbytes, lambda memory: make(copy.into(memory)))
