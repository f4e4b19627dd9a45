"""A trace: the steps of a cell or a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _display
from .._errors import GoscoreError
from . import show
from .steps import Steps

if TYPE_CHECKING:
    from .._protocol.trace import Trace as Recorded


class Trace(Steps):
    """What a cell or a call did, step by step.

    Displays as a table: the line of each step, its source, and what it did: the values of the variables
    that it set, the branch that was taken, the round of a loop, what a function returned. Of a
    loop's rounds the first three and the last are shown, of a column's rows too, and those that fail.
    The last step of a panic has the values that led to it.

    Attributes
    ----------
    name : str
        What was run: ``In[7]``, or ``F(x, y)``.
    steps : list of dict
        As the worker recorded them.
    error : GoscoreError or None
        What the cell or the call raised.
    note : str
        What is to be said of the run as a whole.
    """

    def __init__(
        self, name: str, recorded: Recorded, result: Any, error: GoscoreError | None
    ) -> None:
        super().__init__(name, recorded["steps"], error)
        self._result = result

    @property
    def result(self) -> Any:
        """What the call returned; raises what it raised."""
        if self.error is not None:
            raise self.error
        return self._result

    def to_pandas(self) -> Any:
        """Return a DataFrame with a row for each step.

        `line` is missing where no line is shown; `did` is the text of the table.
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "line": pd.array([step["line"] or None for step in self.steps], dtype="Int64"),
                "source": [step["source"] for step in self.steps],
                "did": [show.did(step) for step in self.steps],
                "kind": [step["kind"] for step in self.steps],
                "values": [dict(step["values"]) for step in self.steps],
                "function": [step["function"] for step in self.steps],
                "depth": [step["depth"] for step in self.steps],
                "count": [step["count"] for step in self.steps],
                "goroutine": [step["goroutine"] for step in self.steps],
                "cell": [step["cell"] for step in self.steps],
            }
        )

    def __repr__(self) -> str:
        return show.text(self)

    def _repr_html_(self) -> str:
        return show.html(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return _display.bundle(self)
