"""One run: what a request and its reply carry, as ``magics/protocol/execute.go`` declares it."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from .functions import Call, FunctionInfo
from .profile import Profile
from .results import Array, Failed, NamedResult, Range, Result
from .trace import Trace


class Options(TypedDict):
    """Options of a cell or call."""

    threads: int
    timeout: float
    force: bool
    verbose: bool
    noreturn: bool
    line: bool
    inline: bool
    keep: bool
    quiet: bool
    describe: bool
    declare: bool
    changed: list[str]
    lend: bool
    lane: int
    output_region: Range | None
    progress: Range | None
    profile: float
    trace: bool
    get: list[str]


class Digest(TypedDict):
    """What identifies a buffer of the message, which the signature does not cover."""

    length: int
    sha256: str


class Column(TypedDict):
    """A column of a frame; without an array where the cell does not need it."""

    name: str
    array: NotRequired[Array]
    sent: NotRequired[bool]
    refused: NotRequired[str]


class Input(TypedDict):
    """An input with its arrays."""

    name: str
    kind: str
    label: str
    rows: NotRequired[int]
    columns: NotRequired[list[Column]]
    array: NotRequired[Array]
    keys: NotRequired[Array]
    values: NotRequired[Array]
    shape: NotRequired[list[int]]
    digest: NotRequired[str]
    ipc: NotRequired[int]


class Surroundings(TypedDict):
    """The working directory of this process, and what changed in its environment.

    Each character stands for a byte; None stands for a variable that is gone.
    """

    directory: str
    environment: dict[str, str | None]


class RequestMetadata(TypedDict):
    """``metadata.goscore`` of ``execute_request``."""

    cell: str
    inputs: list[Input]
    outputs: list[tuple[str, str]]
    options: Options
    buffers: list[Digest]
    call: NotRequired[Call]
    surroundings: NotRequired[Surroundings]


class Receipt(TypedDict):
    """The worker's share of what a run cost, in seconds and bytes."""

    compile: float
    cached: bool
    run: float
    rows: int
    cores: int
    bytes_in: int
    bytes_out: int
    where: str
    converted: NotRequired[int]


class Declared(TypedDict):
    """What it takes, beside the cell, to declare the same in another worker."""

    changed: NotRequired[list[str]]


class Verbose(TypedDict):
    """What ``-v`` shows of a program."""

    command: str
    source: str
    program: str


class ReplyMetadata(TypedDict):
    """``metadata.goscore`` of ``execute_reply``."""

    generation: int
    outputs: list[NamedResult]
    value: Result | None
    failed: NotRequired[Failed]
    kept: NotRequired[list[tuple[int, int]]]
    functions: NotRequired[list[FunctionInfo]]
    declared: NotRequired[Declared]
    receipt: Receipt
    verbose: NotRequired[Verbose]
    lane: NotRequired[int]
    profile: NotRequired[Profile]
    trace: NotRequired[Trace]
    buffers: NotRequired[list[Digest]]
