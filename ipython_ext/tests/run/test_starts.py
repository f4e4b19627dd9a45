"""What runs by itself in a cell also runs before calls from Python; what is shared decides on the cores."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest

import goscore
from goscore import GoError, GoNameError, GoPanic

from ..declared import functions

CUBES = """%%goscore
var cubes [10]float64
var halves = make([]float64, 10)
var words = map[int64]string{}
var _ = fill()

func fill() bool {
	for i := range halves {
		halves[i] = float64(i) / 2
	}
	return true
}

func init() {
	for i := range cubes {
		cubes[i] = float64(i * i * i)
	}
}

func init() { words[2] = "two" }

// Cube looks a cube up.
func Cube(i int64) float64 { return cubes[i] }
func Half(i int64) float64 { return halves[i] }
func Word(i int64) string { return words[i] }
func Cubed(v []int64) float64 { s := 0.0; for _, i := range v { s += cubes[i] }; return s }
"""


def test_init(run):
    """init functions, and variables whose values change others, run before each call, a pickled one too."""
    run(CUBES)
    frame = pd.DataFrame({"i": [1, 2, 3], "k": ["a", "b", "a"]})
    for _ in range(2):
        assert run("%goscore Cube(3) + Half(3)") == 28.5
        assert run("Cube(df.i)", df=frame).tolist() == [1.0, 8.0, 27.0]
        assert run("Half(df.i)", df=frame).tolist() == [0.5, 1.0, 1.5]
        assert run("Word(column)", column=pl.Series([1, 2])).to_list() == ["", "two"]
        assert run("Cubed(df.i, by=df.k)", df=frame).tolist() == [28.0, 8.0]
    cube = pickle.loads(pickle.dumps(run("Cube")))
    goscore.restart()
    assert cube(3) == 27.0


def test_init_of_an_earlier_cell(run):
    """A function of a later cell finds what an earlier cell's init has prepared, and what one between adds."""
    run(CUBES)
    run("%%goscore\nfunc init() { cubes[4] = -1 }\n")
    run("%%goscore\nfunc Later(i int64) float64 { return cubes[i] + halves[i] }\n")
    assert run("Later(np.array([2, 4]))", np=np).tolist() == [9.0, 1.0]
    assert run("Cube(4)") == 64.0  # it is what it was made with


def test_declared_init():
    """Functions that were declared without a magic run their init, too."""
    made = functions(
        "var base float64\nfunc init() { base = 40 }\nfunc Above(x float64) float64 { return base + x }"
    )
    assert made.Above(2.0) == 42.0
    assert made.Above(pl.Series([1.0, 2.0])).to_list() == [41.0, 42.0]


def test_changed_var(run, capsys):
    """The cell says what functions see of a variable that its statements change; later cells do not see it."""
    run("%%goscore\nvar rate = 0.5\nrate = 2\nfunc Apply(x float64) float64 { return x * rate }\n")
    assert (
        "rate: functions and later cells see 0.5, its starting value\n" in capsys.readouterr().out
    )
    assert run("Apply(10.0)") == 5.0
    for cell in (
        "%%goscore\nrate * 2\n",
        "%%goscore\nfunc Other(x float64) float64 { return x * rate }\n",
    ):
        with pytest.raises(GoNameError, match=r"rate was a value of .*, and values do not stay"):
            run(cell)


SHARED = """%%goscore
var w io.Writer = &bytes.Buffer{}
var next = func() func() int64 { n := int64(0); return func() int64 { n++; return n } }()
type point struct { n int64 }
var state atomic.Pointer[point]
func init() { state.Store(&point{}) }

func Written(s string) int64 {
	b := w.(*bytes.Buffer)
	b.WriteString(s)
	return int64(b.Len())
}
func Next(x int64) int64 { return next() }
func Pointed(x int64) int64 { p := state.Load(); p.n++; return p.n }
"""


@pytest.mark.parametrize("name", ["Written", "Next", "Pointed"])
def test_hidden_state(run, capsys, name):
    """State behind an interface, a function value or an atomic pointer is counted row by row."""
    run(SHARED)
    assert capsys.readouterr().out.count("so it runs on one core") == 3
    rows = 200_000
    argument = ["x"] * rows if name == "Written" else np.zeros(rows, np.int64)
    got = run(f"{name}(argument)", argument=argument)
    assert np.array_equal(np.asarray(got), np.arange(1, rows + 1))


def test_long_texts(run):
    """Panics, errors, rows that fail and arguments make no message of megabytes."""
    run(
        "%%goscore\n"
        "func Panic(v []float64) float64 { panic(fmt.Sprint(v)) }\n"
        'func Error(v []float64) (float64, error) { return 0, fmt.Errorf("%v", v) }\n'
        "func Row(s string) (string, error) { return s, errors.New(s + s) }\n"
    )
    column = np.zeros(1_000_000)
    text = pd.Series(["x" * 1_000_000] * 3)
    for kind, call in (
        (GoPanic, "Panic(column)"),
        (GoError, "Error(column)"),
        (GoError, "Row(text)"),
        (goscore.GoscoreError, "Panic(column, by='x' * 1_000_000)"),
        (goscore.GoscoreError, "Panic(column.tolist() * 3, errors='x' * 1_000_000)"),
    ):
        with pytest.raises(kind) as caught:
            run(call, column=column, text=text)
        assert len(str(caught.value)) < 20_000, call
        again = pickle.loads(pickle.dumps(caught.value))
        assert str(again) == str(caught.value)
    _, report = run("Row(text, errors='report')", text=text)
    assert report.memory_usage(deep=True).sum() < 10_000_000
