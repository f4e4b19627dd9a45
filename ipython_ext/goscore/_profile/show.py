"""A profile as text, and as HTML with styles of its own."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from .. import _display
from .._display import byte_size

if TYPE_CHECKING:
    from .._protocol.profile import ProfileLine
    from .figures import Figures

_FEW = 100  # samples: with fewer, no share is known to one per cent, nor to ten
_BAR = 10  # characters
_LINE = "1px solid rgba(127, 127, 127, 0.35)"  # visible on white and on black
_HEAT = "rgba(213, 94, 0, {:.2f})"  # below text of either colour
_CELL = f"padding: 1px 8px; border: 0; border-bottom: {_LINE}; vertical-align: top"


def headline(profile: Figures) -> str:
    """Return what was run, for how long, and where most of the time went."""
    runs = "once" if profile.runs == 1 else f"{profile.runs:,} times"
    rows = f" on {profile.rows:,} rows" if profile.rows > 1 else ""
    ran = f"{profile.name}{rows}, run {runs} in {_display.seconds(profile.seconds)}"
    if not profile.samples:
        return f"{ran}: too short to be seen. Give it more rows."
    hot = max(profile, key=lambda line: line["samples"])
    where = f"line {hot['line']}" if hot["line"] else hot["source"]
    few = (
        " Few samples: shares are rough, more rows give better ones."
        if profile.samples < _FEW
        else ""
    )
    share = f"{profile.share(hot):.0%} of {profile.samples:,} samples in {where}"
    return f"{ran}: {share}.{few}"


def _title(profile: Figures, line: ProfileLine, before: str) -> str:
    """Return the name of a cell where its lines begin, if there are several."""
    cells = {one["cell"] for one in profile if one["cell"]}
    return line["cell"] if len(cells) > 1 and line["cell"] != before else ""


def _figures(profile: Figures, line: ProfileLine) -> list[str]:
    """Return share, time of one row and bytes as people read them; empty where there is nothing."""
    nanoseconds = profile.ns_per_row(line)
    return [
        f"{profile.share(line):.1%}" if line["samples"] else "",
        ""
        if not line["samples"] or math.isnan(nanoseconds)
        else f"{nanoseconds:,.3g}"
        if nanoseconds < 1000
        else f"{nanoseconds:,.0f}",
        byte_size(line["bytes"]) if line["bytes"] else "",
    ]


def text(profile: Figures) -> str:
    """Write it for a terminal: notes stand below their lines."""
    rows, notes, cell = [["", "share", "ns/row", "bytes", "line", ""]], [[""]], ""
    for line in profile:
        if title := _title(profile, line, cell):
            rows.append(["", "", "", "", "", title])
            notes.append([])
        cell = line["cell"]
        bar = "█" * round(profile.share(line) * _BAR)
        number = str(line["line"]) if line["line"] else ""
        source = line["source"].expandtabs(4)
        rows.append([bar, *_figures(profile, line), number, f"| {source}" if number else source])
        notes.append(line["notes"])
    # the source, which is ragged, is written by hand: the columns before it are aligned to the right
    widths = [max(len(row[at]) for row in rows) for at in range(5)]
    out = [headline(profile), ""]
    for row, below in zip(rows, notes, strict=True):
        left = [row[0].ljust(widths[0])]
        left += [value.rjust(width) for value, width in zip(row[1:5], widths[1:], strict=True)]
        start = "  ".join(left)
        out.append(f"{start} {row[5]}".rstrip())
        out += [f"{' ' * len(start)} |   ^ {note}" for note in below if note]
    return "\n".join(out)


def html(profile: Figures) -> str:
    """Write it for a notebook, in the page's own colours; every style is an element's own."""
    heads = ("share", "ns/row", "bytes", "line", "", "what the compiler says")
    head = "".join(
        f'<th style="{_CELL}; text-align: {"right" if at < 4 else "left"}">{name}</th>'
        for at, name in enumerate(heads)
    )
    rows, cell = [], ""
    for line in profile:
        if title := _title(profile, line, cell):
            rows.append(
                f'<tr><td colspan="6" style="{_CELL}; text-align: left"><b>{escape(title)}</b></td></tr>'
            )
        cell = line["cell"]
        rows.append(_row(profile, line))
    table = f'<table style="border-collapse: collapse; margin: 0.4em 0"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    return f"<div><b>{escape(headline(profile))}</b>{table}</div>"


def _row(profile: Figures, line: ProfileLine) -> str:
    heat = f"; background: {_HEAT.format(0.55 * profile.share(line))}" if line["samples"] else ""
    figures = [*_figures(profile, line), str(line["line"] or "")]
    cells = [
        f'<td style="{_CELL}; text-align: right{heat if not at else ""}">{value}</td>'
        for at, value in enumerate(figures)
    ]
    source = escape(line["source"].expandtabs(4))
    if line["line"]:
        code = (
            "background: none; color: inherit; padding: 0; white-space: pre; font-family: monospace"
        )
        source = f'<code style="{code}">{source}</code>'
    notes = "<br>".join(map(escape, line["notes"]))
    cells.append(f'<td style="{_CELL}; text-align: left">{source}</td>')
    cells.append(f'<td style="{_CELL}; text-align: left; white-space: normal">{notes}</td>')
    return f"<tr>{''.join(cells)}</tr>"
