"""``goscore.compare()``: a Python function, its Go version and others, beside each other."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from typing import Any

from .._errors import ArgumentTypeError, ArgumentValueError
from .._function import GoFunction
from .comparison import Comparison
from .contender import GO, PYTHON, Contender
from .contest import Contest


def compare(
    py_func: Callable[..., Any],
    go_func: Callable[..., Any],
    *args: Any,
    others: Mapping[str, Callable[..., Any]] | None = None,
    budget: float = 10,
) -> Comparison:
    """Run a Python function, its Go version and others on the same data, and compare them.

    All get the same arguments, with growing numbers of their first rows: ten,
    a hundred, and so on to all. The runs of all alternate. One that would take too
    long on more rows stops at the last that it could.

    Parameters
    ----------
    py_func : callable
        Its results are those that the others should give.
    go_func : callable
        A Go function of a cell, a built-in function, or Python that calls such.
    *args
        As passed to all of them. Of the columns, the longest are cut.
    others : dict of str to callable, optional
        More contenders, such as ``{"numba": f}``.
    budget : float
        Seconds that the comparison may take.

    Returns
    -------
    Comparison
        Displays as one number, a chart and folded tables. ``.equal``, ``.break_even`` (rows or
        None), ``.to_pandas()``, ``.plot()``.

    Raises
    ------
    ArgumentTypeError
        The two are swapped: the first runs Go.
    ArgumentValueError
        One of the two changes its arguments in place.
    Exception
        What one of the two raised on all sizes.
    """
    if isinstance(budget, bool) or not isinstance(budget, int | float) or not 0 < budget < math.inf:
        raise ArgumentValueError(f"budget= takes a number of seconds, not {budget!r}")
    if runs_go(py_func):
        raise ArgumentTypeError(_swapped(py_func, go_func))
    functions = {PYTHON: py_func, GO: go_func, **_others(others)}
    contenders = [_contender(name, function) for name, function in functions.items()]
    contest = Contest(contenders, args, float(budget))
    contest.run()
    for contender in contenders[:2]:
        changes = contender.stopped and isinstance(contender.error, ArgumentValueError)
        if contender.error is not None and (changes or not contender.measured):
            raise contender.error
    return Comparison(contest)


def _others(others: Mapping[str, Callable[..., Any]] | None) -> dict[str, Callable[..., Any]]:
    functions = dict(others or {})
    for name in (PYTHON, GO):
        if name in functions:
            raise ArgumentValueError(
                f"others= has {name!r}, which is the name of a contender already"
            )
    return functions


def runs_go(function: Any) -> bool:
    """Tell whether a function is one of Go: of a cell, built in, or such with some arguments given."""
    while isinstance(function, functools.partial):
        function = function.func
    package = __name__.partition(".")[0]
    modules = (getattr(function, "__module__", None), type(function).__module__)
    return isinstance(function, GoFunction) or any(
        str(module).partition(".")[0] == package for module in modules
    )


def _name(function: Any) -> str:
    return getattr(function, "__name__", None) or type(function).__name__


def _swapped(first: Any, second: Any) -> str:
    if callable(second) and not runs_go(second):
        return f"compare takes the Python function first: compare({_name(second)}, {_name(first)}, ...)"
    return f"compare takes a Python function first, and {_name(first)} runs Go"


def _contender(name: str, function: Callable[..., Any]) -> Contender:
    if not callable(function):
        what = {PYTHON: "the first argument of compare", GO: "the second"}.get(
            name, f"others[{name!r}]"
        )
        raise ArgumentTypeError(f"{what} is a {type(function).__name__}: pass a function")
    opening = function._compiled_again if isinstance(function, GoFunction) else None
    return Contender(name, function, _name(function), opening)
