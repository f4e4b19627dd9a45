"""Rows of a column of any library: for the keys of groups, and for the rows that failed."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from .to_library import python


def take(column: Any, rows: np.ndarray) -> Any:
    """Return some rows of a column, as its library has them."""
    if isinstance(column, list):
        return [column[row] for row in rows]
    if isinstance(column, np.ndarray):
        return column[rows]
    library = type(column).__module__.partition(".")[0]
    if library == "polars":
        return column.gather(rows)
    if library == "pyarrow":
        return _take_arrow(column, rows)
    if library == "pandas":
        return column.take(rows)
    raise TypeError(f"rows of {type(column).__name__}")


def _take_arrow(column: Any, rows: np.ndarray) -> Any:
    import pyarrow as pa

    if column.type in (pa.string_view(), pa.binary_view()):  # Arrow cannot take from views
        column = column.cast(
            pa.large_string() if column.type == pa.string_view() else pa.large_binary()
        )
    return column.take(pa.array(rows))


def values(column: Any) -> list[Any]:
    """Return Python's own objects; missing ones as the library has them."""
    library = type(column).__module__.partition(".")[0]
    if library == "polars":
        return list(column.to_list())
    if library == "pyarrow":
        return [python(value) for value in column.to_pylist()]
    if isinstance(column, np.ndarray) and column.dtype.kind in "mM":
        return list(column.astype(f"{column.dtype.kind}8[us]").tolist())
    return [value.item() if isinstance(value, np.generic) else value for value in column]


def pandas_array(column: Any) -> Any:
    """Return what a pandas Index or Series is made of."""
    library = type(column).__module__.partition(".")[0]
    return column.to_pandas() if library in ("polars", "pyarrow") else column


def as_library(column: Any, library: str, name: str) -> Any:
    """Give a column the form of another library.

    Parameters
    ----------
    column : column
        Of any library.
    library : str
        ``polars``, ``arrow``, ``numpy`` or ``list``.
    name : str
        For polars.
    """
    own = type(column).__module__.partition(".")[0]
    if library == "list":
        return values(column)
    if library == "polars":
        import polars as pl

        if own == "polars":
            return column.alias(name)
        made = pl.from_pandas(column) if own == "pandas" else pl.Series(column)
        return made.alias(name)
    if library == "arrow":
        import pyarrow as pa

        if own == "pyarrow":
            return column
        return column.to_arrow() if own == "polars" else pa.array(column, from_pandas=True)
    return column.to_numpy(zero_copy_only=False) if own == "pyarrow" else np.asarray(column)


def is_column(value: Any) -> bool:
    """Tell whether a value is a column of a library."""
    if isinstance(value, list):
        return True
    if isinstance(value, np.ndarray):
        return value.ndim == 1
    for module, names in _COLUMNS.items():
        library = sys.modules.get(module)
        if library is not None and isinstance(
            value, tuple(getattr(library, name) for name in names)
        ):
            return True
    return False


_COLUMNS = {
    "pandas": ("Series", "Index"),
    "polars": ("Series",),
    "pyarrow": ("Array", "ChunkedArray"),
}
