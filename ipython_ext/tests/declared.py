"""Go functions for tests that need no IPython."""

from __future__ import annotations

from types import SimpleNamespace

from goscore._magic import declare
from goscore._run import cell as cell_module
from goscore._run.options import Options


def functions(code, cell="In[1]", **options):
    """Declare the functions of a cell; return them as attributes."""
    found = {}
    given = Options(**options)
    cell_module.run(
        code,
        [],
        given,
        cell=cell,
        declare=lambda described: declare.declare(described, found, given),
    )
    return SimpleNamespace(**found)
