"""Aggregates in DuckDB's SQL: of 100 k groups of 5 M rows, beside DuckDB's own and a Python function on lists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .. import peers
from ..cells import Cells
from ..contest import Contender, Results, Size, Target, contest
from ..equality import nearly

_GO = """
func Spread(v []float64) float64 { return slices.Max(v) - slices.Min(v) }

func Deviation(v []float64) float64 {
	mean, squares := 0.0, 0.0
	for at, x := range v {
		step := x - mean
		mean += step / float64(at+1)
		squares += step * (x - mean)
	}
	return math.Sqrt(squares / float64(len(v)-1))
}
"""


def run(cells: Cells, size: Size) -> Results:
    """Time two aggregates in SQL against DuckDB's own, and one against a Python function."""
    row = "SQL, max - min of 100 k groups, 5 M rows"
    targets = [
        Target(row, "goscore", "DuckDB, Python on lists", 1.0),
        Target(row, "goscore", "DuckDB's max - min", 10.0),
    ]
    if why := peers.absent("duckdb"):
        return contest(row, [Contender(targets[0].other, absent=why)], targets, _same, size)
    import duckdb

    import goscore

    rng, rows, keys = (
        np.random.default_rng(13),
        5_000_000 // size.divisor,
        100_000 // size.divisor,
    )
    con = duckdb.connect()
    df = pd.DataFrame({"k": rng.integers(0, keys, rows), "v": rng.normal(size=rows)})
    con.register("frame", df)
    con.execute("create table trips as select * from frame")
    spread = cells.function("Spread", _GO)
    goscore.duckdb.register(con, spread, name="go_spread")
    goscore.duckdb.register(con, cells["Deviation"], name="go_deviation")
    con.create_function("spread_of_list", _spread, ["DOUBLE[]"], "DOUBLE")

    def asked(of: str) -> Any:
        query = f"select k, {of} as of from trips group by k order by k"
        return lambda: con.sql(query).df()

    results = contest(
        row,
        [
            Contender("DuckDB, Python on lists", asked("spread_of_list(list(v))")),
            Contender("DuckDB's max - min", asked("max(v) - min(v)")),
            Contender("goscore", asked("go_spread(v)")),
        ],
        targets,
        _same,
        size,
    )
    row = "SQL, deviation of 100 k groups, 5 M rows"
    results.add(
        contest(
            row,
            [
                Contender("DuckDB's stddev", asked("stddev(v)")),
                Contender("goscore", asked("go_deviation(v)")),
            ],
            [Target(row, "goscore", "DuckDB's stddev", 10.0)],
            _same,
            size,
        )
    )
    con.close()
    return results


def _spread(values: list[float]) -> float:
    return max(values) - min(values)


def _same(found: Any, expected: Any) -> None:
    """Compare frames of keys and floats; deviations may differ by the order of their additions."""
    assert found.k.equals(expected.k)
    for one, other in zip(found["of"], expected["of"], strict=True):
        nearly(one, other)
