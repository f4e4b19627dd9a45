"""Small calls, each after the other: what they cost beside the barest message to a Go process and back."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd

import goscore

from .. import loops, peers
from ..cells import Cells
from ..contest import Contender, Results, Row, Size, Target, Times, contest
from ..equality import same_column, same_polars

_CALLS = 5_000
_BLOCK = 50  # calls after each other, before others take their turn
_TRIP = "a message of 1 KB to a Go process and back"
_ROWS = 100
_KNOWN = "known values"
_CHUNK = 2_048  # rows of a call of DuckDB
_EVALUATIONS = 3_000

_GO = f"""
{loops.SCALAR}
func Double(v float64) float64 {{ return v * 2 }}

func Length(s string) int {{ return len(s) }}

func Spread(v []float64) float64 {{ return slices.Max(v) - slices.Min(v) }}

// Valley is Rosenbrock's function.
func Valley(x []float64) float64 {{
	sum := 0.0
	for i := 1; i < len(x); i++ {{
		a, b := x[i]-x[i-1]*x[i-1], 1-x[i-1]
		sum += float64(100*a*a) + float64(b*b)
	}}
	return sum
}}
"""


def run(cells: Cells, size: Size) -> Results:
    """Time warm calls, an optimiser's objective, and a function of DuckDB."""
    cells.run(f"%%goscore\n{_GO}")
    results = Results()
    with _round_trip() as trip:
        results.add(_calls(cells, trip, size))
        results.add(_minimize(cells, trip, size))
    results.add(_duckdb(cells, size))
    return results


@contextmanager
def _round_trip() -> Iterator[Callable[[], None]]:
    """Start the process; yield a function that sends it a message and reads it back."""
    program = peers.BUILD / "roundtrip"
    peers.BUILD.mkdir(parents=True, exist_ok=True)
    go = os.environ.get("GOSCORE_GO") or "go"
    build = [go, "build", "-o", str(program), "./bench/testdata/roundtrip"]
    subprocess.run(build, cwd=peers.HERE.parent, check=True, timeout=300)
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            command = [str(program), str(theirs.fileno())]
            process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
        message = bytes(8 * _ROWS + 224)

        def trip() -> None:
            ours.sendall(message)
            left = len(message)
            while left:
                left -= len(ours.recv(left))

        yield trip
    process.wait(timeout=30)


def _calls(cells: Cells, trip: Callable[[], None], size: Size) -> Results:
    """Time calls on 100 rows; the figure is what they take beyond the bare message."""
    import polars as pl

    squash, v = cells["Squash"], np.random.default_rng(14).normal(size=_ROWS)
    expected = np.array([x / (1 + abs(x)) for x in v.tolist()])
    series = pd.Series(v, name="v")
    column = pl.Series("v", v)
    keys = pd.Series(np.arange(_ROWS) % 7, name="k")
    texts = pd.Series([f"text {at}" for at in range(_ROWS)], name="s")
    spread, length = cells["Spread"], cells["Length"]
    scores = pd.Series(loops.score_list(v.tolist()), name="v")
    groups = series.groupby(keys).agg(lambda one: one.max() - one.min())
    # name: the call, what it gives, and how many µs it may take: beyond the message, and how often
    asked: dict[str, tuple[Callable[[], Any], Any, float, int]] = {
        "NumPy": (lambda: squash(v), expected, 90, 1),
        "one number": (lambda: squash(0.5), 0.5 / 1.5, 90, 1),
        "pandas": (lambda: squash(series), pd.Series(expected, name="v"), 130, 1),
        "polars": (lambda: squash(column), pl.Series("v", expected), 130, 1),
        "pandas, 7 groups": (lambda: spread(series, by=keys), groups, 130, 2),
        "pandas, strings": (lambda: length(texts), texts.str.len(), 130, 2),
        "built-in, pandas": (lambda: goscore.score_series(series), scores, 130, 2),
    }
    results, workload = Results(), f"small call, {_ROWS} rows"
    for name, (call, value, _, _) in asked.items():
        try:
            _same(call(), value)
        except AssertionError as error:
            results.different.append(f"{workload}: {name}: {error}")
    times = {name: Times(workload=workload, name=f"goscore, {name}") for name in asked}
    bare = Times(workload=workload, name=_TRIP, peer=False)
    for _ in range(max(2, _CALLS // size.divisor // _BLOCK)):
        for one, call in ((bare, trip), *((times[name], asked[name][0]) for name in asked)):
            call()  # the other calls have taken its caches
            for _ in range(_BLOCK):
                one.add(call, (), with_cpu=False)
    results.times = [bare, *times.values()]
    for name, (_, _, beyond, often) in asked.items():
        most = often * (bare.median * 1e6 + beyond)
        row = Row(f"{workload}, {name}", "", times[name].median * 1e6, most, unit="µs")
        row.note = f"the message alone {bare.median * 1e6:.1f} µs"
        row.ours = times[name]
        results.rows.append(row)
    return results


def _same(found: Any, expected: Any) -> None:
    if isinstance(expected, pd.Series):
        same_column(found, expected)
    elif isinstance(expected, np.ndarray):
        assert found.tobytes() == expected.tobytes(), "bits differ"
    elif isinstance(expected, float):
        assert found == expected, f"{found!r} is not {expected!r}"
    else:
        same_polars(found, expected)


def _valley(x: Any) -> float:
    total, values = 0.0, x.tolist()
    for i in range(1, len(values)):
        a, b = values[i] - values[i - 1] * values[i - 1], 1 - values[i - 1]
        total += 100 * a * a + b * b
    return total


def _minimize(cells: Cells, trip: Callable[[], None], size: Size) -> Results:
    """Time an optimiser whose objective of 100 numbers is in Go; its own cost is that of known values."""
    title = "scipy.optimize.minimize, 100 numbers"
    row = Row(f"{title}: an evaluation, beyond scipy's own", "", None, 110, unit="µs")
    if why := peers.absent("scipy"):
        row.note = why
        return Results(rows=[row])
    from scipy.optimize import minimize

    valley, start = cells["Valley"], np.random.default_rng(15).normal(size=_ROWS)

    def minimum(objective: Callable[[Any], float]) -> tuple[float, bytes, int]:
        limit = {"maxfun": _EVALUATIONS // size.divisor}
        found: Any = minimize(objective, start, method="L-BFGS-B", options=limit)
        return found.fun, found.x.tobytes(), found.nfev

    known: list[float] = []

    def noted(x: Any) -> float:
        known.append(_valley(x))
        return known[-1]

    expected = minimum(noted)

    def replayed() -> Any:
        values = iter(known)
        return minimum(lambda x: next(values))

    of: dict[str, Callable[[], Any]] = {
        "Python": lambda: minimum(_valley),
        _KNOWN: replayed,
        "goscore": lambda: minimum(valley),
    }
    results = Results(rows=[row])
    times = {name: Times(workload=title, name=name, peer=name != _KNOWN) for name in of}
    bare = Times(workload=title, name=_TRIP, peer=False)
    for _ in range(size.rounds):
        for _ in range(_BLOCK):
            bare.add(trip, (), with_cpu=False)
        for name, call in of.items():
            begin = time.perf_counter()
            found = call()
            times[name].seconds.append(time.perf_counter() - begin)
            if found != expected:
                results.different.append(f"{title}: {name}: other than in Python")
    results.times = [bare, *times.values()]
    beyond = (times["goscore"].median - times[_KNOWN].median) / len(known)
    row.figure, row.most, row.ours = beyond * 1e6, (bare.median * 1e6) + 110, times["goscore"]
    row.note = f"{len(known):,} evaluations, the same minimum as in Python to the last bit"
    return results


def _duckdb(cells: Cells, size: Size) -> Results:
    """Time a function of DuckDB, called for each 2,048 rows, beside one that calls pyarrow."""
    name = f"DuckDB, a function called with {_CHUNK:,} rows"
    target = Target(name, "goscore", "pyarrow.compute.multiply", 2.5)
    if why := peers.absent("duckdb"):
        return contest(name, [Contender(target.other, absent=why)], [target], _equal, size)
    import duckdb
    import pyarrow.compute as pc

    con: Any = duckdb.connect()
    con.execute("set threads = 1")
    con.execute(
        f"create table t as select range::double as v from range({500 * _CHUNK // size.divisor})"
    )

    def multiplied(v: Any) -> Any:
        return pc.multiply(v, 2.0)

    con.create_function("multiplied", multiplied, ["DOUBLE"], "DOUBLE", type="arrow")
    con.create_function(
        "doubled", cells["Double"].arrow_columns(), ["DOUBLE"], "DOUBLE", type="arrow"
    )
    asked = {"pyarrow.compute.multiply": "multiplied", "goscore": "doubled"}

    def summed(of: str) -> Callable[[], Any]:
        return lambda: con.execute(f"select sum({of}(v)) from t").fetchone()

    contenders = [Contender(one, summed(of)) for one, of in asked.items()]
    results = contest(name, contenders, [target], _equal, size)
    con.close()
    return results


def _equal(found: Any, expected: Any) -> None:
    assert found == expected, (found, expected)
