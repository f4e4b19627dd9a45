"""The arguments of a call: what the caller passed, as inputs of the run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .._data import from_numpy
from .._data.arrays import Source
from .._data.bind import bind
from .._data.input import Input, loaded
from .._errors import ArgumentTypeError


def argument(name: str, parameter: dict[str, Any], label: str, value: Any) -> Input:
    """Make an input of what was passed for a parameter.

    Parameters
    ----------
    name : str
        The input's.
    parameter : dict
        One of ``params`` of the protocol.
    label : str
        What messages call it.
    value : object

    Raises
    ------
    ArgumentTypeError
        It is of another kind than the parameter.
    """
    go, whole = parameter["go"], parameter["shape"] in ("column", "list")
    if is_missing(value):
        if whole:
            raise ArgumentTypeError(f"{label} takes a column ({go}), not {value!r}")
        return Input(name, "value", label, lambda _: Source("n", 1, 1, []))
    given = column(name, value, label, f"a column ({go})" if whole else f"a column or one {go}")
    if given.kind == "value" and whole:
        raise ArgumentTypeError(
            f"{label} takes a column ({go}), and a {type(value).__name__} was passed: pass a Series, "
            f"an array or a list"
        )
    if parameter["shape"] == "list":  # its items belong to no rows of the call
        return replace(given, library="", index=None)
    return given


def column(name: str, value: Any, label: str, wanted: str) -> Input:
    """Bind a column or a single value; refuse frames and dicts.

    Parameters
    ----------
    name, label : str
    value : object
    wanted : str
        What the message says is taken.
    """
    given = bind(name, value, label)
    if given.kind == "matrix":
        return _rows(given, value)
    if given.kind in ("frame", "map"):
        advice = ""
        if given.columns:
            advice = f": pass one of its columns, such as {given.columns[0]!r}"
        raise ArgumentTypeError(
            f"{label} takes {wanted}, and a {type(value).__name__} was passed{advice}"
        )
    if isinstance(value, list) and not value:  # of any type
        return replace(given, load=lambda _: Source("n", 0, 0, []))
    return given


def _rows(given: Input, value: np.ndarray) -> Input:
    """Take a matrix as a column whose values are its rows."""
    rows, width = value.shape

    def load(_: int) -> Source:
        return Source(f"+w:{width}", rows, 0, [None], [from_numpy.source(value)])

    return replace(given, kind="column", load=load)


def is_missing(value: Any) -> bool:
    """Tell whether a value is None, NaT or NA."""
    if value is None:
        return True
    if isinstance(value, np.datetime64 | np.timedelta64):
        return bool(np.isnat(value))
    pd = loaded("pandas")
    return pd is not None and (value is pd.NaT or value is pd.NA)
