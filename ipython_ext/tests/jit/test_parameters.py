"""Parameters of every kind that Python has."""

from __future__ import annotations

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
