"""Python objects as inputs of a cell: what each is, and its columns when they are asked for.

A library is looked for only among the modules that are loaded: an object of
a library that was never imported cannot be here.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import field
from typing import Any

import numpy as np

from .._errors import ArgumentTypeError
from .._protocol.messages import BoundInput
from .._record import record
from . import from_numpy
from .arrays import Refused, Source


@record()
class Input:
    """One bound name.

    Attributes
    ----------
    name : str
        Its name in Go.
    kind : str
        ``frame``, ``column``, ``matrix``, ``value`` or ``map``.
    label : str
        How the user wrote it, for messages.
    load : callable
        Gives the source of a column by its position; 0 for what is no frame,
        and the values of a map at 1.
    library : str
        That of its results, empty for values and maps.
    labels : list
        The columns' names in Python, of any type; for a column its own, if it has one.
    load_missing : callable, optional
        As *load*, with what the library calls missing as nulls: NaN in pandas.
    column : callable, optional
        Gives a column itself, as its library has it.
    prepare : callable, optional
        Called once with the positions that will be loaded.
    index : object
        The pandas index.
    arrow_backed : callable
        Tells of a column by position whether pandas keeps it in Arrow.
    digest : str
        Of a table, which calls share: tells its content.
    """

    name: str
    kind: str
    label: str
    load: Callable[[int], Source]
    library: str = ""
    rows: int | None = None
    labels: list[Any] = field(default_factory=list)
    load_missing: Callable[[int], Source] | None = None
    column: Callable[[int], Any] | None = None
    prepare: Callable[[list[int]], None] | None = None
    index: Any = None
    arrow_backed: Callable[[int], bool] = lambda position: False
    shape: tuple[int, ...] = ()
    digest: str = ""

    @property
    def columns(self) -> list[str]:
        """The columns' names as Go gets to see them."""
        return [str(label) for label in self.labels]

    def schema(self) -> BoundInput:
        """What the plan is told."""
        entry: BoundInput = {"name": self.name, "kind": self.kind}
        if self.kind == "frame":
            entry["columns"] = self.columns
        return entry

    def source(self, position: int, missing: bool = False) -> Source:
        """Return a column's source.

        Parameters
        ----------
        position : int
        missing : bool
            Whether Go can take missing values, so that NaN need not stand for them.

        Raises
        ------
        ArgumentTypeError
            It is of a kind that Go cannot have; the text names it.
        """
        try:
            load = (missing and self.load_missing) or self.load
            return load(position)
        except Refused as error:
            what = (
                f"column {self.columns[position]!r} of {self.label}"
                if self.kind == "frame"
                else self.label
            )
            raise ArgumentTypeError(f"{what} {error}") from error


def list_source(values: list[Any]) -> Source:
    """Describe a list; only None is null in it. An empty one is of float64, as in NumPy."""
    if not values:
        return from_numpy.source(np.empty(0))
    return from_numpy.objects(values, nan_is_null=False)


def loaded(module: str) -> Any:
    """Return a module that somebody imported, or None."""
    found = sys.modules.get(module)
    if found is not None and getattr(found.__spec__, "_initializing", False):
        importlib.import_module(
            module
        )  # another thread is at it: what it lacks so far will be there
    return found
