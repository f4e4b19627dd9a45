"""A rule with branches over eight columns, 1 M rows: what a shipment costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..cells import Cells
from ..contest import Contender, Results, Size, Target, contest
from ..equality import same_column

_GO = """
type Order struct {
	Price, Weight, Distance, Discount float64
	Quantity, Zone                    int64
	Express, Member                   bool
}

func Cost(o Order) float64 {
	cost := o.Price * float64(o.Quantity)
	if o.Member && cost > 50 {
		cost -= cost * o.Discount
	}
	if o.Weight > 20 {
		cost += 0.3 * (o.Weight - 20)
	}
	if o.Express {
		return cost + 15 + 0.02*o.Distance
	}
	if o.Zone > 3 {
		return cost + 0.01*o.Distance
	}
	if cost < 100 {
		return cost + 4.9
	}
	return cost
}
"""


def run(cells: Cells, size: Size) -> Results:
    """Time a row function against ``apply(axis=1)``."""
    df = _orders(1_000_000 // size.divisor)
    cost = cells.function("Cost", _GO)
    row = "row function, branchy rule over 8 columns, 1 M rows"
    contenders = [
        Contender("pandas apply", lambda: df.apply(_cost, axis=1)),
        Contender("goscore", lambda: cost(df)),
    ]
    return contest(
        row, contenders, [Target(row, "goscore", "pandas apply", 0.01)], same_column, size
    )


def _orders(rows: int) -> pd.DataFrame:
    random = np.random.default_rng(6)
    return pd.DataFrame(
        {
            "price": random.gamma(2, 20, rows),
            "weight": random.gamma(2, 8, rows),
            "distance": random.uniform(1, 900, rows),
            "discount": random.choice([0.0, 0.05, 0.1], rows),
            "quantity": random.integers(1, 6, rows),
            "zone": random.integers(1, 7, rows),
            "express": random.random(rows) < 0.2,
            "member": random.random(rows) < 0.4,
        }
    )


def _cost(o: Any) -> Any:
    cost = o.price * o.quantity
    if o.member and cost > 50:
        cost -= cost * o.discount
    if o.weight > 20:
        cost += 0.3 * (o.weight - 20)
    if o.express:
        return cost + 15 + 0.02 * o.distance
    if o.zone > 3:
        return cost + 0.01 * o.distance
    if cost < 100:
        return cost + 4.9
    return cost
