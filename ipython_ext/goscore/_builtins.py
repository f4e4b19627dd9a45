"""The built-in functions for numbers, as Python calls them; the worker runs them, without Go's compiler.

What is missing, and what is not: to `score_series`, `score` and `weighted_sum` a NaN is a number,
and a null is refused. To all others both are missing, in any library, and so is a result of NaN.
"""

from __future__ import annotations

from typing import Any

from ._builtin_call import called


def score_series(v: Any, *, by: Any = None, dropna: bool = True) -> Any:
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
        *v* has nulls; NaN is a number here, and makes the results after it decay.
    """
    return called("score_series", "ScoreSeries", "vector", "n", {"v": v}, by, dropna)


def score(v: Any, *, by: Any = None, dropna: bool = True) -> Any:
    """Add up ``x**1.5`` over the positive values of a column.

    Parameters
    ----------
    v : column of numbers
        A Series, Index, Arrow or polars column, 1-D array or list.
    by : column or list of columns, optional
        Keys: one result for each group.
    dropna : bool
        Whether rows with a missing key are in no group.

    Returns
    -------
    float, or with *by* a column or frame with a row for each group, sorted by key
        The same bits on any number of cores.

    Raises
    ------
    ArgumentTypeError
        *v* is no column of numbers.
    ArgumentValueError
        *v* has nulls.
    """
    return called("score", "Score", "aggregate", "n", {"v": v}, by, dropna)


def weighted_sum(a: Any, b: Any, *, by: Any = None, dropna: bool = True) -> Any:
    """Add up ``a*b``, row by row.

    Parameters
    ----------
    a, b : column of numbers
        Of one length; with pandas, of one index, for rows are matched by position.
    by : column or list of columns, optional
        Keys: one result for each group.
    dropna : bool
        Whether rows with a missing key are in no group.

    Returns
    -------
    float, or with *by* a column or frame with a row for each group, sorted by key
        The same bits on any number of cores.

    Raises
    ------
    ArgumentTypeError
        One of them is no column of numbers.
    ArgumentValueError
        One has nulls, or their lengths or indexes differ.
    """
    return called("weighted_sum", "WeightedSum", "aggregate", "nn", {"a": a, "b": b}, by, dropna)


def weighted_mean(v: Any, weights: Any, *, by: Any = None, dropna: bool = True) -> Any:
    """Return the mean of *v* in which each value has a weight: ``sum(w*v) / sum(w)``.

    Parameters
    ----------
    v, weights : column of numbers
        Of one length. Rows in which one of them is missing are left out.
    by : column or list of columns, optional
        Keys: one result for each group.
    dropna : bool
        Whether rows with a missing key are in no group.

    Returns
    -------
    float, or with *by* a column or frame with a row for each group, sorted by key
        In the unit of *v*; NaN where the weights add up to 0. The same bits on any
        number of cores.

    Raises
    ------
    ArgumentTypeError
        One of them is no column of numbers.
    ArgumentValueError
        Their lengths or indexes differ.

    See Also
    --------
    numpy.average : the same without missing values, and an error where the weights add up to 0.
    """
    columns = {"v": v, "weights": weights}
    return called("weighted_mean", "WeightedMean", "aggregate", "nn", columns, by, dropna)


def ewma(v: Any, alpha: float, *, by: Any = None, dropna: bool = True) -> Any:
    """Smooth a series: the exponentially weighted moving average.

    Each value moves it a little::

        m[i] = (1 - alpha) * m[i - 1] + alpha * v[i]    # and the first value as it is

    Parameters
    ----------
    v : column of numbers
        What is missing is skipped: the average stays as it was.
    alpha : float
        Above 0, at most 1: the weight of each new value.
    by : column or list of columns, optional
        Keys: each group is a series of its own.
    dropna : bool
        Whether rows with a missing key are in no group; their result is missing.

    Returns
    -------
    column of float64
        In the unit of *v*; missing before the first value. The same bits on any
        number of cores.

    Raises
    ------
    ArgumentTypeError
        *v* is no column of numbers.
    ArgumentValueError
        *alpha* is out of its range.

    See Also
    --------
    pandas.Series.ewm : ``v.ewm(alpha=alpha, adjust=False, ignore_na=True).mean()``.
    """
    return called("ewma", "Ewma", "vector", "nf", {"v": v, "alpha": alpha}, by, dropna)


def zscore(v: Any, *, by: Any = None, dropna: bool = True) -> Any:
    """Tell how many standard deviations each value lies above the mean.

    ``(v - v.mean()) / v.std(ddof=0)``: the deviation of all values, not of a sample.

    Parameters
    ----------
    v : column of numbers
        Mean and deviation leave out what is missing, and its result is missing.
    by : column or list of columns, optional
        Keys: mean and deviation are those of each group.
    dropna : bool
        Whether rows with a missing key are in no group; their result is missing.

    Returns
    -------
    column of float64
        Without a unit; missing where the deviation is 0. The same bits on any
        number of cores.

    Raises
    ------
    ArgumentTypeError
        *v* is no column of numbers.

    See Also
    --------
    scipy.stats.zscore : ``zscore(v, nan_policy="omit")``.
    """
    return called("zscore", "ZScore", "vector", "n", {"v": v}, by, dropna)


def rolling(
    v: Any,
    window: int,
    statistic: str = "mean",
    *,
    min_periods: int | None = None,
    by: Any = None,
    dropna: bool = True,
) -> Any:
    """Compute a statistic of each row and the rows before it.

    Parameters
    ----------
    v : column of numbers
        What is missing is left out.
    window : int
        Rows: each one and ``window - 1`` before it.
    statistic : str
        ``"mean"``, ``"sum"``, ``"min"`` or ``"max"``.
    min_periods : int, optional
        How many values of the window must be there, else the result is missing;
        without, all of them. At least one, in any case.
    by : column or list of columns, optional
        Keys: windows are those of each group.
    dropna : bool
        Whether rows with a missing key are in no group; their result is missing.

    Returns
    -------
    column of float64
        In the unit of *v*. The same bits on any number of cores. Values are only ever
        added, so what left a window leaves no rounding error behind.

    Raises
    ------
    ArgumentTypeError
        *v* is no column of numbers.
    ArgumentValueError
        *window*, *min_periods* or *statistic* is out of its range.

    See Also
    --------
    pandas.Series.rolling : ``v.rolling(window, min_periods).mean()``; to it, infinity is missing.
    """
    arguments = {
        "v": v,
        "window": window,
        "statistic": statistic,
        "min_periods": {None: 0, 0: 1}.get(min_periods, min_periods),
    }
    return called("rolling", "Rolling", "vector", "nisi", arguments, by, dropna)


def bucketize(v: Any, edges: Any) -> Any:
    """Number the bucket that each value falls into: how many edges are at most as large.

    Parameters
    ----------
    v : column of numbers
    edges : list or column of numbers
        In the unit of *v*, climbing.

    Returns
    -------
    column of int64
        From 0, below the first edge, to ``len(edges)``, from the last one on. What is
        missing is in no bucket: missing, and in pandas ``Int64``.

    Raises
    ------
    ArgumentTypeError
        One of them is no column of numbers.
    ArgumentValueError
        *edges* do not climb.

    See Also
    --------
    numpy.digitize : ``digitize(v, edges)``; to it, NaN is above all edges.
    """
    arguments = {"v": v, "edges": list(edges) if isinstance(edges, tuple) else edges}
    return called("bucketize", "Bucketize", "vector", "nl", arguments)


def hash_encode(v: Any, buckets: int) -> Any:
    """Give each value one of so many buckets, always the same for the same value.

    On any machine, in any run, of any release: 64-bit FNV-1a modulo *buckets*, of a text's
    UTF-8, of an integer's eight bytes (lowest first), of a float's likewise when it is a whole
    number, else of its own eight. So 3 and 3.0 are the same.

    Parameters
    ----------
    v : column of strings or numbers
    buckets : int
        1 or more.

    Returns
    -------
    column of int64
        From 0 to ``buckets - 1``. What is missing is in no bucket: missing, and in
        pandas ``Int64``.

    Raises
    ------
    ArgumentTypeError
        *v* holds neither strings nor numbers.
    ArgumentValueError
        *buckets* is out of its range.
    """
    arguments = {"v": v, "buckets": buckets}
    return called("hash_encode", "HashEncode", "vector", "wi", arguments)
