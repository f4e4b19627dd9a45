"""A comparison in words, tables and bars, for terminals and for notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from .. import _display
from .._display import byte_size, count, factor, seconds
from . import processes
from .contender import PARTS

if TYPE_CHECKING:
    from .contender import Contender, Measured
    from .figures import Figures

_EIGHTHS = " ▏▎▍▌▋▊▉"
_BAR = 40  # characters
_NONE = "–"

Rows = list[list[str]]


def text(figures: Figures) -> str:
    """Return a comparison as text, for a terminal."""
    parts = [
        headline(figures),
        _passed_and_returned(figures),
        _display.text(_times(figures), right=0),
    ]
    if parts_table := _parts(figures):
        parts.append(f"{_parts_title(figures)}\n{_display.text(parts_table, right=0)}")
    if len(costs := _costs(figures)) > 1:
        parts.append(f"On {figures.rows:,} rows\n{_display.text(costs, right=1)}")
    parts += [_bars(figures), *_notes(figures)]
    return "\n\n".join(filter(None, parts))


def html(figures: Figures) -> str:
    """Return a comparison as HTML, with a chart where matplotlib is installed."""
    from . import chart

    def table(rows: Rows, right: int) -> str:
        return _display.html(rows[0], rows[1:], right)

    parts = [
        f"<b>{escape(headline(figures))}</b>",
        escape(_passed_and_returned(figures)),
        table(_times(figures), 0),
    ]
    parts.append(chart.image(figures))
    if parts_table := _parts(figures):
        parts += [escape(_parts_title(figures)), table(parts_table, 0)]
    if len(costs := _costs(figures)) > 1:
        parts += [f"On {figures.rows:,} rows", table(costs, 1)]
    parts += map(escape, _notes(figures))
    return "".join(f'<div style="margin: 0.6em 0">{part}</div>' for part in filter(None, parts))


def headline(figures: Figures) -> str:
    """Return the speed-up, how equal the results are, and from how many rows Go pays."""
    python, go = figures.contenders[:2]
    ratio = figures.speed_up(go, figures.rows)
    if ratio is None:
        return f"{go.label} (Go) and {python.label} (Python) were never measured on the same rows"
    how = "times as fast as" if ratio >= 1 else "times slower than"
    how = f"{factor(max(ratio, 1 / ratio))} {how}"
    verdict = figures.verdicts.get(go.name)
    equal = f": {verdict.text}" if verdict else ""
    if verdict and not verdict.equal:
        equal = f", and the results differ: {verdict.text}"
    rows = "" if figures.whole is None else f" on {figures.rows:,} rows"
    return f"{go.label} (Go) is {how} {python.label} (Python){rows}{equal}. {_pays(figures)}"


def _pays(figures: Figures) -> str:
    most = "" if figures.whole is None else f" up to {figures.rows:,} rows"

    def from_(rows: int | None) -> str:
        if figures.whole is None:
            return "each call" if rows else "no call"
        least = figures.sizes[0]
        return f"{'the fewest measured, ' if rows == least else ''}{count(rows or 0)} rows"

    if figures.break_even is None:
        return f"Go never pays{most}."
    if not figures.compile:
        return f"Go pays from {from_(figures.break_even)} on; there was nothing to compile."
    if figures.break_even_with_compile is None:
        single = f"a single call that also compiles ({seconds(figures.compile)}) never does{most}"
    else:
        single = f"with compiling ({seconds(figures.compile)}), from {from_(figures.break_even_with_compile)}"
    return f"Go pays from {from_(figures.break_even)} on; {single}."


def _passed_and_returned(figures: Figures) -> str:
    """Return the types of the arguments and of the results."""
    rows = "" if figures.whole is None else f", {figures.whole:,} rows"
    passed = f"All got {', '.join(figures.passed) or 'no arguments'}{rows}, as passed."
    returned = [
        f"{contender.name} {contender.returned}"
        for contender in figures.contenders
        if contender.returned
    ]
    return f"{passed} Returned: {'; '.join(returned)}."


def _times(figures: Figures) -> Rows:
    """Return the median times and speed-ups at all sizes."""
    head = ["rows"]
    for at, contender in enumerate(figures.contenders):
        head += [contender.name, "speed-up"] if at else [contender.name]
    rows = [head]
    for size in figures.sizes:
        row = [f"{size:,}"]
        for at, contender in enumerate(figures.contenders):
            runs = contender.measured.get(size)
            row.append(seconds(runs.median) if runs else _NONE)
            if at:
                ratio = figures.speed_up(contender, size)
                row.append(_NONE if ratio is None else _display.times(ratio))
        rows.append(row)
    return rows


def _parts_title(figures: Figures) -> str:
    compiling = f"; compiling took {seconds(figures.compile)}, once" if figures.compile else ""
    return f"Where Go's time went{compiling}"


def _parts(figures: Figures) -> Rows:
    """Return the parts of goscore's time; nothing if the second function left no receipts."""
    measured = sorted(figures.contenders[1].measured.items())
    rows = [
        [f"{size:,}", *(seconds(runs.part(part)) for part in PARTS), str(runs.receipts[-1].cores)]
        for size, runs in measured
        if runs.receipts
    ]
    head = ["rows", *(part.replace("_", " ") for part in PARTS), "cores used"]
    return [head, *rows] if rows else []


def _costs(figures: Figures) -> Rows:
    """Return all figures for the most rows that both Python and Go ran."""
    head = ["", "time", "runs", "rows/s", "cores busy", "peak memory", "first call", "result"]
    rows = [
        _cost(figures, contender, contender.measured[figures.rows])
        for contender in figures.contenders
        if figures.rows in contender.measured
    ]
    return [head, *rows]


def _cost(figures: Figures, contender: Contender, runs: Measured) -> list[str]:
    verdict = figures.verdicts.get(contender.name)
    return [
        contender.name,
        seconds(runs.median),
        str(len(runs.seconds)),
        count(runs.rows / runs.median) if runs.median else _NONE,
        _NONE if runs.cores is None else f"{runs.cores:.1f}",
        _NONE if runs.memory is None else byte_size(runs.memory),
        seconds(contender.first),
        verdict.text if verdict else "",
    ]


def _bars(figures: Figures) -> str:
    """Draw bars of the times for the most rows that both Python and Go ran."""
    runs = [
        (contender.name, contender.measured[figures.rows].median)
        for contender in figures.contenders
        if figures.rows in contender.measured
    ]
    if not runs:
        return ""
    longest = max(time for _, time in runs)
    width = max(len(name) for name, _ in runs)
    lines = [f"{name:<{width}}  {_bar(time / longest)} {seconds(time)}" for name, time in runs]
    return "\n".join(lines)


def _bar(part: float) -> str:
    whole, eighths = divmod(max(1, round(part * _BAR * 8)), 8)
    return "█" * whole + _EIGHTHS[eighths].strip()


def _notes(figures: Figures) -> list[str]:
    notes = [
        f"{contender.name} stopped: {contender.stopped}."
        for contender in figures.contenders
        if contender.stopped
    ]
    notes += [
        f"{contender.name} raised {type(contender.error).__name__}: {contender.error}"
        for contender in figures.contenders
        if contender.error is not None and not contender.stopped and not contender.measured
    ]
    how = "sampled in Python, worker and programs, above what was in use before the first run at that size"
    notes.append(
        f"Times are medians; {figures.seconds:.1f} s of {figures.budget:g} s were used. "
        + (
            f"Peak memory: {how}."
            if processes.readable()
            else "CPU and memory: not measured on this system."
        )
    )
    return notes
