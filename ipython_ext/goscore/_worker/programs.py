"""A function's compiled programs, packed for another process, which may have no Go."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .._errors import GoscoreError, WorkerDiedError
from .._protocol.functions import Carried, FunctionInfo, Portable, Source
from .._protocol.messages import (
    Done,
    File,
    FilesReply,
    FilesRequest,
    ProgramsReply,
    ProgramsRequest,
)
from . import current, replies
from .channel import Channel
from .messages import Message
from .worker import Worker

_BY = ("vector", "aggregate", "scan")  # kinds that take keys


@dataclass(eq=False)
class Programs:
    """Programs of one function, packed, and of what combines its results.

    Attributes
    ----------
    functions : list of Portable
    descriptions : list of Carried
        Of each program: for which call and platform it is, and what built it.
    packed : list of bytes
        The executables, compressed.
    """

    functions: list[Portable] = field(default_factory=list)
    descriptions: list[Carried] = field(default_factory=list)
    packed: list[bytes] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.packed)

    @cached_property
    def identity(self) -> str:
        """The same for the same programs, however often they are unpickled."""
        text = json.dumps([self.functions, self.descriptions])
        return hashlib.sha256(text.encode()).hexdigest()

    def executables(self) -> list[bytes]:
        """Return what `packed` holds, from wherever it is."""
        return self.packed


def export_programs(function: FunctionInfo, like: FunctionInfo | None = None) -> Programs:
    """Return what the worker has compiled of a function; nothing where it cannot.

    These are the programs of its calls with plain columns, without and with keys, and of
    those that were made here, also of *like*, which is the same function in other words.
    """
    functions = portables(function)
    for portable, other in zip(functions, portables(like) if like else [], strict=False):
        portable["like"] = other["sources"]
    request: ProgramsRequest = {"functions": functions}
    try:
        worker = current.worker()
        channel = worker.channel()
        with channel.lock:
            reply = _answer(worker, channel, "goscore_carry_request", request)
        descriptions = replies.content(reply, ProgramsReply)["programs"]
    except GoscoreError:
        return Programs()
    return Programs(functions, descriptions, [bytes(buffer) for buffer in reply["buffers"]])


def package_files(package: str, files: list[File]) -> list[File]:
    """Return the Go of functions as files of a package.

    Raises
    ------
    GoscoreError
    """
    request: FilesRequest = {"package": package, "files": files}
    worker = current.worker()
    channel = worker.channel()
    with channel.lock:
        reply = _answer(worker, channel, "goscore_files_request", request)
    return replies.content(reply, FilesReply)["files"]


def import_programs(programs: Programs, worker: Worker, channel: Channel) -> None:
    """Give programs to the worker, which takes those that fit it.

    Parameters
    ----------
    programs : Programs
    worker : Worker
    channel : Channel
        The caller has its lock.
    """
    request: ProgramsRequest = {
        "functions": programs.functions,
        "programs": programs.descriptions,
    }
    reply = _answer(worker, channel, "goscore_take_request", request, programs.executables())
    replies.content(reply, Done)


def portables(function: FunctionInfo) -> list[Portable]:
    """Return a function, and what combines its results, as the protocol has them."""
    keys = function.kind in _BY
    functions = [_portable(function.name, function.sources, keys=keys)]
    merge = function.merge
    if merge and not merge.reason:
        functions.append(_portable(merge.function, merge.sources, keys=True, merge=True))
    return functions


def _portable(function: str, sources: list[Source], keys: bool, merge: bool = False) -> Portable:
    return {"function": function, "sources": sources, "keys": keys, "merge": merge}


def _answer(
    worker: Worker,
    channel: Channel,
    kind: str,
    request: Mapping[str, object],
    buffers: list[bytes] | None = None,
) -> Message:
    reply = worker.ask(channel, channel.message(kind, request), buffers)
    if reply is None:
        raise WorkerDiedError("the worker gave no answer")
    return reply
