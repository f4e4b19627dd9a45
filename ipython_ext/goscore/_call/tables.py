"""Tables: arguments that are the same for every row, whatever their Go type.

A table is one value of its type, as a row of an Arrow array: a slice is a list, a map a list of
entries, a struct a struct.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .._data.arrays import Piece, Source, copying
from .._data.input import Input
from .._errors import ArgumentTypeError, ArgumentValueError
from .._names import nearest
from .._protocol import results as protocol
from .._protocol.functions import FunctionInfo, ParamInfo
from .signature import open_parameters, python_names
from .table_values import nothing, source

Memory = np.ndarray[Any, np.dtype[np.uint8]]


class Table:
    """A table's content, as it was when it was taken. It pickles.

    Attributes
    ----------
    go : str
        Its type in Go.
    source : Source
    digest : str
        Equal contents have the same.
    """

    def __init__(self, go: str, memory: Memory, array: protocol.Array, digest: str) -> None:
        self.go, self._memory, self._array, self.digest = go, memory, array, digest
        self.source = _stored(array, memory)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and (self.go, self.digest) == (other.go, other.digest)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"<table {self.go} of {self.source.nbytes:,} bytes>"

    def __reduce__(self) -> tuple[Any, ...]:
        return unpacked, self.packed()

    def packed(self) -> tuple[bytes, str, protocol.Array, str]:
        """Return what `unpacked` takes; all but the bytes can be JSON."""
        return self._memory.tobytes(), self.go, self._array, self.digest


def unpacked(content: bytes, go: str, array: protocol.Array, digest: str) -> Table:
    """Return the table that was `packed`."""
    return Table(go, np.frombuffer(content, np.uint8), array, digest)


def _stored(array: protocol.Array, memory: Memory) -> Source:
    """Describe an array whose buffers lie in *memory*."""

    def piece(place: tuple[int, int, int] | None) -> Piece | None:
        if place is None:
            return None
        _, offset, length = place
        return copying(memory[offset : offset + length], np.dtype(np.uint8))

    return Source(
        array["type"],
        array["length"],
        array.get("nulls", 0),
        [piece(place) for place in array["buffers"]],
        [_stored(child, memory) for child in array.get("children") or []],
        array.get("name", ""),
    )


def taken(parameter: ParamInfo, label: str, value: Any) -> Table:
    """Take a table's content: later changes of *value* do not reach it.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        It does not fit the parameter.
    """
    if not isinstance(value, Table):
        return _copied(parameter, source(parameter, label, value))
    if value.go != parameter.go:
        raise ArgumentTypeError(f"{label} has the type {parameter.go}, and {value!r} was passed")
    return value


def table(name: str, parameter: ParamInfo, label: str, value: Any) -> Input:
    """Make an input of what was passed for a table.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        It does not fit the parameter.
    """
    kept = taken(parameter, label, value)
    return Input(name, "value", label, lambda _: kept.source, digest=kept.digest)


def bound(info: FunctionInfo, values: Mapping[str, Any]) -> dict[str, Table]:
    """Take tables by the names of their parameters.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        A name is no table's, or a value does not fit.
    """
    own = zip(python_names(info), info.parameters, strict=True)
    tables = {name: one for name, one in own if one.table is not None}
    for name in values:
        if name not in tables:
            known = f": its tables are {', '.join(tables)}" if tables else ", and has no tables"
            raise ArgumentTypeError(
                f"{info.name} has no table {name}{nearest(name, tables) or known}"
            )
    return {
        name: taken(tables[name], f"table {name} of {info.name}", value)
        for name, value in values.items()
    }


def missing(function: str, name: str, parameter: ParamInfo) -> ArgumentTypeError:
    """Make the error of a table without a value, where columns are found by name."""
    return ArgumentTypeError(
        f"{name} of {function} is a table ({parameter.go}), which no column becomes: pass {name}="
    )


def check_names(
    info: FunctionInfo, values: Mapping[str, Any], columns: Sequence[str], where: str
) -> None:
    """Refuse a table that is passed beside a column of its name: it is not clear which is meant.

    What a function was bound to is clear, and so are the columns of a row.
    """
    if info.kind == "row":
        return
    for name, parameter in open_parameters(info, ()):
        passed = parameter.table is not None and name in values
        if passed and parameter.name in columns and not isinstance(values[name], Table):
            raise ArgumentValueError(
                f"{name} of {info.name} is a table, and {where} has a column {parameter.name!r} too: leave the "
                f"column out, or rename it"
            )


def held(info: FunctionInfo, values: Mapping[str, Any]) -> dict[str, Any]:
    """Take the tables among values by name, for calls on one batch of rows after the other."""
    own = zip(python_names(info), info.parameters, strict=True)
    tables = {name for name, one in own if one.table is not None}
    taken = bound(info, {name: value for name, value in values.items() if name in tables})
    return {**values, **taken}


def empty(parameter: ParamInfo) -> Table:
    """Return a table with nothing in it, for calls without rows."""
    assert parameter.table is not None
    return _copied(parameter, nothing(parameter.table))


def _copied(parameter: ParamInfo, content: Source) -> Table:
    """Copy a content before its digest is made: another thread may be writing to it."""
    memory = np.zeros(content.nbytes, np.uint8)
    array, _ = content.place(0, memory, 0, 0)
    digest = hashlib.blake2b(repr(array).encode(), digest_size=16)
    digest.update(memory.data)
    return Table(parameter.go, memory, array, digest.hexdigest())
