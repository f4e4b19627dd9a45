"""Somebody between Python and the worker, who changes the buffers of messages on their way."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import zmq

import goscore
from goscore._worker.connection import address

from .byhand import DELIMITER, ByHand, sign

Change = Callable[[list[bytes]], list[bytes]]


class Between:
    """Passes on what Python and a worker say to each other on the shell channel.

    Parameters
    ----------
    worker : ByHand
    directory : Path
        For a connection file that leads here, and for its socket.
    resigned : bool
        Whether changed buffers get the digest that fits, as if the sender had meant them.

    Attributes
    ----------
    asking, answering : callable or None
        Changes the buffers of requests that have any, or of replies.
    changed : int
        How many messages were changed.
    """

    def __init__(self, worker: ByHand, directory: Path, resigned: bool) -> None:
        self.asking: Change | None = None
        self.answering: Change | None = None
        self.changed = 0
        self._resigned, self._key = resigned, worker.info["key"].encode()
        self.file = directory / "between.json"
        info = worker.info | {"shell_port": 99}
        self._front: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.ROUTER)
        if info["transport"] == "tcp":  # the other channels are the worker's own
            info["shell_port"] = self._front.bind_to_random_port("tcp://127.0.0.1")
        else:
            self._front.bind(address(info, "shell_port"))
        self._back: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.DEALER)
        self._back.connect(address(worker.info, "shell_port"))
        self._front.setsockopt(zmq.LINGER, 0)
        self._back.setsockopt(zmq.LINGER, 0)
        self.file.write_text(json.dumps(info))
        self._ends = False
        self._thread = threading.Thread(target=self._pass_on, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Pass nothing on any more."""
        self._ends = True
        self._thread.join()
        self._front.close()
        self._back.close()

    def _pass_on(self) -> None:
        poller = zmq.Poller()
        poller.register(self._front, zmq.POLLIN)
        poller.register(self._back, zmq.POLLIN)
        client = b""
        while not self._ends:
            for socket, _ in poller.poll(100):
                frames = socket.recv_multipart()
                if socket is self._front:
                    client, *frames = frames
                    self._back.send_multipart(self._through(frames, self.asking))
                else:
                    frames = self._through(frames, self.answering)
                    self._front.send_multipart([client, *frames])

    def _through(self, frames: list[bytes], change: Change | None) -> list[bytes]:
        start = frames.index(DELIMITER)
        parts, buffers = frames[start + 2 : start + 6], frames[start + 6 :]
        if not buffers or change is None:
            return frames
        self.changed += 1
        buffers = change(buffers)
        if self._resigned:
            parts[2] = _with_digests(parts[2], buffers)
        return [DELIMITER, sign(self._key, parts), *parts, *buffers]


def _with_digests(metadata: bytes, buffers: list[bytes]) -> bytes:
    said = json.loads(metadata)
    said["goscore"]["buffers"] = [
        {"length": len(buffer), "sha256": hashlib.sha256(buffer).hexdigest()} for buffer in buffers
    ]
    return json.dumps(said).encode()


@contextlib.contextmanager
def between(worker: ByHand, resigned: bool) -> Iterator[Between]:
    """Put somebody between this Python and a worker that was started by hand."""
    made = Between(worker, worker.file.parent, resigned)
    goscore.connect(made.file)
    try:
        yield made
    finally:
        goscore.connect(None)
        made.close()
