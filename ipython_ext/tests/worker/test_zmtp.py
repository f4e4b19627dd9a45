"""Exported packages' own sockets: as pyzmq's, which they are tried against."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pytest
import zmq

import goscore
from goscore import ArgumentTypeError, WorkerDiedError
from goscore._worker import channel, current, zmtp

from ..conftest import stop_worker
from ..declared import functions
from ..started import HANG

SIZES = (0, 1, 255, 256, 70_000, 300_000)


@pytest.fixture
def bind(tmp_path):
    """Give a function that binds a socket of pyzmq, and returns it with its address."""
    sockets = []

    def bind(kind, name="s"):
        made = zmq.Context.instance().socket(kind)
        sockets.append(made)
        made.linger, made.rcvtimeo = 0, HANG * 1000  # ms
        address = f"ipc://{os.path.relpath(tmp_path / name)}"
        made.bind(address)
        return made, address

    yield bind
    for one in sockets:
        one.close()


@pytest.fixture
def without_pyzmq(monkeypatch):
    """Reach the worker as an exported package does."""
    stop_worker()
    monkeypatch.setattr(channel, "Socket", zmtp.Socket)
    monkeypatch.setattr(channel, "Arrivals", zmtp.Arrivals)
    yield
    assert isinstance(current.worker().channel()._shell, zmtp.Socket)
    stop_worker()


def arrived(socket):
    """Wait for a message."""
    assert zmtp.Arrivals(socket).wait(HANG) == [socket]
    return socket.receive()


def test_frames_arrive(bind):
    """Frames of any size go both ways, as one message, and the identity is known."""
    router, address = bind(zmq.ROUTER)
    dealer = zmtp.Socket("DEALER", address, b"me")
    chance = random.Random(1)
    messages = [[chance.randbytes(size)] for size in SIZES]
    messages += [[chance.randbytes(chance.choice(SIZES)) for _ in range(20)] for _ in range(5)]
    messages += [[memoryview(np.arange(100_000)), b"", pa.py_buffer(b"abc")]]
    for frames in messages:
        dealer.send(frames)
        identity, *came = router.recv_multipart()
        assert identity == b"me" and came == [bytes(frame) for frame in frames]
        router.send_multipart([identity, *came])
        back = []
        while not back:
            back = arrived(dealer) or []
        assert [bytes(frame) for frame in back] == came
    assert dealer.receive() is None and not dealer.holds
    dealer.close()


def test_messages_are_told_apart(bind):
    """What came in one piece is several messages, and none waits for another."""
    router, address = bind(zmq.ROUTER)
    dealer = zmtp.Socket("DEALER", address)
    dealer.send([b"hello"])
    identity, _ = router.recv_multipart()
    for number in range(1000):
        router.send_multipart([identity, b"", b"%d" % number])
    came = []
    while len(came) < 1000:
        assert zmtp.Arrivals(dealer).wait(HANG)
        while (frames := dealer.receive()) is not None:
            came.append(frames)
    assert came == [[b"", b"%d" % number] for number in range(1000)]


def test_nobody_is_there_yet(bind, tmp_path):
    """What is sent meanwhile arrives later, in its order; waiting ends when its time is over."""
    dealer = zmtp.Socket("DEALER", f"ipc://{os.path.relpath(tmp_path / 's')}")
    arrivals = zmtp.Arrivals(dealer)
    dealer.send([b"first"])
    dealer.send([b"second", b"half"])
    assert arrivals.wait(0.05) == [] and dealer.receive() is None
    router, _ = bind(zmq.ROUTER)
    assert arrivals.wait(0.1) == []
    dealer.send([b"third"])
    came = [router.recv_multipart() for _ in range(3)]
    assert [frames for _, *frames in came] == [[b"first"], [b"second", b"half"], [b"third"]]
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(arrivals.wait, HANG)
        assert not waiting.done()
        router.send_multipart([came[0][0], b"at last"])
        assert waiting.result() == [dealer] and dealer.receive() == [b"at last"]


def test_topics(bind):
    """A subscriber gets everything, until it wants less."""
    publisher, address = bind(zmq.XPUB)
    subscriber = zmtp.Socket("SUB", address)
    assert not subscriber.receive() and not zmtp.Arrivals(subscriber).wait(0.1)
    assert publisher.recv() == b"\1"
    publisher.send_multipart([b"any", b"1"])
    assert arrived(subscriber) == [b"any", b"1"]
    subscriber.subscribe("own.")
    subscriber.unsubscribe("")
    assert [publisher.recv(), publisher.recv()] == [b"\1own.", b"\0"]
    publisher.send_multipart([b"any", b"2"])
    publisher.send_multipart([b"own.x", b"3"])
    assert arrived(subscriber) == [b"own.x", b"3"]


def test_the_other_side_goes(bind):
    """Nothing arrives any more, nothing is raised, and who comes next is connected to."""
    router, address = bind(zmq.ROUTER)
    dealer = zmtp.Socket("DEALER", address)
    dealer.send([b"hello"])
    router.send_multipart([router.recv_multipart()[0], b"\xff" * 5])
    assert arrived(dealer) == [b"\xff" * 5]
    router.close()
    assert not zmtp.Arrivals(dealer).wait(0.1) or dealer.receive() is None
    for _ in range(3):
        dealer.send([b"lost, or late"])
    router, _ = bind(zmq.ROUTER)
    dealer.send([b"again"])
    while (came := router.recv_multipart())[1] != b"again":
        pass
    router.send_multipart([came[0], b"well"])
    assert arrived(dealer) == [b"well"]


def test_only_ipc():
    """A worker elsewhere is not for exported packages."""
    with pytest.raises(ValueError, match="without pyzmq only a worker"):
        zmtp.Socket("DEALER", "tcp://1.2.3.4:5")


def test_calls(without_pyzmq, capsys):
    """Calls give what they give, with their output, their errors and data in their messages."""
    made = functions("""
func Say(x float64) float64 { fmt.Println("said", x); return 2 * x }
func Parse(s string) (int, error) { return strconv.Atoi(s) }
""")
    capsys.readouterr()
    assert made.Say(3) == 6 and capsys.readouterr().out == "said 3\n"
    with pytest.raises(goscore.GoError, match="row 1"):
        made.Parse(["1", "x"])
    with pytest.raises(ArgumentTypeError):
        made.Say("x")
    assert goscore.score(np.full(10**6, 4.0)) == 8e6
    current.worker().allocator = None  # as where no memory can be shared
    current.worker().reaches = False
    big = np.random.default_rng(1).normal(size=10**6)
    assert np.array_equal(made.Say(big[:3]), 2 * big[:3])
    assert np.array_equal(goscore.score_series(big), goscore.score_series(list(big)))


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs setitimer")
@pytest.mark.timeout(method="thread")
def test_interrupts(without_pyzmq, monkeypatch):
    """An interrupt anywhere breaks no later call; Python itself swallows those that meet a finalizer."""
    swallowed = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: swallowed.append(args.exc_type))
    endless = functions("func Endless(x float64) float64 { for { } }").Endless
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    chance = random.Random(2)
    stopped = 0
    try:
        for number in range(300):
            try:
                signal.setitimer(signal.ITIMER_REAL, 1e-6 + 4e-3 * chance.random())
                for _ in range(3):
                    goscore.score([float(number)])
                if not number % 30:
                    endless([1.0])
                time.sleep(4e-3)
            except KeyboardInterrupt:
                stopped += 1
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            assert goscore.score([4.0]) == 8.0
    finally:
        signal.signal(signal.SIGALRM, before)
    assert stopped + swallowed.count(KeyboardInterrupt) == 300
    assert set(swallowed) <= {KeyboardInterrupt}


def test_death(without_pyzmq):
    """A worker that is killed in mid-call is told, and the next call has another."""
    endless = functions("func Endless(x float64) float64 { for { } }").Endless
    process = current.worker().process
    threading.Timer(0.3, process.kill).start()
    with pytest.raises(WorkerDiedError, match="SIGKILL"):
        endless([1.0])
    assert goscore.score([4.0]) == 8.0 and current.worker().process.pid != process.pid
