"""A child process whose end is noticed even when an interrupt comes at any step."""

from __future__ import annotations

import os
import subprocess
import time
from operator import itemgetter
from typing import Any

_PAUSE, _LONGEST_PAUSE = 0.001, 0.05  # s, between looks
_NOTED = 0.1  # s; for another thread that saw the end to note which


class Child(subprocess.Popen[bytes]):
    """A `subprocess.Popen` with other ways to find out whether the process has ended.

    Popen's own `poll` and `wait` take a lock. An interrupt between two steps of
    Python leaves it locked: then `poll` says that the process runs, and `wait`
    waits for ever.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._ends: list[tuple[int, int]] = []
        super().__init__(*arguments, **options)

    def poll(self) -> int | None:
        """Return the exit code, or minus the signal's number; None while it runs."""
        if self.returncode is not None:
            return self.returncode
        try:
            # One step of Python takes the status and notes it: nothing comes in between.
            statuses = map(os.waitpid, (self.pid,), (os.WNOHANG,))
            self._ends.extend(filter(itemgetter(0), statuses))
        except ChildProcessError:  # another thread has it, or the system took it unasked
            end = time.monotonic() + _NOTED
            while not self._ends and time.monotonic() < end:
                time.sleep(_PAUSE)
            self._ends.append((self.pid, 0))
        if self._ends:
            self.returncode = os.waitstatus_to_exitcode(self._ends[0][1])
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; return what `poll` does.

        Raises
        ------
        subprocess.TimeoutExpired
            It still runs after *timeout* seconds.
        """
        begin, pause = time.monotonic(), _PAUSE
        while (code := self.poll()) is None:
            if timeout is not None and time.monotonic() - begin > timeout:
                raise subprocess.TimeoutExpired(self.args, timeout)
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        return code
