"""What a traced program did, as ``magics/protocol/trace.go`` declares it."""

from __future__ import annotations

from typing import TypedDict


class TraceStep(TypedDict):
    """One step: its kind, where it is, what variables held, and which branch was taken."""

    kind: str
    goroutine: int
    depth: int
    function: str
    cell: str
    line: int
    source: str
    values: list[tuple[str, str]]
    count: int
    note: str


class Trace(TypedDict):
    """All steps, in their order."""

    steps: list[TraceStep]
