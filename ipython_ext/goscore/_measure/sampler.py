"""The peak memory of a process and its descendants, sampled by another process.

A thread of the sampled process would wait for the GIL just when memory is at its peak.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from .processes import memory

_PAUSE = 0.002  # s, between samples


class Sampler:
    """Samples this process, with worker and programs, between `start` and `stop`.

    Parameters
    ----------
    share : float
        Of the time that samples may take. Reading a process's mappings stops
        it from mapping more, so a timed run should have few samples.
    """

    def __init__(self, share: float = 1.0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "goscore._measure.sampler", str(os.getpid()), str(share)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=_environment(),
            start_new_session=True,  # a notebook's interrupt goes to the whole process group
        )

    def start(self) -> int:
        """Forget the peak; return the memory in use now, in bytes."""
        return self._ask("start")

    def stop(self) -> int:
        """Return the peak since `start`, in bytes."""
        return self._ask("stop")

    def _ask(self, word: str) -> int:
        assert self._process.stdin and self._process.stdout
        print(word, file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())

    def __enter__(self) -> Sampler:
        return self

    def __exit__(self, *_: Any) -> None:
        self._process.kill()
        self._process.communicate()


def _environment() -> dict[str, str]:
    """Return this process's environment, with a path on which the sampler finds this package."""
    places = (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH"))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places))}


def _serve(root: int, share: float) -> None:
    """Answer each line on stdin with the peak since the line before; sample meanwhile."""
    peak, sampling, pause = 0, False, _PAUSE
    while True:
        ready, _, _ = select.select([sys.stdin], [], [], pause if sampling else None)
        if sampling or ready:
            began = time.perf_counter()
            peak = max(peak, memory(root, without=os.getpid()))
            pause = max(_PAUSE, (time.perf_counter() - began) * (1 / share - 1))
        if ready:
            word = sys.stdin.readline()
            if not word:
                return
            print(peak, flush=True)
            peak, sampling = 0, word.strip() == "start"


if __name__ == "__main__":
    _serve(int(sys.argv[1]), float(sys.argv[2]))
