"""The planned inputs, copied to where the worker reads them: a segment, or the message itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ._arrays import Array, Source
from ._errors import ArgumentTypeError
from ._from_numpy import Refused
from ._inputs import Input

if TYPE_CHECKING:
    from ._allocator import Allocator

SMALL = 64 << 10  # bytes of all inputs together that travel in the message


@dataclass
class Entry:
    """One input as the request describes it.

    Attributes
    ----------
    described : dict
    slots : list of (dict, str)
        Where in *described* each source's ARRAY belongs.
    sources : list of Source
    """

    input: Input
    described: dict[str, Any]
    slots: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)

    def add(self, place: dict[str, Any], key: str, position: int, missing: bool = False) -> None:
        self.sources.append(self.input.source(position, missing))
        self.slots.append((place, key))
        self.sent.append(position)


@dataclass
class Outgoing:
    """All inputs of a request, and the buffers that travel with it."""

    entries: list[Entry]
    nbytes: int
    buffers: list[Any] = field(default_factory=list)

    @property
    def inputs(self) -> list[dict[str, Any]]:
        return [entry.described for entry in self.entries]

    def checksums(self) -> list[dict[str, Any]]:
        """Length and SHA-256 of each buffer, for the part of the message that is signed."""
        return [
            {"length": len(memoryview(b).cast("B")), "sha256": hashlib.sha256(b).hexdigest()}
            for b in self.buffers
        ]


def gather(inputs: list[Input], planned: list[dict[str, Any]]) -> list[Entry]:
    """Find the sources of what the plan asks for; nothing is copied yet.

    Parameters
    ----------
    inputs : list of Input
    planned : list of dict
        ``inputs`` of the plan's reply.

    Raises
    ------
    ArgumentTypeError
        A column that the cell mentions cannot be sent.
    """
    plans = {plan["name"]: plan for plan in planned}
    entries = []
    for given in inputs:
        plan = plans.get(given.name, {})
        if plan.get("used", True):
            entries.append(_entry(given, plan))
    return entries


def _entry(given: Input, plan: dict[str, Any]) -> Entry:
    entry = Entry(given, {"name": given.name, "kind": given.kind, "label": given.label})
    described = entry.described
    if given.library:
        described["library"] = given.library
    if given.kind == "frame":
        _add_columns(entry, plan)
    elif given.kind == "map":
        entry.add(described, "keys", 0)
        entry.add(described, "values", 1)
    else:
        entry.add(described, "array", 0, 0 in (plan.get("nullable") or []))
    if given.kind == "matrix":
        described["shape"] = list(given.shape)
    if given.rows is not None:
        described["rows"] = given.rows
    return entry


def _add_columns(entry: Entry, plan: dict[str, Any]) -> None:
    given = entry.input
    columns, soft = plan.get("columns") or [], plan.get("soft") or []
    nullable = plan.get("nullable") or []
    described: list[dict[str, Any]] = [{"name": name} for name in given.columns]
    entry.described["columns"] = described
    wanted = sorted({*columns, *soft})
    if given.prepare:
        try:
            given.prepare(wanted)
        except Refused as error:
            raise ArgumentTypeError(f"{given.label} {error}") from error
    for position in wanted:
        try:
            entry.add(described[position], "array", position, position in nullable)
        except ArgumentTypeError as error:
            if position in columns:
                raise
            described[position]["refused"] = str(error.__cause__ or error)


@contextmanager
def copied(entries: list[Entry], allocator: Allocator | None) -> Iterator[Outgoing]:
    """Copy the inputs once, and free the copy when the run is over.

    Parameters
    ----------
    entries : list of Entry
    allocator : Allocator or None
        None when the worker shares no memory with this process.
    """
    nbytes = sum(source.nbytes for entry in entries for source in entry.sources)
    outgoing = Outgoing(entries, nbytes)
    if allocator is None or nbytes <= SMALL:
        for entry in entries:
            _inline(entry, outgoing)
        yield outgoing
        return
    offset, length = allocator.take(nbytes)
    try:
        memory = allocator.mapping.memory[offset : offset + length]
        position = 0
        for entry in entries:
            for (place, key), source in zip(entry.slots, entry.sources, strict=True):
                place[key], position = source.place(0, memory, offset, position)
        del memory
        yield outgoing
    finally:
        allocator.release(offset, length)


def _inline(entry: Entry, outgoing: Outgoing) -> None:
    """Write the arrays as an Arrow IPC stream with one record batch."""
    import pyarrow as pa

    if not entry.sources:
        return
    arrays = [Array.copy_of(source).arrow() for source in entry.sources]
    names = [place.get("name", key) for place, key in entry.slots]
    batch = pa.RecordBatch.from_arrays(_equal_length(arrays), names=names)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    if entry.input.kind == "frame":
        for place, _ in entry.slots:
            place["sent"] = True
    entry.described["ipc"] = len(outgoing.buffers)
    outgoing.buffers.append(sink.getvalue())


def _equal_length(arrays: list[Any]) -> list[Any]:
    """Check what a record batch demands; a frame whose columns differ is broken in Python."""
    if len({len(array) for array in arrays}) > 1:
        raise ArgumentTypeError("the columns of a frame must have one length")
    return arrays
