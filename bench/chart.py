"""The chart: how many times as fast as the best of its peers goscore is."""

from __future__ import annotations

from pathlib import Path


def draw(found: list[tuple[str, float, str, float]], folder: Path) -> str:
    """Draw ``results.svg`` into a folder; return its name, or nothing where matplotlib is missing.

    Parameters
    ----------
    found : list of tuple
        The work, goscore's seconds, the best peer and its seconds.
    folder : pathlib.Path
    """
    try:
        import matplotlib
        from matplotlib.figure import Figure
        from matplotlib.ticker import NullFormatter, StrMethodFormatter
    except ImportError:
        return ""
    shown = found[::-1]
    matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "goscore"}
    figure = Figure(figsize=(10, 0.8 + 0.26 * len(shown)), layout="constrained")
    axes = figure.subplots()
    times = [peer / ours for _, ours, _, peer in shown]
    colours = ["#2a7f62" if one >= 1 else "#c8553d" for one in times]
    axes.barh(range(len(shown)), [one - 1 for one in times], left=1, color=colours, height=0.7)
    axes.set_yticks(
        range(len(shown)), [f"{work} / {peer}" for work, _, peer, _ in shown], fontsize=8
    )
    for at, one in enumerate(times):
        axes.annotate(f"{one:.3g}×", (one, at), xytext=(4 if one >= 1 else -4, 0), textcoords="offset points",
                      va="center", ha="left" if one >= 1 else "right", fontsize=8)  # fmt: skip
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.margins(x=0.12)
    axes.set_ylim(-0.6, len(shown) - 0.4)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("times as fast as the best peer (to the right of 1, goscore is faster)")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(folder / "results.svg", metadata={"Date": None})
    return "results.svg"
