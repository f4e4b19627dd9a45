"""The built-in functions that make features, as Python calls them.

To all of them nulls and NaN are missing, in any library, and so is a result of NaN.
"""

from __future__ import annotations

from typing import Any

from . import exact
from .call import called


def ewma(
    v: Any,
    alpha: float,
    *,
    by: Any = None,
    dropna: bool = True,
    timeout: float | None = None,
    threads: int | None = None,
) -> Any:
    """Smooth a series: the exponentially weighted moving average.

    Each value moves it a little::

        m[i] = (1 - alpha) * m[i - 1] + alpha * v[i]    # and the first value as it is

    Parameters
    ----------
    v : column of numbers
        Missing values are skipped: the average stays as it was.
    alpha : float
        Above 0, at most 1: the weight of each new value.
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
        In the unit of *v*; missing before the first value. The same bits on any
        number of cores.

    Raises
    ------
    ArgumentTypeError
        *v* is not a column of numbers.
    ArgumentValueError
        *alpha* is out of its range.

    See Also
    --------
    pandas.Series.ewm : ``v.ewm(alpha=alpha, adjust=False, ignore_na=True).mean()``.
    """
    return called(
        "ewma",
        v,
        alpha,
        by=by,
        dropna=dropna,
        timeout=timeout,
        threads=threads,
    )


def zscore(
    v: Any,
    *,
    by: Any = None,
    dropna: bool = True,
    timeout: float | None = None,
    threads: int | None = None,
) -> Any:
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
    timeout : float, optional
        Seconds after which `GoTimeoutError` ends the call.
    threads : int, optional
        Cores to run on; all by default.

    Returns
    -------
    column of float64
        Without a unit; missing where the deviation is 0, right for numbers of any size. The
        same bits on any number of cores.

    Raises
    ------
    ArgumentTypeError
        *v* is not a column of numbers.

    See Also
    --------
    scipy.stats.zscore : ``zscore(v, nan_policy="omit")``.
    """
    return called(
        "zscore",
        v,
        by=by,
        dropna=dropna,
        timeout=timeout,
        threads=threads,
    )


def rolling(
    v: Any,
    window: int,
    statistic: str = "mean",
    *,
    min_periods: int | None = None,
    by: Any = None,
    dropna: bool = True,
    timeout: float | None = None,
    threads: int | None = None,
) -> Any:
    """Compute a statistic of each row and the rows before it.

    Parameters
    ----------
    v : column of numbers
        Missing values are left out.
    window : int
        Rows: each one and ``window - 1`` before it.
    statistic : str
        ``"mean"``, ``"sum"``, ``"min"`` or ``"max"``.
    min_periods : int, optional
        How many values of the window must be there, else the result is missing;
        all of them by default. At least one, in any case.
    by : column or list of columns, optional
        Keys: windows are those of each group.
    dropna : bool
        Whether rows with a missing key are in no group; their result is missing.
    timeout : float, optional
        Seconds after which `GoTimeoutError` ends the call.
    threads : int, optional
        Cores to run on; all by default.

    Returns
    -------
    column of float64
        In the unit of *v*. The same bits on any number of cores. Values are only ever
        added, so what left a window leaves no rounding error behind.

    Raises
    ------
    ArgumentTypeError
        *v* is not a column of numbers.
    ArgumentValueError
        *window*, *min_periods* or *statistic* is out of its range.

    See Also
    --------
    pandas.Series.rolling : ``v.rolling(window, min_periods).mean()``; to it, infinity is missing.
    """
    return called(
        "rolling",
        v,
        window,
        statistic,
        {None: 0, 0: 1}.get(min_periods, min_periods),
        by=by,
        dropna=dropna,
        timeout=timeout,
        threads=threads,
    )


def bucketize(
    v: Any,
    edges: Any,
    *,
    timeout: float | None = None,
    threads: int | None = None,
) -> Any:
    """Number the bucket that each value falls into: how many edges are at most as large.

    Parameters
    ----------
    v : column of numbers
    edges : list or column of numbers
        In the unit of *v*, climbing. Numbers are compared exactly, an int of any size with a
        float, too.
    timeout : float, optional
        Seconds after which `GoTimeoutError` ends the call.
    threads : int, optional
        Cores to run on; all by default.

    Returns
    -------
    column of int64
        From 0, below the first edge, to ``len(edges)``, from the last one on. A missing
        value is in no bucket: its result is missing, in pandas ``Int64``.

    Raises
    ------
    ArgumentTypeError
        One of them is not a column of numbers.
    ArgumentValueError
        *edges* do not climb.

    See Also
    --------
    numpy.digitize : ``digitize(v, edges)``; to it, NaN is above all edges.
    """
    if isinstance(edges, list | tuple):
        edges = exact.edges(list(edges))
    return called("bucketize", v, edges, timeout=timeout, threads=threads)


def hash_encode(
    v: Any,
    buckets: int,
    *,
    timeout: float | None = None,
    threads: int | None = None,
) -> Any:
    """Give each value one of so many buckets, always the same for the same value.

    On any machine, in any run, of any release: 64-bit FNV-1a modulo *buckets*, of a text's
    UTF-8, of an integer's exact eight bytes (lowest first), of a float's likewise when it is a whole
    number that int64 holds, else of its own eight. So 3 and 3.0 are the same, and 2**53 + 1, which no
    float is, is itself.

    Parameters
    ----------
    v : column of strings or numbers
    buckets : int
        1 or more.
    timeout : float, optional
        Seconds after which `GoTimeoutError` ends the call.
    threads : int, optional
        Cores to run on; all by default.

    Returns
    -------
    column of int64
        From 0 to ``buckets - 1``. A missing value is in no bucket: its result is
        missing, in pandas ``Int64``.

    Raises
    ------
    ArgumentTypeError
        *v* holds neither strings nor numbers.
    ArgumentValueError
        *buckets* is out of its range.
    """
    return called("hash_encode", v, buckets, timeout=timeout, threads=threads)
