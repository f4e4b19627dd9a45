"""The sockets to a worker, without pyzmq: in exported packages this module is `sockets`.

They reach a worker of this process over Unix sockets. An interrupt between any
two steps of Python loses no byte: one step receives bytes and stores them, and
one step removes a message.

Source: ZMTP 3.0, https://rfc.zeromq.org/spec/23.
"""

from __future__ import annotations

import select
import socket
import time
from typing import Any

from .messages import SMALL_FRAMES

_AT_ONCE = 256 << 10  # bytes
_PAUSE = 0.005  # s, between looks whether a worker that is being started is there
_HANDSHAKE = 1.0  # s; then it is tried anew

_GREETING = b"\xff" + bytes(8) + b"\x7f\3\0" + b"NULL".ljust(20, b"\0") + bytes(32)
_MORE, _LONG, _COMMAND = 1, 2, 4  # flags of a frame


class Socket:
    """A socket, of one thread at a time, that connects as soon as somebody is there.

    Parameters
    ----------
    kind : str
        ``DEALER`` or ``SUB``; the latter subscribes to everything.
    address : str
        ``ipc://`` and a path.
    identity : bytes
        What a DEALER calls itself.
    """

    def __init__(self, kind: str, address: str, identity: bytes = b"") -> None:
        transport, _, self._path = address.partition("://")
        if transport != "ipc":
            raise ValueError(f"{address}: without pyzmq only a worker of one's own is reached")
        ready = b"\5READY" + _property(b"Socket-Type", kind.encode())
        if identity:
            ready += _property(b"Identity", identity)
        self._hello = _GREETING + _head(_COMMAND, len(ready)) + ready
        self._topics = {b""} if kind == "SUB" else set()
        self._unsent: list[Any] = []  # until somebody is there
        self._chunks: list[bytes] = []  # that arrived, and are no message yet
        self._wanted = 0  # bytes of them, before a look is worth while
        self._connection: socket.socket | None = None

    def connect(self) -> socket.socket | None:
        """Return the connection, made now if need be and somebody is there."""
        if self._connection is not None:
            return self._connection
        try:
            connection = socket.socket(socket.AF_UNIX)
        except OSError:  # no descriptor is free; `Channel.hello` reports that
            return None
        topics = [piece for topic in self._topics for piece in _pieces([b"\1" + topic])]
        connection.settimeout(_HANDSHAKE)
        try:
            connection.connect(self._path)
            connection.sendall(self._hello)
            _answer(connection)
            connection.settimeout(None)
            for piece in (*topics, *self._unsent):
                connection.sendall(piece)
        except OSError:
            connection.close()
            return None
        self._unsent.clear()
        self._chunks.clear()
        self._connection = connection
        return connection

    @property
    def holds(self) -> bool:
        """Whether what has arrived already may have a message in it."""
        return sum(map(len, self._chunks)) >= max(self._wanted, 1)

    def subscribe(self, topic: str) -> None:
        """Take what begins with the topic."""
        self._topics.add(topic.encode())
        if self._connection is not None:
            self.send([b"\1" + topic.encode()])

    def unsubscribe(self, topic: str) -> None:
        """Take no longer what was subscribed to by that name."""
        self._topics.discard(topic.encode())
        if self._connection is not None:
            self.send([b"\0" + topic.encode()])

    def send(self, frames: list[Any]) -> None:
        """Send a message."""
        connection = self.connect()
        if connection is None:
            self._unsent += _pieces(frames)
            return
        try:
            for piece in _pieces(frames):
                connection.sendall(piece)
        except OSError:  # the worker has ended
            self.close()

    def receive(self) -> list[Any] | None:
        """Return the frames of the next message, if there is one."""
        while (frames := self._taken()) is None:
            if self._connection is None:
                return None
            try:
                # One step of Python takes the bytes and notes them.
                chunks = map(self._connection.recv, (_AT_ONCE,), (socket.MSG_DONTWAIT,))
                self._chunks.extend(chunks)
            except BlockingIOError:
                return None
            except OSError:
                self.close()
                return None
            if not self._chunks[-1]:  # the worker has ended
                self.close()
                return None
        return frames

    def _taken(self) -> list[Any] | None:
        """Take a message off what has arrived."""
        if not self.holds:
            return None
        data = b"".join(self._chunks)
        self._chunks[:] = [data]
        frames, end = _message(data)
        if frames is None:
            self._wanted = end
            return None
        self._wanted = 0
        self._chunks[:] = [data[end:]]
        return frames

    def close(self) -> None:
        """Close it; it would connect again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class Arrivals:
    """Waits for what arrives at any of some sockets.

    Parameters
    ----------
    *sockets : Socket
    """

    def __init__(self, *sockets: Socket) -> None:
        self._sockets = sockets

    def wait(self, seconds: float) -> list[Socket]:
        """Return those where something arrived, in the order in which they were named."""
        end = time.monotonic() + seconds
        while True:
            if holding := [one for one in self._sockets if one.holds]:
                return holding
            poll, connected = select.poll(), {}
            for one in self._sockets:
                if connection := one.connect():
                    poll.register(connection, select.POLLIN)
                    connected[connection.fileno()] = one
            left = max(end - time.monotonic(), 0)
            patience = left if len(connected) == len(self._sockets) else min(left, _PAUSE)
            ready = {connected[number] for number, _ in poll.poll(1000 * patience)}
            if ready or not left:
                return [one for one in self._sockets if one in ready]


def _answer(connection: socket.socket) -> None:
    """Read the other side's greeting and its READY; nothing may be sent before."""
    _exactly(connection, len(_GREETING))
    _, size = _exactly(connection, 2)
    _exactly(connection, size)


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            raise ConnectionResetError
        data += more
    return data


def _property(name: bytes, value: bytes) -> bytes:
    return bytes([len(name)]) + name + len(value).to_bytes(4, "big") + value


def _head(flags: int, size: int) -> bytes:
    """Return what comes before the bytes of a frame."""
    if size < 256:
        return bytes([flags, size])
    return bytes([flags | _LONG]) + size.to_bytes(8, "big")


def _pieces(frames: list[Any]) -> list[Any]:
    """Return what to send of a message; large frames are not copied."""
    pieces: list[Any] = [b""]
    for number, frame in enumerate(frames, 1):
        body = memoryview(frame)
        pieces[-1] += _head(_MORE if number < len(frames) else 0, body.nbytes)
        if body.nbytes < _AT_ONCE:
            pieces[-1] += bytes(body)
        else:
            pieces += [body, b""]
    return pieces


def _message(data: bytes) -> tuple[list[Any] | None, int]:
    """Return the frames of the first message and where it ends; or None, and how many bytes to wait for."""
    whole = memoryview(data)
    frames: list[Any] = []
    at = 0
    while True:
        begin = at + 2
        if len(data) < begin:
            return None, begin
        flags, size = data[at], data[at + 1]
        if flags & _LONG:
            begin = at + 9
            if len(data) < begin:
                return None, begin
            size = int.from_bytes(data[at + 1 : begin], "big")
        at = begin + size
        if len(data) < at:
            return None, at
        if flags & _COMMAND:
            continue
        small = len(frames) < SMALL_FRAMES
        frames.append(data[begin:at] if small else whole[begin:at])
        if not flags & _MORE:
            return frames, at
