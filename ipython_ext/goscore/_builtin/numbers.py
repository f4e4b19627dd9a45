"""The built-in functions for numbers, as Python calls them; the worker runs them, without Go's compiler.

What is missing, and what is not: to `score_series`, `score` and `weighted_sum` a NaN is a number,
and a null is refused. To all others both are missing, in any library, and so is a result of NaN.
"""

from __future__ import annotations

from typing import Any

from .call import called


def score_series(
    v: Any,
    *,
    by: Any = None,
    dropna: bool = True,
    timeout: float | None = None,
    threads: int | None = None,
) -> Any:
    """Score a series with memory: jumps count more, falls decay.

    Each row's result starts the next one::

        s = 0.0
        for x in v:
            s = s * 0.9 + x if x > s else s * 0.5

    Parameters
    ----------
    v : column of numbers
        A Series, Index, Arrow or polars column, 1-D array or list.
    by : column or list of columns, optional
        Keys: each group is a series of its own.
    dropna : bool
        Whether rows with a missing key are in no group; their result is missing.
    timeout : float, optional
        Seconds after which `GoTimeoutError` ends the call.
    threads : int, optional
        Cores to run on; all by default.

    Returns
    -------
    column of float64
        In the library of *v*, with its index and name. The bits are those of
        the Python loop, on any number of cores.

    Raises
    ------
    ArgumentTypeError
        *v* is not a column of numbers.
    ArgumentValueError
        *v* has nulls; NaN is a number here, and makes the results after it decay.
    """
    return called(
        "score_series",
        v,
        by=by,
        dropna=dropna,
        timeout=timeout,
        threads=threads,
    )


def score(
    v: Any,
    *,
    by: Any = None,
    dropna: bool = True,
    timeout: float | None = None,
    threads: int | None = None,
) -> Any:
    """Add up ``x**1.5`` over the positive values of a column.

    Parameters
    ----------
    v : column of numbers
        A Series, Index, Arrow or polars column, 1-D array or list.
    by : column or list of columns, optional
        Keys: one result for each group.
    dropna : bool
        Whether rows with a missing key are in no group.
    timeout : float, optional
        Seconds after which `GoTimeoutError` ends the call.
    threads : int, optional
        Cores to run on; all by default.

    Returns
    -------
    float, or with *by* a column or frame with a row for each group, sorted by key
        The same bits on any number of cores.

    Raises
    ------
    ArgumentTypeError
        *v* is not a column of numbers.
    ArgumentValueError
        *v* has nulls.
    """
    return called(
        "score",
        v,
        by=by,
        dropna=dropna,
        timeout=timeout,
        threads=threads,
    )


def weighted_sum(
    a: Any,
    b: Any,
    *,
    by: Any = None,
    dropna: bool = True,
    timeout: float | None = None,
    threads: int | None = None,
) -> Any:
    """Add up ``a*b``, row by row.

    Parameters
    ----------
    a, b : column of numbers
        Of the same length; in pandas of the same index, as rows are matched by position.
    by : column or list of columns, optional
        Keys: one result for each group.
    dropna : bool
        Whether rows with a missing key are in no group.
    timeout : float, optional
        Seconds after which `GoTimeoutError` ends the call.
    threads : int, optional
        Cores to run on; all by default.

    Returns
    -------
    float, or with *by* a column or frame with a row for each group, sorted by key
        The same bits on any number of cores.

    Raises
    ------
    ArgumentTypeError
        One of them is not a column of numbers.
    ArgumentValueError
        One has nulls, or their lengths or indexes differ.
    """
    return called(
        "weighted_sum",
        a,
        b,
        by=by,
        dropna=dropna,
        timeout=timeout,
        threads=threads,
    )


def weighted_mean(
    v: Any,
    weights: Any,
    *,
    by: Any = None,
    dropna: bool = True,
    timeout: float | None = None,
    threads: int | None = None,
) -> Any:
    """Return the mean of *v* in which each value has a weight: ``sum(w*v) / sum(w)``.

    Parameters
    ----------
    v, weights : column of numbers
        Of the same length. Rows in which either is missing are left out.
    by : column or list of columns, optional
        Keys: one result for each group.
    dropna : bool
        Whether rows with a missing key are in no group.
    timeout : float, optional
        Seconds after which `GoTimeoutError` ends the call.
    threads : int, optional
        Cores to run on; all by default.

    Returns
    -------
    float, or with *by* a column or frame with a row for each group, sorted by key
        In the unit of *v*; NaN where the weights add up to 0. The same bits on any
        number of cores.

    Raises
    ------
    ArgumentTypeError
        One of them is not a column of numbers.
    ArgumentValueError
        Their lengths or indexes differ.

    See Also
    --------
    numpy.average : the same without missing values, and an error where the weights add up to 0.
    """
    return called(
        "weighted_mean",
        v,
        weights,
        by=by,
        dropna=dropna,
        timeout=timeout,
        threads=threads,
    )
