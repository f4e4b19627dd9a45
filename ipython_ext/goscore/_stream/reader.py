"""A function on rows of a stream: a reader that computes what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .._call.signature import CallOptions
from .._data.convert import unique
from .._data.input import Input
from .._errors import ArgumentValueError
from .._run.progress import Progress

if TYPE_CHECKING:
    from .._worker.carry import Programs
    from .reading import Reading


class RowStream:
    """The batches of a stream with a function's result in the place of its arguments.

    Parameters
    ----------
    info : dict
    values : list
        One for each parameter or field: a plain value, or a `Named` column.
    options : CallOptions
    kept : list of str
        Columns that go with the result.
    reading : Reading
    programs : Programs, optional
        Compiled elsewhere.
    """

    def __init__(
        self,
        info: dict[str, Any],
        values: list[Any],
        options: CallOptions,
        kept: list[str],
        reading: Reading,
        programs: Programs | None = None,
    ) -> None:
        self._info, self._values, self._options = info, values, options
        self._programs = programs
        self._kept, self._reading = kept, reading
        self._row = 0

    def reader(self) -> Any:
        """Compile it, find out what it gives, and return the reader."""
        import pyarrow as pa

        state = self._options
        schema = self._computed(self._reading.empty).schema
        self._options = state
        return pa.RecordBatchReader.from_batches(schema, self._batches(schema))

    def _batches(self, schema: Any) -> Iterator[Any]:
        with Progress(self._info["cell"] or "Go", self._reading.rows, counted=True) as progress:
            for table in self._reading:
                with progress.within():
                    made = self._computed(table)
                made = self._alike(made, schema)
                progress.advance(table.num_rows)
                self._row += table.num_rows
                del table
                yield from made.combine_chunks().to_batches()

    def _alike(self, made: Any, schema: Any) -> Any:
        """Give a batch the types of those before; times of theirs may have come in another unit."""
        import pyarrow as pa

        try:
            return made.cast(schema)
        except pa.ArrowInvalid as error:
            rows = f"rows {self._row:,} to {self._row + made.num_rows - 1:,}"
            types = " and ".join(
                f"{old.name} is {new.type}, and {old.type} before"
                for old, new in zip(schema, made.schema, strict=True)
                if old.type != new.type
            )
            raise ArgumentValueError(
                f"{self._info['name']}: in {rows} of the stream {types}: {error}; cast the stream's "
                f"times to a unit that holds all of them"
            ) from error

    def _computed(self, table: Any) -> Any:
        """Return the table of one batch."""
        import pyarrow as pa

        made, messages = self._called(table), None
        if self._options.errors == "report":
            made, report = made
            messages = _messages(report, self._row, table.num_rows)
        columns = _columns(made, self._info["name"])
        if self._info["kind"] == "scan":
            self._carry(columns[0][1])
        columns = [(name, table.column(name)) for name in self._kept] + columns
        if messages is not None:
            columns.append(("error", messages))
        names = unique([name for name, _ in columns])
        return pa.table([column for _, column in columns], names=names)

    def _called(self, table: Any) -> Any:
        from .._call import call
        from .matching import filled

        values = [table] if self._info["kind"] == "row" else filled(self._values, table.column)
        return call.call(
            self._info, values, replace(self._options, begin=self._row), programs=self._programs
        )

    def _carry(self, column: Any) -> None:
        """Let the next batch begin with the last good state of this one."""
        from .._data.from_arrow import source

        if self._info["error"]:
            column = column.drop_null()
        if len(column):
            last = source(
                column.type, [column[-1:]] if hasattr(column, "offset") else column[-1:].chunks
            )
            state = Input("init", "value", f"init= of {self._info['name']}", lambda _: last)
            self._options = replace(self._options, init=state)


def _columns(made: Any, function: str) -> list[tuple[str, Any]]:
    """Name the columns of a result."""
    import pyarrow as pa

    if isinstance(made, tuple):
        return [
            (name if len(parts) > 1 else f"{function}_{at}", part)
            for at, item in enumerate(made)
            for parts in [_columns(item, function)]
            for name, part in parts
        ]
    if isinstance(made, pa.Table):
        return list(zip(made.column_names, made.columns, strict=True))
    return [(function, made)]


def _messages(report: Any, begin: int, rows: int) -> Any:
    """Spread the messages of failed rows over the rows of a batch."""
    import pyarrow as pa

    at = np.full(rows, -1)
    at[np.asarray(report.column("row"), "i8") - begin] = np.arange(report.num_rows)
    texts = report.column("message").cast(pa.string())
    return texts.take(pa.array(at, mask=at < 0))
