"""A call that runs again with its steps recorded: on all of its rows, or on one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from .._data import columns as takes
from .._errors import ArgumentValueError, GoError, GoPanic, GoscoreError
from .prepare import Call, prepare
from .signature import CallOptions

if TYPE_CHECKING:
    from .._protocol.functions import FunctionInfo
    from .._trace.trace import Trace

    Tracing = Callable[[FunctionInfo, list[Any], CallOptions], Trace]

CHANGED = "It did not fail this time: the data has changed since the call."


class Replay:
    """The rows of a call that failed, to be traced; the columns are the caller's own.

    Parameters
    ----------
    info, values, options
        Of the call.
    rows : sequence of int
        Positions of those that failed; none where the call failed as a whole.
    trace : callable
        What runs it again.
    """

    def __init__(
        self,
        info: FunctionInfo,
        values: list[Any],
        options: CallOptions,
        rows: Sequence[int],
        trace: Tracing,
    ) -> None:
        self.info, self.values, self.options, self.rows = info, values, options, rows
        self._trace = trace

    def __call__(self, which: int = 0) -> Trace:
        """Trace one of the rows that failed, the first one if no number is given."""
        options = CallOptions(**{**vars(self.options), "errors": "raise", "begin": 0})
        values = self.values
        if len(self.rows):
            if not isinstance(which, int) or not -len(self.rows) <= which < len(self.rows):
                raise ArgumentValueError(
                    f"trace: there is no failed row {which!r}; {len(self.rows):,} are kept, counted from 0"
                )
            values = rows_of(self.info, values, options, int(self.rows[which]))
        traced = self._trace(self.info, values, options)
        if traced.error is None:
            traced.note = CHANGED
        return traced


def attached(error: GoscoreError, call: Call, rows: Sequence[int], trace: Tracing) -> GoscoreError:
    """Give an error that a function raised its `trace`."""
    if isinstance(error, GoPanic | GoError) and (replay := _of(call, rows, trace)):
        error.replay = replay
    return error


def reported(frame: Any, call: Call, rows: Sequence[int], trace: Tracing) -> Any:
    """Give a report of failed rows its `trace`, if frames of its library take one."""
    if len(frame) and (replay := _of(call, rows, trace)):
        with suppress(AttributeError, TypeError):  # those of Arrow and plain dicts take none
            frame.trace = replay
    return frame


def _of(call: Call, rows: Sequence[int], trace: Tracing) -> Replay | None:
    if call.values is None or call.info.builtin:
        return None
    by_row = call.info.kind not in ("vector", "aggregate") and not call.keys
    return Replay(call.info, call.values, call.options, rows if by_row else [], trace)


def rows_of(info: FunctionInfo, values: list[Any], options: CallOptions, row: int) -> list[Any]:
    """Return the arguments of one row; a scan needs those before it, too.

    Raises
    ------
    ArgumentValueError
        There is no such row, or the function sees columns as a whole.
    """
    call = prepare(info, values, options)
    if info.kind in ("vector", "aggregate") or options.by is not None:
        raise ArgumentValueError(f"{info.name} sees whole columns or groups, not one row")
    first = 0 if info.kind == "scan" else row
    out = []
    for bound, parameter, value in zip(call.arguments, info.parameters, values, strict=True):
        if parameter.table is not None or not bound.library or call.single:
            out.append(value)
            continue
        count = bound.rows or 0
        if not 0 <= row < count:
            raise ArgumentValueError(
                f"trace: {bound.label} has {count:,} rows now, and no row {row:,}"
            )
        out.append(_part(value, first, row + 1))
    return out


def position(info: FunctionInfo, values: list[Any], options: CallOptions, label: Any) -> int:
    """Return where the row is that has a label: of a pandas index, else its position.

    Raises
    ------
    ArgumentValueError
        There is none, or several.
    """
    call = prepare(info, values, options)
    indexed = next((column.index for column in call.columns if column.index is not None), None)
    if indexed is not None:
        labels = list(takes.values(indexed))
        found = [at for at, value in enumerate(labels) if value == label]
        if len(found) == 1:
            return found[0]
        how = "no row" if not found else f"{len(found):,} rows"
        raise ArgumentValueError(f"at_row: the index has {how} {label!r}")
    if isinstance(label, bool) or not isinstance(label, int | np.integer):
        raise ArgumentValueError(
            f"at_row: a row without an index is a number from 0, not {label!r}"
        )
    return int(label)


def _part(value: Any, first: int, last: int) -> Any:
    if isinstance(value, dict):
        return {name: _part(column, first, last) for name, column in value.items()}
    if hasattr(value, "iloc"):
        return value.iloc[first:last]
    if callable(getattr(value, "slice", None)):
        return value.slice(first, last - first)
    return value[first:last]
