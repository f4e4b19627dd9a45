"""The sum of ``v**1.5`` over the positive values of 10 M rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

import goscore

from .. import peers
from ..cells import Cells
from ..contest import Contender, Results, Size, Target, contest
from ..equality import nearly


def run(cells: Cells, size: Size) -> Results:
    """Time ``score`` against NumPy, and on a shared frame against numba on all cores."""
    df = pd.DataFrame({"v": np.random.default_rng(2).normal(size=10_000_000 // size.divisor)})
    shared, no_share = shared_frame(df)
    contenders = [
        Contender("NumPy", lambda: _numpy(df.v.to_numpy())),
        _numba(df),
        Contender("goscore", lambda: goscore.score(df.v)),
        Contender("goscore, shared frame", lambda: goscore.score(shared["v"]), no_share),
    ]
    targets = [
        Target("score, 10 M, built-in", "goscore", "NumPy", 0.12),
        Target("score, 10 M, shared frame", "goscore, shared frame", "numba parallel", 2.0),
    ]
    return contest("score, 10 M float64", contenders, targets, nearly, size)


def shared_frame(frame: Any) -> tuple[Any, str]:
    """Return the frame in a segment, or why there is none."""
    share = getattr(goscore, "share", None)
    return (share(frame), "") if share else (None, "this version has no goscore.share")


def _numpy(v: Any) -> float:
    return float((v[v > 0] ** 1.5).sum())


def _numba(df: pd.DataFrame) -> Contender:
    if why := peers.absent("numba"):
        return Contender("numba parallel", absent=why)
    import numba

    @numba.njit(parallel=True, fastmath=True)
    def score(v: Any) -> float:
        total = 0.0
        for i in numba.prange(len(v)):
            if v[i] > 0:
                total += v[i] ** 1.5
        return total

    return Contender("numba parallel", lambda: score(df.v.to_numpy()))
