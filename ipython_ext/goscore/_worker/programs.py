"""A function's compiled programs on their way to another process, which may have no Go."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .._errors import GoscoreError, WorkerDiedError, from_reply
from . import current
from .channel import Channel

_BY = ("vector", "aggregate", "scan")  # kinds that take keys


@dataclass(eq=False)
class Programs:
    """Programs of one function, packed, and of what combines its results.

    Attributes
    ----------
    functions : list of dict
        ``functions`` of the protocol.
    described : list of dict
        ``programs`` of the protocol: of which call, for which platform, and built by what.
    packed : list of bytes
        The executables, compressed.
    """

    functions: list[dict[str, Any]] = field(default_factory=list)
    described: list[dict[str, Any]] = field(default_factory=list)
    packed: list[bytes] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.packed)

    @cached_property
    def identity(self) -> str:
        """What is the same for the same programs, however often they are unpickled."""
        about = json.dumps([self.functions, self.described])
        return hashlib.sha256(about.encode()).hexdigest()

    def give(self, channel: Channel) -> None:
        """Let the worker know them; where they do not fit it compiles.

        Parameters
        ----------
        channel : Channel
            Whose lock the caller has.
        """
        content = {"functions": self.functions, "programs": self.described}
        _answer(channel, "goscore_take_request", content, self.executables())

    def executables(self) -> list[bytes]:
        """Return what `packed` holds, from wherever it is."""
        return self.packed


def programs(info: dict[str, Any]) -> Programs:
    """Return what the worker has compiled of a function; nothing where it cannot.

    These are the programs of its calls with plain columns, without and with keys, and of
    those that were made here.
    """
    functions = portables(info)
    try:
        channel = current.worker().channel()
        with channel.lock:
            reply = _answer(channel, "goscore_carry_request", {"functions": functions})
    except GoscoreError:
        return Programs()
    packed = [bytes(one) for one in reply["buffers"]]
    return Programs(functions, reply["content"]["programs"], packed)


def portables(info: dict[str, Any]) -> list[dict[str, Any]]:
    """Return ``functions`` of the protocol: a function, and what combines its results."""
    made = [_portable(info["name"], info["sources"], keys=info["kind"] in _BY)]
    merge = info.get("merge")
    if merge and not merge.get("reason"):
        made.append(_portable(merge["function"], merge["sources"], keys=True, merge=True))
    return made


def _portable(
    function: str, sources: list[dict[str, Any]], keys: bool, merge: bool = False
) -> dict[str, Any]:
    return {"function": function, "sources": sources, "keys": keys, "merge": merge}


def _answer(
    channel: Channel, kind: str, content: dict[str, Any], buffers: list[bytes] | None = None
) -> dict[str, Any]:
    reply = channel.wait(channel.send(channel.message(kind, content), buffers))
    if reply is None:
        raise WorkerDiedError("the worker gave no answer")
    if reply["content"].get("status") == "error":
        raise from_reply(reply["content"])
    return reply
