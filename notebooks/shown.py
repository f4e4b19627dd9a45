"""What the notebooks measure and draw, out of sight: races, and charts that suit light and dark pages."""

from __future__ import annotations

import time

import numpy as np
import pandas
from matplotlib import pyplot

GREY = "#808080"  # visible on white and on black
# Those of Okabe and Ito, which people with any colour vision can tell apart.
COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#999999")
PARTS = ("compile", "copy_in", "run", "copy_out", "other")


def fastest(function, *values, times=3):
    """Return the seconds of the fastest of several calls, and the result of the last."""
    best = np.inf
    for _ in range(times):
        start = time.perf_counter()
        result = function(*values)
        best = min(best, time.perf_counter() - start)
    return best, result


def race(ways, *values, equal=None, times=5):
    """Return each way's seconds; all must give what the first gives. A slow first way runs once."""
    seconds, expected = {}, None
    for name, function in ways.items():
        first, result = fastest(function, *values, times=1)
        more = 0 if first > 1 else times - 1
        again = fastest(function, *values, times=more)[0] if more else first
        expected = result if expected is None else expected
        assert (equal or same)(np.asarray(result), np.asarray(expected)), (
            f"{name} gives something else"
        )
        seconds[name] = min(first, again)
    return seconds


def same(found, expected):
    """Say whether two results have the same values, NaN in the same rows."""
    return np.array_equal(found, expected, equal_nan=np.asarray(found).dtype.kind == "f")


def nearly(found, expected):
    """Say whether two sums differ by no more than the order of additions explains."""
    return np.allclose(found, expected, rtol=1e-12, atol=0)


def axes_for(title, lines):
    """Return axes without a background, for as many lines of bars."""
    figure, axes = pyplot.subplots(figsize=(8, 0.9 + 0.42 * lines), dpi=80, facecolor="none")
    axes.patch.set_alpha(0)
    axes.set_title(title, loc="left", color=GREY)
    axes.spines[:].set_visible(False)
    axes.tick_params(which="both", colors=GREY, length=0, labelsize="large")
    figure.set_layout_engine("constrained")
    return axes


def line(values, title):
    """Draw values as a line."""
    axes = axes_for(title, 3)
    axes.plot(values, color=COLOURS[0])


def bars(seconds, title):
    """Draw each way's time, with how many times faster than the first it is."""
    axes = axes_for(title, len(seconds))
    slow = next(iter(seconds.values()))
    drawn = axes.barh(list(seconds), list(seconds.values()), color=COLOURS, height=0.7)
    words = [
        f"  {duration(one)}" + compared(slow / one) * (one != slow) for one in seconds.values()
    ]
    axes.bar_label(drawn, words, color=GREY, fontsize="large")
    axes.set_xlim(0, max(seconds.values()) * 1.35)
    axes.set_xticks([])
    axes.invert_yaxis()


def duration(seconds):
    """Return a time as people say it, to two digits."""
    scale, unit = next((one for one in ((1, "s"), (1e-3, "ms")) if seconds >= one[0]), (1e-6, "µs"))
    return f"{float(f'{seconds / scale:.2g}'):,g} {unit}"


def compared(ratio):
    """Return how many times faster, or slower, to two digits."""
    if 0.95 < ratio < 1.05:
        return ", no difference"
    word = "faster" if ratio > 1 else "slower"
    return f", {float(f'{max(ratio, 1 / ratio):.2g}'):,g}× {word}"


def parts(receipts, title):
    """Draw where the time of each run went."""
    axes = axes_for(title, len(receipts))
    left = np.zeros(len(receipts))
    for part, colour in zip(PARTS, COLOURS, strict=False):
        width = np.array([getattr(one, part) for one in receipts.values()])
        width = 100 * width / [one.total for one in receipts.values()]
        axes.barh(list(receipts), width, left=left, color=colour, label=part.replace("_", " "))
        left += width
    axes.set_xlabel("% of the call", color=GREY)
    axes.invert_yaxis()
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, labelcolor=GREY)


def ratios(times):
    """Return a table: what the first way took, and how many times as fast the others are."""
    rows = {}
    for key, seconds in times.items():
        (first, slow), *others = seconds.items()
        rows[key] = {first: duration(slow)}
        rows[key] |= {name: f"{float(f'{slow / one:.2g}'):,g}×" for name, one in others}
    return pandas.DataFrame(rows).T.reindex(columns=max(rows.values(), key=len)).fillna("")


def repaid(pairs, compiling, title):
    """Draw how many times faster the second of two ways is, and after how many calls that repays compiling."""
    axes = axes_for(title, len(pairs))
    axes.set_xscale("log")
    axes.axvline(1, color=GREY, linewidth=1)
    for name, (slow, fast) in pairs.items():
        ratio, saved = slow / fast, slow - fast
        calls = int(np.ceil(compiling / saved)) if saved > 0 else 0
        when = f"after {calls:,} call{'s' * (calls > 1)}" if calls else "never"
        words = f"  {compared(ratio).removeprefix(', ')}; compiling is repaid: {when}"
        axes.barh(name, ratio - 1, left=1, height=0.7, color=COLOURS[1 if calls else 0])
        axes.text(max(1, ratio), name, words, color=GREY, fontsize="large", va="center")
    axes.set_xlim(None, 300 * axes.get_xlim()[1])
    axes.set_xticks([])
    axes.set_xticks([], minor=True)
    axes.invert_yaxis()


def short(comparison):
    """Return what a comparison says first: its number, and bars."""
    return "\n\n".join(str(comparison).split("\n\n")[:2]) + "\n"
