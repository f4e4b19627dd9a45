"""How goscore writes tables, times, counts and sizes, in terminals and in notebooks."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from decimal import Decimal
from html import escape
from typing import Any

_LINE = "1px solid rgba(127, 127, 127, 0.35)"  # visible on white and on black


def text(rows: Sequence[Sequence[str]], right: int | None = None) -> str:
    """Align columns with blanks.

    Parameters
    ----------
    rows : sequence of sequences of str
        The first may be a header.
    right : int, optional
        This column and those behind it are aligned to the right.
    """
    if not rows:
        return ""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if right is not None and at >= right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def html(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: int | None = None,
    code: Sequence[int] = (),
) -> str:
    """Write a table in the page's own colours, light or dark.

    Parameters
    ----------
    head : sequence of str
        The header; may be empty.
    rows : sequence of sequences of str
    right : int, optional
        As in `text`.
    code : sequence of int
        Columns of Go or Python code.
    """

    def cell(tag: str, at: int, value: str) -> str:
        side = "right" if right is not None and at >= right else "left"
        content = escape(value)
        if tag == "td" and at in code and value:
            content = f"<code>{content}</code>"
        style = f"text-align: {side}; padding: 2px 10px; border: 0; border-bottom: {_LINE}"
        return f'<{tag} style="{style}">{content}</{tag}>'

    def line(tag: str, values: Sequence[str]) -> str:
        return f"<tr>{''.join(cell(tag, at, value) for at, value in enumerate(values))}</tr>"

    top = f"<thead>{line('th', head)}</thead>" if head else ""
    body = "".join(line("td", row) for row in rows)
    return f'<table style="border-collapse: collapse">{top}<tbody>{body}</tbody></table>'


def seconds(number: float) -> str:
    """Write a time for people, as in ``1.5 ms``."""
    if number >= 99.95:
        return f"{number:,.0f} s"
    for unit, scale in (("s", 1.0), ("ms", 1e3)):
        if number * scale >= 0.9995:
            return f"{number * scale:.3g} {unit}"
    return f"{number * 1e6:.3g} µs" if number >= 1e-6 or not number else f"{number * 1e9:.3g} ns"


def count(number: float) -> str:
    """Write a large number for people: to three digits, with commas."""
    digits = len(str(int(abs(number))))
    return f"{round(number, 3 - digits):,.0f}"


def rows_in_words(number: int) -> str:
    """Write a number of rows for people, as in ``5 million rows``."""
    for name, scale in (("billion", 10**9), ("million", 10**6)):
        if number >= scale:
            return f"{number / scale:.3g} {name} rows"
    return f"{number:,} row{'s'[: number != 1]}"


def times(factor: float) -> str:
    """Write a factor for people, as in ``21×``."""
    return f"{factor:,.0f}×" if factor >= 99.5 else f"{Decimal(f'{factor:.2g}'):f}×"


def factor(number: float) -> str:
    """Write a factor of 1 or more for people, as in ``21 times``, without the word."""
    return count(number) if number >= 999.5 else f"{number:.3g}"


def bundle(value: Any) -> dict[str, str]:
    """Return the MIME bundle of an object, without HTML in a terminal."""
    forms = {"text/plain": repr(value)}
    ipython = sys.modules.get("IPython")  # what displays bundles elsewhere takes HTML
    formatter = getattr(ipython and ipython.get_ipython(), "display_formatter", None)
    if formatter is None or "text/html" in formatter.active_types:
        forms["text/html"] = value._repr_html_()
    return forms


def byte_size(nbytes: float) -> str:
    """Write a number of bytes for people, as in ``1.5 MiB``."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(nbytes) < 1024:
            break
        nbytes /= 1024
    else:
        unit = "TiB"
    return f"{nbytes:.0f} {unit}" if unit == "B" else f"{nbytes:.1f} {unit}"
