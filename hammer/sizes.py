"""Columns of more than 2 GiB, of 2^31 + 1 rows, thousands of them, and none: exact, or refused by name."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

import goscore

from .attack import Trials, attack
from .notebook import forget, function, run
from .system import descendants, memory

WIDE = 10_000  # columns
LONG = (1 << 31) + 1  # rows of int8
OVER = (1 << 28) + 4096  # rows of float64: more than 2 GiB
TEXTS, LETTERS = 1 << 21, 1040  # strings of so many bytes: more than 2 GiB together
MOST = 12 << 30  # bytes that Python, the worker and programs may have together
PIECE = 1 << 24  # rows that are compared at once

GO = """
func Next(v int8) int8 { return v + 1 }
func Count(v []int8) int { n := 0; for _, x := range v { n += int(x) }; return n }
func Twice(v float64) float64 { return 2 * v }
func Or(v *float64) float64 { if v == nil { return -1 }; return *v }
func Sum(v []float64) float64 { s := 0.0; for _, x := range v { s += x }; return s }
func Sorted(v []float64) []float64 { slices.Sort(v); return v }
//goscore:scan init=0
func Total(prev, v float64) float64 { return prev + v }
func Size(s string) int { return len(s) }
func Bytes(s []string) int { n := 0; for _, x := range s { n += len(x) }; return n }
func Same(s string) string { return s }
"""

Check = Callable[[dict[str, Any]], None]


def _alike(made: Any, value: float, rows: int, last: float) -> None:
    """See that a result has so many rows of one value, and another in the last."""
    values = np.asarray(made)
    assert len(values) == rows and values[-1] == last, (len(values), values[-1])
    for at in range(0, rows - 1, PIECE):
        assert (values[at : min(at + PIECE, rows - 1)] == value).all(), at


def _refused(call: Callable[[], Any], *words: str) -> None:
    """See that a call is refused, by a name."""
    try:
        call()
    except (goscore.ArgumentValueError, goscore.ArgumentTypeError) as error:
        assert all(word in str(error) for word in words), error
        return
    raise AssertionError(f"not refused for {words}")


def no_rows(go: dict[str, Any]) -> None:
    for make in (np.array, pd.Series, pl.Series, pa.array):
        column = make(np.zeros(0)) if make is not pl.Series else pl.Series("v", np.zeros(0))
        assert (
            len(go["Twice"](column)) == len(go["Sorted"](column)) == len(go["Total"](column)) == 0
        )
        assert go["Sum"](column) == 0.0 and goscore.score(column) == 0.0
        assert len(goscore.score_series(column)) == len(goscore.share(column)) == 0
        assert len(go["Total"](column, by=column)) == 0
        assert run("%%goscore -i v\nlen(v)", v=column) == 0
    assert len(go["Size"](pa.array([], pa.string()))) == 0
    frame = pd.DataFrame({"v": np.zeros(0), "s": pd.Series([], dtype="str")})
    assert run("%%goscore -i df\ndf", df=frame).equals(frame)


def no_columns(go: dict[str, Any]) -> None:
    frames = (pd.DataFrame(index=range(3)), pl.DataFrame(), pa.table({}))
    for frame, rows in zip(frames, (3, 0, 0), strict=True):
        assert run("%%goscore -i df\ndf.Len()", df=frame) == rows
        assert goscore.share(frame).shape == frame.shape
    assert run("%%goscore -i df\ndf.Len()", df=pd.DataFrame({"v": [1.0]})[[]]) == 1


def all_null(go: dict[str, Any]) -> None:
    rows = 70_000  # more than is copied in one piece
    columns = (
        pa.nulls(rows),
        pa.nulls(rows, pa.float64()),
        pl.Series("v", [None] * rows, dtype=pl.Float64),
        pd.Series(pd.array([None] * rows, "Float64")),
        pd.Series([None] * rows, dtype="double[pyarrow]"),
    )
    for column in columns:
        assert (np.asarray(go["Or"](column), float) == -1).all()
        made = go["Twice"](column)
        missing = pa.array(made).null_count
        assert missing == rows and len(made) == rows, (type(made), missing)
        _refused(lambda column=column: go["Sum"](column), "argument v", "missing")  # type: ignore[misc]
    frame = pd.DataFrame({"v": columns[3]})
    _refused(lambda: run("%%goscore -i df\ndf.v", df=frame), "v", "70,000 missing")
    assert run('%%goscore -i df\ngoscore.Nullable[float64](df, "v").Len()', df=frame) == rows


def wide(go: dict[str, Any]) -> None:
    values = np.arange(WIDE * 5.0).reshape(5, WIDE)
    frame = pd.DataFrame(values, columns=[f"c{at}" for at in range(WIDE)])
    assert run("%%goscore -i df\ndf.Len()", df=frame) == 5
    assert run(f"%%goscore -i df\ndf.c0[1] + df.c{WIDE - 1}[4]", df=frame) == WIDE + 5.0 * WIDE - 1
    shared = goscore.share(frame)
    assert run("%%goscore -i df\ndf.c77[2]", df=shared) == 2.0 * WIDE + 77
    assert run("%%goscore -i df\ndf", df=frame).equals(frame)
    function(
        "Row",
        "type Three struct{ C1, C5000, C9999 float64 }\nfunc Row(t Three) float64 { return t.C1 + t.C5000 + t.C9999 }",
    )
    assert run("Row(df)", df=frame)[0] == 15_000


def over(go: dict[str, Any]) -> None:
    column = np.ones(OVER)
    column[-1] = 5.0
    _alike(go["Twice"](column), 2.0, OVER, 10.0)
    assert go["Sum"](column) == OVER + 4.0
    assert goscore.score(column) == OVER - 1 + 5.0**1.5


def over_more(go: dict[str, Any]) -> None:
    column = np.ones(OVER)
    column[-1] = 5.0
    _alike(go["Sorted"](column), 1.0, OVER, 5.0)
    assert go["Total"](column)[-1] == OVER + 4.0
    series = goscore.score_series(column)
    assert len(series) == OVER and series[-1] > 5.0
    del series
    frame = pl.DataFrame({"v": column})
    _alike(run("%%goscore -i df\ndf.v", df=frame), 1.0, OVER, 5.0)


def shared_over(go: dict[str, Any]) -> None:
    column = np.ones(OVER)
    column[-1] = 5.0
    shared = goscore.share(column)
    del column
    _alike(go["Twice"](shared), 2.0, OVER, 10.0)
    _alike(goscore.ewma(shared, 1.0), 1.0, OVER, 5.0)


def long(go: dict[str, Any]) -> None:
    column = np.ones(LONG, np.int8)
    column[-1] = 9
    _alike(go["Next"](column), 2, LONG, 10)
    assert go["Count"](column) == LONG + 8
    assert run("%%goscore -i v\nv[len(v)-1]", v=column) == 9
    _alike(run("%%goscore -i v\nv[0] = 1\nv", v=column), 1, LONG, 9)


def _texts(kind: Any, rows: int) -> Any:
    offsets = np.arange(rows + 1, dtype="i8" if kind == pa.large_string() else "i4") * LETTERS
    letters = np.full(rows * LETTERS, ord("a"), np.uint8)
    return pa.Array.from_buffers(kind, rows, [None, pa.py_buffer(offsets), pa.py_buffer(letters)])


def texts(go: dict[str, Any]) -> None:
    for kind, rows in ((pa.large_string(), TEXTS), (pa.string(), TEXTS // 2)):
        column = pa.chunked_array([_texts(kind, rows)] * (TEXTS // rows))
        _alike(go["Size"](column), LETTERS, TEXTS, LETTERS)
        assert go["Bytes"](column) == TEXTS * LETTERS
        assert len(set(np.asarray(goscore.hash_encode(column, 1 << 20)).tolist())) == 1
        del column


def texts_back(go: dict[str, Any]) -> None:
    column = _texts(pa.large_string(), TEXTS)
    made = go["Same"](column)
    assert len(made) == TEXTS and made[TEXTS - 1].as_py() == "a" * LETTERS
    assert made.equals(column) or made.cast(pa.large_string()).equals(column)


SMALL: tuple[Check, ...] = (no_rows, no_columns, all_null, wide)
LARGE: tuple[Check, ...] = (over, over_more, shared_over, long, texts, texts_back)


@attack(15, "over 2 GiB, 2^31 + 1 rows, 10,000 columns, no rows, all null", count=1, limit=900)
def sizes(trials: Trials) -> None:
    """Call functions on each; of the large ones only the first in the short form."""
    go = {name: function(name, GO) for name in _names()}
    with _peak() as peak:
        for check in (*SMALL, *LARGE[: len(LARGE) if trials.scale >= 1 else 1]):
            with trials.trial(check.__name__):
                check(go)
            forget("df", "v")
            gc.collect()
    trials.figures["peak"] = f"{peak[0] / 2**30:.1f} GiB"
    trials.check(peak[0] < MOST, f"{peak[0] / 2**30:.1f} GiB were taken at once")


def _names() -> list[str]:
    return [line.split("(")[0][5:] for line in GO.splitlines() if line.startswith("func ")]


@contextmanager
def _peak() -> Iterator[list[int]]:
    """Give the most memory that this process and its descendants had at once."""
    most, stop = [0], threading.Event()

    def look() -> None:
        while not stop.wait(0.2):
            held = 0
            for pid in (os.getpid(), *descendants(os.getpid())):
                try:
                    held += memory(pid)
                except Exception:  # it has ended meanwhile
                    continue
            most[0] = max(most[0], held)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        stop.set()
        thread.join()
