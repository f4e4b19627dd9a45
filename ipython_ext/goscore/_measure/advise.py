"""``goscore.advise()``: answers three questions about moving a function to Go, by measuring."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .._display import count, html, seconds
from .._errors import ArgumentTypeError, ArgumentValueError, GoscoreError
from .._function import GoFunction
from .._run import receipt as receipts
from . import go_costs, python_profile
from .go_costs import Cost
from .python_profile import Profile

_WAITS = 0.5  # of its time; a function that waits so long is not CPU-bound
_LINES_PER_ROW = 0.5  # lines of Python; a function that executes so many loops over rows
_LINES_PER_CALL = 1_000  # the same for a function without rows
_IN_LIBRARIES = 5e-6  # s for each line of Python; such lines call libraries that do the work
_TINY = 2.0  # times the cost of any call of goscore; a shorter function cannot gain
_MANY_CALLS = 100  # the user must tell (calls=) if there will be more
_FASTER = 1.5  # times as fast; a smaller gain is within the noise of other machines
_IN_C = 0.1  # of its time in lines that call compiled libraries

CPU = "Is it CPU-bound?"
HOT = "Is it a hot spot that NumPy or pandas cannot do?"
OFTEN = "Will it be used often enough to pay?"

_HEADLINES = {
    "": "Move it to Go.",
    CPU: "Stay with Python: most of its time is waiting.",
    HOT: "Stay with Python: compiled code does the work already.",
    OFTEN: "Stay with Python: Go would not pay.",
}


@dataclass
class Answer:
    """The answer to one question; `yes` is None if it was not needed."""

    question: str
    yes: bool | None
    reason: str


@dataclass
class Advice:
    """Whether a function should move to Go, and why.

    Attributes
    ----------
    verdict : str
        ``"go"`` or ``"python"``.
    reasons : list of str
        The reasons of the answers.
    answers : list of Answer
    facts : dict
        The measurements: seconds, rows, waiting, lines_per_row, call, compile, calls and others.
    """

    verdict: str
    answers: list[Answer]
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def reasons(self) -> list[str]:
        return [answer.reason for answer in self.answers if answer.yes is not None]

    @property
    def _headline(self) -> str:
        decided = next((answer.question for answer in self.answers if answer.yes is False), "")
        return _HEADLINES[decided]

    def _rows(self) -> list[list[str]]:
        words = {True: "yes", False: "no", None: "not asked"}
        return [[answer.question, words[answer.yes], answer.reason] for answer in self.answers]

    def __repr__(self) -> str:
        lines = [f"{question} {word}.\n  {why}".rstrip() for question, word, why in self._rows()]
        return "\n\n".join([self._headline, *lines])

    def _repr_html_(self) -> str:
        return f"<b>{self._headline}</b>{html([], self._rows())}"


def advise(
    py_func: Callable[..., Any], *args: Any, calls: int | None = None, budget: float = 10
) -> Advice:
    """Ask three questions before a Python function is moved to Go, and answer them by measuring.

    Is it CPU-bound? Is it a hot spot that NumPy or pandas cannot do? Will it be used often enough
    to pay for Go's compiler, and does a call gain more than goscore's own messages and copies cost?

    Where `draft` translates the function, its Go is compiled and measured on the same data. Else the
    figures are those of a call that does nothing, which any Go takes *at least*. The work of compiled
    libraries, such as ``re``, ``json`` and NumPy, costs Go what it costs them: functions whose lines call
    these stay, unless a measurement says otherwise.

    Parameters
    ----------
    py_func : callable
        It is run several times, on some of the rows first.
    *args
        Arguments as in a later call.
    calls : int, optional
        How often it will be called. By default the advice says from which call on Go pays.
    budget : float
        Seconds that drafting, compiling and running Go may take.

    Returns
    -------
    Advice
        ``.verdict`` is ``"go"`` or ``"python"``, ``.reasons`` say why, ``.facts`` are the figures.

    Raises
    ------
    ArgumentValueError
        It changes its arguments in place.
    Exception
        What the function raises.
    """
    if isinstance(py_func, GoFunction):
        raise ArgumentTypeError(f"{py_func.__name__} is a Go function: pass one of Python")
    if not callable(py_func):
        raise ArgumentTypeError(f"advise takes a function, not a {type(py_func).__name__}")
    if calls is not None and (not isinstance(calls, int) or isinstance(calls, bool) or calls < 1):
        raise ArgumentValueError(f"calls= takes a number of calls from 1 up, not {calls!r}")
    if isinstance(budget, bool) or not isinstance(budget, int | float) or not 0 < budget < math.inf:
        raise ArgumentValueError(f"budget= takes a number of seconds, not {budget!r}")
    last = receipts.last
    try:
        return _advice(py_func, args, calls, float(budget))
    finally:
        receipts.last = last  # these runs are not the user's


def _advice(
    py_func: Callable[..., Any], args: tuple[Any, ...], calls: int | None, budget: float
) -> Advice:
    profile = python_profile.measure(py_func, args)
    answers = [_cpu_bound(profile)]
    facts: dict[str, Any] = {"calls": calls, "measured": None}
    cost: Cost | None = None
    if answers[-1].yes:
        python_profile.count_lines(py_func, args, profile)
        answers.append(_hot_spot(profile))
    if answers[-1].yes and len(answers) == 2:
        try:
            cost = _cost(py_func, args, profile, budget)
        except GoscoreError as error:
            answers.append(_without_go(profile, error))
        else:
            calling = _in_c(profile)
            if calling:
                answers[-1].reason += f" {calling}"
            if calling and cost.rows is None:
                answers[-1].yes = False
                answers[-1].reason += f" No Go could be measured here: {cost.reason}."
            else:
                answers.append(_often_enough(profile, calls, cost))
            facts |= {"call": cost.call, "compile": cost.compile, "measured": cost.rows}
            facts["calls_needed"] = _needed(profile, cost)
    for question in (CPU, HOT, OFTEN)[len(answers) :]:
        answers.append(Answer(question, None, ""))
    figures = {name: value for name, value in vars(profile).items() if name != "hot"}
    verdict = "go" if all(answer.yes for answer in answers) else "python"
    return Advice(verdict, answers, {**figures, "hot": profile.hot, **facts})


def _cost(
    py_func: Callable[..., Any], args: tuple[Any, ...], profile: Profile, budget: float
) -> Cost:
    """Return what Go costs: of the function's draft where that could be measured, else of an empty call."""
    found = go_costs.drafted(py_func, args, budget, profile.seconds / max(profile.rows, 1))
    if isinstance(found, Cost):
        return found
    cost = go_costs.least(args, profile.whole)
    cost.reason = found
    return cost


def _in_c(profile: Profile) -> str:
    """Say which lines spend their time in compiled libraries; empty where that is little."""
    lines = [line for line in profile.hot if line.libraries]
    share = sum(line.share for line in lines)
    if share < _IN_C:
        return ""
    names = list(dict.fromkeys(name for line in lines for name in line.libraries))
    return (
        f"{share:.0%} of it is in lines that call {' and '.join(names)}, which is compiled code: the same work costs Go "
        "what it costs there."
    )


def _cpu_bound(profile: Profile) -> Answer:
    where = "" if profile.whole is None else f" on {profile.rows:,} rows"
    took = f"A call{where} took {seconds(profile.seconds)}"
    if profile.waiting >= _WAITS:
        return Answer(
            CPU,
            False,
            f"{took}, and for {profile.waiting:.0%} of it nothing was computed: it waits for files, the network "
            "or a clock, and would wait as long in Go.",
        )
    busy = (
        f"computing on {profile.cores:.1f} cores"
        if profile.cores > 1.2 and profile.seconds > 0.01
        else "computing"
    )
    return Answer(CPU, True, f"{took}, {1 - profile.waiting:.0%} of it {busy}.")


def _hot_spot(profile: Profile) -> Answer:
    each = profile.each
    least = "" if profile.all_lines else "at least "
    if profile.lines_per_row is not None:
        loops = profile.lines_per_row >= _LINES_PER_ROW
        how = f"It executes {least}{_lines(profile.lines_per_row)} of Python for each row"
    else:
        loops = profile.lines >= _LINES_PER_CALL
        how = f"A call executes {least}{_lines(profile.lines)} of Python"
    if not loops:
        what = "no loop is left that Go could take over"
        if profile.whole:
            what = "NumPy, pandas or other compiled code works on all rows at once"
        return Answer(HOT, False, f"{how}: {what}.")
    if each >= _IN_LIBRARIES:
        return Answer(
            HOT,
            False,
            f"{how}, but about {seconds(each)} pass with each: nearly all of the time is spent in compiled code "
            f"that these lines call. {_where(profile)}".strip(),
        )
    took = f", {seconds(each)} each" if profile.all_lines else ""
    return Answer(HOT, True, f"{how}{took}. {_where(profile)}".strip())


def _lines(number: float) -> str:
    text = count(number) if number >= 10 else f"{number:.1g}" if number >= 0.05 else "no"
    return f"{text} line{'' if text == '1' else 's'}"


def _where(profile: Profile) -> str:
    """Name the lines that take most of the time."""
    lines = [
        f"{line.share:.0%} in line {line.number} of {line.function}"
        + (f" ({_short(line.text)})" if line.text else "")
        for line in profile.hot
        if line.share >= 0.05
    ]
    return f"Of its time, {'; '.join(lines)}." if lines else ""


def _short(text: str) -> str:
    return text if len(text) <= 50 else text[:49] + "…"


def _needed(profile: Profile, cost: Cost) -> int | None:
    """Return from which call on compiling is repaid."""
    gain = profile.expected - cost.call
    return max(1, math.ceil(cost.compile / gain)) if gain > 0 else None


def _took(profile: Profile) -> str:
    where = "" if profile.whole is None else f" on {profile.whole:,} rows"
    return f"A call{where} takes Python {seconds(profile.expected)}"


def _without_go(profile: Profile, error: GoscoreError) -> Answer:
    first_line = str(error).split("\n")[0]
    return Answer(
        OFTEN,
        False,
        f"{_took(profile)}, and what Go would cost cannot be measured here: {first_line}",
    )


def _often_enough(profile: Profile, calls: int | None, cost: Cost) -> Answer:
    ratio = profile.expected / max(cost.call, 1e-9)
    if cost.rows is None:
        costs = f"{_took(profile)}, a call of Go on as many at least {seconds(cost.call)}"
        if cost.reason:
            costs += f" (its own Go could not be measured: {cost.reason})"
        if ratio < _TINY:
            return Answer(OFTEN, False, f"{costs}: there is too little to gain.")
    else:
        costs = (
            f"{_took(profile)}, its draft in Go {seconds(cost.call)}, measured, with equal results"
        )
        if ratio < _FASTER:
            slower = "slower" if ratio < 1 else "hardly faster"
            return Answer(OFTEN, False, f"{costs}: Go is {slower}.")
    needed = _needed(profile, cost) or 1
    at_least = " at the earliest" if cost.rows is None else ""
    pays = f"{costs}. Compiling takes {seconds(cost.compile)}: it pays from call {needed:,} on{at_least}"
    if calls is None:
        unknown = f"{pays}. How often it will be called was not told (calls=)"
        if needed > _MANY_CALLS:
            return Answer(OFTEN, False, f"{unknown}, and goscore does not assume so many.")
        return Answer(OFTEN, True, f"{unknown}.")
    if calls < needed:
        return Answer(OFTEN, False, f"{pays}, and it will be called {_times(calls)}.")
    saved = seconds(max(0.0, calls * (profile.expected - cost.call) - cost.compile))
    upto = "up to " if cost.rows is None else ""
    return Answer(OFTEN, True, f"{pays}; {_times(calls)}, it saves {upto}{saved}.")


def _times(calls: int) -> str:
    return "once" if calls == 1 else f"{calls:,} times"
