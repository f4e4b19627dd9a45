"""How far apart two measurements of the same thing lie, and which figures have changed by more."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_PAIRS = 21
_OUTER = 1  # pairs at each end that do not count

# A line of the table of targets: work, contender, figure, target, verdict, and A against A.
_LINE = re.compile(
    r"^\| (.+?) +\| (.+?) +\| ([\d.,]+) +\| <= .+? \| .+? \| ([\d.]+) to ([\d.]+) +\|", re.MULTILINE
)

Known = dict[tuple[str, str], tuple[float, float, float]]


def band(run: Callable[[], Any]) -> tuple[float, float]:
    """Return between which ratios the times of two runs of the same lie: A against A, 21 pairs."""
    ratios = []
    for _ in range(_PAIRS):
        one, other = _timed(run), _timed(run)
        ratios.append(one / other)
    ratios.sort()
    return ratios[_OUTER], ratios[-1 - _OUTER]


def _timed(run: Callable[[], Any]) -> float:
    gc.collect()
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def committed(page: Path) -> Known:
    """Return each row's figure and band as a page has them."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    return {
        (work, against): (float(figure.replace(",", "")), float(low), float(high))
        for work, against, figure, low, high in _LINE.findall(text)
    }


def left(known: Known, work: str, against: str, figure: float | None) -> str:
    """Say how a ratio has changed, if it has left the band of the one before; else nothing."""
    before = known.get((work, against))
    if before is None or figure is None:
        return ""
    was, low, high = before
    return "" if low <= figure / was <= high else f"{figure / was:.2f} of the last"
