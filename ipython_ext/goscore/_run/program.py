"""What a program says of a call's results, as ``magics/program/messages.go`` declares it."""

from __future__ import annotations

import struct
from dataclasses import field

from .._errors import GoscoreError
from .._protocol.results import Array, Failed, Range, Result
from .._record import record

_OUT, _VALUE, _COUNT = b"OVC"
_FAILED = "goscore.failed"  # an output: the rows whose function returned an error
_HEAD = struct.Struct("<BI")
_NUMBER = struct.Struct("<Q")
_DEPTH = 100


@record()
class Said:
    """The results of one call.

    Attributes
    ----------
    converted : int
        Values of arguments that changed their type.
    """

    value: Result | None = None
    outputs: dict[str, Result] = field(default_factory=dict)
    failed: Failed | None = None
    converted: int = 0


def read(data: bytes) -> Said:
    """Read the messages of a call.

    Raises
    ------
    GoscoreError
        They are of another form.
    """
    said, at = Said(), 0
    try:
        while at < len(data):
            kind, length = _HEAD.unpack_from(data, at)
            at += _HEAD.size + length
            body = data[at - length : at]
            if at > len(data):
                raise _Malformed
            if kind == _COUNT:
                (said.converted,) = _NUMBER.unpack(body)
                continue
            if kind not in (_OUT, _VALUE):
                raise _Malformed
            reader = _Reader(body)
            name = reader.text()
            result, rows = reader.result(0), reader.rows
            if kind == _VALUE:
                said.value = result
            elif name == _FAILED:
                for one in result.get("fields", []):
                    result["rows"] = one["array"]["length"]
                said.failed = {"count": rows, "result": result}
            else:
                said.outputs[name] = result
    except (_Malformed, struct.error, UnicodeDecodeError):
        raise GoscoreError("read a result: what the program says of it cannot be read") from None
    return said


class _Malformed(Exception):
    pass


class _Reader:
    """Reads fields: integers as varints, texts with their length in front."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0
        self.rows = 0  # of the outermost result

    def number(self) -> int:
        value = shift = 0
        while True:
            if self._at >= len(self._data) or shift > 63:
                raise _Malformed
            byte = self._data[self._at]
            self._at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return (value >> 1) ^ -(value & 1)
            shift += 7

    def text(self) -> str:
        length = self.length()
        self._at += length
        return self._data[self._at - length : self._at].decode("utf-8", "replace")

    def length(self) -> int:
        """Read how many items follow, each of a byte at least."""
        length = self.number()
        if not 0 <= length <= len(self._data) - self._at:
            raise _Malformed
        return length

    def range(self) -> Range | None:
        segment, offset, length = self.number(), self.number(), self.number()
        return None if segment < 0 else (segment, offset, length)

    def array(self, depth: int) -> Array | None:
        if depth > _DEPTH:
            raise _Malformed
        if not self.number():
            return None
        array: Array = {
            "type": self.text(),
            "length": self.number(),
            "nulls": self.number(),
            "buffers": [self.range() for _ in range(self.length())],
        }
        children = [self.array(depth + 1) for _ in range(self.length())]
        array["children"] = [child for child in children if child is not None]
        if (dictionary := self.array(depth + 1)) is not None:
            array["dictionary"] = dictionary
        array["name"] = self.text()
        return array

    def result(self, depth: int) -> Result:
        """Read one result and those in it, as `ToResult` in Go does."""
        if depth > _DEPTH:
            raise _Malformed
        result: Result = {"kind": self.text(), "go": self.text(), "rows": self.number()}
        if not depth:
            self.rows = result["rows"]
        names = [self.text() for _ in range(self.length())]
        found = [self.array(0) for _ in range(self.length())]
        nullable = [bool(self.number()) for _ in range(self.length())]
        items = [self.result(depth + 1) for _ in range(self.length())]
        self.text()
        arrays = [array for array in found if array is not None]
        nullable += [False] * (len(arrays) - len(nullable))
        kind = result["kind"]
        wanted = {"scalar": 1, "column": 1, "frame": len(names), "map": len(arrays)}.get(kind, 0)
        if len(arrays) != len(found) or len(arrays) != wanted:
            raise _Malformed
        if kind in ("scalar", "column"):
            result["array"], result["nullable"] = arrays[0], nullable[0]
        elif kind == "frame":
            result["fields"] = [
                {"name": name, "array": array, "nullable": missing}
                for name, array, missing in zip(names, arrays, nullable, strict=False)
            ]
        elif kind == "map":
            if not 1 <= len(arrays) <= 2:
                raise _Malformed
            result["keys"] = arrays[0]
            if len(arrays) == 2:
                result["values"] = arrays[1]
        else:
            result["names"] = names
        if items or kind in ("tuple", "list", "record"):
            result["items"] = items
        return result
