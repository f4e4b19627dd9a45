"""Lanes: sockets on which small calls go without the Jupyter channels.

At the other end is a program that waits, or for a built-in function the worker itself. The worker
starts, bounds and ends the programs, and hands over all lanes; `_run/small.py` calls on them. A lane
belongs to one call at a time, so threads never share one.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import sys
import threading
import time
import weakref
from collections.abc import Hashable
from typing import Any

import numpy as np

from .._errors import GoscoreError
from .._memory.output_region import quarantine
from .._memory.segments import address_of

_ROOM = 256 << 10  # bytes of most replies
_ALIGN = 64  # of each buffer of a call
_PADS = [bytes(count) for count in range(_ALIGN)]
_HEAD = 3  # numbers of a call before those of its arrays
_REPLY = struct.Struct("<QQdQ")  # bytes that describe the results, their bytes, seconds, flags
_HANDED = struct.Struct("<Q")
# For so many seconds a reply is awaited awake: to be woken takes longer than a small call. Where that
# was in vain some times, it is done for a few calls only now and then.
_SPIN, _MISSES, _SKIPS = 2e-4, 8, 32
_SLICE = 0.02  # s; a call that takes longer is the worker's to watch
_MOST = 8  # lanes that wait for a call
_MOST_BYTES = 1 << 40
_PIECE = 1 << 20
_PAUSE = 1.0  # s; for which a function that takes longer is called through the worker

# What describes the results, their bytes, the seconds that Go took, and flags.
Reply = tuple[bytes, np.ndarray, float, int]
OVER, ASKED = 1, 2  # nothing more goes on the lane; the worker has something for this call
UNDONE = 4  # nothing came of the call


class Untaken(Exception):
    """The program ended before it read the call."""


class Lane:
    """One way to one program.

    Parameters
    ----------
    number : int
        By which the worker knows it.
    descriptor : int
    around : object
        The surroundings that the program was started in.
    kept : object
        The function, so that nothing else gets its identity, and its tables, which the program may
        read again.
    cores : int

    Attributes
    ----------
    done : numpy.ndarray of int64
        The finished rows of a long call, which the program writes, and their address.
    """

    def __init__(
        self, number: int, descriptor: int, around: object, kept: object, cores: int
    ) -> None:
        self.number, self.around, self.kept, self.cores = number, around, kept, cores
        self._socket = socket.socket(fileno=descriptor)
        seconds = struct.pack("ll", 0, int(_SLICE * 1e6))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, seconds)
        self.done = np.zeros(1, np.int64)
        self.counter = address_of(self.done)
        self._allocate(_ROOM)
        self._have = 0
        self._misses = 0
        self._skips = 0 if len(os.sched_getaffinity(0)) > 1 else sys.maxsize  # of calls
        self.decoded: dict[bytes, Any] = {}

    def send(self, numbers: list[int], buffers: list[bytes], counts: bool) -> None:
        """Send a call.

        Parameters
        ----------
        numbers : list of int
            Of each array its rows, its nulls, how many buffers it has, and the length of each, -1
            for none.
        buffers : list of bytes
        counts : bool
            Whether the program is to write how many rows it has finished.

        Raises
        ------
        Untaken
        """
        self._have = 0
        self.done[0] = 0
        count = _HEAD + len(numbers)
        parts = [b"", _PADS[-8 * count % _ALIGN]]
        for buffer in buffers:
            parts += (buffer, _PADS[-len(buffer) % _ALIGN])
        length = 8 * count + sum(map(len, parts))
        counter = self.counter if counts else 0
        parts[0] = struct.pack(f"<{count}q", length, count - _HEAD, counter, *numbers)
        try:
            self._socket.sendall(b"".join(parts), socket.MSG_NOSIGNAL)
        except (BrokenPipeError, ConnectionResetError):
            raise Untaken from None

    def receive(self) -> Reply | None:
        """Return the reply; None when it has not come within a moment, or the program has ended.

        Raises
        ------
        Untaken
        GoscoreError
            It is no reply.
        """
        awake = time.perf_counter() + _SPIN if not self._skips else 0.0
        while True:
            want = _REPLY.size
            if self._have >= want:
                head, data, seconds, flags = _REPLY.unpack_from(self._view)
                if head > _MOST_BYTES or data > _MOST_BYTES:
                    raise GoscoreError("read a result: a reply of a program says a wrong length")
                want += head + data
                if self._have > want:
                    raise GoscoreError("read a result: a program says more than it was asked")
                if self._have == want:
                    start = _REPLY.size + head
                    if awake:
                        self._misses = 0
                    else:
                        self._skips = max(0, self._skips - 1)
                    return (
                        bytes(self._view[_REPLY.size : start]),
                        self._reply[start:want],
                        seconds,
                        flags,
                    )
            if self._have == len(self._view):
                self._grow(want)
            try:
                flags = socket.MSG_DONTWAIT if awake else 0
                count = self._socket.recv_into(self._view[self._have :], 0, flags)
            except BlockingIOError:
                if not awake:
                    return None
                if time.perf_counter() > awake:
                    awake = 0.0
                    self._missed()
                continue
            except ConnectionResetError:
                if self._have:
                    return None
                raise Untaken from None
            except OSError:
                return None
            if not count:
                return None
            self._have += count

    def _missed(self) -> None:
        self._misses += 1
        if self._misses >= _MISSES:
            self._skips = _SKIPS

    def _grow(self, want: int) -> None:
        """Make room for what has come and as much again, not for what a program only says."""
        came = self._view[: self._have]
        self._allocate(min(want, 2 * self._have + _PIECE))
        self._view[: self._have] = came

    def _allocate(self, length: int) -> None:
        self._view = memoryview(bytearray(length))
        self._reply = np.frombuffer(self._view, np.uint8)

    def rest(self) -> None:
        """Give back the memory of a large reply."""
        if len(self._reply) > _ROOM:
            self._allocate(_ROOM)

    def close(self) -> None:
        """Leave the program to the worker; it may count rows for a moment yet."""
        quarantine(self.done)
        self._socket.close()


class Lanes:
    """The lanes of a worker: those that wait for a call, by what they are for.

    Attributes
    ----------
    theirs : int
        The worker's end of the socket on which lanes come; closed once it has started.
    """

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        ours.setblocking(False)
        self._ours, self._theirs = ours, theirs
        self.theirs = theirs.fileno()
        self._lock = threading.Lock()
        self._came: dict[int, int] = {}
        self._waiting: dict[Hashable, list[Lane]] = {}
        self._order: dict[Lane, Hashable] = {}  # the same; that which has waited longest is first
        self._all: weakref.WeakSet[Lane] = weakref.WeakSet()
        self._slow: dict[Hashable, float] = {}

    def started(self) -> None:
        """Close the worker's end here."""
        self._theirs.close()

    def take(self, key: Hashable, around: object) -> Lane | None:
        """Take a lane; None when none waits for such a call."""
        waiting = self._waiting.get(key)
        try:
            lane = waiting.pop() if waiting else None
        except IndexError:  # another thread was faster
            return None
        if lane is None or self._order.pop(lane, None) is None:
            return None
        if lane.around != around:
            lane.close()
            return None
        return lane

    def give(self, key: Hashable, lane: Lane) -> None:
        """Let a lane wait for the next call; the one that has waited longest may be closed."""
        lane.rest()
        self._order[lane] = key
        self._waiting.setdefault(key, []).append(lane)
        while len(self._order) > _MOST:
            with contextlib.suppress(StopIteration, RuntimeError):  # another thread was faster
                self._end(next(iter(self._order)))

    def _end(self, lane: Lane) -> None:
        """Close a lane that waits."""
        key = self._order.pop(lane, None)
        if key is None:
            return
        with contextlib.suppress(ValueError):  # another thread has looked at it
            self._waiting[key].remove(lane)
        lane.close()

    def wanted(self, key: Hashable) -> bool:
        """Tell whether calls of that kind are worth a lane now."""
        return self._slow.get(key, 0.0) < time.monotonic()

    def slow(self, key: Hashable) -> None:
        """Note that such a call took long, or prints."""
        if len(self._slow) > 1000:
            self._slow.clear()
        self._slow[key] = time.monotonic() + _PAUSE

    def came(self, key: Hashable, number: int, around: object, kept: object, cores: int) -> None:
        """Take in a lane that the worker has handed over; close it if what it needs is not *kept*.

        Number 0 says that the worker had none left: lanes of runs that were cut off are closed.
        """
        with self._lock:
            with contextlib.suppress(OSError):
                while number not in self._came:
                    data, descriptors, _, _ = socket.recv_fds(self._ours, _HANDED.size, 1)
                    if not data:
                        break
                    for descriptor in descriptors:
                        self._came[_HANDED.unpack(data)[0]] = descriptor
            found = self._came.pop(number, None)
            while len(self._came) > (_MOST if number else 0):  # of runs that were cut off
                os.close(self._came.pop(next(iter(self._came))))
        if found is None:
            return
        if kept is None:
            os.close(found)
            return
        lane = Lane(number, found, around, kept, cores)
        self._all.add(lane)
        self.give(key, lane)

    def close(self) -> None:
        """Close all, also those of a process that this one was forked from."""
        for lane in list(self._all):
            lane.close()
        self._waiting.clear()
        self._order.clear()
        self._ours.close()
        self._theirs.close()
