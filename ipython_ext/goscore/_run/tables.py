"""Tables in the segment that the worker reads: each content is copied there once, for all later calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._data.arrays import Source
from .._memory.segments import Memory
from .._protocol import results as protocol
from .._record import record

if TYPE_CHECKING:
    from .._memory.allocator import Allocator

_MOST = 64  # kept at once, and their bytes
_MOST_BYTES = 1 << 30


@record()
class Kept:
    """A table's content.

    Attributes
    ----------
    memory : numpy.ndarray of uint8
        It stays in the segment as long as somebody has this.
    array : protocol.Array
    """

    memory: Memory
    array: protocol.Array


def keep(
    kept: dict[str, Kept], digest: str, source: Source, allocator: Allocator
) -> tuple[Kept, int]:
    """Return a content in the segment, and how many bytes were copied.

    Parameters
    ----------
    kept : dict
        The worker's, from digests to contents; those used last at the end.
    digest : str
    source : Source
    allocator : Allocator
    """
    table, copied = kept.pop(digest, None), 0
    if table is None:
        copied = source.nbytes
        memory = allocator.share(copied)
        base = allocator.mapping.offset_of(memory)
        assert base is not None
        array, _ = source.place(0, memory, base, 0)
        table = Kept(memory, array)
    kept[digest] = table
    while len(kept) > _MOST or (len(kept) > 1 and _bytes(kept) > _MOST_BYTES):
        kept.pop(next(iter(kept)), None)
    return table, copied


def _bytes(kept: dict[str, Kept]) -> int:
    return sum(table.memory.nbytes for table in list(kept.values()))
