"""A Python function, row by row: what Go's result is compared with, and what takes its place."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from typing import Any

from .results import listed
from .roles import Roles


def run(function: Callable[..., Any], given: Mapping[str, Any], roles: Roles) -> Any:
    """Call a function as Go would be called: once, or for every row.

    Raises
    ------
    ValueError
        The columns have several lengths.
    """
    called = _by_place(function)
    if not roles.rows:
        return called(*given.values())
    columns = {name: listed(given[name]) for name in roles.rows}
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        raise ValueError(f"columns of {' and '.join(map(str, sorted(lengths)))} rows")
    found = [
        called(*(columns[name][at] if name in columns else value for name, value in given.items()))
        for at in range(lengths.pop())
    ]
    model = given[next(name for name in given if name in roles.rows)]
    if found and all(isinstance(one, tuple) for one in found):
        return tuple(like(model, list(part)) for part in zip(*found, strict=True))
    return like(model, found)


def _by_place(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that takes all arguments by their place, keyword-only ones too."""
    parameters = inspect.signature(function).parameters.values()
    named = [one.name for one in parameters if one.kind is one.KEYWORD_ONLY]
    if not named:
        return function
    plain = len(parameters) - len(named)

    def called(*args: Any) -> Any:
        return function(*args[:plain], **dict(zip(named, args[plain:], strict=True)))

    return called


def like(model: Any, values: list[Any]) -> Any:
    """Return values as a column of the library of another one, with its index."""
    if isinstance(model, list | tuple):
        return values
    name = type(model).__module__.partition(".")[0]
    if name == "pandas":
        import pandas as pd

        whole = {type(one) for one in values} - {type(None)}
        made: Any = values
        if None in values and whole <= {int}:
            made = _masked(pd, values)
        index = model.index if isinstance(model, pd.Series) else None
        return pd.Series(made, index=index, name=model.name)
    if name == "polars":
        return sys.modules["polars"].Series(model.name, values, strict=False)
    if name == "pyarrow":
        return sys.modules["pyarrow"].array(values)
    import numpy as np

    return np.array(values)


def _masked(pandas: Any, values: list[Any]) -> Any:
    try:
        return pandas.array(values, dtype="Int64")
    except (OverflowError, TypeError):
        return values
