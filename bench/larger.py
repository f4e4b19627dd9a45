"""Larger than memory: a dataset on the disk, written here, and every way through it.

``./install.sh bench --large``
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import trips
from .machine import machine
from .peers import HERE, absent

ROWS = 200_000_000
HEADING = "## Larger than memory"
_LEAST = 1 << 30  # bytes that have to stay free on the disk
_ROW_BYTES = 30
_ROUNDS = 3

# What each way is, and what part of the files it is given: Python's loops take their time.
_WAYS = {
    "rows": [
        ("rows_goscore", "goscore, row function", 1),
        ("rows_reader", "pyarrow's reader alone", 1),
        ("rows_memory", "goscore's function alone, in memory", 20),
        ("rows_expressions", "polars streaming, expressions", 1),
        ("rows_batches", "polars streaming, map_batches with NumPy", 1),
        ("rows_elements", "polars streaming, map_elements", 20),
    ],
    "groups": [
        ("groups_goscore", "goscore, aggregate with Merge, by=", 1),
        ("groups_reader", "pyarrow's reader alone", 1),
        ("groups_memory", "goscore's function alone, in memory", 20),
        ("groups_expressions", "polars streaming, expressions", 1),
        ("groups_python", "polars streaming, map_groups", 20),
    ],
}
_TITLES = {
    "rows": "A branchy price of every trip, summed up",
    "groups": "Count, mean, spread and maximum of speeds in 1,000 zones",
}


def run(rows: int = ROWS, folder: Path | None = HERE) -> int:
    """Write the files, measure, print, write the page; return 1 when results differ."""
    if why := absent("polars"):
        print(why)
    with tempfile.TemporaryDirectory(prefix="goscore-trips-") as place:
        whole, part = Path(place, "whole"), Path(place, "part")
        free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
        if free < rows * _ROW_BYTES + _LEAST:
            print(f"{place} has {free >> 30} GiB free, and the files need more", file=sys.stderr)
            return 1
        whole.mkdir()
        part.mkdir()
        print(f"writing {rows:,} trips ... ", end="", flush=True)
        size = trips.write(whole, rows)
        trips.write(part, rows // 20)
        print(f"{size / 1e9:.1f} GB", flush=True)
        os.sync()  # else the first way shares the disk with what was written
        measured = {kind: _found(ways, whole, part, rows, why) for kind, ways in _WAYS.items()}
    wrong = [kind for kind, found in measured.items() if not _equal(found)]
    for kind in wrong:
        print(f"different: {_TITLES[kind]}", file=sys.stderr)
    text = page(measured, rows, size)
    print("", text, sep="\n")
    if folder and not wrong:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "larger.md").write_text(text, encoding="utf-8")
        results = folder / "RESULTS.md"
        if results.exists():
            before = results.read_text(encoding="utf-8").partition(HEADING)[0]
            results.write_text(f"{before.rstrip()}\n\n{text}", encoding="utf-8")
    return 1 if wrong else 0


def _found(
    ways: list[tuple[str, str, int]], whole: Path, part: Path, rows: int, why: str | None
) -> list[tuple[str, int, dict[str, Any]]]:
    """Measure ways in turn, round by round; those on a part of the rows once."""
    able = [one for one in ways if not (why and "polars" in one[1])]
    made: dict[str, list[dict[str, Any]]] = {way: [] for way, _, _ in able}
    for at in range(_ROUNDS):
        for way, _, share in able:
            if share == 1 or at == 0:
                made[way].append(_measured(way, whole if share == 1 else part))
    return [(label, rows // share, _middle(made[way])) for way, label, share in able]


def _middle(times: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the run of median time, with the peak of all."""
    middle = sorted(times, key=lambda one: one["seconds"])[len(times) // 2]
    return {**middle, "peak": max(one["peak"] for one in times)}


def _measured(way: str, folder: Path) -> dict[str, Any]:
    print(f"{way} ... ", end="", flush=True)
    done = subprocess.run(
        [sys.executable, "-s", "-m", "bench.stream", way, str(folder)],
        stdout=subprocess.PIPE, text=True, check=True, cwd=HERE.parent,
    )  # fmt: skip
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"{made['seconds']:.1f} s", flush=True)
    return made


def _equal(found: list[tuple[str, int, dict[str, Any]]]) -> bool:
    """Tell whether those on the same rows agree, but for the order of their additions."""
    first = found[0]
    for _, rows, made in found[1:]:
        if rows != first[1] or not made["found"]:
            continue
        for name, value in first[2]["found"].items():
            values, others = (
                one if isinstance(one, list) else [one] for one in (value, made["found"][name])
            )
            if len(values) != len(others) or not all(
                math.isclose(a, b, rel_tol=1e-7) for a, b in zip(values, others, strict=True)
            ):
                return False
    return True


def page(measured: dict[str, list[tuple[str, int, dict[str, Any]]]], rows: int, size: int) -> str:
    """Return the section of RESULTS.md."""
    facts = machine()
    parts = [
        HEADING,
        f"Made by `./install.sh bench --large`, {facts['date']}, {facts['machine']}. {rows:,} trips in parquet files, "
        f"{size / 1e9:.1f} GB on the disk, of which each way reads three columns. Each is a fresh process, and its time has imports and the worker's start "
        f"in it, and in the first of {_ROUNDS} rounds the compile; the median counts. The files lie in the system's cache, as far as memory reaches. "
        "*Peak memory* is the most in any round of the proportional set size of Python, worker and programs together. Ways on fewer rows "
        "would take too long, or too much memory, on all of them, and ran once. The reader and the function alone show what binds.",
    ]
    for kind, found in measured.items():
        lines = [
            f"| {label} | {at:,} | {made['seconds']:.1f} s | {at / made['seconds'] / 1e6:,.2f} M | {made['peak'] / 1e6:,.0f} MB |"
            for label, at, made in found
        ]
        head = "| way | rows | time | rows/s | peak memory |\n|---|---:|---:|---:|---:|"
        parts.append(f"**{_TITLES[kind]}**\n\n{head}\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"
