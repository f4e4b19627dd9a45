"""Processes that are killed while they work."""

from __future__ import annotations

import os
import signal
import threading
import time

import numpy as np

import goscore

from .attack import Trials, attack
from .notebook import function
from .system import descendants

SLOW = """
// Slow adds up v, and takes its time.
func Slow(v []float64) float64 {
	sum := 0.0
	for range 1 << 14 {
		for _, x := range v {
			sum += x
		}
	}
	return sum
}

// Twice returns 2 v.
func Twice(v float64) float64 { return 2 * v }
"""


@attack(6, "kill -9 of a program in mid-call", count=200)
def program(trials: Trials) -> None:
    """Kill what runs the cell's Go."""
    slow, twice = function("Slow", SLOW), function("Twice", SLOW)
    column = np.arange(200_000.0)
    python = os.getpid()
    assert slow(column[:10]) == (1 << 14) * 45.0 and twice(2.0) == 4.0
    for _ in trials:
        with trials.trial():
            killed: list[float] = []
            killer = threading.Timer(
                0.02 + 0.05 * trials.random.random(), _kill_program, (python, killed)
            )
            killer.start()
            try:
                slow(column)
                trials.lose("a killed program gave a result")
            except goscore.GoscoreError:
                pass
            killer.join()
            trials.timed(time.monotonic() - killed[0], 1.0, "exception")
            trials.check(twice(21.0) == 42.0, "the next call is wrong")


def _kill_program(python: int, killed: list[float]) -> None:
    """Kill the programs, which are the worker's children."""
    worker = descendants(python)[0]
    for pid in descendants(worker):
        os.kill(pid, signal.SIGKILL)
    killed.append(time.monotonic())
