"""Segments: memory that Python, the worker and its programs all map.

Two per worker, without names: segment 0 is written here, segment 1 by the
worker. A segment is mapped once, at a size that it never reaches, and its
file grows under that mapping, so growing moves nothing.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import tempfile
from typing import Any

import numpy as np

from .._display import shown
from .._errors import GoscoreError, OutOfMemoryError
from . import headroom

ALIGNMENT = 64
PYTHON_MEMORY = 3  # stands for a segment's number: the offset is an address in this process
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
    address : int
    memory : numpy.ndarray of uint8
        All that is mapped; only the first `size` bytes exist.
    """

    def __init__(self, name: str, writable: bool) -> None:
        self.fd, sealable = _nameless_file(name)
        self._map = self._reserve(mmap.PROT_READ | (mmap.PROT_WRITE if writable else 0))
        self.writable = writable
        self.memory = np.frombuffer(self._map, np.uint8)
        self.address = address_of(self.memory)
        if sealable:
            # Nobody can cut the file under a mapping: that would be a SIGBUS.
            fcntl.fcntl(self.fd, fcntl.F_ADD_SEALS, _F_SEAL_SHRINK)

    def _reserve(self, protection: int) -> mmap.mmap:
        """Map more than the file will ever have: addresses cost nothing."""
        length = aligned(headroom.total() or 64 << 30, MEBIBYTE)
        while True:
            try:
                # Python maps only what the file has at that moment.
                os.ftruncate(self.fd, length)
                return mmap.mmap(self.fd, length, mmap.MAP_SHARED, protection)
            except (OSError, ValueError):  # ulimit -v
                length //= 2
                if length < MEBIBYTE:
                    raise
            finally:
                os.ftruncate(self.fd, 0)

    @property
    def size(self) -> int:
        """Bytes that the file has."""
        return os.fstat(self.fd).st_size

    def secure(self, offset: int, length: int, missing: int | None = None) -> None:
        """Take the memory of a range now, so that full memory is an error here and no SIGBUS later.

        Parameters
        ----------
        offset, length : int
        missing : int, optional
            How many bytes of it have no memory yet; all when not given.

        Raises
        ------
        OutOfMemoryError
            It is not there.
        """
        if offset + length > len(self.memory):
            raise OutOfMemoryError(f"the inputs need {shown(length)} of shared memory")
        headroom.require(length if missing is None else missing, "copying the inputs")
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(self.fd, offset, length)
            else:
                os.ftruncate(self.fd, max(self.size, offset + length))
        except OSError as error:
            raise OutOfMemoryError(f"take {shown(length)} of shared memory: {error}") from error

    def give_back(self, offset: int, length: int) -> bool:
        """Return the memory of a range's whole pages to the system; tell whether that was possible."""
        start = aligned(offset, mmap.PAGESIZE)
        length = (offset + length) // mmap.PAGESIZE * mmap.PAGESIZE - start
        if length <= 0:
            return True
        try:
            if self.writable:
                self._map.madvise(mmap.MADV_REMOVE, start, length)
            else:  # the system asks for a mapping that could write
                window = mmap.mmap(self.fd, length, mmap.MAP_SHARED, mmap.PROT_WRITE, offset=start)
                with window:
                    window.madvise(mmap.MADV_REMOVE)
        except (OSError, ValueError, AttributeError):
            return False
        return True

    def offset_of(self, memory: np.ndarray) -> int | None:
        """Return where memory lies in the file, or None when it lies elsewhere."""
        offset = address_of(memory) - self.address
        inside = 0 <= offset and offset + memory.nbytes <= len(self.memory)
        return offset if inside else None

    def make_private(self) -> None:
        """Let what is written from now on stay in this process."""
        import ctypes

        libc = ctypes.CDLL(None)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
        protection = mmap.PROT_READ | mmap.PROT_WRITE
        flags = mmap.MAP_PRIVATE | _MAP_FIXED | getattr(mmap, "MAP_NORESERVE", 0)
        libc.mmap(self.address, self.size, protection, flags, self.fd, 0)

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
            fd, self.fd = self.fd, -1  # first: an interrupt must not let it be closed twice
            os.close(fd)


def _nameless_file(name: str) -> tuple[int, bool]:
    """Open a memory file, or an unlinked temporary one; tell whether it can be sealed."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING), True
    fd, path = tempfile.mkstemp(prefix=name)
    os.unlink(path)
    return fd, False


Memory = np.ndarray[Any, np.dtype[np.uint8]]
