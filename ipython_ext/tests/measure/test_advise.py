"""``goscore.advise``: which functions should move to Go, which should stay, and why."""

import functools
import re
import time

import numpy as np
import pandas as pd
import pytest

import goscore
from goscore import ArgumentTypeError, ArgumentValueError
from goscore._measure import advise as advise_module
from goscore._measure.advise import CPU, HOT, OFTEN

from ..declared import functions

N = 400_000
RANDOM = np.random.default_rng(5)
V = pd.Series(RANDOM.normal(size=N))
TEXTS = [f"{x:,.2f} USD" for x in RANDOM.uniform(0, 1e5, size=N)]
FRAME = pd.DataFrame({"a": V[:20_000], "b": V[::-1][:20_000].to_numpy()})


def grow(v):
    prev, grown = 0.0, []
    for x in v:
        prev = prev * 0.9 + x if x > prev else prev * 0.5
        grown.append(prev)
    return grown


def parse_one(text):
    if not text.endswith(" USD"):
        raise ValueError(text)
    return float(text[:-4].replace(",", ""))


def parse(texts):
    return [parse_one(text) for text in texts]


def by_row(frame):
    return frame.apply(lambda row: row.a * 2 if row.b > 0 else row.a - row.b, axis=1)


def collatz(most):
    longest = 0
    for start in range(1, most):
        steps, x = 0, start
        while x != 1:
            x = x // 2 if x % 2 == 0 else 3 * x + 1
            steps += 1
        longest = max(longest, steps)
    return longest


def fetch(v):
    time.sleep(0.05)
    return v


def vectorised(v):
    return np.sqrt(np.abs(v)) * 2 + v.cumsum()


def grouped(frame):
    return frame.groupby(frame.a.round(1)).b.agg(["mean", "std"])


@pytest.mark.parametrize(
    ("function", "args", "calls"),
    [
        (grow, (V,), None),
        (parse, (TEXTS,), None),
        (by_row, (FRAME,), 3),
        (collatz, (30_000,), None),
        (grow, (V.to_list(),), 1_000),
    ],
)
def test_go(function, args, calls):
    """Loops over many rows, on text, in apply and on a single number should move."""
    advice = goscore.advise(function, *args, calls=calls)
    assert advice.verdict == "go", advice
    assert [answer.yes for answer in advice.answers] == [True] * 3
    assert len(advice.reasons) == 3 and all(re.search(r"\d", reason) for reason in advice.reasons)
    assert advice.facts["call"] < advice.facts["expected"] and advice.facts["compile"] > 0


@pytest.mark.parametrize(
    ("function", "args", "calls", "question"),
    [
        (fetch, (V,), None, CPU),
        (vectorised, (V,), 1_000_000, HOT),
        (vectorised, (V.to_numpy(),), None, HOT),
        (grouped, (FRAME,), None, HOT),
        (sorted, (TEXTS,), None, HOT),
        (grow, (V[:20],), 1_000_000, OFTEN),
    ],
)
def test_python(function, args, calls, question):
    """What waits, is vectorised or gets a tiny input should stay, each for its reason."""
    advice = goscore.advise(function, *args, calls=calls)
    assert advice.verdict == "python", advice
    decided = advice.answers[len(advice.reasons) - 1]
    assert (decided.question, decided.yes) == (question, False)
    assert repr(advice).startswith("Stay with Python: ")


@pytest.mark.parametrize(("compile_", "verdict"), [(1e-3, "go"), (3600.0, "python")])
def test_one_call(monkeypatch, compile_, verdict):
    """A single call pays when compiling costs less than Python's loop, whatever machine measures it."""
    monkeypatch.setattr(advise_module, "_costs", lambda rows: (1e-6, compile_))
    advice = goscore.advise(grow, V, calls=1)
    assert (advice.verdict, advice.answers[2].question) == (verdict, OFTEN)


def test_reasons():
    """The reasons name what was measured and what was not told."""
    advice = goscore.advise(parse, TEXTS)
    computing, loops, pays = advice.reasons
    assert re.fullmatch(r"A call on [\d,]+ rows took .* computing\.", computing)
    assert loops.startswith("It executes 3 lines of Python for each row, ")
    assert re.search(r"\d+% in line \d+ of parse_one \(return float", loops)
    assert "it pays from call" in pays and "was not told (calls=)" in pays
    told = goscore.advise(parse, TEXTS, calls=1_000).reasons[2]
    assert "not told" not in told and "1,000 times, it saves up to" in told


def test_facts():
    """The figures can be had."""
    facts = goscore.advise(grow, V[:50_000]).facts
    assert (facts["whole"], facts["rows"], facts["calls"]) == (50_000, 50_000, None)
    assert facts["lines_per_row"] == pytest.approx(3) and facts["waiting"] < 0.5
    assert {line.function for line in facts["hot"]} == {"grow"}
    assert sum(line.share for line in facts["hot"]) == pytest.approx(1, abs=0.1)


def test_slow_functions_run_on_some_rows():
    """Of a function that is slow on each row, all rows are never run."""

    def slow(v):
        return [sum(i * i for i in range(20_000)) for _ in v]

    advice = goscore.advise(slow, V)
    assert advice.verdict == "go" and advice.facts["rows"] <= 1_000
    assert advice.facts["expected"] > 20 * advice.facts["seconds"]


def test_a_slow_call_is_not_repeated():
    """What takes long on ten rows is called once to be timed, and once to be traced."""
    asked = []

    def slow(v):
        asked.append(len(v))
        began, i = time.perf_counter(), 0
        while time.perf_counter() - began < 0.4:
            i += 1
        return i

    advice = goscore.advise(slow, V)
    assert asked == [10, 10] and advice.facts["rows"] == 10


def test_a_library_does_the_work():
    """A loop whose lines call long compiled code is no hot spot of Python's."""
    rows = [np.asarray(V[:100_000])] * 200
    advice = goscore.advise(lambda arrays: [np.sort(array) for array in arrays], rows)
    assert advice.verdict == "python" and "compiled code that these lines call" in advice.reasons[1]


def test_the_last_receipt_stays():
    """What advise runs itself is no run of the user's."""
    goscore.score_series(V)
    before = goscore.last
    goscore.advise(grow, V)
    assert goscore.last is before


def test_inputs_stay():
    """A function that changes its argument is refused, before it changed the user's."""
    values = [3.0, 1.0, 2.0] * 100
    with pytest.raises(ArgumentValueError, match="changes its arguments in place"):
        goscore.advise(list.sort, values)
    assert values[:3] == [3.0, 1.0, 2.0]


def test_html():
    """In a notebook it is a table."""
    page = goscore.advise(lambda v: [x for x in v if x < 1], V[:5_000])._repr_html_()
    assert page.count("<tr>") == 3 and CPU in page and "background" not in page


def test_wrong_arguments():
    """What cannot be advised on is refused; what the function raises is raised."""
    go = functions("func Half(v float64) float64 { return v / 2 }")
    for call, message in (
        (functools.partial(goscore.advise, 3), "advise takes a function, not a int"),
        (functools.partial(goscore.advise, go.Half, V), "Half is a Go function"),
        (functools.partial(goscore.advise, grow, V, calls=0), "calls= takes a number of calls"),
    ):
        with pytest.raises((ArgumentTypeError, ArgumentValueError), match=message):
            call()
    with pytest.raises(ZeroDivisionError):
        goscore.advise(lambda v: 1 / 0, V)


def test_without_go(monkeypatch):
    """Where nothing can be compiled, Python is the better choice, and the reason is said."""

    def no_toolchain(rows):
        raise goscore.GoToolchainError("no Go to compile with\nand more")

    monkeypatch.setattr(advise_module, "_costs", no_toolchain)
    advice = goscore.advise(grow, V)
    assert advice.verdict == "python" and "no Go to compile with" in advice.reasons[2]
