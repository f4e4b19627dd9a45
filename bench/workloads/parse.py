"""A million strings such as ``123.45 USD`` to numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .. import peers
from ..cells import Cells
from ..contest import Contender, Results, Size, Target, contest
from ..equality import same_column, same_polars

_GO = """
func Price(s string) (float64, error) {
	return strconv.ParseFloat(strings.TrimSuffix(s, " USD"), 64)
}
"""


def run(cells: Cells, size: Size) -> Results:
    """Time a scalar function against pandas' ``map``, and on polars' own column against its expressions."""
    cents = np.random.default_rng(4).integers(0, 100_000_000, 1_000_000 // size.divisor)
    df = pd.DataFrame({"s": [f"{c / 100:.2f} USD" for c in cents]})
    price = cells.function("Price", _GO)
    row = 'parse "123.45 USD", 1 M strings, scalar function'
    results = contest(
        f"{row}, pandas",
        [
            Contender("pandas map", lambda: df.s.map(lambda s: float(s.removesuffix(" USD")))),
            Contender("goscore", lambda: price(df.s)),
        ],
        [Target(row, "goscore", "pandas map", 0.08)],
        same_column,
        size,
    )
    results.add(_polars(row, df, price, size))
    return results


def _polars(row: str, df: pd.DataFrame, price: Any, size: Size) -> Results:
    target = Target(f"{row}, polars in and out", "goscore", "polars", 0.6)
    if why := peers.absent("polars"):
        return contest(row, [Contender("polars", absent=why)], [target], same_polars, size)
    import polars as pl

    frame = pl.from_pandas(df)
    expression = pl.col("s").str.strip_suffix(" USD").cast(pl.Float64)
    contenders = [
        Contender("polars", lambda: frame.select(expression)["s"]),
        Contender("goscore", lambda: price(frame["s"])),
    ]
    return contest(f"{row}, polars", contenders, [target], same_polars, size)
