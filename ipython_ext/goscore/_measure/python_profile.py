"""How much of a Python function's time is waiting, and which lines take it."""

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

_LONG = 0.3  # s; such a run is long enough
_ENOUGH, _MOST_RUNS = 0.015, 20  # s of runs, and their largest number
_FEWEST_RUNS = 3
_LONGEST = 1.5  # s; a size is skipped if its run would take longer
_TRACED = (1_000, 10_000)  # rows on which lines are counted
_FEW = 10  # rows on which they are counted if there are fewer than those


@dataclass
class Profile:
    """The measurements of a function.

    Attributes
    ----------
    whole : int or None
        Rows of its arguments; None if they have none.
    rows : int
        The most rows that it ran on.
    seconds : float
        Time of a call on these.
    expected : float
        Expected time of a call on all rows.
    waiting : float
        The part of the time in which it neither computed nor waited for a core.
    cores : float
        CPU time divided by time.
    lines : float
        Lines of Python that a call on all rows executes.
    all_lines : bool
        Whether all lines were counted.
    lines_per_row : float or None
        Additional lines for each row.
    each : float
        Seconds for each line.
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


def measure(function: Callable[..., Any], args: Sequence[Any]) -> Profile:
    """Measure a function's time and waiting on growing numbers of rows."""
    profile = Profile(samples.length(args))
    known: list[tuple[int, float]] = []
    sizes = samples.sizes(profile.whole)
    sample = samples.copied(samples.first(args, sizes[0]))
    before = samples.copied(sample)
    clock = _Clock()
    with clock.run():
        function(*sample)
    samples.refuse_changes(getattr(function, "__name__", "the function"), sample, before)
    for rows in sizes:
        if known and extrapolated(known, rows) > _LONGEST:
            break
        sample = samples.first(args, rows)
        if known or clock.best.seconds < _LONG:  # the very first call may import and compile
            clock = _Clock()
        while clock.more():
            with clock.run():
                function(*sample)
        best = clock.best
        profile.rows, profile.seconds, profile.waiting = rows, best.seconds, best.waiting
        profile.cores = best.cpu / best.seconds
        known.append((rows, profile.seconds))
        if profile.seconds >= _LONG:
            break
    profile.expected = extrapolated(known, profile.whole or profile.rows)
    return profile


@dataclass
class _Run:
    """The time of a run, its CPU time in this process and its ended children, and its time without a core."""

    seconds: float
    cpu: float
    queued: float

    @property
    def waiting(self) -> float:
        return max(0.0, 1 - (self.cpu + self.queued) / max(self.seconds, 1e-9))


class _Clock:
    """Times runs. The fastest counts, since it was disturbed least."""

    def __init__(self) -> None:
        self.runs: list[_Run] = []

    def more(self) -> bool:
        """Return whether another run would improve the figures."""
        passed = sum(run.seconds for run in self.runs)
        if len(self.runs) == 1 and passed < _LONGEST and self.best.waiting > 0.1:
            return True  # the whole machine may have been suspended
        few = len(self.runs) < _FEWEST_RUNS and passed < _LONG
        return few or (passed < _ENOUGH and len(self.runs) < _MOST_RUNS)

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
    """Return the seconds that this thread waited for a core; 0 where the system does not tell."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) * 1e-9
    except (OSError, IndexError, ValueError):
        return 0.0


def count_lines(function: Callable[..., Any], args: Sequence[Any], profile: Profile) -> None:
    """Count the lines of Python that a call executes, on two numbers of rows.

    A loop executes some for each row; operations of NumPy or pandas do not.
    """
    sizes = sorted({min(rows, profile.rows) for rows in _TRACED})
    if len(sizes) == 1 and profile.whole:
        sizes = sorted({min(_FEW, profile.rows), *sizes})
    traces = [_traced(function, args, rows) for rows in sizes]
    last = traces[-1]
    profile.lines, profile.all_lines, profile.hot = last.lines, last.complete, last.hottest()
    if profile.whole and len(traces) > 1 and last.complete:
        profile.lines_per_row = (last.lines - traces[0].lines) / (sizes[-1] - sizes[0])
        profile.lines += profile.lines_per_row * (profile.whole - sizes[-1])
    elif profile.whole:
        profile.lines_per_row = traces[0].lines / max(sizes[0], 1)
        profile.lines, profile.all_lines = profile.lines_per_row * profile.whole, traces[0].complete
    counted = profile.lines * profile.rows / profile.whole if profile.whole else profile.lines
    profile.each = profile.seconds / max(counted, 1) if profile.all_lines else last.each


def _traced(function: Callable[..., Any], args: Sequence[Any], rows: int) -> Trace:
    sample = samples.copied(samples.first(args, rows))
    with Trace() as trace:
        function(*sample)
    return trace
