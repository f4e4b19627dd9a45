"""Shared frames: nothing is copied in, nothing reaches them, and their memory returns."""

import datetime
import decimal
import gc
import multiprocessing
import os
import pickle
import signal
import threading
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import goscore
from goscore._data.bind import bind
from goscore._data.entries import gather
from goscore._memory import headroom
from goscore._run import cell
from goscore._worker import current

from ..started import interrupt_when, until

ROWS = 200_000  # large enough for results to stay in their segment
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs segments")

rng = np.random.default_rng(3)
V = rng.normal(size=ROWS)
SCORES = np.empty(ROWS)
TEXT = [None if i % 7 == 0 else f"a text of some length: {i}" for i in range(ROWS)]

state = 0.0
for row, value in enumerate(V.tolist()):
    state = SCORES[row] = state * 0.9 + value if value > state else state * 0.5


def go(code, **values):
    return cell.run(code, [(name, value, name) for name, value in values.items()])


def values(column):
    """Return a column as a list of Python's own values."""
    return column.to_pylist() if isinstance(column, pa.Array | pa.ChunkedArray) else list(column)


def shown():
    """Return the bytes of both segments that Python's objects hold."""
    gc.collect()
    worker = current.worker()
    return worker.allocator.live_bytes, worker.results.live_bytes


@pytest.fixture(scope="module", autouse=True)
def own_worker():
    """What lanes of other tests keep is not counted here."""
    goscore.restart()


@pytest.fixture(autouse=True)
def nothing_left():
    """Each test gives everything back."""
    goscore.score([1.0])
    before = shown()
    yield
    assert shown() == before


def to_copy(data, position=0):
    """Return how many bytes of a column a call would copy, and how many it has."""
    given = bind("x", data, "x")
    planned = {"name": "x", "used": True, "columns": [position], "soft": [], "nullable": []}
    (entry,) = gather([given], [planned])
    return entry.nbytes(current.worker().where), entry.nbytes(None)


MAKE = {
    "numpy": np.array,
    "pandas": lambda v: pd.Series(v, index=pd.RangeIndex(5, 5 + len(v)), name="v"),
    "pandas Arrow": lambda v: pd.Series(v, dtype=pd.ArrowDtype(pa.float64())),
    "pandas Index": pd.Index,
    "polars": lambda v: pl.Series("v", v),
    "arrow": pa.array,
    "chunked": lambda v: pa.chunked_array([v[:1000], v[1000:]]),
}


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_nothing_is_copied(make):
    """Calls on a shared column copy nothing in, and give what they give otherwise."""
    plain = make(V)
    column = goscore.share(plain)
    assert type(column) is type(plain) and values(column) == values(plain)
    for _ in range(2):
        assert goscore.score(V) == goscore.score(column)
        assert goscore.last.bytes_in == 0
        made = goscore.score_series(column)
        receipt = goscore.last
        assert (receipt.bytes_in, receipt.bytes_out) == (0, 0)
        assert (receipt.shared_in, receipt.shared_out) == (V.nbytes, V.nbytes)
        assert type(made) is type(goscore.score_series(plain)) and values(made) == values(SCORES)
    assert goscore.weighted_sum(V, V) == goscore.weighted_sum(column, column)
    assert goscore.last.bytes_in == 0
    if isinstance(plain, pd.Series):
        assert made.index.equals(plain.index) and made.name == plain.name
    del made, column
    assert shown()[1] == 0


def pandas_frame():
    columns = {
        "i": np.arange(ROWS, dtype="i4"),
        "b": V > 0,
        "u": np.arange(ROWS).astype("u1"),
        "t": pd.date_range("2020", periods=ROWS, freq="s"),
        "zone": pd.date_range("2020", periods=ROWS, freq="s", tz="Europe/Paris"),
        "span": pd.to_timedelta(np.arange(ROWS), unit="s"),
        "str": pd.Series(TEXT, dtype="str"),
        "arrow": pd.Series(TEXT, dtype=pd.ArrowDtype(pa.string())),
        "Int64": pd.array([None if i % 5 == 0 else i for i in range(ROWS)], dtype="Int64"),
        "boolean": pd.array([None, True] * (ROWS // 2), dtype="boolean"),
    }
    return pd.DataFrame(columns).set_index(pd.RangeIndex(7, 7 + ROWS))


def polars_frame():
    return pl.DataFrame(
        {
            "i": np.arange(ROWS, dtype="i4"),
            "b": V > 0,
            "t": pl.Series(pd.date_range("2020", periods=ROWS, freq="s")),
            "s": TEXT,
            "d": [datetime.date(2020, 1, 1)] * ROWS,
            "dec": [decimal.Decimal("1.25")] * ROWS,
            "list": [[1, 2], [3]] * (ROWS // 2),
            "struct": [{"a": 1, "b": "beyond twelve bytes"}, {"a": None, "b": None}] * (ROWS // 2),
        }
    )


def arrow_frame():
    columns = {
        "i": pa.array(np.arange(ROWS, dtype="i4")),
        "b": pa.array(V > 0),
        "s": pa.array(TEXT),
        "large": pa.array(TEXT, pa.large_string()),
        "view": pa.array(TEXT).cast(pa.string_view()),
        "list": pa.array([[1, 2], [3]] * (ROWS // 2)),
        "half": pa.array(V.astype("f2")),
        "fixed": pa.array([b"abc"] * ROWS, pa.binary(3)),
        "chunks": pa.chunked_array([TEXT[:10], TEXT[10:]]),
    }
    return pa.table(columns).replace_schema_metadata({"of": "the user"})


@pytest.mark.parametrize("make", [pandas_frame, polars_frame, arrow_frame])
def test_all_types(make):
    """A shared frame equals the other in its types too; of its columns at most bitmaps are copied."""
    frame = make()
    shared = goscore.share(frame)
    if isinstance(frame, pd.DataFrame):
        pd.testing.assert_frame_equal(shared, frame)
        names = list(frame.columns)
    else:
        assert shared.equals(frame) and shared.schema == frame.schema
        names = shared.schema.names if isinstance(frame, pa.Table) else frame.columns
    for position, name in enumerate(names):
        copied, size = to_copy(shared, position)
        bitmap = ROWS // 8 + 64 if name in ("Int64", "boolean") else 0
        assert copied <= bitmap < size, name


def test_text_in_go():
    """Go reads shared text and its slices."""
    part = slice(1003, 5000)
    want = sum(len(text or "") for text in TEXT[part])
    for make in (pl.Series, pa.array, lambda t: pd.Series(t, dtype="str")):
        column = goscore.share(make([t or "" for t in TEXT]))
        lengths = go("n := 0\nfor _, s := range v {\n\tn += len(s)\n}\nn", v=column[part]).value
        assert lengths == want and goscore.last.bytes_in == 0


def test_chain():
    """The result of a call on shared data is an input that is not copied either."""
    shared = goscore.share(pd.DataFrame({"v": V}))
    made = goscore.score_series(goscore.score_series(shared.v))
    assert goscore.last.bytes_in == goscore.last.bytes_out == 0
    assert made.equals(pd.Series(goscore.score_series(SCORES), name="v"))
    assert goscore.score(made[1000:2001]) == goscore.score(made[1000:2001].copy())
    with pytest.raises(ValueError, match="read-only"):
        made.to_numpy()[0] = 1


def test_slices():
    """A part of a shared column is not copied, and keeps the whole's memory."""
    shared = goscore.share(pd.DataFrame({"v": V, "i": np.arange(ROWS, dtype="i4")}))
    part = shared.v[1001:20_001]
    assert goscore.score(V[1001:20_001]) == goscore.score(part)
    assert goscore.last.bytes_in == 0 and goscore.last.shared_in == 19_000 * 8
    assert to_copy(shared.i[1001:2001])[0] == 0
    assert to_copy(shared.v[::2])[0] == V.nbytes / 2
    copy = part.copy()
    assert to_copy(copy)[0] == to_copy(copy)[1]
    held = shown()[0]
    del shared
    assert 0 < shown()[0] < held
    assert (part.to_numpy() == V[1001:20_001]).all()


CHANGES = """
slices.Sort(df.v)
for i := range df.s {
	df.s[i] = "x"
}
done := slices.Clone(df.v)
for i := range df.v {
	df.v[i] = 7
}
"""


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_nothing_reaches_it(make):
    """What a cell does to its inputs stays its own: no shared frame, no kept result changes."""
    text = [t or "" for t in TEXT]
    shared = goscore.share(make({"v": V, "s": text}))
    kept = goscore.score_series(shared["v"])
    for _ in range(2):
        done = cell.run(
            CHANGES,
            [("df", shared, "df")],
            goscore._run.options.Options(outputs=[("done", "done")]),
        ).outputs["done"]
        assert values(done) == sorted(V)
    assert go("slices.Sort(v)\nv[0]", v=kept).value == SCORES.min()
    assert goscore.last.bytes_in == 0
    assert values(shared["v"]) == values(V) and values(shared["s"]) == text
    assert values(kept) == values(SCORES) and values(goscore.score_series(kept)) == values(
        goscore.score_series(SCORES)
    )


def test_the_user_may_change_it():
    """What Python writes, the next run sees."""
    shared = goscore.share(V)
    shared[:] = 4
    assert goscore.score(shared) == 8 * ROWS and goscore.last.bytes_in == 0
    frame = goscore.share(pd.DataFrame({"v": V}))
    frame.loc[:, "v"] = 4.0
    assert goscore.score(frame.v) == 8 * ROWS


def test_what_stays():
    """Objects and categories stay ordinary columns, which is said once; Go gets them as ever."""
    names = ["a", "b"] * (ROWS // 2)
    objects = pd.Series(names, dtype=object)
    frame = pd.DataFrame({"v": V, "o": objects, "c": pd.Categorical(names)})
    frame.index = [0, 1] * (ROWS // 2)
    with pytest.warns(UserWarning, match="columns 'o', 'c' cannot be shared") as said:
        shared = goscore.share(frame)
    assert len(said) == 1
    pd.testing.assert_frame_equal(shared, frame)
    shared.iloc[0, 1] = "changed"
    assert frame.o.iloc[0] == "a"
    assert go("df.o[1] + df.c[1]", df=shared).value == "bb"
    with pytest.warns(UserWarning, match="Series cannot be shared"):
        assert goscore.share(objects) is objects


def test_shapes():
    """Names that repeat, no rows, no columns, two dimensions, other byte orders and masks."""
    twice = pd.DataFrame(np.ones((ROWS, 2)), columns=["a", "a"])
    pd.testing.assert_frame_equal(goscore.share(twice), twice)
    for empty in (pd.DataFrame({"v": V[:0]}), pd.DataFrame(index=[1, 2]), pd.DataFrame()):
        pd.testing.assert_frame_equal(goscore.share(empty), empty)
    assert goscore.share(pa.table({"s": pa.array([], pa.string())})).num_rows == 0
    matrix = goscore.share(np.asfortranarray(V.reshape(-1, 2)))
    assert (matrix == V.reshape(-1, 2)).all() and to_copy(matrix)[0] == 0
    assert (goscore.share(V.astype(">f8")) == V).all()
    masked = goscore.share(np.ma.masked_less(V, 0))
    assert (masked.mask == (V < 0)).all() and to_copy(masked)[0] < masked.nbytes
    assert goscore.share(pl.LazyFrame({"v": V})).equals(pl.DataFrame({"v": V}))
    del matrix, masked
    wide = pd.DataFrame({str(n): [n, n] for n in range(500)})
    before = shown()[0]
    shared = goscore.share(wide)
    assert shown()[0] - before == 1 << 20
    pd.testing.assert_frame_equal(shared, wide)


def test_not_data():
    """What is no frame and no column is refused."""
    for value in (1, "text", [1.0], {"v": 1}, None):
        with pytest.raises(TypeError, match="share takes a DataFrame"):
            goscore.share(value)


def test_pickles():
    """A shared frame pickles as any other."""
    shared = goscore.share(pd.DataFrame({"v": V}))
    assert pickle.loads(pickle.dumps(shared)).equals(shared)


def test_memory_is_reused():
    """Frames that come and go take no more memory than there is of them at a time."""
    worker = current.worker()
    sizes = set()
    for _ in range(5):
        shared = goscore.share(pd.DataFrame({"v": V, "w": V}))
        goscore.score_series(goscore.score_series(shared.v))
        del shared
        sizes.add((worker.allocator.mapping.size, worker.results.mapping.size))
    assert len(sizes) == 1 and shown() == (0, 0)
    gone = goscore.share(V)
    address = gone.__array_interface__["data"][0]
    del gone
    assert goscore.share(V).__array_interface__["data"][0] == address


def test_too_little_memory(monkeypatch):
    """What does not fit is refused, and what was shared of it already returns."""
    monkeypatch.setattr(headroom, "headroom", lambda: 100 << 20)
    frame = pa.table({"v": np.zeros(1 << 22), "w": np.zeros(1 << 22)})
    goscore.restart()
    goscore.share(frame["v"])
    with pytest.raises(goscore.OutOfMemoryError):
        monkeypatch.setattr(headroom, "headroom", lambda: 80 << 20)
        goscore.share(frame)


@pytest.mark.parametrize("end", ["restart", "kill"])
def test_worker_ends(end):
    """After the worker's end shared frames are shared with the next one; results stay as they are."""
    shared = goscore.share(pd.DataFrame({"v": V}))
    kept = goscore.score_series(shared.v)
    if end == "restart":
        goscore.restart()
    else:
        process = current.worker().process
        os.kill(process.pid, signal.SIGKILL)
        until(lambda: process.poll() is not None)
    assert kept.equals(pd.Series(SCORES, name="v"))
    again = goscore.score_series(shared.v)
    assert goscore.last.bytes_in == 0 and again.equals(kept)
    assert goscore.score(kept) == goscore.score(SCORES)
    assert goscore.last.bytes_in == V.nbytes  # ordinary memory now
    for _ in range(3):
        assert goscore.score_series(shared.v * 2)[0] == V[0] * 2 * (V[0] > 0)
    assert kept.equals(again) and shared.v.equals(pd.Series(V, name="v"))


def resident(fd):
    return os.fstat(fd).st_blocks * 512


def test_results_of_the_dead():
    """Of an ended worker's segment only what is still looked at keeps memory."""
    shared = goscore.share(V)
    kept = [goscore.score_series(shared) for _ in range(3)]
    fd = os.dup(current.worker().results.mapping.fd)
    goscore.restart()
    assert V.nbytes * 3 <= resident(fd) < V.nbytes * 3 + (64 << 10)
    del kept[1]
    assert resident(fd) < V.nbytes * 2 + (64 << 10)
    assert all((one == SCORES).all() for one in kept)
    del kept
    assert resident(fd) < 64 << 10
    os.close(fd)


def forked(work):
    """Run a function in a forked child; return whether it was true there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of fork with threads
        child = os.fork()
    if child == 0:
        try:
            os._exit(0 if work() else 1)
        finally:
            os._exit(2)
    return lambda: os.waitpid(child, 0)[1] == 0


def test_fork(tmp_path):
    """A child has the frame as it was, whatever the parent does next; it shares nothing of its own."""
    frame = {"shared": goscore.share(pd.DataFrame({"v": V}))}
    frame["kept"] = goscore.score_series(frame["shared"].v)
    array = goscore.share(V)
    go_on = tmp_path / "go"

    def child(array=array):
        array[0] = 1e6  # the child's own
        until(go_on.exists)
        kept, shared = frame["kept"], frame["shared"]
        same = kept.equals(pd.Series(SCORES, name="v")) and (shared.v == V).all()
        goscore.score_series(shared.v)
        copied = goscore.last.bytes_in == V.nbytes
        mine = goscore.share(shared)
        goscore.score(mine.v)
        return same and copied and goscore.last.bytes_in == 0 and (array[1:] == V[1:]).all()

    finished = forked(child)
    frame.clear()
    worker = current.worker()
    others = [goscore.share(np.zeros(ROWS)) for _ in range(4)]
    results = [goscore.score_series(others[0]) for _ in range(4)]
    goscore.score_series(np.zeros(ROWS))
    go_on.touch()
    assert finished()
    assert (array == V).all() and goscore.score(array) == goscore.score(V)
    assert current.worker() is worker
    del others, results, array


def test_pool():
    """A pool's processes use what was shared before."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        with multiprocessing.get_context("fork").Pool(2) as pool:
            assert pool.map(goscore.score, [V, V]) == [goscore.score(V)] * 2


def test_threads():
    """Threads share, chain and drop at once; every result is its own."""
    wrong = []

    def work(n):
        for turn in range(8):
            shared = goscore.share(V * (n + 1))
            made = goscore.score_series(goscore.score_series(shared))
            if not (made == wanted[n]).all():
                wrong.append((n, turn))
            del shared

    wanted = [goscore.score_series(goscore.score_series(V * (n + 1))) for n in range(4)]
    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    goscore.score([1.0])  # the ranges of threads that are gone
    assert shown() == (0, 0)


def test_interrupted_run(tmp_path):
    """A run that is stopped keeps nothing."""
    shared, begun = goscore.share(V), tmp_path / "begun"
    pressed = interrupt_when(begun.exists)
    with pytest.raises(KeyboardInterrupt):
        go(f"os.Create(`{begun}`)\ntime.Sleep(time.Hour)\nslices.Clone(v)", v=shared)
    pressed.join()
    assert goscore.score(shared) == goscore.score(V)


def test_no_segments(monkeypatch):
    """Where no memory is shared, the frame stays as it is, and that is said."""
    frame = pd.DataFrame({"v": V})
    monkeypatch.setattr(current.worker(), "allocator", None)
    with pytest.warns(UserWarning, match="nothing is shared"):
        assert goscore.share(frame) is frame
