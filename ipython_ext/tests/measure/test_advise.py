"""``goscore.advise``: which functions should move to Go, which should stay, and why."""

import functools
import hashlib
import json
import re
import time
import zlib
from json import loads as parse_json

import numpy as np
import pandas as pd
import pytest

import goscore
from goscore import ArgumentTypeError, ArgumentValueError
from goscore._measure import advise as advise_module
from goscore._measure.advise import CPU, HOT, OFTEN
from goscore._measure.go_costs import Cost
from goscore._measure.python_profile import Profile

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


def primes(n):
    sieve, found = [True] * (n + 1), 0
    for i in range(2, n + 1):
        if sieve[i]:
            found += 1
            for j in range(i * i, n + 1, i):
                sieve[j] = False
    return found


def distance(a, b):
    before = list(range(len(b) + 1))
    for i in range(len(a)):
        row = [i + 1]
        for j in range(len(b)):
            changed = before[j] + (0 if a[i] == b[j] else 1)
            row.append(min(changed, before[j + 1] + 1, row[j] + 1))
        before = row
    return before[-1]


def letters(texts):
    found = []
    for text in texts:
        total = 0
        for letter in text * 5:
            if letter == "0" or letter == "D":
                total = total * 3 + 1
            elif letter != ".":
                total = total % 1001
        found.append(total)
    return found


def mandelbrot(size):
    inside = 0
    for row in range(size):
        for column in range(size):
            x = y = 0.0
            steps = 0
            while x * x + y * y <= 4.0 and steps < 50:
                x, y = x * x - y * y + 3.0 * column / size - 2.0, 2 * x * y + 2.0 * row / size - 1.0
                steps += 1
            if steps == 50:
                inside += 1
    return inside


def close_pairs(v):
    pairs = 0
    for i in range(len(v)):
        for j in range(i):
            if abs(v[i] - v[j]) < 0.1:
                pairs += 1
    return pairs


def gcds(n):
    total = 0
    for a in range(1, n):
        for b in range(1, n):
            x, y = a, b
            while y:
                x, y = y, x % y
            total += x
    return total


def by_iterrows(frame):
    total = 0.0
    for _, row in frame.iterrows():
        total += row["a"] * row["b"]
    return total


GO = [
    (grow, (V,), True),
    (letters, (TEXTS[:20_000],), True),
    (by_row, (FRAME[:2_000],), False),  # draft takes no frames
    (by_iterrows, (FRAME[:2_000],), False),
    (collatz, (10_000,), True),
    (primes, (200_000,), True),
    (distance, (list(range(200)), list(range(0, 400, 2))), True),
    (mandelbrot, (60,), True),
    (close_pairs, (V[:600].tolist(),), True),
    (gcds, (150,), True),
]


@pytest.mark.parametrize(("function", "args", "drafted"), GO, ids=lambda one: str(one)[:20])
def test_go(function, args, drafted):
    """Loops over many rows, on text, in apply and on numbers should move; their drafts are measured where there are some."""
    advice = goscore.advise(function, *args, calls=1_000_000)
    assert advice.verdict == "go", advice
    assert [answer.yes for answer in advice.answers] == [True] * 3
    assert len(advice.reasons) == 3 and all(re.search(r"\d", reason) for reason in advice.reasons)
    assert advice.facts["call"] < advice.facts["expected"] and advice.facts["compile"] > 0
    assert bool(advice.facts["measured"]) == drafted, advice
    assert ("measured, with equal results" in advice.reasons[2]) == drafted
    assert ("at least" in advice.reasons[2]) != drafted


DOCUMENTS = [
    json.dumps({"id": at, "tags": ["a", "b"] * 20, "text": "x" * 200}) for at in range(3_000)
]
WORD = re.compile(r"(\w+) (\w+)")


def loads(texts):
    return [json.loads(text)["id"] for text in texts]


def from_loads(texts):
    found = []
    for text in texts:
        found.append(parse_json(text)["id"])
    return found


def patterns(texts):
    return [len(WORD.findall(text)) for text in texts]


def digests(texts):
    found = []
    for text in texts:
        digest = hashlib.sha256()
        digest.update(text.encode())
        found.append(digest.hexdigest())
    return found


def packed(texts):
    return [len(zlib.compress(text.encode())) for text in texts]


def dots(arrays):
    return [float(np.dot(array, array)) for array in arrays]


PYTHON = [
    (fetch, (V,), CPU, ""),
    (vectorised, (V,), HOT, ""),
    (vectorised, (V.to_numpy(),), HOT, ""),
    (grouped, (FRAME,), HOT, ""),
    (sorted, (TEXTS,), HOT, ""),
    (grow, (V[:20],), OFTEN, ""),
    (loads, (DOCUMENTS,), HOT, "json"),
    (from_loads, (DOCUMENTS,), HOT, "json"),
    (digests, (DOCUMENTS,), HOT, "hashlib"),
    (packed, (DOCUMENTS,), HOT, ""),
    (dots, ([np.ones(300)] * 2_000,), HOT, "NumPy"),
]


@pytest.mark.parametrize(
    ("function", "args", "question", "calling"), PYTHON, ids=lambda one: str(one)[:20]
)
def test_python(function, args, question, calling):
    """What waits, is vectorised, calls compiled code or gets a tiny input should stay, each for its reason."""
    advice = goscore.advise(function, *args, calls=1_000_000)
    assert advice.verdict == "python", advice
    decided = advice.answers[len(advice.reasons) - 1]
    assert (decided.question, decided.yes) == (question, False)
    assert repr(advice).startswith("Stay with Python: ")
    if calling:
        assert f"in lines that call {calling}, which is compiled code" in decided.reason, advice


def test_compiled_code_that_draft_knows():
    """Lines that call a pattern are named also where their draft is measured."""
    advice = goscore.advise(patterns, ["ab cd 12"] * 20_000, calls=1_000_000)
    assert "in lines that call re, which is compiled code" in advice.reasons[1], advice
    assert advice.verdict == "python" or advice.facts["measured"]


def test_compare_agrees():
    """What should move is faster in Go, when the two are compared."""
    go = functions(str(goscore.draft(collatz, 10_000)))
    found = goscore.compare(collatz, go.Collatz, 10_000, budget=3)
    assert found.speed_up(found.contenders[1], found.rows) > 1, found


def test_what_is_measured_as_slower():
    """A function whose measured Go is no faster stays, whatever an empty call would cost."""
    profile = Profile(whole=1_000, expected=0.1)
    for call, yes in ((0.01, True), (0.09, False), (0.5, False)):
        answer = advise_module._often_enough(profile, 10**6, Cost(call, 0.1, 1_000))
        assert answer.yes is yes
    assert "Go is slower" in answer.reason
    unmeasured = advise_module._often_enough(profile, 1, Cost(0.01, 0.01, None, "a for"))
    assert "at least 10 ms" in unmeasured.reason and "at the earliest" in unmeasured.reason


@pytest.mark.parametrize(("compile_", "verdict"), [(1e-3, "go"), (3600.0, "python")])
def test_one_call(monkeypatch, compile_, verdict):
    """A single call pays when compiling costs less than Python's loop, whatever machine measures it."""
    monkeypatch.setattr(advise_module, "_cost", lambda *_: Cost(1e-6, compile_))
    advice = goscore.advise(grow, V, calls=1)
    assert (advice.verdict, advice.answers[2].question) == (verdict, OFTEN)


def test_reasons():
    """The reasons name what was measured and what was not told."""
    advice = goscore.advise(parse, TEXTS[:50_000])
    computing, loops, *_ = advice.reasons
    assert re.fullmatch(r"A call on [\d,]+ rows took .* computing\.", computing)
    assert loops.startswith("It executes 3 lines of Python for each row, ")
    assert re.search(r"\d+% in line \d+ of parse_one \(return float", loops)
    pays = goscore.advise(grow, V).reasons[2]
    assert "it pays from call" in pays and "was not told (calls=)" in pays
    told = goscore.advise(grow, V, calls=1_000).reasons[2]
    assert "not told" not in told and "1,000 times, it saves " in told


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
    rows = [np.asarray(V[:20_000])] * 50
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
        (functools.partial(goscore.advise, grow, V, budget=0), "budget= takes a number of seconds"),
    ):
        with pytest.raises((ArgumentTypeError, ArgumentValueError), match=message):
            call()
    with pytest.raises(ZeroDivisionError):
        goscore.advise(lambda v: 1 / 0, V)


def test_without_go(monkeypatch):
    """Where nothing can be compiled, Python is the better choice, and the reason is said."""

    def no_toolchain(*_):
        raise goscore.GoToolchainError("no Go to compile with\nand more")

    monkeypatch.setattr(advise_module, "_cost", no_toolchain)
    advice = goscore.advise(grow, V)
    assert advice.verdict == "python" and "no Go to compile with" in advice.reasons[2]
