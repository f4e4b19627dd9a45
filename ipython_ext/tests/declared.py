"""Go functions for tests that need no IPython."""

from __future__ import annotations

from types import SimpleNamespace

from goscore import _declare, _run
from goscore._options import Options


def functions(code, cell="In[1]", **options):
    """Declare the functions of a cell; return them as attributes."""
    found = {}
    given = Options(**options)
    _run.run(
        code,
        [],
        given,
        cell=cell,
        declare=lambda described: _declare.declare(described, found, given),
    )
    return SimpleNamespace(**found)
