"""What calls of built-in functions take beside their arguments: cores, and seconds."""

import inspect
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import goscore
from goscore import ArgumentValueError, GoTimeoutError
from goscore._builtin.call import _infos
from goscore._worker import current

N = 200_000
V = pd.Series(np.random.default_rng(5).normal(size=N))
TEXTS = pd.Series(["20260301"] * N)  # a number, and a date
WORDS = pd.Series(np.arange(N)).astype(str)
RULES = {"s": [("matches", "[0-9]*[0-8]"), "unique"]}
NAMES = sorted(
    one["name"].removeprefix("goscore.") for one in goscore.functions() if one["kind"] == "built in"
)
ARGUMENTS = {
    ("column", "[]float64"): V,
    ("column", "[]string"): WORDS,
    ("list", "[]float64"): [0.0, 1.0],
    ("value", "float64"): 0.3,
    ("value", "int"): 9,
    ("value", "string"): TEXTS,
}


def call(name, **how):
    """Call a function on arguments of the kinds that the worker's table says."""
    if name == "validate":
        return goscore.validate(pd.DataFrame({"s": WORDS}), RULES, **how)
    info = next(info for info in _infos() if info.name == name)
    function = getattr(goscore, name)
    taken = inspect.signature(function).parameters
    required = [one for one in info.params if taken[one.name].default is inspect.Parameter.empty]
    return function(*(ARGUMENTS[one.shape, one.go] for one in required), **how)


def same(one, other):
    """Tell whether two results are the same, bit by bit."""
    return one.equals(other) if hasattr(one, "equals") else one == other


@pytest.mark.parametrize("name", NAMES)
def test_threads(name):
    """The receipt says on how many cores, and the results are the same on any."""
    alone = call(name, threads=1)
    assert goscore.last.cores == 1
    assert same(call(name, threads=3), alone)
    assert goscore.last.cores == 3
    with pytest.raises(ArgumentValueError, match="threads= takes a number of cores"):
        call(name, threads=0)


@pytest.mark.parametrize("name", NAMES)
def test_timeout(name):
    """A call that is over its time is an error; the worker lives, and the next call is right."""
    want = call(name, timeout=60)
    worker = current.worker().process.pid
    with pytest.raises(GoTimeoutError, match=r"did not end within its timeout of 1e-05 seconds"):
        call(name, timeout=1e-5)
    assert same(call(name), want)
    assert current.worker().process.pid == worker
    with pytest.raises(ArgumentValueError, match="timeout= takes a number of seconds"):
        call(name, timeout=-1)


def test_a_first_call_imports_little():
    """A first call imports nothing slow that only a rare one needs."""
    code = (
        "import sys, numpy, zmq\n"
        "rare = {'importlib.metadata', 'email', 'difflib', 'multiprocessing', 'inspect'}\n"
        "rare -= set(sys.modules)\n"
        "import goscore\n"
        "goscore.score(numpy.ones(3))\n"
        "sys.exit(', '.join(rare & set(sys.modules)) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
