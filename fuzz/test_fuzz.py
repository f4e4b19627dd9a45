"""About half a minute of the comparison with plain Python, always the same checks."""

from __future__ import annotations

from . import __main__ as fuzz

PLACES = 250


def test_fuzz() -> None:
    """No check differs; which they are depends on the seed alone."""
    tried = fuzz.Tried()
    for at, place in enumerate(fuzz.places(seed=20, number=0)[:PLACES]):
        fuzz.check(place, at, tried)
    assert not tried.failures, "\n\n".join(tried.failures)
    assert tried.checks.total() > PLACES
