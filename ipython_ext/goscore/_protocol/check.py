"""The one place where JSON is checked against its declared type, before anybody reads it.

A ``NotRequired`` field, and one of a dataclass with a default, may be left out. Null stands for an
empty list, as Go writes one. A list of fixed length is declared as a tuple.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from functools import cache
from types import NoneType, UnionType
from typing import (
    Any,
    NotRequired,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from .._errors import GoscoreError

T = TypeVar("T")
Read = Callable[[Any], Any]

_JSON = {str: "a string", int: "an integer", float: "a number", bool: "true or false"}


class _Malformed(Exception):
    """Something of another type; `path` leads to it."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.path = ""

    def below(self, step: str) -> _Malformed:
        self.path = step + self.path
        return self


def checked(value: object, declared: type[T], what: str) -> T:
    """Return JSON as the declared type; fields that this version does not know stay and are ignored.

    Parameters
    ----------
    value : object
    declared : type
        A TypedDict or a dataclass of this room.
    what : str
        For the message.

    Raises
    ------
    GoscoreError
        A field is missing, or of another type.
    """
    try:
        read: T = _reader(declared)(value)  # type: ignore[arg-type]  # mypy: a type is not Hashable
    except RecursionError:
        raise GoscoreError(f"read {what}: it is nested too deep") from None
    except _Malformed as error:
        path = error.path.removeprefix(".")
        raise GoscoreError(
            f"read {what}: {f'{path}: ' if path else ''}{error}; the worker and this package may be of "
            f"different versions of goscore"
        ) from None
    return read


@cache
def _reader(declared: Any) -> Read:
    """Return what reads a value of a type; it is made once."""
    if declared is Any:
        return lambda value: value
    if declared in _JSON:
        return _plain(declared)
    origin, of = get_origin(declared), get_args(declared)
    if origin is list:
        return _list(of[0])
    if origin is dict:
        return _any_object
    if origin is tuple:
        return _tuple(of)
    if origin in (Union, UnionType):
        (own,) = set(of) - {NoneType}
        return _or_none(own)
    return _typed_dict(declared) if is_typeddict(declared) else _dataclass(declared)


def _refused(value: Any, wanted: str) -> _Malformed:
    shown = repr(value)
    return _Malformed(f"{shown[:60]}{'...' * (len(shown) > 60)} where {wanted} belongs")


def _any_object(value: Any) -> Any:
    if type(value) is not dict:
        raise _refused(value, "an object")
    return value


def _plain(declared: Any) -> Read:
    types, wanted = _types(declared), _JSON[declared]

    def read(value: Any) -> Any:
        if type(value) not in types:
            raise _refused(value, wanted)
        return value

    return read


def _types(declared: Any) -> frozenset[type]:
    """Return the types of a plain value; isinstance would take True for an integer."""
    return frozenset((int, float) if declared is float else (declared,))


def _or_none(declared: Any) -> Read:
    read_value = _reader(declared)
    return lambda value: None if value is None else read_value(value)


def _list(declared: Any) -> Read:
    read_item = _reader(declared)

    def read(value: Any) -> Any:
        if value is None:
            return []
        if type(value) is not list:
            raise _refused(value, "a list")
        items: list[Any] = []
        try:
            for item in value:
                items.append(read_item(item))
        except _Malformed as error:
            raise error.below(f"[{len(items)}]") from None
        return items

    return read


def _tuple(declared: tuple[Any, ...]) -> Read:
    """Read a list of fixed length, whose items are plain and of one type."""
    length, types = len(declared), _types(declared[0])

    def read(value: Any) -> Any:
        if (
            type(value) is not list
            or len(value) != length
            or not types.issuperset(map(type, value))
        ):
            raise _refused(value, f"a list of {length}")
        return tuple(value)

    return read


def _typed_dict(declared: Any) -> Read:
    hints = get_type_hints(declared, include_extras=True)
    optional = {name for name, hint in hints.items() if get_origin(hint) is NotRequired}
    types = {name: get_args(hint)[0] if name in optional else hint for name, hint in hints.items()}
    read_fields = _fields(types, optional)
    return lambda value: value | read_fields(value)


def _dataclass(declared: Any) -> Read:
    """Read an object as a dataclass; a field `json` gets the object itself."""
    types = get_type_hints(declared)
    keeps = types.pop("json", None) is not None
    optional = {
        one.name
        for one in fields(declared)
        if one.default is not MISSING or one.default_factory is not MISSING
    }
    read_fields = _fields(types, optional)
    known = set(types)

    def read(value: Any) -> Any:
        nested = read_fields(value)
        own = {name: value[name] for name in known & value.keys()}
        return declared(**{**own, **nested}, **({"json": value} if keeps else {}))

    return read


def _fields(types: dict[str, Any], optional: set[str]) -> Callable[[Any], dict[str, Any]]:
    """Return what checks the fields of an object; it returns those that are no plain values."""
    plain = [(name, _types(own), _JSON[own]) for name, own in types.items() if own in _JSON]
    nested: list[tuple[str, Read]] | None = None  # made at the first use: a type may hold itself

    def read(value: Any) -> dict[str, Any]:
        nonlocal nested
        if type(value) is not dict:
            raise _refused(value, "an object")
        if nested is None:
            nested = [(name, _reader(own)) for name, own in types.items() if own not in _JSON]
        found = {}
        name = ""
        try:
            for name, allowed, wanted in plain:
                if name not in value:
                    if name not in optional:
                        raise _Malformed("is missing")
                elif type(value[name]) not in allowed:
                    raise _refused(value[name], wanted)
            for name, read_field in nested:
                if name in value:
                    found[name] = read_field(value[name])
                elif name not in optional:
                    raise _Malformed("is missing")
        except _Malformed as error:
            raise error.below(f".{name}") from None
        return found

    return read
