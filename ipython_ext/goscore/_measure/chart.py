"""Times by rows, drawn by matplotlib.

The colours are those of Okabe and Ito, which people with any colour vision
can tell apart. Text and axes are grey, which is visible on white and on black.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .contender import GO, PYTHON

if TYPE_CHECKING:
    from .figures import Figures

_GREY = "#808080"
_COLOURS = {PYTHON: "#D55E00", GO: "#0072B2"}
_OTHERS = ("#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_MARKERS = "osD^vP*X"


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


def _plain(axes: Any) -> None:
    """Give axes no background, and colours that are visible on any."""
    axes.patch.set_alpha(0)
    axes.spines[["top", "right"]].set_visible(False)
    for spine in axes.spines.values():
        spine.set_color(_GREY)
    axes.tick_params(which="both", colors=_GREY)
    for words in (axes.xaxis.label, axes.yaxis.label, axes.title):
        words.set_color(_GREY)
