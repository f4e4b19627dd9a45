"""pandas: ``engine=goscore.engine``, by which map and apply pass whole columns to Go."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pandas.api.executors import BaseExecutionEngine

from .._data.to_library import pandas_masked
from .._errors import ArgumentTypeError, ArgumentValueError
from .batches import Batches
from .methods import Engines


class Executor(BaseExecutionEngine):  # type: ignore[misc]
    """What pandas calls when Go functions are mapped or applied."""

    @staticmethod
    def map(data: Any, func: Any, args: Any, kwargs: Any, decorator: Any, skip_na: bool) -> Any:
        """Call a scalar function on all values of a column."""
        function = _checked(func, ("scalar",), "map", kwargs)
        valid = data.notna().to_numpy() if skip_na else np.ones(len(data), bool)
        result = function(data[valid] if skip_na else data, *args, **kwargs)
        if not isinstance(result, pd.Series):
            raise ArgumentTypeError(
                f"map takes a function of one result, and {function.__name__} has several: call it, "
                f"as in {function.__name__}(series)"
            )
        if valid.all():
            return result
        values = result.array
        if isinstance(result.dtype, np.dtype) and result.dtype.kind in "biu":
            # NumPy's own integers and bools have no missing value.
            values = pandas_masked(result.to_numpy(), np.zeros(len(result), bool))
        rows = np.where(valid, valid.cumsum() - 1, -1)
        return pd.api.extensions.take(values, rows, allow_fill=True)

    @staticmethod
    def apply(data: Any, func: Any, args: Any, kwargs: Any, decorator: Any, axis: Any) -> Any:
        """Call a function on all rows of a frame, or on each of its columns."""
        if isinstance(data, np.ndarray):
            raise ArgumentValueError("raw=True makes one matrix of all columns: leave it out")
        if axis in (1, "columns"):
            function = _checked(func, ("row", "scalar"), "apply(axis=1)", kwargs)
            if function.kind == "row":
                return function(data, *args, **kwargs)
            result = Batches(function)(data, **kwargs)
            return result.iloc[:, 0].rename(None) if result.shape[1] == 1 else result
        kinds = ("scalar", "vector", "aggregate", "scan")
        function = _checked(func, kinds, "apply(axis=0)", kwargs)
        results = {name: function(data[name], *args, **kwargs) for name in data.columns}
        if function.kind == "aggregate":
            return pd.Series(results)
        return pd.DataFrame(results, index=data.index)


class Engine:
    """What ``engine=goscore.engine`` of pandas' ``map`` and ``apply`` is.

    ``series.map(F, engine=goscore.engine)`` calls a scalar function on all
    values in one call, ``df.apply(F, axis=1, engine=goscore.engine)`` a row
    function on all rows, or a scalar function on the columns that its parameters
    name; without ``axis=1``, a function is called on each column. Keyword
    arguments such as ``errors="coerce"`` go to the function.
    """

    __pandas_udf__ = Executor

    def __repr__(self) -> str:
        return "goscore.engine"


def _checked(func: Any, kinds: tuple[str, ...], what: str, kwargs: Any) -> Any:
    if not isinstance(func, Engines):
        raise ArgumentTypeError(
            f"engine=goscore.engine runs Go functions of cells, and a {type(func).__name__} was "
            f"passed: goscore.draft writes a first Go version of a Python function"
        )
    if func.kind not in kinds:
        raise ArgumentTypeError(
            f"{what} takes a {' or '.join(kinds)} function, and {func.__name__} is a {func.kind} "
            f"function: call it, as in {func.__name__}(df)"
        )
    if kwargs.get("errors") == "report":
        raise ArgumentTypeError(
            f'errors="report" gives a second frame, for which {what} has no room: take '
            f'errors="coerce", or call {func.__name__} itself'
        )
    return func
