"""The worker as Python sees it: its channels, the memory shared with it, the plans it has made."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .._errors import GoscoreError, WorkerDiedError
from .._memory.locks import if_free
from .._memory.segments import PYTHON_MEMORY, address_of
from .._protocol import execute as protocol
from .._protocol.check import checked
from .._protocol.messages import About, HealthReply
from . import replies
from .channel import Channel, few_descriptors
from .declarations import Declarations
from .heartbeat import Heartbeat
from .spare import End, Spare

if TYPE_CHECKING:
    from .._memory.allocator import Allocator
    from .._memory.ranges import Results
    from .._memory.segments import Memory
    from .._protocol.messages import PlanReply, Progress
    from .connection import Connection
    from .lanes import Lanes
    from .messages import Message

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
    info : Connection

    Attributes
    ----------
    about : About
        What it said of itself at the last `channel`.
    lanes : Lanes or None
        Those to its programs; None of a worker elsewhere.
    allocator : Allocator or None
        Of the segment that it reads; None when no memory is shared.
    results : Results or None
        Of the segment that it writes.
    reaches : bool
        Whether it can read and write this process's own memory.
    generation : int
        Changes when its declarations change.
    declared : Declarations
    known : set of str
        Identities of the programs from elsewhere that it has.
    tables : dict
        What `_run/tables.py` keeps in the segment that it reads.
    """

    def __init__(self, info: Connection) -> None:
        self.info = info
        self.about: About = {
            "protocol": PROTOCOL,
            "segments": False,
            "cores": 0,
            "go": {},
            "pid": 0,
            "builtins": [],
        }
        self.lanes: Lanes | None = None
        self.allocator: Allocator | None = None
        self.results: Results | None = None
        self.reaches = False
        self.generation: int | None = None
        self.plans: dict[tuple[object, ...], PlanReply] = {}
        self.known: set[str] = set()
        self.tables: dict[str, Any] = {}
        self._own = threading.local()
        self._channels: weakref.WeakSet[Channel] = weakref.WeakSet()
        self._spare = Spare()
        self.declared = Declarations()
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
        if spare := self._at_rest() or self._spare.take():
            return self._keep(spare)
        with few_descriptors("open sockets to the worker"):
            own = Channel(self.info, self.check)
        try:
            self._meet(own.hello(seconds))
        except BaseException as error:
            own.close()
            if isinstance(error, TimeoutError):
                raise WorkerDiedError(self._silence(seconds)) from None
            raise
        self._channels.add(own)
        return self._keep(own)

    def _keep(self, channel: Channel) -> Channel:
        """Make a channel the calling thread's, until that ends."""
        held: list[End] = getattr(self._own, "held", [])
        if all(end.channel is not channel for end in held):
            held = [*(end for end in held if end.channel.usable), End(channel, self._spare)]
        self._own.channel, self._own.held = channel, held
        return channel

    def _at_rest(self) -> Channel | None:
        """Return a channel of this thread from a run within another one, which has ended."""
        for end in getattr(self._own, "held", []):
            if end.channel.usable and not end.channel.running:
                return end.channel  # type: ignore[no-any-return]
        return None

    def ask(
        self,
        channel: Channel,
        message: Message,
        buffers: list[Any] | None = None,
        show: Callable[[Message], None] | None = None,
        seconds: float | None = None,
        tick: Callable[[], None] | None = None,
        note: Callable[[Progress], None] | None = None,
    ) -> Message | None:
        """Send a request and wait for its reply, as `Channel.wait` does; the caller has the lock.

        Whatever ends the waiting early ends the request, too: Ctrl-C, the exception of
        another signal's handler, output that cannot be shown. Or the program would
        compute on, and the channel's next request wait for it.
        """
        request = message["header"]["msg_id"]
        try:
            channel.send(message, buffers)
            return channel.wait(request, show, seconds, tick, note)
        except BaseException:
            self.interrupt(channel, request)
            raise

    def surroundings(self) -> protocol.Surroundings | None:
        """Return the directory and environment of this process; None where the worker's own count."""
        return None

    def health(self) -> HealthReply:
        """Return how much memory a run may take now, and where programs are kept.

        Raises
        ------
        WorkerDiedError
            The worker does not answer.
        """
        channel = self.channel()
        with channel.lock:
            message = channel.message("goscore_health_request", {})
            reply = self.ask(channel, message, seconds=START)
        if reply is None:
            raise WorkerDiedError(self._silence(START))
        return replies.content(reply, HealthReply)

    def _meet(self, reply: Message) -> None:
        about = reply["content"].get("goscore")
        if about is None:
            raise GoscoreError(
                f"{reply['content'].get('banner') or 'the kernel there'} is no goscore worker"
            )
        version = about.get("protocol") if isinstance(about, dict) else None
        if version != PROTOCOL:
            raise GoscoreError(
                f"the worker speaks protocol {version} and this package {PROTOCOL}: "
                f"install both from one version of goscore"
            )
        self.about = checked(about, About, "kernel_info_reply")

    def _silence(self, seconds: float) -> str:
        return f"no answer from {self.info['ip']} within {seconds:g} s"

    def where(self, memory: Memory, unit: int, reachable: bool = False) -> tuple[int, int] | None:
        """Return the segment and offset of memory that the worker maps, when the offset is a multiple of *unit*."""
        return self._segment(address_of(memory), memory.nbytes, unit)

    def _segment(self, address: int, nbytes: int, unit: int) -> tuple[int, int] | None:
        for number, holder in enumerate((self.allocator, self.results)):
            offset = holder.mapping.offset_at(address, nbytes) if holder else None
            if offset is not None and not offset % unit:
                return number, offset
        return None

    def anywhere(self, memory: Memory, unit: int, reachable: bool) -> tuple[int, int] | None:
        """Return what `where` does, or the address of memory that the worker can read where it lies."""
        address = address_of(memory)
        place = self._segment(address, memory.nbytes, unit)
        if place is None and reachable and self.reaches and memory.nbytes >= ADDRESSED:
            return PYTHON_MEMORY, address
        return place

    def release(self, channel: Channel) -> None:
        """Free the results that no object shows any more; the caller has the channel's lock."""
        if self.results is not None and (offsets := self.results.drain()):
            channel.send(channel.message("goscore_release_request", {"offsets": offsets}))

    def _release_now(self) -> None:
        """Free them now if this thread's channel is idle; else the next run does."""
        own: Channel | None = getattr(self._own, "channel", None)
        if own is not None and own.usable and not self.ended:
            if_free(own.lock, lambda: self.release(own))

    def drain_others(self) -> None:
        """Now and then drop the output of other runs that idle threads' sockets have received."""
        self._runs += 1
        if self._runs % _DRAIN_EVERY:
            return
        own = getattr(self._own, "channel", None)
        for channel in list(self._channels):
            if channel is not own and channel.usable:
                if_free(channel.lock, channel.forget_output)

    def interrupt(self, channel: Channel, request: str) -> None:
        """Stop a run: ask the worker, and kill it when the run does not end within a moment."""
        try:
            whole = channel.usable
            channel.send(channel.message("interrupt_request", {"msg_id": request}), control=True)
            if not whole:  # of a request that was cut off while it was sent nothing will come
                channel.close()
                return
            reply, over = channel.end_of(request, _PATIENCE)
            if not over:
                self.stop_hard()
            elif reply is not None and self.results is not None:  # it had come to its end
                if (goscore := reply["metadata"].get("goscore")) is not None:
                    about = checked(goscore, protocol.ReplyMetadata, "execute_reply")
                    for place in about.get("kept", []):
                        self.results.give_back(*place)
        except WorkerDiedError:
            pass
        except BaseException:
            self.stop_hard()
            raise

    def _close_channels(self) -> None:
        """Close those on which nobody waits; the others are closed when their threads end."""
        self._spare.close()
        for channel in list(self._channels):
            if_free(channel.lock, channel.close)

    def stop_hard(self) -> None:
        """Kill a worker that does not answer; disconnect from one elsewhere."""
        own = getattr(self._own, "channel", None)
        if own is not None:
            own.close()

    def close(self) -> None:
        """Leave the worker."""
        self.stop_hard()
        self._close_channels()
        if self._heartbeat is not None:
            self._heartbeat.close()
            self._heartbeat = None
