"""Dask: the result of a call on no rows, which Dask takes as ``meta=``, and what has no room in it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import FrameType
from typing import TYPE_CHECKING, Any

from .._call.signature import open_parameters
from .._errors import ArgumentTypeError

if TYPE_CHECKING:
    from .function import Function


def meta(function: Function, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Call a function on no rows of its arguments.

    Raises
    ------
    ArgumentTypeError
        It has no result for no rows, or would have a report beside it.
    """
    if kwargs.get("errors") == "report":
        raise _no_room(function)
    if function.kind in ("vector", "aggregate") and "by" not in kwargs:
        raise ArgumentTypeError(
            f"{function.__name__} sees whole columns, and has no result for no rows: say meta= "
            f"yourself, such as pandas.Series(dtype='float64')"
        )
    places = open_parameters(function._info, function._tables)
    tables = {name for name, parameter in places if parameter.table is not None}
    named = {**dict(zip([name for name, _ in places], args, strict=False)), **kwargs}
    if len(args) > len(places):
        return function(*args)  # says so
    own = {name: value if name in tables else _empty(value) for name, value in named.items()}
    return function(**own)


def refuse_report(function: Function) -> None:
    """Refuse a report where a frame of Dask is to call a function on its partitions.

    There ``meta`` promises one frame or Series, and Dask does not notice if a part is a tuple. Calls
    of the user's own functions and delayed ones may return what they like.

    Raises
    ------
    ArgumentTypeError
        The caller of the function's caller is a frame of Dask, directly or through pandas.
    """
    first = frame = sys._getframe(2)
    while _module(frame).partition(".")[0] == "pandas" and frame.f_back is not None:
        frame = frame.f_back
    through_pandas = frame is not first and _module(frame) == "dask.utils"
    if through_pandas or _module(frame).startswith("dask.dataframe."):
        raise _no_room(function)


def _no_room(function: Function) -> ArgumentTypeError:
    name = function.__name__
    return ArgumentTypeError(
        f'errors="report" gives a second frame, for which a partition of Dask has no room: take '
        f'errors="coerce", or call dask.delayed({name})(part, errors="report") on each part of '
        f"ddf.to_delayed()"
    )


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _empty(value: Any) -> Any:
    """Return a collection, frame or column without its rows; of dtypes, make one."""
    import pandas as pd

    value = getattr(value, "_meta", value)
    if isinstance(value, dict):
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in value.items()})
    if isinstance(value, pd.DataFrame | pd.Series | pd.Index):
        return value[:0]
    if isinstance(value, list):
        return [_empty(item) for item in value]
    return value
