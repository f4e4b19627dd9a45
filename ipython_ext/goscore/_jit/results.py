"""What a function returns, as columns that Go can return, and back."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterator
from typing import Any

from .._draft.values.types import Type

_PLAIN = frozenset("float int bool str time date duration".split())
_FIELDS = "ABCDEFGH"
Rebuild = Callable[[list[Iterator[Any]]], Any]


def is_plain(of: Type) -> bool:
    """Tell whether a column can hold values of a type."""
    return of.kind in _PLAIN or (of.kind == "optional" and of.item.kind in _PLAIN)


def direct(of: Type) -> bool:
    """Tell whether Go can return a type as it is."""
    if of.kind == "tuple":
        return all(map(is_plain, of.items)) or all(
            item.is_list and is_plain(item.item) for item in of.items
        )
    return is_plain(of) or (of.is_list and is_plain(of.item))


class Packing:
    """A result of any type as slices: how Go fills them, and how Python puts them together.

    Attributes
    ----------
    columns : list of str
        Their types in Go.
    lines : list of str
        Go that fills them from ``found``.
    """

    def __init__(self, of: Type) -> None:
        self.columns: list[str] = []
        self.lines: list[str] = []
        self._names = itertools.count(1)
        self.rebuild = self._part(of, "found", 1)

    def _column(self, go: str) -> int:
        self.columns.append(go)
        return len(self.columns) - 1

    def _write(self, depth: int, line: str) -> None:
        self.lines.append("\t" * depth + line)

    def _part(self, of: Type, text: str, depth: int) -> Rebuild:
        if is_plain(of):
            at = self._column(of.go)
            self._write(depth, f"r{at} = append(r{at}, {text})")
            return lambda columns: value(next(columns[at]), of)
        if of.kind == "tuple":
            parts = [
                self._part(item, f"{text}.{field}", depth)
                for item, field in zip(of.items, _FIELDS, strict=False)
            ]
            return lambda columns: tuple(part(columns) for part in parts)
        if of.is_list or of.kind == "set":
            return self._items(of, text, depth)
        if of.kind == "dict":
            return self._dict(of, text, depth)
        raise ValueError(f"a {of.python} as a result")

    def _length(self, text: str, depth: int) -> int:
        at = self._column("int")
        self._write(depth, f"r{at} = append(r{at}, len({text}))")
        return at

    def _items(self, of: Type, text: str, depth: int) -> Rebuild:
        count = self._length(text, depth)
        name = f"x{next(self._names)}"
        head = f"{name} := range {text}" if of.kind == "set" else f"_, {name} := range {text}"
        self._write(depth, f"for {head} {{")
        item = self._part(of.item, name, depth + 1)
        self._write(depth, "}")
        make = set if of.kind == "set" else list
        return lambda columns: make([item(columns) for _ in range(next(columns[count]))])

    def _dict(self, of: Type, text: str, depth: int) -> Rebuild:
        count = self._length(f"{text}.keys", depth)
        name = f"x{next(self._names)}"
        self._write(depth, f"for {name} := range {text}.keys {{")
        key = self._part(of.items[0], f"{text}.keys[{name}]", depth + 1)
        held = self._part(of.item, f"{text}.values[{name}]", depth + 1)
        self._write(depth, "}")
        return lambda columns: {key(columns): held(columns) for _ in range(next(columns[count]))}

    def unpack(self, results: Any) -> Any:
        """Put the columns of a result together."""
        columns = results if isinstance(results, tuple) else (results,)
        return self.rebuild([iter(listed(column)) for column in columns])


def listed(column: Any) -> list[Any]:
    """Return a column as a list of values of Python's."""
    for name in ("to_pylist", "to_list", "tolist"):
        if hasattr(column, name):
            return list(getattr(column, name)())
    return list(column)


def value(found: Any, of: Type) -> Any:
    """Return one value as Python's own."""
    if found is None or type(found).__name__ in ("NAType", "NaTType"):
        return None
    if of.kind == "optional":
        # NaN stands for None in a column of floats.
        return None if isinstance(found, float) and found != found else value(found, of.item)
    if of.kind in ("time", "date") and hasattr(found, "to_pydatetime"):
        found = found.to_pydatetime()
    if of.kind == "date" and isinstance(found, datetime.datetime):
        return found.date()
    if of.kind == "duration" and hasattr(found, "to_pytimedelta"):
        return found.to_pytimedelta()
    return found


def of_go(found: Any, of: Type, numpy: bool) -> Any:
    """Return a direct result of Go's as Python would return it.

    Parameters
    ----------
    numpy : bool
        Whether the input was NumPy's or pandas', so that arrays stay arrays.
    """
    if of.kind == "tuple":
        return tuple(of_go(one, item, numpy) for one, item in zip(found, of.items, strict=True))
    if of.kind == "array":
        import numpy as np

        return np.asarray(found)
    if of.is_list:
        return [value(one, of.item) for one in listed(found)]
    return value(found, of)
