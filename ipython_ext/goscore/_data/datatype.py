"""The table of Arrow types: what Python knows of each is one row, as in ``magics/datatype`` of Go."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Type:
    """One row of the table.

    Attributes
    ----------
    format : str
        Format string of Arrow's C data interface up to the colon before its
        parameter, or ``"b8"``.
    arrow : str
        The name that pyarrow gives the type; of those with a parameter, an example's.
    layout : str
        How its buffers are arranged, which says how a column is sent: ``null``, ``bits``,
        ``fixed``, ``offsets``, ``views``, ``lists`` or ``struct``.
    numpy : numpy.dtype, optional
        NumPy's type of the same bytes.
    parameter : str
        What follows the colon: ``zone``, ``size`` or ``digits``.
    key : bool
        Whether Go groups by such a column; else Python numbers its values.
    many : bool
        Whether one value is a slice in Go.
    wide : str
        The format with 64-bit offsets, for columns that need them.
    go : str
        The Go type of a value.
    zero : object
        A value to call functions with, to learn the types of their results.
    """

    format: str
    arrow: str
    layout: str = "fixed"
    numpy: np.dtype[Any] | None = None
    parameter: str = ""
    key: bool = False
    many: bool = False
    wide: str = ""
    go: str = ""
    zero: Any = 0

    @property
    def is_number(self) -> bool:
        return self.numpy is not None and self.numpy.kind in "iuf"

    @property
    def offset(self) -> np.dtype[Any]:
        """NumPy's type of the offsets."""
        return np.dtype("i4" if self.wide else "i8")


def _number(letter: str, numpy: str) -> Type:
    dtype = np.dtype(numpy)
    return Type(letter, dtype.name, numpy=dtype, key=True)


def _times(kind: str, arrow: str, code: str, **facts: Any) -> list[Type]:
    """Return a type in each of Arrow's units."""
    return [
        Type(f"{kind}{letter}", f"{arrow}[{unit}]", numpy=np.dtype(f"{code}[{unit}]"), key=True, **facts)
        for letter, unit in UNITS.items()
    ]  # fmt: skip


UNITS = {"s": "s", "m": "ms", "u": "us", "n": "ns"}
# NumPy's units that Arrow lacks, and the one that keeps every value of theirs.
COARSE = {"h": "s", "m": "s", "W": "D", "M": "D", "Y": "D"}
COARSE_SPANS = {"h": "s", "m": "s", "W": "s", "D": "s"}
_LETTERS = {unit: letter for letter, unit in UNITS.items()}
_NOON = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

TABLE = [
    Type("n", "null", "null"),
    _number("c", "i1"),
    _number("C", "u1"),
    _number("s", "i2"),
    _number("S", "u2"),
    _number("i", "i4"),
    _number("I", "u4"),
    _number("l", "i8"),
    _number("L", "u8"),
    Type("e", "halffloat", numpy=np.dtype("f2"), key=True),
    Type("f", "float", numpy=np.dtype("f4"), key=True),
    Type("g", "double", numpy=np.dtype("f8"), key=True),
    Type("b", "bool", "bits", key=True, go="bool", zero=False),
    Type("b8", "int8", numpy=np.dtype(bool), key=True),
    Type("u", "string", "offsets", key=True, wide="U", go="string", zero=""),
    Type("U", "large_string", "offsets", key=True),
    Type("vu", "string_view", "views", key=True),
    Type("z", "binary", "offsets", many=True, wide="Z", go="[]byte", zero=b""),
    Type("Z", "large_binary", "offsets", many=True),
    Type("vz", "binary_view", "views", many=True),
    Type("w", "fixed_size_binary[1]", parameter="size", many=True),
    Type("tdD", "date32", key=True),
    Type("tdm", "date64"),
    Type("tts", "time32[s]"),
    Type("ttm", "time32[ms]"),
    Type("ttu", "time64[us]"),
    Type("ttn", "time64[ns]"),
    *_times("ts", "timestamp", "M8", parameter="zone", go="time.Time", zero=_NOON),
    *_times("tD", "duration", "m8", go="time.Duration", zero=datetime.timedelta()),
    Type("d", "decimal128(1, 0)", parameter="digits"),
    Type("+l", "list", "lists", many=True, wide="+L"),
    Type("+L", "large_list", "lists", many=True),
    Type("+w", "fixed_size_list", "lists", parameter="size", many=True),
    Type("+s", "struct", "struct", many=True),
]

# Extension types of Arrow that are sent, and as which format where not as their storage's.
EXTENSIONS = {"arrow.bool8": "b8", "arrow.json": "", "arrow.uuid": ""}

_BY_FORMAT = {row.format: row for row in TABLE}
_BY_NUMPY = {row.numpy: row for row in TABLE if row.is_number}
_BY_GO = {row.go: row for row in TABLE}


def of(format: str) -> Type:
    """Return the row of a format string, with its parameter or without."""
    row = _BY_FORMAT.get(format) or _BY_FORMAT.get(format.partition(":")[0])
    if row is None:
        raise ValueError(f"a result has the unknown type {format!r}")
    return row


def of_numpy(dtype: np.dtype[Any]) -> Type | None:
    """Return the row of a NumPy number type in any byte order, or None."""
    return _BY_NUMPY.get(dtype.newbyteorder("="))


def zero(go: str) -> Any:
    """Return a value of a Go type."""
    row = _BY_GO.get(go)
    return 0 if row is None else row.zero


def zone(format: str) -> str | None:
    """Return the zone of a timestamp's format, None of a naive one and of other types."""
    return (format.partition(":")[2] or None) if of(format).parameter == "zone" else None


def timestamp(unit: str, zone: str | None = None) -> str:
    """Return the format of a timestamp column."""
    return f"ts{_LETTERS[unit]}:{_plain_zone(zone or '')}"


_OFFSET = re.compile(r"(?:UTC)?([+-])(\d{1,2})(?::?(\d\d))?")


def _plain_zone(name: str) -> str:
    """Return a zone's name as Go knows it: an offset has many spellings, such as ``UTC+9``."""
    offset = _OFFSET.fullmatch(name)
    if offset is None:
        return "UTC" if name == "Z" else name
    sign, hours, minutes = offset.groups("00")
    return f"{sign}{int(hours):02}:{minutes}"


def duration(unit: str) -> str:
    """Return the format of a duration column."""
    return f"tD{_LETTERS[unit]}"


def of_arrow(kind: pa.DataType) -> str | None:
    """Return the format of an Arrow type, or None for one that is not sent."""
    row = _by_arrow().get((kind.id, getattr(kind, "unit", None)))
    if row is None:
        return None
    if row.parameter == "zone":
        return f"{row.format}:{_plain_zone(kind.tz or '')}"
    if row.parameter == "digits":
        width = "" if kind.bit_width == 128 else f",{kind.bit_width}"
        return f"{row.format}:{kind.precision},{kind.scale}{width}"
    if row.parameter == "size":
        return f"{row.format}:{kind.list_size if row.layout == 'lists' else kind.byte_width}"
    return row.format


def to_arrow(format: str, children: list[tuple[str, pa.DataType]]) -> pa.DataType:
    """Return the Arrow type of a format; *children* are the names and types below it."""
    return _made(of(format), format.partition(":")[2], children)


def _made(row: Type, parameter: str, children: list[tuple[str, pa.DataType]]) -> pa.DataType:
    import pyarrow as pa

    if row.layout == "struct":
        return pa.struct(children)
    if row.layout == "lists":
        item = children[0][1] if children else pa.null()
        if row.parameter:
            return pa.list_(item, int(parameter))
        return pa.list_(item) if row.wide else pa.large_list(item)
    if row.parameter == "digits":
        precision, scale, *width = (int(part) for part in parameter.split(","))
        return getattr(pa, f"decimal{width[0] if width else 128}")(precision, scale)
    if row.parameter == "size":
        return pa.binary(int(parameter))
    if row.parameter == "zone":
        return pa.timestamp(UNITS[row.format[2]], parameter or None)
    return _plain(row.arrow)


_plain_types: dict[str, Any] = {}


def _plain(name: str) -> pa.DataType:
    """Return a type without parameters; made once, for pyarrow is loaded late."""
    kind = _plain_types.get(name)
    if kind is None:
        import pyarrow as pa

        kind = _plain_types[name] = pa.type_for_alias(name)
    return kind


_arrow_types: dict[tuple[int, str | None], Type] = {}


def _by_arrow() -> dict[tuple[int, str | None], Type]:
    """Return the rows by the number of their Arrow type, and the unit of times."""
    if not _arrow_types:
        import pyarrow as pa

        examples = {"zone": "", "size": "1", "digits": "1,0"}
        for row in TABLE:
            kind = _made(row, examples.get(row.parameter, ""), [])
            _arrow_types.setdefault((kind.id, getattr(kind, "unit", None)), row)
        for bits in (32, 64, 256):  # older Arrows lack the narrow ones
            if number := getattr(pa.lib, f"Type_DECIMAL{bits}", None):
                _arrow_types[number, None] = _BY_FORMAT["d"]
    return _arrow_types
