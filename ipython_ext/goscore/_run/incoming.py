"""The results of a run, as they arrive."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from .._data.arrays import Array
from .._errors import GoscoreError
from .._memory import headroom
from .._memory.segments import PYTHON_MEMORY, Memory

if TYPE_CHECKING:
    from .._memory.output_region import OutputRegion
    from .._memory.ranges import Range, Results


_CHECKED = 4 << 20  # bytes; asking how much memory is left takes as long as copying a part of that


class Incoming:
    """The arrays of one reply.

    Parameters
    ----------
    buffers : list
        Those that travelled in the message.
    checksums : list of dict
        Their lengths and SHA-256, from the part of the reply that is signed.
    segment : Results or None
        The segment that the worker writes.
    kept : list of (int, int)
        Ranges of it that stay until they are released: offset and length.
    output_region : OutputRegion or None
        Memory of this process that results may have been written into.

    Attributes
    ----------
    nbytes : int
        Bytes copied out so far.
    shared : int
        Bytes that are shown where they are.
    from_segment : bool
        Whether the worker still keeps a range for this reply.
    """

    def __init__(
        self,
        buffers: list[Any],
        checksums: list[dict[str, Any]],
        segment: Results | None,
        kept: list[Range],
        output_region: OutputRegion | None = None,
    ) -> None:
        self._buffers = buffers
        self._segment = segment
        self._output_region = output_region
        self._kept = [(at, segment.track(at, length)) for at, length in kept] if segment else []
        self.nbytes = self.shared = 0
        self.from_segment = False
        if [said["sha256"] for said in checksums] != [
            hashlib.sha256(b).hexdigest() for b in buffers
        ]:
            raise GoscoreError("read a result: its bytes changed on the way")

    def _fetch(self, segment: int, offset: int, length: int) -> Memory:
        if segment == PYTHON_MEMORY and self._output_region is not None:
            written = self._output_region.view(offset, length)
            if written is not None:
                self.nbytes += length
                return written
        if segment != 1 or self._segment is None:
            raise GoscoreError(f"read a result: segment {segment} is not mapped here")
        view = self._segment.mapping.view(offset, length)
        for at, memory in self._kept:
            if at <= offset and offset + length <= at + len(memory):
                self.shared += length
                return memory[offset - at : offset - at + length]
        self.from_segment = True
        self.nbytes += length
        if length > _CHECKED:
            headroom.require(length, "copying the results out of shared memory")
        return view.copy()

    def arrays(self, result: dict[str, Any], described: list[dict[str, Any]]) -> list[Array]:
        """Copy the arrays of a result, from a segment or from a buffer of the message."""
        if "ipc" not in result:
            return [Array.read(array, self._fetch) for array in described]
        number = result["ipc"]
        if number not in range(len(self._buffers)):
            raise GoscoreError(f"read a result: the message has no buffer {number!r}")
        made = _columns(self._buffers[number])
        if len(made) != len(described):
            raise GoscoreError(
                f"read a result: {len(made)} columns where {len(described)} should be"
            )
        self.nbytes += sum(array.nbytes for array in made)
        return made


def _columns(stream: Any) -> list[Array]:
    """Copy the columns of an Arrow IPC stream with one record batch.

    It may come from another version of the worker, or from a program that a
    cell has spoilt: what is corrupt must be refused, for pyarrow would read
    outside of its buffers.
    """
    import pyarrow as pa

    from .._data import from_arrow
    from .._data.arrays import Refused

    try:
        with pa.ipc.open_stream(pa.py_buffer(stream)) as reader:
            batch = reader.read_next_batch()
        batch.validate(full=True)
        return [Array.copy_of(from_arrow.source(a.type, [a])) for a in batch.columns]
    except StopIteration:
        raise GoscoreError("read a result: an Arrow IPC stream without a record batch") from None
    except (pa.ArrowException, OSError, ValueError, Refused) as error:
        raise GoscoreError(f"read a result: corrupt Arrow IPC stream: {error}") from error


def copy_out(result: dict[str, Any] | None, incoming: Incoming) -> Any:
    """Copy every array of a RESULT; the tree keeps its form, with `Array` in place of ARRAY."""
    if result is None:
        return {"kind": "none"}
    kind = result["kind"]
    made = dict(result)
    if kind in ("scalar", "column"):
        (made["array"],) = incoming.arrays(result, [result.get("array", {})])
    elif kind == "frame":
        fields = [dict(field) for field in result.get("fields") or []]
        arrays = (
            incoming.arrays(result, [field.get("array", {}) for field in fields]) if fields else []
        )
        for field, array in zip(fields, arrays, strict=True):
            field["array"] = array
        made["fields"] = fields
    elif kind == "map":
        parts = ["keys"] if "items" in result else ["keys", "values"]
        arrays = incoming.arrays(result, [result.get(part, {}) for part in parts])
        made.update(zip(parts, arrays, strict=True))
    elif kind not in ("tuple", "list", "record", "none"):
        raise GoscoreError(f"read a result: unknown kind {kind!r}")
    if "items" in result:
        made["items"] = [copy_out(item, incoming) for item in result["items"]]
    return made
