"""The runs of a function: their times, CPU time, memory and receipts."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from .._run import receipt as receipts
from .._run.receipt import Receipt
from . import processes

_SHORTEST = 0.1  # s; the system's clock of CPU time is too coarse for less


@dataclass
class Runs:
    """The runs of a function on the same data.

    Attributes
    ----------
    seconds : list of float
    cpu, counted : float
        CPU time of all processes, and the seconds in which it was measured.
    memory : int or None
        Peak of one run above the memory in use before it, in bytes.
    receipts : list of Receipt
    """

    seconds: list[float] = field(default_factory=list)
    cpu: float = 0.0
    counted: float = 0.0
    memory: int | None = None
    receipts: list[Receipt] = field(default_factory=list)

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

    def add(self, function: Callable[..., Any], args: Sequence[Any], with_cpu: bool) -> None:
        """Run a function once more, and time it."""
        before = processes.cpu_seconds(os.getpid()) if with_cpu else 0.0
        result, seconds, receipt = timed(function, args)
        if with_cpu:
            self.cpu += processes.cpu_seconds(os.getpid()) - before
            self.counted += seconds
        del result
        self.seconds.append(seconds)
        self.receipts += receipt


def timed(function: Callable[..., Any], args: Sequence[Any]) -> tuple[Any, float, list[Receipt]]:
    """Call a function; return its result, the seconds, and its receipt if it runs Go."""
    before = receipts.last
    begin = time.perf_counter()
    result = function(*args)
    seconds = time.perf_counter() - begin
    after = receipts.last
    return result, seconds, [] if after is None or after is before else [after]


def shortened(error: Exception) -> str:
    """Return the beginning of an error's text: some show whole columns."""
    return " ".join(str(error).split())[:200]
