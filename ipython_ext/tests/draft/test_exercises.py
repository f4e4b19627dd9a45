"""Exercises: the drafts of all are compiled in one program, and compared with Python on inputs that a generator makes."""

from __future__ import annotations

import inspect
import json
import re
import typing
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import goscore

from . import exercises
from .exercises import EXERCISES as THEMES
from .exercises import ROUGH
from .semantics import SEMANTICS
from .syntax import SYNTAX
from .test_draft import alike, outcome

WORDS = st.sampled_from(
    "a b ab ba cat été 日本 buy sell A1 ( [ ] ) {} + * 12 3 x=1;y =2 1h 90s é́".split()
)
OF = {
    int: st.integers(-1000, 1000),
    float: st.floats(-1e6, 1e6, allow_nan=False, width=32),
    str: st.one_of(
        st.text(st.sampled_from("abcXYZ 0129-.,;=_é日'\n\t"), max_size=12),
        st.lists(WORDS, max_size=6).map(" ".join),
    ),
    datetime: st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)),
}
TIMES = st.tuples(OF[datetime], st.lists(st.integers(0, 7200), max_size=12)).map(
    lambda made: [made[0] + timedelta(seconds=sum(made[1][: at + 1])) for at in range(len(made[1]))]
)
EXAMPLES = 40
EXERCISES = [*THEMES, *((function, []) for function in (*SEMANTICS, *SYNTAX))]
REFUSING = {"str_case", "letters"}  # Go panics on letters of which it knows other things


def inputs(function):
    """Return a strategy for the arguments; lists in one call have one length."""
    hints = typing.get_type_hints(function)
    names = list(inspect.signature(function).parameters)

    @st.composite
    def made(draw):
        n = draw(st.integers(0, 12))
        args = []
        for name in names:
            of = hints[name]
            if typing.get_origin(of) is not list:
                args.append(draw(OF[of]))
            elif typing.get_args(of)[0] is datetime:
                args.append(draw(TIMES))
            else:
                item = WORDS if typing.get_args(of)[0] is str else OF[typing.get_args(of)[0]]
                args.append(draw(st.lists(item, min_size=n, max_size=n)))
        return tuple(args)

    return made()


def generated(function):
    """Return some arguments for a function."""
    found = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(inputs(function))
    def keep(args):
        found.append(args)

    keep()
    return found


def calls(function, extra):
    """Return all arguments that a function is tried with; what is left out is its default."""
    defaults = [one.default for one in inspect.signature(function).parameters.values()]
    return [*((*args, *defaults[len(args) :]) for args in extra), *generated(function)]


RUN = """
// Exercise calls one of the functions with arguments in JSON, so that one program has them all.
func Exercise(name, args string) (out string) {
	defer func() {
		if failed := recover(); failed != nil {
			out = "panic"
		}
	}()
	var found []any
	switch name {
	%s
	}
	text, err := json.Marshal(found)
	if err != nil {
		panic(err)
	}
	return string(text)
}
"""


def case(draft):
    """Write the call of one function."""
    takes, results = re.search(
        rf"^func {draft.name}\((.*?)\) (.*?) {{", draft, re.MULTILINE
    ).groups()
    types = [one.split(" ")[1] for one in takes.split(", ")]
    fields = "; ".join(f"A{at} {of}" for at, of in enumerate(types))
    given = ", ".join(f"args_.A{at}" for at in range(len(types)))
    names = ", ".join(f"r{at}" for at in range(results.count(",") + 1))
    return f"""case "{draft.name}":
		var args_ struct {{ {fields} }}
		if err := json.Unmarshal([]byte(args), &args_); err != nil {{
			return "no arguments: " + err.Error()
		}}
		{names} := {draft.name}({given})
		found = []any{{{names}}}"""


def packed(args):
    """Write arguments as JSON."""
    return json.dumps(
        {f"A{at}": arg for at, arg in enumerate(args)}, default=lambda t: t.isoformat() + "Z"
    )


def unpacked(text, want):
    """Read results; JSON does not say what is a float, and what is a time."""
    found = json.loads(
        text, parse_int=lambda digits: float(digits) if digits == "-0" else int(digits)
    )
    return typed(found if isinstance(want, tuple) else found[0], want)


def typed(got, want):
    if isinstance(want, list | tuple) and isinstance(got, list) and len(got) == len(want):
        return [typed(a, b) for a, b in zip(got, want, strict=True)]
    if want == [] and got is None:  # Go's nil has no items either
        return []
    if isinstance(want, float) and isinstance(got, int):
        return float(got)
    if isinstance(want, datetime):
        return datetime.fromisoformat(got.removesuffix("Z"))
    return got


@pytest.fixture(scope="module")
def outcomes():
    """Run the drafts of all exercises on all inputs, in one program."""
    drafts = [goscore.draft(function) for function, _ in EXERCISES]
    assert [draft.untranslated for draft in drafts if draft.untranslated] == []
    run = RUN % "\n\t".join(map(case, drafts))
    exercise = goscore.compile("\n".join([*drafts, run])).Exercise
    tried = [
        (function, draft, args)
        for (function, extra), draft in zip(EXERCISES, drafts, strict=True)
        for args in calls(function, extra)
    ]
    names = [draft.name for _, draft, _ in tried]
    results = exercise(names, [packed(args) for _, _, args in tried])
    found = {}
    for (function, _, args), result in zip(tried, results, strict=True):
        found.setdefault(function, []).append((args, result))
    return found


@pytest.mark.parametrize(
    "function", [function for function, _ in EXERCISES], ids=lambda one: one.__name__
)
def test_equals_python(outcomes, function):
    """Go gives what Python gives, bit for bit, and panics where Python raises."""
    tolerance = 1e-12 if function.__name__ in ROUGH else 0
    seen = 0
    for args, result in outcomes[function]:
        want = outcome(function, args)
        if isinstance(want, type):
            assert result == "panic", (args, result, want)
            continue
        if result == "panic" and function.__name__ in REFUSING:
            continue
        assert result != "panic", (args, want)
        got = unpacked(result, want)
        assert alike(got, want, tolerance), (args, got, want)
        seen += 1
    assert seen > EXAMPLES // 8


def test_all_are_tested():
    """No function of the module is left out."""
    own = {
        name
        for name, one in vars(exercises).items()
        if inspect.isfunction(one) and one.__module__ == exercises.__name__
    }
    assert own - {function.__name__ for function, _ in THEMES} == {"clamp", "next_key"}
    assert len(THEMES) > 60
