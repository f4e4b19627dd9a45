"""Programs and workers that are killed while they work."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

import goscore

from . import notebook
from .attack import Trials, attack
from .system import alive, children, command, until
from .work import Kind, built_in, programs

ROWS = 2_000_000  # of the columns, so that a call takes long enough to be hit anywhere
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
                _end_idle(worker)
                wait = _until_new(_programs, worker, trials.random.random() * 0.004)
            else:
                wait = _after(trials.random.random() * usual[kind.name])
            killer = Killer(wait, lambda: _programs(worker))
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
                until(lambda gone=before: not alive(gone), 1)  # type: ignore[misc]
                wait = _until_new(_workers, os.getpid(), trials.random.random() * 0.05)
            else:
                wait = _after(trials.random.random() * usual[kind.name])
            killer = Killer(wait, lambda: _workers(os.getpid()))
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
    """A thread that kills, once, what *victims* names when *wait* returns.

    Attributes
    ----------
    at : float
        When it killed; 0 when there was nobody.
    """

    def __init__(self, wait: Callable[[], None], victims: Callable[[], list[int]]) -> None:
        super().__init__(daemon=True)
        self.wait, self.victims, self.at = wait, victims, 0.0
        self.start()

    def run(self) -> None:
        self.wait()
        for pid in self.victims():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            self.at = self.at or time.monotonic()


def _hit(
    trials: Trials, kind: Kind, killer: Killer, death: type[Exception], seconds: float
) -> bool:
    """Call while somebody kills; tell whether the call ended by that."""
    try:
        got = kind.run()
    except death:
        trials.check(killer.at > 0, "an exception before anybody was killed")
        trials.timed(time.monotonic() - killer.at, seconds, "exception")
        return True
    finally:
        killer.join()
    trials.check(kind.right(got), f"{kind.name}: a killed call gave a wrong result")
    return False


def _usual(kind: Kind) -> float:
    begin = time.monotonic()
    kind.run()
    return time.monotonic() - begin


def _after(seconds: float) -> Callable[[], None]:
    return lambda: time.sleep(seconds)


def _until_new(of: Callable[[int], list[int]], pid: int, later: float) -> Callable[[], None]:
    """Return a wait for a child that a process has not yet, and some time more."""
    known = set(of(pid))

    def wait() -> None:
        end = time.monotonic() + 5
        while not set(of(pid)) - known and time.monotonic() < end:
            pass
        time.sleep(later)

    return wait


def _programs(worker: int) -> list[int]:
    """Return the programs among a worker's children: not its compilers."""
    return [pid for pid in children(worker) if command(pid)[:1] == ["goscore-program"]]


def _workers(python: int) -> list[int]:
    """Return the workers among a Python's children, from their first moment on."""
    return [pid for pid in children(python) if "--side" in command(pid)]


def _end_idle(worker: int) -> None:
    """End the programs that wait for a call, so that the next call starts one."""
    idle = _programs(worker)
    for pid in idle:
        os.kill(pid, signal.SIGKILL)
    until(lambda: not any(map(alive, idle)), 1)


def _digest(result: Any) -> str:
    return hashlib.sha256(np.asarray(result).tobytes()).hexdigest()
