"""However Python stops waiting for a run, the run ends, and the next one is as good as ever."""

import gc
import io
import os
import signal
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest

import goscore
from goscore._run import cell
from goscore._worker import current
from goscore._worker import worker as worker_module

from ..declared import functions
from ..started import until


class Enough(Exception):
    pass


@pytest.fixture(autouse=True, scope="module")
def alone():
    """Start a worker without the programs of other tests, some of which wait for half a minute."""
    goscore.restart()


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """However busy this machine is, a run that is stopped has the time to end by itself."""
    monkeypatch.setattr(worker_module, "_PATIENCE", 20.0)


def programs():
    """Return the process numbers of programs that compute."""
    pid = current.worker().process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    threads = Path(f"/proc/{pid}/task").iterdir()
    found = {child for thread in threads for child in (thread / "children").read_text().split()}
    return found | set(children)


def check_next(before):
    """Check that no program runs, and that this thread's channel can be used."""
    if sys.platform == "linux":
        until(lambda: not programs())
    assert cell.run("v := []int{1, 2}; v[1]", []).value == 2
    assert current.worker().process.pid == before


def test_another_signal():
    """The exception of a signal's handler stops the run, and is raised."""

    def handler(*_):
        raise Enough

    cell.run("1", [])
    before = current.worker().process.pid
    old = signal.signal(signal.SIGALRM, handler)
    try:
        for code in (
            "for {\n}",
            "time.Sleep(time.Hour)",
            "for { fmt.Println(1); time.Sleep(1e8) }",
        ):
            signal.setitimer(signal.ITIMER_REAL, 1.0)
            with pytest.raises(Enough):
                cell.run(code, [])
            check_next(before)
    finally:
        signal.signal(signal.SIGALRM, old)


class Spoilt(io.StringIO):
    def __init__(self, error):
        super().__init__()
        self.error = error

    def write(self, text):
        raise self.error


@pytest.mark.parametrize(
    "error", [BrokenPipeError(32, "broken"), ValueError("closed"), SystemExit()]
)
def test_output_that_cannot_be_written(monkeypatch, error):
    """The exception of the stream stops the run, and is raised."""
    cell.run("1", [])
    before = current.worker().process.pid
    for stream in ("stdout", "stderr"):
        with monkeypatch.context() as patch:
            patch.setattr(sys, stream, Spoilt(error))
            with pytest.raises(type(error)):
                cell.run(f"for {{ fmt.Fprintln(os.{stream.title()}, 1) }}", [])
        check_next(before)


def test_ascii_terminal(monkeypatch):
    """A terminal shows what it can of a text, and the run goes on."""
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, "ascii"))
    assert cell.run('fmt.Println("naïve 日"); 3', []).value == 3
    assert out.getvalue() == b"na\\xefve \\u65e5\n"


def test_closed_pipe():
    """A pipe that nobody reads ends Python as it always does, and its program with it."""
    code = (
        "from goscore._run.cell import run\n"
        "try: run('for { fmt.Println(1) }', [])\n"
        "except BrokenPipeError: pass\n"
        "import os, sys\n"
        "sys.stderr.write(str(run('2', []).value)); sys.stderr.flush(); os._exit(0)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b"2"
    process.stderr.close()
    assert process.wait(60) == 0


def test_threads_that_end():
    """The sockets of a thread that has ended are the next one's, and none is left to be collected."""
    double = functions("func Double(x float64) float64 { return 2 * x }").Double
    results = []
    goscore.restart()
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        for number in range(6):
            thread = threading.Thread(target=lambda at=number: results.append(double(at)))
            thread.start()
            thread.join()
        gc.collect()
        channels = len(current.worker()._channels)
        many = [threading.Thread(target=goscore.score_series, args=([1.0],)) for _ in range(8)]
        for thread in many:
            thread.start()
        for thread in many:
            thread.join()
        goscore.restart()
        gc.collect()
    assert results == [2.0 * number for number in range(6)] and channels <= 2
    assert not [one.message for one in seen if issubclass(one.category, ResourceWarning)]


def test_a_run_within_a_run(monkeypatch):
    """What is called while a cell prints may run cells, on one more channel for all of them."""
    inner = []

    class Calls(io.StringIO):
        def write(self, text):
            inner.append(goscore.score_series([2.0]))
            return len(text)

    goscore.restart()
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        for _ in range(4):
            with monkeypatch.context() as patch:
                patch.setattr(sys, "stdout", Calls())
                assert cell.run("fmt.Println(1); 5", []).value == 5
        gc.collect()
        assert inner and set(map(tuple, inner)) == {(2.0,)}
        assert len(current.worker()._channels) == 2
    assert not [one.message for one in seen if issubclass(one.category, ResourceWarning)]


def test_threads_of_polars():
    """Threads that are Python's for a call only share a few channels."""
    import polars as pl

    double = functions("func Double(x float64) float64 { return 2 * x }").Double
    goscore.restart()
    frame = pl.DataFrame({"v": [1.0, 2.0]}).lazy()
    twice = [
        pl.col("v").map_batches(lambda v: double(v), return_dtype=pl.Float64).alias(f"c{at}")
        for at in range(8)
    ]
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        for _ in range(5):
            assert frame.select(twice).collect().sum_horizontal().to_list() == [16.0, 32.0]
        gc.collect()
    assert len(current.worker()._channels) <= (os.cpu_count() or 1) + 2
    assert not [one.message for one in seen if issubclass(one.category, ResourceWarning)]


def test_a_reply_that_is_no_json(monkeypatch):
    """A signed reply that cannot be read is an error at once, and the channel goes on."""
    from goscore._worker import messages

    load = messages.json.loads
    for text in ("{", "[]", "[" * 100_000, '{"n": ' + "9" * 5000 + "}"):
        spoilt = []

        def loads(part, text=text, spoilt=spoilt):
            if '"execution_count"' in part and not spoilt:
                spoilt.append(part)
                part = text
            return load(part)

        with monkeypatch.context() as patch:
            patch.setattr(messages.json, "loads", loads)
            with pytest.raises(goscore.GoscoreError, match="read a message of the worker"):
                cell.run("v := []int{1}; v[0]", [])
        assert spoilt and cell.run("v := []int{1}; v[0]", []).value == 1
