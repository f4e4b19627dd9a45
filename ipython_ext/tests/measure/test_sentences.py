"""What a comparison says of made-up times: the number, and the sentence on break-even."""

import math
import re

import pytest

from goscore import _display
from goscore._measure import tables
from goscore._measure.contender import Contender, Measured
from goscore._measure.contest import Contest
from goscore._measure.equality import SAME
from goscore._measure.figures import Figures, crossing


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (1, "1 row"), (999, "999 rows"), (400_000, "400,000 rows"), (5_000_000, "5 million rows"),
        (1_234_567, "1.23 million rows"), (2_000_000_000, "2 billion rows"),
    ],
)  # fmt: skip
def test_rows_in_words(rows, words):
    """Many rows are said as people say them."""
    assert _display.rows_in_words(rows) == words


def times(*measured, compile_=0.5, rows=None):
    """Return the figures of made-up medians: Python's and Go's at each size."""
    contenders = [Contender("Python", len, "slow"), Contender("Go", len, "Fast")]
    for at, contender in enumerate(contenders):
        for size, *seconds in measured:
            contender.measured[size] = Measured(
                rows=size, seconds=[seconds[at]], verdict=at and SAME
            )
    contenders[1].compile = compile_
    return Figures(Contest(contenders, [] if rows is None else [[0.0] * rows], 1.0))


@pytest.mark.parametrize(
    ("figures", "first", "second"),
    [
        (times((10, 1e-3, 2e-3), (1000, 1.0, 0.1), rows=1000), "10× faster on 1,000 rows, same bits",
         r"Go is faster from about \d+ rows on; a single call repays compiling \(500 ms\), from about \d+ rows on\."),
        (times((10, 2e-3, 1e-3), (100, 0.02, 0.01), rows=100), "2× faster on 100 rows, same bits",
         r"Go is faster from 10 rows on, the fewest measured; a single call never repays compiling \(500 ms\) up to 100 rows: 50 calls repay it\."),
        (times((10, 1e-3, 3e-3), rows=10), "3× slower on 10 rows, same bits", r"Go was never faster up to 10 rows\."),
        (times((10, 3e-3, 1e-3), compile_=0.0, rows=10), "3× faster on 10 rows, same bits", r".*; there was nothing to compile\."),
        (times((1, 2.0, 1.0)), "2× faster, same bits", r"Go is faster; a single call repays compiling \(500 ms\)\."),
        (times((1, 1.0, 2.0)), "2× slower, same bits", r"Go was never faster\."),
    ],
)  # fmt: skip
def test_sentences(figures, first, second):
    """The number and the sentence on break-even, for all ways in which two functions may stand to each other."""
    assert tables.headline(figures) == first
    assert re.fullmatch(second, tables.pays(figures))


def test_crossing():
    """The break-even lies between measured points, on straight lines of logarithms."""
    assert crossing([(10, 1, 10), (1000, 100, 10)]) in (100, 101)
    assert crossing([(10, 1, 2), (100, 10, 20)]) is None
    assert crossing([(10, 3, 2), (100, 10, 2)]) == 10
    assert crossing([]) is None
    assert crossing([(10, 1, 8), (100, 8, 8), (1000, 16, 8)]) in (100, 101)
    exact = math.exp((math.log(10) + math.log(1000)) / 2)
    assert crossing([(10, 1.0, 2.0), (1000, 2.0, 1.0)]) == pytest.approx(exact, abs=1)
