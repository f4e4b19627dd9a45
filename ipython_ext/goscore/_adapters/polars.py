"""polars: the types of results, which expressions and lazy frames need before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .batches import Results, called, opened
from .types import results

if TYPE_CHECKING:
    import polars as pl

    from .function import Function


def schema(function: Function, frame: Any, arguments: Mapping[str, Any]) -> pl.Schema:
    """Return the columns of a function's results."""
    import polars as pl

    columns = _results(function, frame, arguments).columns
    return pl.Schema({name: _dtype(column) for name, column in columns.items()})


def dtype(function: Function, frame: Any, arguments: Mapping[str, Any]) -> Any:
    """Return the type of a function's result in an expression; several columns are structs."""
    import polars as pl

    if _results(function, frame, arguments).single:
        return next(iter(schema(function, frame, arguments).values()))
    return pl.Struct(dict(schema(function, frame, arguments)))


def _results(function: Function, frame: Any, arguments: Mapping[str, Any]) -> Results:
    if frame is None:
        return results(function)
    import polars as pl

    empty = pl.DataFrame(schema=frame.lazy().collect_schema())
    return called(function, empty, opened(function, empty), (), arguments)


def _dtype(column: Any) -> Any:
    import polars as pl

    return column.dtype if isinstance(column, pl.Series) else pl.Series(column).dtype
