"""Many threads that call at once."""

from __future__ import annotations

import queue
import random
import threading
from typing import Any

import numpy as np

from . import notebook
from .attack import Trials, attack
from .work import column, functions

THREADS = 32
LENGTHS = (1, 100, 5_000, 40_000)  # short ones, addressed ones, and both sides of a block

ONE = """
// F{n} is the scalar function of thread {n}.
func F{n}(v float64) float64 {{ return v*{n} + {n} }}
"""


@attack(11, "32 threads calling different functions", count=5000)
def threads(trials: Trials) -> None:
    """Let every thread call its own function and the others' kinds; every result is right."""
    own = notebook.functions(
        "".join(ONE.format(n=n) for n in range(THREADS)), *(f"F{n}" for n in range(THREADS))
    )
    go = functions()
    numbers: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in trials:
        numbers.put(number)
    outcomes: queue.SimpleQueue[str] = queue.SimpleQueue()

    def work(n: int, chance: random.Random) -> None:
        while True:
            try:
                numbers.get_nowait()
            except queue.Empty:
                return
            try:
                outcomes.put(_call(n, own[f"F{n}"], go, chance))
            except Exception as error:
                outcomes.put(f"thread {n}: {type(error).__name__}: {error}")

    workers = [
        threading.Thread(target=work, args=(n, random.Random(trials.random.random())), daemon=True)
        for n in range(THREADS)
    ]
    for thread in workers:
        thread.start()
    for _ in trials:
        with trials.trial():
            wrong = outcomes.get(timeout=60)
            trials.check(not wrong, wrong)
    for thread in workers:
        thread.join(10)
        trials.check(not thread.is_alive(), "a thread hangs")


def _call(n: int, mine: Any, go: dict[str, Any], chance: random.Random) -> str:
    """Call one function; say what is wrong with the result, or nothing."""
    v = column(chance.choice(LENGTHS)) + chance.randrange(1000)
    name = chance.choice(("own", "own", "own", "Turned", "Total", "Highest"))
    if name == "own":
        got, wanted = mine(v), v * n + n
    elif name == "Turned":
        got, wanted = go[name](v), v[::-1]
    elif name == "Highest":
        got, wanted = go[name](v), np.maximum.accumulate(v)
    else:
        got, wanted = go[name](v), v.sum()
    return "" if np.array_equal(got, wanted) else f"thread {n}: {name} of {len(v)} rows is wrong"
