"""Workers that are started by hand, and spoken to without ZeroMQ, so that anything can be said."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import itertools
import json
import os
import secrets
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from goscore._worker.binary import find_binary

from .system import until

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL".ljust(22, b"\0") + bytes(33)
DELIMITER = b"<IDS|MSG>"
KINDS = {
    "shell": b"DEALER",
    "control": b"DEALER",
    "stdin": b"DEALER",
    "iopub": b"SUB",
    "hb": b"REQ",
}
TRANSPORTS = ("ipc", "tcp")
CODE = "goscore.Score([]float64{1, 4})"  # needs no compiling
_PATIENCE = 20.0  # s; for a worker to start, and for what is bound to come
_MORE, _LONG, _COMMAND = 1, 2, 4
_numbers = itertools.count()


def ready(kind: bytes) -> bytes:
    """Return the handshake's second part, for a socket of that kind."""
    body = b"\x05READY\x0bSocket-Type" + struct.pack(">I", len(kind)) + kind
    return bytes([_COMMAND, len(body)]) + body


def framed(frames: list[bytes]) -> bytes:
    """Return a message as ZMTP writes it."""
    parts = []
    for place, frame in enumerate(frames):
        flags = _MORE if place < len(frames) - 1 else 0
        if len(frame) < 256:
            parts.append(bytes([flags, len(frame)]) + frame)
        else:
            parts.append(struct.pack(">BQ", flags | _LONG, len(frame)) + frame)
    return b"".join(parts)


class ByHand:
    """A worker that was started by hand.

    Parameters
    ----------
    transport : str
        ``ipc``: in the extension's way, but for the segments. ``tcp``: as a
        Jupyter kernel.

    Attributes
    ----------
    file : Path
        Its connection file.
    info : dict
        What is in it.
    pid : int
    log : Path
    """

    def __init__(self, transport: str) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="h-")
        place = Path(self._directory.name)
        self.file, self.log = place / "c.json", place / "log"
        ip = "127.0.0.1" if transport == "tcp" else str(place / "s")
        ports = _free_ports() if transport == "tcp" else list(range(1, 6))
        self.info: dict[str, Any] = {"transport": transport, "ip": ip, "key": secrets.token_hex(32)}
        self.info |= {f"{name}_port": port for name, port in zip(KINDS, ports, strict=True)}
        self.info["signature_scheme"] = "hmac-sha256"
        self.file.touch(0o600)
        self.file.write_text(json.dumps(self.info))
        side = ["--side", "--parent", str(os.getpid())] if transport == "ipc" else []
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [find_binary(), "kernel", "-f", str(self.file), *side],
                stderr=log,
                stdout=log,
                start_new_session=True,
            )
        self.pid = self._process.pid
        until(self._listens, _PATIENCE)

    def _listens(self) -> bool:
        with contextlib.suppress(OSError):
            self.plug("hb").close()  # the last to listen
            return True
        if not self.alive:
            raise RuntimeError(self.log.read_text())
        return False

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        self._directory.cleanup()

    def path(self, channel: str) -> str:
        """Return the path of a unix socket."""
        return f"{self.info['ip']}-{self.info[f'{channel}_port']}"

    def plug(self, channel: str) -> socket.socket:
        """Connect, and say nothing."""
        if self.info["transport"] == "tcp":
            made = socket.create_connection((self.info["ip"], self.info[f"{channel}_port"]))
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            made = socket.socket(socket.AF_UNIX)
            try:
                made.connect(self.path(channel))
            except OSError:
                made.close()
                raise
        made.settimeout(_PATIENCE)
        return made

    def open(self, channel: str = "shell") -> Wire:
        """Connect, and shake hands."""
        return Wire(self.plug(channel), channel, self.info["key"].encode())

    def ask(self, channel: str = "shell", seconds: float = _PATIENCE) -> dict[str, Any]:
        """Ask a new client's question, and return the content of the answer."""
        with self.open(channel) as wire:
            return wire.call("kernel_info_request", {}, seconds=seconds).content


@contextlib.contextmanager
def byhand(transport: str) -> Iterator[ByHand]:
    """Start a worker, and end it."""
    made = ByHand(transport)
    try:
        yield made
    finally:
        made.close()


def _free_ports() -> list[int]:
    with contextlib.ExitStack() as held:
        ports = []
        for _ in KINDS:
            one = held.enter_context(socket.socket())
            one.bind(("127.0.0.1", 0))
            ports.append(one.getsockname()[1])
        return ports


class Got:
    """A message from the worker.

    Attributes
    ----------
    kind, parent : str
        Its type, and the ``msg_id`` of what caused it.
    header, parent_header, metadata, content : dict
    topic : str
        Of iopub.
    buffers : list of bytes
    """

    header: dict[str, Any]
    parent_header: dict[str, Any]
    metadata: dict[str, Any]
    content: dict[str, Any]

    def __init__(self, frames: list[bytes], key: bytes) -> None:
        at = frames.index(DELIMITER)
        parts = frames[at + 2 : at + 6]
        if frames[at + 1] != sign(key, parts):
            raise AssertionError("the worker's signature is wrong")
        self.topic = frames[0].decode() if at else ""
        self.header, self.parent_header, self.metadata, self.content = map(json.loads, parts)
        self.kind: str = self.header["msg_type"]
        self.parent: str = self.parent_header.get("msg_id", "")
        self.buffers = frames[at + 6 :]


class Wire:
    """One connection after its handshake, from the client's side.

    Attributes
    ----------
    socket : socket.socket
    key : bytes
        That of the connection file.
    """

    def __init__(self, plugged: socket.socket, channel: str, key: bytes) -> None:
        self.socket, self.key, self._in = plugged, key, b""
        plugged.sendall(GREETING + ready(KINDS[channel]))
        self._exactly(len(GREETING))
        self._frame()  # its READY

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def message(
        self, kind: str, content: Any, metadata: Any = None, buffers: Any = ()
    ) -> list[bytes]:
        """Return a signed request's frames."""
        return signed(self.key, parts_of(kind, content, metadata), buffers)

    def send(self, frames: list[bytes]) -> None:
        """Send a message, whatever it is."""
        self.socket.sendall(framed(frames))

    def receive(self, seconds: float = _PATIENCE) -> Got:
        """Return the next message; `TimeoutError` where there is none, `EOFError` at the end."""
        self.socket.settimeout(seconds)
        frames, more = [], True
        while more:
            flags, body = self._frame()
            if not flags & _COMMAND:
                frames.append(body)
                more = bool(flags & _MORE)
        return Got(frames, self.key)

    def until(self, request: list[bytes], seconds: float = _PATIENCE) -> Got:
        """Return the reply to a request, and pass over what comes before."""
        wanted, end = id_of(request), time.monotonic() + seconds
        while True:
            got = self.receive(max(0.001, end - time.monotonic()))
            if got.parent == wanted:
                return got

    def call(
        self,
        kind: str,
        content: Any,
        metadata: Any = None,
        buffers: Any = (),
        seconds: float = _PATIENCE,
    ) -> Got:
        """Send a request and return its reply."""
        request = self.message(kind, content, metadata, buffers)
        self.send(request)
        return self.until(request, seconds)

    def _exactly(self, length: int) -> bytes:
        while len(self._in) < length:
            more = self.socket.recv(1 << 18)
            if not more:
                raise EOFError("the worker has hung up")
            self._in += more
        made, self._in = self._in[:length], self._in[length:]
        return made

    def _frame(self) -> tuple[int, bytes]:
        flags, length = self._exactly(2)
        if flags & _LONG:
            length = int.from_bytes(bytes([length]) + self._exactly(7), "big")
        return flags, self._exactly(length)


def parts_of(kind: str, content: Any, metadata: Any = None) -> list[bytes]:
    """Return the four parts of a request that are signed."""
    header = {
        "msg_id": f"hammer-{next(_numbers)}",
        "msg_type": kind,
        "session": "hammer",
        "version": "5.4",
    }
    return [json.dumps(part).encode() for part in (header, {}, metadata or {}, content)]


def sign(key: bytes, parts: list[bytes]) -> bytes:
    """Return the signature of four parts."""
    return hmac.new(key, b"".join(parts), hashlib.sha256).hexdigest().encode()


def signed(key: bytes, parts: list[bytes], buffers: Any = ()) -> list[bytes]:
    """Return a message's frames, from the delimiter on."""
    return [DELIMITER, sign(key, parts), *parts, *buffers]


def id_of(request: list[bytes]) -> str:
    """Return the ``msg_id`` of a request."""
    return str(json.loads(request[request.index(DELIMITER) + 2])["msg_id"])
