"""Memory of this process that the worker may write results into.

On Linux, processes of one user can copy from and to each other's memory
(``process_vm_readv``). So a large result need not be copied out of a segment.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import queue
import sys
import threading
import time
import weakref
from collections import deque

import numpy as np

from .segments import PYTHON_MEMORY, Memory, address_of, aligned

_HUGE = 2 << 20
_MAP_NORESERVE = getattr(mmap, "MAP_NORESERVE", 0x4000)
_QUARANTINE = 5.0  # s; an interrupted run may still write for so long
_SPARE_TIME = 5.0  # s; unused memory waits so long for another run
_MOST_SPARES = 2
_MIN_SPARE, _MAX_SPARE = 1 << 20, 1 << 30  # bytes


class OutputRegion:
    """Memory of this process that a run may write results into.

    Until it is written, it takes addresses only. It lives as long as the
    last array on it. Its pages then wait a few seconds for the next run,
    since new pages cost as much as the copy itself.

    Parameters
    ----------
    nbytes : int
        Its size.

    Attributes
    ----------
    memory : numpy.ndarray of uint8
    """

    def __init__(self, nbytes: int) -> None:
        self._mapping, self._touched = _take_spare(nbytes) or (_new_mapping(nbytes), 0)
        base = _ArrayBase(address_of(np.frombuffer(self._mapping, np.uint8)), nbytes)
        self._used = [0]
        weakref.finalize(base, _add_spare, self._mapping, self._used).atexit = False
        self.memory: Memory = np.asarray(base)
        self.address = address_of(self.memory)

    @property
    def location(self) -> tuple[int, int, int]:
        """The segment, offset and length that a request names it by."""
        return PYTHON_MEMORY, self.address, len(self.memory)

    def view(self, address: int, length: int) -> Memory | None:
        """Return the bytes at an address; None where they are not all in this region."""
        start = address - self.address
        if start < 0 or length < 0 or start + length > len(self.memory):
            return None
        self._used[0] = max(self._used[0], start + length)
        return self.memory[start : start + length]

    def trim(self) -> None:
        """Release the pages that an earlier run wrote and this one did not."""
        if self._touched > self._used[0]:
            _release_pages(self._mapping, self._used[0])

    def abandon(self) -> None:
        """Release all pages after an interrupted run, and reserve the addresses for a while."""
        _release_pages(self._mapping, 0)
        quarantine(self.memory)


class _ArrayBase:
    """The base of every array on an output region."""

    def __init__(self, address: int, nbytes: int) -> None:
        start = -address % _HUGE
        self.__array_interface__ = {
            "data": (address + start, False),
            "shape": (nbytes,),
            "typestr": "|u1",
            "version": 3,
        }


def quarantine(memory: np.ndarray) -> None:
    """Keep memory mapped for a while, since an interrupted run may still write to it."""
    _abandoned.append((time.monotonic() + _QUARANTINE, memory))


_abandoned: deque[tuple[float, np.ndarray]] = deque()  # until when
_spare_ready: queue.SimpleQueue[None] = (
    queue.SimpleQueue()
)  # signals that there is a spare; a queue, since finalizers must not take a lock
_cleaner_process = 0  # the process that has the cleaning thread
_spares: deque[tuple[float, mmap.mmap, int]] = deque()  # until when, and how many bytes are written


def reserve(nbytes: int) -> OutputRegion | None:
    """Return a new output region, or None where the system has no addresses for it."""
    with contextlib.suppress(IndexError):  # another thread may remove the last one
        while _abandoned[0][0] < time.monotonic():
            _abandoned.popleft()
    if sys.platform != "linux":
        return None
    try:
        _start_cleaner()
        return OutputRegion(nbytes)
    except (OSError, ValueError, OverflowError, RuntimeError):
        return None


def _new_mapping(nbytes: int) -> mmap.mmap:
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _MAP_NORESERVE
    mapping = mmap.mmap(-1, aligned(nbytes, _HUGE) + _HUGE, flags=flags)
    with contextlib.suppress(OSError, AttributeError):
        mapping.madvise(mmap.MADV_HUGEPAGE)
    return mapping


def _take_spare(nbytes: int) -> tuple[mmap.mmap, int] | None:
    """Take unused memory of an earlier run, the latest first."""
    for _ in range(len(_spares)):
        with contextlib.suppress(IndexError):
            until, mapping, touched = _spares.pop()
            if until > time.monotonic() and len(mapping) >= nbytes + _HUGE:
                return mapping, touched
    return None


def _add_spare(mapping: mmap.mmap, used: list[int]) -> None:
    """Let memory wait for another run. A finalizer calls it, so at any moment."""
    if not _MIN_SPARE <= used[0] <= _MAX_SPARE:
        return
    while len(_spares) >= _MOST_SPARES:
        with contextlib.suppress(IndexError):
            _spares.popleft()
    _spares.append((time.monotonic() + _SPARE_TIME, mapping, used[0]))
    _spare_ready.put(None)


def _release_expired_spares(spare_ready: queue.SimpleQueue[None]) -> None:
    """Release spares that waited long enough, for as long as the process lives."""
    while True:
        spare_ready.get()
        while _spares:
            time.sleep(_SPARE_TIME / 5)
            with contextlib.suppress(IndexError):
                while _spares[0][0] < time.monotonic():
                    _spares.popleft()


def _start_cleaner() -> None:
    """Start the cleaning thread, once in each process. A finalizer must not start one."""
    global _cleaner_process, _spare_ready
    if _cleaner_process != os.getpid():
        _cleaner_process, _spare_ready = os.getpid(), queue.SimpleQueue()
        threading.Thread(
            target=_release_expired_spares, args=(_spare_ready,), daemon=True, name="goscore"
        ).start()


def _release_pages(mapping: mmap.mmap, used: int) -> None:
    """Release the pages of a mapping behind its used bytes."""
    start = aligned(used, _HUGE) + _HUGE if used else 0
    if start < len(mapping):
        with contextlib.suppress(OSError, AttributeError, ValueError):
            mapping.madvise(mmap.MADV_DONTNEED, start, len(mapping) - start)
