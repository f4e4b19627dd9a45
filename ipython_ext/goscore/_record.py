"""Classes of named fields that are made quickly: a first call waits for all that it imports.

`dataclasses.dataclass` writes and compiles up to six methods for every class, which was half
of Python's time in a first call. Of a record only ``__init__`` is compiled; the other methods
are the same functions for all of them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import field
from typing import Any, TypeVar, dataclass_transform

_C = TypeVar("_C")


@dataclass_transform(field_specifiers=(field,))
def record(*, slots: bool = False) -> Callable[[type[_C]], type[_C]]:
    """Make a class one of fields, as ``@dataclass`` does; `dataclasses.replace` and others know it."""

    def made(cls: type[_C]) -> type[_C]:
        new: Any = dataclasses.dataclass(repr=False, eq=False, slots=slots)(cls)
        return _completed(new)  # type: ignore[no-any-return]

    return made


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def fact(*, kw_only: bool = False) -> Callable[[type[_C]], type[_C]]:
    """Make a record that can be a key, and that no code may change: type checkers see to that."""

    def made(cls: type[_C]) -> type[_C]:
        new: Any = _completed(dataclasses.dataclass(repr=False, eq=False, kw_only=kw_only)(cls))
        new.__hash__ = _hash
        return new  # type: ignore[no-any-return]

    return made


def _completed(new: Any) -> Any:
    if "__repr__" not in vars(new):
        new.__repr__ = _repr
    new.__eq__, new.__hash__ = _equal, None
    return new


def _repr(self: Any) -> str:
    shown = (
        f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self) if one.repr
    )
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _values(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, one.name) for one in dataclasses.fields(self) if one.compare)


def _equal(self: Any, other: object) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    return _values(self) == _values(other)


def _hash(self: Any) -> int:
    return hash(_values(self))
