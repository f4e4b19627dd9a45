"""``goscore.compare`` and ``--compare``: what is equal, from how many rows Go pays, and what is shown."""

import functools
import re
import time

import numpy as np
import pandas as pd
import polars as pl
import pytest

import goscore
from goscore import ArgumentTypeError, ArgumentValueError, GoPanic
from goscore._measure import samples

from ..declared import functions

CELL = """
//goscore:scan init=0
func Grow(prev, v float64) float64 {
	if v > prev {
		return prev*0.9 + v
	}
	return prev * 0.5
}
func Half(v []float64) []float64 {
	halves := make([]float64, len(v))
	for i, x := range v {
		halves[i] = x / 2
	}
	return halves
}
func Total(v []float64) float64 {
	total := 0.0
	for _, x := range slices.Backward(v) {
		total += x
	}
	return total
}
func Bad(v []float64) float64 { return v[len(v)] }
func Slow(v []float64) float64 { time.Sleep(30*time.Millisecond); return 0 }
"""
N = 3_000
LONG = 60  # s; far more than is used, so that a busy machine changes nothing
V = pd.Series(np.random.default_rng(3).normal(size=N), name="v")


@pytest.fixture(scope="module")
def go():
    return functions(CELL)


def grow(v):
    prev, grown = 0.0, []
    for x in v:
        prev = prev * 0.9 + x if x > prev else prev * 0.5
        grown.append(prev)
    return pd.Series(grown, v.index, name=v.name)


@pytest.fixture(scope="module")
def made(go):
    """Compare a loop, its Go version, the built-in function, and what is wrong at one row."""

    def wrong(v):
        found = grow(v)
        found.iloc[7] += 1
        return found

    others = {"built in": goscore.score_series, "wrong": wrong}
    return goscore.compare(grow, go.Grow, V, others=others, budget=LONG)


def test_equality(made):
    """The verdicts say how equal the results are, and which row differs first."""
    assert made.equal is True and made.verdicts["Go"].text == "same bits"
    assert made.verdicts["built in"].text == "same bits"
    assert not made.verdicts["wrong"].equal and made.verdicts["wrong"].row == 7
    assert "row 7 differs" in made.verdicts["wrong"].text


def test_sizes_grow_to_all_rows(made):
    """All run on growing numbers of rows, to the last."""
    assert made.sizes == [10, 100, 1_000, N] and made.rows == N
    assert list(made.contenders[1].measured) == made.sizes


def test_table_has_every_figure(made):
    """The frame has a row for each contender and size, with goscore's parts where there are some."""
    table = made.to_pandas()
    assert len(table) == 4 * len(made.sizes)
    assert table.seconds.gt(0).all() and table.runs.ge(1).all()
    ours = table[table.contender.isin(["Go", "built in"])]
    parts = ours[["copy_in", "run", "copy_out", "other"]]
    assert parts.notna().all().all() and table[table.contender == "Python"].run.isna().all()
    at_most = parts.sum(axis=1) / ours.seconds
    assert at_most.median() == pytest.approx(
        1, rel=0.5
    )  # medians of parts, and what is around a call
    at_all = table[table.rows == N].set_index("contender")
    assert at_all.speed_up["Python"] == 1
    assert at_all.rows_per_second["Go"] == pytest.approx(N / at_all.seconds["Go"])


def test_compiling_is_kept_apart(made):
    """Go is compiled for the comparison, even if it was before, and once only."""
    assert 0.01 < made.compile < made.contenders[1].first
    at_ten = made.contenders[1].measured[10]
    assert all(receipt.compile < made.compile / 4 for receipt in at_ten.receipts)
    assert made.contenders[2].compile < made.compile / 4  # a built-in function


def test_text(made):
    """On a terminal the first line is the speed-up; bars and tables follow, and what the functions got."""
    first, second, *_ = repr(made).splitlines()
    assert re.fullmatch(r"[\d.,]+× (faster|slower) on 3,000 rows, same bits", first)
    assert second.startswith("Go ") and second.endswith(".")
    shown = repr(made)
    assert "All got pandas Series of float64, 3,000 rows, as passed." in shown
    assert "Grow (Go) against grow (Python)." in shown
    assert re.search(
        r"^ +rows +Python +Go +speed-up +built in +speed-up +wrong +speed-up$", shown, re.M
    )
    assert re.search(r"^ +rows +copy in +run +copy out +messages between processes$", shown, re.M)
    assert "peak memory" in shown and "cores used" in shown and "█" in shown
    assert "nan" not in shown and "None" not in shown and "other" not in shown


def test_html(made):
    """In a notebook the number is large, a chart in the page's own colours and size is next, and the tables are folded."""
    bundle = made._repr_mimebundle_()
    page = bundle["text/html"]
    assert bundle["text/plain"] == repr(made)
    number, _, rest = repr(made).splitlines()[0].partition(" ")
    assert re.search(rf'<b style="font-size: \dem[^>]*>{number}</b> <span[^>]*>{rest}</span>', page)
    chart, folded = page.split("<details>")
    assert "<summary>" in folded and folded.count("<table") == 3
    for size in ("10 rows", "100 rows", "1,000 rows", "3,000 rows"):
        assert chart.count(f">{size}<") == 1
    assert len(re.findall(r"<div style=.background: #", chart)) == 3 * len(made.sizes)
    assert "messages between processes" in chart
    # An inline <svg> of a notebook that is not trusted would be stripped to its bare words, and an
    # image knows neither the theme nor the size of the font.
    assert "<svg" not in page and "<img" not in page
    assert not re.search(r"#000000|#ffffff|[^-]color: (black|white)|\d(px|pt)[^;]*font", page, re.I)
    assert not re.search(r"font-size: \d+(px|pt)", page)


def test_plot(made):
    """plot() draws on given axes, a line for each contender."""
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    assert made.plot(axes) is axes
    assert [line.get_label() for line in axes.get_lines()][:4] == [
        "Python", "Go", "built in", "wrong",
    ]  # fmt: skip
    assert axes.get_lines()[0].get_xdata().tolist() == made.sizes


def test_rounding_is_equal(go):
    """Sums in another order are equal, and the verdict says how large the difference is."""
    found = goscore.compare(lambda v: float(np.sum(v)), go.Total, V.to_numpy() + 1, budget=LONG)
    assert found.equal and re.match(r"largest difference \d|same bits", found.verdicts["Go"].text)


def test_difference(go):
    """A Go function that computes something else differs in its first row."""
    found = goscore.compare(lambda v: v * 2, go.Half, V, budget=LONG)
    assert found.equal is False
    assert ", but the results differ: row 0 differs" in repr(found).splitlines()[0]
    assert "but the results differ" in found._repr_html_()


@pytest.mark.parametrize("make", [list, np.array, pl.Series])
def test_any_library(go, make):
    """Lists, arrays and polars are cut and compared as what they are."""
    column = make(V[:200].tolist())
    found = goscore.compare(lambda v: [x / 2 for x in v], go.Half, column, budget=LONG)
    assert found.equal and found.sizes == [10, 200] and found.whole == 200


def test_budget(go):
    """A loop that would take too long stops early: the budget bounds the rows that it is given."""
    asked = []

    def slow(v):
        asked.append(len(v))
        time.sleep(len(v) * 0.02)
        return v / 2

    found = goscore.compare(slow, go.Half, V, budget=12)  # all rows would take it a minute
    assert sum(asked) * 0.02 < 12  # s, which all calls together slept
    assert found.rows == 100 and "Python stopped: 1,000 rows would take it about 2" in repr(found)
    assert found.sizes[-1] == N and found.equal


def test_never_pays(go):
    """Where Go is slower on all rows there is no break-even."""
    found = goscore.compare(lambda v: 0.0, go.Slow, V[:100], budget=LONG)
    assert found.break_even is None and found.break_even_with_compile is None
    assert "Go was never faster up to 100 rows." in repr(found)


def test_contenders_that_raise(go):
    """What another contender raises is said; what the two raise is raised."""

    def broken(v):
        raise ValueError("no such <thing>")

    found = goscore.compare(grow, go.Grow, V[:2000], others={"broken": broken}, budget=LONG)
    assert "broken stopped: 2,000 rows: ValueError: no such <thing>" in repr(found)
    assert "no such &lt;thing&gt;" in found._repr_html_()
    with pytest.raises(ValueError, match="no such"):
        goscore.compare(broken, go.Grow, V[:100], budget=LONG)
    with pytest.raises(GoPanic):
        goscore.compare(lambda v: 0.0, go.Bad, V[:100], budget=LONG)


def test_functions_that_need_more_rows(go):
    """A function that raises on ten rows is asked again with more."""

    def picky(v):
        return grow(v) if len(v) > 50 else [][0]

    found = goscore.compare(picky, go.Grow, V[:2000], budget=LONG)
    assert found.equal and found.rows == 2000 and 10 not in found.contenders[0].measured


def test_inputs_stay(go):
    """A function that changes its argument is refused, before it changed the user's."""
    values = np.array([3.0, 1.0, 2.0] * 10)
    before = values.copy()

    def sorting(v):
        v.sort()
        return v / 2

    with pytest.raises(ArgumentValueError, match="sorting changes its arguments in place"):
        goscore.compare(sorting, go.Half, values, budget=LONG)
    assert np.array_equal(values, before)


def test_without_columns():
    """Functions of numbers run on these alone."""
    go = functions("func Twice(x float64) float64 { return 2 * x }")
    found = goscore.compare(lambda x: 2 * x, go.Twice, 4.0, budget=LONG)
    assert found.equal and found.sizes == [1] and "Go was never faster." in repr(found)


def test_wrong_arguments(go):
    """What cannot be compared is refused."""
    for call, message in (
        (lambda: goscore.compare(3, go.Grow, V), "the first argument of compare is a int"),
        (lambda: goscore.compare(grow, go.Grow, V, others={"Go": grow}), "name of a contender"),
        (lambda: goscore.compare(grow, go.Grow, V, others={"x": 1}), r"others\['x'\] is a int"),
        (lambda: goscore.compare(grow, go.Grow, V, budget=0), "budget= takes a number of seconds"),
    ):
        with pytest.raises((ArgumentTypeError, ArgumentValueError), match=message):
            call()


def test_swapped(go):
    """The function that runs Go comes second, however it is passed."""
    for first, second, message in (
        (go.Grow, grow, r"compare\(grow, Grow, \.\.\.\)"),
        (functools.partial(go.Grow), grow, "takes the Python function first"),
        (goscore.score_series, grow, r"compare\(grow, score_series, \.\.\.\)"),
        (go.Grow, go.Grow, "takes a Python function first, and Grow runs Go"),
        (lambda v: go.Grow(v), grow, "Go ran in <lambda>, and not in grow"),
    ):
        with pytest.raises(ArgumentTypeError, match=message):
            goscore.compare(first, second, V[:100], budget=LONG)


def test_only_the_longest_are_cut():
    """A shorter column is a parameter, and stays whole."""
    long, short = np.arange(100.0), [1.0, 2.0]
    cut = samples.first([long, short, 3, pd.DataFrame({"a": long})], 10)
    assert (len(cut[0]), cut[1], cut[2], len(cut[3])) == (10, short, 3, 10)


def test_magic(run, shell):
    """--compare runs the two on the cell's inputs, and is the cell's value."""
    shell.user_ns.update(halve=lambda v: v / 2, v=V[:1000])
    found = run(
        "%%goscore -i v --compare halve=Half\nfunc Half(v float64) float64 { return v / 2 }\n"
    )
    assert found.equal and found.rows == 1000 and found.contenders[1].label == "Half"
    again = run("%goscore -i v --compare halve=Half")
    assert again.equal and again.passed == ["pandas Series of float64"]
    inside = run(
        "%%goscore -m halves_ -i v --compare halve=Third\nfunc Third(v float64) float64 { return v / 3 }\n"
    )
    assert inside.equal is False


def test_magic_errors(run, shell):
    """A function that is not there is named before anything runs."""
    shell.user_ns.update(v=V[:10])
    with pytest.raises(NameError, match="Python has no name halv"):
        run("%%goscore -i v --compare halv=Half\nfunc Half(v float64) float64 { return v / 2 }\n")
    with pytest.raises(ArgumentValueError, match="as in slow=Fast"):
        run("%%goscore --compare halve\n1\n")
