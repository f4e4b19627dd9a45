"""Runs the suite: ``python -m bench``, or ``./install.sh bench``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from . import chart, larger, noise, report, scale, serial
from .cells import Cells
from .contest import QUICK, Results, Size
from .machine import machine
from .peers import HERE
from .workloads import FAMILIES


def main() -> int:
    """Measure, write, print; return 1 when a result differs."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure goscore beside its peers.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, and two rounds")
    parser.add_argument(
        "--large",
        type=int,
        nargs="?",
        const=larger.ROWS,
        metavar="ROWS",
        help="instead: a dataset larger than memory, written to a temporary folder",
    )
    parser.add_argument(
        "--scale",
        type=int,
        nargs="?",
        const=scale.ROWS,
        metavar="ROWS",
        help="instead: what Dask, Ray and Spark cost, with partitions of so many rows",
    )
    parser.add_argument(
        "--why", action="store_true", help="instead: how much of each way runs on one core"
    )
    parser.add_argument("--to", type=Path, help="folder for RESULTS.md and its chart")
    parser.add_argument("families", nargs="*", help=f"only these of {', '.join(FAMILIES)}")
    asked = parser.parse_args()
    if asked.large:
        return larger.run(asked.large, asked.to or (HERE if asked.large == larger.ROWS else None))
    if asked.scale:
        return scale.run(asked.scale, asked.to or (HERE if asked.scale == scale.ROWS else None))
    if asked.why:
        return serial.run(QUICK.divisor if asked.quick else 1)
    if unknown := set(asked.families) - set(FAMILIES):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    size = QUICK if asked.quick else Size()
    folder = asked.to or (None if asked.quick or asked.families else HERE)
    facts, begin = machine(), time.perf_counter()
    known = noise.committed(HERE / "RESULTS.md") if size.divisor == 1 else {}
    results = _measured(asked.families or list(FAMILIES), size)
    facts["the suite took"] = f"{time.perf_counter() - begin:.0f} s"
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        drawn = chart.draw(report.beside(results), folder)
        page = report.markdown(results, facts, size.divisor, drawn, known)
        print(f"\nwrote {report.write(page, folder)}")
    print("", report.table(results.rows, known), "", sep="\n")
    for one in results.different:
        print(f"different: {one}", file=sys.stderr)
    return 1 if results.different else 0


def _measured(families: list[str], size: Size) -> Results:
    cells, results = Cells(), Results()
    for name in families:
        begin = time.perf_counter()
        print(f"{name} ... ", end="", flush=True)
        results.add(FAMILIES[name](cells, size))
        print(f"{time.perf_counter() - begin:.0f} s", flush=True)
    return results


if __name__ == "__main__":
    sys.exit(main())
