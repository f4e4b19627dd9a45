"""What a cell and the first call of a function cost when there is little to do."""

from __future__ import annotations

import secrets
from typing import Any

import numpy as np
import pandas as pd

from .. import loops, peers
from ..cells import Cells
from ..contest import Contender, Results, Size, Target, contest
from ..equality import same_column

_CELL = """%%goscore -i small -o scores
scores := make([]float64, small.Len())
prev := 0.0
for i, x := range small.v {
	if x > prev {
		prev = prev*0.9 + x
	} else {
		prev *= 0.5
	}
	scores[i] = prev
}
"""


def run(cells: Cells, size: Size) -> Results:
    """Time an unchanged cell, and the first call of a new function."""
    df = pd.DataFrame({"v": np.random.default_rng(8).normal(size=100)})
    contenders = [
        Contender("Python loop", lambda: _python(df)),
        Contender("goscore unchanged cell", lambda: _cell(cells, df)),
    ]
    row = "unchanged cell run again, 100 rows"
    targets = [Target(row, "goscore unchanged cell", "", 30.0)]
    results = contest(row, contenders, targets, same_column, size, warm=True)
    results.add(_first_calls(cells, df, size))
    return results


def _python(df: pd.DataFrame) -> pd.Series[float]:
    return pd.Series(loops.score_list(df.v.tolist()), df.index, name="v")


def _cell(cells: Cells, df: pd.DataFrame) -> Any:
    cells.run(_CELL, small=df)
    return cells["scores"].rename("v")


def _first_calls(cells: Cells, df: pd.DataFrame, size: Size) -> Results:
    """Time a function that was never seen before: its definition and its first call."""

    # Random names, so that no cache on disk knows them from an earlier run of the suite.
    def go() -> Any:
        name = f"First{secrets.token_hex(4)}"
        return cells.function(name, loops.VECTOR.replace("Loop", name))(df.v)

    def jit() -> Any:
        import numba

        scope: dict[str, Any] = {"np": np}
        exec(_SOURCE.replace("first", f"first{secrets.token_hex(4)}"), scope)
        compiled = numba.njit(scope["score"])
        return pd.Series(compiled(df.v.to_numpy()), df.index, name="v")

    contenders = [
        Contender("numba", jit, peers.absent("numba")),
        Contender("goscore", go),
    ]
    row = "first call of a new small function, warm build cache"
    return contest(row, contenders, [Target(row, "goscore", "numba", 0.9)], same_column, size)


_SOURCE = """
def score(values):
    first = 0.0
    scores = np.empty(len(values))
    for i in range(len(values)):
        x = values[i]
        if x > first:
            first = first * 0.9 + x
        else:
            first *= 0.5
        scores[i] = first
    return scores
"""
