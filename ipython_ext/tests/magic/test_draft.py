"""Drafts as a person meets them: types of parameters, the text, and the magic that fills the next cell."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from jupyter_client.manager import start_new_kernel

import goscore
from goscore import ArgumentValueError, GoNameError

from ..drafted import CASES, score_series
from ..started import HANG

DRAFT = """\
// ScoreSeries is drafted from score_series of Python.
//
// Climb with the values, and halve where they fall behind.
func ScoreSeries(values []float64) []float64 { // def score_series(values):
	out := []float64{}                          // out = []
	prev := 0.0                                 // prev = 0.0
	for _, v := range values {                  // for v in values:
		if v > prev {                           // if v > prev:
			prev = prev*0.9 + v                 // prev = prev * 0.9 + v
		} else {                                // else:
			prev = prev * 0.5                   // prev = prev * 0.5
		}
		out = append(out, prev)                 // out.append(prev)
	}
	return out                                  // return out
}
"""


def first(v, n=1):
    return v[n]


def typed(a: float, b: list[str], c: np.ndarray, d: pd.Series, e: int | None = None):
    return len(b) + a


def takes(draft):
    return draft.split("func ")[1].split(" {")[0]


def test_text():
    """The draft of the first example, line beside line."""
    draft = goscore.draft(score_series)
    assert "\n".join(" ".join(line.split(" ")).rstrip() for line in draft.split("\n")).replace(
        "  ", " "
    ) == DRAFT.replace("  ", " ")
    assert (draft.name, draft.untranslated, draft.notes) == ("ScoreSeries", [], [])
    assert draft._repr_markdown_() == f"```go\n{draft}```\n" and repr(draft) == draft


@pytest.mark.parametrize(
    ("example", "go"),
    [
        (pd.Series([1.5]), "[]float64"),
        (pd.Series([1, 2]), "[]int"),
        (pd.Series(["a"]), "[]string"),
        (pd.Series(["a"], dtype=object), "[]string"),
        (pd.Series([True]), "[]bool"),
        (pl.Series([1.5]), "[]float64"),
        (pl.Series(["a"]), "[]string"),
        (pa.array([1, 2]), "[]int"),
        (pa.chunked_array([["a"]]), "[]string"),
        (np.array([1.5], "float32"), "[]float64"),
        ([1, 2], "[]int"),
        ([1, 2.5], "[]float64"),
        ([], "[]float64"),
        ("abc", "string"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_types_of_examples(example, go):
    """Example arguments of every library say what a parameter is."""
    assert takes(goscore.draft(first, example)).startswith(f"First(v {go}, n int)")


def test_types_of_annotations():
    """Annotations come before examples; where there is neither, what is done with a name says it."""
    assert takes(goscore.draft(typed)).startswith(
        "Typed(a float64, b []string, c []float64, d []float64, e *int) float64"
    )
    assert takes(goscore.draft(first)).startswith("First(v []float64, n int) float64")


def test_support_is_taken_in_once(run, shell, capsys):
    """Drafts of several cells share their support functions, and no cell complains of that."""
    for function, _, _ in CASES[7:9]:
        run(f"%%goscore\n{goscore.draft(function)}")
    run(f"%%goscore\n{goscore.draft(CASES[7][0])}")
    shown = capsys.readouterr()
    assert "keeps" not in shown.out and not shown.err


def test_division_is_noted_where_it_may_be_by_zero():
    """NumPy divides by zero, Python and drafts do not; a constant is no zero."""

    def weeks(days):
        return [day // 7 for day in days]

    def each(days, n):
        return [day // n for day in days]

    days = np.array([3, 16])
    assert goscore.draft(weeks, days).notes == []
    assert "Division by zero panics" in goscore.draft(each, days, 7).notes[0]


def test_two_drafts_in_one_cell(run, shell, capsys):
    """Drafts that name the same support functions go into one cell as they are."""

    def half(a, b):
        return a / b // 1.0

    def rest(a, b):
        return a / b % 1.0

    drafts = [goscore.draft(one) for one in (half, rest)]
    assert all("func pyDivide(" in draft for draft in drafts)
    run("%%goscore\n" + "\n".join(drafts))
    found = [shell.user_ns[name](7.0, 2.0) for name in ("Half", "Rest")]
    assert found == [3.0, 0.5] and not capsys.readouterr().err


def test_gofmt_reads_it():
    """Drafts are Go by its own formatter."""
    gofmt = shutil.which("gofmt")
    if gofmt is None:
        pytest.skip("there is no gofmt")
    for function, _, _ in CASES:
        text = f"package p\n\n{goscore.draft(function)}"
        subprocess.run([gofmt, "-e"], input=text, text=True, check=True, capture_output=True)


def test_magic_fills_the_next_cell(run, shell, capsys):
    """%goscore_draft offers a cell that runs as it is, and the constants of the namespace are in it."""
    run("RATE = 0.25\ndef decay_all(v):\n    return [x * RATE for x in v]\n")
    run("%goscore_draft decay_all")
    cell, shell.rl_next_input = shell.rl_next_input, None
    assert (
        cell.startswith("%%goscore\n// DecayAll is drafted from decay_all")
        and "const RATE = 0.25" in cell
    )
    assert capsys.readouterr().out == "DecayAll: all of it is translated\n"
    run(cell)
    assert shell.user_ns["DecayAll"](pd.Series([4.0])).tolist() == [1.0]


def test_magic_takes_examples(run, shell):
    """Names behind the function are examples, columns of frames too."""
    shell.user_ns.update(df=pd.DataFrame({"s": ["a"]}), n=3, first=first)
    run("%goscore_draft first df.s n")
    assert "func First(v []string, n int) string" in shell.rl_next_input
    shell.rl_next_input = None


def test_magic_says_what_is_not_translated(run, shell, capsys):
    """What is marked is printed, too."""
    run("def odd(x):\n    return frobnicate(x)\n%goscore_draft odd\n")
    assert capsys.readouterr().out == (
        "Odd: 1 statement is not translated, and panics there\n"
        "  line 2: return frobnicate(x)\n"
        "      Python has no function frobnicate\n"
    )
    shell.rl_next_input = None


@pytest.mark.parametrize(
    ("line", "kind", "message"),
    [
        ("", ArgumentValueError, "name a Python function"),
        ("first(1)", ArgumentValueError, "cannot read"),
        ("frist", GoNameError, "Python has no name frist; did you mean first"),
    ],
)
def test_magic_refuses(run, shell, line, kind, message):
    """A line that names no function is an error that says what to write."""
    shell.user_ns["first"] = first
    with pytest.raises(kind, match=message):
        run(f"%goscore_draft {line}")


def test_in_a_notebook():
    """A notebook's frontend is asked to make the next cell; that cell runs, and its function can be called."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        setup = "%load_ext goscore\ndef twice(x):\n    return 2 * x\n"
        client.execute(setup, reply=True, timeout=HANG)
        content = client.execute("%goscore_draft twice", reply=True, timeout=HANG)["content"]
        (offer,) = content["payload"]
        assert offer["source"] == "set_next_input" and not offer["replace"]
        client.execute(offer["text"], reply=True, timeout=HANG)
        reply = client.execute("assert Twice([1.5]) == [3.0]", reply=True, timeout=HANG)
        assert reply["content"]["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
