"""What the cells of a session have declared, to be declared again when their worker is lost."""

from __future__ import annotations

import threading
from dataclasses import field

from .._record import fact


@fact()
class Declaration:
    """A cell that leaves something to later ones.

    Attributes
    ----------
    changed : tuple of str
        Variables that its statements change, which later cells do not see.
    """

    code: str
    cell: str = field(compare=False)
    line: bool
    get: tuple[str, ...]
    changed: tuple[str, ...] = field(compare=False)


class Declarations:
    """Those that a worker knows, and those of the worker before, which it is yet to be told.

    Attributes
    ----------
    lock : threading.RLock
        Held while they are told.
    owed : list of Declaration
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.owed: list[Declaration] = []
        self._known: dict[Declaration, None] = {}

    def note(self, one: Declaration) -> None:
        """Note that the worker knows a cell's declarations; they come after all others.

        The same cell again, under another number, stands for what it was before.
        """
        self._known.pop(one, None)
        self._known[one] = None

    def all(self) -> list[Declaration]:
        """Return all, in the order in which they are to be declared."""
        return [*self._known, *self.owed]
