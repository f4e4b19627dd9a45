"""Segments: memory that Python, the worker and its programs all map.

Each worker has two, without names: Python writes segment 0, the worker
segment 1. A segment is mapped once, larger than it can get. Its file grows
under that mapping, so growing moves nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import mmap
import os
import tempfile
from typing import Any

import numpy as np

from .._display import byte_size
from .._errors import GoscoreError, OutOfMemoryError
from . import headroom, quotas

Memory = np.ndarray[Any, np.dtype[np.uint8]]

ALIGNMENT = 64
PYTHON_MEMORY = 3  # in place of a segment's number: the offset is an address in this process
MEBIBYTE = 1 << 20
_F_SEAL_SHRINK = 2
_MAP_FIXED = 0x10  # on Linux and macOS


def aligned(nbytes: int, to: int = ALIGNMENT) -> int:
    """Round *nbytes* up to a multiple of *to*."""
    return -(-nbytes // to) * to


def address_of(memory: np.ndarray) -> int:
    """Return the address of an array's first byte."""
    address: int = memory.__array_interface__["data"][0]
    return address


class Mapping:
    """A memory file without a path, and its mapping.

    Parameters
    ----------
    name : str
        Its name in ``/proc/PID/maps``.
    writable : bool
        Whether Python writes it.

    Attributes
    ----------
    fd : int
    address : int
    memory : numpy.ndarray of uint8
        The whole mapping; only the first `size` bytes exist.
    """

    def __init__(self, name: str, writable: bool) -> None:
        self.fd, sealable = nameless_file(name)
        self._map = self._reserve(mmap.PROT_READ | (mmap.PROT_WRITE if writable else 0))
        self.writable = writable
        self.memory = np.frombuffer(self._map, np.uint8)
        self.address = address_of(self.memory)
        if sealable:
            # No process can truncate the file under a mapping, which would cause a SIGBUS.
            fcntl.fcntl(self.fd, fcntl.F_ADD_SEALS, _F_SEAL_SHRINK)

    def _reserve(self, protection: int) -> mmap.mmap:
        """Map more than the file can ever hold: addresses cost nothing, unless ``ulimit -v`` counts them."""
        length = headroom.total() or 64 << 30
        if (left := quotas.ADDRESSES.left()) is not None:  # both segments take a quarter of it
            length = min(length, left // 8)
        length = aligned(length, MEBIBYTE)
        while True:
            try:
                # Python maps no more than the file's size, so it is that large for a moment.
                os.ftruncate(self.fd, length)
                return mmap.mmap(self.fd, length, mmap.MAP_SHARED, protection)
            except (OSError, ValueError):
                length //= 2
                if length < MEBIBYTE:
                    raise
            finally:
                os.ftruncate(self.fd, 0)

    @property
    def size(self) -> int:
        """The bytes of the file."""
        return os.fstat(self.fd).st_size

    def allocate(self, offset: int, length: int, missing: int | None = None) -> None:
        """Allocate the memory of a range now, so that a lack of it is an error here and no SIGBUS later.

        Parameters
        ----------
        offset, length : int
        missing : int, optional
            The bytes of it that have no memory yet; all by default.

        Raises
        ------
        OutOfMemoryError
            Too little memory is left.
        """
        if offset + length > len(self.memory):
            raise OutOfMemoryError(f"the inputs need {byte_size(length)} of shared memory")
        headroom.require(length if missing is None else missing, "copying the inputs")
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(self.fd, offset, length)
            else:
                os.ftruncate(self.fd, max(self.size, offset + length))
        except OSError as error:
            raise OutOfMemoryError(f"take {byte_size(length)} of shared memory: {error}") from error

    def give_back(self, offset: int, length: int) -> bool:
        """Return the memory of a range's whole pages to the system, and whether that worked."""
        start = aligned(offset, mmap.PAGESIZE)
        length = (offset + length) // mmap.PAGESIZE * mmap.PAGESIZE - start
        if length <= 0:
            return True
        try:
            if self.writable:
                self._map.madvise(mmap.MADV_REMOVE, start, length)
            else:  # the system wants a writable mapping for it
                window = mmap.mmap(self.fd, length, mmap.MAP_SHARED, mmap.PROT_WRITE, offset=start)
                with window:
                    window.madvise(mmap.MADV_REMOVE)
        except (OSError, ValueError, AttributeError):
            return False
        return True

    def offset_of(self, memory: np.ndarray) -> int | None:
        """Return where memory lies in the file, or None when it lies elsewhere."""
        return self.offset_at(address_of(memory), memory.nbytes)

    def offset_at(self, address: int, nbytes: int) -> int | None:
        """Return what `offset_of` does, of memory by its address."""
        offset = address - self.address
        return offset if 0 <= offset <= len(self.memory) - nbytes else None

    def make_private(self) -> None:
        """Keep writes from now on in this process."""
        import ctypes

        libc = ctypes.CDLL(None)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
        protection = mmap.PROT_READ | mmap.PROT_WRITE
        flags = mmap.MAP_PRIVATE | _MAP_FIXED | getattr(mmap, "MAP_NORESERVE", 0)
        libc.mmap(self.address, self.size, protection, flags, self.fd, 0)

    def view(self, offset: int, length: int) -> np.ndarray:
        """Return a range without copying it.

        Raises
        ------
        GoscoreError
            The file has no such range: touching it would cause a SIGBUS.
        """
        if offset < 0 or length < 0 or offset + length > self.size:
            raise GoscoreError(f"read a result: the segment has no bytes {offset}+{length}")
        return self.memory[offset : offset + length]

    def close(self) -> None:
        """Close the descriptor; the mapping lives until its last view is gone."""
        if self.fd >= 0:
            fd, self.fd = (
                self.fd,
                -1,
            )  # before closing: an interrupt must not lead to a second close
            os.close(fd)


def nameless_file(name: str) -> tuple[int, bool]:
    """Open a memory file, or an unlinked temporary one; return whether it can be sealed."""
    # macOS has no memory files, and a sandbox may refuse them.
    with contextlib.suppress(AttributeError, OSError):
        return os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING), True
    fd, path = tempfile.mkstemp(prefix=name)
    os.unlink(path)
    return fd, False
