"""What a draft does not translate: marked where it stands, said with its reason, and never compiled into something else."""

from __future__ import annotations

import functools
import inspect
import math
import re

import numpy as np
import pytest

import goscore
from goscore import ArgumentTypeError, ArgumentValueError, GoPanic

FACTORS = [1.0, None, "two"]


class Model:
    weight = 2.0


MODEL = Model()


def outside(x):
    return x + 1


def unknown_call(x):
    y = hash(x)
    return y * 2


def unknown_name(x):
    return x + nowhere  # noqa: F821


def attribute(x):
    return x * MODEL.weight


def list_of_the_module(x):
    return x * FACTORS[0]


def vector_expression(v: np.ndarray):
    return v * 2 + 1


def list_or_array(v):
    n = len(v)
    return v * n


def inner_function(x):
    count = 0

    def twice(y):
        nonlocal count
        count += 1
        return 2 * y

    return twice(x) + count


def exception(x):
    try:
        y = 1 / x
    finally:
        y = 0.0
    return y


def generator(v):
    yield from v
    return v


def maybe_unassigned(v):
    for x in v:
        last = x
    return last


def several_types(x):
    y = 1
    if x > 0:
        y = "one"
    return y


def second_name(v):
    out = [0.0]
    other = out
    other.append(1.0)
    return out


def changed_argument(v: list[float]):
    v.append(1.0)
    return v


def part_of_a_list(n: int):
    rows = [[0.0] for _ in range(n)]
    for row in rows:
        row.append(1.0)
    return len(rows)


def grows_while_it_goes(v):
    out = [1.0, 2.0]
    for x in out:
        if len(out) < 10:
            out.append(x)
    return out


def order_of_a_set(words: list[str]):
    seen = set(words)
    out = []
    for word in seen:
        out.append(word)
    return out


def ints_as_text(v):
    total = 0
    for x in v:
        total += x
    return f"{total}"


def translated(s: str):
    return s.translate({})


def identity(x):
    return x is not x


def large_number(x):
    return x + 2**70


def keyword(v):
    return sorted(v, key=hash)


def printed(x):
    print(x)
    return x


def kept_twice(v: list[float]):
    out, row = [], []
    for x in v:
        row.append(x)
        out.append(row)
    return len(out[0])


def alias_of_held(v: list[float]):
    rows = [[x] for x in v]
    first = rows[0]
    rows[0].append(1.0)
    return len(first)


def alias_by_operator(v: list[float]):
    rows = [[x] for x in v]
    first = rows[0]
    rows[0] += [1.0]
    return len(first)


def loop_over_held(v: list[float]):
    rows = [[x] for x in v]
    total = 0
    for row in rows:
        rows[0].append(1.0)
        total += len(row)
    return total


def look_ahead(s: str):
    return bool(re.search(r"a(?=b)", s))


def any_case(s: str):
    return bool(re.match("abc", s, re.I))


def boundary(s: str):
    return re.findall(r"\bcat\b", s)


def popped_beside(v: list[float]):
    stack = list(v)
    return len(stack) + stack.pop()


def star(x, *rest):
    return x


def calls_star(x):
    return star(x, x)


def untranslated_inside(x):
    return calls_star(x)


def sizes_change(words: list[str]):
    counts = {"a": 1}
    for word in counts:
        counts[word + "x"] = 1
    return len(counts)


REFUSED = [
    (unknown_call, "hash is no function that draft knows"),
    (unknown_name, "Python has no name nowhere"),
    (attribute, "MODEL is a Model outside the function"),
    (list_of_the_module, "FACTORS is a list outside the function"),
    (vector_expression, "arithmetic on a whole column"),
    (list_or_array, "say which by an annotation"),
    (inner_function, "a call of twice, which is not translated"),
    (exception, "a try with finally"),
    (generator, "a generator"),
    (maybe_unassigned, "last may have no value here"),
    (several_types, "y holds values of several types"),
    (second_name, "a list that has a name, out, under a second one"),
    (changed_argument, "a change of the argument v"),
    (part_of_a_list, "a change of row, which is part of another list"),
    (grows_while_it_goes, "the loop changes out while it goes through it"),
    (order_of_a_set, "a loop over a set, whose order is Python's own"),
    (ints_as_text, "a number that may be an int in Python"),
    (translated, "no translation of str.translate"),
    (identity, "objects have no identity in Go"),
    (large_number, "beyond Go's 64 bits"),
    (keyword, "hash is no function that draft knows"),
    (printed, "print is no function that draft knows"),
    (kept_twice, "a list that has a name, row, under a second one"),
    (alias_of_held, "a list that has a name, rows, under a second one"),
    (alias_by_operator, "a list that has a name, rows, under a second one"),
    (loop_over_held, "the loop changes rows while it goes through it"),
    (look_ahead, "a look ahead or behind in a pattern"),
    (any_case, "re.I is a RegexFlag"),
    (boundary, "which in Go is ASCII's"),
    (popped_beside, "a change of stack beside another use of it"),
    (calls_star, "which takes *args or **kwargs"),
    (untranslated_inside, "a call of calls_star, which is not translated: line 2 of it"),
    (sizes_change, "the loop changes counts while it goes through it"),
]


@pytest.mark.parametrize(
    ("function", "reason"), REFUSED, ids=lambda one: getattr(one, "__name__", "")
)
def test_marked(run, shell, function, reason):
    """The statement is a TODO with its line and reason; the draft compiles, and panics when it comes there."""
    draft = goscore.draft(function)
    refused = next(one for one in draft.untranslated if reason in one.reason)
    lines = inspect.getsource(function).splitlines()
    assert lines[refused.line - 1].strip() == refused.source
    assert f"// TODO (line {refused.line}): cannot translate: {refused.source}\n" in draft
    assert reason in repr(draft) and reason in draft._repr_markdown_()
    run(f"%%goscore\n{draft}")
    go = shell.user_ns[draft.name]
    column = go._info.params[0].shape == "column"
    kind = go._info.params[0].elem
    value = {"string": "a", "int": 3}.get(kind, 2.5)
    with pytest.raises(GoPanic, match="not translated: line"):
        go([value, value] if column else value)


def test_line_is_that_of_the_function():
    """Lines count from the def, decorators and a docstring of several lines included in between."""

    @functools.cache
    def marked(x):
        """Say it.

        Twice.
        """
        return hash(x)

    draft = goscore.draft(marked)
    assert [(one.line, one.source) for one in draft.untranslated] == [(6, "return hash(x)")]
    assert "// Say it.\n//\n// Twice.\n" in draft
    assert "The decorator functools.cache is left out." in draft.notes


def test_enclosing_function():
    """A name of an enclosing function is not the draft's to know."""
    factor = 2.0

    def scaled(x):
        return x * factor

    (refused,) = goscore.draft(scaled).untranslated
    assert refused.reason == "factor belongs to an enclosing function"


def every(*args):
    return args


def nothing(x):
    print(x)


@pytest.mark.parametrize(
    ("function", "kind", "message"),
    [
        (len, ArgumentTypeError, "len is written in C"),
        (math.sqrt, ArgumentTypeError, "sqrt is written in C"),
        (Model, ArgumentTypeError, "Model is no Python function"),
        (3.0, ArgumentTypeError, "float is no Python function"),
        (lambda x: x, ArgumentValueError, "write it with def"),
        (eval("lambda x: x"), ArgumentValueError, "write it with def"),
        (every, ArgumentValueError, "takes \\*args or \\*\\*kwargs"),
        (nothing, ArgumentValueError, "nothing returns nothing"),
    ],
)
def test_refused_as_a_whole(function, kind, message):
    """What is no function with a source and a result is an error of goscore's."""
    with pytest.raises(kind, match=message):
        goscore.draft(function)


def test_no_source():
    """A function that was made from text has no source to read."""
    scope = {}
    exec("def made(x):\n    return x", scope)
    with pytest.raises(ArgumentValueError, match="the source of made is not there"):
        goscore.draft(scope["made"])


def test_examples_that_do_not_fit():
    """An example of a kind that Go would not be drafted for is refused with its parameter."""
    with pytest.raises(ArgumentTypeError, match="2 examples for the 1 parameters of outside"):
        goscore.draft(outside, 1.0, 2.0)
    with pytest.raises(ArgumentTypeError, match="the example for x of outside is a dict"):
        goscore.draft(outside, {})
    with pytest.raises(ArgumentTypeError, match="holds complex"):
        goscore.draft(outside, np.array([1j]))
