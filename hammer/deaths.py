"""Programs and workers that are killed while they work."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

import goscore
from goscore._worker import current

from . import notebook
from .attack import Trials, attack
from .system import alive, children, command, until
from .work import Kind, built_in, programs

ROWS = 2_000_000  # of the columns, so that a call takes long enough to be hit anywhere
AGAIN = 3.0  # s; more than an exception may take
ENDLESS = Kind("endless cell", lambda: notebook.run("%%goscore\nfor {\n}\n"), "no end")


@attack(6, "kill -9 of a program in mid-call", count=200)
def program(trials: Trials) -> None:
    """Kill what runs the cell's Go: while it starts, runs, or replies."""
    kinds = programs(ROWS)
    usual = {kind.name: _usual(kind) for kind in kinds} | {ENDLESS.name: 0.1}
    worker, hit = notebook.worker_pid(), 0
    for _ in trials:
        kind = trials.random.choice([*kinds, ENDLESS])
        following = trials.random.choice(kinds)
        with trials.trial(kind.name):
            if trials.random.random() < 0.3 or kind is ENDLESS:
                _end_idle()
                wait = _until_new(notebook.program_pids, trials.random.random() * 0.004)
            else:
                wait = _after(trials.random.random() * usual[kind.name])
            killer = Killer(wait, notebook.program_pids)
            hit += _hit(trials, kind, killer, goscore.ProgramDiedError, 1.0)
            trials.check(following.right(following.run()), f"{following.name}: the next is wrong")
            trials.check(notebook.worker_pid() == worker, "the worker has ended")
    trials.figures["programs that died in a call"] = str(hit)
    trials.check(hit >= trials.tried / 3, f"only {hit} of {trials.tried} calls were hit")


@attack(7, "kill -9 of the worker in mid-call", count=100)
def worker(trials: Trials) -> None:
    """Kill the worker: while it works, and while it starts."""
    kinds = [*programs(ROWS), *built_in(ROWS)]
    usual = {kind.name: _usual(kind) for kind in kinds} | {ENDLESS.name: 0.1}
    kept: deque[tuple[Any, str]] = deque(maxlen=8)
    hit = 0
    for _ in trials:
        kind = trials.random.choice([*kinds, ENDLESS])
        following = trials.random.choice(kinds)
        with trials.trial(kind.name):
            before = notebook.worker_pid()
            if trials.random.random() < 0.3:
                os.kill(before, signal.SIGKILL)
                until(lambda: current._own is None or current._own.ended, 1)
                wait = _until_new(_workers, trials.random.random() * 0.05)
            else:
                wait = _after(trials.random.random() * usual[kind.name])
            killer = Killer(wait, _workers)
            hit += _hit(trials, kind, killer, goscore.WorkerDiedError, 2.0)
            made = following.run()
            trials.check(following.right(made), f"{following.name}: the next call is wrong")
            trials.check(notebook.worker_pid() != before, "the worker was not started anew")
            trials.check(
                all(_digest(result) == digest for result, digest in kept), "a result has changed"
            )
            kept.append((made, _digest(made)))
    trials.figures["calls that were hit"] = str(hit)
    trials.check(hit >= trials.tried / 3, f"only {hit} of {trials.tried} calls were hit")


class Killer(threading.Thread):
    """A thread that kills what *victims* names when *wait* returns.

    Attributes
    ----------
    at : float
        When it last killed; 0 when there was nobody.
    killed : list of int
        Whom.
    """

    def __init__(self, wait: Callable[[], None], victims: Callable[[], list[int]]) -> None:
        super().__init__(daemon=True)
        self.wait, self.victims, self.at = wait, victims, 0.0
        self.killed: list[int] = []
        self.over = threading.Event()
        self.start()

    def run(self) -> None:
        self.wait()
        self._kill()
        while not self.over.wait(AGAIN):
            self._kill()  # of a call that began only after the first kill

    def _kill(self) -> None:
        found = [pid for pid in self.victims() if pid not in self.killed]
        now = time.monotonic()
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.at = now
                self.killed.append(pid)

    def end(self) -> None:
        """Let it kill, at last, and no more."""
        self.over.set()
        self.join()


def _hit(
    trials: Trials, kind: Kind, killer: Killer, death: type[Exception], seconds: float
) -> bool:
    """Call while somebody kills; tell whether the call ended by that."""
    try:
        got = kind.run()
    except death as error:
        end = time.monotonic()
        killer.end()
        trials.check(0 < killer.at < end, f"an exception before anybody was killed: {error}")
        trials.timed(end - killer.at, seconds, "exception")
        return True
    killer.end()
    trials.check(kind.right(got), f"{kind.name}: a killed call gave a wrong result")
    until(lambda: not set(killer.killed) & set(_pids()), 5)  # it came after the call: let it act
    return False


def _pids() -> list[int]:
    """Return what runs here of goscore, down to the last thread of it."""
    if current._own is not None and not current._own.ended:  # which reaps it
        return [current._own.process.pid, *children(current._own.process.pid)]
    return []


def _usual(kind: Kind) -> float:
    begin = time.monotonic()
    kind.run()
    return time.monotonic() - begin


def _after(seconds: float) -> Callable[[], None]:
    return lambda: time.sleep(seconds)


def _until_new(of: Callable[[], list[int]], later: float) -> Callable[[], None]:
    """Return a wait for a process that is not there yet, and some time more."""
    known = set(of())

    def wait() -> None:
        end = time.monotonic() + 5
        while not set(of()) - known and time.monotonic() < end:
            pass
        time.sleep(later)

    return wait


def _workers() -> list[int]:
    """Return the workers among this process's children, from their first moment on."""
    return [pid for pid in children(os.getpid()) if "--side" in command(pid)]


def _end_idle() -> None:
    """End the programs that wait for a call, so that the next call starts one."""
    idle = notebook.program_pids()
    for pid in idle:
        os.kill(pid, signal.SIGKILL)
    until(lambda: not any(map(alive, idle)), 1)


def _digest(result: Any) -> str:
    return hashlib.sha256(np.asarray(result).tobytes()).hexdigest()
