"""Traces: the steps are those of the function, and its result is what a call gives."""

from __future__ import annotations

import pickle
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import goscore

GO = """
func Price(text string) (float64, error) {
	x, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return 0, err
	}
	return x, nil
}

func Divide(a, b int) int {
	c := b - 1
	return a / c
}

//goscore:scan init=0
func Level(level, x float64) float64 {
	if x > 3 { panic("too large") }
	return min(level + x, 4)
}

type Trip struct {
	Km   float64
	When time.Time
	Note *string
}

type Pace struct {
	Half  float64
	Night bool
}

func Paces(t Trip) Pace {
	hour := t.When.Hour()
	return Pace{t.Km / 2, hour < 6 || t.Note != nil}
}

func Mean(v []float64) (m float64) {
	for _, x := range v { m += x }
	return m / float64(len(v))
}

func Shift(v []float64, by int) []float64 {
	w := make([]float64, len(v))
	for i := range w { w[i] = v[(i+by)%len(v)] }
	return w
}

//goscore:default factor=2.5
func Scale(x float64, factor float64, units map[string]float64, unit string) float64 {
	f, ok := units[unit]
	switch {
	case !ok:
		return math.NaN()
	default:
		return x * factor * f
	}
}

func Known(x *float64) bool { return x != nil && *x > 0 }

func Cube(x int8) int8 {
	square := func(y int8) int8 { return y * y }
	return square(x) * x
}

func Quiet(ok bool, d time.Duration) string {
	defer func() { recover() }()
	if ok {
		var none map[string]int
		none["a"]++
	}
	return d.String()
}
"""

TRIPS = pd.DataFrame(
    {
        "Km": [1.0, 2.0],
        "When": pd.to_datetime(["2024-02-29 01:00", "2024-02-29 09:00"]),
        "Note": ["a", None],
    }
)
UNITS = {"km": 1.0, "mile": 1.609}
CALLS = [
    ("Price", (["1", " 2.5 "],), {}),
    ("Price", (["1", "x"],), {"errors": "coerce"}),
    ("Divide", (7, 4), {}),
    ("Divide", (np.array([7, -7]), np.array([4, 3], "int64")), {}),
    ("Level", (np.array([1.0, 2.0, 3.0]),), {}),
    ("Level", (pa.chunked_array([[1.0], [2.0]]),), {"init": 1.5}),
    ("Paces", (TRIPS,), {}),
    ("Mean", (np.arange(6.0),), {"by": ["a", "b"] * 3}),
    ("Mean", (pd.Series([1.0, 2.0], [5, 6]),), {}),
    ("Shift", (pd.Series([1.0, 2.0, 3.0]), 1), {}),
    ("Scale", ([1.0, 2.0],), {"units": UNITS, "unit": ["mile", "none"]}),
    ("Known", (pa.array([1.0, None, -1.0]),), {}),
    ("Cube", (np.array([2, -5], "i1"),), {}),
    ("Quiet", ([True, False], pd.Series(pd.to_timedelta(["1h", "2s"]))), {}),
]


@pytest.fixture(scope="module")
def functions():
    """Compile functions of all kinds."""
    return goscore.compile(GO)


def said(trace):
    """Return lines and what they did."""
    return [
        f"{step['line']} {did}"
        for step, did in zip(trace.steps, trace.to_pandas()["did"], strict=True)
    ]


@pytest.mark.parametrize(
    "name, args, options", CALLS, ids=[f"{at}-{call[0]}" for at, call in enumerate(CALLS)]
)
def test_the_result_is_the_call_s(functions, name, args, options):
    """A traced call has steps, and the same result as a plain one, of the same type."""
    function = getattr(functions, name)
    plain, trace = function(*args, **options), function.trace(*args, **options)
    assert trace.error is None and len(trace) > 1
    assert type(trace.result) is type(plain)
    pd.testing.assert_frame_equal(
        pd.DataFrame({"x": [plain]} if np.isscalar(plain) else plain),
        pd.DataFrame({"x": [trace.result]} if np.isscalar(plain) else trace.result),
        check_exact=True,
    )  # fmt: skip


def test_the_steps(functions):
    """A step has its line, what it set and which branch was taken."""
    assert said(functions.Price.trace(" x")) == [
        '2 Price(text = " x")',
        '3 x = 0, err = error: strconv.ParseFloat: parsing "x": invalid syntax',
        '4 true, since err = error: strconv.ParseFloat: parsing "x": invalid syntax',
        '5 returns 0, error: strconv.ParseFloat: parsing "x": invalid syntax',
    ]
    assert said(functions.Cube.trace(2))[1:] == [
        "62 square = func(int8) int8",
        "62   square(y = 2)".replace("  ", ""),
        "62 returns 4",
        "63 returns 8",
    ]
    scaled = said(functions.Scale.trace(2.0, units=UNITS, unit="none"))
    assert scaled[1:] == ["50 f = 0, ok = false", "52 taken, since ok = false", "53 returns NaN"]
    when = functions.Paces.trace(TRIPS.iloc[:1])
    assert said(when)[0] == '32 Paces(t = {Km:1 When:2024-02-29 01:00:00 UTC Note:&"a"})'
    assert said(when)[-1] == "34 returns {Half:0.5 Night:true}"


def test_rounds_and_rows_are_folded(functions):
    """Of the rounds of a loop and of the rows of a column the first three and the last stay."""
    loop = said(functions.Mean.trace(np.arange(9.0)))
    assert [text for text in loop if "round" in text] == [
        "38 round 1: x = 0", "38 round 2: x = 1", "38 round 3: x = 2",
        "38 ... 5 rounds left out ...", "38 round 9: x = 8", "38 after 9 rounds",
    ]  # fmt: skip
    rows = functions.Price.trace(["1"] * 7 + ["x"] + ["2"] * 9, errors="coerce")
    calls = [text for text in said(rows) if "Price(" in text or "left out" in text]
    assert [text.split(":")[0] for text in calls] == [
        '2 Price(text = "1")', "2 call 2", "2 call 3", "2 ... 4 calls left out ...",
        "2 call 8", "2 ... 8 calls left out ...", "2 call 17",
    ]  # fmt: skip


def test_panics(functions):
    """The last step of a panic has the values that led to it; the result raises it."""
    trace = functions.Divide.trace(3, 1)
    assert said(trace)[-1] == "12 panic: runtime error: integer divide by zero, with a = 3, c = 0"
    assert "GoPanic" in repr(trace).split("\n")[0]
    with pytest.raises(goscore.GoPanic, match="divide by zero"):
        trace.result  # noqa: B018


@pytest.mark.parametrize(
    "name, args, last, row",
    [
        ("Divide", (np.arange(50), np.arange(50)), "with a = 1, c = 0", 1),
        ("Divide", (7, pd.Series([3, 1, 4], [30, 10, 40])), "with a = 7, c = 0", 1),
        ("Level", (pa.array([1.0, 2.0, 3.0, 4.0, 5.0]),), "panic: too large", 3),
        ("Shift", (np.zeros(0), 2), "", None),
        ("Shift", (np.arange(3.0), -1), "index out of range [-1], with w[i] = 0", None),
    ],
)
def test_panics_of_calls(functions, name, args, last, row):
    """The panic of a call traces the row on which it was, and with groups and columns the call."""
    function = getattr(functions, name)
    if not last:
        assert len(function(*args)) == 0
        return
    with pytest.raises(goscore.GoPanic) as caught:
        function(*args)
    trace = caught.value.trace()
    assert caught.value.row == row
    assert last in said(trace)[-1] and not trace.note
    assert isinstance(trace.error, goscore.GoPanic)


@pytest.mark.parametrize("library", ["pandas", "polars", "arrow", "list"])
def test_failed_rows(functions, library):
    """Errors and reports trace the rows that failed; any row has a trace by its label."""
    texts = ["1", "x", "2", "y"]
    if library == "pandas":
        texts = pd.Series(texts, index=list("abcd"))
    elif library == "polars":
        texts = pytest.importorskip("polars").Series("t", texts)
    elif library == "arrow":
        texts = pa.array(texts)
    with pytest.raises(goscore.GoError) as caught:
        functions.Price(texts)
    assert said(caught.value.trace())[0] == '2 Price(text = "x")'
    assert said(caught.value.trace(1))[0] == '2 Price(text = "y")'
    with pytest.raises(goscore.ArgumentValueError, match="no failed row 2; 2 are kept"):
        caught.value.trace(2)
    _, report = functions.Price(texts, errors="report")
    if library in ("pandas", "polars"):
        assert said(report.trace(1))[0] == '2 Price(text = "y")'
    label = report["row"][0]
    label = label.as_py() if library == "arrow" else label
    assert said(functions.Price.trace(texts, at_row=label)) == said(caught.value.trace())


def test_a_panic_beside_reported_errors(functions):
    """A row that panics where errors are reported shows the values that led to it."""
    mixed = goscore.compile("""
func Half(x int) (int, error) {
	if x < 0 {
		return 0, errors.New("negative")
	}
	left := 100 / (x - 5)
	return x / 2 + left, nil
}
""")
    with pytest.raises(goscore.GoPanic) as caught:
        mixed.Half(np.array([-1, 4, 5, 6]), errors="report")
    assert (
        said(caught.value.trace())[-1]
        == "6 panic: runtime error: integer divide by zero, with x = 5"
    )


def test_nothing_to_replay(functions):
    """An error without its call, and a call whose data has changed, say so."""
    numbers = np.array([3, 1])
    with pytest.raises(goscore.GoPanic) as caught:
        functions.Divide(7, numbers)
    numbers[1] = 3
    trace = caught.value.trace()
    assert "the data has changed since the call" in repr(trace).split("\n")[0]
    assert trace.result.tolist() == [3]
    copied = pickle.loads(pickle.dumps(caught.value))
    assert str(copied) == str(caught.value) and copied.row == 1
    with pytest.raises(goscore.ArgumentValueError, match="no call to trace"):
        copied.trace()
    kept = [3, 1]
    with pytest.raises(goscore.GoPanic) as caught:
        functions.Divide(7, kept)
    kept.clear()
    with pytest.raises(goscore.ArgumentValueError, match="0 rows now, and no row 1"):
        caught.value.trace()


def test_bad_arguments(functions):
    """What a call refuses, its trace refuses; rows are named by labels that there are."""
    with pytest.raises(goscore.ArgumentTypeError):
        functions.Divide.trace("no number", 1)
    v = pd.Series([1.0, 2.0], index=["a", "a"])
    with pytest.raises(goscore.ArgumentValueError, match="the index has 2 rows 'a'"):
        functions.Level.trace(v, at_row="a")
    with pytest.raises(goscore.ArgumentValueError, match="no row 7"):
        functions.Level.trace([1.0], at_row=7)
    with pytest.raises(goscore.ArgumentValueError, match="a number from 0"):
        functions.Level.trace([1.0], at_row="a")
    with pytest.raises(goscore.ArgumentValueError, match="whole columns"):
        functions.Mean.trace([1.0], at_row=0)
    reader = pa.table({"x": [1.0]}).to_reader()
    with pytest.raises(goscore.ArgumentTypeError, match="not a stream"):
        functions.Level.trace(reader)


def test_ends_that_nothing_survives():
    """The steps up to an endless loop, an exit, a deadlock and the panic of a goroutine are there."""
    functions = goscore.compile("""
func Spin(n int) int {
	for n > 0 { n++ ; n-- }
	return n
}
func Exit(n int) int { os.Exit(n); return n }
func Wait(n int) int { c := make(chan int); return <-c }
func Deep(n int) int { if n == 0 { return 0 }; return 1 + Deep(n-1) }
func Other(n int) int {
	done := make(chan bool)
	go func() { v := []int{n}; v[n]++; done <- true }()
	<-done
	return n
}
""")
    for name, kind, text in [
        ("Exit", goscore.ProgramDiedError, "Exit(n = 3)"),
        ("Wait", goscore.GoPanic, "c = chan int"),
        ("Other", goscore.GoPanic, "panic, with v = [3], n = 3"),
    ]:
        trace = getattr(functions, name).trace(3)
        assert isinstance(trace.error, kind), name
        assert any(text in did for did in said(trace)), (name, said(trace))
    assert functions.Deep.trace(20_000).result == 20_000
    trace = functions.Spin.trace(1, timeout=1.5)
    assert isinstance(trace.error, goscore.GoTimeoutError)
    assert any("rounds left out" in did for did in said(trace))


def test_a_bound_on_steps():
    """A trace keeps a thousand steps, says how many it left out, and has the end."""
    functions = goscore.compile(
        "func Fib(n int) int { if n < 2 { return n }; return Fib(n-1) + Fib(n-2) }"
    )
    trace = functions.Fib.trace(16)
    assert trace.result == 987
    assert len(trace) == 1002 and said(trace)[-1] == "1 returns 987"

    def calls(n, depth=0):  # those that are stepped into
        return depth <= 12 and 1 + (n > 1 and calls(n - 1, depth + 1) + calls(n - 2, depth + 1))

    assert said(trace)[-2].startswith(f"0 ... {3 * calls(16) - 1001:,} steps left out")


def test_a_cell(run, capsys):
    """A cell with --trace has its steps as value, and its outputs come back."""
    trace = run(
        "%%goscore -i v -o total --trace\n"
        "total := 0.0\n"
        "for _, x := range v {\n"
        "\tif x > 1 { total += x }\n"
        "}\n"
        'fmt.Println("once")\n'
        "total\n",
        v=np.array([1.0, 2.0]),
    )
    assert capsys.readouterr().out.startswith("once\nOut[")
    assert said(trace) == [
        "2 total = 0", "3 round 1: x = 1", "4 false, since x = 1", "3 round 2: x = 2",
        "4 true, since x = 2", "4 total = 2", "3 after 2 rounds", "6 ", "7 ",
    ]  # fmt: skip
    assert trace.result == 2 and run("total") == 2


def test_a_cell_that_panics(run, capsys):
    """Its steps are displayed above its error."""
    with pytest.raises(goscore.GoPanic, match=r"line 3: panic: .*index out of range"):
        run("%%goscore -i v --trace\ni := 5\nv[i]\n", v=np.array([1.0, 2.0]))
    shown = capsys.readouterr().out
    assert "i = 5" in shown and "panic: runtime error: index out of range [5]" in shown
    assert "with v = [1 2], i = 5" in shown


def test_a_cell_that_only_declares(run):
    """Such a cell is told about F.trace, and its functions are there."""
    with pytest.raises(goscore.ArgumentValueError, match=r"F\.trace"):
        run("%%goscore --trace\nfunc Declared(x int) int { return x }\n")
    assert run("Declared.trace(3).result") == 3
    with pytest.raises(goscore.GoPanic) as caught:
        run("%%goscore -i v\nv[7]\n", v=np.array([1.0]))
    with pytest.raises(goscore.ArgumentValueError, match="write --trace behind %%goscore"):
        caught.value.trace()


def test_forms():
    """The text and the page show the same, escaped, with styles of the elements alone."""
    from goscore._trace.trace import Trace

    plain = {"goroutine": 0, "depth": 0, "function": "F", "count": 0, "note": "", "values": []}
    steps = [
        {**plain, "kind": "call", "cell": "In[1]", "line": 2, "source": "func F(x <b>)", "values": [("x", "1")]},
        {**plain, "kind": "set", "cell": "In[2]", "line": 3, "source": "\ty := x", "values": [("y", '"<i>"')], "depth": 1},
        {**plain, "kind": "do", "cell": "In[2]", "line": 4, "source": "\tz()", "goroutine": 1},
        {**plain, "kind": "panic", "cell": "In[2]", "line": 5, "source": "\tz()", "note": "no"},
    ]  # fmt: skip
    trace = Trace("F(x)", {"steps": steps}, None, goscore.GoPanic("no\nmore"))
    text = repr(trace)
    assert text.split("\n")[0] == "F(x), 4 steps: GoPanic: no"
    assert '3 |       y := x   y = "<i>"' in text and "goroutine 1" in text
    html = trace._repr_html_()
    assert "func F(x &lt;b&gt;)" in html and "&lt;i&gt;" in html and "panic: no" in html
    assert not re.search(r"<(style|script|link)|class=| id=", html)
    assert "<b>In[1]</b>" in html and "<b>In[2]</b>" in html
    assert Trace("F(x)", {"steps": []}, 3, None).__repr__() == "F(x), 0 steps: no line of it ran"
