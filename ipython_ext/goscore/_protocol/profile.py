"""What sampling a program showed, as ``magics/protocol/profile.go`` declares it."""

from __future__ import annotations

from typing import TypedDict


class ProfileLine(TypedDict):
    """One line of a cell."""

    cell: str
    line: int
    source: str
    samples: int
    bytes: int
    notes: list[str]


class Profile(TypedDict):
    """Lines of cells, and what is none of theirs: each sample belongs to one."""

    lines: list[ProfileLine]
    goscore: ProfileLine
    runtime: ProfileLine
    period: float
    seconds: float
    runs: int
    rows: int
    cpu: str
