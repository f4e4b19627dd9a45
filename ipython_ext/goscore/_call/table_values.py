"""The values of tables as Arrow arrays of length 1, by the types that they have in Go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from .._data import datatype, libraries
from .._data.arrays import Refused, Source, copying
from .._data.bind import bind
from .._data.input import Input, list_source
from .._errors import ArgumentTypeError, ArgumentValueError
from .._protocol.functions import ParamInfo, TableType
from .arguments import is_missing

_ENDS = np.dtype("i8")


def source(parameter: ParamInfo, label: str, value: Any) -> Source:
    """Describe what was passed for a table.

    Parameters
    ----------
    parameter : ParamInfo
    label : str
        What messages call it.
    value : object

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        It does not fit.
    """
    assert parameter.table is not None
    return _Reading(parameter.go, label).one(parameter.table, value)


def nothing(kind: TableType) -> Source:
    """Describe a table with nothing in it."""
    if kind.kind == "struct":
        return _struct([_named(nothing(field), field) for field in kind.fields], 1)
    if kind.kind == "slice":
        return _lists([0, 0], Source("n", 0, 0, []))
    if kind.kind == "map":
        none = Source("n", 0, 0, [])
        return _lists([0, 0], _struct([replace(none, name="key"), replace(none, name="value")], 0))
    if kind.nullable:
        return Source("n", 1, 1, [])
    return list_source([datatype.zero(kind.go)])


def _lists(ends: list[int], items: Source) -> Source:
    return Source("+L", len(ends) - 1, 0, [None, copying(np.array(ends, _ENDS), _ENDS)], [items])


def _struct(fields: list[Source], rows: int) -> Source:
    return Source("+s", rows, 0, [None], fields)


def _named(source: Source, field: TableType) -> Source:
    return replace(source, name=field.column or field.name)


class _Reading:
    """Makes the source of one table; its messages name that.

    Parameters
    ----------
    go, label : str
        The table's type and what messages call it.
    """

    def __init__(self, go: str, label: str) -> None:
        self.go, self.label = go, label

    def one(self, kind: TableType, value: Any) -> Source:
        """Describe one value as an array of length 1."""
        if kind.kind == "slice":
            assert kind.elem is not None
            items = self.items(kind.elem, value)
            return _lists([0, items.length], items)
        if kind.kind == "map":
            return self.maps(kind, [value])
        if kind.kind == "struct":
            return self.structs(kind, [self.row(kind, value)])
        return self.scalar(kind, value)

    def scalar(self, kind: TableType, value: Any) -> Source:
        if is_missing(value):
            if not kind.nullable:
                raise self.refused(f"one {kind.go}", kind.go, value)
            return Source("n", 1, 1, [])
        if libraries.column_library(value) is not None or isinstance(value, dict):
            raise self.refused(f"one {kind.go}", kind.go, value)
        bound = bind("table", value, self.label)
        if bound.kind != "value":
            raise self.refused(f"one {kind.go}", kind.go, value)
        return bound.source(0)

    def items(self, kind: TableType, value: Any) -> Source:
        """Describe the values of a column, whose type is *kind*."""
        if isinstance(value, tuple | range):
            value = list(value)
        if kind.kind == "struct":
            return self.rows(kind, value)
        words = "a list, an array or a Series"
        if kind.kind == "slice":
            words = "a 2-D array or a list of lists"
        if isinstance(value, str | bytes | dict) or is_missing(value):
            raise self.refused(words, f"[]{kind.go}", value)
        if isinstance(value, np.ndarray) and value.ndim > 2:
            value = value.tolist()
        if kind.kind == "map":
            return self.maps(kind, list(value))
        if isinstance(value, list) and not value:
            return Source("n", 0, 0, [])
        bound = bind("table", value, self.label)
        if bound.kind == "matrix" and kind.kind == "slice":
            rows, width = bound.shape
            return _lists([width * row for row in range(rows + 1)], bound.source(0))
        if bound.kind != "column":
            raise self.refused(words, f"[]{kind.go}", value)
        found = bound.source(0, kind.nullable)
        if found.nulls and not kind.nullable:
            raise ArgumentValueError(
                f"{self.label} has {found.nulls} missing value{'s' * (found.nulls > 1)}, which {kind.go} "
                f"cannot hold: take *{kind.go}, or fill or drop them in Python"
            )
        return found

    def maps(self, kind: TableType, maps: list[Any]) -> Source:
        """Describe dicts, or Series by their index, as lists of entries."""
        assert kind.key is not None and kind.elem is not None
        keys: list[Any] = []
        values: list[Any] = []
        ends = [0]
        for one in maps:
            found = self.mapping(one)
            if found is None:
                raise self.refused("a dict", kind.go, one)
            keys += found
            values += found.values()
            ends.append(len(keys))
        entries = [
            replace(_Reading(self.go, f"a {name} of {self.label}").items(of, items), name=name)
            for name, of, items in (("key", kind.key, keys), ("value", kind.elem, values))
        ]
        return _lists(ends, _struct(entries, len(keys)))

    def mapping(self, value: Any) -> Mapping[Any, Any] | None:
        """Return a dict of what has keys and values; None of anything else."""
        if isinstance(value, Mapping):
            return value
        if libraries.PANDAS.has_column(value) and hasattr(value, "index"):
            if not value.index.is_unique:
                twice = value.index[value.index.duplicated()][0]
                raise ArgumentValueError(f"{self.label} has the key {twice!r} twice")
            return dict(zip(value.index.tolist(), value.tolist(), strict=True))
        return None

    def row(self, kind: TableType, value: Any) -> list[Any]:
        """Return the value of each field of one struct."""
        found = self.mapping(value)
        if found is not None:
            names = [str(name) for name in found]
            content = list(found.values())
            return [content[self.match(field, names)] for field in kind.fields]
        frame = self.frame(kind, value)
        column = self.columns(kind, frame)
        if all(field.kind == "slice" for field in kind.fields):
            return [column(field) for field in kind.fields]
        return [self.cell(field, column(field)) for field in kind.fields]

    def cell(self, field: TableType, column: Any) -> Any:
        """Return the one value in a column, for a struct that is a row."""
        if len(column) != 1:
            raise ArgumentTypeError(
                f"{self.label}: the field {field.name} is one {field.go}, and its column has {len(column)} rows"
            )
        return libraries.of_column(column).values(column)[0]

    def structs(self, kind: TableType, rows: list[list[Any]]) -> Source:
        """Describe structs by the values of their fields."""
        if len(rows) == 1:
            own = zip(kind.fields, rows[0], strict=True)
            return _struct(
                [_named(self.field(field).one(field, value), field) for field, value in own], 1
            )
        columns = [(field, [row[at] for row in rows]) for at, field in enumerate(kind.fields)]
        fields = [
            _named(self.field(field).items(field, column), field) for field, column in columns
        ]
        return _struct(fields, len(rows))

    def rows(self, kind: TableType, value: Any) -> Source:
        """Describe a frame, a dict of columns or a list of dicts as structs."""
        if isinstance(value, list):
            return self.structs(kind, [self.row(kind, one) for one in value])
        if isinstance(value, Mapping):
            names = [str(name) for name in value]
            content = list(value.values())
            pairs = [(field, content[self.match(field, names)]) for field in kind.fields]
        else:
            frame = self.frame(kind, value)
            column = self.columns(kind, frame)
            pairs = [(field, column(field)) for field in kind.fields]
        fields = [_named(self.field(field).items(field, one), field) for field, one in pairs]
        lengths = {field.length for field in fields}
        if len(lengths) > 1:
            listed = " and ".join(f"{field.name} has {field.length}" for field in fields)
            raise ArgumentValueError(f"the columns of {self.label} differ in length: {listed}")
        return _struct(fields, lengths.pop())

    def field(self, field: TableType) -> _Reading:
        return _Reading(self.go, f"{field.column or field.name!r} of {self.label}")

    def frame(self, kind: TableType, value: Any) -> Input:
        library = libraries.column_library(value)
        if library is not None:
            value = library.fields(value)
        if is_missing(value) or isinstance(value, np.ndarray | str | bytes):
            raise self.refused("a dict or a frame", kind.go, value)
        bound = bind("table", value, self.label)
        if bound.kind != "frame":
            raise self.refused("a dict or a frame", kind.go, value)
        return bound

    def columns(self, kind: TableType, frame: Input) -> Callable[[TableType], Any]:
        """Return what gives the column of a field."""
        at = {field.name: self.match(field, frame.columns) for field in kind.fields}
        if frame.prepare:
            try:
                frame.prepare(sorted(set(at.values())))
            except Refused as error:
                raise ArgumentTypeError(f"{self.label} {error}") from error
        column = frame.column
        assert column is not None
        return lambda field: column(at[field.name])

    def match(self, field: TableType, names: list[str]) -> int:
        """Find the key or column of a field, as fields of a row function find theirs."""
        wanted = field.column or field.name
        for same in (str, _loose):
            found = [at for at, name in enumerate(names) if same(name) == same(wanted)]
            if len(found) == 1:
                return found[0]
            if found or field.column:
                break
        what = f"{self.label} has {'several columns' if found else 'no'} {wanted!r}"
        loose = {_loose(name): name for name in names}
        import difflib

        close = difflib.get_close_matches(_loose(wanted), list(loose), n=1, cutoff=0.6)
        near = f"; it has {', '.join(map(repr, names[:10])) or 'nothing'}"
        if close:
            near = f"; did you mean {loose[close[0]]!r}?"
        raise ArgumentValueError(
            f"{what} for the field {field.name} ({field.go}) of {self.go}{near}"
        )

    def refused(self, takes: str, go: str, value: Any) -> ArgumentTypeError:
        shown = repr(value) if is_missing(value) else f"a {type(value).__name__}"
        return ArgumentTypeError(f"{self.label} takes {takes} ({go}), and {shown} was passed")


def _loose(name: str) -> str:
    return "".join(name.split()).replace("_", "").casefold()
