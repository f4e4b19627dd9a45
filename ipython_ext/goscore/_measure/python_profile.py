"""Where a Python function's time goes: computing or waiting, and in which of its lines."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import samples
from .contender import extrapolated
from .python_lines import Line, Trace

_LONG = 0.3  # s; a run that is long enough
_MEANT, _MOST_RUNS = 0.015, 20  # s of runs, and how many at most
_FEWEST_RUNS = 3
_LONGEST = 1.5  # s; no run is expected to take longer
_TRACED = (1_000, 10_000)  # rows on which lines are counted
_FEW = 10  # rows, where there are not that many


@dataclass
class Profile:
    """What was measured of a function.

    Attributes
    ----------
    whole : int or None
        Rows of its arguments; None when they have none.
    rows : int
        The most that it was run on.
    seconds : float
        Of a call on these.
    expected : float
        Of a call on all, from the growth so far.
    waiting : float
        The part of its time in which it neither computed nor waited for a core.
    cores : float
        CPU time by time.
    lines : float
        Lines of Python that a call on all executes.
    all_lines : bool
        Whether they could be counted to the end.
    lines_per_row : float or None
        How many more they get with each row.
    each : float
        Seconds for each of the lines.
    hot : list of Line
        The user's lines that take most of the time.
    """

    whole: int | None
    rows: int = 0
    seconds: float = 0.0
    expected: float = 0.0
    waiting: float = 0.0
    cores: float = 0.0
    lines: float = 0.0
    all_lines: bool = True
    lines_per_row: float | None = None
    each: float = 0.0
    hot: list[Line] = field(default_factory=list)


def measured(function: Callable[..., Any], args: Sequence[Any]) -> Profile:
    """Time a function on growing numbers of rows; how much of that it waits."""
    made = Profile(samples.length(args))
    known: list[tuple[int, float]] = []
    sizes = samples.sizes(made.whole)
    given = samples.copied(samples.first(args, sizes[0]))
    kept = samples.copied(given)
    clock = _Clock()
    with clock.run():
        function(*given)
    samples.refuse_changes(getattr(function, "__name__", "the function"), given, kept)
    for rows in sizes:
        if known and extrapolated(known, rows) > _LONGEST:
            break
        given = samples.first(args, rows)
        if known or clock.best.seconds < _LONG:  # the very first call may import and compile
            clock = _Clock()
        while clock.more():
            with clock.run():
                function(*given)
        best = clock.best
        made.rows, made.seconds, made.waiting = rows, best.seconds, best.waiting
        made.cores = best.cpu / best.seconds
        known.append((rows, made.seconds))
        if made.seconds >= _LONG:
            break
    made.expected = extrapolated(known, made.whole or made.rows)
    return made


@dataclass
class _Run:
    """A run's time, its CPU time in this process and its ended children, and the time it had no core."""

    seconds: float
    cpu: float
    queued: float

    @property
    def waiting(self) -> float:
        return max(0.0, 1 - (self.cpu + self.queued) / max(self.seconds, 1e-9))


class _Clock:
    """Times runs; the fastest counts, for it was disturbed least."""

    def __init__(self) -> None:
        self.runs: list[_Run] = []

    def more(self) -> bool:
        """Tell whether another run makes the figures better."""
        passed = sum(run.seconds for run in self.runs)
        if len(self.runs) == 1 and passed < _LONGEST and self.best.waiting > 0.1:
            return True  # the whole machine may have stood still
        few = len(self.runs) < _FEWEST_RUNS and passed < _LONG
        return few or (passed < _MEANT and len(self.runs) < _MOST_RUNS)

    @property
    def best(self) -> _Run:
        return min(self.runs, key=lambda run: run.seconds)

    @contextmanager
    def run(self) -> Iterator[None]:
        """Time a run."""
        queued, cpu, began = _queued(), _cpu(), time.perf_counter()
        yield
        seconds = time.perf_counter() - began
        self.runs.append(_Run(seconds, _cpu() - cpu, _queued() - queued))


def _cpu() -> float:
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def _queued() -> float:
    """Return the seconds for which this thread could have run and had no core; 0 where nobody says."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) * 1e-9
    except (OSError, IndexError, ValueError):
        return 0.0


def count_lines(function: Callable[..., Any], args: Sequence[Any], made: Profile) -> None:
    """Count the lines of Python that a call executes, on fewer rows and on more.

    A loop executes some for each row; what NumPy or pandas do for all rows
    at once does not.
    """
    sizes = sorted({min(rows, made.rows) for rows in _TRACED})
    if len(sizes) == 1 and made.whole:
        sizes = sorted({min(_FEW, made.rows), *sizes})
    traces = [_traced(function, args, rows) for rows in sizes]
    last = traces[-1]
    made.lines, made.all_lines, made.hot = last.lines, last.complete, last.hottest()
    if made.whole and len(traces) > 1 and last.complete:
        made.lines_per_row = (last.lines - traces[0].lines) / (sizes[-1] - sizes[0])
        made.lines += made.lines_per_row * (made.whole - sizes[-1])
    elif made.whole:
        made.lines_per_row = traces[0].lines / max(sizes[0], 1)
        made.lines, made.all_lines = made.lines_per_row * made.whole, traces[0].complete
    counted = made.lines * made.rows / made.whole if made.whole else made.lines
    made.each = made.seconds / max(counted, 1) if made.all_lines else last.each


def _traced(function: Callable[..., Any], args: Sequence[Any], rows: int) -> Trace:
    given = samples.copied(samples.first(args, rows))
    with Trace() as trace:
        function(*given)
    return trace
