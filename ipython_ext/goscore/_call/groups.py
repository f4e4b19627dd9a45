"""``by=``: the keys of a call on their way to Go, and the groups on their way back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .._data import columns, datatype, libraries
from .._data.arrays import Refused, Source, bitmap, copying
from .._data.bind import bind
from .._data.convert import unique
from .._data.input import Input
from .._errors import ArgumentTypeError


@dataclass
class Key:
    """One column of keys.

    Attributes
    ----------
    column : column
        The user's own.
    name : object
        None for what has none.
    input : Input
    """

    column: Any
    name: Any
    input: Input


def keys(by: Any) -> list[Key]:
    """Take ``by=`` apart.

    Parameters
    ----------
    by : column, or list or tuple of columns, or frame; keys that were taken apart

    Raises
    ------
    ArgumentTypeError
        It is neither.
    """
    if isinstance(by, list) and by and isinstance(by[0], Key):
        return by
    return [_key(number, column) for number, column in enumerate(_columns(by))]


def _columns(by: Any) -> list[Any]:
    if isinstance(by, tuple):
        by = list(by)
    if isinstance(by, list):
        return by if by and all(map(columns.is_column, by)) else [by]
    given = None if columns.is_column(by) else _frame(by)
    if given is None:
        return [by]
    if given.prepare:
        given.prepare(list(range(len(given.labels))))
    assert given.column is not None
    return [given.column(position) for position in range(len(given.labels))]


def _frame(by: Any) -> Input | None:
    try:
        given = bind("by", by, "by=")
    except ArgumentTypeError:
        return None
    return given if given.kind == "frame" and given.column and given.labels else None


def _key(number: int, column: Any) -> Key:
    label = f"by[{number}]" if number else "by="
    try:
        given = bind(f"k{number}", column, label)
    except ArgumentTypeError as error:
        raise ArgumentTypeError(f"{error}\nby= takes a column or a list of columns") from error
    if given.kind != "column":
        raise ArgumentTypeError(
            f"{label} takes a column or a list of columns, such as df['k'], and a "
            f"{type(column).__name__} was passed"
        )
    if given.column is not None:  # an ExtensionArray became a Series
        column = given.column(0)
    made = _source(given, column)
    return Key(
        column, given.labels[0] if given.labels else None, replace(given, load=lambda _: made)
    )


def _source(given: Input, column: Any) -> Source:
    """Return what Go groups by: the column, or codes that sort as its values do."""
    library = libraries.column_library(column)
    codes = library.codes(column) if library else None
    if codes is None:
        try:
            made = given.load(0)
        except Refused:
            made = None
        if made is not None and datatype.of(made.type).key:
            return made
        codes = _ranks(column, given.label)
    valid = codes >= 0
    nulls = int(np.count_nonzero(~valid))
    row = datatype.of_numpy(codes.dtype)
    assert row is not None
    return Source(
        row.format,
        len(codes),
        nulls,
        [bitmap(valid) if nulls else None, copying(codes, codes.dtype)],
    )


def _ranks(column: Any, label: str) -> np.ndarray:
    """Number the values of a type that Go does not sort, in Python's order."""
    try:
        import pandas as pd
    except ImportError as error:
        raise ArgumentTypeError(
            f"{label} has keys of a type that Go does not sort; with pandas installed, Python does"
        ) from error
    plain = pd.Series(columns.values(column), dtype=object)
    try:
        codes, _ = pd.factorize(plain, sort=True)
    except TypeError as error:
        raise ArgumentTypeError(f"{label} cannot be sorted: {error}") from error
    return np.asarray(codes)


def index(given: list[Key], first: np.ndarray) -> Any:
    """Return the pandas index of groups: the keys in their first rows."""
    import pandas as pd

    taken = [columns.pandas_array(columns.take(key.column, first)) for key in given]
    if len(taken) == 1:
        return pd.Index(taken[0], name=given[0].name)
    made = pd.MultiIndex.from_arrays(taken, names=[key.name for key in given])
    if not any((codes < 0).any() for codes in made.codes):
        return made
    # Keys that are missing are among the levels, as after a groupby of pandas.
    groups = made.set_names(range(len(given))).to_frame(index=False)
    found = groups.groupby(list(groups), dropna=False, sort=False, observed=True).size()
    return found.index.set_names(made.names)


def beside(
    given: list[Key],
    first: np.ndarray,
    library: str,
    value: str,
    made: Any,
) -> Any:
    """Put the keys of the groups beside their values.

    Parameters
    ----------
    given : list of Key
    first : numpy.ndarray
        The first row of each group.
    library : str
        ``polars``, ``arrow``, ``numpy`` or ``list``.
    value : str
        The name of the column of values.
    made : column or frame
        The values.

    Returns
    -------
    object
        A frame; for NumPy and lists ``(keys, values)``.
    """
    names = [
        str(key.name) if key.name not in (None, "") else f"by{at}" for at, key in enumerate(given)
    ]
    parts = [
        columns.as_library(columns.take(key.column, first), library, name)
        for key, name in zip(given, names, strict=True)
    ]
    row = libraries.NAMED[library]
    if not row.frames:
        return (parts[0] if len(parts) == 1 else tuple(parts)), made
    others = row.parts(made, value)
    labels = unique([*names, *others])
    return row.frame(dict(zip(labels, [*parts, *others.values()], strict=True)))
