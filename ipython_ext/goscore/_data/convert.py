"""Results of a run as Python objects.

Everything is copied out first, so that no result depends on a segment, and
so that NumPy arrays are writable; only then is it given its library's form.
Large results of shared inputs stay where they are and are shown read-only.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from .._errors import GoscoreError
from .._memory import headroom
from .._memory.segments import PYTHON_MEMORY
from .arrays import Array, Memory
from .target import Target
from .to_library import column, pandas_values, plain_list

if TYPE_CHECKING:
    from .._memory.landing import Landing
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
    landing : Landing or None
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
        landing: Landing | None = None,
    ) -> None:
        self._buffers = buffers
        self._segment = segment
        self._landing = landing
        self._kept = [(at, segment.hold(at, length)) for at, length in kept] if segment else []
        self.nbytes = self.shared = 0
        self.from_segment = False
        if [said["sha256"] for said in checksums] != [
            hashlib.sha256(b).hexdigest() for b in buffers
        ]:
            raise GoscoreError("read a result: its bytes changed on the way")

    def _fetch(self, segment: int, offset: int, length: int) -> Memory:
        if segment == PYTHON_MEMORY and self._landing is not None:
            landed = self._landing.view(offset, length)
            if landed is not None:
                self.nbytes += length
                return landed
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

    from . import from_arrow
    from .from_numpy import Refused

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


def convert(result: dict[str, Any], target: Target, name: Any = None) -> Any:
    """Give a result that was copied out the form of its target.

    Parameters
    ----------
    result : dict
        From `copy_out`.
    target : Target
    name : object
        Of a column.
    """
    kind = result["kind"]
    if kind == "scalar":
        return scalars(result["array"], target.library)[0]
    if kind == "column":
        array, index = result["array"], target.indexes.get(result["array"].length)
        nullable = target.nullable or bool(result.get("nullable"))
        return column(array, target.library, nullable, target.arrow_backed, name, index)
    if kind == "frame":
        return _frame(result, target)
    items = [convert(item, target) for item in result.get("items") or []]
    if kind == "map":
        values = items if "items" in result else scalars(result["values"], target.library)
        return dict(zip(scalars(result["keys"], target.library), values, strict=True))
    if kind == "record":
        return dict(zip(result.get("names") or [], items, strict=True))
    return {"tuple": tuple(items), "list": items}.get(kind)


def scalars(array: Array, library: str) -> list[Any]:
    """Return each value by itself; a time is pandas' own where pandas is the target."""
    if not array.type.startswith("ts") or library != "pandas":
        return plain_list(array)
    import pandas as pd

    times = pd.Series(pandas_values(array, nullable=False, arrow_backed=False))
    return [None if time is pd.NaT else time for time in times]


def _frame(result: dict[str, Any], target: Target) -> Any:
    names = unique([field["name"] for field in result["fields"]])
    rows = result.get("rows", result["fields"][0]["array"].length if names else 0)
    index = target.indexes.get(rows)

    def make(field: dict[str, Any], library: str) -> Any:
        nullable = target.nullable or bool(field.get("nullable"))
        return column(field["array"], library, nullable, target.arrow_backed, field["name"], index)

    if target.library == "pandas":
        import pandas as pd

        made = {n: make(field, "pandas") for n, field in zip(names, result["fields"], strict=True)}
        return pd.DataFrame(made, index=pd.RangeIndex(rows) if index is None else index, copy=False)
    if target.library in ("arrow", "polars"):
        import pyarrow as pa

        table = pa.table([make(field, "arrow") for field in result["fields"]], names=names)
        if target.library == "arrow":
            return table
        import polars as pl

        return pl.from_arrow(table)
    return {
        n: make(field, target.library) for n, field in zip(names, result["fields"], strict=True)
    }


def unique(names: list[str]) -> list[str]:
    """Number the names that come again, as frames made of dicts need."""
    seen: dict[str, int] = {}
    made = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return made
