"""One way through a dataset in a fresh Python process; prints its figures as JSON.

python -m bench.stream WAY FOLDER
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_PRICE = """
type Trip struct{ Distance, Minutes, Fare float64 }

func Price(t Trip) float64 {
	if t.Minutes <= 0 {
		return 0
	}
	price := 3.0
	switch {
	case t.Distance < 5:
		price += 2 * t.Distance
	case t.Distance < 20:
		price += 10 + 1.5*(t.Distance-5)
	default:
		price += 32.5 + 1.2*(t.Distance-20)
	}
	if t.Distance*60 < 15*t.Minutes {
		price += 0.4 * t.Minutes
	}
	return max(price, t.Fare)
}
"""

_SPEED = """
type Speeds struct {
	Trips            int64
	Mean, M2, Fastest float64
}

// Speed sums up the speeds of trips whose clock went forwards, in km/h.
func Speed(distance, minutes []float64) (s Speeds) {
	for i, m := range minutes {
		if m <= 0 {
			continue
		}
		v := distance[i] / m * 60
		s.Trips++
		d := v - s.Mean
		s.Mean += d / float64(s.Trips)
		s.M2 += d * (v - s.Mean)
		s.Fastest = max(s.Fastest, v)
	}
	return s
}

func Merge(a, b Speeds) Speeds {
	n := a.Trips + b.Trips
	if n == 0 {
		return a
	}
	d, part := b.Mean-a.Mean, float64(b.Trips)/float64(n)
	return Speeds{n, a.Mean + d*part, a.M2 + b.M2 + d*d*float64(a.Trips)*part, max(a.Fastest, b.Fastest)}
}
"""


def rows_goscore(folder: Path) -> dict[str, Any]:
    """Apply a Go function to every row; sum what comes, batch by batch."""
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    from .cells import Cells

    price = Cells().function("Price", _PRICE)
    return {"sum": sum(pc.sum(batch.column(0)).as_py() for batch in price(ds.dataset(folder)))}


def rows_memory(folder: Path) -> dict[str, Any]:
    """Apply it to the same columns in memory: what the function alone takes."""
    from .cells import Cells

    price, table = Cells().function("Price", _PRICE), _table(folder, "distance", "minutes", "fare")
    return _middle(lambda: price(table))


def groups_memory(folder: Path) -> dict[str, Any]:
    """Sum up the speeds of every zone in memory."""
    from .cells import Cells

    speed = Cells().function("Speed", _SPEED)
    distance, minutes, zone = _table(folder, "distance", "minutes", "zone").columns
    return _middle(lambda: speed(distance, minutes, by=zone))


def _table(folder: Path, *columns: str) -> Any:
    import pyarrow.dataset as ds

    return ds.dataset(folder).to_table(columns=list(columns))


def _middle(call: Callable[[], Any]) -> dict[str, Any]:
    """Return the median of three calls after a first."""
    seconds = []
    for _ in range(4):
        begin = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - begin)
    return {"seconds": sorted(seconds[1:])[1]}


def rows_reader(folder: Path) -> dict[str, Any]:
    """Read the columns, and do nothing with them."""
    return _read(folder, ["distance", "minutes", "fare"])


def groups_reader(folder: Path) -> dict[str, Any]:
    """Read the columns, and do nothing with them."""
    return _read(folder, ["distance", "minutes", "zone"])


def _read(folder: Path, columns: list[str]) -> dict[str, Any]:
    import pyarrow.dataset as ds

    batches = ds.dataset(folder).to_batches(columns=columns)
    assert sum(batch.num_rows for batch in batches)
    return {}


def rows_expressions(folder: Path) -> dict[str, Any]:
    """Do the same in expressions of polars."""
    import polars as pl

    distance, minutes, fare = pl.col("distance"), pl.col("minutes"), pl.col("fare")
    price = (
        3.0
        + pl.when(distance < 5)
        .then(2 * distance)
        .when(distance < 20)
        .then(10 + 1.5 * (distance - 5))
        .otherwise(32.5 + 1.2 * (distance - 20))
        + pl.when(distance * 60 < 15 * minutes).then(0.4 * minutes).otherwise(0.0)
    )
    paid = pl.when(minutes <= 0).then(0.0).otherwise(pl.max_horizontal(price, fare))
    return {"sum": _collected(folder, lambda lf: lf.select(paid.sum())).item()}


def rows_elements(folder: Path) -> dict[str, Any]:
    """Do the same in Python, row by row."""
    import polars as pl

    asked = pl.struct("distance", "minutes", "fare").map_elements(_price, pl.Float64)
    return {"sum": _collected(folder, lambda lf: lf.select(asked.sum())).item()}


def _price(trip: dict[str, float]) -> float:
    distance, minutes = trip["distance"], trip["minutes"]
    if minutes <= 0:
        return 0.0
    price = 3.0
    if distance < 5:
        price += 2 * distance
    elif distance < 20:
        price += 10 + 1.5 * (distance - 5)
    else:
        price += 32.5 + 1.2 * (distance - 20)
    if distance * 60 < 15 * minutes:
        price += 0.4 * minutes
    return max(price, trip["fare"])


def rows_batches(folder: Path) -> dict[str, Any]:
    """Do the same in NumPy, batch by batch."""
    import polars as pl

    asked = pl.struct("distance", "minutes", "fare").map_batches(
        lambda trips: pl.Series(_prices(trips.struct.unnest())), pl.Float64, is_elementwise=True
    )
    return {"sum": _collected(folder, lambda lf: lf.select(asked.sum())).item()}


def _prices(trips: Any) -> Any:
    import numpy as np

    distance, minutes, fare = (trips[name].to_numpy() for name in ("distance", "minutes", "fare"))
    price = 3.0 + np.select(
        [distance < 5, distance < 20],
        [2 * distance, 10 + 1.5 * (distance - 5)],
        32.5 + 1.2 * (distance - 20),
    )
    price += np.where(distance * 60 < 15 * minutes, 0.4 * minutes, 0.0)
    return np.where(minutes <= 0, 0.0, np.maximum(price, fare))


def groups_goscore(folder: Path) -> dict[str, Any]:
    """Sum up the speeds of every zone with an aggregate and its Merge."""
    import pyarrow.dataset as ds

    from .cells import Cells

    made = Cells().function("Speed", _SPEED)(ds.dataset(folder), by="zone")
    return {name: made[name].to_pylist() for name in ("Trips", "Mean", "M2", "Fastest")}


def groups_expressions(folder: Path) -> dict[str, Any]:
    """Do the same in expressions of polars."""
    import polars as pl

    speed = pl.col("distance") / pl.col("minutes") * 60
    found = _collected(
        folder,
        lambda lf: (
            lf.filter(pl.col("minutes") > 0)
            .group_by("zone")
            .agg(
                Trips=pl.len(),
                Mean=speed.mean(),
                M2=speed.var() * (pl.len() - 1),
                Fastest=speed.max(),
            )
        ),
    ).sort("zone")
    return {name: found[name].to_list() for name in ("Trips", "Mean", "M2", "Fastest")}


def groups_python(folder: Path) -> dict[str, Any]:
    """Do the same in a Python function of each group's columns."""
    import polars as pl

    fields = {"Trips": pl.Int64, "Mean": pl.Float64, "M2": pl.Float64, "Fastest": pl.Float64}
    asked = pl.map_groups(
        ["distance", "minutes"], _speeds, pl.Struct(fields), returns_scalar=True
    ).alias("made")
    found = _collected(folder, lambda lf: lf.group_by("zone").agg(asked)).sort("zone")
    made = found["made"].struct.unnest()
    return {name: made[name].to_list() for name in fields}


def _speeds(columns: Any) -> dict[str, float]:
    trips, mean, m2, fastest = 0, 0.0, 0.0, 0.0
    for distance, minutes in zip(*columns, strict=True):
        if minutes <= 0:
            continue
        speed = distance / minutes * 60
        trips += 1
        d = speed - mean
        mean += d / trips
        m2 += d * (speed - mean)
        fastest = max(fastest, speed)
    return {"Trips": trips, "Mean": mean, "M2": m2, "Fastest": fastest}


def _collected(folder: Path, asked: Callable[[Any], Any]) -> Any:
    import polars as pl

    return asked(pl.scan_parquet(folder)).collect(engine="streaming")


WAYS = {
    way.__name__: way
    for way in (
        rows_goscore,
        rows_memory,
        rows_reader,
        rows_expressions,
        rows_batches,
        rows_elements,
        groups_goscore,
        groups_memory,
        groups_reader,
        groups_expressions,
        groups_python,
    )
}


def main(way: str, folder: str) -> dict[str, Any]:
    """Measure one way; imports, the worker's start and the compile are within its time."""
    from goscore._measure.sampler import Sampler

    with Sampler(share=0.05) as sampler:
        sampler.start()
        begin = time.perf_counter()
        found = WAYS[way](Path(folder))
        seconds = time.perf_counter() - begin
        seconds = found.pop("seconds", seconds)  # without what came before it
        return {"seconds": seconds, "peak": sampler.stop(), "found": found}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
