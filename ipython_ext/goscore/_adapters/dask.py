"""Dask: the result of a call on no rows, which Dask takes as ``meta=``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._call.signature import open_parameters
from .._errors import ArgumentTypeError

if TYPE_CHECKING:
    from .function import Function


def meta(function: Function, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Call a function on no rows of its arguments."""
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
