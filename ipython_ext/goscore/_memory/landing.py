"""What the worker may reach of this process's own memory: arguments to read, a landing to write.

On Linux, processes of one user can copy from and to each other's memory
(``process_vm_readv``). So a large column need not be copied into a segment
first, nor a result out of one.
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
_SETTLED = 5.0  # s; until then a run that was cut off may still write
_SPARE_TIME = 5.0  # s; how long memory without an owner waits for another run
_MOST_SPARES = 2
_MIN_SPARE, _MAX_SPARE = 1 << 20, 1 << 30  # bytes


class Landing:
    """Memory of this process that a run may write results into.

    It costs addresses only, until it is written. It is ordinary memory of
    this process, and goes with the last array that shows a part of it; for a
    few seconds more its pages wait for the next run, since new ones cost as
    much as the copy itself.

    Parameters
    ----------
    nbytes : int
        How much at most.

    Attributes
    ----------
    memory : numpy.ndarray of uint8
    """

    def __init__(self, nbytes: int) -> None:
        self._mapping, self._touched = _spare(nbytes) or (_mapped(nbytes), 0)
        held = _Held(address_of(np.frombuffer(self._mapping, np.uint8)), nbytes)
        self._used = [0]
        weakref.finalize(held, _keep, self._mapping, self._used).atexit = False
        self.memory: Memory = np.asarray(held)
        self.address = address_of(self.memory)

    @property
    def place(self) -> list[int]:
        """What the protocol is told."""
        return [PYTHON_MEMORY, self.address, len(self.memory)]

    def view(self, address: int, length: int) -> Memory | None:
        """Show a part of it, by its address; None when it is not in it."""
        start = address - self.address
        if start < 0 or length < 0 or start + length > len(self.memory):
            return None
        self._used[0] = max(self._used[0], start + length)
        return self.memory[start : start + length]

    def settle(self) -> None:
        """Give back what an earlier run had written beyond what this one did."""
        if self._touched > self._used[0]:
            _forget(self._mapping, self._used[0])

    def abandon(self) -> None:
        """Give the memory back, and keep the addresses from being used for a while."""
        _forget(self._mapping, 0)
        hold(self.memory)


class _Held:
    """The base of every array that shows a landing."""

    def __init__(self, address: int, nbytes: int) -> None:
        start = -address % _HUGE
        self.__array_interface__ = {
            "data": (address + start, False),
            "shape": (nbytes,),
            "typestr": "|u1",
            "version": 3,
        }


def hold(memory: np.ndarray) -> None:
    """Keep the addresses of memory for a while that a run which was cut off may still write to."""
    _abandoned.append((time.monotonic() + _SETTLED, memory))


_abandoned: deque[tuple[float, np.ndarray]] = deque()  # until when
_bell: queue.SimpleQueue[None] = queue.SimpleQueue()  # rung when there is a spare
_watcher = 0  # the process whose thread listens
_spares: deque[tuple[float, mmap.mmap, int]] = deque()  # until when, and how much of it is written


def landing(nbytes: int) -> Landing | None:
    """Return a new landing, or None where the system has no addresses for it."""
    with contextlib.suppress(IndexError):  # the last went, here or in another thread
        while _abandoned[0][0] < time.monotonic():
            _abandoned.popleft()
    if sys.platform != "linux":
        return None
    try:
        _watched()
        return Landing(nbytes)
    except (OSError, ValueError, OverflowError, RuntimeError):
        return None


def _mapped(nbytes: int) -> mmap.mmap:
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _MAP_NORESERVE
    made = mmap.mmap(-1, aligned(nbytes, _HUGE) + _HUGE, flags=flags)
    with contextlib.suppress(OSError, AttributeError):
        made.madvise(mmap.MADV_HUGEPAGE)
    return made


def _spare(nbytes: int) -> tuple[mmap.mmap, int] | None:
    """Take memory that nobody looks at any more, the latest first."""
    for _ in range(len(_spares)):
        with contextlib.suppress(IndexError):
            until, mapping, touched = _spares.pop()
            if until > time.monotonic() and len(mapping) >= nbytes + _HUGE:
                return mapping, touched
    return None


def _keep(mapping: mmap.mmap, used: list[int]) -> None:
    """Let memory wait for another run; called by a finalizer, so at any moment."""
    if not _MIN_SPARE <= used[0] <= _MAX_SPARE:
        return
    while len(_spares) >= _MOST_SPARES:
        with contextlib.suppress(IndexError):
            _spares.popleft()
    _spares.append((time.monotonic() + _SPARE_TIME, mapping, used[0]))
    _bell.put(None)


def _look_after(bell: queue.SimpleQueue[None]) -> None:
    """Give back what has waited long enough; a thread's life."""
    while True:
        bell.get()
        while _spares:
            time.sleep(_SPARE_TIME / 5)
            with contextlib.suppress(IndexError):
                while _spares[0][0] < time.monotonic():
                    _spares.popleft()


def _watched() -> None:
    """Start that thread, once in each process: a finalizer must not."""
    global _watcher, _bell
    if _watcher != os.getpid():
        _watcher, _bell = os.getpid(), queue.SimpleQueue()
        threading.Thread(target=_look_after, args=(_bell,), daemon=True, name="goscore").start()


def _forget(mapping: mmap.mmap, used: int) -> None:
    """Give back the pages of a mapping that lie behind those that are used."""
    start = aligned(used, _HUGE) + _HUGE if used else 0
    if start < len(mapping):
        with contextlib.suppress(OSError, AttributeError, ValueError):
            mapping.madvise(mmap.MADV_DONTNEED, start, len(mapping) - start)
