"""Peers that speak no ZeroMQ, or claim, stall and keep silent; and those of another user."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from collections import deque
from collections.abc import Callable

from .attack import Trials, attack
from .byhand import GREETING, KINDS, TRANSPORTS, ByHand, Wire, byhand, framed, ready
from .system import memory

BESIDE = 0.5  # s; for an answer to somebody else
STALLED = 40  # peers that are there at once, of each kind that stays
OTHER_USER = 65534
LENGTHS = (1 << 62, 64 << 30, (1 << 64) - 1, (1 << 63) - 1, 1 << 40, (256 << 20) + 1)


@attack(2, "raw sockets: lengths, greetings, half-open, slow, other users", count=1_000)
def raw(trials: Trials) -> None:
    """Connect without ZeroMQ; others are answered meanwhile."""
    for transport in TRANSPORTS:
        with byhand(transport) as worker:
            before = memory(worker.pid)
            with contextlib.closing(_Crowd(trials, worker)) as crowd:
                for _ in range(trials.of(trials.count // 2)):
                    crowd.attack()
                grown = max(0, memory(worker.pid) - before) >> 20
                trials.figures[f"{transport} memory"] = f"+{grown} MB"
                crowd.finish()
            trials.check(worker.alive, "the worker has ended")


class _Crowd:
    """Bad peers, of whom many stay, and good ones beside them."""

    def __init__(self, trials: Trials, worker: ByHand) -> None:
        self.trials, self.worker, self.random = trials, worker, trials.random
        self.stay: deque[socket.socket] = deque()
        self.slow: deque[tuple[Wire, bytes]] = deque()
        self.good = worker.open()
        self.kinds: list[Callable[[str], None]] = [
            self._long, self._long, self._claim, self._greeting, self._half_open, self._slow, self._deaf,
        ]  # fmt: skip
        if worker.info["transport"] == "ipc":
            self.kinds.append(self._other_user)

    def close(self) -> None:
        for peer in (*self.stay, *(wire.socket for wire, _ in self.slow)):
            peer.close()
        self.good.socket.close()

    def attack(self) -> None:
        """Let one bad peer in, and two good ones be answered."""
        kind = self.random.choice(self.kinds)
        channel = self.random.choice(tuple(KINDS))
        with self.trials.trial(f"{kind.__name__} {channel}"):
            kind(channel)
            with self.trials.within(BESIDE, "answer beside"):
                self.good.call("kernel_info_request", {})
            with self.trials.within(BESIDE, "answer to a new peer"):
                self.worker.ask(self.random.choice(("shell", "control")))
            self._write_slowly(1)
        while len(self.stay) > 3 * STALLED:
            self.stay.popleft().close()

    def finish(self) -> None:
        """Let the slow writers come to their end: they are answered as well."""
        with self.trials.trial("slow writers"):
            while self.slow:
                self._write_slowly(1 << 10)

    def _hung_up(self, peer: socket.socket, why: str) -> None:
        self.trials.check(heard(peer)[1], f"{why}: the connection goes on")

    def _long(self, channel: str) -> None:
        """A length that nobody could send, in each kind of frame."""
        length = self.random.choice(LENGTHS)
        with self.worker.plug(channel) as peer:
            hello = GREETING + self.random.choice(
                (b"", ready(KINDS[channel]), ready(KINDS[channel]))
            )
            for part in (
                hello,
                struct.pack(">BQ", self.random.choice((2, 3, 6)), length) + b"x" * 100,
            ):
                with contextlib.suppress(ConnectionError):
                    peer.sendall(part)
            self._hung_up(peer, f"a frame of {length} bytes")

    def _claim(self, channel: str) -> None:
        """A length that is allowed, and nothing of it."""
        channel = self.random.choice(("shell", "control", "stdin"))
        peer = self._staying(channel)
        size = self.random.choice((1 << 16, 1 << 20, 256 << 20))
        peer.sendall(GREETING + ready(KINDS[channel]) + struct.pack(">BQ", 2, size) + b"x" * 1000)

    def _greeting(self, channel: str) -> None:
        """Something else than ZeroMQ's greeting and handshake."""
        noise = self.random.randbytes(500)
        greeting = self.random.choice((
            b"\0" + noise,
            b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 4,
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + noise,
            GREETING.replace(b"NULL", b"PLAIN"),
            GREETING[:12] + noise[:20] + GREETING[32:],
            GREETING + noise,
            GREETING + b"\x04\x1e\x05READY\x0bSocket-Type\xff\xff\xff\xff" + noise,
            GREETING + ready(b"NONSENSE"),
        ))  # fmt: skip
        with self.worker.plug(channel) as peer:
            with contextlib.suppress(ConnectionError):
                peer.sendall(greeting + bytes(500))
            self._hung_up(peer, f"greeting {greeting[:80]!r}")

    def _half_open(self, channel: str) -> None:
        """Nothing, or a part of a handshake or of a message; then silence."""
        hello = GREETING + ready(KINDS[channel]) + b"\x01\x05<I"
        peer = self._staying(channel)
        with contextlib.suppress(ConnectionError):
            peer.sendall(hello[: self.random.randrange(len(hello) + 1)])
        if self.random.random() < 0.2:
            peer.shutdown(socket.SHUT_WR)

    def _slow(self, channel: str) -> None:
        """A good client that writes byte by byte; it gets its answer in the end."""
        if len(self.slow) >= STALLED:
            self._write_slowly(1 << 10)
        wire = self.worker.open(self.random.choice(("shell", "control")))
        message = framed(wire.message("kernel_info_request", {}))
        self.slow.append((wire, message))

    def _deaf(self, channel: str) -> None:
        """One that asks for much, and reads nothing of the answers."""
        wire = self.worker.open(self.random.choice(("shell", "control")))
        self.stay.append(wire.socket)
        for _ in range(self.random.choice((10, 300))):
            wire.send(wire.message("kernel_info_request", {}))

    def _other_user(self, channel: str) -> None:
        """A peer that knows the key, but is of another user."""
        if os.geteuid() != 0:  # only root can be another user: see at least that none gets in
            self.trials.figures["other user"] = "directory's mode only"
            mode = os.stat(self.worker.file.parent).st_mode & 0o777
            self.trials.check(mode == 0o700, f"the directory's mode is {mode:o}")
            return
        self.trials.figures["other user"] = "refused"
        os.chmod(self.worker.file.parent, 0o755)  # on purpose: the socket itself is attacked
        os.chmod(self.worker.path("shell"), 0o777)
        os.seteuid(OTHER_USER)
        try:
            peer = self.worker.plug("shell")
        finally:
            os.seteuid(0)
        with peer:
            request = framed(self.good.message("kernel_info_request", {}))
            with contextlib.suppress(ConnectionError):
                peer.sendall(GREETING + ready(KINDS["shell"]) + request)
            said, ended = heard(peer)
            self.trials.check(ended and not said, f"another user was told {said[:200]!r}")

    def _staying(self, channel: str) -> socket.socket:
        peer = self.worker.plug(channel)
        self.stay.append(peer)
        return peer

    def _write_slowly(self, nbytes: int) -> None:
        """Let all slow writers write a little more; ask for the answer where that was all."""
        for _ in range(len(self.slow)):
            wire, left = self.slow.popleft()
            wire.socket.sendall(left[:nbytes])
            if left := left[nbytes:]:
                self.slow.append((wire, left))
                continue
            with wire:
                answer = wire.receive()
            self.trials.check(
                answer.kind == "kernel_info_reply", f"a slow writer got {answer.kind}"
            )


def heard(peer: socket.socket, seconds: float = 5) -> tuple[bytes, bool]:
    """Return what the worker says, and whether it hangs up then."""
    peer.settimeout(seconds)
    said = b""
    try:
        while more := peer.recv(1 << 16):
            said += more
    except ConnectionError:
        pass
    except TimeoutError:
        return said, False
    return said, True
