"""About half a minute of the comparison with plain Python, always the same checks."""

from __future__ import annotations

from .places import check
from .table import Tried

ROWS = 18  # of the table: each kind, and most types


def test_fuzz() -> None:
    """No check differs; which they are depends on the seed alone."""
    tried = Tried()
    for at in range(ROWS):
        tried.add(check(seed=20, number=1, at=at))
    assert not tried.failures, "\n\n".join(tried.failures)
    assert tried.checks.total() > 50 * ROWS
