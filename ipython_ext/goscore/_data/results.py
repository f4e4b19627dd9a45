"""A result of a run whose arrays are in this process: `_protocol.results.Result` with `Array` in it."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from .arrays import Array


class Field(TypedDict):
    """A column of a frame."""

    name: str
    array: Array
    nullable: NotRequired[bool]


class Result(TypedDict):
    """A result; which fields it has depends on its kind."""

    kind: str
    rows: NotRequired[int]
    array: NotRequired[Array]
    nullable: NotRequired[bool]
    fields: NotRequired[list[Field]]
    keys: NotRequired[Array]
    values: NotRequired[Array]
    names: NotRequired[list[str]]
    items: NotRequired[list[Result]]
