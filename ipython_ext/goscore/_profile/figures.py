"""The figures of a profile."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._protocol.profile import Profile as Sampled
    from .._protocol.profile import ProfileLine


class Figures:
    """The figures of a `Profile`, which documents them."""

    def __init__(self, name: str, sampled: Sampled) -> None:
        self.name = name
        self.runs, self.rows, self.seconds = sampled["runs"], sampled["rows"], sampled["seconds"]
        self._lines = sampled["lines"]
        self._others = [sampled["runtime"], sampled["goscore"]]
        self._period, self._cpu = sampled["period"], sampled["cpu"]
        self.samples = sum(line["samples"] for line in [*self._lines, *self._others])

    def share(self, line: ProfileLine) -> float:
        """Return a line's part of all samples."""
        return line["samples"] / self.samples if self.samples else 0.0

    def ns_per_row(self, line: ProfileLine) -> float:
        """Return a line's time of one core for one row; NaN where there are no rows."""
        rows = self.rows * self.runs
        return line["samples"] * self._period * 1e9 / rows if rows else math.nan

    def __iter__(self) -> Iterator[ProfileLine]:
        return iter([*self._lines, *self._others])
