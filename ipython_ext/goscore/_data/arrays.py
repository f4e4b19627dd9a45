"""An Arrow array by its buffers, on both sides of the boundary.

`Source` is an array that still lies in Python's objects and is about to be
copied; `Array` is one whose buffers are at hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING, Any

import numpy as np

from .._memory.segments import Memory, aligned
from .._protocol import results as protocol
from .._record import record
from . import datatype

if TYPE_CHECKING:
    import pyarrow as pa


# Returns (segment, offset) of memory, when the offset is a multiple of a number of bytes; the last
# argument is whether an address in Python's own memory would do.
Where = Callable[[Memory, int, bool], tuple[int, int] | None]


@record(slots=True)
class Piece:
    """A buffer to be written.

    Attributes
    ----------
    nbytes : int
    write : callable
        Writes it into memory of that length.
    memory : numpy.ndarray of uint8, optional
        The same bytes, when they lie in one piece.
    unit : int
        The alignment of the bytes in their segment.
    reachable : bool
        Whether Go may read them by their address in Python's memory: then
        nobody checks their contents before they are used.
    place : (int, int), optional
        Segment and offset, when they are not to be copied.
    """

    nbytes: int
    write: Callable[[Memory], None]
    memory: Memory | None = None
    unit: int = 1
    reachable: bool = False
    place: tuple[int, int] | None = None

    def located(self, where: Where | None) -> tuple[int, int] | None:
        """Return (segment, offset) of bytes that need no copy; None of those that do."""
        if where is None or self.memory is None or not self.nbytes:
            return None
        return where(self.memory, self.unit, self.reachable)


@record(slots=True)
class Source:
    """An Arrow array whose buffers are written once it is known where.

    Attributes
    ----------
    type : str
        Format string of Arrow's C data interface, or ``"b8"``.
    buffers : list of Piece or None
        In Arrow's order; None where there is none, such as the validity
        bitmap of an array without nulls.
    name : str
        That of a struct's field; else empty.
    """

    type: str
    length: int
    nulls: int
    buffers: list[Piece | None]
    children: list[Source] = field(default_factory=list)
    name: str = ""

    @property
    def nbytes(self) -> int:
        """Bytes of all buffers, each at its alignment."""
        return self.to_copy(None)

    def to_copy(self, where: Where | None) -> int:
        """Return the bytes of those buffers that do not lie in a segment, each at its alignment."""
        own = sum(aligned(p.nbytes) for p in self.buffers if p and p.located(where) is None)
        return own + sum(child.to_copy(where) for child in self.children)

    def pieces(self) -> list[Piece]:
        """Return all buffers that there are."""
        own = [piece for piece in self.buffers if piece]
        for child in self.children:
            own += child.pieces()
        return own

    def place(
        self, segment: int, memory: Memory, base: int, position: int
    ) -> tuple[protocol.Array, int]:
        """Copy the buffers into *memory*, but for those that have a place.

        Parameters
        ----------
        segment : int
            The segment's number, for the description.
        memory : numpy.ndarray of uint8
        base : int
            Where *memory* begins in its segment.
        position : int
            Where in *memory* to begin; a multiple of 64.

        Returns
        -------
        protocol.Array
        int
            Where the next array begins.
        """
        buffers: list[protocol.Range | None] = []
        for piece in self.buffers:
            if piece is None:
                buffers.append(None)
                continue
            if piece.place is not None:
                buffers.append((*piece.place, piece.nbytes))
                continue
            piece.write(memory[position : position + piece.nbytes])
            buffers.append((segment, base + position, piece.nbytes))
            position += aligned(piece.nbytes)
        array: protocol.Array = {
            "type": self.type,
            "length": self.length,
            "nulls": self.nulls,
            "buffers": buffers,
        }
        if self.name:
            array["name"] = self.name
        if self.children:
            array["children"] = []
            for child in self.children:
                description, position = child.place(segment, memory, base, position)
                array["children"].append(description)
        return array, position


@record(slots=True)
class Array:
    """An Arrow array whose buffers are at hand, one `numpy.ndarray` of bytes each."""

    type: str
    length: int
    nulls: int
    buffers: list[Memory | None]
    children: list[Array] = field(default_factory=list)
    dictionary: Array | None = None
    name: str = ""

    @classmethod
    def read(cls, array: protocol.Array, fetch: Callable[[int, int, int], Memory]) -> Array:
        """Make an array of its description in a message.

        Parameters
        ----------
        array : protocol.Array
        fetch : callable
            Gives the bytes of (segment, offset, length).
        """
        dictionary = array.get("dictionary")
        return cls(
            array["type"],
            array["length"],
            array.get("nulls", 0),
            [None if where is None else fetch(*where) for where in array["buffers"]],
            [cls.read(child, fetch) for child in array.get("children") or []],
            cls.read(dictionary, fetch) if dictionary else None,
            array.get("name", ""),
        )

    @classmethod
    def copy_of(cls, source: Source, memory: Memory | None = None) -> Array:
        """Copy *source* to the beginning of *memory*, or into memory of its own."""
        if memory is None:
            memory = np.empty(source.nbytes, np.uint8)
        array, _ = source.place(0, memory, 0, 0)
        return cls.read(array, lambda _, offset, length: memory[offset : offset + length])

    @property
    def nbytes(self) -> int:
        """Bytes of all buffers."""
        below = self.children + ([self.dictionary] if self.dictionary else [])
        return sum(len(b) for b in self.buffers if b is not None) + sum(a.nbytes for a in below)

    def arrow(self) -> pa.Array:
        """Return it as a `pyarrow.Array` that shares the buffers."""
        import pyarrow as pa

        children = [child.arrow() for child in self.children]
        names = [child.name or str(index) for index, child in enumerate(self.children)]
        kind = datatype.to_arrow(
            self.type, [(name, child.type) for name, child in zip(names, children, strict=True)]
        )
        buffers = [None if buffer is None else pa.py_buffer(buffer) for buffer in self.buffers]
        if pa.types.is_null(kind):
            return pa.nulls(self.length)
        array = pa.Array.from_buffers(kind, self.length, buffers, self.nulls, 0, children or None)
        if self.dictionary is not None:
            return pa.DictionaryArray.from_arrays(array, self.dictionary.arrow())
        return array.cast(pa.bool_()) if self.type == "b8" else array

    def valid(self) -> np.ndarray | None:
        """Return a bool for each row, False for a null; None when there are no nulls."""
        bitmap = self.buffers[0] if self.buffers else None
        if not self.nulls or bitmap is None:
            return None
        return np.unpackbits(bitmap, count=self.length, bitorder="little").view(bool)

    def numbers(self) -> np.ndarray | None:
        """Return numbers, bools, times and durations as NumPy sees them, sharing the buffers.

        Rows that are null hold anything. None for every other type.
        """
        if self.dictionary is not None:
            return None
        row = datatype.of(self.type)
        if row.layout == "bits":
            return np.unpackbits(self._data(), count=self.length, bitorder="little").view(bool)
        if row.numpy is None:
            return None
        return self._data()[: self.length * row.numpy.itemsize].view(row.numpy)

    def _data(self) -> Memory:
        data = self.buffers[1]
        return np.zeros(0, np.uint8) if data is None else data


class Refused(Exception):
    """A column is of a kind that cannot be sent; the text says what it holds and what to do."""


def copying(values: np.ndarray, dtype: np.dtype[Any], reachable: bool = False) -> Piece:
    """Return the one copy: gathers strides and swaps bytes on the way."""

    def write(memory: Memory) -> None:
        np.copyto(memory.view(dtype).reshape(values.shape), values, casting="same_kind")

    memory = None
    if values.dtype == dtype and values.flags.c_contiguous:
        memory = values.reshape(-1).view(np.uint8)
    return Piece(values.size * dtype.itemsize, write, memory, unit(dtype.itemsize), reachable)


def unit(width: int) -> int:
    """Return the alignment that Go needs to read values of a width in place."""
    return min(width & -width, 8)


def bitmap(valid: np.ndarray) -> Piece:
    """Return a validity bitmap made of one bool for each row."""
    bits = np.packbits(valid, bitorder="little")
    return copying(bits, bits.dtype)
