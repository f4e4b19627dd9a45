"""Aggregates in DuckDB's SQL: a macro that gathers each group in a list, and one call of Go for the groups."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any

import numpy as np

from .._call.signature import open_parameters
from .._errors import ArgumentTypeError, ArgumentValueError
from .batches import called, opened
from .types import results

if TYPE_CHECKING:
    from .function import Function

_KEY = "goscore.key"
_SQL = {
    "float64": "DOUBLE", "float32": "FLOAT", "int": "BIGINT", "int64": "BIGINT", "int32": "INTEGER", "int16": "SMALLINT",
    "int8": "TINYINT", "uint": "UBIGINT", "uint64": "UBIGINT", "uint32": "UINTEGER", "uint16": "USMALLINT",
    "uint8": "UTINYINT", "bool": "BOOLEAN", "string": "VARCHAR", "[]byte": "BLOB", "time.Time": "TIMESTAMP",
}  # fmt: skip


class Aggregate:
    """A Go aggregate as a function of lists, a row for each group."""

    def __init__(self, function: Function, arguments: Mapping[str, Any]) -> None:
        self.function, self.arguments = function, dict(arguments)
        opens = open_parameters(function._info, [*function._tables, *arguments])
        self.columns = [(name, one) for name, one in opens if one.shape == "column"]
        self.plain = [(name, one) for name, one in opens if one.shape == "value"]
        self.__name__ = self.__qualname__ = function.__name__
        # DuckDB counts parameters, and takes annotations for types of SQL.
        count = 1 + len(self.plain)
        kind = Parameter.POSITIONAL_OR_KEYWORD
        self.__signature__ = Signature([Parameter(f"p{at}", kind) for at in range(count)])
        given = results(function).columns
        self.types = {name: column.type for name, column in given.items()}

    def __call__(self, lists: Any, *plain: Any) -> Any:
        import pyarrow as pa

        lists = _whole(lists)
        values = lists.flatten()
        lengths = np.asarray(lists.value_lengths().fill_null(0))
        names = [one.name for _, one in self.columns]
        parts = [values] if len(names) == 1 else values.flatten()
        table = pa.table([*map(self._fitting, parts, self.columns)], names=names)
        groups = np.repeat(np.arange(len(lengths)), lengths)
        found: list[Any] = [None] * len(lengths)
        for at, given in _settings(plain, len(lengths)):
            named = dict(zip((name for name, _ in self.plain), given, strict=True))
            mine = np.isin(groups, at) if len(at) < len(lengths) else None
            some = table if mine is None else table.filter(pa.array(mine))
            keys = groups if mine is None else groups[mine]
            for group, value in zip(at, self._some(some, keys, at, named), strict=True):
                found[group] = value
        return pa.array(found, self.type)

    @property
    def type(self) -> Any:
        """Arrow's type of a result."""
        import pyarrow as pa

        if len(self.types) == 1:
            return next(iter(self.types.values()))
        return pa.struct(list(self.types.items()))

    def _fitting(self, values: Any, column: Any) -> Any:
        """Return a column as pandas would have it: NULL is NaN where Go takes floats."""
        import pyarrow as pa

        _, parameter = column
        if parameter.elem.startswith("float") and not parameter.nullable and values.null_count:
            return values.fill_null(pa.scalar(float("nan"), values.type))
        return values

    def _some(self, table: Any, keys: Any, groups: Any, plain: dict[str, Any]) -> list[Any]:
        """Call Go for some groups that have the same plain arguments."""
        arguments = {**self.arguments, **plain}
        full: dict[int, Any] = {}
        if len(keys):
            keyed = table.append_column(_KEY, [keys])
            columns = called(
                self.function, keyed, opened(self.function, keyed), [_KEY], arguments
            ).columns
            at = columns.pop(_KEY).to_pylist()
            full = dict(zip(at, self._rows(columns), strict=True))
        if len(full) < len(groups):  # a group without rows
            none = table.slice(0, 0)
            columns = called(
                self.function, none, opened(self.function, none), [], arguments
            ).columns
            (empty,) = self._rows(columns)
            return [full.get(group, empty) for group in groups]
        return [full[group] for group in groups]

    def _rows(self, columns: dict[str, Any]) -> list[Any]:
        lists = [one.to_pylist() if hasattr(one, "to_pylist") else one for one in columns.values()]
        if len(lists) == 1:
            return list(lists[0])
        return [dict(zip(self.types, row, strict=True)) for row in zip(*lists, strict=True)]


def _whole(column: Any) -> Any:
    """Return an array in one piece."""
    whole = column.combine_chunks() if hasattr(column, "combine_chunks") else column
    if hasattr(whole, "num_chunks"):
        whole = whole.chunk(0) if whole.num_chunks else whole
    return whole


def _settings(plain: tuple[Any, ...], count: int) -> list[tuple[Any, tuple[Any, ...]]]:
    """Return the groups that have the same plain arguments, with these."""
    if not plain:
        return [(np.arange(count), ())]
    seen: dict[tuple[Any, ...], list[int]] = {}
    for at, given in enumerate(zip(*(column.to_pylist() for column in plain), strict=True)):
        seen.setdefault(given, []).append(at)
    return [(np.array(at), given) for given, at in seen.items()]


def register(con: Any, function: Any, name: str | None = None, **arguments: Any) -> None:
    """Make a Go aggregate a function of SQL: ``select zone, Spread(fare) from trips group by zone``.

    DuckDB takes no aggregates from Python, so the name becomes a temporary macro that gathers
    each group in a list, and Go is called for all groups of a batch at once. NULL is NaN where the Go
    takes floats, and missing where it takes pointers; a group without rows is an empty column.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Or the module, for its default connection.
    function : function
        An aggregate of a cell. In SQL, its columns and plain parameters come in Go's order.
    name : str, optional
        Another name in SQL.
    **arguments
        Values of parameters that SQL does not give, and tables.

    Raises
    ------
    ArgumentTypeError
        It is no aggregate, or SQL has no type for one of its parameters.
    ArgumentValueError
        An argument names no parameter.
    """
    if not hasattr(con, "create_function") or not hasattr(con, "execute"):
        raise ArgumentTypeError(
            f"register takes a connection of DuckDB, not a {type(con).__name__}"
        )
    info = getattr(function, "_info", None)
    if info is None:
        raise ArgumentTypeError(f"register takes a Go function, not a {type(function).__name__}")
    if function.kind != "aggregate":
        raise ArgumentTypeError(
            f"{function.__name__} is no aggregate: {function.__name__}.arrow_columns() is for functions of rows"
        )
    known = {key for key, _ in open_parameters(info, ())}
    for key in arguments:
        if key not in known:
            raise ArgumentValueError(f"{function.__name__} has no parameter {key}")
    tables = {key: one for key, one in open_parameters(info, ()) if one.table is not None}
    bound = {key: arguments.pop(key) for key in list(arguments) if key in tables}
    function = function.bind(**bound) if bound else function
    for key in tables:
        if key not in function._tables:
            raise ArgumentValueError(f"{key} of {function.__name__} is a table: give it, as {key}=")
    made = Aggregate(function, arguments)
    columns = [_sql_type(function, one) for _, one in made.columns]
    plain = [_sql_type(function, one) for _, one in made.plain]
    given = [f"p{at}" for at in range(len(columns) + len(plain))]
    order = [key for key, _ in open_parameters(info, [*function._tables, *arguments])]
    places = dict(zip(order, given, strict=True))
    cells = [places[key] for key, _ in made.columns]
    gathered = cells[0]
    taken = f"{columns[0]}[]"
    if len(cells) > 1:
        fields = ", ".join(f"c{at} := {cell}" for at, cell in enumerate(cells))
        gathered = f"struct_pack({fields})"
        taken = f"STRUCT({', '.join(f'c{at} {of}' for at, of in enumerate(columns))})[]"
    sql = name or function.__name__
    own = f"goscore_{sql}"
    _forget(con, own)
    con.create_function(
        own, made, [taken, *plain], _result_type(con, made), type="arrow", null_handling="special"
    )
    rest = "".join(f", any_value({places[key]})" for key, _ in made.plain)
    con.execute(
        f"create or replace temp macro {_quoted(sql)}({', '.join(given)}) as {_quoted(own)}(list({gathered}){rest})"
    )


def _forget(con: Any, name: str) -> None:
    try:
        con.remove_function(name)
    except Exception:  # DuckDB has several classes for a function that is not there
        return


def _sql_type(function: Function, parameter: Any) -> str:
    if parameter.elem not in _SQL:
        raise ArgumentTypeError(
            f"SQL has no type for the parameter {parameter.name} of {function.__name__}, a {parameter.go}"
        )
    return _SQL[parameter.elem]


def _result_type(con: Any, made: Aggregate) -> Any:
    """Return DuckDB's type of a result."""
    import pyarrow as pa

    return con.from_arrow(pa.table({"result": pa.array([], made.type)})).types[0]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
