"""An interrupt between any two steps of Python: no lock stays taken."""

import gc
import os
import random
import signal
import sys
import threading
import time

import numpy as np
import pytest

import goscore
from goscore._memory.allocator import Allocator
from goscore._memory.segments import Mapping
from goscore._worker import channel as channel_module
from goscore._worker import current, directory, sockets

pytestmark = [
    # Told by a thread, since these tests take the alarm that would tell it.
    pytest.mark.timeout(method="thread"),
    pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs setitimer"),
    # Python prints, and does not raise, what interrupts a finalizer.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True, scope="module")
def afterwards():
    """Leave a fresh worker: an interrupt may have cost one a range of its segment."""
    yield
    gc.collect()  # tracebacks, and the shared columns in them
    goscore.restart()


@pytest.fixture
def stopped():
    """Give a function that runs another one and interrupts it, early or late."""
    chance = random.Random(1)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)

    def run(work, seconds):
        try:
            signal.setitimer(signal.ITIMER_REAL, 1e-6 + seconds * chance.random())
            work()
            time.sleep(seconds)
        except KeyboardInterrupt:
            pass
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    yield run
    signal.signal(signal.SIGALRM, before)


def test_ranges_come_back(stopped):
    """The segment's allocator can be used after an interrupt anywhere in it."""
    allocator = Allocator(Mapping("goscore-test", writable=True))

    def work():
        for _ in range(20):
            allocator.release(*allocator.take(100))

    for _ in range(1000):
        stopped(work, 2e-4)
        assert not allocator._lock.locked()


def test_channel_comes_back(stopped):
    """A thread can call after an interrupt anywhere in a call, however its traceback is kept."""
    shared = goscore.share(np.ones(200_000))
    tracebacks = []

    def work():
        try:
            for _ in range(3):
                goscore.score_series(shared)
        except KeyboardInterrupt as error:
            tracebacks.append(error)  # as IPython keeps it, and with it every frame
            raise

    for _ in range(200):
        stopped(work, 4e-3)
        assert goscore.score([4.0]) == 8.0
    assert tracebacks


def test_end_comes_through(stopped):
    """The worker's end is seen after an interrupt anywhere in a look whether it has ended."""
    worker = current.worker()

    def work():
        for _ in range(20):
            assert not worker.ended

    for _ in range(1000):
        stopped(work, 2e-4)
    worker.process.kill()
    assert worker.process.wait(10) == -signal.SIGKILL and worker.ended
    assert goscore.score([4.0]) == 8.0


@pytest.mark.parametrize("sent", [False, True])
def test_interrupt_of_nothing(sent):
    """An interrupt before a request is sent, or after its reply is read, ends no worker."""
    worker = current.worker()
    channel = worker.channel()
    with channel.lock:
        message = channel.message("goscore_release_request", {"offsets": []})
        if sent:
            channel.send(message)
            assert channel.wait(message["header"]["msg_id"]) is not None
        worker.interrupt(channel, message["header"]["msg_id"])
    assert not worker.ended and channel.usable
    assert goscore.score([4.0]) == 8.0 and current.worker() is worker


def test_interrupt_of_sending():
    """An interrupt at any step of sending a request costs the channel at most, not the worker."""
    worker = current.worker()
    rooms = {channel_module.__file__, sockets.__file__}
    for steps in range(1000):
        left, channel = [steps], worker.channel()

        def interrupt(frame, event, _, left=left):
            if frame.f_code.co_filename in rooms and frame.f_code.co_name == "send":
                left[0] -= 1
                if left[0] < 0:
                    sys.settrace(None)
                    raise KeyboardInterrupt
            return interrupt

        with channel.lock:
            message = channel.message("goscore_release_request", {"offsets": []})
            old = sys.gettrace()
            sys.settrace(interrupt)
            try:
                channel.send(message)
            except KeyboardInterrupt:
                sys.settrace(old)
                worker.interrupt(channel, message["header"]["msg_id"])
            else:
                break
            finally:
                sys.settrace(old)
        assert not worker.ended and goscore.score([4.0]) == 8.0
    assert steps > 5 and goscore.score([4.0]) == 8.0 and current.worker() is worker


def test_interrupt_of_a_restart(monkeypatch):
    """A worker whose end was cut off is ended by the next call; no descriptor is closed twice."""
    goscore.score([4.0])
    close, left = os.close, [2]

    def interrupted(fd):
        close(fd)
        finalizer = sys._getframe(1).f_code is directory._close.__code__
        if left[0] and not finalizer:  # Python swallows what a finalizer raises
            left[0] -= 1
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "close", interrupted)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            goscore.restart()
    assert goscore.score([4.0]) == 8.0


def test_others_are_left_alone():
    """A thread that drains others' channels waits for none of them."""
    worker = current.worker()
    channel = worker.channel()
    done = threading.Event()

    def other():
        goscore.score([1.0])
        worker._runs = -1
        worker.drain_others()
        done.set()

    with channel.lock:
        threading.Thread(target=other, daemon=True).start()
        assert done.wait(10)
