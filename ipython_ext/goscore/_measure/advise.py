"""``goscore.advise()``: answers three questions about moving a function to Go, by measuring."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .._display import count, html, seconds
from .._errors import ArgumentTypeError, ArgumentValueError, GoscoreError
from .._function import GoFunction
from .._run import receipt as receipts
from . import python_profile, samples
from .python_profile import Profile

_WAITS = 0.5  # of its time; a function that waits so long is not CPU-bound
_LINES_PER_ROW = 0.5  # lines of Python; a function that executes so many loops over rows
_LINES_PER_CALL = 1_000  # the same for a function without rows
_IN_LIBRARIES = 5e-6  # s for each line of Python; such lines call libraries that do the work
_TINY = 2.0  # times the cost of any call of goscore; a shorter function cannot gain
_MANY_CALLS = 100  # the user must tell (calls=) if there will be more
_PROBES = 7
_PROBED_ROWS = 1_000_000  # at most, for measuring the cost of a call

CPU = "Is it CPU-bound?"
HOT = "Is it a hot spot that NumPy or pandas cannot do?"
OFTEN = "Will it be used often enough to pay?"

_SOURCE = "func Probe(v float64) float64 { return 2 * v }"
_PROBE = {
    "name": "Probe",
    "kind": "scalar",
    "doc": "",
    "signature": "func Probe(v float64) float64",
    "source": _SOURCE,
    "cell": "advise",
    "params": [
        {"name": "v", "go": "float64", "elem": "float64", "shape": "value", "nullable": False}
    ],
    "results": ["float64"],
    "error": False,
    "init": None,
    "serial": False,
    "sources": [{"cell": "advise", "text": _SOURCE}],
}  # the worker's description of it, made here: declaring it would add it to the user's session
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


def advise(py_func: Callable[..., Any], *args: Any, calls: int | None = None) -> Advice:
    """Ask three questions before a Python function is moved to Go, and answer them by measuring.

    Is it CPU-bound? Is it a hot spot that NumPy or pandas cannot do? Will it be used often enough
    to pay for Go's compiler, and does a call gain more than goscore's own messages and copies cost?

    Parameters
    ----------
    py_func : callable
        It is run several times, on some of the rows first.
    *args
        What it would be called with.
    calls : int, optional
        How often it will be called. Without, the advice says from which call on Go pays.

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
    last = receipts.last
    try:
        return _advice(py_func, args, calls)
    finally:
        receipts.last = last  # these runs are not the user's


def _advice(py_func: Callable[..., Any], args: tuple[Any, ...], calls: int | None) -> Advice:
    profile = python_profile.measure(py_func, args)
    answers = [_cpu_bound(profile)]
    facts: dict[str, Any] = {"calls": calls}
    if answers[-1].yes:
        python_profile.count_lines(py_func, args, profile)
        answers.append(_hot_spot(profile))
    if answers[-1].yes:
        answers.append(_often_enough(profile, calls, facts))
    for question in (CPU, HOT, OFTEN)[len(answers) :]:
        answers.append(Answer(question, None, ""))
    figures = {name: value for name, value in vars(profile).items() if name != "hot"}
    verdict = "go" if all(answer.yes for answer in answers) else "python"
    return Advice(verdict, answers, {**figures, "hot": profile.hot, **facts})


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


def _often_enough(profile: Profile, calls: int | None, facts: dict[str, Any]) -> Answer:
    where = "" if profile.whole is None else f" on {profile.whole:,} rows"
    took = f"A call{where} takes Python {seconds(profile.expected)}"
    try:
        call, compile_ = _costs(profile.whole or 1)
    except GoscoreError as error:
        first_line = str(error).split("\n")[0]
        return Answer(
            OFTEN, False, f"{took}, and what Go would cost cannot be measured here: {first_line}"
        )
    facts |= {"call": call, "compile": compile_}
    costs = f"{took}, any call of Go on as many {seconds(call)}"
    if profile.expected < _TINY * call:
        return Answer(OFTEN, False, f"{costs}: there is too little to gain.")
    gain = profile.expected - call
    needed = max(1, math.ceil(compile_ / gain))
    facts["calls_needed"] = needed
    pays = f"{costs}, and compiling {seconds(compile_)}: it pays from call {needed:,} on"
    if calls is None:
        unknown = f"{pays}. How often it will be called was not told (calls=)"
        if needed > _MANY_CALLS:
            return Answer(OFTEN, False, f"{unknown}, and goscore does not assume so many.")
        return Answer(OFTEN, True, f"{unknown}.")
    if calls < needed:
        return Answer(OFTEN, False, f"{pays}, and it will be called {_times(calls)}.")
    saved = seconds(calls * gain - compile_)
    return Answer(OFTEN, True, f"{pays}; {_times(calls)}, it saves up to {saved}.")


def _times(calls: int) -> str:
    return "once" if calls == 1 else f"{calls:,} times"


def _costs(rows: int) -> tuple[float, float]:
    """Return the seconds of any call on so many rows, and those of compiling a function.

    They are measured with a tiny function: copies, messages, and almost no work.
    """
    import numpy as np

    measured_rows = min(rows, _PROBED_ROWS)
    values = np.zeros(measured_rows)
    probe = GoFunction(_PROBE)
    small = values[: samples.sizes(rows)[0]]
    probe._compiled_again(small)
    receipt = receipts.last
    assert receipt is not None
    few, many = _fastest(probe, small), _fastest(probe, values)
    return many + max(0.0, many - few) / max(measured_rows, 1) * (
        rows - measured_rows
    ), receipt.compile


def _fastest(probe: GoFunction, values: Any) -> float:
    """Return the seconds of the fastest run, as for the Python function."""
    probe(values)  # the first call starts its program
    times = []
    for _ in range(_PROBES):
        began = time.perf_counter()
        probe(values)
        times.append(time.perf_counter() - began)
    return min(times)
