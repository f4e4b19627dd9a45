"""What a draft says about Python that it does not translate."""

from __future__ import annotations

from dataclasses import dataclass


class Untranslatable(Exception):
    """A piece of Python has no Go here; the text says why. Never leaves `draft`."""


class NeedsLines(Untranslatable):
    """It has Go, but of several lines, and none may stand where it is."""


@dataclass(frozen=True)
class Untranslated:
    """A statement that a draft marks instead of translating it.

    Attributes
    ----------
    line : int
        Its line in the function's source, counted from 1 at ``def``'s own.
    source : str
        Its Python.
    reason : str
    """

    line: int
    source: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.source}\n    {self.reason}"
