"""Results and the arrays in them, as ``magics/protocol/results.go`` declares them."""

from __future__ import annotations

from typing import NotRequired, TypedDict

Range = tuple[int, int, int]  # segment, offset, length


class Array(TypedDict):
    """An Arrow array by the places of its buffers: ARRAY of DESIGN.md."""

    name: NotRequired[str]
    type: str
    length: int
    nulls: int
    buffers: list[Range | None]
    children: NotRequired[list[Array]]
    dictionary: NotRequired[Array]


class Field(TypedDict):
    """A column of a result that is a frame."""

    name: str
    array: NotRequired[Array]
    nullable: NotRequired[bool]


class Result(TypedDict):
    """RESULT of DESIGN.md; which fields it has depends on its kind."""

    kind: str
    go: NotRequired[str]
    rows: int
    array: NotRequired[Array]
    nullable: NotRequired[bool]
    fields: NotRequired[list[Field]]
    keys: NotRequired[Array]
    values: NotRequired[Array]
    names: NotRequired[list[str]]
    items: NotRequired[list[Result]]
    ipc: NotRequired[int]


class NamedResult(TypedDict):
    """What ``-o`` names."""

    name: str
    result: Result | None


class Failed(TypedDict):
    """The rows whose function returned an error."""

    count: int
    result: Result | None
