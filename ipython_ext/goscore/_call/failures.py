"""Rows for which a function returned an error, or on which it panicked."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._data import columns as takes
from .._data import libraries
from .._data.input import Input
from .._errors import GoError, GoscoreError

_SHOWN = 5


@dataclass
class Rows:
    """What went into a call, to name and show rows of it.

    Attributes
    ----------
    count : int
        Of all rows, or groups; 0 where it is not known.
    inputs : list of Input
    names : list of list of str
        What the columns of each are called in messages.
    labelled : list of column
        What the rows are called by: their index, or the keys of groups; nothing for positions.
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
        """Return what rows are called: a column, or a list of tuples."""
        taken = [takes.take(column, rows) for column in self.labelled]
        if len(taken) > 1:
            return list(zip(*map(takes.values, taken), strict=True))
        return taken[0] if taken else rows + self.begin

    def columns(self, rows: np.ndarray) -> list[tuple[str, Any]]:
        """Return the rows of every column that went in, and its name."""
        found = []
        for given, names in zip(self.inputs, self.names, strict=True):
            for position, name in enumerate(names):
                if given.column is not None and given.kind != "value":
                    found.append((name, takes.take(given.column(position), rows)))
        return found

    def shown(self, rows: np.ndarray) -> list[str]:
        """Write rows for a message, as in ``row 17: 'abc'``."""
        columns = [(name, takes.values(taken)) for name, taken in self.columns(rows)]
        lines = []
        for at, label in enumerate(takes.values(self.labels(rows))):
            held = [(name, _short.repr(taken[at])) for name, taken in columns]
            text = (
                held[0][1]
                if len(held) == 1
                else ", ".join(f"{name}={value}" for name, value in held)
            )
            lines.append(f"{self.noun} {label}" + (f": {text}" if text else ""))
        return lines


_short = reprlib.Repr()
_short.maxstring = _short.maxother = 60


@dataclass
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
    def read(cls, failed: dict[str, Any]) -> Failures:
        """Read ``failed`` of a reply, whose arrays were copied out."""
        if not failed:
            return cls(0, np.zeros(0, "i8"), [], [])
        arrays = {field["name"]: field["array"] for field in failed["result"]["fields"]}
        return cls(
            failed["count"],
            arrays["Row"].numbers(),
            arrays["Message"].arrow().to_pylist(),
            arrays["Line"].numbers().tolist(),
        )

    def places(self, cell: str) -> list[str]:
        return [f" ({cell}, line {line})" if line and cell else "" for line in self.lines]

    def error(self, function: str, cell: str, went_in: Rows | None) -> GoError:
        """Make the exception of ``errors="raise"``.

        Parameters
        ----------
        function, cell : str
        went_in : Rows or None
            None when one error ended the whole call.
        """
        places = self.places(cell)
        line = self.lines[0] or None
        if went_in is None:
            made = GoError(f"{self.messages[0]}{places[0]}", line)
            made.count = 1
            return made
        rows = self.rows[:_SHOWN]
        texts = went_in.shown(rows)
        first = "the first " if went_in.begin else ""
        of = f" of {first}{went_in.begin + went_in.count:,}" if went_in.count else ""
        noun = went_in.noun if (went_in.count or self.count) == 1 else went_in.noun + "s"
        text = f"{self.count:,}{of} {noun} failed in {function}:"
        for row, message, place in zip(texts, self.messages, places, strict=False):
            text += f"\n  {row}: {message}{place}"
        text += '\n  hint: errors="coerce" makes them missing, errors="report" lists them'
        made = GoError(text, line)
        made.count, made.rows = self.count, takes.values(went_in.labels(rows))
        return made

    def report(self, library: str, went_in: Rows | None) -> Any:
        """Make the frame of ``errors="report"``: label, values, message and line of each row."""
        from .._data.convert import unique

        columns: list[tuple[str, Any]] = []
        if went_in is not None:
            columns.append((went_in.noun, went_in.labels(self.rows)))
            values = went_in.columns(self.rows)
            columns += [("value", values[0][1])] if len(values) == 1 else values
        else:
            columns.append(("row", self.rows))
        columns += [("message", self.messages), ("line", self.lines)]
        names = unique([name for name, _ in columns])
        return frame(dict(zip(names, [taken for _, taken in columns], strict=True)), library)


def frame(columns: dict[str, Any], library: str) -> Any:
    """Make a frame of columns of any libraries."""
    if library == "pandas":
        import pandas as pd

        made = {}
        for name, column in columns.items():
            taken = takes.pandas_array(column)
            made[name] = taken.array if isinstance(taken, pd.Series | pd.Index) else taken
        types = {"message": "str", "line": "int64"}
        return pd.DataFrame(made).astype({n: t for n, t in types.items() if n in made})
    parts = {name: takes.as_library(column, library, name) for name, column in columns.items()}
    return libraries.NAMED[library].frame(parts)


def placed(error: GoscoreError, went_in: Rows) -> GoscoreError:
    """Add to a panic the row on which it happened."""
    if error.row is None or error.row < 0:
        return error
    (text,) = went_in.shown(np.array([error.row]))
    made = type(error)(f"{error}\n  at {text}", error.line, error.column)
    made.row = error.row + went_in.begin
    return made
