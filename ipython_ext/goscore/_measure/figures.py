"""The figures of a comparison."""

from __future__ import annotations

import math
import time
from itertools import pairwise

from . import samples
from .contender import GO, Contender
from .contest import Contest
from .equality import Verdict


class Figures:
    """The figures of a `Comparison`, which documents them."""

    def __init__(self, contest: Contest) -> None:
        self.contenders = contest.contenders
        self.budget = contest.budget
        self.passed = [samples.type_name(value) for value in contest.args]
        self.whole = samples.length(contest.args)
        self.seconds = time.perf_counter() - contest.began
        python, go = self.contenders[:2]
        both = sorted(python.measured.keys() & go.measured.keys())
        self.rows = both[-1] if both else 0
        self.verdicts = {
            contender.name: verdict
            for contender in self.contenders
            if (verdict := _worst(contender))
        }
        verdict = self.verdicts.get(GO)
        self.equal: bool | None = verdict.equal if verdict else None
        times = [(rows, python.measured[rows].median, go.measured[rows].median) for rows in both]
        self.break_even = crossing(times)
        self.break_even_with_compile = crossing(
            [(rows, python, go + self.compile) for rows, python, go in times]
        )

    @property
    def compile(self) -> float:
        """Seconds that Go's compiler took, once."""
        return self.contenders[1].compile

    @property
    def repaid(self) -> int | None:
        """The number of calls on the most rows that repay compiling; None where no call gains."""
        python, go = (one.measured[self.rows].median for one in self.contenders[:2])
        return math.ceil(self.compile / (python - go)) if python > go else None

    @property
    def sizes(self) -> list[int]:
        """The numbers of rows that any contender ran."""
        return sorted({rows for contender in self.contenders for rows in contender.measured})

    def speed_up(self, contender: Contender, rows: int) -> float | None:
        """Return how many times as fast as Python a contender is."""
        python = self.contenders[0].measured.get(rows)
        other = contender.measured.get(rows)
        if python is None or other is None or not other.median:
            return None
        return python.median / other.median


def crossing(times: list[tuple[int, float, float]]) -> int | None:
    """Return the number of rows from which the second time is below the first.

    Parameters
    ----------
    times : list of (int, float, float)
        Measured times at growing numbers of rows. The logarithms are
        interpolated linearly.

    Returns
    -------
    int or None
        The smallest measured number if the second time is below from there;
        None if it never is.
    """
    if times and times[0][2] < times[0][1]:
        return times[0][0]
    for (fewer, *before), (more, *after) in pairwise(times):
        if after[1] < after[0]:
            above, below = (math.log(go / python) for python, go in (before, after))
            part = above / (above - below)
            return math.ceil(math.exp(math.log(fewer) * (1 - part) + math.log(more) * part))
    return None


def _worst(contender: Contender) -> Verdict | None:
    """Return the verdict on all sizes: the first that differs, else the largest difference."""
    verdicts = [runs.verdict for _, runs in sorted(contender.measured.items()) if runs.verdict]
    return max(verdicts, key=lambda verdict: verdict.rank, default=None)
