"""Segments: memory that Python, the worker and its programs all map.

Two per worker, without names: segment 0 is written here, segment 1 by the
worker. A segment is mapped once, at a size that it never reaches, and its
file grows under that mapping, so growing moves nothing.
"""

from __future__ import annotations

import bisect
import fcntl
import mmap
import os
import tempfile
import threading

import numpy as np

from . import _memory
from ._errors import GoscoreError, OutOfMemoryError

ALIGNMENT = 64
_MEBIBYTE = 1 << 20
KEEP_WARM = 256 << 20  # free memory kept for the next run, since new pages cost more than copying
_F_SEAL_SHRINK = 2


def aligned(nbytes: int, to: int = ALIGNMENT) -> int:
    """Round *nbytes* up to a multiple of *to*."""
    return -(-nbytes // to) * to


class Mapping:
    """A memory file without a name, and its mapping.

    Parameters
    ----------
    name : str
        What ``/proc/PID/maps`` shows.
    writable : bool
        Whether Python writes it.

    Attributes
    ----------
    fd : int
    memory : numpy.ndarray of uint8
        All that is mapped; only the first `size` bytes exist.
    """

    def __init__(self, name: str, writable: bool) -> None:
        self.fd, sealable = _nameless_file(name)
        self._map = self._reserve(mmap.PROT_READ | (mmap.PROT_WRITE if writable else 0))
        self.memory = np.frombuffer(self._map, np.uint8)
        if sealable:
            # Nobody can cut the file under a mapping: that would be a SIGBUS.
            fcntl.fcntl(self.fd, fcntl.F_ADD_SEALS, _F_SEAL_SHRINK)

    def _reserve(self, protection: int) -> mmap.mmap:
        """Map more than the file will ever have: addresses cost nothing."""
        length = aligned(_memory.total() or 64 << 30, _MEBIBYTE)
        while True:
            try:
                # Python maps only what the file has at that moment.
                os.ftruncate(self.fd, length)
                return mmap.mmap(self.fd, length, mmap.MAP_SHARED, protection)
            except (OSError, ValueError):  # ulimit -v
                length //= 2
                if length < _MEBIBYTE:
                    raise
            finally:
                os.ftruncate(self.fd, 0)

    @property
    def size(self) -> int:
        """Bytes that the file has."""
        return os.fstat(self.fd).st_size

    def secure(self, offset: int, length: int) -> None:
        """Take the memory of a range now, so that full memory is an error here and no SIGBUS later.

        Raises
        ------
        OutOfMemoryError
            It is not there.
        """
        if offset + length > len(self.memory):
            raise OutOfMemoryError(f"the inputs need {_memory.shown(length)} of shared memory")
        _memory.require(length, "copying the inputs")
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(self.fd, offset, length)
            else:
                os.ftruncate(self.fd, max(self.size, offset + length))
        except OSError as error:
            raise OutOfMemoryError(
                f"take {_memory.shown(length)} of shared memory: {error}"
            ) from error

    def give_back(self, offset: int, length: int) -> bool:
        """Return a range's memory to the system; tell whether that was possible."""
        try:
            self._map.madvise(mmap.MADV_REMOVE, offset, length)
        except (OSError, ValueError, AttributeError):
            return False
        return True

    def view(self, offset: int, length: int) -> np.ndarray:
        """Show a range without copying it.

        Raises
        ------
        GoscoreError
            The file has no such range: touching it would be a SIGBUS.
        """
        if offset < 0 or length < 0 or offset + length > self.size:
            raise GoscoreError(f"read a result: the segment has no bytes {offset}+{length}")
        return self.memory[offset : offset + length]

    def close(self) -> None:
        """Close the descriptor; the mapping goes with its last view."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


def _nameless_file(name: str) -> tuple[int, bool]:
    """Open a memory file, or an unlinked temporary one; tell whether it can be sealed."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING), True
    fd, path = tempfile.mkstemp(prefix=name)
    os.unlink(path)
    return fd, False


class Allocator:
    """Ranges of the segment that Python writes.

    Free ranges are reused while their pages are warm. Beyond `KEEP_WARM`
    bytes of them, their memory is given back and only addresses are kept.
    """

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self._lock = threading.Lock()
        self._end = 0
        self._free: list[tuple[int, int, bool]] = []  # offset, length, warm; by offset

    def take(self, nbytes: int) -> tuple[int, int]:
        """Return (offset, length) of a range that has at least *nbytes*.

        Raises
        ------
        OutOfMemoryError
            There is too little memory.
        """
        length = aligned(max(nbytes, 1), _MEBIBYTE)
        with self._lock:
            offset = self._reuse(length)
            if offset is None:
                offset = self._end
                self.mapping.secure(offset, length)
                self._end = offset + length
        return offset, length

    def _reuse(self, length: int) -> int | None:
        """Cut *length* from the smallest free range that has it, a warm one first."""
        fitting = [piece for piece in self._free if piece[1] >= length]
        if not fitting:
            return None
        piece = min(fitting, key=lambda piece: (not piece[2], piece[1]))
        offset, has, warm = piece
        if not warm:
            self.mapping.secure(offset, length)
        self._free.remove(piece)
        if has > length:
            bisect.insort(self._free, (offset + length, has - length, warm))
        return offset

    def release(self, offset: int, length: int) -> None:
        """Take a range back."""
        with self._lock:
            bisect.insort(self._free, (offset, length, True))
            spare = sum(size for _, size, warm in self._free if warm) - KEEP_WARM
            for index, (start, size, warm) in reversed(list(enumerate(self._free))):
                if spare <= 0:
                    break
                if warm and self.mapping.give_back(start, size):
                    self._free[index] = (start, size, False)
                    spare -= size
            self._join()

    def _join(self) -> None:
        """Make neighbours of one kind one range, and let the end of the file be free again."""
        joined: list[tuple[int, int, bool]] = []
        for start, size, warm in self._free:
            if joined and joined[-1][0] + joined[-1][1] == start and joined[-1][2] == warm:
                joined[-1] = (joined[-1][0], joined[-1][1] + size, warm)
            else:
                joined.append((start, size, warm))
        if joined and not joined[-1][2] and sum(joined[-1][:2]) == self._end:
            self._end = joined.pop()[0]
        self._free = joined
