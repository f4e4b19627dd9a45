"""DuckDB: functions of columns, as ``create_function(..., type="arrow")`` calls them."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any

from .._call.tables import held
from .batches import called, column_names, opened

if TYPE_CHECKING:
    from .function import Function


class Columns:
    """A Go function that takes columns by position and gives one column; it pickles."""

    def __init__(self, function: Function, arguments: Mapping[str, Any]) -> None:
        self.function = function
        self.arguments = held(function._info, arguments)
        self.__name__ = self.__qualname__ = function.__name__
        # DuckDB counts parameters, and takes annotations for types of SQL.
        self.__signature__ = Signature(
            [Parameter(f"p{at}", Parameter.POSITIONAL_OR_KEYWORD) for at in range(len(self.names))]
        )

    @property
    def names(self) -> list[str]:
        """The columns' names in Go."""
        return column_names(self.function, self.arguments)

    def __call__(self, *columns: Any) -> Any:
        import pyarrow as pa

        table = pa.table(list(columns), names=self.names)
        bound = opened(self.function, table)
        results = called(self.function, table, bound, (), self.arguments)
        if results.single:
            return next(iter(results.columns.values()))
        structs = pa.table(results.columns).to_struct_array()
        return structs.combine_chunks() if isinstance(structs, pa.ChunkedArray) else structs


def columns(function: Function, arguments: Mapping[str, Any]) -> Columns:
    """Make a function of columns."""
    return Columns(function, arguments)
