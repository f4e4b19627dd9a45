"""What engines cost on this machine, and what that would make of more machines: ``./install.sh bench --scale``.

Nothing here ran on a second machine. `seconds` is the model, and the page that is written says what it assumes.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

from .machine import machine
from .peers import HERE, absent
from .spread import ENGINES, SLOTS

ROWS = 2_000_000  # of a partition that is measured
_ROUNDS = 5
_TOTAL = 20_000_000_000
_PARTITION = 20_000_000
_NODES = [1, 2, 4, 8, 16, 32, 64, 128]
_BYTES = 125e6  # a second, over the network
_LABELS = {"alone": "one machine, no engine", "dask": "Dask", "ray": "Ray", "spark": "Spark"}
_COLOURS = {"alone": "#000000", "dask": "#E69F00", "ray": "#0072B2", "spark": "#009E73"}
_PACKAGES = {"alone": "goscore", "dask": "distributed", "ray": "ray", "spark": "pyspark"}


def run(rows: int = ROWS, folder: Path | None = HERE) -> int:
    """Measure every engine, write ``scale.md`` and ``scale.svg``; return 1 when results differ."""
    if why := absent("distributed", "ray", "pyspark"):
        print(f"{why}: pip install 'goscore[engines]'", file=sys.stderr)
        return 1
    facts, rounds = machine(), _ROUNDS if rows == ROWS else 1
    measured = {name: _measured(name, rows, rounds) for name in ENGINES}
    if len({json.dumps(one["found"]) for one in measured.values()}) > 1:
        print("different: engines do not give the same", file=sys.stderr)
        return 1
    text = page(measured, facts, rows, rounds)
    print("", text, sep="\n")
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "scale.md").write_text(text, encoding="utf-8")
        draw(measured, folder / "scale.svg")
    return 0


def _measured(name: str, rows: int, rounds: int) -> dict[str, Any]:
    print(f"{name} ... ", end="", flush=True)
    done = subprocess.run(
        [sys.executable, "-s", "-m", "bench.spread", name, str(rows), str(rounds)],
        stdout=subprocess.PIPE, text=True, check=True, cwd=HERE.parent,
    )  # fmt: skip
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print("done", flush=True)
    return made


def seconds(one: dict[str, Any], nodes: int, alone: bool = False) -> float:
    """Return what the model says that all rows take on so many machines like this one."""
    partitions = math.ceil(_TOTAL / _PARTITION)
    at_once = 1 if alone else nodes * SLOTS
    work = math.ceil(partitions / at_once) * _PARTITION * one["row"]
    handed_out = 0.0 if alone else one["job"] + partitions * one["partition"]
    brought_together = partitions * (one["merge"] + (0.0 if alone else one["size"] / _BYTES))
    return float(one["start"] + handed_out + work + brought_together)


def page(measured: dict[str, dict[str, Any]], facts: dict[str, str], rows: int, rounds: int) -> str:
    """Return ``scale.md``."""
    from importlib import metadata

    lines = [
        f"| {_LABELS[name]} ({_PACKAGES[name]} {metadata.version(_PACKAGES[name])}) | {one['start']:.1f} s "
        f"| {one['job'] * 1e3:,.0f} ms | {one['partition'] * 1e3:.1f} ms | {1e-6 / one['row']:.1f} M "
        f"| {one['memory'] / 1e6:,.0f} MB |"
        for name, one in measured.items()
    ]
    modelled = [
        f"| {nodes} | "
        + " | ".join(
            f"{_TOTAL / seconds(one, nodes, name == 'alone') / 1e6:,.0f} M"
            if name != "alone" or nodes == 1
            else "–"
            for name, one in measured.items()
        )
        + " |"
        for nodes in _NODES
    ]
    some = measured["dask"]
    return "\n".join([
        "# What engines cost",
        "",
        f"Made by `./install.sh bench --scale`, {facts['date']}, {facts['machine']}; load average at start {facts['load average at start']}. "
        f"{facts['versions']}.",
        "",
        f"Count, mean, spread and maximum of speeds in 1,000 zones, by an aggregate with `Merge` and `F.partial`. Each engine is a fresh process with "
        f"{SLOTS} workers on this machine; figures are medians of {rounds} rounds. *Start* is until a first small job is done. *Job* is a "
        f"small job later, *partition* what each further partition of 10 rows takes in it. *Rows/s* is within the function, of one worker "
        f"(of all cores, without an engine), on partitions of {rows:,} rows in memory. *Memory* is a worker's Python, goscore's worker and program together, with its rows.",
        "",
        "| way | start | job | partition | rows/s | memory |",
        "|---|---:|---:|---:|---:|---:|",
        *lines,
        "",
        "## Simulated: more machines",
        "",
        f"Rows/s of {_TOTAL / 1e9:g} billion rows in partitions of {_PARTITION / 1e6:g} million, start included. **Only the first machine was measured.** The model:",
        "",
        "    seconds = start + job + partitions · partition + ceil(partitions / workers) · rows of one · seconds of a row",
        "              + partitions · (merge + bytes of a partial result / network)",
        "",
        f"It assumes {SLOTS} workers on each machine and machines like this one; rows that lie in the memory of the worker that reads them; that partitions "
        f"are handed out one after the other, however many machines there are, at the pace measured here; that all partial results ({some['size'] / 1e3:.0f} kB "
        f"each, {some['merge'] * 1e3:.2f} ms to combine) come to one place over {_BYTES * 8 / 1e9:g} Gbit/s; no stragglers, no failures, and a start that takes as long as that of one machine.",
        "",
        "| machines | " + " | ".join(_LABELS[name] for name in measured) + " |",
        "|---:" * (1 + len(measured)) + "|",
        *modelled,
        "",
        "![Rows per second against the number of machines](scale.svg)",
        "",
    ])  # fmt: skip


def draw(measured: dict[str, dict[str, Any]], path: Path) -> None:
    """Draw rows/s against the number of machines."""
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.ticker import StrMethodFormatter

    matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "goscore"}
    figure = Figure(figsize=(7.5, 4.2), layout="constrained")
    axes = figure.subplots()
    for name, one in measured.items():
        rate = [_TOTAL / seconds(one, nodes, name == "alone") / 1e6 for nodes in _NODES]
        style = {"linestyle": "--"} if name == "alone" else {"marker": "o", "markersize": 4}
        axes.plot(_NODES, rate, color=_COLOURS[name], label=_LABELS[name], **style)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.yaxis.set_minor_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.set_xlabel(f"machines of {SLOTS} workers (simulated from one that was measured)")
    axes.set_ylabel(f"million rows/s, of {_TOTAL / 1e9:g} billion")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})
