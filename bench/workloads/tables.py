"""Tables that are the same for every row: the nearest of 200 stations, and a map of 100,000 keys."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .. import peers
from ..cells import Cells
from ..contest import Contender, Results, Size, Target, contest
from ..equality import same_column, same_polars

_NEAREST = """
//goscore:table slat slon
func Nearest(lat, lon float64, slat, slon []float64) int64 {
	best, at := math.Inf(1), int64(0)
	for i := range slat {
		dy, dx := lat-slat[i], lon-slon[i]
		if d := dy*dy + dx*dx; d < best {
			best, at = d, int64(i)
		}
	}
	return at
}
"""
_RATE = """
func Rate(s string, rates map[string]float64) float64 { return rates[s] }
"""
_BLOCK = 10_000  # rows that NumPy compares with all stations at once


def run(cells: Cells, size: Size) -> Results:
    """Time two functions with tables against numba and NumPy, and against pandas and polars."""
    results = _nearest(cells, size)
    results.add(_rates(cells, size))
    return results


def _nearest(cells: Cells, size: Size) -> Results:
    rng, rows = np.random.default_rng(11), 1_000_000 // size.divisor
    places = pd.DataFrame({"lat": rng.uniform(-90, 90, rows), "lon": rng.uniform(-180, 180, rows)})
    slat, slon = rng.uniform(-90, 90, 200), rng.uniform(-180, 180, 200)
    nearest = cells.function("Nearest", _NEAREST)

    def of_numpy() -> pd.Series[int]:
        lat, lon = places.lat.to_numpy()[:, None], places.lon.to_numpy()[:, None]
        blocks = [slice(at, at + _BLOCK) for at in range(0, rows, _BLOCK)]
        found = [((lat[at] - slat) ** 2 + (lon[at] - slon) ** 2).argmin(axis=1) for at in blocks]
        return pd.Series(np.concatenate(found), places.index)

    row = "the nearest of 200 stations, 1 M places"
    contenders = [
        Contender("NumPy", of_numpy),
        _numba(places, slat, slon),
        Contender("goscore", lambda: nearest(places.lat, places.lon, slat, slon)),
    ]
    return contest(
        row, contenders, [Target(row, "goscore", "numba parallel", 1.1)], same_column, size
    )


def _numba(places: pd.DataFrame, slat: Any, slon: Any) -> Contender:
    if why := peers.absent("numba"):
        return Contender("numba parallel", absent=why)
    import numba

    @numba.njit(parallel=True)
    def nearest(lat: Any, lon: Any, slat: Any, slon: Any) -> Any:
        out = np.empty(len(lat), np.int64)
        for row in numba.prange(len(lat)):
            best, at = np.inf, 0
            for i in range(len(slat)):
                dy, dx = lat[row] - slat[i], lon[row] - slon[i]
                d = dy * dy + dx * dx
                if d < best:
                    best, at = d, i
            out[row] = at
        return out

    def run() -> pd.Series[int]:
        found = nearest(places.lat.to_numpy(), places.lon.to_numpy(), slat, slon)
        return pd.Series(found, places.index)

    return Contender("numba parallel", run)


def _rates(cells: Cells, size: Size) -> Results:
    rng, rows = np.random.default_rng(12), 5_000_000 // size.divisor
    keys = np.array([f"key{number:06d}" for number in range(100_000 // size.divisor)], object)
    rates = dict(zip(keys.tolist(), rng.random(len(keys)).tolist(), strict=True))
    texts = pd.Series(keys[rng.integers(0, len(keys), rows)], name="s").astype("str")
    rate = cells.function("Rate", _RATE)
    row = "a map of 100 k keys, 5 M strings"
    results = contest(
        row,
        [
            Contender("pandas map", lambda: texts.map(rates)),
            Contender("goscore", lambda: rate(texts, rates)),
        ],
        [Target(row, "goscore", "pandas map", 0.5)],
        same_column,
        size,
    )
    results.add(_rates_of_polars(row, texts, rates, rate, size))
    return results


def _rates_of_polars(row: str, texts: Any, rates: Any, rate: Any, size: Size) -> Results:
    target = Target(f"{row}, polars in and out", "goscore", "polars replace_strict", 1.0)
    if why := peers.absent("polars"):
        return contest(row, [Contender("polars", absent=why)], [target], same_polars, size)
    import polars as pl

    column = pl.from_pandas(texts)
    contenders = [
        Contender("polars replace_strict", lambda: column.replace_strict(rates)),
        Contender("goscore", lambda: rate(column, rates)),
    ]
    return contest(f"{row}, polars", contenders, [target], same_polars, size)
