"""Runs both functions on the same input, and finds the first row on which they differ."""

from __future__ import annotations

import signal
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from .._errors import (
    ArgumentTypeError,
    GoError,
    GoPanic,
    GoTimeoutError,
    OutOfMemoryError,
    ProgramDiedError,
)
from .._measure.equality import SAME, Verdict, judge
from .subject import Subject

Rows = list[tuple[Any, ...]]
Fixed = tuple[Any, ...]

_PYTHON = 0.25  # s; on some inputs a loop would never end
_GO = 5  # s; more than Python had, for thousands of rows
_RAISED = (GoError, GoPanic, GoTimeoutError, OutOfMemoryError, ProgramDiedError)
_RESULT = "the function's result: "
_RAISING = 40  # rows of a batch: Go tells one panic with each call


class TooLong(BaseException):
    """Python took too long for one input."""


@dataclass
class Difference:
    """An input on which the functions differ.

    Attributes
    ----------
    rows, fixed : list of tuple, tuple
        The values of all rows, and those that are the same for all.
    python, go : object
        Results; exceptions where one raised.
    row : int or None
        The first that differs.
    text : str
    """

    rows: Rows
    fixed: Fixed
    python: Any
    go: Any
    row: int | None
    text: str = ""


@dataclass
class Tries:
    """Runs both functions, and counts.

    Attributes
    ----------
    rows, calls : int
        How many were compared.
    raised : int
        Rows or calls on which both raised.
    left_out : int
        Rows on which Python took too long.
    unwanted : int
        Rows that do not fulfil ``//goscore:requires``.
    """

    subject: Subject
    requires: Any = None
    rows: int = 0
    calls: int = 0
    raised: int = 0
    left_out: int = 0
    unwanted: int = 0
    first_error: Exception | None = None
    _same: set[str] = field(default_factory=set)

    @property
    def tried(self) -> int:
        """All rows that Python got."""
        return self.rows + self.left_out

    def compare(self, rows: Rows, fixed: Fixed) -> Difference | None:
        """Return the first difference on these rows."""
        if self.subject.by_row:
            return self._by_row(self._wanted(rows, fixed), fixed)
        if self.requires is not None and not self._fulfils(rows, fixed):
            self.unwanted += len(rows)
            return None
        return self._whole(rows, fixed)

    def same(self, row: tuple[Any, ...]) -> bool:
        """Tell whether a row was compared before, and was the same."""
        return repr(row) in self._same

    # Columns

    def _whole(self, rows: Rows, fixed: Fixed) -> Difference | None:
        python = self._python(rows, fixed)
        if python is None:
            return None
        go = self._go(rows, fixed)
        self.rows += len(rows)
        self.calls += 1
        return self._judged(rows, fixed, python[0], go)

    def _judged(self, rows: Rows, fixed: Fixed, python: Any, go: Any) -> Difference | None:
        if isinstance(python, Exception) and isinstance(go, Exception):
            self.raised += 1
            self.first_error = self.first_error or python
            return None
        if isinstance(python, Exception) or isinstance(go, Exception):
            row = getattr(go, "row", None) if isinstance(go, Exception) else None
            return Difference(rows, fixed, python, go, row)
        verdict = _verdict(go, python)
        if verdict is None:
            return None
        return Difference(rows, fixed, python, go, verdict.row, verdict.text)

    # Rows

    def _by_row(self, rows: Rows, fixed: Fixed) -> Difference | None:
        outcomes = [(row, self._python([row], fixed)) for row in rows]
        kept = [(row, found[0]) for row, found in outcomes if found is not None]
        fine = [one for one in kept if not isinstance(one[1], Exception)]
        raising = [one for one in kept if isinstance(one[1], Exception)]
        if fine:
            given = [row for row, _ in fine]
            self.rows += len(given)
            difference = self._first_of(given, fixed, [value for _, value in fine])
            if difference is not None:
                return difference
            self._same.update(map(repr, given))
        return self._raising(raising, fixed)

    def _first_of(self, rows: Rows, fixed: Fixed, wanted: list[Any]) -> Difference | None:
        """Compare rows on which Python raised nothing."""
        go = self._go(rows, fixed)
        if isinstance(go, Exception):
            if len(rows) == 1:
                return Difference(rows, fixed, wanted[0], go, 0)
            row, half = getattr(go, "row", None), len(rows) // 2
            spans = [(0, half), (half, len(rows))]
            if row is not None and row < len(rows):
                spans = [(row, row + 1)]
            parts = (self._first_of(rows[a:b], fixed, wanted[a:b]) for a, b in spans)
            return next((found for found in parts if found is not None), None)
        failed = self._failed
        if not failed and _same_column(go, wanted):
            return None
        for at, value in enumerate(_values(go, len(rows))):
            if at in failed:
                return Difference([rows[at]], fixed, wanted[at], failed[at], 0)
            verdict = _verdict(_wrapped(value), _wrapped(_matched(wanted[at], value)))
            if verdict is not None:
                return Difference([rows[at]], fixed, wanted[at], value, 0, verdict.text)
        return None

    def _raising(self, raising: list[tuple[Any, Exception]], fixed: Fixed) -> Difference | None:
        """Find a row on which Python raised and Go does not."""
        for row, error in raising[:_RAISING]:
            go = self._go([row], fixed)
            self.rows += 1
            if not isinstance(go, Exception) and 0 not in self._failed:
                return Difference([row], fixed, error, _values(go, 1)[0], 0)
            self._same.add(repr(row))
            self.raised += 1
            self.first_error = self.first_error or error
        return None

    # Calls

    def _python(self, rows: Rows, fixed: Fixed) -> tuple[Any] | None:
        """Call Python; return its result or exception in a tuple, None if it took too long."""
        try:
            # Inputs are made up here, so what Python warns of is nothing that the user did.
            with _limited(_PYTHON), warnings.catch_warnings(action="ignore"):
                return (self.subject.python(rows, fixed),)
        except TooLong:
            self.left_out += len(rows)
            return None
        except Exception as error:
            return (error,)

    def _go(self, rows: Rows, fixed: Fixed) -> Any:
        """Call Go; return its result or exception. Rows whose error it returned are in `_failed`."""
        self._failed: dict[int, Exception] = {}
        reported = self.subject.by_row and self.subject.info.error
        options: dict[str, Any] = {"errors": "report"} if reported else {}
        try:
            result = self.subject.go(rows, fixed, timeout=_GO, **options)
        except _RAISED as error:
            return error
        except ArgumentTypeError as error:  # such as text that is no UTF-8
            if not str(error).startswith(_RESULT):
                raise
            return error
        if not reported:
            return result
        result, report = result
        table = report.to_pydict()
        for row, message in zip(table["row"], table["message"], strict=True):
            self._failed[int(row)] = GoError(str(message))
        return result

    # What is required

    def _wanted(self, rows: Rows, fixed: Fixed) -> Rows:
        if self.requires is None or not rows:
            return rows
        try:
            args = self.subject._columns(rows, fixed, "arrow")
            held = self.requires(*args, timeout=_GO).to_pylist()
        except _RAISED:
            if len(rows) == 1:
                self.unwanted += 1
                return []
            half = len(rows) // 2
            return self._wanted(rows[:half], fixed) + self._wanted(rows[half:], fixed)
        wanted = [row for row, holds in zip(rows, held, strict=True) if holds]
        self.unwanted += len(rows) - len(wanted)
        return wanted

    def _fulfils(self, rows: Rows, fixed: Fixed) -> bool:
        """Ask Go whether whole columns, or each of their rows, are what the function requires."""
        try:
            args = self.subject._columns(rows, fixed, "arrow")
            held = self.requires(*args, timeout=_GO)
        except _RAISED:
            return False
        return bool(held) if isinstance(held, bool) else all(held.to_pylist())


def _verdict(go: Any, python: Any) -> Verdict | None:
    """Return how two results differ, None if they do not: zeros of another sign do."""
    verdict = judge(go, python)
    signs = "zeros of another sign" in verdict.text
    return None if verdict.equal and not signs else verdict


def _same_column(go: Any, python: list[Any]) -> bool:
    """Tell whether one column of results is that of Python; else each row is looked at."""
    if not hasattr(go, "to_pylist") or hasattr(go, "column_names"):
        return False
    return judge(go, python) is SAME


def _values(go: Any, count: int) -> list[Any]:
    """Return each row's result."""
    if isinstance(go, tuple):
        return list(zip(*(_values(one, count) for one in go), strict=True))
    return list(go.to_pylist())


def _wrapped(value: Any) -> Any:
    """Make columns of one row: in them a NaN is not missing."""
    if isinstance(value, dict):
        return {name: _wrapped(one) for name, one in value.items()}
    if isinstance(value, tuple):
        return tuple(_wrapped(one) for one in value)
    return [value]


def _matched(python: Any, go: Any) -> Any:
    """Name the parts of a tuple as Go's struct does, and make a dict of a dataclass."""
    import dataclasses

    if dataclasses.is_dataclass(python) and not isinstance(python, type):
        python = {one.name: getattr(python, one.name) for one in dataclasses.fields(python)}
    if isinstance(go, dict) and isinstance(python, tuple) and not hasattr(python, "_fields"):
        return dict(zip(go, python, strict=len(go) == len(python)))
    if isinstance(go, tuple) and isinstance(python, list):
        return tuple(python)
    return python


@contextmanager
def _limited(most: float) -> Iterator[None]:
    """Stop Python after some seconds, where that can be done: in the main thread, where there are timers."""
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def stop(*_: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    began = time.monotonic()
    left, every = signal.setitimer(signal.ITIMER_REAL, most)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:
            signal.setitimer(
                signal.ITIMER_REAL, max(1e-6, left - (time.monotonic() - began)), every
            )
