"""RESULTS.md: machine, table, notes, every contender's times."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from statistics import median
from typing import Any

from . import noise, peers, why
from .contest import Results, Row, Times

_PARTS = ("compile", "copy_in", "run", "copy_out", "other")

_METHOD = """\
Every contender of a workload gets the same data in the same process, goes from the user's object to the user's object, and
takes its turn in each round; the order changes from round to round. The median of at least seven rounds counts. Results are
compared before anything is timed: columns to the last bit, with index, name and type, and sums to 1e-11, for they depend on the order of
their additions. Compiling (numba's too) is not timed, except where the row says so. Loading, first calls and 100 M rows are measured in
fresh processes. Memory is the sum of the proportional set sizes of Python, worker and programs, with what their segments hold unmapped,
sampled every few milliseconds from a process beside them."""


_REPEAT = """\
`./install.sh bench` repeats all of it in about ten minutes, and says which figures have left the noise of these. `./install.sh bench score lists` measures only
some, `--quick` takes a tenth of the rows, `--large` 200 million rows from the disk, `--why` shows what part of each way is serial."""

_TARGETS = """\
A figure is goscore's median time divided by the contender's, unless it has a unit. *A against A* is goscore beside itself, 21 pairs
without the outermost two: a figure that changes by less has not changed. *Fastest runs* is the figure of the fastest runs,
which other work on the machine disturbs less."""


def markdown(
    results: Results, facts: dict[str, str], divisor: int, chart: str, known: noise.Known
) -> str:
    """Return the whole page."""
    title = "# Measured beside its peers"
    scale = f"\n\n**Sizes divided by {divisor}: these figures mean little.**" if divisor > 1 else ""
    listed = "\n".join(f"- {name}: {value}" for name, value in facts.items())
    held = sum(row.holds for row in results.rows)
    measured = sum(row.figure is not None for row in results.rows)
    parts = [
        f"{title}{scale}",
        "Medians, from the user's object to the user's object, all copies included. *Ratio* is goscore's time divided by that of the fastest other way: below 1, goscore is faster.",
        _aligned([["work", "goscore", "best peer", "ratio"], *headlines(results)]),
    ]
    if chart:
        parts.append(f"![How many times as fast as the best peer]({chart})")
    parts += [_REPEAT, listed]
    if results.different:
        parts.append("## Results that differ\n\n" + "\n".join(f"- {x}" for x in results.different))
    parts += [
        "## Targets",
        f"{held} of {len(results.rows)} hold; {len(results.rows) - measured} could not be measured. {_TARGETS}",
        table(results.rows, known),
    ]
    if notes := _notes(results):
        parts.append(f"## Where a target is missed\n\n{notes}")
    parts += [f"## How it is measured\n\n{_METHOD}", f"## Every contender\n\n{_times(results)}"]
    kept = peers.HERE / "larger.md"  # of --large, which is a run of its own
    if kept.exists():
        parts.append(kept.read_text(encoding="utf-8").rstrip())
    return "\n\n".join(parts) + "\n"


def headlines(results: Results) -> list[list[str]]:
    """Return what was done, goscore's time, the best peer and its time, and the ratio."""
    return [
        [work, _time(ours), f"{peer} {_time(other)}", _short(ours / other)]
        for work, ours, peer, other in beside(results)
    ]


def beside(results: Results) -> list[tuple[str, float, str, float]]:
    """Return each way of goscore beside the fastest of its peers."""
    found = []
    for workload in dict.fromkeys(times.workload for times in results.times):
        times = [one for one in results.times if one.workload == workload and one.peer]
        peers = [one for one in times if not one.name.startswith("goscore")]
        if not peers:
            continue
        best = min(peers, key=lambda one: one.median)
        for one in times:
            if one.name.startswith("goscore"):
                how = one.name.removeprefix("goscore").strip(" ,")
                work = f"{workload}, {how}" if how else workload
                found.append((work, one.median, best.name, best.median))
    return found


def table(rows: list[Row], known: noise.Known) -> str:
    """Return the table of targets; what has changed by more than the noise says so."""
    head = ["workload", "contender", "figure", "target", "verdict", "A against A", "fastest runs"]
    body = [
        [
            row.row,
            row.against or "–",
            _figure(row),
            _target(row),
            "; ".join(
                filter(None, (verdict(row), noise.left(known, row.row, row.against, row.figure)))
            ),
            f"{row.band[0]:.2f} to {row.band[1]:.2f}" if row.band else "",
            _fastest(row),
        ]
        for row in rows
    ]
    return _aligned([head, *body])


def verdict(row: Row) -> str:
    """Say whether a target holds, and by how much it is missed."""
    if row.figure is None:
        return row.note or "not measured"
    if row.holds:
        return "holds"
    if row.figure < row.least:
        return f"missed: {row.least / row.figure:.2f} times below"
    return f"missed: {row.figure / row.most:.2f} times the target"


def _figure(row: Row) -> str:
    return "–" if row.figure is None else f"{_short(row.figure)} {row.unit}".strip()


def _fastest(row: Row) -> str:
    return "" if row.fastest is None else _short(row.fastest)


def _target(row: Row) -> str:
    if row.least:
        return f"{row.least:g} to {row.most:g}"
    return f"<= {_short(row.most)} {row.unit}".strip() if row.most else "–"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _notes(results: Results) -> str:
    """Return the reasons for what is missed, and where goscore's time goes there."""
    return "\n".join(_note(row) for row in results.rows if not row.holds)


def _note(row: Row) -> str:
    if row.figure is None:
        return f"- **{row.row}**: {verdict(row)}."
    against = f", against {row.against}" if row.against else ""
    parts = [f"- **{row.row}**{against}: {_figure(row)}, {verdict(row)}."]
    if row.note:
        parts.append(f"{row.note}.")
    if split := row.ours and _split(row.ours):
        parts.append(f"goscore {_time(row.ours.median)}: {split}.")
    if row.other:
        parts.append(f"{row.against}: {_time(row.other.median)}.")
    if reason := why.of(row.row):
        parts.append(f"*Why:* {reason}")
    return " ".join(parts)


def _split(times: Times) -> str:
    """Return where goscore's time went, by its receipts."""
    parts = zip(_PARTS, _parts(times), strict=False)
    return ", ".join(f"{name.replace('_', ' ')} {_time(one)}" for name, one in parts if one > 1e-5)


def _parts(times: Times) -> list[float]:
    receipts = [one for one in map(_as_dict, times.receipts) if one]
    return [median(one[part] for one in receipts) for part in _PARTS if receipts]


def _times(results: Results) -> str:
    head = ["workload", "contender", "median", "fastest", "rounds", "cores", "memory"]
    head += [part.replace("_", " ") for part in _PARTS]
    body = [_line(times) for times in results.times if times.seconds]
    explained = """\
*cores*: CPU time of Python, worker and programs by the time that passed. *memory*: how far one run's peak was above the memory in use
before it. The last five columns are goscore's receipts: the medians of where its time went, in milliseconds."""
    return f"{_aligned([head, *body])}\n\n{explained}"


def _line(times: Times) -> list[str]:
    total = sum(times.seconds)
    return [
        times.workload,
        times.name,
        _time(times.median),
        _time(min(times.seconds)),
        str(len(times.seconds)),
        f"{times.cpu / total:.1f}" if times.cpu and total > 0.2 else "",
        "" if times.memory is None else f"{times.memory / 1e6:.0f} MB",
        *([f"{part * 1e3:.2f}" for part in _parts(times)] or [""] * len(_PARTS)),
    ]


def _as_dict(receipt: Any) -> dict[str, Any]:
    return dataclasses.asdict(receipt) if dataclasses.is_dataclass(receipt) else receipt or {}  # type: ignore[arg-type]


def _time(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.3g} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} µs"


def _aligned(rows: list[list[str]]) -> str:
    """Return a Markdown table whose columns also line up as plain text."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|", *lines[1:]])


def write(page: str, folder: Path) -> Path:
    """Write the page; return its place."""
    place = folder / "RESULTS.md"
    place.write_text(page, encoding="utf-8")
    return place
