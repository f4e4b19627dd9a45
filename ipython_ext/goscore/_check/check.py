"""``goscore.check()``: an input on which a Python function and a Go function differ, or how many were tried."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .._errors import ArgumentValueError
from .._function import GoFunction
from .._protocol.functions import FunctionInfo
from .._run import receipt as receipts
from .found import Checked
from .outcomes import Tries
from .search import Search
from .subject import subject

_REQUIRES = re.compile(r"^//goscore:requires[ \t]+(.+)$", re.MULTILINE)
_NAME = "GoscoreRequires"


def check(
    py_func: Callable[..., Any],
    go_func: Callable[..., Any],
    *examples: Any,
    rows: int = 10_000,
    seed: int = 0,
    budget: float = 10,
) -> Checked:
    """Look for an input on which a Python function and a Go function differ.

    Inputs come from the Go function's signature, the examples, and the numbers and texts that the
    two functions mention: NaN, infinities, -0.0, the ends of integers, numbers around 2**53, text of
    all kinds, leap days, empty columns, equal neighbours, and missing values where Go has ``*T`` or
    an example has some. What differs is made as small as it gets. Needs Hypothesis:
    ``pip install 'goscore[check]'``.

    ``//goscore:requires x > 0`` above the Go function, any condition of Go on its parameters, leaves out
    inputs that the function does not accept. Both raising is equal, one raising is not; nor are zeros of another
    sign. Floats may differ as much as in `compare`. Python's warnings are not shown.

    Parameters
    ----------
    py_func : callable
        Takes the values of one row where Go does, or columns as Go is called with them; a scan's step
        is known by its number of parameters.
    go_func : callable
        A Go function of a cell.
    *examples
        What both would be called with, one for each parameter. They are tried first, and inputs
        have their types.
    rows : int
        How many to try at least where the time is enough; 0 for the examples alone.
    seed : int
        Another gives other inputs.
    budget : float
        Seconds that it may take.

    Returns
    -------
    Checked
        ``.equal``, ``.counterexample``, ``.python`` and ``.go``, ``.row``, ``.tried``, ``.to_pytest()``.

    Raises
    ------
    ArgumentTypeError
        Values of a parameter cannot be made: pass examples.
    ArgumentValueError
        No input fulfils what the function requires, or Python took too long on all of them.
    """
    for name, value, least in (("rows", rows, 0), ("seed", seed, None)):
        if isinstance(value, bool) or not isinstance(value, int) or value < (least or 0):
            raise ArgumentValueError(f"{name}= takes a number from 0 up, not {value!r}")
    if isinstance(budget, bool) or not isinstance(budget, int | float) or not 0 < budget < math.inf:
        raise ArgumentValueError(f"budget= takes a number of seconds, not {budget!r}")
    pair = subject(py_func, go_func, examples)
    if not rows and not examples:
        raise ArgumentValueError("rows=0 tries the examples alone, and none was given")
    last = receipts.last
    began = time.perf_counter()
    try:
        tries = Tries(pair, _required(pair.go_func))
        found = Search(tries, rows, seed, budget).run()
    finally:
        receipts.last = last  # these runs are not the user's
    if found is None and not tries.rows and not tries.calls:
        raise ArgumentValueError(_nothing(tries))
    return Checked(tries, found, time.perf_counter() - began, rows, seed)


def _nothing(tries: Tries) -> str:
    name = tries.subject.info.name
    if tries.unwanted:
        return (
            f"none of {tries.unwanted:,} rows is what {name} requires: pass an example that is near"
        )
    return f"nothing was compared: Python took too long on {tries.left_out:,} rows: pass an example"


def _required(function: GoFunction) -> GoFunction | None:
    """Return a Go function that tells whether arguments are what a function requires."""
    info = function._info
    conditions = _REQUIRES.findall(info.source)
    if not conditions:
        return None
    directives = "".join(
        line + "\n"
        for line in info.source.splitlines()
        if line.startswith(("//goscore:table", "//goscore:default"))
    )
    whole = " && ".join(f"({one})" for one in conditions)
    source = f"{directives}func {_NAME}{_parameters(info)} bool {{ return {whole} }}"
    columns = info.kind in ("vector", "aggregate")
    kind = "aggregate" if columns else "scalar" if info.kind == "scan" else info.kind
    described = replace(
        info, name=_NAME, kind=kind, doc="", signature=f"func {_NAME}", source=source, params=info.parameters,
        results=["bool"], single="", error=False, init=None, serial=False, merge=None, json={},
        sources=[{"cell": info.cell, "text": source + "\n"}, *info.sources],
    )  # fmt: skip
    return GoFunction(described)


def _parameters(info: FunctionInfo) -> str:
    """Return the parameters in parentheses, as they stand in Go."""
    if info.kind == "scan" or "[" in info.signature.partition("(")[0]:
        return f"({', '.join(f'{one.name} {one.go}' for one in info.parameters)})"
    begin = end = info.signature.index("(")
    depth = 0
    while True:
        depth += {"(": 1, ")": -1}.get(info.signature[end], 0)
        end += 1
        if not depth:
            return info.signature[begin:end]
