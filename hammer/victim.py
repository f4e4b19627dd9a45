"""A Python that is killed at its work: ``python -m hammer.victim KIND``."""

from __future__ import annotations

import os
import sys
import threading
import time

import numpy as np

import goscore

from .notebook import function, run
from .work import column, functions

ESCAPES = """%%goscore
for _, apart := range []bool{false, true} {
	cmd := exec.Command("sleep", "300")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: apart}
	if err := cmd.Start(); err != nil {
		panic(err)
	}
}
for {
}
"""


def endless() -> None:
    """Run a cell that never ends, and has started processes of its own."""
    run(ESCAPES)


def streaming() -> None:
    """Call functions on large columns, from two threads."""
    go, v = functions(), column(2_000_000)
    names = ("Scaled", "Turned", "Highest", "Total")
    thread = threading.Thread(target=lambda: [go["Scaled"](v) for _ in range(1000)], daemon=True)
    thread.start()
    for turn in range(1000):
        go[names[turn % 4]](v)


def sharing() -> None:
    """Hold shared columns, and results that lie in a segment."""
    shared = goscore.share(column(1_000_000))
    kept = [goscore.score_series(shared) for _ in range(20)]
    while True:
        kept[:1] = [goscore.score_series(kept[0])]


def compiling() -> None:
    """Compile one new cell after the other."""
    for turn in range(1000):
        lines = [
            f"func f{n}(x float64) float64 {{ return math.Sin(x*{n + turn}.{os.getpid()}) }}"
            for n in range(300)
        ]
        run("%%goscore -f\n" + "\n".join([*lines, "f1(1)"]))


def forked() -> None:
    """Let a child live on that this process has forked, and go on."""
    twice = function("Twice", "func Twice(v float64) float64 { return 2 * v }")
    v = np.arange(1_000_000.0)
    kept = twice(goscore.share(v))
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    print("child", child, flush=True)
    while True:
        kept = twice(v)
        assert kept[-1] == 2 * v[-1]


def restarting() -> None:
    """Start one worker after the other."""
    while True:
        goscore.restart()
        assert goscore.score([4.0]) == 8.0


KINDS = {one.__name__: one for one in (endless, streaming, sharing, compiling, forked, restarting)}

if __name__ == "__main__":
    print("begins", flush=True)
    KINDS[sys.argv[1]]()
