"""The heartbeat: tells whether a worker elsewhere, which is no process of this machine, still runs."""

from __future__ import annotations

import threading
import time

from .._errors import WorkerDiedError
from .connection import Connection, address
from .sockets import Socket

EVERY = 2.0  # s
LIMIT = 10.0  # s; a slow tunnel is no death


class Heartbeat:
    """The heartbeat socket, asked only while somebody waits for the worker.

    Parameters
    ----------
    connection : Connection
    """

    def __init__(self, connection: Connection) -> None:
        self._where = connection["ip"]
        self._lock = threading.Lock()
        self._socket = Socket("DEALER", address(connection, "hb_port"))
        self._asked: float | None = None  # since when an answer is due
        self._heard = 0.0

    def check(self) -> None:
        """Ask now and then, without waiting.

        Raises
        ------
        WorkerDiedError
            There was no echo for too long.
        """
        with self._lock:
            now = time.monotonic()
            while self._socket.receive() is not None:
                self._asked, self._heard = None, now
            if self._asked is None and now - self._heard > EVERY:
                self._asked = now
                self._socket.send([b"", b"ping"])
            elif self._asked is not None and now - self._asked > LIMIT:
                self._asked = None
                raise WorkerDiedError(
                    f"the worker at {self._where} has not answered for {LIMIT:g} s: it has ended, or the "
                    f"connection is broken; goscore.restart() connects again, "
                    f"goscore.connect(None) uses a worker of this process"
                )

    def close(self) -> None:
        """Close the socket."""
        with self._lock:
            self._socket.close()
