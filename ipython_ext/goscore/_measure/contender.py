"""A way to do the work, and what its runs cost at each size."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from .._run.receipt import Receipt
from .equality import Verdict

_MEANT = 0.1  # s; below, the system's clock of CPU time is too coarse
_STEEPEST = 3.0  # a contender's time is taken to grow no faster than the cube of its rows


@dataclass
class Measured:
    """A contender's runs at one size.

    Attributes
    ----------
    rows : int
    seconds : list of float
        The first run is not in it, unless there was time for no other.
    cpu, counted : float
        CPU time, of all processes, in the seconds that it was read for.
    memory : int or None
        How far the peak of the first run was above the memory in use before it, in bytes.
    receipts : list of Receipt
    verdict : Verdict or None
        Against Python's result.
    """

    rows: int
    seconds: list[float] = field(default_factory=list)
    cpu: float = 0.0
    counted: float = 0.0
    memory: int | None = None
    receipts: list[Receipt] = field(default_factory=list)
    verdict: Verdict | None = None

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def cores(self) -> float | None:
        """How many cores were at work; None when the runs were too short to tell."""
        return self.cpu / self.counted if self.counted >= _MEANT else None

    def part(self, name: str) -> float:
        """Return the median of a part of goscore's time."""
        return float(median(getattr(one, name) for one in self.receipts))


@dataclass
class Contender:
    """One way to do the work.

    Attributes
    ----------
    name : str
    function : callable
    label : str
        What the user calls it.
    opening : callable, optional
        Called in place of the very first call.
    first : float
        Seconds of the very first call, which is kept apart.
    compile : float
        Seconds of it that Go's compiler took.
    returned : str
        What its results are.
    stopped : str
        Why it takes no part any more.
    measured : dict of int to Measured
        By the number of rows.
    error : Exception or None
        What it raised.
    """

    name: str
    function: Callable[..., Any]
    label: str = ""
    opening: Callable[..., Any] | None = None
    first: float = math.nan
    compile: float = 0.0
    returned: str = ""
    stopped: str = ""
    measured: dict[int, Measured] = field(default_factory=dict)
    error: Exception | None = None

    def predicted(self, rows: int, first: float = 0.0) -> float:
        """Return the seconds that a run is going to take.

        Parameters
        ----------
        rows : int
        first : float
            Seconds of a first run that is all there is of the largest size.
        """
        known = [(size, min(runs.seconds, default=first)) for size, runs in self.measured.items()]
        return extrapolated(known, rows) if known else first


def extrapolated(known: list[tuple[int, float]], rows: int) -> float:
    """Return the seconds for so many rows, by the two largest sizes that are known.

    Parameters
    ----------
    known : list of (int, float)
        Rows and seconds; at least one.
    rows : int
    """
    *fewer, (most, last) = sorted(known)
    power = 1.0
    if fewer and fewer[-1][0] > 0 and fewer[-1][1] > 0 and last > 0:
        power = math.log(last / fewer[-1][1]) / math.log(most / fewer[-1][0])
    return float(last * (rows / max(most, 1)) ** min(max(power, 1.0), _STEEPEST))


PYTHON, GO = "Python", "Go"


PARTS = ("copy_in", "run", "copy_out", "other")
