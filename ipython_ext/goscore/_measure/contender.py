"""A contender of a comparison, and the cost of its runs at each size."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .equality import Verdict
from .runs import Runs

_STEEPEST = 3.0  # a contender's time is assumed to grow at most with the cube of its rows


@dataclass(kw_only=True)
class Measured(Runs):
    """A contender's runs at one size, without the first unless there was no time for another.

    Attributes
    ----------
    rows : int
    verdict : Verdict or None
        Against Python's result.
    """

    rows: int
    verdict: Verdict | None = None


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

PART_NAMES = {
    "copy_in": "copy in",
    "run": "run",
    "copy_out": "copy out",
    "other": "messages between processes",
}
