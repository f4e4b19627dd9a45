"""The chart: each figure, as a part of its target."""

from __future__ import annotations

from pathlib import Path

from .contest import Row


def draw(rows: list[Row], folder: Path) -> str:
    """Draw ``results.svg`` into a folder; return its name, or nothing where matplotlib is missing."""
    try:
        import matplotlib
        from matplotlib.figure import Figure
        from matplotlib.ticker import NullFormatter, StrMethodFormatter
    except ImportError:
        return ""
    shown = [row for row in rows if row.figure and row.most][::-1]
    matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "goscore"}
    figure = Figure(figsize=(10, 0.8 + 0.26 * len(shown)), layout="constrained")
    axes = figure.subplots()
    parts = [(row.figure or 0) / row.most for row in shown]
    colours = ["#2a7f62" if row.holds else "#c8553d" for row in shown]
    axes.barh(range(len(shown)), parts, color=colours, height=0.7)
    axes.set_yticks(range(len(shown)), [_label(row) for row in shown], fontsize=8)
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.set_ylim(-0.6, len(shown) - 0.4)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("figure / target (shorter is better; 1 is the target)")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(folder / "results.svg", metadata={"Date": None})
    return "results.svg"


def _label(row: Row) -> str:
    return f"{row.row} / {row.against}" if row.against else row.row
