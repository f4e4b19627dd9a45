"""The seed's way: a Python list in, a Python list out."""

from __future__ import annotations

import numpy as np

import goscore

from .. import loops, peers
from ..cells import Cells
from ..contest import Contender, Results, Size, Target, contest
from ..equality import same_list


def run(cells: Cells, size: Size) -> Results:
    """Time ``score_series`` on a list against a PyO3 function that takes a ``Vec<f64>``."""
    values = np.random.default_rng(7).normal(size=1_000_000 // size.divisor).tolist()
    rust, no_rust = peers.pyo3()
    contenders = [
        Contender("Python loop", lambda: loops.score_list(values)),
        Contender("PyO3", lambda: rust.score_series(values), no_rust),
        Contender("goscore", lambda: goscore.score_series(values)),
    ]
    row = "a Python list of 1 M floats to score_series"
    return contest(row, contenders, [Target(row, "goscore", "PyO3", 1.2)], same_list, size)
