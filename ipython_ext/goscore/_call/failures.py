"""Rows on which a function returned an error or panicked: the exception and the report about them."""

from __future__ import annotations

import reprlib
from dataclasses import field
from typing import TYPE_CHECKING, Any

import numpy as np

from .._data import columns as takes
from .._data import libraries
from .._data.input import Input
from .._errors import GoError, GoscoreError
from .._record import record

if TYPE_CHECKING:
    from .._run.incoming import Failed

_SHOWN = 5


@record()
class Rows:
    """The rows of a call's arguments, or its groups, as messages show them.

    Attributes
    ----------
    count : int
        Of all rows, or groups; 0 where it is not known.
    inputs : list of Input
    names : list of list of str
        What the columns of each are called in messages.
    labelled : list of column
        The labels of the rows: their index, or the keys of groups. Empty: their positions.
    noun : str
        ``row``, or ``group``.
    begin : int
        Rows of a stream before these.
    """

    count: int
    inputs: list[Input]
    names: list[list[str]]
    labelled: list[Any] = field(default_factory=list)
    noun: str = "row"
    begin: int = 0

    def labels(self, rows: np.ndarray) -> Any:
        """Return the labels of rows: a column, or a list of tuples."""
        taken = [_take(column, rows) for column in self.labelled]
        if len(taken) > 1:
            return list(zip(*map(takes.values, taken), strict=True))
        return taken[0] if taken else rows + self.begin

    def columns(self, rows: np.ndarray) -> list[tuple[str, Any]]:
        """Return the name of every column of the arguments, and its values in *rows*."""
        columns = []
        for argument, names in zip(self.inputs, self.names, strict=True):
            for position, name in enumerate(names):
                if argument.column is not None and argument.kind != "value":
                    columns.append((name, _take(argument.column(position), rows)))
        return columns

    def label_columns(self, rows: np.ndarray, library: str) -> list[tuple[str, Any]]:
        """Return what rows are called as columns of a report: of tuples, or each key by itself."""
        if len(self.labelled) < 2 or library in ("pandas", "list"):
            return [(self.noun, self.labels(rows))]
        return [(self.noun, _take(column, rows)) for column in self.labelled]

    def to_texts(self, rows: np.ndarray) -> list[str]:
        """Return rows as a message shows them, as in ``row 17: 'abc'``."""
        columns = [(name, takes.values(taken)) for name, taken in self.columns(rows)]
        lines = []
        for at, label in enumerate(takes.values(self.labels(rows))):
            values = [(name, _short.repr(taken[at])) for name, taken in columns]
            text = (
                values[0][1]
                if len(values) == 1
                else ", ".join(f"{name}={value}" for name, value in values)
            )
            lines.append(f"{self.noun} {label}" + (f": {text}" if text else ""))
        return lines


def _take(column: Any, rows: np.ndarray) -> Any:
    """Return the values of a column in *rows*, which a worker named."""
    wrong = rows[(rows < 0) | (rows >= len(column))]
    if wrong.size:
        raise GoscoreError(f"read the rows that failed: there is no row {wrong[0]}")
    return takes.take(column, rows)


_short = reprlib.Repr()
_short.maxstring = _short.maxother = 60


@record()
class Failures:
    """The rows that failed.

    Attributes
    ----------
    count : int
    rows : numpy.ndarray
        The first of them, or all.
    messages : list of str
    lines : list of int
        Of the cell; 0 where it is not known.
    """

    count: int
    rows: np.ndarray
    messages: list[str]
    lines: list[int]

    @classmethod
    def read(cls, failed: Failed | None) -> Failures:
        """Read what the worker says of the rows that failed.

        Raises
        ------
        GoscoreError
            It is not the frame that it should be.
        """
        if failed is None:
            return cls(0, np.zeros(0, "i8"), [], [])
        arrays = {field["name"]: field["array"] for field in failed.result.get("fields", [])}
        if missing := {"Row", "Message", "Line"} - set(arrays):
            raise GoscoreError(f"read the rows that failed: no column {min(missing)}")
        rows, lines = arrays["Row"].numbers(), arrays["Line"].numbers()
        if rows is None or lines is None:
            raise GoscoreError("read the rows that failed: their rows or lines are no numbers")
        try:
            messages = arrays["Message"].arrow().to_pylist()
        except UnicodeDecodeError as error:
            raise GoscoreError(
                f"read the rows that failed: a message is no text: {error}"
            ) from None
        return cls(failed.count, rows, messages, lines.tolist())

    def places(self, cell: str) -> list[str]:
        return [f" ({cell}, line {line})" if line and cell else "" for line in self.lines]

    def error(self, function: str, cell: str, input_rows: Rows | None) -> GoError:
        """Make the exception of ``errors="raise"``.

        Parameters
        ----------
        function, cell : str
        input_rows : Rows or None
            None when one error ended the whole call.
        """
        places = self.places(cell)
        line = self.lines[0] or None
        if input_rows is None:
            error = GoError(f"{self.messages[0]}{places[0]}", line)
            error.count = 1
            return error
        rows = self.rows[:_SHOWN]
        texts = input_rows.to_texts(rows)
        first = "the first " if input_rows.begin else ""
        of = f" of {first}{input_rows.begin + input_rows.count:,}" if input_rows.count else ""
        noun = input_rows.noun if (input_rows.count or self.count) == 1 else input_rows.noun + "s"
        text = f"{self.count:,}{of} {noun} failed in {function}:"
        for row, message, place in zip(texts, self.messages, places, strict=False):
            text += f"\n  {row}: {message}{place}"
        text += '\n  hint: errors="coerce" makes them missing, errors="report" lists them'
        error = GoError(text, line)
        error.count, error.rows = self.count, takes.values(input_rows.labels(rows))
        return error

    def report(self, library: str, input_rows: Rows | None) -> Any:
        """Make the frame of ``errors="report"``: label, values, message and line of each row."""
        from .._data.objects import unique

        columns: list[tuple[str, Any]] = []
        if input_rows is not None:
            columns += input_rows.label_columns(self.rows, library)
            values = input_rows.columns(self.rows)
            columns += [("value", values[0][1])] if len(values) == 1 else values
        else:
            columns.append(("row", self.rows))
        columns += [("message", self.messages), ("line", self.lines)]
        names = unique([name for name, _ in columns])
        return frame(dict(zip(names, [column for _, column in columns], strict=True)), library)


def frame(columns: dict[str, Any], library: str) -> Any:
    """Make a frame of columns of any libraries."""
    if library == "pandas":
        import pandas as pd

        arrays = {}
        for name, column in columns.items():
            taken = takes.pandas_array(column)
            arrays[name] = taken.array if isinstance(taken, pd.Series | pd.Index) else taken
        types = {"message": "str", "line": "int64"}
        return pd.DataFrame(arrays).astype({n: t for n, t in types.items() if n in arrays})
    parts = {name: takes.as_library(column, library, name) for name, column in columns.items()}
    return libraries.NAMED[library].frame(parts)


def with_row(error: GoscoreError, input_rows: Rows) -> GoscoreError:
    """Add to a panic the row on which it happened."""
    if error.row is None or error.row < 0:
        return error
    (text,) = input_rows.to_texts(np.array([error.row]))
    extended = type(error)(f"{error}\n  at {text}", error.line, error.column)
    extended.row = error.row + input_rows.begin
    return extended
