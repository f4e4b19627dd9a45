"""In which library results are returned, and with which index and name."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import field
from typing import Any

from .._errors import ArgumentValueError
from .._record import record
from .entries import Entry
from .input import Input, loaded


@record()
class Target:
    """What results are made to look like.

    Attributes
    ----------
    library : str
        ``pandas``, ``polars``, ``arrow``, ``numpy`` or ``list``.
    indexes : dict of int to object
        The pandas index of results of that length.
    arrow_backed : bool
        Whether pandas keeps them in Arrow, as it kept the inputs.
    name : object
        That of the only column that went in, for a function's result.
    nullable : bool
        Whether every result may have missing values.
    """

    library: str
    indexes: dict[int, Any] = field(default_factory=dict)
    arrow_backed: bool = False
    name: Any = None
    nullable: bool = False


def choose(to: str, inputs: list[Input], entries: list[Entry]) -> Target:
    """Find the target from what went in.

    Parameters
    ----------
    to : str
        The option ``-t``.
    inputs : list of Input
        In the order in which they were bound.
    entries : list of Entry
        Those that the cell uses.

    Raises
    ------
    ArgumentValueError
        The library is not installed, or rows of two inputs do not belong together.
    """
    library = to
    if to == "auto":
        library = (
            next((bound.library for bound in inputs if bound.library), "") or default_library()
        )
    elif to in ("pandas", "polars") and not _installed(to):
        raise ArgumentValueError(f"-t/--to {to}: {to} is not installed")
    columns = [
        (entry, position) for entry in entries if entry.input.library for position in entry.sent
    ]
    name = None
    if len(columns) == 1:
        entry, position = columns[0]
        name = entry.input.labels[position] if entry.input.labels else None
    used = [entry.input for entry in entries if entry.input.library]
    arrow_backed = False
    if used and used[0].library == "pandas":
        own = [(e, p) for e, p in columns if e.input is used[0]]
        arrow_backed = bool(own) and all(e.input.arrow_backed(p) for e, p in own)
    return Target(library, indexes(used), arrow_backed, name)


def _installed(module: str) -> bool:
    return module in sys.modules or importlib.util.find_spec(module) is not None


def default_library() -> str:
    """Return the library of results when nothing with columns went in.

    Pandas is expected wherever it is installed; polars only where somebody imported it.
    """
    if _installed("pandas"):
        return "pandas"
    return "polars" if loaded("polars") is not None else "arrow"


def indexes(used: list[Input]) -> dict[int, Any]:
    """Return the index of each length; rows are matched by position, so it must be one."""
    first_of_length: dict[int, tuple[Input, Any]] = {}
    for bound in used:
        if bound.index is None:
            continue
        first = first_of_length.setdefault(len(bound.index), (bound, bound.index))
        if first[1] is not bound.index and not first[1].equals(bound.index):
            raise ArgumentValueError(
                f"{first[0].label} and {bound.label} have different indexes, and Go matches rows by "
                f"position, not by label: align them first (df.align, reindex), or use "
                f".reset_index(drop=True) on both"
            )
    return {length: index for length, (_, index) in first_of_length.items()}
