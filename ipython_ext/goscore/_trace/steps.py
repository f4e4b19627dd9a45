"""The steps of a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._errors import GoscoreError
    from .._protocol.trace import TraceStep


class Steps:
    """What a `Trace` consists of, which documents it."""

    def __init__(self, name: str, steps: list[TraceStep], error: GoscoreError | None) -> None:
        self.name, self.steps, self.error = name, steps, error
        self.note = ""

    def __len__(self) -> int:
        return len(self.steps)
