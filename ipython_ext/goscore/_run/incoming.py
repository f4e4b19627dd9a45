"""Copying the results of a run out of segments and messages."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from .._data import check
from .._data.arrays import Array
from .._data.results import Field, Result
from .._errors import GoscoreError
from .._memory import headroom
from .._memory.segments import PYTHON_MEMORY, Memory
from .._protocol import results as protocol
from .._record import record

if TYPE_CHECKING:
    from .._memory.output_region import OutputRegion
    from .._memory.ranges import Range, Results
    from .._protocol.execute import Digest, Verbose
    from .._protocol.profile import Profile


_MOST_ROWS = 1 << 40
_CHECKED = 4 << 20  # bytes; asking how much memory is left takes as long as copying a part of that


@record()
class Failed:
    """The rows whose function returned an error: how many, and a frame that describes them."""

    count: int
    result: Result


@record()
class Answer:
    """What a run gave, its arrays in this process."""

    value: Result
    outputs: dict[str, Result]
    failed: Failed | None
    verbose: Verbose | None
    profile: Profile | None = None


class Incoming:
    """The arrays of one reply.

    Parameters
    ----------
    buffers : list
        Those that travelled in the message.
    checksums : list of Digest
        From the signed part of the reply.
    segment : Results or None
        The segment that the worker writes.
    kept : list of (int, int)
        Its ranges that stay until they are released: offset and length.
    output_region : OutputRegion or None
        Memory of this process that Go may have written results into.

    Attributes
    ----------
    nbytes : int
        Bytes copied out so far.
    shared : int
        Bytes that stay in the segment.
    from_segment : bool
        Whether the worker still keeps a range for this reply.
    """

    def __init__(
        self,
        buffers: list[Any],
        checksums: list[Digest],
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
        if [digest["sha256"] for digest in checksums] != [
            hashlib.sha256(buffer).hexdigest() for buffer in buffers
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

    def arrays(
        self, result: protocol.Result, descriptions: list[protocol.Array | None]
    ) -> list[Array]:
        """Copy the arrays of a result, from a segment or from a buffer of the message."""
        number = result.get("ipc")
        if number is None:
            arrays = [self._read(description) for description in descriptions]
            check.check(arrays)
            return arrays
        if number not in range(len(self._buffers)):
            raise GoscoreError(f"read a result: the message has no buffer {number!r}")
        arrays = _columns(self._buffers[number])
        if len(arrays) != len(descriptions):
            raise GoscoreError(
                f"read a result: {len(arrays)} columns where {len(descriptions)} should be"
            )
        check.check(arrays)
        self.nbytes += sum(array.nbytes for array in arrays)
        return arrays

    def _read(self, description: protocol.Array | None) -> Array:
        if description is None:
            raise GoscoreError("read a result: an array is missing")
        return Array.read(description, self._fetch)


def _columns(stream: Any) -> list[Array]:
    """Copy the columns of an Arrow IPC stream with one record batch.

    It may come from another version of the worker, or from a program whose memory a
    cell has overwritten. Corrupt streams are refused: pyarrow would read outside of
    their buffers.
    """
    import pyarrow as pa

    from .._data import from_arrow
    from .._data.arrays import Refused

    try:
        with pa.ipc.open_stream(pa.py_buffer(stream)) as reader:
            batch = reader.read_next_batch()
        batch.validate(full=True)
        for kind in batch.schema.types:
            from_arrow.check_made(kind)
        return [Array.copy_of(from_arrow.whole(column)) for column in batch.columns]
    except StopIteration:
        raise GoscoreError("read a result: an Arrow IPC stream without a record batch") from None
    except (pa.ArrowException, OSError, ValueError, Refused) as error:
        raise GoscoreError(f"read a result: corrupt Arrow IPC stream: {error}") from error


def copy_out(result: protocol.Result | None, incoming: Incoming) -> Result:
    """Copy every array of a result; it keeps its form."""
    if result is None:
        return {"kind": "none"}
    kind = result["kind"]
    copied: Result = {"kind": kind}
    if "rows" in result:
        copied["rows"] = result["rows"]
    if kind in ("scalar", "column"):
        (copied["array"],) = incoming.arrays(result, [result.get("array")])
        copied["nullable"] = result.get("nullable", False)
    elif kind == "frame":
        copied["fields"] = _fields(result, incoming)
    elif kind == "map" and "items" in result:
        (copied["keys"],) = incoming.arrays(result, [result.get("keys")])
    elif kind == "map":
        descriptions = [result.get("keys"), result.get("values")]
        copied["keys"], copied["values"] = incoming.arrays(result, descriptions)
    elif kind == "record":
        copied["names"] = result.get("names", [])
    elif kind not in ("tuple", "list", "none"):
        raise GoscoreError(f"read a result: unknown kind {kind!r}")
    if "items" in result:
        copied["items"] = [copy_out(item, incoming) for item in result["items"]]
    _check_sizes(copied)
    return copied


def _check_sizes(result: Result) -> None:
    """Check that what belongs together is equal in number."""
    wanted = found = 1
    if result["kind"] == "scalar":
        found = result["array"].length
    elif result["kind"] == "map":
        wanted = result["keys"].length
        found = result["values"].length if "values" in result else len(result["items"])
    elif result["kind"] == "record":
        wanted, found = len(result["names"]), len(result.get("items", []))
    if wanted != found:
        raise GoscoreError(f"read a result: a {result['kind']} has {found} values for {wanted}")


def _fields(result: protocol.Result, incoming: Incoming) -> list[Field]:
    fields = result.get("fields", [])
    if not fields:
        if not 0 <= result["rows"] < _MOST_ROWS:
            raise GoscoreError(f"read a result: a frame of {result['rows']} rows")
        return []
    arrays = incoming.arrays(result, [field.get("array") for field in fields])
    if {array.length for array in arrays} != {result["rows"]}:
        raise GoscoreError(f"read a result: its columns do not all have {result['rows']} rows")
    return [
        {"name": field["name"], "array": array, "nullable": field.get("nullable", False)}
        for field, array in zip(fields, arrays, strict=True)
    ]
