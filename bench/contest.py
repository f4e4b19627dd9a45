"""A workload: all contenders on the same data, checked, then timed in turn."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from goscore._measure.processes import readable
from goscore._measure.runs import Runs, shortened
from goscore._measure.sampler import Sampler

from . import noise

_MOST_ROUNDS = 31
_WARM_ROUNDS = 50  # short calls after each other
_SAMPLED = 3.0  # s; slower runs are not repeated for their memory alone
_PAUSE = 0.005  # s, so that no contender pays for the other's threads going to sleep


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Attributes
    ----------
    divisor : int
        Of the numbers of rows.
    rounds : int
        At least.
    seconds : float
        In which more rounds are run.
    """

    divisor: int = 1
    rounds: int = 7
    seconds: float = 3.0


QUICK = Size(divisor=10, rounds=2, seconds=0)


@dataclass
class Contender:
    """One way to do the work.

    Attributes
    ----------
    name : str
        Those that begin with ``goscore`` leave a receipt.
    run : callable
        Does the work, from the user's object to the user's object.
    absent : str
        Why it cannot take part; empty when it can.
    """

    name: str
    run: Callable[[], Any] = lambda: None
    absent: str = ""


@dataclass
class Target:
    """A figure to reach: a ratio of two contenders' times, or one's time.

    Attributes
    ----------
    row : str
        The workload, as the table names it.
    ours, other : str
        Names of contenders. Without *other*, the figure is the time of *ours* in ms.
    most : float
    """

    row: str
    ours: str
    other: str
    most: float


@dataclass(kw_only=True)
class Times(Runs):
    """The runs of one contender.

    Attributes
    ----------
    workload, name : str
    peer : bool
        Whether it does the work; what shows only a bound does not.
    """

    workload: str
    name: str
    peer: bool = True


@dataclass
class Row:
    """A line of the table.

    Attributes
    ----------
    row, against : str
    figure : float or None
        None when it could not be measured: *note* says why.
    unit : str
        Empty for ratios.
    least, most : float
    note : str
    ours, other : Times or None
        What the figure is made of.
    band : tuple of float or None
        Between which two ratios goscore's time lies to its own time.
    """

    row: str
    against: str
    figure: float | None
    most: float
    least: float = 0.0
    unit: str = ""
    note: str = ""
    ours: Times | None = None
    other: Times | None = None
    band: tuple[float, float] | None = None

    @property
    def holds(self) -> bool:
        return self.figure is not None and self.least <= self.figure <= self.most

    @property
    def fastest(self) -> float | None:
        """The figure of the fastest runs, which a busy machine disturbs less."""
        if self.unit or not self.ours or not self.other:
            return None
        return min(self.ours.seconds) / min(self.other.seconds)


@dataclass
class Results:
    """What a family of workloads gave.

    Attributes
    ----------
    rows : list of Row
    times : list of Times
    different : list of str
        Results that were not equal.
    """

    rows: list[Row] = field(default_factory=list)
    times: list[Times] = field(default_factory=list)
    different: list[str] = field(default_factory=list)

    def add(self, more: Results) -> None:
        self.rows += more.rows
        self.times += more.times
        self.different += more.different


def contest(
    workload: str,
    contenders: list[Contender],
    targets: list[Target],
    equal: Callable[[Any, Any], None],
    size: Size,
    warm: bool = False,
) -> Results:
    """Check that all contenders give the same, then time them in turn.

    Parameters
    ----------
    workload : str
    contenders : list of Contender
        The first that takes part gives the expected result.
    targets : list of Target
    equal : callable
        Raises AssertionError when a result differs from the expected one.
    size : Size
    warm : bool
        Whether calls follow each other without a pause, as in a loop.
    """
    results = Results()
    absent = {contender.name: contender.absent for contender in contenders if contender.absent}
    taking_part = [contender for contender in contenders if not contender.absent]
    times = {
        contender.name: Times(workload=workload, name=contender.name) for contender in taking_part
    }
    expected: Any = None
    with Sampler() as sampler:
        for contender in list(taking_part):
            try:
                result = _first(contender, times[contender.name], sampler)
                if expected is None:
                    expected = result
                equal(result, expected)
            except Exception as error:
                reason = f"{type(error).__name__}: {shortened(error)}"
                if contender.name.startswith("goscore") or isinstance(error, AssertionError):
                    results.different.append(f"{workload}: {contender.name}: {reason}")
                absent[contender.name] = reason
                taking_part.remove(contender)
    expected = result = None
    repeats = _WARM_ROUNDS if warm else 1
    begin = time.perf_counter()
    for turn in range(_MOST_ROUNDS):
        if turn >= size.rounds and time.perf_counter() - begin > size.seconds:
            break
        first = turn % max(1, len(taking_part))
        for contender in taking_part[first:] + taking_part[:first]:
            gc.collect()
            time.sleep(_PAUSE)
            for _ in range(repeats):
                times[contender.name].add(contender.run, (), with_cpu=not warm and readable())
    results.times = [times[contender.name] for contender in taking_part]
    results.rows = [_row(target, times, absent) for target in targets]
    if size.divisor == 1:
        runs = {contender.name: contender.run for contender in taking_part}
        for row in results.rows:
            if row.other and row.ours:
                row.band = noise.band(runs[row.ours.name])
    return results


def _first(contender: Contender, times: Times, sampler: Sampler) -> Any:
    """Run a contender for its result, and again for its memory."""
    begin = time.perf_counter()
    result = contender.run()
    if readable() and time.perf_counter() - begin < _SAMPLED:
        del result
        gc.collect()
        before = sampler.start()
        result = contender.run()
        times.memory = sampler.stop() - before
    return result


def _row(target: Target, times: dict[str, Times], absent: dict[str, str]) -> Row:
    row = Row(target.row, target.other, None, target.most, unit="" if target.other else "ms")
    for name in filter(None, (target.ours, target.other)):
        if name in absent:
            row.note = f"{name}: {absent[name]}"
            return row
    row.ours, row.other = times[target.ours], times.get(target.other)
    row.figure = row.ours.median / row.other.median if row.other else row.ours.median * 1000
    return row
