"""A contender of a comparison, and the cost of its runs at each size."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from .._run.receipt import Receipt
from .equality import Verdict

_SHORTEST = 0.1  # s; the system's clock of CPU time is too coarse for less
_STEEPEST = 3.0  # a contender's time is assumed to grow at most with the cube of its rows


@dataclass
class Measured:
    """A contender's runs at one size.

    Attributes
    ----------
    rows : int
    seconds : list of float
        Without the first run, unless there was no time for another.
    cpu, counted : float
        CPU time of all processes, and the seconds in which it was measured.
    memory : int or None
        Peak of the first run above the memory in use before it, in bytes.
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
        """The average number of busy cores; None if the runs were too short to tell."""
        return self.cpu / self.counted if self.counted >= _SHORTEST else None

    def part(self, name: str) -> float:
        """Return the median of a part of goscore's time."""
        return float(median(getattr(receipt, name) for receipt in self.receipts))


@dataclass
class Contender:
    """A function that takes part in a comparison.

    Attributes
    ----------
    name : str
    function : callable
    label : str
        The user's name for it.
    opening : callable, optional
        Replaces the function in the very first call.
    first : float
        Seconds of the very first call, which is not among the runs.
    compile : float
        Seconds of it that Go's compiler took.
    returned : str
        The type of its results, in words.
    stopped : str
        The reason why it no longer takes part.
    measured : dict of int to Measured
        By the number of rows.
    error : Exception or None
        The last that it raised.
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
        """Return the expected seconds of a run.

        Parameters
        ----------
        rows : int
        first : float
            Seconds of the first run, for the size that has no other yet.
        """
        known = [(size, min(runs.seconds, default=first)) for size, runs in self.measured.items()]
        return extrapolated(known, rows) if known else first


def extrapolated(known: list[tuple[int, float]], rows: int) -> float:
    """Return the seconds for so many rows, extrapolated from the two largest known sizes.

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
