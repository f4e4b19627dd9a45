"""What calls of built-in functions take beside their arguments: cores, and seconds."""

import numpy as np
import pandas as pd
import pytest

import goscore
from goscore import ArgumentValueError, GoTimeoutError
from goscore._worker import current

N = 200_000
V = pd.Series(np.random.default_rng(5).normal(size=N))
K = pd.Series(np.arange(N) % 1000)
TEXTS = pd.Series(np.arange(N)).astype(str)
DAYS = pd.Series(["2026-03-01"] * N)

CALLS = {
    "score_series": lambda **how: goscore.score_series(V, **how),
    "score": lambda **how: goscore.score(V, **how),
    "weighted_sum": lambda **how: goscore.weighted_sum(V, V, **how),
    "weighted_mean": lambda **how: goscore.weighted_mean(V, V, **how),
    "ewma": lambda **how: goscore.ewma(V, 0.3, **how),
    "zscore": lambda **how: goscore.zscore(V, **how),
    "rolling": lambda **how: goscore.rolling(V, 9, by=K, **how),
    "bucketize": lambda **how: goscore.bucketize(V, [0], **how),
    "hash_encode": lambda **how: goscore.hash_encode(TEXTS, 99, **how),
    "parse_number": lambda **how: goscore.parse_number(TEXTS, **how),
    "parse_timestamp": lambda **how: goscore.parse_timestamp(DAYS, **how),
    "validate": lambda **how: goscore.validate(pd.DataFrame({"s": TEXTS}), RULES, **how),
}
RULES = {"s": [("matches", "[0-9]*[0-8]"), "unique"]}


def same(one, other):
    """Tell whether two results are the same, bit by bit."""
    return one.equals(other) if hasattr(one, "equals") else one == other


def test_all_are_here():
    """The calls below are those of every function that `functions` lists as built in."""
    listed = [one["name"] for one in goscore.functions() if one["kind"] == "built in"]
    assert {f"goscore.{name}" for name in CALLS} == set(listed)


@pytest.mark.parametrize("name", CALLS)
def test_threads(name):
    """The receipt says on how many cores, and the results are the same on any."""
    alone = CALLS[name](threads=1)
    assert goscore.last.cores == 1
    assert same(CALLS[name](threads=3), alone)
    assert goscore.last.cores == 3
    with pytest.raises(ArgumentValueError, match="threads= takes a number of cores"):
        CALLS[name](threads=0)


@pytest.mark.parametrize("name", CALLS)
def test_timeout(name):
    """A call that is over its time is an error; the worker lives, and the next call is right."""
    want = CALLS[name](timeout=60)
    worker = current.worker().process.pid
    with pytest.raises(GoTimeoutError, match=r"did not end within its timeout of 1e-05 seconds"):
        CALLS[name](timeout=1e-5)
    assert same(CALLS[name](), want)
    assert current.worker().process.pid == worker
    with pytest.raises(ArgumentValueError, match="timeout= takes a number of seconds"):
        CALLS[name](timeout=-1)
