"""The chart of a comparison in a notebook: bars of HTML, in the page's own font, size and colours.

An SVG element would be stripped from a notebook that is not trusted, and an image does not know
the page's theme. The colours are those of Okabe and Ito, which people with any colour vision
can tell apart, and which are visible on white and on black.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from .. import _display
from .._display import rows_in_words, seconds
from .contender import GO, PART_NAMES, PARTS

if TYPE_CHECKING:
    from .contender import Contender
    from .figures import Figures

_SLOWER, _FASTER = "#D55E00", "#0072B2"
_OTHERS = ("#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_PARTS = dict(zip(PARTS, ("#E69F00", "#0072B2", "#009E73", "#999999"), strict=True))
_LEAST = 0.5  # per cent of the width; a bar that is thinner is not seen
_CELL = "padding: 0.1em 0.5em; border: 0; background: none; font-size: inherit"


def speeds(figures: Figures) -> str:
    """Return how many times as fast as Python each other contender was, at each number of rows.

    The bars are logarithmic and begin in the middle, where it is as fast as Python.
    """
    bars = [
        (size, contender, ratio)
        for size in figures.sizes
        for contender in figures.contenders[1:]
        if (ratio := figures.speed_up(contender, size)) is not None
    ]
    if not bars:
        return ""
    most = max(abs(math.log(ratio)) for _, _, ratio in bars) or 1.0
    several = len(figures.contenders) > 2
    lines, before = [], None
    for size, contender, ratio in bars:
        name = "" if size == before else rows_in_words(size) if figures.whole is not None else ""
        before = size
        lines.append(_line(figures, name, contender, ratio, math.log(ratio) / most, several))
    left, right = (f'<td style="{_CELL}; {side}">{text}</td>' for side, text in (
        ("text-align: right; width: 32%; opacity: 0.75", "◂ slower than Python"),
        ("text-align: left; width: 32%; opacity: 0.75", "faster ▸"),
    ))  # fmt: skip
    gap = f'<td style="{_CELL}"></td>'
    head = f"<tr>{gap}{gap if several else ''}{left}{right}{gap}</tr>"
    style = "border-collapse: collapse; width: 100%; max-width: 60em; margin: 0; font-size: inherit; table-layout: auto"
    return f'<table style="{style}"><tbody>{head}{"".join(lines)}</tbody></table>'


def _line(
    figures: Figures, name: str, contender: Contender, ratio: float, part: float, several: bool
) -> str:
    own = contender.name == GO
    others = [one.name for one in figures.contenders[2:]]
    colour = _FASTER if part >= 0 else _SLOWER
    if not own:
        colour = _OTHERS[others.index(contender.name) % len(_OTHERS)]
    width = max(_LEAST, 100 * abs(part))
    left, right = ("", _bar(colour, width, "")) if part >= 0 else (_bar(colour, width, "auto"), "")
    who = (
        f'<td style="{_CELL}; text-align: left; white-space: nowrap">{escape(contender.name)}</td>'
    )
    told = _display.times(ratio)
    return (
        f'<tr><td style="{_CELL}; text-align: right; white-space: nowrap">{name}</td>{who if several else ""}'
        f'<td style="{_CELL}; padding-right: 0; border-right: 2px solid rgba(127, 127, 127, 0.6)">{left}</td>'
        f'<td style="{_CELL}; padding-left: 0">{right}</td>'
        f'<td style="{_CELL}; text-align: left; white-space: nowrap">{told}</td></tr>'
    )


def _bar(colour: str, width: float, left: str) -> str:
    side = f"; margin-left: {left}" if left else ""
    return f'<div style="background: {colour}; height: 1em; width: {width:.1f}%{side}"></div>'


def parts(figures: Figures) -> str:
    """Return where the time of a call to Go went, on the most rows, as one bar."""
    runs = figures.contenders[1].measured.get(figures.rows)
    if runs is None or not runs.receipts:
        return ""
    times = {part: runs.part(part) for part in PARTS}
    whole = sum(times.values()) or 1.0
    cells = "".join(
        f'<td style="padding: 0; border: 0; height: 1em; background: {_PARTS[part]}; width: {100 * time / whole:.1f}%"></td>'
        for part, time in times.items()
        if time / whole >= _LEAST / 100
    )
    told = "&emsp;".join(
        f'<span style="color: {_PARTS[part]}">■</span> {PART_NAMES[part]} {seconds(time)}'
        for part, time in times.items()
    )
    style = "border-collapse: collapse; width: 100%; max-width: 60em; margin: 0.2em 0; table-layout: fixed"
    return (
        f'Where Go\'s time went<table style="{style}"><tbody><tr>{cells}</tr></tbody></table>{told}'
    )
