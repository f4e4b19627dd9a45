"""All contenders on the same rows, in turn, at growing sizes, within a budget of seconds."""

from __future__ import annotations

import gc
import math
import os
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from .._display import seconds
from .._errors import ArgumentValueError
from .._run import receipt as receipts
from .._run.receipt import Receipt
from . import processes, samples
from .contender import Contender, Measured
from .equality import judged
from .sampler import Sampler

_FEWEST_ROUNDS, _MOST_ROUNDS = 3, 21
_GOAL = 0.01  # of the budget, for each contender at each size; more at the last
_FIRST_RUNS = 0.8  # of what is left of the budget: predictions may be wrong
_ROUNDS, _LAST_ROUNDS = 0.25, 0.9  # of what is left of the budget, for the other runs
_LEAST_ROUNDS, _MARGIN = 0.05, 1.3
_COUNTED = 2e-3  # s; of shorter runs, reading the CPU time would take longer than they do
_SAMPLED = 0.1  # of a first run, for it may be the only one and counts then
_PAUSE = 0.005  # s, so that no contender pays for another's threads going to sleep
_PAUSED = 0.02  # s; shorter runs are too many for pauses
_MANY = 100_000  # rows; what is left of fewer is no matter for the memory
_ENOUGH = 1000  # rows; a function may need more than a few, for example to fill a window


@dataclass
class Contest:
    """Runs contenders; the first gives the results that all others should give."""

    contenders: list[Contender]
    args: Sequence[Any]
    budget: float
    began: float = field(default_factory=time.perf_counter)

    @property
    def left(self) -> float:
        """Seconds of the budget."""
        return self.began + self.budget - time.perf_counter()

    def run(self) -> None:
        """Run all sizes that fit into the budget.

        Raises
        ------
        ArgumentValueError
            A contender changes its arguments.
        """
        sizes = samples.sizes(samples.length(self.args))
        with Sampler(_SAMPLED) if processes.readable() else nullcontext() as sampler:
            for rows in sizes:
                if rows >= _MANY:
                    gc.collect()
                args = samples.first(self.args, rows)
                taking_part = self._admitted(rows)
                firsts = self._first_runs(taking_part, args, rows, sampler)
                self._rounds(firsts, args, rows, last=rows == sizes[-1])

    def _admitted(self, rows: int) -> list[Contender]:
        """Choose the contenders whose first run fits into the budget; the quick ones come first."""
        left = self.left * _FIRST_RUNS
        admitted = []
        present = [one for one in self.contenders if not one.stopped]
        for one in sorted(present, key=lambda one: one.predicted(rows)):
            expected = one.predicted(rows)
            if one.measured and expected > left:
                one.stopped = f"{rows:,} rows would take it about {seconds(expected)}"
            else:
                left -= expected
                admitted.append(one)
        return [one for one in self.contenders if one in admitted]

    def _first_runs(
        self, taking_part: list[Contender], args: list[Any], rows: int, sampler: Sampler | None
    ) -> list[tuple[Contender, float]]:
        """Run each once, for its result and its memory; return those that did, and their seconds."""
        expected: Any = None
        ran = []
        for one in taking_part:
            try:
                found, seconds = _first_run(one, args, rows, sampler)
            except Exception as error:
                one.error = error
                if one.measured or rows >= _ENOUGH or isinstance(error, ArgumentValueError):
                    one.stopped = f"{rows:,} rows: {type(error).__name__}: {_shortened(error)}"
                continue
            ran.append((one, seconds))
            one.returned = samples.described(found)
            if one is self.contenders[0]:
                expected = (found,)
            elif expected:
                one.measured[rows].verdict = judged(found, expected[0])
            del found
        return ran

    def _rounds(
        self, firsts: list[tuple[Contender, float]], args: list[Any], rows: int, last: bool
    ) -> None:
        """Time all of them in turn, as often as makes sense and the budget allows."""
        goal = self.budget * _GOAL * (3 if last else 1)
        ends = time.perf_counter() + (self.left * _LAST_ROUNDS if last else self._spare(firsts))
        for turn in range(_MOST_ROUNDS):
            start = turn % max(1, len(firsts))
            for one, first in firsts[start:] + firsts[:start]:
                runs = one.measured[rows]
                if turn and (len(runs.seconds) < turn or _enough(runs, goal)):
                    continue
                usual = min(runs.seconds) if turn else first
                if time.perf_counter() + usual < ends:
                    if not turn:  # what the first run found cold is not what it costs
                        runs.receipts.clear()
                    _timed(one, args, runs, usual)
        for one, first in firsts:
            one.measured[rows].seconds = one.measured[rows].seconds or [first]

    def _spare(self, firsts: list[tuple[Contender, float]]) -> float:
        """Return the seconds that rounds may take now, so that all rows still fit in afterwards."""
        whole = samples.length(self.args) or 1
        allowed = self.left * _FIRST_RUNS
        needed = 0.0
        for expected in sorted(one.predicted(whole, first) for one, first in firsts):
            if needed + expected <= allowed:
                needed += expected
        return max(min(self.left * _ROUNDS, allowed - needed * _MARGIN), self.left * _LEAST_ROUNDS)


def _enough(runs: Measured, goal: float) -> bool:
    return len(runs.seconds) >= _FEWEST_ROUNDS and sum(runs.seconds) >= goal


def _first_run(
    one: Contender, args: list[Any], rows: int, sampler: Sampler | None
) -> tuple[Any, float]:
    """Run a contender for its result; return that and the seconds without compiling."""
    if math.isnan(one.first):
        return _opening(one, args, rows)
    before = sampler.start() if sampler else 0
    begin = time.perf_counter()
    try:
        found, receipt = _run(one.function, args)
    finally:
        seconds = time.perf_counter() - begin
        peak = sampler.stop() if sampler else 0
    runs = one.measured[rows] = Measured(rows, receipts=receipt)
    runs.memory = max(0, peak - before) if sampler else None
    return found, seconds


def _opening(one: Contender, args: list[Any], rows: int) -> tuple[Any, float]:
    """Make the very first call, on copies of a few rows."""
    given, kept = samples.copied(args), samples.copied(args)
    begin = time.perf_counter()
    found, receipt = _run(one.opening or one.function, given)
    one.first = time.perf_counter() - begin
    samples.refuse_changes(one.label, given, kept)
    one.compile = sum(part.compile for part in receipt)
    one.measured[rows] = Measured(rows, receipts=receipt)
    return found, one.first - one.compile


def _timed(one: Contender, args: list[Any], runs: Measured, usual: float) -> None:
    """Run a contender once more, for its time."""
    counted = usual >= _COUNTED and processes.readable()
    if usual >= _PAUSED:
        time.sleep(_PAUSE)
    before = processes.cpu_seconds(os.getpid()) if counted else 0.0
    begin = time.perf_counter()
    found, receipt = _run(one.function, args)
    seconds = time.perf_counter() - begin
    if counted:
        runs.cpu += processes.cpu_seconds(os.getpid()) - before
        runs.counted += seconds
    del found
    runs.seconds.append(seconds)
    runs.receipts += receipt


def _run(function: Callable[..., Any], args: list[Any]) -> tuple[Any, list[Receipt]]:
    """Call a function; return its result, and the receipt that it left, if it runs Go."""
    before = receipts.last
    found = function(*args)
    after = receipts.last
    return found, [] if after is None or after is before else [after]


def _shortened(error: Exception) -> str:
    """Return the beginning of what an error says: some show whole columns."""
    return " ".join(str(error).split())[:200]
