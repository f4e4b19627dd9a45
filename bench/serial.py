"""How much of each way runs on one core: the same work on one core and on two.

``./install.sh bench --why``; ``python -m bench.serial CORES DIVISOR`` measures on so many cores, and prints JSON.

What takes ``a`` on one core and ``b`` on two has ``2b - a`` that does not become faster (Amdahl's law). Beside it stand
the parts that goscore times itself: all but *run* is Python's and serial.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from . import loops
from .peers import HERE

_ROUNDS = 3  # processes of each number of cores, in turn
_RUNS = 7  # in each
_PARTS = ("copy_in", "run", "copy_out", "other")

_GO = f"""
{loops.SCALAR}
{loops.SCAN}
{loops.VECTOR}
func Spread(v []float64) float64 {{ return slices.Max(v) - slices.Min(v) }}

func Upper(s string) string {{ return strings.ToUpper(s) }}

type Two struct{{ V float64; K int64 }}

func Both(t Two) float64 {{ return t.V * float64(t.K) }}

type Sum struct{{ Total float64 }}

func Total(v []float64) (s Sum) {{ for _, x := range v {{ s.Total += x }}; return s }}

func Merge(a, b Sum) Sum {{ return Sum{{a.Total + b.Total}} }}
"""


def run(divisor: int) -> int:
    """Measure on one core and on two, in turn, and print the table."""
    found: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
    for _ in range(_ROUNDS):
        for cores, made in found.items():
            made.append(_measured(cores, divisor))
    head = ["work", "1 core", "2 cores", "serial", "share", *_PARTS]
    rows = [head]
    for name in found[1][0]:
        one, two = (median(made[name]["seconds"] for made in found[n]) for n in (1, 2))
        serial = min(two, max(0.0, 2 * two - one))
        parts = [median(made[name][part] for made in found[2]) for part in _PARTS]
        figures = [one, two, serial]
        rows.append([name, *(f"{x * 1e3:.1f} ms" for x in figures), f"{serial / two:.0%}",
                     *(f"{x * 1e3:.2f}" for x in parts)])  # fmt: skip
    widths = [max(len(row[at]) for row in rows) for at in range(len(head))]
    for row in rows:
        print("  ".join(map(str.ljust, row, widths)).rstrip())
    print("\nserial: 2 × the time on two cores − that on one; share: of the time on two.")
    print("The last four: goscore's own receipt on two cores, in ms.")
    return 0


def _measured(cores: int, divisor: int) -> dict[str, Any]:
    command = [sys.executable, "-s", "-m", "bench.serial", str(cores), str(divisor)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=HERE.parent, timeout=600
    )
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made


def measure(cores: int, divisor: int) -> dict[str, dict[str, float]]:
    """Return the median seconds of each work, and of its parts."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    import goscore

    found = {}
    for name, call in _works(divisor).items():
        call()
        seconds, receipts = [], []
        for _ in range(_RUNS):
            begin = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - begin)
            receipts.append(goscore.last)
        parts = {part: median(getattr(one, part) for one in receipts) for part in _PARTS}
        found[name] = {"seconds": median(seconds), **parts}
    return found


def _works(divisor: int) -> dict[str, Callable[[], Any]]:
    import numpy as np
    import pandas as pd
    import polars as pl

    import goscore

    from .cells import Cells

    cells, rng = Cells(), np.random.default_rng(16)
    cells.run(f"%%goscore\n{_GO}")
    rows = 10_000_000 // divisor
    v = pd.Series(rng.normal(size=rows), name="v")
    keys = pd.Series(rng.integers(0, 100_000 // divisor, rows), name="k")
    few = rows // 5
    texts = pl.Series("s", [f"text {at}" for at in range(1_000)]).gather(
        rng.integers(0, 1_000, few)
    )
    part = pl.Series("v", v.to_numpy()[:few])
    numbers = v.iloc[: rows // 10].tolist()
    frame = pd.DataFrame({"V": v, "K": keys})
    squash, step, loop, spread = (cells[name] for name in ("Squash", "Step", "Loop", "Spread"))
    upper, both, total = (cells[name] for name in ("Upper", "Both", "Total"))
    return {
        "built-in, 10 M": lambda: goscore.score_series(v),
        "for each row, 10 M": lambda: squash(v),
        "rows of a frame, 10 M": lambda: both(frame),
        "scan, 10 M": lambda: step(v),
        "whole column, 10 M": lambda: loop(v),
        "aggregate with Merge, 10 M": lambda: total(v),
        "by= integers, 10 M": lambda: spread(v, by=keys),
        "by= strings, 2 M": lambda: spread(part, by=texts),
        "strings in and out, 2 M": lambda: upper(texts),
        "a Python list, 1 M": lambda: goscore.score_series(numbers),
    }


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:]))))
