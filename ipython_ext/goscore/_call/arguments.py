"""The arguments of a call: what the caller passed, as inputs of the run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .._data import from_numpy
from .._data.arrays import Source, copying
from .._data.bind import bind
from .._data.input import Input, loaded
from .._errors import ArgumentTypeError
from .._protocol.functions import ParamInfo


def argument(name: str, parameter: ParamInfo, label: str, value: Any) -> Input:
    """Make an input of what was passed for a parameter.

    Parameters
    ----------
    name : str
        The input's.
    parameter : ParamInfo
    label : str
        What messages call it.
    value : object

    Raises
    ------
    ArgumentTypeError
        It is of another kind than the parameter.
    """
    go, whole = parameter.go, parameter.shape in ("column", "list")
    if is_missing(value):
        if whole:
            raise ArgumentTypeError(f"{label} takes a column ({go}), not {value!r}")
        return Input(name, "value", label, lambda _: Source("n", 1, 1, []))
    bound = column(name, value, label, f"a column ({go})" if whole else f"a column or one {go}")
    if bound.kind == "value" and whole:
        raise ArgumentTypeError(
            f"{label} takes a column ({go}), and a {type(value).__name__} was passed: pass a Series, "
            f"an array or a list"
        )
    if parameter.shape == "list":  # its items belong to no rows of the call
        return replace(bound, library="", index=None)
    return bound


def column(name: str, value: Any, label: str, wanted: str) -> Input:
    """Bind a column or a single value; refuse frames and dicts.

    Parameters
    ----------
    name, label : str
    value : object
    wanted : str
        What the function takes, for the message.
    """
    bound = bind(name, value, label)
    if bound.kind == "matrix":
        return _rows(bound, value)
    if bound.kind in ("frame", "map"):
        advice = ""
        if bound.columns:
            advice = f": pass one of its columns, such as {bound.columns[0]!r}"
        raise ArgumentTypeError(
            f"{label} takes {wanted}, and a {type(value).__name__} was passed{advice}"
        )
    if isinstance(value, list) and not value:  # of any type
        return replace(bound, load=lambda _: Source("n", 0, 0, []))
    return bound


def _rows(matrix: Input, value: np.ndarray) -> Input:
    """Return a column whose values are the rows of a matrix."""
    rows, width = value.shape

    def load(_: int) -> Source:
        items = from_numpy.source(value)
        if width:
            return Source(f"+w:{width}", rows, 0, [None], [items])
        ends = np.zeros(rows + 1, np.int32)
        return Source("+l", rows, 0, [None, copying(ends, ends.dtype)], [items])

    return replace(matrix, kind="column", load=load)


def is_missing(value: Any) -> bool:
    """Tell whether a value is None, NaT or NA."""
    if value is None:
        return True
    if isinstance(value, np.datetime64 | np.timedelta64):
        return bool(np.isnat(value))
    pd = loaded("pandas")
    return pd is not None and (value is pd.NaT or value is pd.NA)
