"""The arrays of the inputs of a run."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from .._errors import ArgumentTypeError
from .._protocol import execute as protocol
from .._protocol.messages import PlannedInput
from .._record import record
from .arrays import Refused, Source, Where
from .input import Input


@record()
class Entry:
    """One input as the request describes it.

    Attributes
    ----------
    description : protocol.Input
    slots : list of (protocol.Input or protocol.Column, str)
        Where in *description* each source's ARRAY belongs.
    sources : list of Source
    """

    input: Input
    description: protocol.Input
    slots: list[tuple[Any, str]] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)

    def add(
        self,
        place: protocol.Input | protocol.Column,
        key: str,
        position: int,
        missing: bool = False,
    ) -> None:
        self.sources.append(self.input.source(position, missing))
        self.slots.append((place, key))
        self.sent.append(position)

    def nbytes(self, where: Where | None) -> int:
        """Return the bytes that do not lie in a segment; all without *where*."""
        return sum(source.to_copy(where) for source in self.sources)


def gather(inputs: list[Input], planned: list[PlannedInput]) -> list[Entry]:
    """Find the sources of what the plan asks for; nothing is copied yet.

    Parameters
    ----------
    inputs : list of Input
    planned : list of PlannedInput
        An input that it does not name is sent as it is.

    Raises
    ------
    ArgumentTypeError
        A column that the cell mentions cannot be sent.
    """
    plans = {plan["name"]: plan for plan in planned}
    entries = []
    for bound in inputs:
        plan = plans.get(bound.name) or _unplanned(bound.name)
        if plan["used"]:
            entries.append(_entry(bound, plan))
    return entries


def _unplanned(name: str) -> PlannedInput:
    return {"name": name, "used": True, "columns": [], "soft": [], "nullable": []}


def _entry(bound: Input, plan: PlannedInput) -> Entry:
    entry = Entry(bound, {"name": bound.name, "kind": bound.kind, "label": bound.label})
    description = entry.description
    if bound.kind == "frame":
        _add_columns(entry, plan)
    elif bound.kind == "map":
        entry.add(description, "keys", 0)
        entry.add(description, "values", 1)
    else:
        entry.add(description, "array", 0, 0 in plan["nullable"])
    if bound.kind == "matrix":
        description["shape"] = list(bound.shape)
    if bound.digest:
        description["digest"] = bound.digest
    if bound.rows is not None:
        description["rows"] = bound.rows
    return entry


def _add_columns(entry: Entry, plan: PlannedInput) -> None:
    bound = entry.input
    columns, soft, nullable = plan["columns"], plan["soft"], plan["nullable"]
    description: list[protocol.Column] = [{"name": name} for name in bound.columns]
    entry.description["columns"] = description
    wanted = sorted({*columns, *soft})
    if bound.prepare:
        try:
            bound.prepare(wanted)
        except Refused as error:
            raise ArgumentTypeError(f"{bound.label} {error}") from error
    for position in wanted:
        try:
            entry.add(description[position], "array", position, position in nullable)
        except ArgumentTypeError as error:
            if position in columns:
                raise
            description[position]["refused"] = str(error.__cause__ or error)
