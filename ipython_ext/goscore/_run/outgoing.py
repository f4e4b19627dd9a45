"""The inputs of a run on their way to the worker: copied into a segment, or sent in the message."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field
from typing import TYPE_CHECKING, Any

import numpy as np

from .._data.arrays import Array
from .._data.entries import Entry
from .._errors import ArgumentTypeError
from .._memory.segments import PYTHON_MEMORY, Memory, aligned
from .._protocol import execute as protocol
from .._record import record
from .tables import Kept, keep

if TYPE_CHECKING:
    from .._memory.allocator import Allocator
    from .._worker.worker import Worker


@record()
class Outgoing:
    """All inputs of a request, and the buffers that travel with it.

    Attributes
    ----------
    nbytes : int
        Bytes that are copied, here or by Go during the run.
    reached : int
        Bytes of those that Go copies, from Python's memory.
    shared : int
        Bytes that are in a segment already.
    """

    entries: list[Entry]
    nbytes: int = 0
    reached: int = 0
    shared: int = 0
    buffers: list[Any] = field(default_factory=list)

    @property
    def inputs(self) -> list[protocol.Input]:
        return [entry.description for entry in self.entries]

    def checksums(self) -> list[protocol.Digest]:
        """Length and SHA-256 of each buffer, for the part of the message that is signed."""
        return [
            {"length": len(memoryview(b).cast("B")), "sha256": hashlib.sha256(b).hexdigest()}
            for b in self.buffers
        ]


@contextmanager
def copied(entries: list[Entry], worker: Worker) -> Iterator[Outgoing]:
    """Copy the inputs that are not in a segment yet, and free the copies when the run is over.

    Parameters
    ----------
    entries : list of Entry
    worker : Worker
    """
    outgoing = Outgoing(entries)
    if worker.allocator is None:
        new = [entry for entry in entries if entry.input.digest not in worker.tables]
        outgoing.nbytes = sum(entry.nbytes(None) for entry in new)
        for entry in new:
            _inline(entry, outgoing)
        yield outgoing
        worker.tables.update({entry.input.digest: None for entry in new if entry.input.digest})
        return
    tables, sent = _tables(entries, worker.tables, worker.allocator)
    entries = [entry for entry in entries if not entry.input.digest]
    nbytes = _locate(entries, worker, outgoing)
    outgoing.nbytes = nbytes + outgoing.reached + sent
    with _room(worker.allocator, nbytes) as (offset, memory):
        position = 0
        for entry in entries:
            for (place, key), source in zip(entry.slots, entry.sources, strict=True):
                place[key], position = source.place(0, memory, offset, position)
        del memory
        yield outgoing
    tables.clear()


def _locate(entries: list[Entry], worker: Worker, outgoing: Outgoing) -> int:
    """Find the buffers that need no copy, each once; return the bytes of the others."""
    nbytes = 0
    for entry in entries:
        for source in entry.sources:
            for piece in source.pieces():
                piece.place = piece.located(worker.anywhere)
                size = aligned(piece.nbytes)
                if piece.place is None:
                    nbytes += size
                elif piece.place[0] == PYTHON_MEMORY:
                    outgoing.reached += size
                else:
                    outgoing.shared += size
    return nbytes


def _tables(
    entries: list[Entry], kept: dict[str, Kept], allocator: Allocator
) -> tuple[list[Kept], int]:
    """Place the tables, and return them and the bytes of those that were not there yet."""
    held, sent = [], 0
    for entry in entries:
        if entry.input.digest:
            table, copied = keep(kept, entry.input.digest, entry.sources[0], allocator)
            ((place, key),) = entry.slots
            place[key] = table.array
            held.append(table)
            sent += copied
    return held, sent


@contextmanager
def _room(allocator: Allocator, nbytes: int) -> Iterator[tuple[int, Memory]]:
    """Allocate a range of segment 0; yield its offset and its memory."""
    if not nbytes:
        yield 0, np.empty(0, np.uint8)
        return
    offset, length = allocator.take(nbytes)
    try:
        yield offset, allocator.mapping.memory[offset : offset + length]
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
    entry.description["ipc"] = len(outgoing.buffers)
    outgoing.buffers.append(sink.getvalue())


def _equal_length(arrays: list[Any]) -> list[Any]:
    """Check that arrays have one length, as a record batch demands."""
    if len({len(array) for array in arrays}) > 1:
        raise ArgumentTypeError("the columns of a frame must have one length")
    return arrays
