"""What is left when a worker is killed: nobody ends what its cells had started."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path


def end(worker: int) -> None:
    """End the processes that cells of a killed worker started (on Linux).

    The programs themselves end with it. What they started carries the
    worker's process number in its environment.
    """
    mark = b"\0GOSCORE_RUN=%d." % worker
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # gone, or not ours
            if mark in b"\0" + (process / "environ").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)
