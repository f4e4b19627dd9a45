"""What has a time: interrupts, timeouts, deaths and completion, as medians."""

from __future__ import annotations

import os
import signal
import statistics
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import goscore

from . import notebook
from .attack import Trials, attack
from .notebook import run, worker_pid

ROUNDS = 9
ROWS = 12_000_000
STOP = 0.5  # s; from the press, or the end of the timeout, to the exception
TOLD = 1.0  # s; from the worker's end to the exception
TAB = 0.05  # s; what somebody who types does not notice
LIMIT = 0.2  # s; the timeout that is set
ENDLESS = "%%goscore\nfor {\n}\n"
SLEEPING = "%%goscore\ntime.Sleep(time.Hour)\n"
PRINTING = "%%goscore\nfor {\n\tfmt.Println(1)\n}\n"
TYPED = "%%goscore\nt := time.Now()\nfor range 10 { t.Yea"


@attack(21, "interrupts, timeouts, deaths and Tab, by the clock", count=ROUNDS)
def times(trials: Trials) -> None:
    """Measure each promise that is one of time; its median must keep it."""
    v = np.arange(ROWS) * 7919 % ROWS * 0.5
    keys = np.arange(ROWS) // 7
    built_in: dict[str, Callable[..., Any]] = {
        "score": lambda **how: goscore.score(v, by=keys, **how),
        "rolling": lambda **how: goscore.rolling(v, 5, by=keys, threads=1, **how),
        "zscore": lambda **how: goscore.zscore(v, by=keys, threads=1, **how),
    }
    cells = {"loop": ENDLESS, "sleep": SLEEPING, "print": PRINTING}
    for name, cell in cells.items():
        run("%goscore 1 + 1")
        _median(trials, f"stop of a {name}", STOP, partial(_interrupted, partial(run, cell)))
    timed = f"%%goscore --timeout {LIMIT}\nfor {{\n}}\n"
    _median(trials, "timeout of a loop", STOP, partial(_late, partial(run, timed)))
    for name, call in built_in.items():
        _median(trials, f"stop of {name}", STOP, partial(_interrupted, call))
        late = partial(_late, partial(call, timeout=LIMIT))
        _median(trials, f"timeout of {name}", STOP, late)
    _median(trials, "Tab", TAB, _completed)
    _median(trials, "stop of the deaf", STOP, _deaf)
    _median(trials, "worker's death", TOLD, _died)


def _median(trials: Trials, what: str, seconds: float, once: Callable[[], float]) -> None:
    """Measure some times; the median counts, and is a figure."""
    took = []
    for _ in trials:
        with trials.trial(what):
            took.append(once())
    if took:
        trials.median(statistics.median(took), seconds, what)


def _interrupted(call: Callable[[], Any], before: Callable[[], None] | None = None) -> float:
    """Return how long after the press of Ctrl-C a call ends."""
    pressed = []

    def press() -> None:
        time.sleep(0.15)
        if before is not None:
            before()
        pressed.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    try:
        call()
        thread.join()
        raise AssertionError("the call came to its end")
    except KeyboardInterrupt:
        return time.monotonic() - pressed[0]
    finally:
        thread.join()


def _deaf() -> float:
    """Interrupt a cell whose worker does not run."""
    worker = worker_pid()
    return _interrupted(lambda: run(SLEEPING), lambda: os.kill(worker, signal.SIGSTOP))


def _late(call: Callable[[], Any]) -> float:
    """Return how long after its timeout a call ends."""
    begin = time.monotonic()
    try:
        call()
    except goscore.GoTimeoutError:
        return time.monotonic() - begin - LIMIT
    raise AssertionError("the call came to its end")


def _died() -> float:
    """Return how long after its worker's end a call raises."""
    worker, killed = worker_pid(), []

    def kill() -> None:
        time.sleep(0.15)
        killed.append(time.monotonic())
        os.kill(worker, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        run(SLEEPING)
    except goscore.WorkerDiedError:
        return time.monotonic() - killed[0]
    finally:
        thread.join()
    raise AssertionError("the call came to its end")


def _completed() -> float:
    """Return how long a Tab takes."""
    begin = time.monotonic()
    offered = notebook.complete(TYPED)
    took = time.monotonic() - begin
    assert offered == ["Year", "YearDay"], offered
    return took
