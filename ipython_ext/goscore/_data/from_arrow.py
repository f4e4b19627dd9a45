"""Arrow arrays as sources: chunk after chunk into one array that begins at 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from .._errors import ArgumentValueError
from .._memory import ranges
from .._memory.segments import Memory
from . import datatype
from .arrays import Piece, Refused, Source, copying, unit
from .codes import takable
from .validated import CHANGED, validated


def whole(column: pa.Array | pa.ChunkedArray) -> Source:
    """Describe all chunks of a column.

    Raises
    ------
    Refused
        The type is not sent.
    """
    check_made(column.type)
    return source(column.type, column.chunks if hasattr(column, "chunks") else [column])


# Types that pyarrow reads, and of which it makes no arrays; older versions have no names for them.
# Arrow's arrow/type_fwd.h: INTERVAL_MONTHS, INTERVAL_DAY_TIME.
_UNMADE = (21, 22)


def unmade(kind: pa.DataType) -> pa.DataType | None:
    """Return such a type, or one of that kind within another; None where there is none."""
    if kind.id in _UNMADE:
        return kind
    below = (unmade(kind.field(at).type) for at in range(kind.num_fields))
    return next((found for found in below if found is not None), None)


def check_made(kind: pa.DataType) -> None:
    """Refuse a type of whose arrays Python sees nothing."""
    if (found := unmade(kind)) is not None:
        raise Refused(f"has Arrow's type {found}, of which pyarrow makes no arrays: leave it out")


def source(kind: pa.DataType, chunks: list[pa.Array]) -> Source:
    """Describe a column of any Arrow type.

    Raises
    ------
    Refused
        The type is not sent.
    """
    if isinstance(kind, pa.BaseExtensionType):
        return _extension(kind, chunks)
    if types.is_dictionary(kind):
        return _decoded(kind.value_type, chunks)
    if types.is_run_end_encoded(kind):
        return source(kind.value_type, [pc.run_end_decode(validated(chunk)) for chunk in chunks])
    if (plain := _unsized(kind)) is not None:
        return source(plain, [validated(chunk).cast(plain) for chunk in chunks])
    format = datatype.of_arrow(kind)
    if format is None:
        raise Refused(f"has Arrow's type {kind}, which is not sent to Go: cast it first")
    return _BY_LAYOUT[datatype.of(format).layout](format, kind, chunks)


def _unsized(kind: Any) -> pa.DataType | None:
    """Return a type with offsets for one whose rows all have no bytes and no items; None for others."""
    if types.is_fixed_size_list(kind) and not kind.list_size:
        return pa.list_(kind.value_field)
    if types.is_fixed_size_binary(kind) and not kind.byte_width:
        return pa.binary()
    return None


def without_nan(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return a column in which each NaN is null; one without NaN as it is."""
    if not types.is_floating(column.type) or not pc.any(nan := pc.is_nan(column)).as_py():
        return column
    return pc.if_else(nan, pa.scalar(None, column.type), column)


def _null(format: str, kind: pa.DataType, chunks: list[pa.Array]) -> Source:
    length = sum(len(chunk) for chunk in chunks)
    return Source(format, length, length, [])


def _decoded(kind: pa.DataType, chunks: list[pa.Array]) -> Source:
    """Describe a dictionary column as its values."""
    chunks = [validated(chunk) for chunk in chunks]
    rows = [takable(chunk.dictionary).take(chunk.indices) for chunk in chunks]
    return source(rows[0].type if rows else kind, rows)


def _rows(format: str, chunks: list[pa.Array]) -> Source:
    """Return a source that has only its validity bitmap yet."""
    nulls = sum(chunk.null_count for chunk in chunks)
    length = sum(len(chunk) for chunk in chunks)
    validity = _bits(chunks, 0) if nulls else None
    return Source(format, length, nulls, [validity])


def _whole(chunks: list[pa.Array]) -> pa.Array:
    """Join chunks into an array that begins at 0; a second, empty one makes Arrow move the rows."""
    if len(chunks) == 1 and chunks[0].offset == 0:
        return chunks[0]
    return pa.concat_arrays([*chunks, chunks[0][:0]])


def _bits(chunks: list[pa.Array], buffer: int) -> Piece:
    """Return the bitmap of the values (buffer 1), or of the rows that are valid (buffer 0)."""
    if not chunks:
        return Piece(0, lambda memory: None)
    if len(chunks) == 1 and not chunks[0].offset % 8 and (bits := chunks[0].buffers()[buffer]):
        return _joined([_bytes(bits, chunks[0].offset // 8, (len(chunks[0]) + 7) // 8)], 8)
    whole = _whole([pc.is_valid(chunk) for chunk in chunks] if buffer == 0 else chunks)
    nbytes = (len(whole) + 7) // 8
    return copying(_bytes(whole.buffers()[1], 0, nbytes), np.dtype("u1"))


def _bools(format: str, kind: pa.DataType, chunks: list[pa.Array]) -> Source:
    column = _rows(format, chunks)
    column.buffers.append(_bits(chunks, 1))
    return column


def _bytes(buffer: pa.Buffer | None, start: int, length: int) -> Memory:
    """Show part of a buffer; Arrow leaves out the buffers of arrays that have no rows or only nulls."""
    if buffer is None or length == 0:
        return np.zeros(max(length, 0), np.uint8)
    if start < 0 or length < 0 or start + length > buffer.size:
        raise ArgumentValueError(CHANGED)
    return np.frombuffer(buffer, np.uint8, length, start)


def _fixed(format: str, kind: pa.DataType, chunks: list[pa.Array]) -> Source:
    column, width = _rows(format, chunks), kind.bit_width // 8
    parts = [
        _bytes(chunk.buffers()[1], chunk.offset * width, len(chunk) * width) for chunk in chunks
    ]
    column.buffers.append(_joined(parts, unit(width), reachable=width in (1, 2, 4, 8)))
    return column


def _joined(parts: list[Memory], unit: int = 1, reachable: bool = False) -> Piece:
    """Return one buffer made of parts, one behind the other."""

    def write(memory: Memory) -> None:
        position = 0
        for part in parts:
            memory[position : position + len(part)] = part
            position += len(part)

    lies = parts[0] if len(parts) == 1 else None
    return Piece(sum(len(part) for part in parts), write, lies, unit, reachable)


def _strings(format: str, kind: pa.DataType, chunks: list[pa.Array]) -> Source:
    """Join strings with offsets; too many bytes for 32-bit offsets make them large."""
    column, row = _rows(format, chunks), datatype.of(format)
    narrow = row.offset
    offsets, parts = [], []
    for chunk in chunks:
        if not len(chunk):
            continue
        buffers = chunk.buffers()
        start = chunk.offset * narrow.itemsize
        own = _bytes(buffers[1], start, (len(chunk) + 1) * narrow.itemsize).view(narrow)
        if len(chunks) == 1 and (own[0] == 0 or _shared(buffers[1:])):
            text = _bytes(buffers[2], 0, int(own[-1]))
            column.buffers += [
                copying(own, narrow, reachable=True),
                _joined([text], reachable=True),
            ]
            return column
        offsets.append(own)
        parts.append(_bytes(buffers[2], int(own[0]), int(own[-1]) - int(own[0])))
    data = _joined(parts, reachable=True)
    if data.nbytes > np.iinfo(np.int32).max:
        column.type = row.wide or format
    wide = datatype.of(column.type).offset

    def write(memory: Memory) -> None:
        target = memory.view(wide)
        target[0] = 0
        row, end = 1, 0
        for own in offsets:
            rows = target[row : row + len(own) - 1]
            np.add(own[1:], end - int(own[0]), out=rows, dtype=wide, casting="unsafe")
            row += len(rows)
            end += int(own[-1]) - int(own[0])

    column.buffers += [Piece((column.length + 1) * wide.itemsize, write), data]
    return column


def _shared(buffers: list[pa.Buffer | None]) -> bool:
    """Tell whether buffers lie in a segment, where they need not be made smaller."""
    return all(b is None or not b.size or ranges.in_segment(_bytes(b, 0, b.size)) for b in buffers)


def _views(format: str, kind: pa.DataType, chunks: list[pa.Array]) -> Source:
    """Join string views; the data buffers of all chunks follow, renumbered."""
    column = _rows(format, chunks)
    views = [_bytes(chunk.buffers()[1], chunk.offset * 16, len(chunk) * 16) for chunk in chunks]
    buffers = [
        [_bytes(buffer, 0, buffer.size) for buffer in chunk.buffers()[2:] if buffer is not None]
        for chunk in chunks
    ]
    data_bytes = sum(len(part) for parts in buffers for part in parts)
    if len(chunks) == 1 and (data_bytes < 64 * column.length or _shared(chunks[0].buffers()[1:])):
        pass  # as they are: what views of null rows hold is never read
    elif data_bytes > 2 * _text_bytes(views) + 4096 or (
        len(chunks) > 1 and any(c.null_count for c in chunks)
    ):
        # A few rows of a long column: copy only the text that rows name. So too where
        # views are renumbered and those of null rows may hold anything.
        large = pa.large_string() if types.is_string_view(kind) else pa.large_binary()
        return source(large, [validated(chunk).cast(large) for chunk in chunks])

    def write(memory: Memory) -> None:
        row, before = 0, 0
        for view, parts in zip(views, buffers, strict=True):
            memory[row : row + len(view)] = view
            if before:
                fields = memory[row : row + len(view)].view("u4").reshape(-1, 4)
                fields[fields[:, 0] > 12, 2] += before
            row += len(view)
            before += len(parts)

    lies = views[0] if len(views) == 1 else None
    column.buffers.append(Piece(sum(len(view) for view in views), write, lies, 8, reachable=True))
    column.buffers += [_joined([part], reachable=True) for parts in buffers for part in parts]
    return column


def _text_bytes(views: list[Memory]) -> int:
    """Return the bytes of text that views name."""
    return sum(int(view.view("u4").reshape(-1, 4)[:, 0].sum(dtype="i8")) for view in views)


def _nested(format: str, kind: Any, chunks: list[pa.Array]) -> Source:
    if len(chunks) > 1 or (chunks and chunks[0].offset):
        chunks = [validated(chunk) for chunk in chunks]
    whole = _whole(chunks) if chunks else pa.array([], kind)
    column, row = _rows(format, [whole]), datatype.of(format)
    if row.layout == "struct":
        for index in range(kind.num_fields):
            child = whole.field(index)
            column.children.append(_read_by_copy(source(child.type, [child])))
            column.children[-1].name = kind.field(index).name
        return column
    if row.parameter:
        child = whole.values[: len(whole) * kind.list_size]
    else:
        child = whole.values
        width = row.offset.itemsize
        offsets = _bytes(whole.buffers()[1], 0, (len(whole) + 1) * width)
        column.buffers.append(_joined([offsets], width))
    column.children.append(_read_by_copy(source(child.type, [child])))
    return column


def _read_by_copy(column: Source) -> Source:
    """Send an array inside another by copy, since the worker checks its contents."""
    for piece in column.buffers:
        if piece is not None:
            piece.reachable = False
    return column


def _extension(kind: Any, chunks: list[pa.Array]) -> Source:
    if kind.extension_name not in datatype.EXTENSIONS:
        raise Refused(
            f"has the extension type {kind.extension_name}: convert it to numbers, strings or times "
            f"first"
        )
    storage = [chunk.storage for chunk in chunks]
    if datatype.EXTENSIONS[kind.extension_name] == "b8" and any(
        (_bytes(part.buffers()[1], part.offset, len(part)) > 1).any() for part in storage
    ):  # any byte but 0 is true, and Go has only 1
        return source(pa.bool_(), [pc.not_equal(part, 0) for part in storage])
    column = source(kind.storage_type, storage)
    column.type = datatype.EXTENSIONS[kind.extension_name] or column.type
    return column


# How a column is sent, by the layout of its type.
_BY_LAYOUT: dict[str, Callable[[str, Any, list[pa.Array]], Source]] = {
    "null": _null,
    "bits": _bools,
    "fixed": _fixed,
    "offsets": _strings,
    "views": _views,
    "lists": _nested,
    "struct": _nested,
}


def of_pandas(column: Any) -> pa.Array | pa.ChunkedArray:
    """Return a column of pandas in Arrow: what is missing in it is null."""
    array = without_nan(pa.array(column, from_pandas=True))
    if not types.is_dictionary(array.type):
        return array
    # pandas sorts by the order of categories, whether it calls them ordered or not.
    return pa.DictionaryArray.from_arrays(array.indices, array.dictionary, ordered=True)
