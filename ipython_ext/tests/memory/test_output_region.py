"""Large columns that Go reads and writes where Python has them: the same results as through segments."""

import os
import signal
import subprocess
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import goscore
from goscore._memory import output_region, probe
from goscore._run import cell
from goscore._worker import current

from ..cells import same
from ..declared import functions
from ..started import HANG, until

ROWS = 100_003  # several blocks, and a last one of odd length
rng = np.random.default_rng(11)
V = rng.normal(size=ROWS)
W = V.copy()  # for Arrow, to whom NaN is not equal
V[[7, 50_000]] = np.nan
WORDS = [f"{'w' * (i % 23)}{i} é" for i in range(ROWS)]
HOLES = [None if i % 5 == 0 else word for i, word in enumerate(WORDS)]

GO = functions(
    """
func Twice(v float64) float64 { return v * 2 }
func Half32(v float32) float32 { return v / 2 }
func Next(v uint8) uint8 { return v + 1 }
func Flip(b bool) bool { return !b }
func Size(s string) int { return len(s) }
func Shout(s string) string { return strings.ToUpper(s) + "!" }
func Bytes(b []byte) int { return len(b) }
func Year(t time.Time) int { return t.Year() }
func Longer(d time.Duration) time.Duration { return d + time.Second }
func Or(v *float64) float64 { if v == nil { return -1 }; return *v }
func OrText(s *string) int { if s == nil { return -1 }; return len(*s) }
func Maybe(v float64) *float64 { if v < 0 { return nil }; return &v }
func Mix(v float64, n int64, s string) float64 { return v * float64(n) + float64(len(s)) }
func Both(v float64) (float64, int) { return v + 1, int(v) }
func Positive(v float64) (float64, error) { if v < -3 { return 0, errors.New("too low") }; return v, nil }
func Only(v float64) error { if v < -3 { return errors.New("too low") }; return nil }
func Wide(v float64, q float64) float64 { return v + q }
func Sum(v []float64) float64 { s := 0.0; for _, x := range v { s += x }; return s }
func Sorted(v []float64) []float64 { slices.Sort(v); return v }
func Texts(s []string) []string { slices.Sort(s); return s }
func Grow(v []float64) []float64 { return append(slices.Clone(v), v...) }
//goscore:scan init=0
func Score(prev, v float64) float64 { if v > prev { return prev*0.9 + v }; return prev * 0.5 }
//goscore:scan init=0
func Total(prev, v float64) float64 { return prev + v }
//goscore:scan init=0
func Chatty(prev, v float64) float64 { if prev > 1e300 { fmt.Println("never") }; return prev*0.5 + v }
//goscore:scan init=0
func Failing(prev, v float64) (float64, error) { if v < -3 { return 0, errors.New("too low") }; return prev*0.5 + v, nil }
type Order struct { Price float64; Count int64; Name string; Gone *float64 }
type Cost struct { Total float64; Big bool }
func Bill(o Order) Cost { c := Cost{Total: o.Price * float64(o.Count)}; c.Big = c.Total > float64(len(o.Name)); return c }
"""
)

FRAME = pd.DataFrame(
    {"price": np.abs(V), "count": np.arange(ROWS), "name": WORDS, "gone": V},
    index=pd.RangeIndex(5, ROWS + 5),
)
TIMES = pd.Series(pd.date_range("1990", periods=ROWS, freq="h", tz="Europe/Paris"))

# A name, and what to call it on.
CALLS = [
    ("Twice", (pd.Series(V, index=FRAME.index, name="v"),)),
    ("Twice", (pl.Series("v", V),)),
    ("Twice", (pa.array(W, mask=W > 1),)),
    ("Twice", (pa.chunked_array([W[:1000], W[1000:]]),)),
    ("Twice", (pa.array(np.r_[W, W])[ROWS:],)),
    ("Twice", (V[::-1],)),
    ("Twice", (np.arange(ROWS),)),
    ("Half32", (V.astype("f4"),)),
    ("Next", (np.arange(ROWS).astype("u1"),)),
    ("Flip", (V > 0,)),
    ("Flip", (pa.array(V > 0),)),
    *(("Size", (make(WORDS),)) for make in (pd.Series, pl.Series, pa.array)),
    *(("Size", (make(HOLES),)) for make in (pd.Series, pl.Series, pa.array)),
    ("Size", (pa.array(WORDS, pa.large_string())[3:],)),
    ("Size", (pl.Series(WORDS)[1000:],)),
    ("Size", (pl.Series(WORDS).gather(rng.permutation(ROWS)),)),
    ("Size", (pa.array(WORDS, pa.string_view()),)),
    ("Size", (pd.Series(WORDS, dtype="category"),)),
    *(("Shout", (make(HOLES),)) for make in (pd.Series, pl.Series, pa.array)),
    ("Bytes", (pa.array([word.encode() for word in WORDS]),)),
    ("Year", (TIMES,)),
    ("Year", (pa.array(TIMES.dt.date),)),
    ("Longer", (TIMES - TIMES[0],)),
    ("Or", (pd.Series(V),)),
    ("Or", (pa.array(W, mask=W > 1),)),
    *(("OrText", (make(HOLES),)) for make in (pd.Series, pl.Series, pa.array)),
    ("Maybe", (V,)),
    ("Mix", (pl.Series(V), pl.Series(np.arange(ROWS)), pl.Series(WORDS))),
    ("Both", (pd.Series(V).fillna(0),)),
    ("Only", (pd.Series(V).clip(-2),)),
    ("Wide", (pd.Series(V), 2.5)),
    *((name, (pd.Series(V).fillna(0),)) for name in ("Sum", "Sorted", "Grow")),
    ("Texts", (pl.Series(WORDS),)),
    *((name, (pd.Series(V, name="v"),)) for name in ("Score", "Total", "Chatty")),
    ("Bill", (FRAME,)),
    ("Bill", (pl.from_pandas(FRAME),)),
]  # fmt: skip


@pytest.fixture
def worker():
    """Give the worker; it reaches Python's memory again afterwards."""
    goscore.score([1.0])
    made = current.worker()
    if not made.reaches:
        pytest.skip("this system does not let one process reach another's memory")
    yield made
    made.reaches = True


@pytest.mark.parametrize(
    ("name", "arguments"), CALLS, ids=lambda p: p if isinstance(p, str) else type(p[0]).__module__
)
@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_as_through_segments(worker, name, arguments, threads):
    """Whatever the function and the columns, results are those of the other way."""
    function = getattr(GO, name)
    found = function(*arguments, threads=threads)
    worker.reaches = False
    assert same(found, function(*arguments, threads=threads))


def test_results_are_what_numpy_says(worker):
    """Numbers, strings and scans are right, not only alike."""
    assert np.array_equal(GO.Twice(V), V * 2, equal_nan=True)
    assert GO.Size(pl.Series(HOLES)).to_list() == [s and len(s.encode()) for s in HOLES]
    assert GO.Shout(WORDS) == [s.upper() + "!" for s in WORDS]
    assert np.array_equal(GO.Total(V), V.cumsum(), equal_nan=True)
    assert np.array_equal(GO.Sorted(V[100:1100].repeat(100)), np.sort(V[100:1100]).repeat(100))


@pytest.mark.parametrize("rows", [8193, 15_999, 16_000, 16_001, 64_000, 64_001, 127_999, 128_008])
def test_lengths_around_blocks(worker, rows):
    """Rows at the edges of blocks and lanes are those of the plain loop, nulls included."""
    v = rng.normal(size=rows)
    prev, want = 0.0, []
    for x in v.tolist():
        prev = prev * 0.9 + x if x > prev else prev * 0.5
        want.append(prev)
    for threads in (1, 2, 3):
        assert GO.Score(v, threads=threads).tolist() == want
        assert goscore.score_series(v).tolist() == want
    holes = pa.array(v, mask=np.arange(rows) % 3 == 1)
    assert GO.Twice(holes).to_pylist() == [None if x is None else 2 * x for x in holes.to_pylist()]


def test_errors_name_rows_of_later_blocks(worker):
    """The rows that fail are counted from the first row of the column."""
    v = pd.Series(V).fillna(0)
    v[60_001] = v[99_000] = -4.0
    low = v < -3
    with pytest.raises(goscore.GoError, match=f"{low.sum()} of {ROWS:,} rows"):
        GO.Positive(v)
    made, report = GO.Positive(v, errors="report")
    assert list(report.row) == list(np.flatnonzero(low))
    assert made.isna().equals(low)
    made = GO.Failing(v, errors="coerce")
    assert made.isna().equals(low)


def test_a_panic_names_its_row(worker):
    """The label of a row beyond the first block is in the message."""
    go = functions("func Inverse(n int64) int64 { return 10 / n }")
    n = pd.Series(np.ones(ROWS, "i8"), index=[f"row {i}" for i in range(ROWS)])
    n.iloc[70_123] = 0
    with pytest.raises(goscore.GoPanic, match="row 70123"):
        go.Inverse(n)


def test_strings_outlive_their_block(worker):
    """What a function remembers of a string is still that string at the end."""
    go = functions("""
var seen = map[string]int{}
func Seen(s string) int { seen[s]++; return seen[s] }
func First(s string) string { return s[:1] }
""")
    texts = [f"text number {i % 50_000}" for i in range(ROWS)]
    assert go.Seen(pl.Series(texts)).to_list() == [i // 50_000 + 1 for i in range(ROWS)]
    assert go.First(pd.Series(texts)).eq("t").all()


def test_pointers_outlive_their_block(worker):
    """What a function keeps or returns of its pointers is still that row's value at the end."""
    go = functions("""
func Later(v, w *float64) *float64 { if v == nil { return w }; return v }
func Other(s, t *string) *string { if s == nil { return t }; return s }
var last *float64
func Before(v *float64) *float64 { r := last; last = v; return r }
""")
    v = pd.Series(np.where(np.arange(ROWS) % 3 == 0, np.nan, V))
    w = pd.Series(W)
    assert go.Later(v, w).equals(v.fillna(w))
    assert go.Before(v).equals(v.shift(1))
    texts = pl.Series(HOLES)
    assert go.Other(texts, pl.Series(WORDS)).to_list() == [
        a or b for a, b in zip(HOLES, WORDS, strict=True)
    ]


def test_results_are_pythons_own(worker):
    """A result can be written, survives the worker, and is not the next run's memory."""
    v = pd.Series(V)
    first = goscore.score_series(v)
    kept = first.copy()
    second = GO.Twice(v)
    assert worker.results.mapping.offset_of(first.to_numpy().view(np.uint8)) is None
    second[:] = 0
    assert first.equals(kept)
    goscore.restart()
    goscore.score_series(v)
    assert first.equals(kept)


def test_memory_of_a_result_that_is_gone_is_released(worker, monkeypatch):
    """The memory of a result that is gone waits for a while only."""
    monkeypatch.setattr(output_region, "_SPARE_TIME", 0.2)
    output_region._spares.clear()
    v = pd.Series(np.r_[V, V])
    made = goscore.score_series(v)
    address = made.to_numpy().ctypes.data
    del made
    made = goscore.score_series(v)
    assert made.to_numpy().ctypes.data == address  # its pages are warm
    del made
    assert len(output_region._spares) == 1
    until(lambda: not output_region._spares)


def test_a_run_that_was_cut_off_writes_nowhere_else(worker):
    """After an interrupt the addresses of its output region stay taken, and the next results are right."""
    go = functions("""
func Slow(v float64) float64 { time.Sleep(time.Millisecond); return v }
""")
    threading.Timer(0.5, lambda: signal.raise_signal(signal.SIGINT)).start()
    before = list(output_region._abandoned)
    with pytest.raises(KeyboardInterrupt):
        go.Slow(V)
    assert any(all(one is not old for old in before) for one in output_region._abandoned)
    assert np.array_equal(GO.Twice(V), V * 2, equal_nan=True)


def test_a_column_that_changes_meanwhile(worker):
    """Each row is that of some moment; nothing breaks."""
    v, ended = np.zeros(1_000_000), threading.Event()

    def change():
        while not ended.is_set():
            v[:] = 1 - v[0]

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(20):
            assert set(np.unique(GO.Twice(v))) <= {0.0, 2.0}
            goscore.score_series(v)
    finally:
        ended.set()
        thread.join()


def test_without_permission(monkeypatch):
    """Where the system does not allow it, everything goes through segments."""
    monkeypatch.setattr(probe.Probe, "address", 0)
    goscore.restart()
    try:
        assert not current.worker().reaches
        assert np.array_equal(GO.Twice(V), V * 2, equal_nan=True)
    finally:
        monkeypatch.undo()
        goscore.restart()


def test_cells_and_built_ins_land_too(worker):
    """Results of cells, of built-ins and of several of them at once are right."""
    v = pd.Series(V, name="v")
    run = cell.run("a := goscore.ScoreSeries(v)\nb := goscore.ScoreSeries(a)\ngoscore.Score(b)",
                   [("v", v, "v")])  # fmt: skip
    once = goscore.score_series(goscore.score_series(v))
    assert run.value == goscore.score(once)
    code = "x := make([]float64, len(v))\nfor i := range v {\n\tx[i] = v[i] + 1\n}\ntext := make([]string, len(v))\nfor i := range text {\n\ttext[i] = strconv.Itoa(i)\n}\nx, text = x[1:], text[:]\nmap[string][]float64{`a`: x, `b`: v}"  # fmt: skip
    made = cell.run(code, [("v", v, "v")]).value
    assert np.array_equal(made["a"].to_numpy(), V[1:] + 1, equal_nan=True)
    assert np.array_equal(made["b"].to_numpy(), V, equal_nan=True)


THREADS = """
import threading
import numpy as np
import goscore
from goscore._worker import current

current.worker()
pairs = [np.array([1.0, 2.0]) for _ in range(20_000)]
for _ in range(3):
    thread = threading.Thread(target=goscore.score, args=([1.0],))
    thread.start()
    thread.join()
print([pair for pair in pairs if pair.tolist() != [1.0, 2.0]])
"""


def test_the_probe_stays():
    """The worker writes to it again for each thread that says hello: nothing else may lie there."""
    ran = subprocess.run(
        [sys.executable, "-c", THREADS], capture_output=True, text=True, timeout=HANG
    )
    assert ran.stdout == "[]\n", ran.stderr


def test_the_first_runtime_reaches(monkeypatch):
    """Where Yama lets one process in, a second package of this process does not take that from the first."""
    allowed = []
    exists = os.path.exists
    monkeypatch.setattr(os.path, "exists", lambda path: "yama" in str(path) or exists(path))
    monkeypatch.setattr(
        probe.ctypes,
        "CDLL",
        lambda _: SimpleNamespace(prctl=lambda _, worker, *rest: allowed.append(worker)),
    )
    monkeypatch.setattr(sys, "_goscore_reached", {}, raising=False)
    probe.Probe().allow(1)
    monkeypatch.setattr(probe, "__package__", "fast_scores._goscore._memory")
    probe.Probe().allow(2)
    monkeypatch.setattr(probe, "__package__", "goscore._memory")
    probe.Probe().allow(3)
    assert allowed == [1, 3]
