"""Runs all contenders in turn, on growing numbers of rows, within a budget of seconds."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from .._display import seconds
from .._errors import ArgumentTypeError, ArgumentValueError
from . import processes, samples
from .contender import Contender, Measured
from .equality import judge
from .runs import shortened, timed
from .sampler import Sampler

_FEWEST_ROUNDS, _MOST_ROUNDS = 3, 21
_GOAL = 0.01  # of the budget, for each contender at each size; more at the last size
_FIRST_RUNS = 0.8  # of the remaining budget, since predictions may be wrong
_ROUNDS, _LAST_ROUNDS = 0.25, 0.9  # of the remaining budget, for the other runs
_LEAST_ROUNDS, _MARGIN = 0.05, 1.3
_COUNTED = 2e-3  # s; reading the CPU time takes longer than shorter runs do
_SAMPLED = 0.1  # of the time of a first run, which may be the only one that counts
_PAUSE = 0.005  # s, so that no contender pays for another's threads going to sleep
_PAUSED = 0.02  # s; there are too many shorter runs for pauses
_MANY = 100_000  # rows; garbage of fewer does not disturb the memory's figures
_ENOUGH = 1000  # rows; on fewer a function may fail, for example to fill a window


@dataclass
class Contest:
    """Runs contenders. The results of the first are the expected ones."""

    contenders: list[Contender]
    args: Sequence[Any]
    budget: float
    began: float = field(default_factory=time.perf_counter)

    @property
    def left(self) -> float:
        """Remaining seconds of the budget."""
        return self.began + self.budget - time.perf_counter()

    def run(self) -> None:
        """Run all sizes that fit into the budget.

        Raises
        ------
        ArgumentTypeError
            Go ran in the first contender, and not in the second.
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
        """Return the contenders whose first run fits into the budget, admitting the quick ones first."""
        left = self.left * _FIRST_RUNS
        admitted = []
        present = [contender for contender in self.contenders if not contender.stopped]
        for contender in sorted(present, key=lambda contender: contender.predicted(rows)):
            expected = contender.predicted(rows)
            if contender.measured and expected > left:
                contender.stopped = f"{rows:,} rows would take it about {seconds(expected)}"
            else:
                left -= expected
                admitted.append(contender)
        return [contender for contender in self.contenders if contender in admitted]

    def _first_runs(
        self, taking_part: list[Contender], args: list[Any], rows: int, sampler: Sampler | None
    ) -> list[tuple[Contender, float]]:
        """Run each once, for its result and memory; return those that succeeded, with their seconds."""
        expected: Any = None
        ran = []
        for contender in taking_part:
            try:
                result, seconds = _first_run(contender, args, rows, sampler)
            except Exception as error:
                contender.error = error
                if contender.measured or rows >= _ENOUGH or isinstance(error, ArgumentValueError):
                    contender.stopped = f"{rows:,} rows: {type(error).__name__}: {shortened(error)}"
                continue
            ran.append((contender, seconds))
            contender.returned = samples.type_name(result)
            if contender is self.contenders[0]:
                expected = (result,)
            elif expected:
                contender.measured[rows].verdict = judge(result, expected[0])
            del result
        self._refuse_swapped()
        return ran

    def _refuse_swapped(self) -> None:
        """Refuse the two if Go ran in the first alone."""
        python, go = (
            [runs.receipts for runs in contender.measured.values()]
            for contender in self.contenders[:2]
        )
        if python and go and any(python) and not any(go):
            first, second = (contender.label for contender in self.contenders[:2])
            raise ArgumentTypeError(
                f"compare takes the Python function first, but Go ran in {first}, and not in {second}"
            )

    def _rounds(
        self, firsts: list[tuple[Contender, float]], args: list[Any], rows: int, last: bool
    ) -> None:
        """Time all of them in turn, until more rounds add nothing or the budget ends."""
        goal = self.budget * _GOAL * (3 if last else 1)
        ends = time.perf_counter() + (self.left * _LAST_ROUNDS if last else self._spare(firsts))
        for turn in range(_MOST_ROUNDS):
            start = turn % max(1, len(firsts))
            for contender, first in firsts[start:] + firsts[:start]:
                runs = contender.measured[rows]
                if turn and (len(runs.seconds) < turn or _has_enough(runs, goal)):
                    continue
                estimate = min(runs.seconds) if turn else first
                if time.perf_counter() + estimate < ends:
                    if not turn:  # the first run had cold caches
                        runs.receipts.clear()
                    if estimate >= _PAUSED:
                        time.sleep(_PAUSE)
                    counted = estimate >= _COUNTED and processes.readable()
                    runs.add(contender.function, args, with_cpu=counted)
        for contender, first in firsts:
            contender.measured[rows].seconds = contender.measured[rows].seconds or [first]

    def _spare(self, firsts: list[tuple[Contender, float]]) -> float:
        """Return the seconds for rounds now that leave enough for all rows afterwards."""
        whole = samples.length(self.args) or 1
        allowed = self.left * _FIRST_RUNS
        needed = 0.0
        for expected in sorted(contender.predicted(whole, first) for contender, first in firsts):
            if needed + expected <= allowed:
                needed += expected
        return max(min(self.left * _ROUNDS, allowed - needed * _MARGIN), self.left * _LEAST_ROUNDS)


def _has_enough(runs: Measured, goal: float) -> bool:
    return len(runs.seconds) >= _FEWEST_ROUNDS and sum(runs.seconds) >= goal


def _first_run(
    contender: Contender, args: list[Any], rows: int, sampler: Sampler | None
) -> tuple[Any, float]:
    """Run a contender for its result; return it, and the seconds without compiling."""
    if math.isnan(contender.first):
        return _opening(contender, args, rows)
    before = sampler.start() if sampler else 0
    try:
        result, seconds, receipt = timed(contender.function, args)
    finally:
        peak = sampler.stop() if sampler else 0
    runs = contender.measured[rows] = Measured(rows=rows, receipts=receipt)
    runs.memory = max(0, peak - before) if sampler else None
    return result, seconds


def _opening(contender: Contender, args: list[Any], rows: int) -> tuple[Any, float]:
    """Make the very first call, on copies of a few rows."""
    passed, before = samples.copied(args), samples.copied(args)
    result, contender.first, receipt = timed(contender.opening or contender.function, passed)
    samples.refuse_changes(contender.label, passed, before)
    contender.compile = sum(part.compile for part in receipt)
    contender.measured[rows] = Measured(rows=rows, receipts=receipt)
    return result, contender.first - contender.compile
