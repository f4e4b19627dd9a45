"""Small calls on lanes: the same results and errors as through the worker, whatever happens meanwhile."""

import os
import signal
import socket
import struct
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import goscore
from goscore._run import on_lane as on_lane_module
from goscore._run import program, small
from goscore._worker import current, lanes
from goscore._worker import worker as worker_module

from ..declared import functions
from ..started import HANG

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has lanes")

CODE = """
func Float(x float64) float64 { return x*2 + 1 }
func Single(x float32) float32 { return x * 2 }
func Int(x int64) int64 { return x*3 - 1 }
func Byte(x uint8) int { return int(x) + 1 }
func Flag(b bool) bool { return !b }
func Text(s string) string { return strings.ToUpper(s) + "é" }
func Long(s string) int { return len(s) }
func Later(t time.Time) time.Time { return t.Add(time.Hour) }
func Twice(d time.Duration) time.Duration { return 2 * d }
func Opt(x *float64) *float64 { if x == nil { v := -1.0; return &v }; if *x > 2 { return nil }; return x }
func Two(x, y float64) (float64, string) { return x - y, fmt.Sprint(x > y) }
func Checked(x float64) (float64, error) { if x < 0 { return 0, fmt.Errorf("%v is less than 0", x) }; return math.Sqrt(x), nil }
func Index(x int) int { return []int{1, 2, 3}[x] }
type R struct { X float64; S string }
func Row(r R) R { return R{r.X + 1, r.S + "!"} }
func Spread(v []float64) float64 { return slices.Max(v) - slices.Min(v) }
func Sorted(v []float64) []float64 { slices.Sort(v); return v }
func Words(v []string) map[string]int { m := map[string]int{}; for _, s := range v { m[s]++ }; return m }
func Many(n int) []float64 { v := make([]float64, n); for i := range v { v[i] = float64(i) }; return v }
func Lists(v []float64) [][]float64 { return [][]float64{v, v[:1]} }
//goscore:scan
func Decay(prev, v float64) float64 { return prev*0.9 + v }
func Slept(ms float64) float64 { time.Sleep(time.Duration(ms * 1e6)); return ms }
func Spun(x float64) float64 { for { x = math.Sin(x) }; return x }
func Said(x float64) float64 { if x > 0 { fmt.Println("said", x); fmt.Fprintln(os.Stderr, "err", x) }; return x }
func Much(n int) int { fmt.Print(strings.Repeat("x", n)); return n }
func Quit(x int) int { if x > 0 { os.Exit(x) }; return x }
func Die(x int) int { if x > 0 { syscall.Kill(os.Getpid(), syscall.SIGKILL) }; return x }
func Fatal(x int) int { if x > 0 { m := map[int]int{}; go func() { for { m[1]++ } }(); for { m[2]++ } }; return x }
func Grab(n int) int { v := make([][]byte, 0); for i := range n { b := make([]byte, 1<<20); for j := range b { b[j] = byte(i) }; v = append(v, b) }; return len(v) }
func Where(x int) string { d, _ := os.Getwd(); return d + os.Getenv("GOSCORE_TRIED") }
func Cores(x int) int { return runtime.GOMAXPROCS(0) }
func Pid(x int) int { return os.Getpid() }
var digits = regexp.MustCompile(`[0-9]+`)
var prices = map[string]float64{"a": 1.5, "xyz": 2}
var factors []float64
func init() { factors = append(factors, 2, 3) }
var calls int
var shared sync.Map
var number atomic.Int64
func Found(s string) string { return digits.FindString(s) }
func Priced(s string) float64 { return prices[s] * factors[1] }
func Counted(x int) int { calls++; return calls }
func Shared(x int) int { shared.LoadOrStore(x, 0); n := 0; shared.Range(func(any, any) bool { n++; return true }); return n }
func Atomic(x int) int { number.Add(1); return x }
func Number(x int) int { Atomic(x); return int(number.Load()) }
func Looked(s string, costs map[string]float64) float64 { return costs[s] }
//goscore:table weights
func Weighted(x float64, weights []float64) float64 { n := 0.0; for _, w := range weights { n += w * x }; return n }
//goscore:table weights
func Written(x float64, weights []float64) float64 { weights[0]++; return x }
func Move(x int) int { os.Chdir("/"); return x }
"""
X = np.array([0.5, 1.5, 2.5, -3.0, 4.0])
TEXTS = ["a", "", "xyz", "日本", "a" * 40]
TIMES = np.array(
    ["2024-01-01", "1969-12-31T23:59:59", "2100-02-03", "1999-09-09", "2000-01-01"], "M8[ns]"
)
KEYS = np.array([1, 2, 1, 2, 1])


@pytest.fixture(scope="module")
def go():
    """Declare the functions once, and leave nothing shared behind."""
    yield functions(CODE)
    _shared.clear()
    goscore.restart()  # lanes keep tables


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """However busy this machine is, a call is not slow, and what is stopped has the time to end."""
    monkeypatch.setattr(worker_module, "_PATIENCE", 20.0)


def through_worker(call):
    """Make a call without lanes."""
    worker = current.worker()
    kept, worker.lanes = worker.lanes, None
    try:
        return call()
    finally:
        worker.lanes = kept


def on_lane(monkeypatch, call, times=3, calls=None):
    """Make a call until it went on a lane, *calls* times at most; return what that gave."""
    went, made, end = [], 0, time.monotonic() + HANG
    receive = lanes.Lane.receive
    current.worker().lanes._slow.clear()
    with monkeypatch.context() as patch:
        patch.setattr(lanes, "_PAUSE", -1.0)
        patch.setattr(lanes.Lane, "receive", lambda self: went.append(self) or receive(self))
        # On a busy machine the worker takes some of them, and has no lanes for a while.
        while made < calls if calls else time.monotonic() < end:
            result, made = call(), made + 1
            if len(went) >= times:
                return result
    raise AssertionError(
        f"of {made} calls {len(went)} went on a lane: {vars(current.worker().lanes)}"
    )


def same(a, b):
    """Tell whether two results are equal in type and value."""
    if type(a) is not type(b):
        return False
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, pd.DataFrame):
        pd.testing.assert_frame_equal(a, b)
    elif isinstance(a, pd.Series):
        pd.testing.assert_series_equal(a, b)
    elif isinstance(a, np.ndarray):
        np.testing.assert_array_equal(a, b)
        return a.dtype == b.dtype and a.flags.writeable == b.flags.writeable
    elif isinstance(a, pl.Series | pl.DataFrame):
        return a.equals(b) and (a.schema if isinstance(a, pl.DataFrame) else a.dtype) is not None
    elif isinstance(a, pa.ChunkedArray | pa.Array | pa.Table):
        return a.equals(b)
    elif isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    else:
        return a == b or (a != a and b != b)
    return True


LIBRARIES = {
    "numpy": lambda v: np.array(v) if not isinstance(v[0], str) else np.array(v, object),
    "pandas": lambda v: pd.Series(v, index=range(10, 10 + len(v)), name="col"),
    "polars": lambda v: pl.Series("col", v),
    "arrow": lambda v: pa.array(v),
    "list": lambda v: list(v),
    "one": lambda v: v[0],
}
COLUMNS = {
    "Float": X,
    "Single": X.astype(np.float32),
    "Int": np.array([1, -2, 3, 1 << 60, 0]),
    "Byte": np.array([0, 1, 2, 255, 4], np.uint8),
    "Flag": np.array([True, False, True, True, False]),
    "Text": TEXTS,
    "Long": TEXTS,
    "Later": TIMES,
    "Twice": (TIMES - TIMES[0]),
    "Opt": X,
}


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("name", COLUMNS)
def test_types(monkeypatch, go, name, library):
    """Every type in every library gives what it gives through the worker."""
    argument = LIBRARIES[library](COLUMNS[name])
    if library == "list" and isinstance(COLUMNS[name], np.ndarray):
        argument = COLUMNS[name].tolist()
        if name in ("Later", "Twice"):
            argument = [
                pd.Timestamp(v) if name == "Later" else pd.Timedelta(v) for v in COLUMNS[name]
            ]
    call = lambda: getattr(go, name)(argument)  # noqa: E731
    wanted = through_worker(call)
    assert same(on_lane(monkeypatch, call), wanted)


def SHARED():
    """Give a frame that lies in the segment."""
    if current.worker() not in _shared:
        _shared[current.worker()] = goscore.share(pd.DataFrame({"x": X}))
    return _shared[current.worker()]


_shared = {}
MISSING = pd.array([1.5, None, 3.0], "Float64")
CALLS = {
    "nulls of pandas": lambda go: go.Float(pd.Series(MISSING)),
    "NaN of pandas": lambda go: go.Opt(pd.Series([1.0, np.nan, 3.0])),
    "nulls of polars": lambda go: go.Text(pl.Series(["a", None, "c"])),
    "nulls of arrow": lambda go: go.Opt(pa.array([1.0, None, 3.0])),
    "two results": lambda go: go.Two(X, 2.0),
    "numbers": lambda go: go.Two(1.0, 2),
    "converted": lambda go: go.Float(np.array([1, 2, 3])),
    "strided": lambda go: go.Float(np.arange(10.0)[::3]),
    "big-endian": lambda go: go.Float(np.arange(4.0).astype(">f8")),
    "no rows": lambda go: go.Float(np.zeros(0)),
    "frame": lambda go: go.Row(pd.DataFrame({"X": X, "other": X, "S": TEXTS})),
    "frame of polars": lambda go: go.Row(pl.DataFrame({"S": TEXTS, "X": X})),
    "row": lambda go: go.Row({"X": 1.0, "S": "s"}),
    "aggregate": lambda go: go.Spread(X),
    "groups": lambda go: go.Spread(pd.Series(X), by=pd.Series(KEYS, name="k")),
    "groups of texts": lambda go: go.Spread(
        pl.Series("x", X), by=pl.Series("k", ["a", "b", "a", "b", "a"])
    ),
    "vector": lambda go: go.Sorted(X),
    "vector in groups": lambda go: go.Sorted(X, by=KEYS),
    "map": lambda go: go.Words(["a", "b", "a"]),
    "lists": lambda go: go.Lists(X),
    "scan": lambda go: go.Decay(X, init=3.0),
    "coerced": lambda go: go.Checked(X, errors="coerce"),
    "reported": lambda go: go.Checked(pd.Series(X, index=list("abcde")), errors="report"),
    "larger than the inputs": lambda go: go.Many(100_000),
    "a compiled regexp": lambda go: go.Found(["a1", "b22", "c"]),
    "a table of the cell": lambda go: go.Priced(TEXTS),
    "a table": lambda go: go.Looked(TEXTS, {"a": 1.0, "xyz": 2.5}),
    "a bound table": lambda go: go.Weighted.bind(weights=[1.0, 2.0])(pd.Series(X)),
    "a large table": lambda go: go.Weighted(X, np.ones(20_000)),
    "categories": lambda go: go.Text(pd.Series(TEXTS).astype("category")),
    "categories of polars": lambda go: go.Text(pl.Series(TEXTS, dtype=pl.Categorical)),
    "shared": lambda go: go.Float(SHARED()["x"]),
    "threads": lambda go: go.Cores(1, threads=3),
}


@pytest.mark.parametrize("name", CALLS)
def test_calls(monkeypatch, go, name):
    """Every kind of call gives what it gives through the worker, and as good a receipt."""
    call = lambda: CALLS[name](go)  # noqa: E731
    through_worker(call)  # which copies its tables
    wanted = through_worker(call)
    ordinary = goscore.last
    ordinary.bytes_in += ordinary.shared_in  # so little is copied
    assert same(on_lane(monkeypatch, call), wanted)
    for part in ("rows", "cores", "bytes_in", "where", "converted"):
        assert getattr(goscore.last, part) == getattr(ordinary, part), part
    assert goscore.last.run > 0 and goscore.last.total >= goscore.last.run


def test_inputs_are_the_run_s_own(monkeypatch, go):
    """A function that sorts its input changes neither Python's nor the next call's."""
    before = X.copy()
    assert (on_lane(monkeypatch, lambda: go.Sorted(X)) == np.sort(before)).all()
    assert (before == X).all()


@pytest.mark.parametrize("argument", [np.arange(9000.0), [[1.0]]])
def test_other_ways(monkeypatch, go, argument):
    """What is large or nested goes through the worker."""
    function = go.Spread if isinstance(argument, list) else go.Float
    with pytest.raises(AssertionError, match="of 30 calls 0 went"):
        on_lane(monkeypatch, lambda: function(argument), calls=30)


def test_tables_differ(monkeypatch, go):
    """Calls with different tables take turns, and each has its own."""
    tables = [{"a": float(n), "xyz": -float(n)} for n in range(3)]
    for number, costs in enumerate(tables):
        assert on_lane(monkeypatch, lambda costs=costs: go.Looked("a", costs)) == number
    for _ in range(20):
        for number, costs in enumerate(tables):
            assert go.Looked("xyz", costs) == -number


def test_tables_go(monkeypatch, go):
    """A table that was dropped for newer ones is what it was for the lane that has it."""
    call = lambda: go.Weighted(1.0, [1.0, 2.0])  # noqa: E731
    assert on_lane(monkeypatch, call) == 3.0
    with monkeypatch.context() as patch:
        patch.setattr("goscore._run.tables._MOST", 1)
        for number in range(5):
            assert go.Weighted(1.0, [float(number)] * 2, threads=2) == 2.0 * number
    assert on_lane(monkeypatch, call) == 3.0


ERRORS = {
    "panic": (lambda go, bad: go.Index(np.array([0, 1, 7 if bad else 2])), goscore.GoPanic),
    "error": (lambda go, bad: go.Checked(np.array([1.0, -1.0 if bad else 2.0])), goscore.GoError),
    "table": (
        lambda go, bad: (go.Written if bad else go.Weighted)(1.0, [1.0]),
        goscore.GoPanic,
    ),
    "exit": (lambda go, bad: go.Quit(int(bad) * 3), goscore.ProgramDiedError),
    "killed": (lambda go, bad: go.Die(int(bad)), goscore.ProgramDiedError),
    "timeout": (lambda go, bad: go.Slept(1e5 if bad else 0.0, timeout=2.0), goscore.GoTimeoutError),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(monkeypatch, go, name):
    """An error has the words, the line and the row that it has through the worker, and the next call is as good as ever."""
    call, kind = ERRORS[name]
    with pytest.raises(kind) as wanted:
        through_worker(lambda: call(go, True))
    on_lane(monkeypatch, lambda: call(go, False), 1)
    with pytest.raises(kind) as found:
        call(go, True)
    assert str(found.value) == str(wanted.value)
    for place in ("line", "row"):
        assert getattr(found.value, place, None) == getattr(wanted.value, place, None)
    assert go.Float(1.0) == 3.0
    call(go, False)


def test_fatal_error(monkeypatch, go):
    """What only Go's runtime says of an end reaches the user with the cell's line."""
    on_lane(monkeypatch, lambda: go.Fatal(0), 1)
    with pytest.raises(goscore.GoPanic, match="concurrent map writes"):
        go.Fatal(1)


def test_memory(monkeypatch, go):
    """A call on a lane has the memory that any call has."""
    with monkeypatch.context() as patch:
        patch.setenv("GOSCORE_MEMORY", "300MiB")
        goscore.restart()
        on_lane(monkeypatch, lambda: go.Grab(1), 1)
        with pytest.raises(goscore.GoscoreError, match="memory"):
            go.Grab(1 << 20)
        assert go.Grab(2) == 2
    goscore.restart()


def test_prints(monkeypatch, go, capfd):
    """What a call prints comes out once, before it returns."""
    on_lane(monkeypatch, lambda: go.Said(0.0), 1)
    capfd.readouterr()
    for number in (1.0, 2.0, 3.0):
        assert go.Said(number) == number
        out, err = capfd.readouterr()
        assert out == f"said {number:g}\n" and err == f"err {number:g}\n"


def test_prints_more_than_a_pipe_holds(monkeypatch, go, capfd):
    """A call that fills its pipe goes on."""
    on_lane(monkeypatch, lambda: go.Much(0), 1)
    assert go.Much(300_000) == 300_000
    assert capfd.readouterr().out.count("x") == 300_000


@pytest.mark.parametrize("seconds", [0.05, 0.3])
def test_interrupt(monkeypatch, go, seconds):
    """Stop ends a call on a lane, and the next one is as good as ever."""
    on_lane(monkeypatch, lambda: go.Slept(0.0), 1)
    pid = current.worker().process.pid
    threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        go.Slept(60_000.0)
    assert go.Slept(0.0) == 0.0 and go.Float(1.0) == 3.0
    assert current.worker().process.pid == pid


def test_interrupts_at_any_step(monkeypatch, go):
    """Interrupted at any step, a call raises or is right, and so is the next one."""
    on_lane(monkeypatch, lambda: go.Float(X), 1)
    pid, wanted, count = current.worker().process.pid, X * 2 + 1, 0
    old = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        for step in range(60):
            try:
                signal.setitimer(signal.ITIMER_REAL, 1e-4 + step * 1e-5)
                while True:
                    assert (go.Float(X) == wanted).all()
            except KeyboardInterrupt:
                count += 1
            assert (go.Float(X) == wanted).all()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
    assert count == 60 and current.worker().process.pid == pid


def test_program_killed_between_calls(monkeypatch, go):
    """A program that somebody kills while it waits is replaced, and the call is not lost."""
    pid = on_lane(monkeypatch, lambda: go.Pid(1))
    os.kill(pid, signal.SIGKILL)
    assert go.Pid(1) != pid
    assert on_lane(monkeypatch, lambda: go.Pid(1)) != pid


def test_worker_killed(monkeypatch, go):
    """With the worker its programs end; the call says so, and the next starts another."""
    on_lane(monkeypatch, lambda: go.Slept(0.0), 1)
    pid = current.worker().process.pid
    threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(goscore.WorkerDiedError):
        go.Slept(60_000.0)
    assert go.Slept(0.0) == 0.0 and current.worker().process.pid != pid


def test_fork(monkeypatch, go):
    """A forked child has lanes of its own, and its parent's go on."""
    parent = on_lane(monkeypatch, lambda: go.Pid(1))
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            found = {go.Pid(1) for _ in range(5)}
            os.write(
                write, b"ok" if parent not in found and (go.Float(X) == X * 2 + 1).all() else b"no"
            )
            current.worker().close()
        finally:
            os._exit(0)
    os.close(write)
    assert go.Pid(1) == parent
    with os.fdopen(read) as pipe:
        assert pipe.read() == "ok"
    os.waitpid(child, 0)
    assert go.Pid(1) == parent


def test_threads(monkeypatch, go):
    """Threads that call at once never get each other's results."""
    on_lane(monkeypatch, lambda: go.Float(X), 1)
    wrong, calls = [], []

    def work(offset):
        for number in range(150):
            v = X + offset * 1000 + number
            if not (go.Float(v) == v * 2 + 1).all():
                wrong.append(offset)
        calls.append(offset)

    threads = [threading.Thread(target=work, args=(offset,)) for offset in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and len(calls) == 6


def test_surroundings(monkeypatch, go, tmp_path):
    """A call has the directory and the environment of its moment."""
    call = lambda: go.Where(1)  # noqa: E731
    assert on_lane(monkeypatch, call) == os.getcwd()
    monkeypatch.setenv("GOSCORE_TRIED", "!")
    assert call() == os.getcwd() + "!"
    monkeypatch.chdir(tmp_path)
    assert on_lane(monkeypatch, call) == f"{tmp_path}!"


def test_written_variables(go):
    """A package variable that a call writes is set anew for the next one."""
    assert [go.Counted(1) for _ in range(4)] == [1, 1, 1, 1]
    assert [go.Shared(x) for x in range(4)] == [1, 1, 1, 1]  # made for several goroutines
    assert [go.Number(1) for _ in range(4)] == [1, 1, 1, 1]


def test_function_that_moves(go):
    """A program that leaves its directory takes no further call."""
    pids = {(go.Move(1), go.Pid(1))[1] for _ in range(3)}
    assert pids
    assert go.Where(1).startswith(os.getcwd())


@pytest.mark.parametrize("builtin", [False, True])
def test_one_message_each_way(monkeypatch, go, builtin):
    """A warm call is one message to where Go runs, read at once, and one from there, for one wake-up each; the channels have none."""
    call = (lambda: goscore.zscore(X)) if builtin else (lambda: go.Pid(1))
    came = on_lane(monkeypatch, call)
    ours = current.worker().process.pid
    runs = ours if builtin else came
    counts = dict.fromkeys(("sent", "received", "worker"), 0)

    class Counted:
        def __init__(self, socket):
            self._socket = socket

        def sendall(self, *given):
            counts["sent"] += 1
            return self._socket.sendall(*given)

        def recv_into(self, *given):
            came = self._socket.recv_into(*given)
            counts["received"] += 1
            return came

        def close(self):
            self._socket.close()

    worker = current.worker()
    patient = struct.pack("ll", HANG, 0)  # however busy the machine is, the worker is not asked
    for waiting in worker.lanes._waiting.values():
        for lane in waiting:
            lane._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patient)
            monkeypatch.setattr(lane, "_socket", Counted(lane._socket))
    before, (read, wrote) = _switches(ours), _messages(runs)
    channel = worker.channel()
    send = channel.send

    def counted(*given, **named):
        counts["worker"] += 1
        return send(*given, **named)

    monkeypatch.setattr(channel, "send", counted)
    for _ in range(500):
        call()
    assert counts == {"sent": 500, "received": 500, "worker": 0}
    reads, writes = (now - then for now, then in zip(_messages(runs), (read, wrote), strict=True))
    # Two each way would be a thousand; the rest looks after other things. What comes while it looks
    # for it awake is no read.
    assert reads < 1000 and 500 <= writes < 1000
    if not builtin:
        assert _switches(ours) - before < 250


def _switches(pid):
    text = "".join((task / "status").read_text() for task in Path(f"/proc/{pid}/task").iterdir())
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("voluntary"))


def _messages(pid):
    """Return how many times a process has read and written; a read that waits is counted when it ends."""
    lines = dict(
        line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines() if line
    )
    return int(lines["syscr"]), int(lines["syscw"])


class Peer:
    """A program that answers with anything."""

    def __init__(self, answer):
        self.answer = answer

    def lane(self, number=7):
        import socket

        ours, theirs = socket.socketpair()
        lane = lanes.Lane(number, ours.detach(), None, None, 1)
        theirs.sendall(self.answer)
        theirs.close()
        return lane


def _reply(head=b"", data=b"", flags=0, claims=(0, 0)):
    return lanes._REPLY.pack(len(head) + claims[0], len(data) + claims[1], 0.1, flags) + head + data


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"x" * 10,
        _reply(b"V\x05\x00\x00\x00"),
        _reply(b"V\xff\xff\xff\xff"),
        _reply(b"?\x00\x00\x00\x00"),
        _reply(b"V\x03\x00\x00\x00\x00\x06abc"),
        _reply(claims=(1 << 60, 0)),
        _reply(claims=(0, 1 << 39)),
        _reply() + b"more",
        _reply(b"V" + (200).to_bytes(4, "little") + b"\x80" * 200),
    ],
)
def test_false_peer(answer):
    """Whatever a program says, reading it ends, with an error or with nothing."""
    lane = Peer(answer).lane()
    try:
        came = lane.receive()
        if came is not None:
            small.Received(lane, came)
    except goscore.GoscoreError as error:
        assert "read a result" in str(error)
    else:
        assert came is None
    lane.close()


@pytest.mark.parametrize("length", range(40))
def test_cut_descriptions(length):
    """A description of results that ends anywhere is refused."""
    whole = b"V" + (34).to_bytes(4, "little") + bytes([0, 12]) + b"column" + b"\x00" * 26
    with pytest.raises(goscore.GoscoreError) if 0 < length < 39 else _nothing():
        program.read(whole[:length])


def _nothing():
    from contextlib import suppress

    return suppress(goscore.GoscoreError)


def test_lanes_of_runs_that_were_cut_off(monkeypatch, go):
    """What was handed over for runs that nobody waits for any more does not use up the lanes."""
    goscore.restart()
    came = lanes.Lanes.came
    with monkeypatch.context() as patch:
        patch.setattr(lanes, "_PAUSE", -1.0)
        patch.setattr(lanes.Lanes, "came", lambda *given: None)  # as when it is interrupted
        for threads in range(1, 31):
            go.Float(1.0, threads=threads)
        patch.setattr(lanes.Lanes, "came", came)
        go.Float(1.0, threads=31)
        assert not current.worker().lanes._came
    assert on_lane(monkeypatch, lambda: go.Float(2.0), calls=30) == 5.0


def test_lanes_that_nobody_reads(monkeypatch, go):
    """Programs whose lane is closed while they run do not use up the lanes when they are done."""
    goscore.restart()

    def cut_off(lane):
        lane.close()
        raise KeyboardInterrupt

    for threads in range(1, 17):
        on_lane(monkeypatch, lambda threads=threads: go.Slept(0.0, threads=threads), 1)
        with monkeypatch.context() as patch:
            patch.setattr(lanes.Lane, "receive", cut_off)
            patch.setattr(on_lane_module, "_stop", lambda *given: None)
            with pytest.raises(KeyboardInterrupt):
                go.Slept(50.0, threads=threads)
    time.sleep(0.2)
    assert on_lane(monkeypatch, lambda: go.Float(2.0), calls=60) == 5.0


def test_lanes_that_were_in_use(monkeypatch, go):
    """A lane that was in use while others came is closed in its turn, and others get lanes."""
    goscore.restart()
    own = current.worker().lanes
    for threads in range(1, 9):
        on_lane(monkeypatch, lambda threads=threads: go.Float(1.0, threads=threads), 1)
    taken = [(key, own.take(key, lane.around)) for lane, key in list(own._order.items())]
    for threads in range(9, 17):
        on_lane(monkeypatch, lambda threads=threads: go.Float(1.0, threads=threads), 1)
    for key, lane in taken:
        own.give(key, lane)
    assert len(own._order) <= lanes._MOST
    assert on_lane(monkeypatch, lambda: go.Float(2.0, threads=30), calls=30) == 5.0


def test_lanes_are_few(monkeypatch, go):
    """Lanes of many kinds of calls take turns, and what they leave is ended."""
    for threads in range(1, 14):
        on_lane(monkeypatch, lambda threads=threads: go.Float(1.0, threads=threads), 1)
    waiting = sum(map(len, current.worker().lanes._waiting.values()))
    assert waiting <= lanes._MOST
    assert time.monotonic() > 0 and go.Float(1.0) == 3.0
