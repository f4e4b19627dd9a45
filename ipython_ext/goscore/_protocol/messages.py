"""Contents of goscore's own requests and their replies, as ``magics/protocol/messages.go`` and ``replies.go`` declare them."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from .functions import Carried, FunctionInfo, Portable


class About(TypedDict):
    """``content.goscore`` of ``kernel_info_reply``."""

    protocol: int
    segments: bool
    cores: int
    go: Toolchain
    pid: int
    builtins: list[FunctionInfo]


class Toolchain(TypedDict):
    """The Go that compiles cells, or why there is none."""

    path: NotRequired[str]
    version: NotRequired[str]
    error: NotRequired[str]


class HealthReply(TypedDict):
    """Content of ``goscore_health_reply``."""

    status: str
    memory: Memory
    cache: Cache


class Memory(TypedDict):
    """What a run that begins now may take."""

    limit: int
    text: str


class Cache(TypedDict):
    """Where programs are kept, or why they are not."""

    path: NotRequired[str]
    passed: NotRequired[str]
    shared: NotRequired[list[str]]
    error: NotRequired[str]


class Done(TypedDict):
    """Content of a reply that says only that all went well."""

    status: str


class ErrorReply(TypedDict):
    """Content of a reply to a request that went wrong; `ename` is the exception's class."""

    status: str
    ename: str
    evalue: str
    traceback: list[str]
    goscore: NotRequired[Place]


class Place(TypedDict):
    """Where in the cell something went wrong; 0 where that is not known."""

    line: int
    column: int
    row: NotRequired[int]


class PlanRequest(TypedDict):
    """Content of ``goscore_plan_request``."""

    code: str
    cell: str
    line: bool
    outputs: list[tuple[str, str]]
    inputs: list[BoundInput]


class BoundInput(TypedDict):
    """An input whose data is not sent yet."""

    name: str
    kind: str
    columns: NotRequired[list[str]]


class PlanReply(TypedDict):
    """Content of ``goscore_plan_reply``."""

    status: str
    free: list[FreeName]
    inputs: list[PlannedInput]
    variables: list[str]
    builtin: bool
    generation: int


class FreeName(TypedDict):
    """A name that the cell uses and does not bind."""

    name: str
    line: int
    column: int


class PlannedInput(TypedDict):
    """What of an input the cell needs; columns by position."""

    name: str
    used: bool
    columns: list[int]
    soft: list[int]
    nullable: list[int]


class CodeRequest(TypedDict):
    """Content of ``complete_request``, ``inspect_request`` and ``is_complete_request``."""

    code: str
    cursor_pos: NotRequired[int]
    goscore: Bindings


class Bindings(TypedDict):
    """What Python binds in a cell that is being written."""

    inputs: list[BoundInput]
    get: list[str]


class ProgramsRequest(TypedDict):
    """Content of ``goscore_carry_request`` and ``goscore_take_request``."""

    functions: list[Portable]
    programs: NotRequired[list[Carried]]


class ProgramsReply(TypedDict):
    """Content of ``goscore_carry_reply``: a program for each buffer."""

    status: str
    programs: list[Carried]


class File(TypedDict):
    """What exported functions need of one cell, and what each of them needs of it."""

    name: str
    text: str
    parts: list[str]


class FilesRequest(TypedDict):
    """Content of ``goscore_files_request``."""

    package: str
    files: list[File]


class FilesReply(TypedDict):
    """Content of ``goscore_files_reply``."""

    status: str
    files: list[File]


class Progress(TypedDict):
    """Content of ``goscore_progress``: what a request waits for; all is 0 where it is not known."""

    what: str
    done: int
    all: int


class ReleaseRequest(TypedDict):
    """Content of ``goscore_release_request``; without offsets, all of the client's results."""

    offsets: NotRequired[list[int]]
