"""A score with memory over 10 M rows: built in, as a scan function, as a vector function."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import goscore

from .. import loops, peers
from ..cells import Cells
from ..contest import Contender, Results, Size, Target, contest
from ..equality import same_column


def run(cells: Cells, size: Size) -> Results:
    """Time ``score_series`` and the same loop in a cell against numba, Cython and PyO3."""
    rows = 10_000_000 // size.divisor
    df = pd.DataFrame({"v": np.random.default_rng(1).normal(size=rows)})
    step = cells.function("Step", loops.SCAN)
    loop = cells.function("Loop", loops.VECTOR)
    cython, no_cython = peers.cython()
    contenders = [
        Contender("Python loop", lambda: _series(df, np.array(loops.score_list(df.v.tolist())))),
        _numba(df),
        Contender("Cython", lambda: _series(df, cython.score_series(df.v.to_numpy())), no_cython),
        Contender("goscore built-in", lambda: goscore.score_series(df.v)),
        Contender("goscore scan", lambda: step(df.v)),
        Contender("goscore vector", lambda: loop(df.v)),
    ]
    targets = [
        Target("score_series, 10 M float64, built-in", "goscore built-in", "numba", 0.40),
        Target("the same step as a //goscore:scan function", "goscore scan", "numba", 0.60),
        Target("the same loop as a vector function", "goscore vector", "numba", 0.7),
    ]
    return contest("score with memory, 10 M float64", contenders, targets, same_column, size)


def _series(df: pd.DataFrame, scores: Any) -> pd.Series[float]:
    return pd.Series(scores, df.index, name="v", copy=False)


def _numba(df: pd.DataFrame) -> Contender:
    if why := peers.absent("numba"):
        return Contender("numba", absent=why)
    import numba

    compiled = numba.njit(loops.score_array)
    return Contender("numba", lambda: _series(df, compiled(df.v.to_numpy())))
