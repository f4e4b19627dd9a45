"""``goscore.check``: it finds the input on which two functions differ, and finds none where they are the same."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import polars as pl
import pytest

import goscore
from goscore import ArgumentTypeError, ArgumentValueError, GoCompileError, GoPanic

from ..declared import functions

CELL = """
func Quotient(a, b int64) int64 { return a / b }
func FloorQuotient(a, b float64) float64 { return math.Trunc(a / b) }
func Rounded(x float64) float64 { return math.Round(x) }
func Highest(v []float64) float64 { return slices.Max(v) }
func Sorted(words []string) []string {
	slices.SortFunc(words, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return words
}
func Product(a, b int64) int64 { return a * b }
func Stripped(s string) string { return strings.TrimSpace(s) }
func NextMonth(t time.Time) time.Time { return t.AddDate(0, 1, 0) }
func Negated(x float64) float64 { return 0 - x }
func Mean(v []float64) float64 {
	total := 0.0
	for _, x := range v {
		total += x
	}
	return total / float64(len(v))
}

func FloorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}
func Even(x float64) float64 { return math.RoundToEven(x) }
func Clamp(x, low, high float64) float64 {
	if x < low {
		return low
	}
	if x > high {
		return high
	}
	return x
}
func Runs(v []int64) int64 {
	runs := int64(0)
	for i := range v {
		if i == 0 || v[i] != v[i-1] {
			runs++
		}
	}
	return runs
}
func Letters(s string) int { return utf8.RuneCountInString(s) }
//goscore:requires from.Year() >= 1900 && to.Year() >= 1900 && from.Year() < 2100 && to.Year() < 2100
func Days(from, to time.Time) int64 { return int64(to.Sub(from) / (24 * time.Hour)) }
type Line struct {
	Price    float64
	Quantity int64
}
func Cost(l Line) float64 {
	if l.Quantity > 100 {
		return l.Price * float64(l.Quantity) * 0.9
	}
	return l.Price * float64(l.Quantity)
}
//goscore:scan init=0
func Decayed(prev, v float64) float64 { return prev*0.9 + v }
//goscore:requires 0 < b && b < 1000000 && a > -1000000 && a < 1000000
func Ratio(a, b int64) float64 { return float64(a) / float64(b) }
func Filled(x *float64) float64 {
	if x == nil {
		return -1
	}
	return *x
}
func Priced(s string, prices map[string]float64) float64 { return prices[s] }
func Above(x float64) bool { return x >= 1234.5 }
func Number(s string) (float64, error) { return strconv.ParseFloat(s, 64) }
//goscore:requires len(v) > 0 && !slices.ContainsFunc(v, math.IsNaN)
func Largest(v []float64) float64 { return slices.Max(v) }
func Mod(a, b int64) int64 { return a % b }
func Square(n int64) int64 { return n * n }
func Clip(s string) string { return s[:min(len(s), 3)] }
func Endless(n int64) int64 {
	for n != 1 {
		n /= 2
	}
	return n
}
"""


@pytest.fixture(scope="module")
def go():
    return functions(CELL)


def quotient(a, b):
    return a // b


def rounded(x):
    return float(round(x))


def highest(v):
    return max(v)


def by_accents(words):
    return sorted(words, key=str.casefold)


def product(a, b):
    return a * b


def stripped(s):
    return s.strip()


def next_month(t):
    years, month = divmod(t.month, 12)
    first = t.replace(year=t.year + years, month=month + 1, day=1)
    following = (first + dt.timedelta(days=31)).replace(day=1)
    return first.replace(day=min(t.day, (following - first).days))


def negated(x):
    return -x


def mean(v):
    return sum(v) / len(v) if v else 0.0


def above(x):
    return x > 1234.5


DIFFERENT = [
    (quotient, "Quotient", lambda a, b: b != 0 and a % b != 0 and (a < 0) != (b < 0)),
    (quotient, "FloorQuotient", lambda a, b: True),
    (rounded, "Rounded", lambda x: True),
    (highest, "Highest", lambda v: not v or any(map(math.isnan, v))),
    (by_accents, "Sorted", lambda words: len(words) == 2),
    (product, "Product", lambda a, b: not -(2**63) <= a * b < 2**63),
    (stripped, "Stripped", lambda s: len(s) == 1),
    (next_month, "NextMonth", lambda t: t.day > 28),
    (negated, "Negated", lambda x: x == 0),
    (mean, "Mean", lambda v: v == []),
    (above, "Above", lambda x: x == 1234.5),
]


@pytest.mark.parametrize(("python", "name", "shows"), DIFFERENT, ids=lambda one: str(one)[:20])
def test_finds_the_difference(go, python, name, shows):
    """A difference is found without examples, as an input that shows it, and so is a test that pins it."""
    found = goscore.check(python, getattr(go, name), budget=60)
    assert not found.equal, found
    assert shows(**found.inputs), found
    assert len(found.counterexample) <= 2
    assert repr(found).startswith("They differ") and name in repr(found)


@pytest.mark.parametrize("seed", range(3))
def test_is_made_as_small_as_it_gets(go, seed):
    """No value of the input could be simpler, whatever was found first."""
    found = goscore.check(lambda a, b: a % b, go.Mod, seed=seed, budget=60)
    assert sorted(map(abs, found.inputs.values())) == [1, 2] and abs(found.inputs["b"]) == 2
    found = goscore.check(lambda n: n * n, go.Square, seed=seed, budget=60)
    assert abs(found.inputs["n"]) == math.isqrt(2**63 - 1) + 1


def test_text_that_is_cut_within_a_letter(go):
    """Go text that is no UTF-8, which Python cannot hold, is what Go raises."""
    found = goscore.check(lambda s: s[:3], go.Clip, budget=60)
    assert not found.equal and len(found.inputs["s"]) <= 4, found


def floor_div(a, b):
    found = a // b
    return found if found < 2**63 else -(2**63)


def even(x):
    return float(round(x)) if math.isfinite(x) else x


def even_with_zero(x):
    return math.copysign(even(x), x)


def clamp(x, low, high):
    return low if x < low else high if x > high else x


def runs(v):
    return sum(1 for i in range(len(v)) if not i or v[i] != v[i - 1])


def days(a, b):
    return int((b - a) / dt.timedelta(days=1))


def cost(line):
    return line.price * line.quantity * (0.9 if line.quantity > 100 else 1)


def decayed(prev, v):
    return prev * 0.9 + v


def ratio(a, b):
    return a / b


def filled(x):
    return -1.0 if x is None else x


PRICES = {"a": 1.0, "b": 2.5}


def priced(s, prices):
    return prices.get(s, 0.0)


EQUAL = [
    (floor_div, "FloorDiv", ()),
    (even_with_zero, "Even", ()),
    (clamp, "Clamp", ()),
    (runs, "Runs", ()),
    (len, "Letters", ("abc",)),
    (days, "Days", ()),
    (cost, "Cost", ()),
    (decayed, "Decayed", ()),
    (ratio, "Ratio", ()),
    (filled, "Filled", ()),
    (priced, "Priced", ("a", PRICES)),
]


@pytest.mark.parametrize(("python", "name", "examples"), EQUAL, ids=lambda one: str(one)[:20])
def test_finds_none_in_equal_functions(go, python, name, examples):
    """Functions that are the same are said to be, with the number of rows that were tried."""
    found = goscore.check(python, getattr(go, name), *examples, rows=1_200, budget=60)
    assert found.equal, found
    assert found.tried >= 500 and found.counterexample is None
    assert repr(found).startswith("No difference between") and f"{found.tried:,} rows" in repr(
        found
    )


def number(s):
    return float(s.replace("_", "x"))


def largest(v):
    return max(v)


def test_what_is_raised(go):
    """Both raising is equal; a row on which one raises is a difference."""
    found = goscore.check(number, go.Number, budget=60)
    assert not found.equal and found.raised
    assert isinstance(found.python, Exception) != isinstance(found.go, Exception)
    assert "raises" in repr(found)
    found = goscore.check(lambda a, b: a // b, go.Quotient, 1, 0, rows=0)
    assert found.equal and found.raised == found.tried == 1
    assert "both raised on all of them (ZeroDivisionError" in repr(found)
    found = goscore.check(lambda a, b: 0 if not b else a // b, go.Quotient, 1, 0, rows=0)
    assert isinstance(found.go, GoPanic) and found.python == 0


def test_requires_narrows(go):
    """What //goscore:requires leaves out is not tried, in rows and in columns."""
    assert goscore.check(largest, go.Largest, rows=1_000, budget=60).equal
    with pytest.raises(ArgumentValueError, match="none of 1 rows is what Ratio requires"):
        goscore.check(ratio, go.Ratio, 1, 0, rows=0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x > ", "is no expression"),
        ("x + 1", "is of type float64"),
        ("y > 0", "undefined: y"),
        ("", "has no condition"),
    ],
)
def test_requires_is_a_condition(text, message):
    """A condition that is none is an error of the cell."""
    with pytest.raises(GoCompileError, match=message):
        goscore.compile(
            f"//goscore:requires {text}\nfunc Half(x float64) float64 {{ return x / 2 }}"
        )
    with pytest.raises(GoCompileError, match="is not given by its caller"):
        goscore.compile(
            "//goscore:scan init=0\n//goscore:requires prev > 0\nfunc S(prev, v int) int { return v }"
        )


def halved(v):
    return v // 2


VECTOR = """
func Halved(v []int64) []int64 {
	out := make([]int64, len(v))
	for i, x := range v {
		out[i] = x / 2
	}
	return out
}
"""


@pytest.mark.parametrize(
    "example",
    [
        np.array([4, 2]),
        np.array([4, 2], "i4"),
        pd.Series([4, 2], name="v"),
        pl.Series("v", [4, 2]),
    ],
    ids=lambda one: f"{type(one).__module__} {one.dtype}",
)
def test_columns_are_of_the_library_of_the_example(example):
    """Where Python takes a column, it gets one of the example's library and type."""
    found = goscore.check(halved, functions(VECTOR).Halved, example, budget=60)
    assert not found.equal
    given = [value for row in found.inputs.values() for value in row]
    assert len(given) == 1 and given[0] < 0 and given[0] % 2
    assert type(found.python) is type(example) and found.python.dtype == example.dtype
    assert found.row == 0


def test_frames(go):
    """Fields come from the columns of a frame, and the input is a frame of its library."""

    def dear(line):
        return line["Price"] * line["Quantity"] * (0.9 if line["Quantity"] >= 100 else 1)

    frame = pl.DataFrame({"price": [1.0], "quantity": [3]})
    found = goscore.check(dear, go.Cost, frame, budget=60)
    assert not found.equal and isinstance(found.counterexample, pl.DataFrame)
    assert found.counterexample["quantity"].to_list() == [100]
    found = goscore.check(
        lambda df: df.price.clip(0) * df.quantity, go.Cost, frame.to_pandas(), rows=0, budget=60
    )
    assert found.equal and found.calls == 1


def test_examples_come_first(go):
    """A column of examples is tried as it is, and its first row that differs is found."""
    values = np.arange(3_000.0)
    values[2_500] = 2.5
    found = goscore.check(lambda x: float(math.floor(x + 0.5)), go.Even, values, rows=0)
    assert not found.equal and found.inputs == {"x": 2.5}
    assert (found.python, found.go, found.row) == (3.0, 2.0, 0)


def endless(n):
    while n != 1:
        n = n // 2 if n > 0 else n
    return n


def test_what_takes_too_long_is_left_out(go):
    """Rows on which Python is not done in time are left out, and their number is told."""
    found = goscore.check(endless, go.Endless, [1, 64, 0, -5], rows=0)
    assert found.equal and (found.tried, found.left_out) == (2, 2)
    assert "2 more were left out" in repr(found)


def test_seed(go):
    """The same seed finds the same input."""
    first, second = (goscore.check(rounded, go.Rounded, seed=5, budget=60) for _ in range(2))
    assert first.inputs == second.inputs


@pytest.mark.parametrize("library", [list, np.array, pd.Series, pl.Series])
def test_pins_the_input(tmp_path, library):
    """The file that it writes is a test by itself: it fails as long as the functions differ."""
    python = halved_list if library is list else halved
    found = goscore.check(python, functions(VECTOR).Halved, library([4, 2]), budget=60)
    path = tmp_path / "test_pinned.py"
    text = found.to_pytest(path)
    assert path.read_text(encoding="utf-8") == text

    def run(text):
        names = {}
        exec(compile(text, str(path), "exec"), names)
        next(value for name, value in names.items() if name.startswith("test_"))()

    with pytest.raises(AssertionError, match="They differ"):
        run(text)
    run(text.replace("x / 2", "x >> 1"))


HELPER = 2


def halved_list(v):
    return [math.floor(x / HELPER) if abs(x) < 2**50 else x // 2 for x in v]


def test_html(go):
    """A notebook shows the sentence, and the input beside both results."""
    html = goscore.check(rounded, go.Rounded, budget=60)._repr_html_()
    assert "They differ" in html and "<code>" in html and "<style" not in html
    assert "No difference" in goscore.check(decayed, go.Decayed, rows=20)._repr_html_()


def test_warnings_of_tries_are_not_shown(go, recwarn):
    """What NumPy warns of is an input that nobody passed."""

    def runs(v):
        np.log(np.float64(-len(v)))
        return sum(i == 0 or v[i] != v[i - 1] for i in range(len(v)))

    assert goscore.check(runs, go.Runs, rows=300).equal
    assert not recwarn.list


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (lambda go: (go.Rounded, rounded), {}, "takes the Python function first"),
        (lambda go: (rounded, rounded), {}, "pass a Go function"),
        (lambda go: (3, go.Rounded), {}, "takes a function first"),
        (lambda go: (rounded, goscore.score), {}, "pass a Go function"),
        (lambda go: (product, go.Rounded), {}, "cannot be called as Rounded is"),
        (lambda go: (rounded, go.Rounded, 1.0, 2.0), {}, "takes 1 argument, and 2 examples"),
        (lambda go: (priced, go.Priced), {}, "prices of Priced is a table: pass examples"),
    ],
)
def test_wrong_arguments(go, arguments, options, message):
    """What cannot be checked is refused, with what to pass."""
    with pytest.raises(ArgumentTypeError, match=message):
        goscore.check(*arguments(go), **options)


@pytest.mark.parametrize(
    "options", [{"rows": -1}, {"rows": 2.5}, {"seed": True}, {"budget": 0}, {"rows": 0}]
)
def test_wrong_options(go, options):
    """Options take numbers, and no rows need examples."""
    with pytest.raises(ArgumentValueError):
        goscore.check(rounded, go.Rounded, **options)
