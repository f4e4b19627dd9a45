"""Cells with their inputs and what they give: all kinds of inputs and results, in all libraries."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

import goscore


@dataclass
class Cell:
    """A cell of Go.

    Attributes
    ----------
    code : str
    inputs : dict
        By their Go names.
    want : object
        The cell's value; when outputs are named, a dict of theirs; the class
        of the error when there is one.
    outputs : tuple of str
    to : str
        As in ``-t``.
    """

    code: str
    inputs: dict[str, Any] = field(default_factory=dict)
    want: Any = None
    outputs: tuple[str, ...] = ()
    to: str = "auto"

    def __str__(self) -> str:
        kinds = ",".join(type(value).__module__.split(".")[0] for value in self.inputs.values())
        return f"{self.code.splitlines()[0][:40]}|{kinds}"


def same(a: Any, b: Any) -> bool:
    """Tell whether two results are equal: in type, library, index, and a NaN equals a NaN."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, float):
        return a == b or (math.isnan(a) and math.isnan(b))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    if isinstance(a, pd.Series):
        return a.equals(b) and a.index.equals(b.index) and (a.name, a.dtype) == (b.name, b.dtype)
    if isinstance(a, pd.DataFrame):
        return list(a) == list(b) and all(same(a[name], b[name]) for name in a)
    if isinstance(a, pl.Series):
        return a.equals(b, check_dtypes=True, check_names=True)
    if hasattr(a, "equals"):
        return bool(a.equals(b))
    return bool(a == b)


FRAME = pd.DataFrame({"v": [1.5, -2.0, math.nan], "n": [1, 2, 3], "Unit Price": list("abc")})
FRAME.index = pd.Index(["x", "y", "z"])
INTEGERS = pd.DataFrame({"n": pd.array([4, None, 6], "Int64")})
LARGE = np.arange(100_000.0)
TWICE = "out := make([]float64, len(v))\nfor i, x := range v {\n\tout[i] = 2 * x\n}\nout"
MOMENT = dt.datetime(2024, 2, 29, 12, 30, tzinfo=dt.UTC)
LIBRARIES = (np.array, pa.array, pl.Series, pd.Series)

CELLS = [
    # scalars, each way
    Cell("1 + 2", want=3),
    Cell("x / 2", {"x": 5.0}, 2.5),
    Cell("!x", {"x": True}, False),
    Cell("strings.ToUpper(x)", {"x": "é{}$"}, "É{}$"),
    Cell("string(x)", {"x": b"ab"}, "ab"),
    Cell("x.Add(36 * time.Hour).Day()", {"x": MOMENT}, 2),
    Cell("2 * x", {"x": dt.timedelta(seconds=3)}, pd.Timedelta(seconds=6)),
    Cell("math.NaN()", want=math.nan),
    # maps, matrices, tuples, structs
    Cell('x["a"]++\nx', {"x": {"a": 1, "b": 2}}, {"a": 2, "b": 2}),
    Cell("len(x)*10 + len(x[0])", {"x": np.zeros((2, 3))}, 23),
    Cell("x[1]", {"x": np.arange(6.0).reshape(2, 3)}, np.array([3.0, 4.0, 5.0])),
    Cell("func pair() (int, string) { return 1, `a` }\npair()", want=(1, "a")),
    Cell('[]any{1, "a", nil}', want=[1, "a", None]),
    # frames
    Cell("df.Len()", {"df": FRAME}, 3),
    Cell("df.Unit_Price[0] + df.Unit_Price[2]", {"df": FRAME}, "ac"),
    Cell("df.v", {"df": FRAME}, FRAME.v.rename(None)),
    Cell("df", {"df": FRAME[["v", "n"]]}, FRAME[["v", "n"]]),
    Cell("df.n[1]", {"df": pl.DataFrame({"n": [1, 2]})}, 2),
    Cell("df", {"df": pl.DataFrame({"n": [1, 2], "s": ["a", "b"]})}, pl.DataFrame({"n": [1, 2], "s": ["a", "b"]})),
    Cell("df.n[1]", {"df": pl.LazyFrame({"n": [1, 2]})}, 2),
    Cell("df", {"df": pa.table({"n": [1, 2]})}, pa.table({"n": [1, 2]})),
    Cell("df.Len()", {"df": FRAME.iloc[:0]}, 0),
    Cell("df.Len()", {"df": FRAME[[]]}, 3),
    Cell("type Row struct{ A int; B string }\n[]Row{{1, `x`}, {2, `y`}}", want=pd.DataFrame({"A": [1, 2], "B": ["x", "y"]})),
    Cell("type Row struct{ A int }\n[]Row{{1}}", want=pl.DataFrame({"A": [1]}), to="polars"),
    Cell("type Row struct{ A int }\n[]Row{{1}}", want={"A": np.array([1])}, to="numpy"),
    # columns, in every library, small and large
    *(Cell(TWICE, {"v": make([1.0, 2.5])}, make([2.0, 5.0])) for make in (*LIBRARIES, list)),
    *(Cell(TWICE, {"v": make(LARGE)}, make(LARGE * 2)) for make in LIBRARIES),
    Cell(TWICE, {"v": pa.chunked_array([[1.0], [], [2.5]])}, pa.array([2.0, 5.0])),
    Cell(TWICE, {"v": pd.Series([1.0], name="v")}, pd.Series([2.0])),
    Cell("slices.Reverse(v)\nv", {"v": ["a", "b" * 40]}, ["b" * 40, "a"]),
    Cell("len(v)", {"v": np.array([True, False])[::-1]}, 2),
    Cell("v[0].Year()", {"v": pd.Series(pd.date_range("2020", periods=2, tz="Europe/Paris"))}, 2020),
    Cell("v[1]", {"v": pa.array([b"a", b"bc"])}, b"bc"),
    Cell("v[1]", {"v": pd.Series(["a", "b", "a"], dtype="category")}, "b"),
    # missing values
    Cell('goscore.Nullable[int64](df, "n")', {"df": INTEGERS}, INTEGERS.n.rename(None)),
    Cell("df.n", {"df": INTEGERS}, goscore.ArgumentValueError),
    Cell("v", {"v": pl.Series([1.0, None])}, goscore.ArgumentValueError),
    # several outputs
    Cell("a, b := len(df.v), df.n", {"df": FRAME}, {"a": 3, "b": FRAME.n.rename("b")}, outputs=("a", "b")),
    Cell("big := make([]int32, 50_000)\nbig[7] = 7\nsmall := `x`", want={"big": np.eye(1, 50_000, 7, dtype="i4")[0] * np.int32(7), "small": "x"}, outputs=("big", "small"), to="numpy"),
    # built-in functions
    Cell("goscore.Score(v)", {"v": [1.0, 4.0]}, 9.0),
    Cell("goscore.ScoreSeries(df.v)", {"df": FRAME}, pd.Series([1.5, 0.75, 0.375], FRAME.index, name="v")),
    Cell("goscore.WeightedSum(a, b)", {"a": LARGE, "b": LARGE}, float((LARGE * LARGE).sum())),
    # errors
    Cell("x := 3\nx + nothing", want=goscore.GoNameError),
    Cell("df.vv", {"df": FRAME}, goscore.GoCompileError),
    Cell("var a []int\na[3]", want=goscore.GoPanic),
    Cell("errors.New(`bad`)", want=goscore.GoError),
    Cell("os.Exit(3)", want=goscore.ProgramDiedError),
    Cell("func r(n int) int { return r(n+1) + 1 }\nr(0)", want=goscore.GoPanic),
]  # fmt: skip
