"""Partial results of an aggregate: one for each key and part of the data, to be combined.

They are tables: the columns of the keys, and one of results at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._call import call, groups
from .._call.info import MergingInfo, merging_info
from .._call.signature import CallOptions
from .._call.tables import check_names, held
from .._data import columns as takes
from .._data.bind import bind
from .._data.objects import unique
from .._errors import ArgumentTypeError, ArgumentValueError
from .._protocol.functions import FunctionInfo, MergeInfo
from .matching import arguments, filled, named

if TYPE_CHECKING:
    from .._data.results import Result
    from .._worker.programs import Programs

_PENDING = 1 << 16  # partial results that wait, at least, before they are combined


def merge_of(info: FunctionInfo) -> MergeInfo:
    """Return what combines an aggregate's partial results.

    Raises
    ------
    ArgumentTypeError
        Nothing does; the text says what to write.
    """
    function = info.name
    if info.kind != "aggregate":
        raise ArgumentTypeError(f"{function} is no aggregate: it has no partial results")
    merge = info.merge
    if merge is None:
        result = info.results[0] if len(info.results) == 1 else "S"
        raise ArgumentTypeError(
            f"{function} sees a whole column or group, and a stream has none in memory: write, in its "
            f"cell, how results of two parts combine, func Merge{function}(a, b {result}) {result}; "
            "or read what fits memory with .to_table() and call it on that"
        )
    if merge.reason:
        raise ArgumentTypeError(f"partial results of {function} cannot be combined: {merge.reason}")
    return merge


class Partials:
    """Partial results of one aggregate, combined as they arrive.

    Parameters
    ----------
    info : FunctionInfo
    options : CallOptions
        Of the call; without keys.
    programs : Programs, optional
        Compiled elsewhere, of the function and of what combines its results.

    Attributes
    ----------
    tables : list of pyarrow.Table
        Not combined yet, in order.
    """

    def __init__(
        self, info: FunctionInfo, options: CallOptions, programs: Programs | None = None
    ) -> None:
        self._merging = merging_info(info, merge_of(info))
        self._info, self._options, self._programs = info, options, programs
        self.tables: list[Any] = []
        self._combined = 0  # rows of the first of them

    @property
    def cell(self) -> str:
        """The cell, as messages and the progress bar show it."""
        return self._info.cell or "Go"

    def of(self, values: list[Any], keys: list[str], column: Callable[[str], Any]) -> Any:
        """Make a table of partial results of one part of the data.

        Parameters
        ----------
        values : list
            One for each parameter.
        keys : list of str
        column : callable
            Gives a column of keys by its name.
        """
        return self._table(self._info, values, [(name, column(name)) for name in keys])

    def of_frame(self, frame: Any, kwargs: Mapping[str, Any], defaults: CallOptions) -> Any:
        """Make a table of partial results of a frame of any library.

        Parameters
        ----------
        frame : object
        kwargs : mapping
            Plain values of parameters, and options; ``by`` names columns.
        defaults : CallOptions
        """
        bound = bind("p0", frame, f"the frame passed to {self._info.name}.partial")
        if bound.kind != "frame":
            raise ArgumentTypeError(
                f"{bound.label} is no DataFrame: its columns are matched with parameters by name"
            )
        columns = bound.columns
        check_names(self._info, kwargs, columns, "the frame")
        kwargs = held(self._info, kwargs)
        values, options, needed = arguments(self._info, kwargs, defaults, columns, "the frame")
        keys = named(options.by, "by", columns)
        positions = {name: columns.index(name) for name in [*needed, *keys]}
        if bound.prepare:
            bound.prepare(sorted(positions.values()))
        column = bound.column
        assert column is not None
        self._options = options
        return self.of(
            filled(values, lambda n: column(positions[n])), keys, lambda n: column(positions[n])
        )

    def add(self, table: Any) -> None:
        """Add the partial results of the next part of the data."""
        self.tables.append(table)
        rows = sum(table.num_rows for table in self.tables)
        if rows - self._combined > max(_PENDING, self._combined):
            self.combine()

    def extend(self, tables: Sequence[Any]) -> None:
        """Add tables of partial results that other processes made.

        Raises
        ------
        ArgumentTypeError
            There are none, or they do not belong together.
        """
        import pyarrow as pa

        if not tables:
            raise ArgumentTypeError(
                f"there are no partial results to combine: {self._info.name}.partial makes them"
            )
        for table in tables:
            if not isinstance(table, pa.Table):
                raise ArgumentTypeError(
                    f"partial results are tables of Arrow, as {self._info.name}.partial gives "
                    f"them, and a {type(table).__name__} was passed"
                )
            if table.column_names != tables[0].column_names:
                raise ArgumentTypeError(
                    f"partial results have one set of keys, and columns {tables[0].column_names} "
                    f"and {table.column_names} were passed"
                )
        self.tables += tables

    def combine(self) -> Any:
        """Return one table, with one row for each key, in order."""
        results, keys = self._joined()
        table = self._table(self._merging, [results], keys)
        self.tables, self._combined = [table], table.num_rows
        return table

    def result(self) -> Any:
        """Return what a call on all of the data would have given."""
        results, keys = self._joined()
        options = replace(self._options, by=_keys(keys), dropna=False)
        return call.call(self._merging, [results], options, programs=self._programs)

    def _joined(self) -> tuple[Any, list[tuple[str, Any]]]:
        *names, _ = self.tables[0].column_names
        columns = [
            _concatenated([table.column(at) for table in self.tables])
            for at in range(len(names) + 1)
        ]
        return columns[-1], list(zip(names, columns[:-1], strict=True))

    def _table(self, info: FunctionInfo, values: list[Any], keys: list[tuple[str, Any]]) -> Any:
        import pyarrow as pa

        options = replace(self._options, by=_keys(keys))
        if isinstance(info, MergingInfo):
            options.dropna = False
        value, first = call.partials(info, values, options, self._programs)
        columns = []
        if first is not None:
            columns = [
                takes.as_library(takes.take(column, first), "arrow", name) for name, column in keys
            ]
        names = unique([*(name for name, _ in keys), self._info.name])
        return pa.table([*columns, _column(value)], names=names)


def _keys(keys: list[tuple[str, Any]]) -> list[groups.Key] | None:
    unnamed = groups.keys([column for _, column in keys]) if keys else []
    return [replace(key, name=name) for key, (name, _) in zip(unnamed, keys, strict=True)] or None


def _column(value: Result) -> Any:
    """Return results as one column; a frame becomes a column of structs."""
    import pyarrow as pa

    if value["kind"] == "column":
        return value["array"].arrow()
    fields = value["fields"]
    return pa.StructArray.from_arrays(
        [field["array"].arrow() for field in fields], names=[field["name"] for field in fields]
    )


def _concatenated(columns: list[Any]) -> Any:
    """Concatenate columns; where they hold times, their units may differ."""
    import pyarrow as pa

    kind = columns[0].type
    for column in columns[1:]:
        kind = _wider(kind, column.type)
    try:
        chunks = [chunk for column in columns for chunk in column.cast(kind).chunks]
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ArgumentValueError(f"partial results do not fit one column: {error}") from error
    return pa.chunked_array(chunks, kind)


def _wider(a: Any, b: Any) -> Any:
    """Return the type that holds the values of both; one type in Go can give both."""
    import pyarrow as pa

    if a == b:
        return a
    if pa.types.is_null(a) or (pa.types.is_integer(a) and pa.types.is_floating(b)):
        return b  # keys of a part in which all are missing, or some of pandas' integers
    for alike in (pa.types.is_integer, pa.types.is_floating):
        if alike(a) and alike(b):
            return max(a, b, key=lambda kind: kind.bit_width)
    if pa.types.is_timestamp(a):
        units = ["s", "ms", "us", "ns"]
        return pa.timestamp(max(a.unit, b.unit, key=units.index), a.tz)
    if pa.types.is_decimal(a):
        return pa.decimal128(38, max(a.scale, b.scale))
    if pa.types.is_struct(a):
        return pa.struct([f.with_type(_wider(f.type, g.type)) for f, g in zip(a, b, strict=True)])
    return a
