"""What `compare` found out."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from . import samples
from .contender import Contender, Measured
from .contest import Contest
from .equality import Verdict

PYTHON, GO = "Python", "Go"
PARTS = ("copy_in", "run", "copy_out", "other")


class Comparison:
    """Times of a Python function, its Go version and others, on growing numbers of rows.

    Displays as tables and a chart.

    Attributes
    ----------
    equal : bool or None
        Whether Go's results had the values of Python's at every size that
        both ran; None when there was no such size.
    break_even : int or None
        The number of rows from which Go is faster, once it is compiled; None
        when it never was on the rows that were measured.
    break_even_with_compile : int or None
        That number for a single call that is also compiled.
    verdicts : dict of str to Verdict
        How equal each contender's results were to Python's.
    rows : int
        The most that were measured with both Python and Go.
    seconds : float
        How long the comparison took.
    """

    def __init__(self, contest: Contest) -> None:
        self.contenders = contest.contenders
        self.budget = contest.budget
        self.passed = [samples.described(value) for value in contest.args]
        self.whole = samples.length(contest.args)
        self.seconds = time.perf_counter() - contest.began
        python, go = self.contenders[:2]
        both = sorted(python.measured.keys() & go.measured.keys())
        self.rows = both[-1] if both else 0
        self.verdicts = {one.name: found for one in self.contenders if (found := _worst(one))}
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
    def sizes(self) -> list[int]:
        """The numbers of rows that somebody ran."""
        return sorted({rows for one in self.contenders for rows in one.measured})

    def speed_up(self, one: Contender, rows: int) -> float | None:
        """Return how many times faster than Python a contender is."""
        python = self.contenders[0].measured.get(rows)
        own = one.measured.get(rows)
        if python is None or own is None or not own.median:
            return None
        return python.median / own.median

    def to_pandas(self) -> Any:
        """Return a DataFrame with a row for each contender and size.

        Times are medians in seconds; `compile` is spent once, by the first call.
        """
        import pandas as pd

        return pd.DataFrame([self._record(*pair) for pair in self._pairs()])

    def _pairs(self) -> Iterator[tuple[Contender, Measured]]:
        for one in self.contenders:
            for _, runs in sorted(one.measured.items()):
                yield one, runs

    def _record(self, one: Contender, runs: Measured) -> dict[str, Any]:
        seconds, verdict = runs.median, runs.verdict
        parts = {part: runs.part(part) if runs.receipts else None for part in PARTS}
        return {
            "contender": one.name,
            "rows": runs.rows,
            "seconds": seconds,
            "fastest": min(runs.seconds),
            "runs": len(runs.seconds),
            "rows_per_second": runs.rows / seconds if seconds else math.nan,
            "speed_up": self.speed_up(one, runs.rows),
            "equal": verdict.equal if verdict else None,
            "equality": verdict.text if verdict else "",
            "cores": runs.cores,
            "peak_memory": runs.memory,
            "first_call": one.first,
            "compile": one.compile if runs.receipts else None,
            **parts,
        }

    def plot(self, axes: Any = None) -> Any:
        """Draw time against rows, with matplotlib.

        Parameters
        ----------
        axes : matplotlib Axes, optional
            To draw on; a new figure's without.

        Returns
        -------
        matplotlib Axes
        """
        from . import chart

        return chart.plot(self, axes)

    def __repr__(self) -> str:
        from . import tables

        return tables.text(self)

    def _repr_html_(self) -> str:
        from . import tables

        return tables.html(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        from .. import _display

        return _display.bundle(self)


def crossing(times: list[tuple[int, float, float]]) -> int | None:
    """Return the number of rows from which the second time is below the first.

    Parameters
    ----------
    times : list of (int, float, float)
        Measured times at growing numbers of rows. Between two of these
        numbers the logarithms are taken to follow straight lines.

    Returns
    -------
    int or None
        The smallest measured number when the second time is below from there;
        None when it never is.
    """
    if times and times[0][2] < times[0][1]:
        return times[0][0]
    for (fewer, *before), (more, *after) in pairwise(times):
        if after[1] < after[0]:
            above, below = (math.log(go / python) for python, go in (before, after))
            part = above / (above - below)
            return math.ceil(math.exp(math.log(fewer) * (1 - part) + math.log(more) * part))
    return None


def _worst(one: Contender) -> Verdict | None:
    """Return what the sizes say together: the first that differs, else the largest difference."""
    found = [runs.verdict for _, runs in sorted(one.measured.items()) if runs.verdict]
    return max(found, key=lambda verdict: verdict.rank, default=None)
