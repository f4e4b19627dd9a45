"""DuckDB: functions of columns, as ``create_function(..., type="arrow")`` calls them."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any

from .._call.tables import held
from .batches import called, column_names, of, opened

if TYPE_CHECKING:
    from .function import Function


class Columns:
    """A Go function that takes columns by position and gives one column; it pickles."""

    def __init__(self, function: Function, arguments: Mapping[str, Any]) -> None:
        self.function = function
        self.arguments = held(function._info, arguments)
        self.__name__ = self.__qualname__ = function.__name__
        self.names = column_names(function, self.arguments)
        by_row = any(one.shape == "row" for one in function._info.parameters)
        self._plain = not by_row and self.arguments.get("errors") != "report"
        # DuckDB counts parameters, and takes annotations for types of SQL.
        self.__signature__ = Signature(
            [Parameter(f"p{at}", Parameter.POSITIONAL_OR_KEYWORD) for at in range(len(self.names))]
        )

    def __call__(self, *columns: Any) -> Any:
        import pyarrow as pa

        if self._plain:  # it is called for few rows at a time, so what need not be done counts
            named = dict(zip(self.names, columns, strict=True))
            results = of(self.function, self.function(**named, **self.arguments), [])
        else:
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
