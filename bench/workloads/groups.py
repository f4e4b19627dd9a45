"""Aggregates of 5 M rows in groups: the largest fall from a peak, and one that polars has itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .. import peers
from ..cells import Cells
from ..contest import Contender, Results, Size, Target, contest
from ..equality import same_column, same_groups

_GO = """
func Fall(v []float64) float64 {
	peak, fall := math.Inf(-1), 0.0
	for _, x := range v {
		peak = max(peak, x)
		fall = max(fall, peak-x)
	}
	return fall
}
"""

_SPREAD = """
func Spread(v []float64) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range v {
		low, high = min(low, x), max(high, x)
	}
	return high - low
}
"""


def run(cells: Cells, size: Size) -> Results:
    """Time an aggregate function with ``by=`` against pandas' and polars' ways."""
    random, rows, keys = (
        np.random.default_rng(5),
        5_000_000 // size.divisor,
        100_000 // size.divisor,
    )
    df = pd.DataFrame({"k": random.integers(0, keys, rows), "v": random.normal(size=rows)})
    fall = cells.function("Fall", _GO)
    row = "custom aggregate, 5 M rows, 100 k"
    results = contest(
        f"{row} integer keys",
        [
            Contender("pandas, Python", lambda: df.groupby("k").v.agg(_fall_series)),
            Contender(
                "pandas, numba",
                lambda: df.groupby("k").v.agg(_fall_numba, engine="numba"),
                peers.absent("numba"),
            ),
            Contender("goscore", lambda: fall(df.v, by=df.k)),
        ],
        [
            Target(f"{row} integer keys", "goscore", "pandas, numba", 0.5),
            Target(f"{row} integer keys", "goscore", "pandas, Python", 0.1),
        ],
        same_column,
        size,
    )
    results.add(_polars(f"{row} string keys", df, fall, size))
    for keys in (100_000, 5):
        results.add(_spread(cells, keys, rows, size))
    return results


def _spread(cells: Cells, keys: int, rows: int, size: Size) -> Results:
    """Time max − min, which polars has in its own expressions."""
    row = f"max − min, 5 M rows, {keys:,} string keys"
    target = Target(row, "goscore", "polars, expressions", 1.0)
    if why := peers.absent("polars"):
        return contest(row, [Contender(target.other, absent=why)], [target], same_groups, size)
    import polars as pl

    random = np.random.default_rng(6)
    names = pl.Series("k", [f"key {at}" for at in range(max(5, keys // size.divisor))])
    frame = pl.DataFrame(
        {"k": names.gather(random.integers(0, len(names), rows)), "v": random.normal(size=rows)}
    )
    spread = cells.function("Spread", _SPREAD)
    asked = (pl.col("v").max() - pl.col("v").min()).alias("v")
    contenders = [
        Contender("polars, expressions", lambda: frame.group_by("k").agg(asked)),
        Contender("goscore", lambda: spread(frame["v"], by=frame["k"])),
    ]
    return contest(row, contenders, [target], same_groups, size)


def _polars(row: str, df: pd.DataFrame, fall: Any, size: Size) -> Results:
    target = Target(row, "goscore", "polars, Python", 0.1)
    if why := peers.absent("polars"):
        return contest(row, [Contender(target.other, absent=why)], [target], same_groups, size)
    import polars as pl

    frame = pl.DataFrame({"k": "key " + df.k.astype("str"), "v": df.v})
    asked = pl.map_groups(
        "v", lambda columns: _fall(columns[0].to_numpy()), pl.Float64, returns_scalar=True
    )
    contenders = [
        Contender("polars, Python", lambda: frame.group_by("k").agg(asked)),
        Contender("goscore", lambda: fall(frame["v"], by=frame["k"])),
    ]
    return contest(row, contenders, [target], same_groups, size)


def _fall(v: Any) -> Any:
    return (np.maximum.accumulate(v) - v).max()


def _fall_series(v: pd.Series[float]) -> Any:
    return _fall(v.to_numpy())


def _fall_numba(values: Any, index: Any) -> float:
    peak, fall = -np.inf, 0.0
    for x in values:
        peak = max(peak, x)
        fall = max(fall, peak - x)
    return fall
