"""A function on the rows of a stream: a reader that computes each batch when it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .._call.signature import CallOptions
from .._data.input import Input
from .._data.objects import unique
from .._errors import ArgumentValueError
from .._run.progress import Progress

if TYPE_CHECKING:
    from .._protocol.functions import FunctionInfo
    from .._worker.programs import Programs
    from .reading import Reading


class RowStream:
    """The batches of a stream, with a function's result in place of its arguments.

    Parameters
    ----------
    info : FunctionInfo
    values : list
        One for each parameter, as `matching.arguments` gives them.
    options : CallOptions
    kept : list of str
        Columns that the reader gives beside the result.
    reading : Reading
    programs : Programs, optional
        Compiled elsewhere.
    """

    def __init__(
        self,
        info: FunctionInfo,
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
        """Compile the function, find out the types of its results, and return the reader."""
        import pyarrow as pa

        options = self._options
        schema = self._computed(self._reading.empty).schema
        self._options = options  # without the state of this call
        return pa.RecordBatchReader.from_batches(schema, self._batches(schema))

    def _batches(self, schema: Any) -> Iterator[Any]:
        with Progress(self._info.cell or "Go", self._reading.rows, counted=True) as progress:
            for table in self._reading:
                with progress.within():
                    result = self._computed(table)
                result = self._cast(result, schema)
                progress.advance(table.num_rows)
                self._row += table.num_rows
                del table
                yield from result.combine_chunks().to_batches()

    def _cast(self, result: Any, schema: Any) -> Any:
        """Give a batch the types of those before it; the units of times may differ."""
        import pyarrow as pa

        try:
            return result.cast(schema)
        except pa.ArrowInvalid as error:
            rows = f"rows {self._row:,} to {self._row + result.num_rows - 1:,}"
            types = " and ".join(
                f"{old.name} is {new.type}, and {old.type} before"
                for old, new in zip(schema, result.schema, strict=True)
                if old.type != new.type
            )
            raise ArgumentValueError(
                f"{self._info.name}: in {rows} of the stream {types}: {error}; cast the stream's "
                f"times to a unit that holds all of them"
            ) from error

    def _computed(self, table: Any) -> Any:
        """Return the results of one batch, as a table."""
        import pyarrow as pa

        result, messages = self._called(table), None
        if self._options.errors == "report":
            result, report = result
            messages = _messages(report, self._row, table.num_rows)
        columns = _columns(result, self._info.name)
        if self._info.kind == "scan":
            self._set_state(columns[0][1])
        columns = [(name, table.column(name)) for name in self._kept] + columns
        if messages is not None:
            columns.append(("error", messages))
        names = unique([name for name, _ in columns])
        return pa.table([column for _, column in columns], names=names)

    def _called(self, table: Any) -> Any:
        from .._call import call
        from .matching import filled

        values = filled(self._values, table.column, table)
        return call.call(
            self._info, values, replace(self._options, begin=self._row), programs=self._programs
        )

    def _set_state(self, column: Any) -> None:
        """Start the next batch of a scan with the last state of this one that is no error."""
        from .._data.from_arrow import source

        if self._info.error:
            column = column.drop_null()
        if len(column):
            last = source(
                column.type, [column[-1:]] if hasattr(column, "offset") else column[-1:].chunks
            )
            state = Input("init", "value", f"init= of {self._info.name}", lambda _: last)
            self._options = replace(self._options, init=state)


def _columns(result: Any, function: str) -> list[tuple[str, Any]]:
    """Return the columns of a result, and their names."""
    import pyarrow as pa

    if isinstance(result, tuple):
        return [
            (name if len(parts) > 1 else f"{function}_{at}", part)
            for at, item in enumerate(result)
            for parts in [_columns(item, function)]
            for name, part in parts
        ]
    if isinstance(result, pa.Table):
        return list(zip(result.column_names, result.columns, strict=True))
    return [(function, result)]


def _messages(report: Any, begin: int, rows: int) -> Any:
    """Spread the messages of failed rows over the rows of a batch."""
    import pyarrow as pa

    at = np.full(rows, -1)
    at[np.asarray(report.column("row"), "i8") - begin] = np.arange(report.num_rows)
    texts = report.column("message").cast(pa.string())
    return texts.take(pa.array(at, mask=at < 0))
