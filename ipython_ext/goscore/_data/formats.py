"""Types as the protocol writes them: the format strings of Arrow's C data interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

NUMPY: dict[str, np.dtype[Any]] = {
    "c": np.dtype("i1"),
    "C": np.dtype("u1"),
    "s": np.dtype("i2"),
    "S": np.dtype("u2"),
    "i": np.dtype("i4"),
    "I": np.dtype("u4"),
    "l": np.dtype("i8"),
    "L": np.dtype("u8"),
    "e": np.dtype("f2"),
    "f": np.dtype("f4"),
    "g": np.dtype("f8"),
}
_FORMAT = {dtype: letter for letter, dtype in NUMPY.items()}
UNITS = {"s": "s", "m": "ms", "u": "us", "n": "ns"}
_LETTERS = {unit: letter for letter, unit in UNITS.items()}


def of_dtype(dtype: np.dtype[Any]) -> str | None:
    """Return the format of a NumPy number type in any byte order, or None."""
    return _FORMAT.get(dtype.newbyteorder("="))


def timestamp(unit: str, zone: str | None = None) -> str:
    """Return the format of a timestamp column."""
    return f"ts{_LETTERS[unit]}:{zone or ''}"


def duration(unit: str) -> str:
    """Return the format of a duration column."""
    return f"tD{_LETTERS[unit]}"


def of_arrow(kind: pa.DataType) -> str | None:
    """Return the format of an Arrow type, or None for one that is not sent."""
    import pyarrow as pa
    from pyarrow import types

    simple = _simple(pa)
    for letter, same in simple.items():
        if kind == same:
            return letter
    if types.is_timestamp(kind):
        return timestamp(kind.unit, kind.tz)
    if types.is_decimal(kind):
        width = "" if kind.bit_width == 128 else f",{kind.bit_width}"
        return f"d:{kind.precision},{kind.scale}{width}"
    if types.is_fixed_size_binary(kind):
        return f"w:{kind.byte_width}"
    if types.is_list(kind):
        return "+l"
    if types.is_large_list(kind):
        return "+L"
    if types.is_fixed_size_list(kind):
        return f"+w:{kind.list_size}"
    if types.is_struct(kind):
        return "+s"
    return None


def to_arrow(letter: str, children: list[tuple[str, pa.DataType]]) -> pa.DataType:
    """Return the Arrow type of a format; *children* are the names and types below it."""
    import pyarrow as pa

    if letter == "b8":
        return pa.int8()
    simple = _simple(pa).get(letter)
    if simple is not None:
        return simple
    if letter.startswith("ts"):
        unit, _, zone = letter[2:].partition(":")
        return pa.timestamp(UNITS[unit], zone or None)
    if letter.startswith("d:"):
        precision, scale, *width = (int(part) for part in letter[2:].split(","))
        return getattr(pa, f"decimal{width[0] if width else 128}")(precision, scale)
    if letter.startswith("w:"):
        return pa.binary(int(letter[2:]))
    if letter == "+s":
        return pa.struct(children)
    item = children[0][1] if children else pa.null()
    if letter.startswith("+w:"):
        return pa.list_(item, int(letter[3:]))
    if letter in ("+l", "+L"):
        return pa.large_list(item) if letter == "+L" else pa.list_(item)
    raise ValueError(f"a result has the unknown type {letter!r}")


_simple_types: dict[str, Any] = {}


def _simple(pa: Any) -> dict[str, pa.DataType]:
    """Return the types without parameters; made at the first use, for pyarrow is loaded late."""
    if not _simple_types:
        _simple_types.update({letter: pa.from_numpy_dtype(kind) for letter, kind in NUMPY.items()})
        _simple_types.update(
            {
                "n": pa.null(),
                "b": pa.bool_(),
                "u": pa.string(),
                "U": pa.large_string(),
                "vu": pa.string_view(),
                "z": pa.binary(),
                "Z": pa.large_binary(),
                "vz": pa.binary_view(),
                "tdD": pa.date32(),
                "tdm": pa.date64(),
                "tts": pa.time32("s"),
                "ttm": pa.time32("ms"),
                "ttu": pa.time64("us"),
                "ttn": pa.time64("ns"),
                "tDs": pa.duration("s"),
                "tDm": pa.duration("ms"),
                "tDu": pa.duration("us"),
                "tDn": pa.duration("ns"),
            }
        )
    return _simple_types
