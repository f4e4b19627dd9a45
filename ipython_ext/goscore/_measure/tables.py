"""A comparison in words, tables and bars, for terminals and for notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from .. import _display
from .._display import byte_size, count, seconds
from . import bars, processes
from .contender import PART_NAMES, PARTS

if TYPE_CHECKING:
    from .contender import Contender, Measured
    from .figures import Figures

_EIGHTHS = " ▏▎▍▌▋▊▉"
_BAR = 40  # characters
_NONE = "–"

Rows = list[list[str]]


def text(figures: Figures) -> str:
    """Return a comparison as text, for a terminal."""
    parts = [f"{headline(figures)}\n{pays(figures)}", _bars(figures), _passed_and_returned(figures)]
    parts.append(_display.text(_times(figures), right=0))
    if parts_table := _parts(figures):
        parts.append(f"{_parts_title(figures)}\n{_display.text(parts_table, right=0)}")
    if len(costs := _costs(figures)) > 1:
        parts.append(f"On {figures.rows:,} rows\n{_display.text(costs, right=1)}")
    parts += _notes(figures)
    return "\n\n".join(filter(None, parts))


def html(figures: Figures) -> str:
    """Return a comparison as HTML: a number to be read from the last row, a chart, and the tables folded."""

    def table(rows: Rows, right: int) -> str:
        return _display.html(rows[0], rows[1:], right)

    number, _, rest = headline(figures).partition(" ")
    if "×" not in number:
        number, rest = "", headline(figures)
    large = f'<b style="font-size: 4em; line-height: 1.1">{escape(number)}</b> ' if number else ""
    shown = [
        f'{large}<span style="font-size: 1.8em">{escape(rest)}</span>',
        f'<span style="font-size: 1.4em">{escape(pays(figures))}</span>',
        *(
            f'<div style="font-size: 1.4em">{one}</div>'
            for one in (bars.speeds(figures), bars.parts(figures))
            if one
        ),
        *map(escape, _stopped(figures)),
    ]
    folded = [escape(_passed_and_returned(figures)), table(_times(figures), 0)]
    if parts_table := _parts(figures):
        folded += [escape(_parts_title(figures)), table(parts_table, 0)]
    if len(costs := _costs(figures)) > 1:
        folded += [f"On {figures.rows:,} rows", table(costs, 1)]
    folded.append(escape(_how(figures)))
    details = f"<details><summary>All figures</summary>{_blocks(folded)}</details>"
    return _blocks([*shown, details])


def _blocks(parts: list[str]) -> str:
    return "".join(f'<div style="margin: 0.6em 0">{part}</div>' for part in parts)


def headline(figures: Figures) -> str:
    """Return the speed-up, and how equal the results are."""
    python, go = figures.contenders[:2]
    ratio = figures.speed_up(go, figures.rows)
    if ratio is None:
        return f"{go.label} (Go) and {python.label} (Python) were never measured on the same rows"
    how = "faster" if ratio >= 1 else "slower"
    rows = "" if figures.whole is None else f" on {_display.rows_in_words(figures.rows)}"
    verdict = figures.verdicts.get(go.name)
    equal = ""
    if verdict:
        equal = (
            f", {verdict.text}" if verdict.equal else f", but the results differ: {verdict.text}"
        )
    return f"{_display.times(max(ratio, 1 / ratio))} {how}{rows}{equal}"


def pays(figures: Figures) -> str:
    """Return from how many rows Go is faster, and when compiling is repaid."""
    most = "" if figures.whole is None else f" up to {figures.rows:,} rows"
    if figures.break_even is None:
        return f"Go was never faster{most}."
    if figures.whole is None:
        faster = "Go is faster"
    elif figures.break_even == figures.sizes[0]:
        faster = f"Go is faster from {figures.break_even:,} rows on, the fewest measured"
    else:
        faster = f"Go is faster from about {count(figures.break_even)} rows on"
    if not figures.compile:
        return f"{faster}; there was nothing to compile."
    compiling = f"compiling ({seconds(figures.compile)})"
    if figures.break_even_with_compile is not None:
        from_ = (
            ""
            if figures.whole is None
            else f", from about {count(figures.break_even_with_compile)} rows on"
        )
        return f"{faster}; a single call repays {compiling}{from_}."
    calls = figures.repaid
    after = f"{count(calls)} calls repay it" if calls else "nor do more calls"
    return f"{faster}; a single call never repays {compiling}{most}: {after}."


def _passed_and_returned(figures: Figures) -> str:
    """Return the types of the arguments and of the results."""
    rows = "" if figures.whole is None else f", {figures.whole:,} rows"
    python, go = figures.contenders[:2]
    passed = (
        f"{go.label} (Go) against {python.label} (Python). "
        f"All got {', '.join(figures.passed) or 'no arguments'}{rows}, as passed."
    )
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
        [f"{size:,}", *(seconds(runs.part(part)) for part in PARTS)]
        for size, runs in measured
        if runs.receipts
    ]
    head = ["rows", *PART_NAMES.values()]
    return [head, *rows] if rows else []


def _costs(figures: Figures) -> Rows:
    """Return all figures for the most rows that both Python and Go ran."""
    head = ["", "time", "runs", "rows/s", "cores used", "peak memory", "first call", "result"]
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
    return [*_stopped(figures), _how(figures)]


def _stopped(figures: Figures) -> list[str]:
    """Return why contenders did not run on all rows."""
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
    return notes


def _how(figures: Figures) -> str:
    """Return how it was measured."""
    told = f"Times are medians; {figures.seconds:.1f} s of {figures.budget:g} s were used. "
    if not processes.readable():
        return told + "CPU and memory: not measured on this system."
    return (
        f"{told}Cores used: the processor time of Python, worker and programs, divided by the time. Peak memory: "
        "sampled in all of them, above what was in use before the first run at that size."
    )
