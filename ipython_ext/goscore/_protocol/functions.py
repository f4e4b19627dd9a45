"""Functions and calls of them, as ``magics/protocol/functions.go`` declares them."""

from __future__ import annotations

from dataclasses import field
from typing import Any, NotRequired, TypedDict

from .._errors import GoscoreError
from .._record import fact

KINDS = ("scalar", "vector", "aggregate", "scan", "row", "")  # the last cannot be called


class Source(TypedDict):
    """The part of a cell that a function needs."""

    cell: str
    text: str
    get: NotRequired[list[str]]


@fact(kw_only=True)
class TableType:
    """The type of a table, a part of it, or a field.

    Attributes
    ----------
    kind : str
        ``slice``, ``map``, ``struct`` or ``value``.
    """

    kind: str
    go: str
    nullable: bool = False
    key: TableType | None = None
    elem: TableType | None = None
    fields: list[TableType] = field(default_factory=list)
    name: str = ""
    column: str = ""


@fact(kw_only=True)
class ParamInfo:
    """A parameter of a function, or a field of a row function's struct.

    Attributes
    ----------
    table : TableType or None
        Of a parameter that is the same for every row.
    written : bool
        Whether the function may write that table.
    default : str
        As JSON; empty without.
    """

    name: str
    go: str
    elem: str
    shape: str
    column: str = ""
    nullable: bool
    table: TableType | None = None
    written: bool = False
    default: str = ""


@fact(kw_only=True)
class MergeInfo:
    """What combines an aggregate's partial results, or why nothing does."""

    function: str
    reason: str = ""
    sources: list[Source]


@fact(kw_only=True)
class FunctionInfo:
    """An exported function, or one that is built in.

    Attributes
    ----------
    single : str
        The type of a result that no column holds.
    builtin : str
        The name in Go of a built-in function.
    options : list of str
        Those that a built-in function takes.
    json : dict
        What it was read from: pickles and exported packages keep that, with fields of later
        versions too. Empty where Python describes a function itself.
    """

    name: str
    builtin: str = ""
    kind: str
    reason: str = ""
    doc: str
    signature: str
    source: str
    cell: str
    params: list[ParamInfo]
    fields: list[ParamInfo] = field(default_factory=list)
    results: list[str]
    single: str = ""
    error: bool
    init: str | None
    serial: bool
    sources: list[Source]
    merge: MergeInfo | None = None
    options: list[str] = field(default_factory=list)
    json: dict[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS or not all(one.name for one in (*self.params, *self.fields)):
            raise GoscoreError(
                f"read the function {self.name}: its kind is {self.kind!r}, or a parameter has no name"
            )

    @property
    def parameters(self) -> list[ParamInfo]:
        """Those that a caller fills: all but the state of a scan."""
        return self.params[1:] if self.kind == "scan" else self.params


class Call(TypedDict):
    """Which function is called, and on which inputs."""

    function: str
    sources: list[Source]
    arguments: list[str]
    by: list[str]
    dropna: NotRequired[bool]
    errors: str
    init: str | None
    builtin: bool
    partial: bool
    merge: bool


class Portable(TypedDict):
    """A function whose programs are to travel."""

    function: str
    sources: list[Source]
    keys: bool
    merge: bool
    like: NotRequired[list[Source]]


class Carried(TypedDict):
    """The program of a call on its way to another worker."""

    of: int
    depths: list[int]
    grouped: bool
    tree: str
    go: str
    os: str
    arch: str
    note: Any
    sum: str
