"""The worker in use: this process's own, or the one that `connect` named."""

from __future__ import annotations

import atexit
import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .connection import Connection
    from .declarations import Declaration
    from .local import LocalWorker
    from .worker import Worker

_lock = threading.RLock()
_own: LocalWorker | None = None
_elsewhere: Worker | None = None
_owed: list[Declaration] = []  # of the worker that was lost, for the next one
_inherited: list[object] = []  # of the parent, in a forked child: kept, so that nothing closes them


def worker() -> Worker:
    """Return the worker to run on, started if need be.

    Raises
    ------
    WorkerDiedError
        It could not be started.
    """
    global _own, _owed
    if _elsewhere is not None:
        return _elsewhere
    with _lock:
        own = _started()
        try:
            own.meet()
        except BaseException:
            _owed, _own = own.declared.all(), None
            raise
        return own


def at_hand() -> Worker | None:
    """Return the worker that `worker` gives if it has not ended; None when there is none yet."""
    return _elsewhere or _own


def begin() -> None:
    """Start the worker if need be without waiting for it: Python can import meanwhile what a call needs."""
    if _own is None and _elsewhere is None:
        with _lock:
            _started()


def _started() -> LocalWorker:
    """Return this process's own worker, which may not answer yet; the caller has the lock."""
    global _own, _owed
    from .local import LocalWorker

    if _own is not None and _own.ended:
        _owed = _own.declared.all()
        _own.close()
        _own = None
    if _own is None:
        _own = LocalWorker()
        _own.declared.owed, _owed = _owed, []
    return _own


def restart() -> None:
    """End the worker and start another; declarations of earlier cells are forgotten.

    Runs of other threads raise `WorkerDiedError`. A worker that `connect`
    named is not ended, only connected to again.
    """
    global _own, _elsewhere, _owed
    with _lock:
        if _elsewhere is not None:
            connection = _elsewhere.info
            _elsewhere.close()
            _elsewhere = _connected(connection)
            return
        if _own is not None:
            _own.close()
            _own = None
        _owed = []
        worker()


def connect(connection_file: str | os.PathLike[str] | None) -> None:
    """Use a worker that was started elsewhere, or again this process's own.

    Parameters
    ----------
    connection_file : path or None
        The file of ``goscore kernel -f FILE``; its sockets may lie in another
        container or behind an SSH tunnel. Data then travels in the messages.
        None goes back to a worker of this process's own.

    Raises
    ------
    GoscoreError
        It is no connection file, or no goscore worker answers there.
    """
    global _elsewhere
    from .connection import read

    new = None if connection_file is None else _connected(read(connection_file))
    with _lock:
        old, _elsewhere = _elsewhere, new
        if old is not None:
            old.close()


def _connected(connection: Connection) -> Worker:
    from .worker import _REMOTE, Worker

    worker = Worker(connection)
    worker.channel(_REMOTE)
    return worker


def _close() -> None:
    if _own is not None:
        _own.close()


def _after_fork() -> None:
    """Let a child start afresh: its parent's sockets, segments and lock are not its own."""
    global _lock, _own, _elsewhere, _owed
    if _own is not None:
        _owed = _own.declared.all()
        if _own.lanes is not None:
            _own.lanes.close()
    _inherited.extend((_own, _elsewhere, _lock))
    _lock = threading.RLock()
    connection = _elsewhere.info if _elsewhere is not None else None
    _own = None
    _elsewhere = None
    if connection is not None:
        from .worker import Worker

        _elsewhere = Worker(connection)


atexit.register(_close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
