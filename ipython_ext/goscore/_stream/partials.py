"""Partial results of an aggregate, one for each key: made of parts of the data, and combined.

A table of them has the keys' columns first, and the results in its last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._call import call, groups
from .._call.signature import CallOptions
from .._data import columns as takes
from .._data.bind import bind
from .._data.convert import unique
from .._errors import ArgumentTypeError, ArgumentValueError
from .matching import arguments, filled, named

if TYPE_CHECKING:
    from .._worker.carry import Programs

_PENDING = 1 << 16  # partial results that wait, at least, before they are combined


def refuse_unmerged(info: dict[str, Any]) -> None:
    """Refuse a function whose partial results nothing combines.

    Raises
    ------
    ArgumentTypeError
        The text says what to write.
    """
    function = info["name"]
    if info["kind"] != "aggregate":
        raise ArgumentTypeError(f"{function} is no aggregate: it has no partial results")
    merge = info.get("merge")
    if merge is None:
        result = info["results"][0] if len(info["results"]) == 1 else "S"
        raise ArgumentTypeError(
            f"{function} sees a whole column or group, and a stream has none in memory: write, in its "
            f"cell, how results of two parts combine, func Merge{function}(a, b {result}) {result}; "
            "or read what fits memory with .to_table() and call it on that"
        )
    if merge.get("reason"):
        raise ArgumentTypeError(
            f"partial results of {function} cannot be combined: {merge['reason']}"
        )


class Partials:
    """Partial results of one aggregate, combined as they come.

    Parameters
    ----------
    info : dict
    options : CallOptions
        Of the call; without keys.
    programs : Programs, optional
        Compiled elsewhere, of the function and of what combines its results.
    """

    def __init__(
        self, info: dict[str, Any], options: CallOptions, programs: Programs | None = None
    ) -> None:
        refuse_unmerged(info)
        self._info, self._options, self._programs = info, options, programs
        self.held: list[Any] = []
        self._combined = 0  # rows of the first of them

    @property
    def cell(self) -> str:
        """The cell, as messages and the progress bar show it."""
        cell: str = self._info["cell"]
        return cell or "Go"

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

    def of_frame(self, frame: Any, kwargs: dict[str, Any], defaults: CallOptions) -> Any:
        """Make a table of partial results of a frame of any library.

        Parameters
        ----------
        frame : object
        kwargs : dict
            Plain values of parameters, and options; ``by`` names columns.
        defaults : CallOptions
        """
        given = bind("p0", frame, f"the frame passed to {self._info['name']}.partial")
        if given.kind != "frame":
            raise ArgumentTypeError(
                f"{given.label} is no DataFrame: its columns are matched with parameters by name"
            )
        columns = given.columns
        values, options, needed = arguments(self._info, kwargs, defaults, columns, "the frame")
        keys = named(options.by, "by", columns)
        positions = {name: columns.index(name) for name in [*needed, *keys]}
        if given.prepare:
            given.prepare(sorted(positions.values()))
        take = given.column
        assert take is not None
        self._options = options
        return self.of(
            filled(values, lambda n: take(positions[n])), keys, lambda n: take(positions[n])
        )

    def add(self, table: Any) -> None:
        """Add partial results of another part, which stands behind those that are here."""
        self.held.append(table)
        rows = sum(table.num_rows for table in self.held)
        if rows - self._combined > max(_PENDING, self._combined):
            self.combine()

    def take(self, tables: Sequence[Any]) -> None:
        """Take tables of partial results, as they come from other processes.

        Raises
        ------
        ArgumentTypeError
            There are none, or they do not belong together.
        """
        import pyarrow as pa

        if not tables:
            raise ArgumentTypeError(
                f"there are no partial results to combine: {self._info['name']}.partial makes them"
            )
        for table in tables:
            if not isinstance(table, pa.Table):
                raise ArgumentTypeError(
                    f"partial results are tables of Arrow, as {self._info['name']}.partial gives "
                    f"them, and a {type(table).__name__} was passed"
                )
            if table.column_names != tables[0].column_names:
                raise ArgumentTypeError(
                    f"partial results have one set of keys, and columns {tables[0].column_names} "
                    f"and {table.column_names} were passed"
                )
        self.held += tables

    def combine(self) -> Any:
        """Return one table, with one row for each key, in order."""
        joined, keys = self._joined()
        made = self._table(_merging(self._info), [joined], keys)
        self.held, self._combined = [made], made.num_rows
        return made

    def result(self) -> Any:
        """Return what a call on all of the data would have given."""
        joined, keys = self._joined()
        options = replace(self._options, by=_keys(keys), dropna=False)
        return call.call(_merging(self._info), [joined], options, programs=self._programs)

    def _joined(self) -> tuple[Any, list[tuple[str, Any]]]:
        *names, _ = self.held[0].column_names
        columns = [
            _end_to_end([table.column(at) for table in self.held]) for at in range(len(names) + 1)
        ]
        return columns[-1], list(zip(names, columns[:-1], strict=True))

    def _table(self, info: dict[str, Any], values: list[Any], keys: list[tuple[str, Any]]) -> Any:
        import pyarrow as pa

        options = replace(self._options, by=_keys(keys))
        if "merges" in info:
            options.dropna = False
        value, first = call.partials(info, values, options, self._programs)
        columns = []
        if first is not None:
            columns = [
                takes.as_library(takes.take(column, first), "arrow", name) for name, column in keys
            ]
        names = unique([*(name for name, _ in keys), self._info["name"]])
        return pa.table([*columns, _column(value)], names=names)


def _keys(keys: list[tuple[str, Any]]) -> list[groups.Key] | None:
    made = groups.keys([column for _, column in keys]) if keys else []
    return [replace(key, name=name) for key, (name, _) in zip(made, keys, strict=True)] or None


def _column(value: dict[str, Any]) -> Any:
    """Return results as one column: of structs, where they are a frame."""
    import pyarrow as pa

    if value["kind"] == "column":
        return value["array"].arrow()
    fields = value["fields"]
    return pa.StructArray.from_arrays(
        [field["array"].arrow() for field in fields], names=[field["name"] for field in fields]
    )


def _end_to_end(columns: list[Any]) -> Any:
    """Put columns behind each other; times of theirs may have come in several units."""
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
    """Return the type that holds values of both; of results, Go gives both for one of its own."""
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


def _merging(info: dict[str, Any]) -> dict[str, Any]:
    """Describe the aggregate that combines a column of partial results."""
    result = info["results"][0]
    merge = info["merge"]
    partials = {
        "name": "partials",
        "go": f"[]{result}",
        "elem": result,
        "shape": "column",
        "nullable": result.startswith("*"),
    }
    return {
        "name": info["name"],
        "merges": merge["function"],
        "kind": "aggregate",
        "cell": info["cell"],
        "params": [partials],
        "results": info["results"],
        "error": False,
        "sources": merge["sources"],
    }
