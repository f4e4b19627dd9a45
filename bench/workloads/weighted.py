"""The sum of the products of two columns of an Arrow table, 10 M rows."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import goscore

from ..cells import Cells
from ..contest import Contender, Results, Size, Target, contest
from ..equality import nearly
from .score import shared_frame


def run(cells: Cells, size: Size) -> Results:
    """Time ``weighted_sum`` against pyarrow.compute."""
    random, rows = np.random.default_rng(3), 10_000_000 // size.divisor
    table = pa.table({"a": random.integers(0, 1000, rows), "b": random.normal(2, 1, rows)})
    shared, no_share = shared_frame(table)
    contenders = [
        Contender("pyarrow", lambda: pc.sum(pc.multiply(table["a"], table["b"])).as_py()),
        Contender("goscore", lambda: goscore.weighted_sum(table["a"], table["b"])),
        Contender(
            "goscore, shared frame",
            lambda: goscore.weighted_sum(shared["a"], shared["b"]),
            no_share,
        ),
    ]
    row = "weighted_sum, 10 M int64 x float64, Arrow table"
    targets = [
        Target(row, "goscore", "pyarrow", 0.8),
        Target(f"{row}, shared frame", "goscore, shared frame", "pyarrow", 0.3),
    ]
    return contest(row, contenders, targets, nearly, size)
