"""Cells of Go on Python's data, on the real worker."""

import datetime as dt
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import goscore
from goscore import (
    ArgumentTypeError,
    ArgumentValueError,
    GoCompileError,
    GoError,
    GoNameError,
    GoPanic,
    GoTimeoutError,
    ProgramDiedError,
    WorkerDiedError,
)
from goscore._worker import current
from goscore._worker import worker as worker_module

from ..started import HANG, interrupt_when, until

VALUES = [3.0, -1.0, 4.0, float("nan"), 2.5]


@pytest.fixture
def df():
    return pd.DataFrame({"v": VALUES, "s": list("abcde"), "n": range(5)}, index=list("vwxyz"))


def python_score(values):
    """Score as the seed idea's Python loop does."""
    out, prev = [], 0.0
    for value in values:
        prev = prev * 0.9 + value if value > prev else prev * 0.5
        out.append(prev)
    return out


def test_loop(run, shell, df):
    """A loop over a column gives the bits of the Python loop, with index and name."""
    run(
        """%%goscore -i df -o smooth
smooth := make([]float64, df.Len())
prev := 0.0
for i, v := range df.v {
	if v > prev {
		prev = prev*0.9 + v
	} else {
		prev *= 0.5
	}
	smooth[i] = prev
}
""",
        df=df,
    )
    smooth = shell.user_ns["smooth"]
    assert smooth.tolist() == python_score(VALUES)
    assert smooth.index.equals(df.index) and smooth.name == "smooth"
    assert goscore.score_series(df.v).equals(smooth.rename("v"))


def test_values(run):
    """A last expression is the cell's value; a final semicolon silences it."""
    assert run("%goscore 1 + 2") == 3
    assert run("%%goscore\nx := 20\nx + 1\n") == 21
    assert run("%%goscore\nx := 20\nx + 1;\n") is None
    assert run("%%goscore\nfunc f() (int, string) { return 1, `a` }\nf()\n") == (1, "a")
    assert run('%goscore map[string]int{"a": 1}') == {"a": 1}
    assert run("%goscore time.Second") == dt.timedelta(seconds=1)
    assert run('%goscore []any{1, "a", nil}') == [1, "a", None]
    assert run("%goscore 'x'") == ord("x")


def test_assignment(run, shell, df):
    """x = %goscore ... keeps Go as it is written, and binds by itself."""
    run("a = %goscore goscore.Score(df.v)", df=df)
    positive = [value for value in VALUES if value > 0]
    assert shell.user_ns["a"] == pytest.approx(sum(value**1.5 for value in positive))
    run("b = %goscore `{df}` + \"$HOME it's\" + string('\\'')")
    assert shell.user_ns["b"] == "{df}$HOME it's'"


def test_go_names_come_first(run):
    """A free name is bound only when Go does not know it, and never to a module or function."""
    run("import math, string as strings\nlen_ = len\n")
    assert run('%goscore strings.ToUpper("a") + fmt.Sprint(math.Sqrt(4))') == "A2"
    with pytest.raises(GoNameError, match="undefined: len_"):
        run("%goscore len_(3)")


def test_declarations_stay(run):
    """Functions and types are known to later cells, values are not."""
    run("%%goscore\ntype Point struct{ X, Y float64 }\nfunc norm(p Point) float64 { return p.X }\n")
    assert run("%goscore norm(Point{3, 4})") == 3.0
    with pytest.raises(GoCompileError):
        run("%%goscore\nkept := 1\nkept;\n")
        run("%goscore kept")


ECHOES = [
    pd.Series([1, 2], dtype="int8"),
    pd.Series([1.5, np.nan]),
    pd.Series([True, False]),
    pd.Series(["a", "é" * 20]),
    pd.Series(pd.date_range("2020", periods=2, tz="Europe/Paris", unit="s")),
    pd.Series(pd.date_range("2020", periods=2, unit="ns")),
    pd.Series([pd.Timedelta("1s")]).astype("m8[ns]"),
    pd.Series([1, 2], dtype="int64[pyarrow]"),
    pd.Series([], dtype="float64"),
    pl.Series([1, 2]),
    pl.Series(["a", "b" * 30]),
    pl.Series([dt.datetime(2020, 1, 1)]),
    pa.array([1.5, 2.5]),
    pa.array([b"ab", b""]),
    np.arange(10, dtype=">u2")[::3],
    np.array(["2020-01-01"], "M8[ms]"),
    np.arange(6.0).reshape(2, 3)[:, ::2],
    np.arange(200_000.0),
    [1, 2],
    ["a"],
    [],
    5,
    2.5,
    True,
    "é",
    b"xy",
    dt.timedelta(seconds=1),
    pd.Timestamp("2020-01-01 00:00:00.123456789", tz="Europe/Paris"),
    {"a": 1},
    {},
]


@pytest.mark.parametrize("value", ECHOES, ids=lambda value: f"{type(value).__name__}")
def test_there_and_back(run, value):
    """What Go is given and gives back is what it was, in library and type."""
    made = run("%%goscore -i x\nx\n", x=value)
    # Where no input has a library, results are pandas', whose spans have nanoseconds.
    assert type(made) is (pd.Timedelta if isinstance(value, dt.timedelta) else type(value))
    if isinstance(value, np.ndarray):
        assert made.dtype == value.dtype.newbyteorder("=") and np.array_equal(made, value)
        assert made.flags.writeable
    else:
        assert made.equals(value) if hasattr(value, "equals") else made == value


def test_frames(run, df):
    """A frame is a struct of slices; only its mentioned columns are checked."""
    df["odd"] = [object()] * 5
    assert run("%goscore df.Len()", df=df) == 5
    assert run("%goscore df.v").equals(df.v.rename(None))
    back = run("%%goscore -i df\ndf\n", df=df[["v", "n"]])
    assert back.equals(df[["v", "n"]])
    with pytest.raises(ArgumentTypeError, match="column 'odd' of df holds Python objects of type"):
        run("%goscore df.odd", df=df)
    rows = run("%%goscore -i df\ntype R struct { A float64; B string }\n[]R{{df.v[0], df.s[0]}}\n")
    assert rows.to_dict("list") == {"A": [3.0], "B": ["a"]}


def test_target(run, df):
    """-t chooses the library of the results."""
    assert run("%goscore -t numpy df.v", df=df).tolist()[:3] == VALUES[:3]
    assert run("%goscore -t polars df.n").to_list() == list(range(5))
    assert run("%goscore -t arrow df.n").to_pylist() == list(range(5))
    assert run("%goscore -t list df.n") == list(range(5))
    assert run("%goscore -t numpy [][]float64{{1, 2}, {3, 4}}").shape == (2, 2)


def test_missing_values(run):
    """A null is never turned into a number; a nullable result stays nullable."""
    df = pd.DataFrame({"n": pd.array([1, None], "Int64")})
    with pytest.raises(ArgumentValueError, match=r'column "n" of df has 1 missing value'):
        run("%goscore df.n", df=df)
    made = run('%goscore goscore.Nullable[int64](df, "n")')
    assert str(made.dtype) == "Int64" and made.isna().tolist() == [False, True]
    pointers = run("%%goscore\nx := 1.5\n[]*float64{&x, nil}\n")
    assert pointers.dtype == "float64" and pointers.isna().tolist() == [False, True]


def test_inputs_are_the_runs_own(run):
    """A cell may change its inputs, and Python does not see it."""
    for length in (3, 100_000):
        values = np.zeros(length)
        assert run("%%goscore -i v\nv[0] = 5\nv\n", v=values)[0] == 5
        assert values[0] == 0


def test_output_streams(run, capsys, tmp_path):
    """Output appears while the cell runs."""
    shown, end = "", tmp_path / "end"

    def look():
        nonlocal shown
        shown += capsys.readouterr().out
        return "it's {on}\n" in shown

    def watch():
        try:
            until(look)
        finally:
            end.touch()

    with ThreadPoolExecutor(1) as thread:
        watching = thread.submit(watch)
        wait = f"for {{ if _, err := os.Stat(`{end}`); err == nil {{ break }} }}"
        assert run(f'%%goscore\nfmt.Println("it\'s {{on}}")\n{wait}\n7') == 7
        watching.result()


def test_errors(run):
    """Each kind of trouble has its class, and carries the cell's line."""
    for kind, cell, message in (
        (GoCompileError, 'x := 3\nx + "a"', "line 3: .*"),
        (GoNameError, "x := 3\nx + undefined1", "line 3: undefined: undefined1"),
        (GoPanic, "var a []int\na[3]", "index out of range"),
        (GoError, 'errors.New("it is bad")', "it is bad"),
        (ProgramDiedError, "os.Exit(3)", "3"),
        (GoTimeoutError, "--timeout 0.5\nfor {}", "0.5"),
        (GoNameError, "df.v", "add -i df"),
    ):
        options, code = cell.split("\n", 1) if cell.startswith("--") else ("", cell)
        with pytest.raises(kind, match=message):
            run(f"%%goscore {options}\n{code}\n", df=pd.DataFrame())
    assert run("%goscore 1 + 1") == 2


def test_different_indexes(run):
    """Columns whose rows do not belong together are refused."""
    left, right = pd.Series([1.0, 2.0]), pd.Series([3.0, 4.0], index=[1, 2])
    with pytest.raises(ArgumentValueError, match="left and right have different indexes"):
        run("%goscore goscore.WeightedSum(left, right)", left=left, right=right)
    assert run("%goscore goscore.WeightedSum(left, right)", right=right.values) == 11.0


def test_builtins():
    """The built-in functions take any column, in the library that went in."""
    v = [1.0, 3.0, 2.0]
    expected = python_score(v)
    assert goscore.score_series(v) == expected
    assert goscore.score_series(np.array(v)[::-1])[0] == 2.0
    assert goscore.score_series(pl.Series("k", v)).equals(pl.Series("k", expected))
    assert goscore.score_series(pa.array(v)).to_pylist() == expected
    assert goscore.score_series(pd.Series([1, 3, 2], name="k")).name == "k"
    assert goscore.score([4]) == 8.0
    assert goscore.weighted_sum(v, [1, 2, 3]) == 13.0
    for bad in (pd.DataFrame({"v": v}), 3.0, "x", ["a"]):
        with pytest.raises(TypeError):
            goscore.score(bad)
    with pytest.raises(ArgumentValueError):
        goscore.weighted_sum([1.0], [1.0, 2.0])


def test_builtins_in_programs(run):
    """A compiled cell links the same built-in functions as the worker: the same bits, at any length."""
    rng = np.random.default_rng(5)
    for rows in (7, 8, 9, 8191, 8193, 100_003):
        v, n = rng.normal(size=rows) * 10, rng.integers(-(2**62), 2**62, rows)
        v[3:5] = np.nan, -np.inf
        w = rng.normal(size=rows)
        inside = run(
            "%%goscore -i v,w,n\nvar _ = 0 // compiled\n[]float64{goscore.Score(v), goscore.WeightedSum(w, w), "
            "goscore.WeightedSum(n, w), goscore.WeightedSum(w, n)}\n",
            v=v,
            w=w,
            n=n,
        )
        worker = goscore.score(v), goscore.weighted_sum(w, w), goscore.weighted_sum(n, w)
        assert inside.tolist() == [*worker, worker[-1]]
        series = run("%%goscore -i v\nvar _ = 0 // compiled\ngoscore.ScoreSeries(v)\n", v=np.abs(w))
        assert series.tobytes() == goscore.score_series(np.abs(w)).tobytes()


def test_verbose_and_receipt(run, capsys):
    """-v shows command and generated file, and the receipt follows."""
    run("%%goscore -v -f\n1 + 2\n")
    shown = capsys.readouterr().out
    assert "func" in shown and "compile" in shown and "total" in shown
    assert goscore.last.compile > 0 and goscore.last.where == "program"
    run("%goscore 1 + 2")
    assert goscore.last.cached


@pytest.mark.parametrize("cell", ["for {}", "time.Sleep(time.Hour)", "for { fmt.Print(1) }"])
def test_interrupt(run, cell, tmp_path, monkeypatch):
    """Ctrl-C ends a cell, and the worker goes on."""
    # A cell that does not end by itself must show.
    monkeypatch.setattr(worker_module, "_PATIENCE", HANG)
    before, begun = current.worker().process.pid, tmp_path / "begun"
    pressed = interrupt_when(begun.exists)
    with pytest.raises(KeyboardInterrupt):
        run(f"%%goscore\nos.Create(`{begun}`)\n{cell}\n")
    pressed.join()
    assert run("%goscore 1 + 1") == 2 and current.worker().process.pid == before


def test_worker_killed(run):
    """kill -9 of the worker is told, and the next cell has another."""
    pid = current.worker().process.pid
    threading.Timer(0.5, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(WorkerDiedError, match="SIGKILL"):
        run("%%goscore\ntime.Sleep(time.Hour)\n")
    assert run("%goscore 1 + 1") == 2


def test_threads():
    """Several threads run at once, each with its own data."""
    wrong = []

    def work(number):
        for _ in range(5):
            if goscore.score(np.full(50_000, float(number))) != pytest.approx(50_000 * number**1.5):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
