"""Frames taken apart into columns, and put together of the columns' copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._data.input import loaded
from .._errors import ArgumentTypeError
from .._memory.allocator import Allocator
from .._memory.segments import MEBIBYTE
from . import copies as copying
from .copies import Copy


def copy_all(copies: Sequence[Copy | None], allocator: Allocator) -> list[Any]:
    """Copy each column into a range of its own, and all small ones into one range."""
    small = [copy.nbytes for copy in copies if copy and copy.nbytes < MEBIBYTE]
    common = allocator.share(sum(small)) if small else np.empty(0, np.uint8)
    shared: list[Any] = []
    for copy in copies:
        if copy is None:
            shared.append(None)
        elif copy.nbytes < MEBIBYTE:
            shared.append(copy.into(common))
            common = common[copy.nbytes :]
        else:
            shared.append(copy.into(allocator.share(copy.nbytes)))
    return shared


@dataclass
class Parts:
    """A frame or column as what is shared of it.

    Attributes
    ----------
    columns : list
    names : list of str
    copy : callable
        Makes a `Copy` of a column, or None of one that cannot be shared.
    together : callable
        Makes the whole of new columns; None for those that stay.
    """

    columns: list[Any]
    names: list[str]
    copy: Callable[[Any], Copy | None]
    together: Callable[[list[Any]], Any]


def take_apart(data: Any) -> Parts:
    if isinstance(data, np.ndarray):
        return Parts([data], [""], copying.of_numpy, lambda new: new[0])
    for library, take_apart in (("pandas", _pandas), ("polars", _polars), ("pyarrow", _arrow)):
        if (module := loaded(library)) and (parts := take_apart(module, data)):
            return parts
    if hasattr(data, "__arrow_c_stream__") and not isinstance(data, type):
        import pyarrow as pa

        parts = _arrow(pa, pa.table(data))
        assert parts is not None
        return parts
    raise ArgumentTypeError(
        f"share takes a DataFrame, a column or an array, not {type(data).__name__}"
    )


def _pandas(pd: Any, data: Any) -> Parts | None:
    if isinstance(data, pd.DataFrame):
        columns = [data.iloc[:, at] for at in range(data.shape[1])]

        def together(new: list[Any]) -> Any:
            # What stays is copied, since pandas would not know that two frames have it;
            # as a Series, since pandas 3 makes str of plain arrays of objects.
            whole = [
                old.copy() if array is None else array
                for old, array in zip(columns, new, strict=True)
            ]
            shared = pd.DataFrame(dict(enumerate(whole)), index=data.index, copy=False)
            shared.columns, shared.attrs = data.columns, data.attrs
            return shared

        return Parts(columns, list(map(str, data.columns)), copying.of_pandas, together)
    if isinstance(data, pd.Series):

        def series(new: list[Any]) -> Any:
            shared = pd.Series(new[0], index=data.index, name=data.name, copy=False)
            shared.attrs = data.attrs
            return shared

        return Parts([data], [""], copying.of_pandas, series)
    if isinstance(data, pd.Index):
        return Parts(
            [data],
            [""],
            copying.of_pandas,
            lambda new: pd.Index(new[0], name=data.name, copy=False),
        )
    return None


def _polars(pl: Any, data: Any) -> Parts | None:
    if isinstance(data, pl.LazyFrame):
        data = data.collect()
    if isinstance(data, pl.Series):
        return Parts([data], [""], copying.of_polars, lambda new: new[0])
    if not isinstance(data, pl.DataFrame):
        return None
    columns = data.get_columns()
    return Parts(
        columns,
        data.columns,
        copying.of_polars,
        lambda new: pl.DataFrame(_or_old(new, columns)),
    )


def _arrow(pa: Any, data: Any) -> Parts | None:
    if isinstance(data, pa.Array):
        return Parts([data], [""], copying.of_arrow, lambda new: new[0])
    if isinstance(data, pa.ChunkedArray):
        return Parts([data], [""], copying.of_arrow, lambda new: pa.chunked_array(new))
    if not isinstance(data, pa.Table | pa.RecordBatch):
        return None
    columns = data.columns
    make = type(data).from_arrays
    return Parts(
        columns,
        data.schema.names,
        copying.of_arrow,
        lambda new: make(_or_old(new, columns), schema=data.schema),
    )


def _or_old(new: list[Any], old: list[Any]) -> list[Any]:
    return [b if a is None else a for a, b in zip(new, old, strict=True)]
