"""The worker as Python holds it: its channels, the memory shared with it, its plans."""

from __future__ import annotations

import json
import os
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._errors import GoscoreError, WorkerDiedError
from .._memory.locks import if_free
from .._memory.segments import PYTHON_MEMORY, address_of
from .channel import Channel, few_descriptors
from .heartbeat import Heartbeat

if TYPE_CHECKING:
    from .._memory.allocator import Allocator
    from .._memory.ranges import Results
    from .._memory.segments import Memory

PROTOCOL = 1
ADDRESSED = 16 << 10  # bytes; less is copied as fast as it is named
START = 20.0  # s; for a worker to answer its first question
_REMOTE = 10.0
_PATIENCE = 0.4  # s; for an interrupted run to end by itself
_DRAIN_EVERY = 64  # runs


class Worker:
    """A worker and this process's ways to it.

    Parameters
    ----------
    info : dict
        Content of its connection file.

    Attributes
    ----------
    about : dict
        ``content.goscore`` of its ``kernel_info_reply``.
    allocator : Allocator or None
        Of the segment that it reads; None when no memory is shared.
    results : Results or None
        Of the segment that it writes.
    reaches : bool
        Whether it can read and write this process's own memory.
    generation : int
        Changes when its declarations change.
    known : set of str
        Identities of what it was given of functions that were compiled elsewhere.
    """

    def __init__(self, info: dict[str, Any]) -> None:
        self.info = info
        self.about: dict[str, Any] = {}
        self.allocator: Allocator | None = None
        self.results: Results | None = None
        self.reaches = False
        self.generation: int | None = None
        self.plans: dict[Any, Any] = {}
        self.known: set[str] = set()
        self._own = threading.local()
        self._channels: weakref.WeakSet[Channel] = weakref.WeakSet()
        self._runs = 0
        self._heartbeat: Heartbeat | None = None

    def check(self) -> None:
        """Raise when the worker has ended."""
        if self._heartbeat is None and "hb_port" in self.info:
            self._heartbeat = Heartbeat(self.info)
        if self._heartbeat is not None:
            self._heartbeat.check()

    @property
    def ended(self) -> bool:
        """Whether a new one is needed."""
        return False

    def channel(self, seconds: float = START) -> Channel:
        """Return the calling thread's channel.

        Raises
        ------
        WorkerDiedError
            The worker does not answer.
        """
        own: Channel | None = getattr(self._own, "channel", None)
        if own is not None and own.usable and not own.running:
            return own
        with few_descriptors("open sockets to the worker"):
            own = Channel(self.info, self.check)
        try:
            self._meet(own.hello(seconds))
        except BaseException as error:
            own.close()
            if isinstance(error, TimeoutError):
                raise WorkerDiedError(self._silence(seconds)) from None
            raise
        self._own.channel = own
        self._channels.add(own)
        return own

    def surroundings(self) -> dict[str, Any] | None:
        """Return ``surroundings`` of the protocol; None where the worker's own count."""
        return None

    def health(self) -> dict[str, Any]:
        """Return what runs may take and where programs are kept, as things stand now.

        Content of a `goscore_health_reply`.

        Raises
        ------
        WorkerDiedError
            The worker does not answer.
        """
        channel = self.channel()
        with channel.lock:
            asked = channel.send(channel.message("goscore_health_request", {}))
            reply = channel.wait(asked, seconds=START)
        if reply is None:
            raise WorkerDiedError(self._silence(START))
        return dict(reply["content"])

    def _meet(self, reply: dict[str, Any]) -> None:
        about = reply["content"].get("goscore")
        if about is None:
            raise GoscoreError(
                f"{reply['content'].get('banner') or 'the kernel there'} is no goscore worker"
            )
        if about.get("protocol") != PROTOCOL:
            raise GoscoreError(
                f"the worker speaks protocol {about.get('protocol')} and this package {PROTOCOL}: "
                f"install both from one version of goscore"
            )
        self.about = about

    def _silence(self, seconds: float) -> str:
        return f"no answer from {self.info['ip']} within {seconds:g} s"

    def where(self, memory: Memory, unit: int, reachable: bool = False) -> tuple[int, int] | None:
        """Return the segment and offset of memory that the worker maps, when that is a multiple of *unit*."""
        for number, holder in enumerate((self.allocator, self.results)):
            offset = holder.mapping.offset_of(memory) if holder else None
            if offset is not None and not offset % unit:
                return number, offset
        return None

    def anywhere(self, memory: Memory, unit: int, reachable: bool) -> tuple[int, int] | None:
        """Return the same, or the address of memory that the worker can read where it lies."""
        found = self.where(memory, unit)
        if found is None and reachable and self.reaches and memory.nbytes >= ADDRESSED:
            return PYTHON_MEMORY, address_of(memory)
        return found

    def release(self, channel: Channel) -> None:
        """Free kept results that nobody looks at any more; the caller has the channel's lock."""
        if self.results is not None and (offsets := self.results.drain()):
            channel.send(channel.message("goscore_release_request", {"offsets": offsets}))

    def _release_now(self) -> None:
        """Free them where this thread has a channel that is at rest; else the next run does."""
        own: Channel | None = getattr(self._own, "channel", None)
        if own is not None and own.usable and not self.ended:
            if_free(own.lock, lambda: self.release(own))

    def drain_others(self) -> None:
        """Now and then drop what idle threads' sockets have gathered of other runs' output."""
        self._runs += 1
        if self._runs % _DRAIN_EVERY:
            return
        own = getattr(self._own, "channel", None)
        for channel in list(self._channels):
            if channel is not own and channel.usable:
                if_free(channel.lock, channel.forget_output)

    def interrupt(self, channel: Channel, request: str) -> None:
        """Stop a run: ask, and after a moment insist."""
        try:
            channel.send(channel.message("interrupt_request", {"msg_id": request}), control=True)
            reply, over = channel.end_of(request, _PATIENCE)
            if not over:
                self.stop_hard()
            elif reply is not None and self.results is not None:  # it had come to its end
                for kept in (reply["metadata"].get("goscore") or {}).get("kept") or []:
                    self.results.give_back(*kept)
        except WorkerDiedError:
            pass
        except BaseException:
            self.stop_hard()
            raise

    def stop_hard(self) -> None:
        """End what does not listen; of a worker elsewhere, only leave."""
        own = getattr(self._own, "channel", None)
        if own is not None:
            own.close()

    def close(self) -> None:
        """Leave the worker."""
        self.stop_hard()
        if self._heartbeat is not None:
            self._heartbeat.close()
            self._heartbeat = None


def find_binary() -> str:
    """Return the path of the worker's binary.

    Raises
    ------
    WorkerDiedError
        There is none.
    """
    # An exported package has a copy of this module, and the worker that fits it.
    named = os.environ.get("GOSCORE_WORKER") if __package__.partition(".")[0] == "goscore" else None
    path = Path(named) if named else Path(__file__).parents[1] / "_bin" / "goscore"
    if os.access(path, os.X_OK) and path.is_file():
        return str(path)
    why = "GOSCORE_WORKER names it" if named else "reinstall goscore, or name one in GOSCORE_WORKER"
    raise WorkerDiedError(f"there is no worker at {path}: {why}")


def read_connection_file(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read what `connect` is given.

    Raises
    ------
    GoscoreError
        It is no connection file.
    """
    try:
        info = json.loads(Path(path).expanduser().read_text())
        missing = {"ip", "key", "shell_port", "iopub_port", "control_port"} - set(info)
    except (OSError, ValueError, TypeError) as error:
        raise GoscoreError(f"read the connection file {path}: {error}") from error
    if missing:
        raise GoscoreError(f"the connection file {path} lacks {', '.join(sorted(missing))}")
    info.setdefault("transport", "tcp")
    return dict(info)
