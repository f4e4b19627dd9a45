"""The result of `compare`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from .. import _display
from . import chart, tables
from .contender import PARTS, Contender, Measured
from .figures import Figures


class Comparison(Figures):
    """Times of a Python function, its Go version and others, on growing numbers of rows.

    Displays as one number, a chart, and tables.

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

    def to_pandas(self) -> Any:
        """Return a DataFrame with a row for each contender and size.

        Times are medians in seconds; `compile` is spent once, by the first call.
        """
        import pandas as pd

        return pd.DataFrame([self._record(*pair) for pair in self._pairs()])

    def _pairs(self) -> Iterator[tuple[Contender, Measured]]:
        for contender in self.contenders:
            for _, runs in sorted(contender.measured.items()):
                yield contender, runs

    def _record(self, contender: Contender, runs: Measured) -> dict[str, Any]:
        seconds, verdict = runs.median, runs.verdict
        parts = {part: runs.part(part) if runs.receipts else None for part in PARTS}
        return {
            "contender": contender.name,
            "rows": runs.rows,
            "seconds": seconds,
            "fastest": min(runs.seconds),
            "runs": len(runs.seconds),
            "rows_per_second": runs.rows / seconds if seconds else math.nan,
            "speed_up": self.speed_up(contender, runs.rows),
            "equal": verdict.equal if verdict else None,
            "equality": verdict.text if verdict else "",
            "cores": runs.cores,
            "peak_memory": runs.memory,
            "first_call": contender.first,
            "compile": contender.compile if runs.receipts else None,
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
        return chart.plot(self, axes)

    def __repr__(self) -> str:
        return tables.text(self)

    def _repr_html_(self) -> str:
        return tables.html(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return _display.bundle(self)
