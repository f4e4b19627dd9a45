"""A table of Arrow with a type of which pyarrow makes no arrays."""

import ctypes

import pyarrow as pa


class _Schema(ctypes.Structure):
    """The beginning of the C data interface's ArrowSchema."""

    _fields_ = (
        ("format", ctypes.c_char_p),
        ("name", ctypes.c_char_p),
        ("metadata", ctypes.c_char_p),
        ("flags", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("children", ctypes.POINTER(ctypes.POINTER(ctypes.c_char_p))),
        ("rest", ctypes.c_void_p * 3),
    )


def months():
    """Return a table with numbers and with intervals of months, as other programs send it."""
    batch = pa.record_batch({"v": pa.array([1.5, 2.5]), "months": pa.array([1, 2], pa.int32())})
    schema, array = _Schema(), ctypes.create_string_buffer(80)
    where = ctypes.addressof(array), ctypes.addressof(schema)
    batch._export_to_c(*where)
    schema.children[1][0] = b"tiM"
    return pa.Table.from_batches([pa.RecordBatch._import_from_c(*where)])
