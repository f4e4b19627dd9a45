"""The directory of the worker's sockets, which only this user can open.

On Linux it exists only while the worker starts. Afterwards descriptors lead to
the sockets, so nothing is left behind when a process is killed. Elsewhere the
worker holds a lock in the directory as long as it lives. The lock tells directories
in use from those left behind, even where containers share a temporary directory
and see each other's processes under other numbers.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import socket
import tempfile
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

from .._memory.segments import nameless_file
from .connection import PORTS, Connection

_PREFIX = "goscore-"
_MAKING = 60  # s; in which a worker surely marks its directory
_LONGEST = 90  # a socket's path may have about 107 characters


def base() -> Path:
    """Return where such directories are made."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    for place in (runtime, tempfile.gettempdir(), "/tmp"):
        if place and len(place) < _LONGEST - 30 and os.access(place, os.W_OK | os.X_OK):
            return Path(place)
    return Path(tempfile.gettempdir())


class RunDirectory:
    """A directory with mode 0700, which the worker makes.

    Python may be killed at any moment, and then the worker is there to remove it.

    Attributes
    ----------
    path : Path
    log : file
        What the worker prints, without a name.
    info : Connection
        With ``paths`` to the sockets when the directory is deleted.
    """

    def __init__(self) -> None:
        place = base()
        sweep(place)
        self.path = place.absolute() / f"{_PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
        self.log = open(nameless_file("goscore-log")[0], "w+b", buffering=0)
        self.info: Connection = {
            "transport": "ipc",
            "ip": str(self.path / "s"),
            "key": secrets.token_hex(32),
            "signature_scheme": "hmac-sha256",
            "kernel_name": "goscore",
            "shell_port": 1,
            "iopub_port": 2,
            "stdin_port": 3,
            "control_port": 4,
            "hb_port": 5,
        }

    @contextlib.contextmanager
    def connection_file(self) -> Iterator[int]:
        """Give a descriptor from which the worker reads it: on disk there is none."""
        reading, writing = os.pipe()
        try:
            with open(writing, "w") as file:  # less than a pipe holds
                json.dump(self.info, file)
            yield reading
        finally:
            os.close(reading)

    def hide(self) -> None:
        """Delete the directory, and reach the sockets by descriptors, where the system lets that be.

        An engine may kill Python and worker at once; then nobody could delete it.
        """
        descriptors: list[int] = []
        # They stay open as long as there is a channel: another worker's sockets must not take the
        # number by which one connects again.
        weakref.finalize(self, _close, descriptors).atexit = False
        with contextlib.suppress(OSError, AttributeError):  # macOS has neither O_PATH nor /proc
            for port in PORTS:
                path = f"{self.info['ip']}-{self.info[port]}"
                descriptors.append(os.open(path, os.O_PATH | os.O_CLOEXEC))
            paths = [f"/proc/self/fd/{number}" for number in descriptors]
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(paths[-1])
            self.info["paths"] = dict(zip(PORTS, paths, strict=True))
            shutil.rmtree(self.path, ignore_errors=True)

    def tail(self, lines: int = 15) -> str:
        """Return the end of the log."""
        if self.log.closed:  # the worker was ended by another thread
            return ""
        number = self.log.fileno()  # the worker shares its position in the file: leave that alone
        end = os.pread(number, 8192, max(0, os.fstat(number).st_size - 8192))
        return b"\n".join(end.splitlines()[-lines:]).decode(errors="replace").strip()

    def remove(self) -> None:
        """Delete the directory and what is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.log.close()


def _close(descriptors: list[int]) -> None:
    for number in descriptors:
        os.close(number)


def sweep(place: Path) -> None:
    """Delete the directories that ended processes left in *place*.

    A worker that may not lock files says so in its directory, which then stays.
    """
    for path in place.glob(f"{_PREFIX}[0-9]*-*"):
        with contextlib.suppress(OSError):
            if path.stat().st_uid != os.getuid() or path.is_symlink():
                continue
            try:
                lock = os.open(path / "lock", os.O_RDWR | os.O_CLOEXEC)
            except FileNotFoundError:
                being_made = time.time() - path.stat().st_mtime < _MAKING
                if not being_made and not (path / "unlocked").exists():
                    shutil.rmtree(path, ignore_errors=True)
                continue
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(lock)
