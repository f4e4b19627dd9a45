"""The value of a cell with ``--profile`` or ``--trace``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._errors import ArgumentValueError, GoscoreError
from .._profile.profile import Profile
from .._trace.trace import Trace

if TYPE_CHECKING:
    from .._protocol.profile import Profile as Sampled
    from .._protocol.trace import Trace as Recorded


def profiled(sampled: Sampled | None, cell: str) -> Profile:
    """Return what sampling the cell showed.

    Raises
    ------
    ArgumentValueError
        The cell has nothing that runs.
    """
    if sampled is None:
        raise ArgumentValueError(
            "--profile: the cell only declares, so nothing ran; F.profile(...) samples a function F"
        )
    return Profile(cell, sampled)


def traced(recorded: Recorded | None, cell: str, value: Any) -> Trace:
    """Return what the cell did; `value` is its value otherwise.

    Raises
    ------
    ArgumentValueError
        The cell has nothing that runs.
    """
    if recorded is None:
        raise ArgumentValueError(
            "--trace: the cell only declares, so nothing ran; F.trace(...) records a call of a function F"
        )
    return Trace(cell, recorded, value, None)


def show_failed(recorded: Recorded, cell: str, error: GoscoreError) -> None:
    """Display the steps of a cell, whose error is raised behind them."""
    from IPython.display import display

    display(Trace(cell, recorded, None, error))  # type: ignore[no-untyped-call]
