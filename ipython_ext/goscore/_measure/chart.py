"""The chart of a comparison, drawn by matplotlib where that is installed.

The colours are those of Okabe and Ito, which people with any colour vision
can tell apart. Text and axes are grey, which is visible on white and on black.
"""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

from .contender import GO, PARTS, PYTHON

if TYPE_CHECKING:
    from .figures import Figures

_GREY = "#808080"
_COLOURS = {PYTHON: "#D55E00", GO: "#0072B2"}
_OTHERS = ("#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_MARKERS = "osD^vP*X"
_PARTS = dict(zip(PARTS, ("#E69F00", "#0072B2", "#009E73", "#999999"), strict=True))


def plot(figures: Figures, axes: Any = None) -> Any:
    """Draw time against rows; see `Comparison.plot`."""
    if axes is None:
        try:
            from matplotlib import pyplot
        except ImportError as error:
            raise ImportError("a chart needs matplotlib: pip install matplotlib") from error
        axes = pyplot.subplots()[1]
    _draw_times(figures, axes)
    return axes


def image(figures: Figures) -> str:
    """Return the chart as HTML; nothing where matplotlib is missing.

    It is an image, since notebooks that are not trusted show no SVG elements.
    """
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError:
        return ""
    go = figures.contenders[1]
    parts = any(runs.receipts for runs in go.measured.values())
    with matplotlib.rc_context({"svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(9.5 if parts else 5.5, 3.4), layout="constrained")
        left, *right = figure.subplots(1, 2 if parts else 1, squeeze=False)[0]
        _draw_times(figures, left)
        if right:
            _draw_parts(figures, right[0])
        file = io.StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    drawn = base64.b64encode(file.getvalue().encode()).decode()
    what = "Chart of the times by rows" + (", and of where Go's time went" if parts else "")
    return f'<img alt="{what}" src="data:image/svg+xml;base64,{drawn}" style="max-width: 100%">'


def _draw_times(figures: Figures, axes: Any) -> None:
    """Draw a line for each contender, and mark the rows from which Go pays."""
    others = iter(_OTHERS * len(figures.contenders))
    for contender, marker in zip(
        figures.contenders, _MARKERS * len(figures.contenders), strict=False
    ):
        sizes = sorted(contender.measured)
        times = [contender.measured[size].median for size in sizes]
        colour = _COLOURS.get(contender.name) or next(others)
        axes.plot(
            sizes,
            times,
            marker=marker,
            color=colour,
            label=contender.name,
            linewidth=1.8,
            markersize=5,
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("rows")
    axes.set_ylabel("seconds")
    axes.set_title("time of a call")
    if figures.break_even and figures.break_even > figures.sizes[0]:
        axes.axvline(figures.break_even, color=_GREY, linestyle=":", linewidth=1)
    _plain(axes)
    axes.legend(frameon=False, labelcolor=_GREY, fontsize="small")


def _draw_parts(figures: Figures, axes: Any) -> None:
    """Draw the parts of goscore's time at each size."""
    measured = sorted(figures.contenders[1].measured.items())
    with_receipts = [(size, runs) for size, runs in measured if runs.receipts]
    left = [0.0] * len(with_receipts)
    for part in PARTS:
        shares = [
            100 * runs.part(part) / (sum(map(runs.part, PARTS)) or 1) for _, runs in with_receipts
        ]
        axes.barh(
            range(len(with_receipts)),
            shares,
            left=left,
            color=_PARTS[part],
            label=part.replace("_", " "),
        )
        left = [a + b for a, b in zip(left, shares, strict=True)]
    axes.set_yticks(range(len(with_receipts)), [f"{size:,}" for size, _ in with_receipts])
    axes.set_xlabel("% of a call, compiled before")
    axes.set_ylabel("rows")
    axes.set_title("where Go's time went")
    axes.set_xlim(0, 100)
    _plain(axes)
    axes.legend(
        frameon=False,
        labelcolor=_GREY,
        fontsize="small",
        loc="center left",
        bbox_to_anchor=(1, 0.5),
    )


def _plain(axes: Any) -> None:
    """Give axes no background, and colours that are visible on any."""
    axes.patch.set_alpha(0)
    axes.spines[["top", "right"]].set_visible(False)
    for spine in axes.spines.values():
        spine.set_color(_GREY)
    axes.tick_params(which="both", colors=_GREY)
    for words in (axes.xaxis.label, axes.yaxis.label, axes.title):
        words.set_color(_GREY)
