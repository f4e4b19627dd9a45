"""The built-in functions, called from Python: each a run of a one-line cell."""

from __future__ import annotations

from typing import Any

from ._errors import ArgumentTypeError


def _call(function: str, **columns: Any) -> Any:
    """Run ``goscore.FUNCTION`` on columns, in their order."""
    from . import _run
    from ._inputs import bind

    for name, value in columns.items():
        kind = bind(name, value, name).kind
        if kind != "column":
            what = (
                "a DataFrame: pass one of its columns" if kind == "frame" else type(value).__name__
            )
            raise ArgumentTypeError(f"{function} takes columns, and {name} is {what}")
    code = f"goscore.{function}({', '.join(columns)})"
    bindings = [(name, value, name) for name, value in columns.items()]
    return _run.run(code, bindings, cell=function).value


def score_series(v: Any) -> Any:
    """Score a series with memory: jumps count more, falls decay.

    Each row's result starts the next one::

        s = 0.0
        for x in v:
            s = s * 0.9 + x if x > s else s * 0.5

    Parameters
    ----------
    v : column of numbers
        A Series, Index, Arrow or polars column, 1-D array or list.

    Returns
    -------
    column of float64
        In the library of *v*, with its index and name. The bits are those of
        the Python loop, on any number of cores.

    Raises
    ------
    ArgumentTypeError
        *v* is no column of numbers.
    ArgumentValueError
        *v* has nulls; NaN is a number here, and makes the results after it NaN or decay.
    """
    return _call("ScoreSeries", v=v)


def score(v: Any) -> float:
    """Add up ``x**1.5`` over the positive values of a column.

    Parameters
    ----------
    v : column of numbers
        A Series, Index, Arrow or polars column, 1-D array or list.

    Returns
    -------
    float
        The same bits on any number of cores.

    Raises
    ------
    ArgumentTypeError
        *v* is no column of numbers.
    ArgumentValueError
        *v* has nulls.
    """
    result: float = _call("Score", v=v)
    return result


def weighted_sum(a: Any, b: Any) -> float:
    """Add up ``a*b``, row by row.

    Parameters
    ----------
    a, b : column of numbers
        Of one length; with pandas, of one index, for rows are matched by position.

    Returns
    -------
    float
        The same bits on any number of cores.

    Raises
    ------
    ArgumentTypeError
        One of them is no column of numbers.
    ArgumentValueError
        One has nulls, or their lengths or indexes differ.
    """
    result: float = _call("WeightedSum", a=a, b=b)
    return result
