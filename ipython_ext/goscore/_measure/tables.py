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
    """Return it for a terminal."""
    parts = [headline(figures), _given(figures), _display.text(_times(figures), right=0)]
    if where := _where(figures):
        parts.append(f"{_where_title(figures)}\n{_display.text(where, right=0)}")
    if len(costs := _costs(figures)) > 1:
        parts.append(f"On {figures.rows:,} rows\n{_display.text(costs, right=1)}")
    parts += [_bars(figures), *_notes(figures)]
    return "\n\n".join(filter(None, parts))


def html(figures: Figures) -> str:
    """Return it for a notebook, with a chart where matplotlib is installed."""
    from . import chart

    def table(rows: Rows, right: int) -> str:
        return _display.html(rows[0], rows[1:], right)

    parts = [
        f"<b>{escape(headline(figures))}</b>",
        escape(_given(figures)),
        table(_times(figures), 0),
    ]
    parts.append(chart.image(figures))
    if where := _where(figures):
        parts += [escape(_where_title(figures)), table(where, 0)]
    if len(costs := _costs(figures)) > 1:
        parts += [f"On {figures.rows:,} rows", table(costs, 1)]
    parts += map(escape, _notes(figures))
    return "".join(f'<div style="margin: 0.6em 0">{part}</div>' for part in filter(None, parts))


def headline(figures: Figures) -> str:
    """Say who is faster, how equal the results are, and from how many rows Go pays."""
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


def _given(figures: Figures) -> str:
    """Say what the functions got and gave."""
    rows = "" if figures.whole is None else f", {figures.whole:,} rows"
    given = f"All got {', '.join(figures.passed) or 'no arguments'}{rows}, as passed."
    gave = [f"{one.name} {one.returned}" for one in figures.contenders if one.returned]
    return f"{given} Returned: {'; '.join(gave)}."


def _times(figures: Figures) -> Rows:
    """Return the median times at all sizes, and how they compare with Python's."""
    head = ["rows"]
    for at, one in enumerate(figures.contenders):
        head += [one.name, "speed-up"] if at else [one.name]
    rows = [head]
    for size in figures.sizes:
        row = [f"{size:,}"]
        for at, one in enumerate(figures.contenders):
            runs = one.measured.get(size)
            row.append(seconds(runs.median) if runs else _NONE)
            if at:
                ratio = figures.speed_up(one, size)
                row.append(_NONE if ratio is None else _display.times(ratio))
        rows.append(row)
    return rows


def _where_title(figures: Figures) -> str:
    compiling = f"; compiling took {seconds(figures.compile)}, once" if figures.compile else ""
    return f"Where Go's time went{compiling}"


def _where(figures: Figures) -> Rows:
    """Return the parts of goscore's time; nothing when the second function left no receipts."""
    measured = sorted(figures.contenders[1].measured.items())
    rows = [
        [f"{size:,}", *(seconds(runs.part(part)) for part in PARTS), str(runs.receipts[-1].cores)]
        for size, runs in measured
        if runs.receipts
    ]
    head = ["rows", *(part.replace("_", " ") for part in PARTS), "cores used"]
    return [head, *rows] if rows else []


def _costs(figures: Figures) -> Rows:
    """Return what else there is of the most rows that Python and Go both ran."""
    head = ["", "time", "runs", "rows/s", "cores busy", "peak memory", "first call", "result"]
    rows = [
        _cost(figures, one, one.measured[figures.rows])
        for one in figures.contenders
        if figures.rows in one.measured
    ]
    return [head, *rows]


def _cost(figures: Figures, one: Contender, runs: Measured) -> list[str]:
    verdict = figures.verdicts.get(one.name)
    return [
        one.name,
        seconds(runs.median),
        str(len(runs.seconds)),
        count(runs.rows / runs.median) if runs.median else _NONE,
        _NONE if runs.cores is None else f"{runs.cores:.1f}",
        _NONE if runs.memory is None else byte_size(runs.memory),
        seconds(one.first),
        verdict.text if verdict else "",
    ]


def _bars(figures: Figures) -> str:
    """Draw the times at the most rows that Python and Go both ran."""
    runs = [
        (one.name, one.measured[figures.rows].median)
        for one in figures.contenders
        if figures.rows in one.measured
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
    found = [f"{one.name} stopped: {one.stopped}." for one in figures.contenders if one.stopped]
    found += [
        f"{one.name} raised {type(one.error).__name__}: {one.error}"
        for one in figures.contenders
        if one.error is not None and not one.stopped and not one.measured
    ]
    how = "sampled in Python, worker and programs, above what was in use before the first run at that size"
    found.append(
        f"Times are medians; {figures.seconds:.1f} s of {figures.budget:g} s were used. "
        + (
            f"Peak memory: {how}."
            if processes.readable()
            else "CPU and memory: not measured on this system."
        )
    )
    return found
