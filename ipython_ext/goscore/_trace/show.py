"""A trace as text, and as HTML with styles of its own."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._protocol.trace import TraceStep
    from .steps import Steps

_LINE = "1px solid rgba(127, 127, 127, 0.35)"  # visible on white and on black
_CELL = f"padding: 1px 8px; border: 0; border-bottom: {_LINE}; vertical-align: top"
_CODE = "background: none; color: inherit; padding: 0; font-family: monospace; font-size: inherit"
_PANIC = "; background: rgba(213, 94, 0, 0.3)"  # below text of either colour
_WIDEST = 60  # characters of a line's source on a terminal


def headline(trace: Steps) -> str:
    """Return what was run, in how many steps, and how it ended."""
    count = len(trace.steps)
    text = f"{trace.name}, {count:,} step{'s' * (count != 1)}"
    if not count:
        text += ": no line of it ran"
    if trace.error is not None:
        text += f": {type(trace.error).__name__}: {str(trace.error).splitlines()[0]}"
    return f"{text}. {trace.note}" if trace.note else text


def did(step: TraceStep) -> str:
    """Say in words what a step did."""
    values = ", ".join(f"{name} = {value}" if name else value for name, value in step["values"])
    kind, count, note = step["kind"], step["count"], step["note"]
    text = values
    if kind == "call":
        text = f"{step['function']}({values})"
        if count > 1:
            text = f"call {count:,}: {text}"
        if note:
            text += f"; {note}"
    elif kind == "if":
        text = f"{note}, since {values}" if values else note
    elif kind == "case":
        text = f"taken, since {values}" if values else "taken"
    elif kind == "round":
        text = f"round {count:,}: {values}" if values else f"round {count:,}"
    elif kind == "end":
        text = f"after {count:,} round{'s' * (count != 1)}"
    elif kind == "return":
        text = f"returns {values}" if values else "returns"
        text = f"{note}, {text}" if note else text
    elif kind == "panic":
        text = f"panic: {note}" if note else "panic"
        text += f", with {values}" if values else ""
    elif kind == "fold":
        text = f"... {count:,} {note}{'s' * (count != 1)} left out ..."
    elif kind == "limit":
        text = f"... {count:,} step{'s' * (count != 1)} left out: a trace keeps a thousand ..."
    if step["goroutine"]:
        text = f"goroutine {step['goroutine']}: {text}".rstrip(": ")
    return text


def _titled(trace: Steps) -> list[tuple[str, TraceStep]]:
    """Return the steps, each with the name of its cell where another one goes on."""
    several = len({step["cell"] for step in trace.steps if step["cell"]}) > 1
    out, before = [], ""
    for step in trace.steps:
        title = step["cell"] if several and step["cell"] and step["cell"] != before else ""
        before = step["cell"] or before
        out.append((title, step))
    return out


def _source(step: TraceStep) -> str:
    return (
        "  " * step["depth"] + step["source"].expandtabs(4)
        if step["kind"] not in ("fold", "limit")
        else ""
    )


def text(trace: Steps) -> str:
    """Write it for a terminal."""
    rows = []
    for title, step in _titled(trace):
        if title:
            rows.append(("", title, ""))
        source = _source(step)
        if len(source) > _WIDEST:
            source = source[: _WIDEST - 4] + " ..."
        folded = step["kind"] in ("fold", "limit") or not step["line"]
        rows.append(("" if folded else str(step["line"]), source, did(step)))
    wide = max((len(source) for _, source, _ in rows), default=0)
    digits = max((len(line) for line, _, _ in rows), default=0)
    lines = [
        f"{line.rjust(digits)} | {source.ljust(wide)}  {what}".rstrip()
        for line, source, what in rows
    ]
    return "\n".join([headline(trace), "", *lines]) if lines else headline(trace)


def html(trace: Steps) -> str:
    """Write it for a notebook, in the page's own colours; every style is an element's own."""
    heads = ("line", "", "what it did")
    head = "".join(f'<th style="{_CELL}; text-align: left">{name}</th>' for name in heads)
    rows = []
    for title, step in _titled(trace):
        if title:
            rows.append(
                f'<tr><td colspan="3" style="{_CELL}; text-align: left"><b>{escape(title)}</b></td></tr>'
            )
        rows.append(_row(step))
    table = f'<table style="border-collapse: collapse; margin: 0.4em 0"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    inner = f'<div style="max-height: 45em; overflow: auto">{table}</div>' if rows else ""
    return f"<div><b>{escape(headline(trace))}</b>{inner}</div>"


def _row(step: TraceStep) -> str:
    folded = step["kind"] in ("fold", "limit")
    number = "" if folded or not step["line"] else str(step["line"])
    shade = _PANIC if step["kind"] == "panic" else ""
    source, what = escape(step["source"].expandtabs(4)), escape(did(step))
    indent = f"{1.5 * step['depth']:g}em"
    code = f'<code style="{_CODE}; white-space: pre-wrap">{source}</code>' if not folded else ""
    said = f"<i>{what}</i>" if folded else f'<code style="{_CODE}">{what}</code>'
    return (
        f'<tr><td style="{_CELL}; text-align: right{shade}">{number}</td>'
        f'<td style="{_CELL}; text-align: left{shade}"><div style="margin-left: {indent}">{code}</div></td>'
        f'<td style="{_CELL}; text-align: left; white-space: normal{shade}">{said}</td></tr>'
    )
