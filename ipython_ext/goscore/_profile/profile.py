"""A profile: the lines of a cell with what each cost."""

from __future__ import annotations

import base64
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import _display
from .._errors import ArgumentValueError, GoscoreError
from . import show
from .figures import Figures

if TYPE_CHECKING:
    from .._protocol.profile import Profile as Sampled


class Profile(Figures):
    """What a cell or a call spent its time on, line by line.

    Displays as the cell's lines, each with its share of the samples, the time that it
    took for one row, the bytes that it allocated, and what the compiler says of it.

    Attributes
    ----------
    name : str
        What was run: ``In[7]``, or ``F(x, y)``.
    samples : int
        How often the program was seen, on all its cores.
    runs : int
        How often it was run meanwhile.
    rows : int
        Of one run; 1 for a call on plain values alone, 0 for a cell without columns.
    seconds : float
        On the clock, of all runs.
    """

    def to_pandas(self) -> Any:
        """Return a DataFrame with a row for each line, and one each for Go's runtime and goscore.

        `share` adds up to 1, but for a run too short to be seen; `line` is missing for those two;
        `bytes` are of one run.
        """
        import pandas as pd

        lines = [line["line"] or None for line in self]
        return pd.DataFrame(
            {
                "line": pd.array(lines, dtype="Int64"),
                "source": [line["source"] for line in self],
                "share": [self.share(line) for line in self],
                "ns_per_row": [self.ns_per_row(line) for line in self],
                "bytes": [line["bytes"] for line in self],
                "notes": ["\n".join(line["notes"]) for line in self],
                "samples": [line["samples"] for line in self],
                "cell": [line["cell"] for line in self],
            }
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the samples as a file for ``go tool pprof``, which draws graphs and flames."""
        Path(path).write_bytes(base64.b64decode(self._cpu))

    def __repr__(self) -> str:
        return show.text(self)

    def _repr_html_(self) -> str:
        return show.html(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return _display.bundle(self)


def seconds_of(budget: Any) -> float:
    """Check a budget.

    Raises
    ------
    ArgumentValueError
        It is no number of seconds.
    """
    if isinstance(budget, bool) or not isinstance(budget, int | float) or not 0 < budget < math.inf:
        raise ArgumentValueError(f"budget= takes a number of seconds, not {budget!r}")
    return float(budget)


def of(name: str, sampled: Sampled | None) -> Profile:
    """Return what sampling showed.

    Raises
    ------
    GoscoreError
        Nothing was sampled: the worker is older than this package.
    """
    if sampled is None:
        raise GoscoreError(f"{name} was not sampled by this worker")
    return Profile(name, sampled)
