"""The sockets to a worker, made of pyzmq's.

In an exported package `zmtp` takes the place of this module.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from .messages import SMALL_FRAMES

if TYPE_CHECKING:
    import zmq

_ZERO_COPY = 64 << 10  # bytes of a buffer that ZeroMQ does not copy


class Socket:
    """A connected socket, of one thread at a time.

    Parameters
    ----------
    kind : str
        ``DEALER`` or ``SUB``; the latter subscribes to everything.
    address : str
        As ZeroMQ writes it. Nobody need be there yet.
    identity : bytes
        What a DEALER calls itself.
    """

    def __init__(self, kind: str, address: str, identity: bytes = b"") -> None:
        import zmq

        self._nothing: type[Exception] = zmq.Again
        self._options = int(zmq.NOBLOCK), int(zmq.RCVMORE)
        self.wrapped: zmq.Socket[Any] = _context().socket(getattr(zmq, kind))
        self.wrapped.linger = 0
        self.wrapped.reconnect_ivl = 5  # ms; a worker that is being started is there in a moment
        if identity:
            self.wrapped.identity = identity
        if kind == "SUB":
            self.wrapped.subscribe(b"")
            self.wrapped.rcvhwm = 0  # output is bounded by the worker; none may be lost here
        self.wrapped.connect(address)

    def subscribe(self, topic: str) -> None:
        """Take what begins with the topic."""
        self.wrapped.subscribe(topic)

    def unsubscribe(self, topic: str) -> None:
        """Take no longer what was subscribed to by that name."""
        self.wrapped.unsubscribe(topic)

    def send(self, frames: list[Any]) -> None:
        """Send a message; large frames must not change until it has arrived."""
        copy = all(memoryview(frame).nbytes < _ZERO_COPY for frame in frames)
        self.wrapped.send_multipart(frames, copy=copy)

    def receive(self) -> list[Any] | None:
        """Return the frames of the next message, if there is one."""
        no_block, more = self._options
        try:
            frames: list[Any] = [self.wrapped.recv(no_block)]
            while self.wrapped.getsockopt(more):
                frames.append(self.wrapped.recv(copy=len(frames) < SMALL_FRAMES))
        except self._nothing:
            return None
        return frames

    def close(self) -> None:
        """Close it; what was not sent is dropped."""
        self.wrapped.close()


class Arrivals:
    """Waits for what arrives at any of some sockets.

    Parameters
    ----------
    *sockets : Socket
    """

    def __init__(self, *sockets: Socket) -> None:
        import zmq

        self._sockets = sockets
        self._poller = zmq.Poller()
        for socket in sockets:
            self._poller.register(socket.wrapped, zmq.POLLIN)

    def wait(self, seconds: float) -> list[Socket]:
        """Return those where something arrived, in the order in which they were named."""
        ready = dict(self._poller.poll(max(1, int(seconds * 1000))))
        return [socket for socket in self._sockets if socket.wrapped in ready]


_contexts: dict[int, Any] = {}


def _context() -> zmq.Context[Any]:
    """Return this process's context for all workers, one after another.

    A context that is garbage collected waits until its sockets are closed, maybe
    for ever. So contexts are never collected.
    """
    import zmq

    if os.getpid() not in _contexts:
        _contexts[os.getpid()] = zmq.Context()
    context: zmq.Context[Any] = _contexts[os.getpid()]
    return context
