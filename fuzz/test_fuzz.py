"""Half a minute of the comparison with plain Python, always the same."""

from __future__ import annotations

from . import __main__ as fuzz

SECONDS = 30


def test_fuzz() -> None:
    """No check differs; what is drawn depends on the seed alone."""
    tried = fuzz.fuzz(SECONDS, seed=20)
    assert not tried.failures, "\n\n".join(tried.failures)
    assert tried.checks.total() > 0
