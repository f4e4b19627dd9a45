"""Processes that this one makes after it has used goscore."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

import goscore
from goscore._worker import current

from . import notebook
from .attack import Trials, attack
from .system import alive, until
from .work import column, functions

METHODS = ("fork", "forkserver", "spawn")
AT_ONCE = 6
HANG = 30.0  # s; in which a child must have answered
GONE = 2.0  # s; how long a child's worker may live after it


@attack(10, "fork, forkserver, spawn after use, 100 each", count=300)
def forks(trials: Trials) -> None:
    """Let children call what their parent has called, while it calls on."""
    go, v = functions(), column(300_000)
    kept = go["Turned"](goscore.share(v))
    own = notebook.worker_pid()
    calls = _Calls(go["Scaled"], v)
    numbers = list(trials)
    for at in range(0, len(numbers), AT_ONCE):
        busy = trials.random.random() < 0.5
        with calls.going_on(busy):
            made = [Child(METHODS[n % 3], go["Scaled"], n) for n in numbers[at : at + AT_ONCE]]
            for child in made:
                with trials.trial(f"{child.method}, {'in a call' if busy else 'at rest'}"):
                    child.check(trials, own)
        trials.check(not calls.wrong, f"the parent's calls: {calls.wrong[:1]}")
        asked = float(trials.random.randrange(1000))
        trials.check(go["Scaled"](asked) == asked * asked + 1, "the parent's next call is wrong")
        trials.check(notebook.worker_pid() == own, "the parent has another worker")
        trials.check(np.array_equal(kept, v[::-1]), "a result of the parent's has changed")
    trials.figures["calls meanwhile"] = str(calls.count)


class Child:
    """A process that calls goscore, on its own."""

    def __init__(self, method: str, scaled: Any, number: int) -> None:
        self.method, self.number = method, number
        context: Any = multiprocessing.get_context(method)
        self.answers, theirs = context.Pipe(duplex=False)
        self.process = context.Process(target=_answer, args=(theirs, scaled, number), daemon=True)
        self.process.start()
        theirs.close()

    def check(self, trials: Trials, parents: int) -> None:
        """Wait for what it says, and see that nothing is left of it."""
        try:
            if not self.answers.poll(HANG):
                raise TimeoutError(f"the child hangs for {HANG:g} s")
            right, built_in, worker = self.answers.recv()
            trials.check(right and built_in, f"{self.method}: a child's result is wrong")
            trials.check(worker != parents, f"{self.method}: the child used its parent's worker")
            self.process.join(HANG)
            trials.check(self.process.exitcode == 0, f"exit code {self.process.exitcode}")
            until(lambda: not alive(worker), GONE * trials.patience)
        finally:
            self.process.kill()
            self.process.join()


def _answer(to: Connection, scaled: Any, number: int) -> None:
    """Call in the child, and say how that went."""
    v = column(100_000) + number
    right = np.array_equal(scaled(v), v * v + 1) and scaled(float(number)) == number**2 + 1
    to.send((right, goscore.score([1.0, 4.0]) == 9.0, current.worker().about["pid"]))


class _Calls:
    """Calls of another thread of the parent.

    Attributes
    ----------
    count : int
    wrong : list of str
        What went wrong in them.
    """

    def __init__(self, scaled: Any, v: np.ndarray) -> None:
        self._scaled, self._v, self._wanted = scaled, v, v * v + 1
        self.count = 0
        self.wrong: list[str] = []

    @contextmanager
    def going_on(self, whether: bool) -> Iterator[None]:
        """Call all the time while the block runs."""
        over = threading.Event()
        thread = threading.Thread(target=self._go_on, args=(over,), daemon=True)
        if whether:
            thread.start()
            time.sleep(0.01)
        try:
            yield
        finally:
            over.set()
            if whether:
                thread.join(HANG)
                if thread.is_alive():
                    self.wrong.append("a call hangs")

    def _go_on(self, over: threading.Event) -> None:
        while not over.is_set():
            try:
                if not np.array_equal(self._scaled(self._v), self._wanted):
                    self.wrong.append("a wrong result")
            except Exception as error:
                self.wrong.append(f"{type(error).__name__}: {error}")
            self.count += 1
            over.wait(0.01)  # the children need the cores, too
