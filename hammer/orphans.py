"""Pythons that are killed: what is left of goscore."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from .attack import Trials, attack
from .system import alive, command, mentioning, segments, until
from .victim import KINDS

GONE = 2.0  # s; how long something of goscore may run after Python's end
AT_ONCE = 10  # Pythons that are killed together
STARTED = 60.0  # s; for a Python to have its worker


@attack(8, "kill -9 of Python", count=100)
def python(trials: Trials) -> None:
    """Kill Pythons at work, and look for processes, memory, files and sockets."""
    kinds = list(KINDS)
    numbers = list(trials)
    running = 0
    for at in range(0, len(numbers), AT_ONCE):
        victims = [Victim(kinds[n % len(kinds)]) for n in numbers[at : at + AT_ONCE]]
        try:
            for victim in list(victims):
                try:
                    victim.wait_for_worker()
                except RuntimeError as error:
                    trials.lose(str(error))
                    victim.remove()
                    victims.remove(victim)
            for victim in victims:
                time.sleep(trials.random.random() * 0.4)
                victim.kill()
            for victim in victims:
                with trials.trial(victim.kind):
                    running += len(victim.seen) > 1 and bool(victim.memory)
                    victim.check(trials)
        finally:
            for victim in victims:
                victim.remove()
    trials.figures["workers at work"] = str(running)
    trials.check(running >= 0.8 * trials.tried, f"only {running} of {trials.tried} had a worker")


class Victim:
    """A Python with directories of its own, at work of a kind.

    Attributes
    ----------
    seen : list of int
        What ran for it when it was killed.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.place = Path(tempfile.mkdtemp(prefix="gh-", dir="/tmp"))
        self.runtime, self.temporary = self.place / "run", self.place / "tmp"
        for directory in (self.runtime, self.temporary):
            directory.mkdir(0o700)
        self.mark = secrets.token_hex(16)
        self.seen: list[int] = []
        self.memory: set[int] = set()
        self.killed = 0.0
        self.out = open(self.place / "out", "w+")
        self.process = subprocess.Popen(
            [sys.executable, "-s", "-m", "hammer.victim", kind],
            cwd=Path(__file__).resolve().parent.parent,
            env=os.environ
            | {
                "GOSCORE_HAMMER": self.mark,
                "XDG_RUNTIME_DIR": str(self.runtime),
                "TMPDIR": str(self.temporary),
            },
            stdout=self.out,
            stderr=subprocess.STDOUT,
        )

    def printed(self) -> str:
        """Return what it has printed."""
        return (self.place / "out").read_text(errors="replace")

    def child(self) -> int:
        """Return the process that it forked, which is the user's and may live; 0 for none."""
        words = self.printed().split()
        return int(words[words.index("child") + 1]) if "child" in words else 0

    def wait_for_worker(self) -> None:
        """Wait until its worker has been asked for work, and its child is there."""
        end = time.monotonic() + STARTED
        while not (self._busy() and (self.child() or self.kind != "forked")):
            if self.process.poll() is not None or time.monotonic() > end:
                self.process.send_signal(signal.SIGUSR1)  # it prints where it is
                time.sleep(0.2)
                raise RuntimeError(f"{self.kind} does not work: {self.printed()[-1500:]}")
            time.sleep(0.02)

    def _busy(self) -> bool:
        """Tell whether the worker listens."""
        return self._sockets() and any("--side" in command(pid) for pid in mentioning(self.mark))

    def kill(self) -> None:
        """Kill Python, and nothing else."""
        self.seen = mentioning(self.mark)
        self.memory = {inode for pid in self.seen for inode in segments(pid)}
        self.process.kill()
        self.killed = time.monotonic()
        self.process.wait()

    def check(self, trials: Trials) -> None:
        """Look for what is left when all should be gone: at the latest 2 seconds after the kill."""
        child = self.child()
        with suppress(TimeoutError):
            rest = self.killed + GONE * trials.patience - time.monotonic()
            until(lambda: not (self._running(child) or self._files() or self._sockets()), rest)
        left = [(pid, command(pid)) for pid in self._running(child)]
        trials.check(not left, f"{self.kind}: still runs: {left}")
        files = self._files()
        trials.check(not files, f"{self.kind}: files: {files}")
        trials.check(not self._sockets(), f"{self.kind}: a socket is left")
        named = [name for name in os.listdir("/dev/shm") if "goscore" in name]
        trials.check(not named, f"{self.kind}: in /dev/shm: {named}")
        if child:
            os.kill(child, 9)
            while alive(child):
                time.sleep(0.01)
        held = [pid for pid in _others() if self.memory & segments(pid)]
        trials.check(not held, f"{self.kind}: memory is held by {held}")

    def _running(self, child: int) -> list[int]:
        """Return what runs for it, but for its child."""
        return [pid for pid in mentioning(self.mark) if pid != child]

    def _files(self) -> list[str]:
        """Return what lies in its directories."""
        return [str(path) for path in (*self.runtime.iterdir(), *self.temporary.iterdir())]

    def _sockets(self) -> bool:
        return str(self.place) in Path("/proc/net/unix").read_text()

    def remove(self) -> None:
        """End all that may be left of it."""
        self.process.kill()
        self.process.wait()
        for pid in mentioning(self.mark):
            with suppress(ProcessLookupError):
                os.kill(pid, 9)
        self.out.close()
        shutil.rmtree(self.place, ignore_errors=True)


def _others() -> Iterator[int]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            yield int(folder.name)
