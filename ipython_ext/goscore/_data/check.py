"""Arrays that came from the worker, checked before anything reads them.

A worker of another version, or a program that overwrote its memory, may describe what is not
there; NumPy and pyarrow would read beside the buffers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .._errors import GoscoreError
from . import datatype
from .arrays import Array

_EMPTY_ROWS = 1 << 26  # more rows must have bytes: visiting them would take for ever
_MOST_ROWS = 1 << 40
_MOST_SCALE = 1000
_DEPTH = 64


def check(arrays: list[Array]) -> None:
    """Check arrays that stand beside each other.

    Raises
    ------
    GoscoreError
        A buffer is missing or too short, or points outside of another; or there are rows for
        which there are no bytes.
    """
    try:
        limit = max([_EMPTY_ROWS, *(a.length for a in arrays if _backed(a))])
        for array in arrays:
            _check(array, limit, 0)
    except RecursionError:
        raise GoscoreError("read a result: it is nested too deep") from None


def _check(array: Array, limit: int, depth: int) -> None:
    row = _row(array)
    if depth > _DEPTH:
        raise _wrong(array, f"it is nested more than {_DEPTH} deep")
    if not 0 <= array.nulls <= array.length <= _MOST_ROWS:
        raise _wrong(array, f"{array.nulls} nulls in {array.length} rows")
    backed = _backed(array)
    if array.length > limit and not backed:
        raise _wrong(array, f"{array.length} rows, and no bytes for them")
    inner = max(_EMPTY_ROWS, array.length) if backed and row.layout == "struct" else _EMPTY_ROWS
    for child in array.children:
        _check(child, inner, depth + 1)
    if array.dictionary is not None:
        if row.numpy is None or row.numpy.kind not in "iu" or array.type == "b8":
            raise _wrong(array, "indices of a dictionary are integers")
        _check(array.dictionary, _EMPTY_ROWS, depth + 1)
    bitmap = array.buffers[0] if array.buffers else None
    if array.nulls and row.layout != "null" and (bitmap is None or 8 * len(bitmap) < array.length):
        raise _wrong(array, "its validity bitmap is missing or too short")
    if row.numpy is not None:
        _check_numbers(array, 8 * row.numpy.itemsize)
        _check_indices(array, row.numpy)
    elif row.layout == "bits":
        _check_numbers(array, 1)
    elif row.layout != "null":
        _check_others(array)


def _check_numbers(array: Array, bits: int) -> None:
    """Check numbers, times and indices, which need no library to be read."""
    if len(array.buffers) != 2 or array.children:
        raise _wrong(array, f"{len(array.buffers)} buffers and {len(array.children)} children")
    data = array.buffers[1]
    if 8 * (0 if data is None else len(data)) < array.length * bits:
        raise _wrong(array, f"too few bytes for {array.length} rows")


def _check_indices(array: Array, dtype: np.dtype[Any]) -> None:
    data, valid = array.buffers[1], array.valid()
    if array.dictionary is None or data is None:
        return
    indices = data[: array.length * dtype.itemsize].view(dtype)
    if valid is not None:
        indices = indices[valid]
    if len(indices) and not 0 <= int(indices.min()) <= int(indices.max()) < array.dictionary.length:
        raise _wrong(array, "an index lies outside of its dictionary")


def _check_others(array: Array) -> None:
    """Let Arrow check sizes, and the numbers of buffers and children; and check what offsets point to.

    Arrow's own full check also reads every text, which takes longer than copying it.
    """
    row = datatype.of(array.type)
    if row.layout == "offsets" and len(array.buffers) == 3 and not array.children:
        if array.length:  # Arrow would look at the first and the last offset, no more
            _check_offsets(array, row)
        return
    import pyarrow as pa

    if row.layout == "lists" and len(array.children) != 1:
        raise _wrong(array, f"{len(array.children)} children")
    try:
        array.arrow().validate(full=row.layout == "views")
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
        raise _wrong(array, str(error)) from None
    if array.length and row.layout == "lists" and not row.parameter:
        _check_offsets(array, row)


def _check_offsets(array: Array, row: datatype.Type) -> None:
    data, offset = array.buffers[1], row.offset
    if data is None or len(data) < (array.length + 1) * offset.itemsize:
        raise _wrong(array, f"too few offsets for {array.length} rows")
    offsets = data[: (array.length + 1) * offset.itemsize].view(offset)
    if row.layout == "lists":
        limit = array.children[0].length
    else:
        limit = 0 if array.buffers[2] is None else len(array.buffers[2])
    if not 0 <= offsets[0] <= offsets[-1] <= limit or not (offsets[:-1] <= offsets[1:]).all():
        raise _wrong(array, f"its offsets fall, or lie beyond {limit}")


def _row(array: Array) -> datatype.Type:
    try:
        row = datatype.of(array.type)
        parameter = array.type.partition(":")[2]
        if row.parameter == "digits" and abs(int(parameter.split(",")[1])) > _MOST_SCALE:
            raise ValueError(f"a decimal of the scale {parameter}")
    except (ValueError, IndexError) as error:
        raise GoscoreError(f"read a result: {error}") from None
    return row


def _backed(array: Array, depth: int = 0) -> bool:
    """Tell whether there are bytes for as many rows as an array has."""
    if any(8 * len(buffer) >= array.length for buffer in array.buffers if buffer is not None):
        return True
    whole = array.type == "+s" or array.type.startswith("+w:")  # as long as what is in them
    return (
        whole
        and depth < _DEPTH
        and any(c.length >= array.length and _backed(c, depth + 1) for c in array.children)
    )


def _wrong(array: Array, why: str) -> GoscoreError:
    return GoscoreError(f"read a result: an array of type {array.type[:60]}: {why}")
