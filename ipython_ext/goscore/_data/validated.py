"""Arrow arrays whose memory another thread may write to, made fit for Arrow's own functions.

Arrow checks offsets, views and indices once, or never, and reads them again
later: what changes in between makes it read, or write, anywhere.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import types

from .._errors import ArgumentValueError

CHANGED = "a column changed while it was read: let no other thread write to it meanwhile"


def validated(array: pa.Array) -> pa.Array:
    """Return the same array with a copy of what points into its other buffers.

    Raises
    ------
    ArgumentValueError
        It points beyond them.
    """
    kind = array.type
    if types.is_run_end_encoded(kind):
        ends = validated(array.run_ends)
        array_copy = type(array).from_arrays(ends, array.values)[array.offset :][: len(array)]
    elif types.is_dictionary(kind):
        array_copy = pa.DictionaryArray.from_arrays(
            validated(array.indices), array.dictionary, safe=False
        )
    else:
        array_copy = _rebuilt(kind, array)
    try:
        array_copy.validate(full=True)
    except (pa.ArrowInvalid, pa.ArrowIndexError):
        raise ArgumentValueError(CHANGED) from None
    return array_copy


def _rebuilt(kind: Any, array: pa.Array) -> pa.Array:
    children = []
    if types.is_struct(kind):
        # Fields of a slice begin where it does.
        children = [validated(array.field(index)) for index in range(kind.num_fields)]
        return pa.StructArray.from_arrays(children, fields=list(kind), mask=_missing(array))
    if types.is_nested(kind):
        children = [validated(array.values)]
    buffers = array.buffers()
    pointing = buffers[:2] if not types.is_fixed_size_list(kind) else buffers[:1]
    own = [None if buffer is None else _copied(buffer) for buffer in pointing]
    if not children:
        own += buffers[2:]
    if has_views(kind) and not makes_views():
        return array  # checked as it lies
    return pa.Array.from_buffers(kind, len(array), own, offset=array.offset, children=children)


def has_views(kind: Any) -> bool:
    """Tell whether an array of this type has views of texts or bytes, or arrays below it have."""
    if types.is_string_view(kind) or types.is_binary_view(kind):
        return True
    return any(has_views(kind.field(index).type) for index in range(kind.num_fields))


@cache
def makes_views() -> bool:
    """Tell whether this version of pyarrow makes views of buffers; older ones refuse the third."""
    try:
        pa.Array.from_buffers(pa.string_view(), 0, [None, pa.py_buffer(b""), pa.py_buffer(b"")])
    except ValueError:
        return False
    return True


def _missing(array: pa.Array) -> Any:
    import pyarrow.compute as pc

    return pc.invert(pc.is_valid(array)) if array.null_count else None


def _copied(buffer: pa.Buffer) -> pa.Buffer:
    return pa.py_buffer(np.array(np.frombuffer(buffer, np.uint8)))
