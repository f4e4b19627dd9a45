"""DuckDB: functions of columns, as ``create_function(..., type="arrow")`` calls them."""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any

from .._call.signature import parameters, python_names
from .batches import called, opened

if TYPE_CHECKING:
    from .function import Function


class Columns:
    """A Go function that takes columns by position and gives one column; it pickles."""

    def __init__(self, function: Function, arguments: dict[str, Any]) -> None:
        self.function = function
        self.arguments = arguments
        self.__name__ = self.__qualname__ = function.__name__
        # DuckDB counts parameters, and takes annotations for types of SQL.
        self.__signature__ = Signature(
            [Parameter(f"p{at}", Parameter.POSITIONAL_OR_KEYWORD) for at in range(len(self.names))]
        )

    @property
    def names(self) -> list[str]:
        """The columns' names in Go."""
        info = self.function._info
        if self.function.kind == "row":
            return [field.get("column") or field["name"] for field in info["fields"]]
        wanted = zip(python_names(info), parameters(info), strict=True)
        return [one["name"] for name, one in wanted if name not in self.arguments]

    def __call__(self, *columns: Any) -> Any:
        import pyarrow as pa

        table = pa.table(list(columns), names=self.names)
        given = opened(self.function, table)
        found = called(self.function, table, given, (), self.arguments)
        if found.single:
            return next(iter(found.columns.values()))
        made = pa.table(found.columns).to_struct_array()
        return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def columns(function: Function, arguments: dict[str, Any]) -> Columns:
    """Make a function of columns."""
    return Columns(function, arguments)
