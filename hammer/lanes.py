"""Small calls, which go on lanes straight to where they run: stopped, killed, forked, from many threads."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

import goscore
from goscore._worker.lanes import Lane

from . import notebook
from .attack import Trials, attack
from .work import functions

ROWS = 100
LONGEST = 0.003  # s, in which something happens to calls that follow each other
THREADS = 8
FORMS = ("SIGINT", "program killed", "worker killed", "fork", "threads")
DIED = (goscore.ProgramDiedError, goscore.WorkerDiedError)


@attack(22, "small calls on lanes: SIGINT, kill -9, fork, 8 threads", count=2000)
def lanes(trials: Trials) -> None:
    """Let something happen to calls that follow each other; all are right, and so is the next."""
    calls, went = Calls(trials), []
    receive = Lane.receive
    Lane.receive = lambda lane: went.append(1) or receive(lane)  # type: ignore[assignment, func-returns-value]
    old = signal.signal(signal.SIGALRM, signal.default_int_handler)
    hit = 0
    try:
        for number in trials:
            form = FORMS[number % len(FORMS)]
            with trials.trial(form):
                for _ in range(3):  # the first brings the lane
                    calls.one()
                hit += getattr(calls, form.replace(" ", "_").lower())()
                calls.one()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
        Lane.receive = receive  # type: ignore[method-assign]
    trials.figures["calls that were hit"] = str(hit)
    trials.figures["calls on lanes"] = str(len(went))
    trials.check(len(went) >= trials.tried, f"only {len(went)} calls went on a lane")
    trials.check(hit > 0, "no call was hit")


class Calls:
    """Calls of a function and of a built-in one, each on other numbers."""

    def __init__(self, trials: Trials) -> None:
        self._trials, self._scaled = trials, functions()["Scaled"]
        self._number = 0

    def one(self) -> None:
        """Make two calls."""
        self._number += 1
        v = np.arange(ROWS) + float(self._number)
        scaled = self._scaled(v)
        self._right(scaled, v * v + 1, "Scaled")
        self._right(goscore.bucketize(v, v[:1] + 9.5), (v > v[0] + 9.5) * 1, "bucketize")

    def _right(self, got: Any, wanted: Any, name: str) -> None:
        self._trials.check(np.array_equal(got, wanted), f"{name}: a wrong result")

    def sigint(self) -> bool:
        """Stop them."""
        worker = notebook.worker_pid()
        try:
            signal.setitimer(signal.ITIMER_REAL, 1e-5 + LONGEST * self._trials.random.random())
            while True:
                self.one()
        except KeyboardInterrupt:
            pass
        self.one()
        self._trials.check(notebook.worker_pid() == worker, "the worker was ended")
        return True

    def program_killed(self) -> bool:
        """Kill their program."""
        return self._killed(notebook.program_pids)

    def worker_killed(self) -> bool:
        """Kill the worker."""
        return self._killed(lambda: [notebook.worker_pid()])

    def _killed(self, victims: Callable[[], list[int]]) -> bool:
        pids, wait = victims(), LONGEST * self._trials.random.random()
        done = threading.Event()

        def kill() -> None:
            time.sleep(wait)
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            done.set()

        threading.Thread(target=kill).start()
        hit = False
        while not done.is_set():
            hit |= self._may_die()
        return hit | self._may_die()

    def _may_die(self) -> bool:
        """Make two calls, one of which may say that what ran it has died."""
        try:
            self.one()
        except DIED:
            return True
        return False

    def fork(self) -> bool:
        """Call here and in a child at once."""
        child = os.fork()
        if not child:
            code = 1
            try:
                lost = self._trials.lost
                for _ in range(3):
                    self.one()
                code = int(self._trials.lost > lost)
                goscore._worker.current._close()
            finally:
                os._exit(code)
        for _ in range(10):
            self.one()
        _, status = os.waitpid(child, 0)
        self._trials.check(status == 0, f"the child ended with status {status}")
        return True

    def threads(self) -> bool:
        """Call from several threads."""
        failed: list[BaseException] = []

        def work() -> None:
            try:
                for _ in range(10):
                    self.one()
            except BaseException as error:
                failed.append(error)

        made = [threading.Thread(target=work) for _ in range(THREADS)]
        for thread in made:
            thread.start()
        for thread in made:
            thread.join()
        if failed:
            raise failed[0]
        return True
