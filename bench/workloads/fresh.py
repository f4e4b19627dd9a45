"""What is measured in fresh Python processes: loading, the first call, a hundred million rows."""

from __future__ import annotations

import json
import subprocess
import sys
from statistics import median
from typing import Any

from goscore._measure.processes import readable

from ..cells import Cells
from ..contest import Results, Row, Size, Times
from ..peers import HERE

_ALLOWED = 256  # MB, beside inputs and outputs
_KINDS = {
    "built-in": 1,
    "scan": 1,
    "scalar": 1,
    "vector": 2,
}  # and how often inputs and outputs may be there
_MB = 1e6


class FailedError(Exception):
    """A measurement ended without figures."""


def run(cells: Cells, size: Size) -> Results:
    """Measure each in a process of its own."""
    results = Results()
    _load(results, size)
    _cold(results, "built-in", "unstarted", size)
    for kind in ("built-in", "scan", "vector"):
        _cold(results, kind, "started", size)
    for kind, times in _KINDS.items():
        _large(results, kind, times, size)
    return results


def alone(*words: object) -> dict[str, Any]:
    """Run ``bench.alone``; return its figures."""
    command = [sys.executable, "-s", "-m", "bench.alone", *map(str, words)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=HERE.parent, timeout=300)
    except subprocess.TimeoutExpired as error:
        raise FailedError(str(error)) from None
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        raise FailedError((done.stderr.strip().splitlines() or ["no output"])[-1])
    figures: dict[str, Any] = json.loads(lines[-1])
    return figures


def _load(results: Results, size: Size) -> None:
    row = Row("%load_ext goscore, packages imported", "", None, 100, unit="ms")
    results.rows.append(row)
    seconds = [alone("load")["seconds"] for _ in range(size.rounds)]
    row.figure = median(seconds) * 1000
    row.ours = Times(workload=row.row, name="goscore", seconds=seconds)
    results.times.append(row.ours)


def _cold(results: Results, kind: str, started: str, size: Size) -> None:
    """Measure the first call against the same call warm, in as many processes as there are rounds."""
    how = {"started": "worker running", "unstarted": "with the worker's start"}[started]
    name = f"very first call on 10 M rows, {_called(kind)}, {how}"
    starts = started == "unstarted"
    row = Row(name, "the same call warm", None, 60.0 if starts else 2.0, unit="ms more" * starts)
    results.rows.append(row)
    try:
        found = [
            alone("cold", kind, 10_000_000 // size.divisor, started) for _ in range(size.rounds)
        ]
    except FailedError as error:
        _failed(results, row, error)
        return
    pairs = [(one["first"], median(one["warm"])) for one in found]
    row.figure = median((a - b) * 1000 if starts else a / b for a, b in pairs)
    first = Times(workload=name, name="goscore first", seconds=[one["first"] for one in found])
    first.receipts = [one["receipt"] for one in found]
    warm = Times(workload=name, name="goscore warm", seconds=[median(one["warm"]) for one in found])
    row.ours, row.other = first, warm
    results.times += [first, warm]


def _large(results: Results, kind: str, times: int, size: Size) -> None:
    """Measure memory and time per row on the most rows."""
    called = _called(kind)
    memory = Row(f"100 M rows, {called}: peak memory", "", None, 0, unit="MB")
    per_row = Row(
        f"time per row at 100 M against 10 M rows, {called}", "itself", None, 1.1, least=0.9
    )
    results.rows += [memory, per_row]
    try:
        found = alone("large", kind, 100_000_000 // size.divisor)
    except FailedError as error:
        _failed(results, memory, error)
        per_row.note = memory.note
        return
    if found["different"]:
        results.different.append(f"{memory.row}: {found['different']}")
    memory.most = times * (found["in"] + found["out"]) / _MB + _ALLOWED
    memory.note = "not measured: this system does not say what processes share"
    if readable():
        memory.figure = found["peak"] / _MB
        memory.note = (
            f"{found['before'] / _MB:.0f} MB of it before the call, input included; "
            f"{found['cpu']:.1f} cores used"
        )
    whole = Times(workload=memory.row, name="goscore, 100 M", seconds=found["whole"])
    part = Times(workload=memory.row, name="goscore, 10 M", seconds=found["part"])
    per_row.figure = whole.median / (10 * part.median)
    whole.receipts = [found["receipt"]]
    per_row.ours = memory.ours = whole
    results.times += [whole, part]


def _called(kind: str) -> str:
    return kind if kind == "built-in" else f"{kind} function"


def _failed(results: Results, row: Row, error: Exception) -> None:
    row.note = f"goscore: {error}"
    results.different.append(f"{row.row}: {error}")
