"""Built-in functions on large columns: Ctrl-C and a timeout end them early, and the worker goes on."""

import contextlib
import signal

import numpy as np
import polars as pl
import psutil
import pytest

import goscore
from goscore import GoTimeoutError
from goscore._run import execute
from goscore._run import progress as progress_module
from goscore._worker import current
from goscore._worker import worker as worker_module

from ..started import HANG

N = 12_000_000


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Wait for the run's own end: a worker that does not listen must show, not be replaced."""
    monkeypatch.setattr(worker_module, "_PATIENCE", HANG)


@pytest.fixture(scope="module")
def frame():
    """Give columns on which each function has more than a moment to work."""
    spread = np.arange(N) * 7919 % N
    texts = pl.Series("s", spread).cast(pl.String)
    return pl.DataFrame({"v": spread * 0.5, "k": spread, "s": texts, "day": ["2026-03-01"] * N})


CALLS = {
    "score_series": lambda f: goscore.score_series(f["v"], by=f["s"], threads=1),
    "score": lambda f: goscore.score(f["v"], by=f["s"]),
    "weighted_mean": lambda f: goscore.weighted_mean(f["v"], f["v"], by=[f["k"], f["day"]]),
    "ewma": lambda f: goscore.ewma(f["v"], 0.3, by=f["s"], threads=1),
    "zscore": lambda f: goscore.zscore(f["v"], by=f["k"] // 3, threads=1),
    "rolling": lambda f: goscore.rolling(f["v"], 5, by=f["k"] // 7, threads=1),
    "bucketize": lambda f: goscore.bucketize(f["v"], np.arange(100_000) * 60.0, threads=1),
    "hash_encode": lambda f: goscore.hash_encode(f["s"], 1000, threads=1),
    "parse_number": lambda f: goscore.parse_number(f["s"], threads=1),
    "parse_timestamp": lambda f: goscore.parse_timestamp(f["day"], "%Y-%m-%d", threads=1),
    "matches": lambda f: goscore.validate(f, {"s": ("matches", "[0-9]*")}, threads=1),
    "unique": lambda f: goscore.validate(f, {"s": "unique"}),
}
QUICK = {"bucketize", "hash_encode", "parse_number", "parse_timestamp", "matches"}
UNCOUNTED = {"unique"}  # its rows are one step, which nobody counts


@pytest.fixture
def counts(monkeypatch):
    """Give the counts of rows that are done, of the runs of a test."""
    made = []

    class Counted(progress_module.Progress):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            made.append(self)

    monkeypatch.setattr(execute, "Progress", Counted)
    return made


def most(run):
    """Return how many rows a run that is stopped must not have come to."""
    return 0.9 * run._rows


@contextlib.contextmanager
def stopping(counts, name=None, frame=None):
    """Hold that the block's last run ends before it came to most of its rows."""
    if name in UNCOUNTED:
        before = worked()
        CALLS[name](frame.head(N // 8))
        eighth, before = worked() - before, worked()
        yield
        assert worked() - before < 4 * eighth
    else:
        yield
        assert counts[-1]._done[0] < most(counts[-1])


def worked():
    """Return for how many seconds the worker's threads have run, all together."""
    times = psutil.Process(current.worker().process.pid).cpu_times()
    return times.user + times.system


def works(worker):
    """Hold that the same worker gives the right result to the next call."""
    assert goscore.score([4.0]) == 8.0
    assert goscore.rolling(np.arange(5.0), 2, "sum").tolist()[1:] == [1.0, 3.0, 5.0, 7.0]
    assert current.worker().process.pid == worker


@pytest.mark.parametrize("name", sorted({*CALLS} - UNCOUNTED))
def test_rows_are_counted(frame, name, counts):
    """A call that comes to its end has counted each of its rows, however short it is."""
    CALLS[name](frame.head(1000))
    assert counts[-1]._done[0] == 1000


@pytest.mark.parametrize("name", CALLS)
def test_interrupt(frame, name, monkeypatch, counts):
    """A SIGINT while Python waits ends the call before its last row, not the worker."""
    goscore.score([1.0])
    worker, sent = current.worker().process.pid, []
    tick = progress_module.Progress.tick

    def interrupting(progress):
        tick(progress)
        if not sent:
            sent.append(progress)
            signal.raise_signal(signal.SIGINT)

    with stopping(counts, name, frame), monkeypatch.context() as patched:
        patched.setattr(progress_module.Progress, "tick", interrupting)
        with pytest.raises(KeyboardInterrupt):
            CALLS[name](frame)
    works(worker)


@pytest.mark.parametrize("name", CALLS)
def test_timeout(frame, name, counts):
    """A call that takes longer than its timeout ends before its last row, and the worker goes on."""
    goscore.score([1.0])
    worker, limit = current.worker().process.pid, 0.05

    def timed(function):
        def call(*args, **how):
            return function(*args, **{**how, "timeout": limit})

        return call

    with stopping(counts, name, frame), pytest.MonkeyPatch.context() as patched:
        for one in ("validate", *CALLS):
            if hasattr(goscore, one):
                patched.setattr(goscore, one, timed(getattr(goscore, one)))
        with pytest.raises(GoTimeoutError, match=r"within its timeout of 0\.05 seconds"):
            CALLS[name](frame)
    works(worker)


def test_timeout_of_a_cell(frame, run, counts):
    """--timeout ends a built-in function in a cell before its last row, and the worker goes on."""
    worker = current.worker().process.pid
    with stopping(counts), pytest.raises(GoTimeoutError):
        run("%%goscore -i f -j 1 --timeout 0.01\ngoscore.Rolling(f.v, 1000, `mean`, 10)", f=frame)
    works(worker)


def test_cell(frame, run, monkeypatch, counts):
    """A cell of built-in functions stops between its blocks of rows, too."""
    worker, sent = current.worker().process.pid, []

    def interrupting(progress):
        if progress._rows and not sent:  # not that of a question which goes before
            sent.append(progress)
            signal.raise_signal(signal.SIGINT)

    cell = "%%goscore -i f -j 1\na := goscore.HashEncode(f.s, 1000)\nb := goscore.Ewma(f.v, 0.1)\n"
    with stopping(counts), monkeypatch.context() as patched:
        patched.setattr(progress_module.Progress, "tick", interrupting)
        with pytest.raises(KeyboardInterrupt):
            run(cell + "goscore.WeightedSum(a, b)\n", f=frame)
    assert goscore.last is None or goscore.last.where == "worker"
    works(worker)
