"""Thousands of calls and redefinitions: what is left of them in memory, descriptors and processes."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import psutil

from .attack import Trials, attack
from .notebook import function
from .system import descendants, descriptors, memory

SMALL, LARGE, REDEFINED = 10_000, 500, 200
MOST = 1.05  # of the memory after warm-up
# s; what waits for another call goes within 3 in programs, and 5 in Python
RESTS = {"1 KB": 3.4, "10 MB": 6.6, "redefinition": 1.0}

GO = "func Twice(v float64) float64 { return 2 * v }"


@dataclass(frozen=True)
class Holding:
    """What Python, the worker and its programs have.

    Attributes
    ----------
    memory : int
        Bytes of all of them; what they share counts once.
    descriptors : tuple of int
        Of Python and of the worker.
    processes : int
    """

    memory: int
    descriptors: tuple[int, ...]
    processes: int

    @classmethod
    def now(cls) -> Holding:
        """Measure at rest."""
        gc.collect()
        python = os.getpid()
        worker = descendants(python)[0]
        all_of_them = [python, *descendants(python)]
        return cls(
            sum(memory(pid) for pid in all_of_them),
            (descriptors(python), descriptors(worker)),
            len([pid for pid in all_of_them if psutil.pid_exists(pid)]),
        )


@attack(14, "leaks: 10,000 calls of 1 KB, 500 of 10 MB, 200 redefinitions", count=1, limit=900)
def leaks(trials: Trials) -> None:
    """Do each many times; what there is afterwards is what there was after warm-up."""
    twice = function("Twice", GO)
    small, large = np.arange(128.0), np.arange(1_310_720.0)

    def call(column: np.ndarray) -> None:
        assert (twice(column)[-3:] == 2 * column[-3:]).all()

    def redefine() -> None:
        mark = trials.random.randrange(1 << 40)
        again = function("Again", f"func Again(v float64) float64 {{ return v + {mark} }}")
        assert again(small)[1] == 1.0 + mark

    for _ in range(max(8, trials.of(SMALL) // 4)):
        call(small)
    for _ in range(8):
        call(large)
    before = _at_rest("10 MB")
    before = _repeated(trials, "1 KB", SMALL, lambda: call(small), before)
    _repeated(trials, "10 MB", LARGE, lambda: call(large), before)
    for _ in range(9):  # one more than programs wait at once
        redefine()
    _repeated(trials, "redefinition", REDEFINED, redefine, _at_rest("redefinition"))


def _at_rest(name: str) -> Holding:
    time.sleep(RESTS[name])
    return Holding.now()


def _repeated(
    trials: Trials, name: str, count: int, act: Callable[[], None], before: Holding
) -> Holding:
    """Do it so often, and compare."""
    for _ in range(trials.of(count)):
        with trials.trial(name):
            act()
    after = _at_rest(name)
    grown = after.memory - before.memory
    trials.figures[name] = f"{before.memory / 1e6:.0f} {grown / 1e6:+.1f} MB"
    trials.check(
        after.memory <= MOST * before.memory,
        f"{name}: memory grew by {grown / 1e6:.1f} MB from {before.memory / 1e6:.1f} MB",
    )
    for what in ("descriptors", "processes"):
        was, now = getattr(before, what), getattr(after, what)
        trials.check(was == now, f"{name}: {what} were {was} and are {now}")
    return after
