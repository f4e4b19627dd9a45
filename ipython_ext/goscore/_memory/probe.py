"""Whether the worker can read and write the memory of this process."""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import sys

import numpy as np

from .segments import address_of

_SET_PTRACER = 0x59616D61  # PR_SET_PTRACER, of Linux's Yama


class Probe:
    """Sixteen bytes of this process. The worker copies the first half to the second, if it can."""

    def __init__(self) -> None:
        self._bytes = np.zeros(16, np.uint8)
        self._bytes[:8] = np.frombuffer(secrets.token_bytes(8), np.uint8)
        # The worker writes there at every thread's first message, so the bytes stay.
        _probes.append(self._bytes)

    @property
    def address(self) -> int:
        return address_of(self._bytes)

    @property
    def answered(self) -> bool:
        """Whether the worker has copied them."""
        return bool((self._bytes[:8] == self._bytes[8:]).all())

    def allow(self, worker: int) -> None:
        """Give a child process access to this one's memory, where Linux asks for that."""
        if not os.path.exists("/proc/sys/kernel/yama/ptrace_scope"):
            return
        # Yama admits one process only: that of the first package, goscore or an exported one.
        reached: dict[int, str | None] = vars(sys).setdefault("_goscore_reached", {})
        if reached.setdefault(os.getpid(), __package__) != __package__:
            return
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SET_PTRACER, worker, 0, 0, 0)


_probes: list[np.ndarray] = []  # never freed: 16 bytes for each worker
