"""Built-in functions on lanes: the same results and errors as through the channels, whatever happens meanwhile."""

import os
import signal
import sys
import threading

import numpy as np
import pandas as pd
import polars as pl
import pytest

import goscore
from goscore._run import on_lane as going
from goscore._worker import current
from goscore._worker import worker as worker_module

from ..run.test_small import on_lane, same, through_worker
from ..started import HANG

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has lanes")

V = np.array([0.5, 1.5, -2.0, 3.0, 8.0, 1.0])
KEYS = np.array([1, 2, 1, 2, 1, 1])
TEXTS = ["1,5", "2", "", "-3,25", "x", "1.000"]
DAYS = ["2026-03-01", "2026-03-29 02:30", None, "2026-10-25 02:30", "no", "20260301T1230"]
CALLS = {
    "score_series": lambda of: goscore.score_series(of(V)),
    "score_series of groups": lambda of: goscore.score_series(of(V), by=of(KEYS)),
    "score": lambda of: goscore.score(of(V)),
    "score of groups": lambda of: goscore.score(of(V), by=[of(KEYS), of(TEXTS)]),
    "weighted_sum": lambda of: goscore.weighted_sum(of(V), of(KEYS)),
    "weighted_mean": lambda of: goscore.weighted_mean(of(V), of(KEYS)),
    "ewma": lambda of: goscore.ewma(of(V), 0.5),
    "zscore": lambda of: goscore.zscore(of(V), by=of(TEXTS)),
    "rolling": lambda of: goscore.rolling(of(V), 3, "max"),
    "bucketize": lambda of: goscore.bucketize(of(V), [0, 1, 2.5]),
    "hash_encode": lambda of: goscore.hash_encode(of(TEXTS), 10),
    "parse_number": lambda of: goscore.parse_number(of(TEXTS), decimal=",", errors="coerce"),
    "reported": lambda of: goscore.parse_number(
        of(TEXTS), decimal=",", thousands=".", errors="report"
    ),
    "parse_timestamp": lambda of: goscore.parse_timestamp(
        of(DAYS), tz="Europe/Paris", errors="coerce"
    ),
    "one text": lambda of: goscore.parse_number("1,5", decimal=","),
    "no rows": lambda of: goscore.zscore(of(V)[:0]),
    "threads": lambda of: goscore.score(of(V), threads=3),
    "rules": lambda of: goscore.validate(
        pl.DataFrame({"v": V, "s": TEXTS}),
        {"v": ["required", ("between", 0, 3)], "s": ["unique", ("matches", "[0-9,-]*")]},
    ),
}
LIBRARIES = {
    "numpy": lambda v: v if isinstance(v, np.ndarray) else np.array(v, object),
    "pandas": lambda v: pd.Series(v, index=range(10, 10 + len(v)), name="col"),
    "polars": lambda v: pl.Series("col", v),
}


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Wait for the call's own end: a worker that does not listen must show, not be replaced."""
    monkeypatch.setattr(worker_module, "_PATIENCE", HANG)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("name", CALLS)
def test_calls(monkeypatch, name, library):
    """Every function gives what it gives through the channels, and as good a receipt."""
    call = lambda: CALLS[name](LIBRARIES[library])  # noqa: E731
    wanted = through_worker(call)
    ordinary = goscore.last
    assert same(on_lane(monkeypatch, call), wanted)
    for part in ("rows", "cores", "bytes_in", "bytes_out", "where", "converted", "cached"):
        assert getattr(goscore.last, part) == getattr(ordinary, part), part
    assert goscore.last.run > 0 and goscore.last.total >= goscore.last.run


ERRORS = {
    "missing": lambda bad: goscore.score(pl.Series([1.0, None if bad else 2.0])),
    "failed rows": lambda bad: goscore.parse_number(["1", "x" if bad else "2"]),
    "range": lambda bad: goscore.ewma(V, 3.0 if bad else 0.5),
    "lengths": lambda bad: goscore.weighted_mean(V, V[: 2 if bad else 6]),
    "pattern": lambda bad: goscore.validate(
        pl.DataFrame({"s": TEXTS}), {"s": ("matches", "(" if bad else "a")}
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(monkeypatch, name):
    """An error has the words that it has through the channels, and the next call is as good as ever."""
    call = ERRORS[name]
    with pytest.raises(goscore.GoscoreError) as wanted:
        through_worker(lambda: call(True))
    for _ in range(2):
        on_lane(monkeypatch, lambda: call(False), 1)
        with pytest.raises(type(wanted.value)) as found:
            call(True)
        assert str(found.value) == str(wanted.value)
    call(False)


def matches(pattern="a", rows=2000, **options):
    """Look for rows that do not match a pattern."""
    rules = {"s": ("matches", pattern)}
    return goscore.validate(pl.DataFrame({"s": ["a"] * rows}), rules, threads=1, **options)


SLOW = "(?:a?){1000}" * 30  # has so many states that a row takes a millisecond


def test_timeout(monkeypatch):
    """A call on a lane ends with its timeout, as through the channels."""
    on_lane(monkeypatch, matches, 1)
    pid = current.worker().process.pid
    with pytest.raises(goscore.GoTimeoutError):
        matches(SLOW, timeout=0.3)
    assert len(matches()) == 0 and current.worker().process.pid == pid


@pytest.mark.parametrize("seconds", [0.01, 0.3])
def test_interrupt(monkeypatch, seconds):
    """Stop ends a call on a lane, and neither the worker nor the next call."""
    on_lane(monkeypatch, matches, 1)
    pid = current.worker().process.pid
    old = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            signal.setitimer(signal.ITIMER_REAL, seconds)
            matches(SLOW)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
    assert len(matches()) == 0 and current.worker().process.pid == pid


def test_long_call(monkeypatch):
    """A call that takes longer than a moment is joined, and its results come on the lane."""
    on_lane(monkeypatch, matches, 1)
    joined = []
    join = going._join
    monkeypatch.setattr(going, "_join", lambda *given: joined.append(join(*given)) or joined[-1])
    assert len(matches(SLOW, 300)) == 0
    assert [received.undone for received in joined] == [False]


def test_memory(monkeypatch):
    """A call on a lane has the memory that any call has."""
    with monkeypatch.context() as patch:
        patch.setenv("GOSCORE_MEMORY", "256MiB")
        goscore.restart()
        few = [str(n) for n in range(9)]
        on_lane(monkeypatch, lambda: goscore.hash_encode(few, 10), 1)
        assert len(goscore.hash_encode(few * 200, 10)) == 1800
    goscore.restart()


def test_worker_killed(monkeypatch):
    """With the worker its lanes end, before a call and in the middle of one."""
    on_lane(monkeypatch, matches, 1)
    pid = current.worker().process.pid
    threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(goscore.WorkerDiedError):
        matches(SLOW)
    assert len(matches()) == 0 and current.worker().process.pid != pid


def test_fork(monkeypatch):
    """A forked child has lanes of its own, and its parent's go on."""
    wanted = on_lane(monkeypatch, lambda: goscore.zscore(V))
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            fine = all((goscore.zscore(V) == wanted).all() for _ in range(5))
            os.write(write, b"ok" if fine else b"no")
            current.worker().close()
        finally:
            os._exit(0)
    os.close(write)
    for _ in range(5):
        assert (goscore.zscore(V) == wanted).all()
    with os.fdopen(read) as pipe:
        assert pipe.read() == "ok"
    os.waitpid(child, 0)
    assert (goscore.zscore(V) == wanted).all()


def test_threads(monkeypatch):
    """Threads that call at once never get each other's results."""
    on_lane(monkeypatch, lambda: goscore.bucketize(V, [0.0]))
    wrong, calls = [], []

    def work(offset):
        for number in range(100):
            edges = np.arange(number + offset, dtype=float)
            if (goscore.bucketize(np.array([1e9]), edges) != len(edges)).any():
                wrong.append(offset)
        calls.append(offset)

    threads = [threading.Thread(target=work, args=(offset,)) for offset in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and len(calls) == 6


def test_lanes_are_few(monkeypatch):
    """However many kinds of calls take turns, each goes on a lane."""
    for threads in range(1, 30):
        on_lane(monkeypatch, lambda threads=threads: goscore.score(V, threads=threads), 1)
