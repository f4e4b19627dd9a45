"""Inputs that another thread changes during the call.

What then comes is documented: values of what was there at some moment, old or
new, or an error that says that the column changed; never a crash.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

import goscore

from .attack import Trials, attack
from .notebook import function, run, worker_pid
from .victims import (
    ROWS,
    Victim,
    categories,
    flags,
    holes,
    lists,
    numbers,
    series,
    shared,
    texts,
    views,
)

COUNT = 500
GO = """
func Twice(v float64) float64 { return 2 * v }
func Sum(v []float64) float64 { s := 0.0; for _, x := range v { s += x }; return s }
//goscore:scan init=0
func Last(prev, v float64) float64 { if v > prev { return v }; return prev * 0.5 }
func Size(s string) int { return len(s) }
func All(s []string) int { n := 0; for _, x := range s { n += len(x) }; return n }
func Sizes(s []byte) int { return len(s) }
func Maybe(v *float64) float64 { if v == nil { return -1 }; return *v }
func Flag(b bool) int { if b { return 1 }; return 0 }
func Flags(b []bool) int { n := 0; for _, x := range b { if x { n++ } }; return n }
func Items(v []int64) int { return len(v) }
"""


def between(low: float, high: float) -> Callable[[Any], bool]:
    """Return what sees that all numbers of a result lie between two."""

    def holds(made: Any) -> bool:
        values = np.asarray(made, float)
        return bool(((low <= values) & (values <= high)).all())

    return holds


def anything(made: Any) -> bool:
    """Take any result: what was there at some moment may be any text."""
    return True


Case = tuple[Callable[[], Victim], Callable[[Any], Any], Callable[[Any], bool]]


def _cases() -> list[Case]:
    go = {
        name: function(name, GO)
        for name in (
            "Twice",
            "Sum",
            "Last",
            "Size",
            "All",
            "Sizes",
            "Maybe",
            "Flag",
            "Flags",
            "Items",
        )
    }
    keys = np.arange(ROWS) % 7

    def wide() -> Victim:
        return texts(pa.large_string(), np.int64)

    return [
        (numbers, go["Twice"], between(2, 4)),
        (series, go["Twice"], between(2, 4)),
        (numbers, go["Sum"], between(ROWS, 2 * ROWS)),
        (numbers, lambda v: go["Sum"](v, by=keys)[1], between(ROWS // 7, 2 * ROWS // 7 + 2)),
        (numbers, go["Last"], between(0, 2)),
        (numbers, goscore.score_series, between(0, 20)),
        (numbers, goscore.score, between(ROWS, 3 * ROWS)),
        (numbers, lambda v: goscore.score_series(v, by=keys), between(0, 20)),
        (numbers, lambda v: goscore.score(np.ones(ROWS), by=v)[1], between(0, ROWS)),
        (numbers, lambda v: goscore.rolling(v, 7, "mean"), anything),
        (numbers, lambda v: run("%%goscore -i v\nslices.Max(v)", v=v), between(1, 2)),
        (flags, go["Flag"], between(0, 1)),
        (flags, go["Flags"], between(0, ROWS)),
        (texts, go["Size"], anything),
        (texts, go["All"], anything),
        (wide, go["Size"], anything),
        (wide, go["All"], anything),
        (lambda: texts(pa.binary()), go["Sizes"], anything),
        (views, go["Size"], anything),
        (views, go["All"], anything),
        (texts, lambda s: goscore.hash_encode(s, 64), between(0, 63)),
        (views, lambda s: goscore.hash_encode(s, 64), between(0, 63)),
        (texts, lambda s: goscore.parse_number(s, errors="coerce"), anything),
        (texts, lambda s: goscore.score(np.ones(ROWS), by=s), anything),
        (texts, lambda s: go["Sum"](np.ones(ROWS), by=s), anything),
        (holes, go["Maybe"], between(-1, 1)),
        (holes, lambda v: goscore.ewma(v, 0.5), anything),
        (lists, go["Items"], anything),
        (categories, go["Size"], between(6, 12)),
        (lambda: shared(numbers), go["Twice"], between(2, 4)),
        (lambda: shared(texts), go["All"], anything),
        (lambda: shared(texts), lambda s: goscore.hash_encode(s, 64), between(0, 63)),
        (lambda: shared(views), lambda s: goscore.hash_encode(s, 64), between(0, 63)),
        (lambda: shared(views), go["Size"], anything),
    ]


@attack(16, "the input changed by another thread during the call", count=COUNT, limit=600)
def races(trials: Trials) -> None:
    """Call everything on columns that change."""
    cases, calm, refused = _cases(), np.ones(ROWS), 0
    worker, random = worker_pid(), np.random.default_rng(trials.random.randrange(1 << 32))
    twice = cases[0][1]
    for at in trials:
        make, call, holds = cases[at % len(cases)]
        with trials.trial(f"case {at % len(cases)}"):
            victim = make()
            with victim.changing(random):
                try:
                    trials.check(
                        holds(call(victim.column)), f"case {at % len(cases)}: a wrong result"
                    )
                except goscore.GoscoreError as error:
                    refused += 1
                    _judge(trials, at % len(cases), error)
            trials.check((twice(calm) == 2 * calm).all(), "the next call is wrong")
            trials.check(worker_pid() == worker, f"case {at % len(cases)}: the worker died")
    trials.figures["refused"] = str(refused)


def _judge(trials: Trials, case: int, error: goscore.GoscoreError) -> None:
    """See that an error is about the column, and nobody's crash."""
    crashed = goscore.GoPanic | goscore.WorkerDiedError | goscore.ProgramDiedError
    trials.check(not isinstance(error, crashed), f"case {case}: {type(error).__name__}: {error}")
