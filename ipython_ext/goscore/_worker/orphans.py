"""Ending the processes that cells started, when their worker was killed and cannot."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path


def end(worker: int) -> None:
    """End the processes that cells of a killed worker started (on Linux).

    Programs end with the worker. What they started has the worker's process
    number in its environment.
    """
    mark = b"\0GOSCORE_RUN=%d." % worker
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # gone, or not ours
            if mark in b"\0" + (process / "environ").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)
