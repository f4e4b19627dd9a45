"""Any value as an input of a cell."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from .._errors import ArgumentTypeError
from . import from_numpy
from .input import Input, list_source, loaded


def bind(name: str, value: Any, label: str) -> Input:
    """Find out what *value* is to Go; nothing is read but its columns' names.

    Raises
    ------
    ArgumentTypeError
        It is nothing that Go can have; the text says what to do.
    """
    from . import frames, scalars

    if type(value) is np.ndarray and value.ndim == 1:  # nothing else can be meant
        return _array(name, "column", label, value)
    for make in (scalars.bind, frames.bind, _bind_array):
        bound = make(name, value, label)
        if bound is not None:
            return bound
    raise ArgumentTypeError(f"{label} {_advice(value)}")


def _bind_array(name: str, value: Any, label: str) -> Input | None:
    if isinstance(value, list):
        return Input(
            name,
            "column",
            label,
            lambda _: list_source(value),
            "list",
            len(value),
            column=lambda _: value,
        )
    if not isinstance(value, np.ndarray) or value.ndim not in (1, 2):
        return None
    return _array(name, "column" if value.ndim == 1 else "matrix", label, value)


def _array(name: str, kind: str, label: str, value: np.ndarray) -> Input:
    return Input(
        name,
        kind,
        label,
        lambda _: from_numpy.source(value),
        "numpy",
        len(value),
        shape=value.shape,
        column=lambda _: value,
    )


def _advice(value: Any) -> str:
    """Say what an object is that cannot be bound, and what to pass in its place."""
    name = type(value).__name__
    if value is None:
        return "is None, which Go does not have: pass a value, or leave the input out"
    pd = loaded("pandas")
    if pd is not None and (value is pd.NaT or value is pd.NA):
        return "is missing (NaT or NA): pass a value"
    if isinstance(value, np.ndarray):
        return f"has {value.ndim} dimensions: pass one or two, for example with .reshape(-1)"
    if isinstance(value, tuple | set | frozenset | range) or hasattr(value, "__next__"):
        return f"is a {name}: pass list(...) of it"
    if isinstance(value, complex):
        return "is complex: pass its .real and .imag"
    if isinstance(value, datetime.time):
        return "is a time of day: pass a datetime or a timedelta"
    if callable(value):
        return f"is a {name}: Go cannot call Python; pass data"
    return (
        f"is a {name}, which Go cannot have: pass a DataFrame, a Series, an array, a list, a number, "
        f"a str, bytes, a datetime, a timedelta or a dict of str to such values"
    )
