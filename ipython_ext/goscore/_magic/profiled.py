"""The value of a cell with ``--profile``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._errors import ArgumentValueError
from .._profile.profile import Profile

if TYPE_CHECKING:
    from .._protocol.profile import Profile as Sampled


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
