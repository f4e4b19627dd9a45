"""Parameters of every kind that Python has."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import goscore


def test_kinds_of_parameters():
    """Keyword-only ones are as any; a function of any number of arguments is called as it is."""

    def scaled(x, *, by=2, plus=0.0):
        return x * by + plus

    def added(*parts):
        return sum(parts)

    def named(x, **more):
        return x + len(more)

    jitted = goscore.jit(scaled)
    assert jitted([1.5, 2.0], plus=1.0, by=3) == [5.5, 7.0]
    assert ": Go, equal" in jitted.explain()
    for function, args, more in ((added, (1, 2, 3), {}), (named, (1,), {"a": 2, "b": 3})):
        with pytest.warns(UserWarning, match="stays Python: .* takes any number of arguments"):
            assert goscore.jit(function)(*args, **more) == function(*args, **more)


def test_exceptions_of_arrays():
    """An array's numbers divide by zero without an exception, and a Series has no IndexError: Python's affair."""

    def inverse(v):
        out = []
        for x in v:
            try:
                out.append(v[int(x)] / x)
            except (ZeroDivisionError, IndexError):
                out.append(-1.0)
        return out

    jitted = goscore.jit(inverse)
    v = [1.0] * 1500 + [0.0, 1e6]
    assert jitted(v) == inverse(v)
    assert ": Go, equal" in jitted.explain()
    with pytest.warns(UserWarning, match="raise other exceptions"), np.errstate(divide="ignore"):
        assert jitted(np.array(v[:-1])) == inverse(np.array(v[:-1]))
    with pytest.raises(KeyError):
        jitted(pd.Series(v))


def test_missing_results():
    """None of a function of rows is missing in a column of pandas, as of any Go function."""

    def hours(s):
        parts = s.split(":")
        if len(parts) != 3:
            return None
        return int(parts[0])

    jitted = goscore.jit(hours)
    for _ in range(2):
        found = jitted(pd.Series(["12:30:01", "noon", "7:00:00"]))
        assert found.dtype == "Int64" and found.isna().tolist() == [False, True, False]
        assert found.dropna().tolist() == [12, 7]
    assert ": Go, equal" in jitted.explain()
