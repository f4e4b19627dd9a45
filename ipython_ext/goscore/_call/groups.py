"""``by=``: the keys of a call, and the keys of the groups beside its results."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from .._data import columns, datatype, libraries
from .._data.arrays import Refused, Source, bitmap, copying
from .._data.bind import bind
from .._data.input import Input
from .._data.objects import is_missing, unique
from .._errors import ArgumentTypeError
from .._record import record


@record()
class Key:
    """One column of keys.

    Attributes
    ----------
    column : column
        The user's own.
    name : object
        None for a column without a name.
    input : Input
    """

    column: Any
    name: Any
    input: Input


def keys(by: Any) -> list[Key]:
    """Return the keys that ``by=`` names.

    Parameters
    ----------
    by : column, list or tuple of columns, frame, or list of Key

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
    frame = None if columns.is_column(by) else _frame(by)
    if frame is None:
        return [by]
    if frame.prepare:
        frame.prepare(list(range(len(frame.labels))))
    assert frame.column is not None
    return [frame.column(position) for position in range(len(frame.labels))]


def _frame(by: Any) -> Input | None:
    try:
        bound = bind("by", by, "by=")
    except ArgumentTypeError:
        return None
    return bound if bound.kind == "frame" and bound.column and bound.labels else None


def _key(number: int, column: Any) -> Key:
    label = f"by[{number}]" if number else "by="
    try:
        bound = bind(f"k{number}", column, label)
    except ArgumentTypeError as error:
        raise ArgumentTypeError(f"{error}\nby= takes a column or a list of columns") from error
    if bound.kind != "column":
        raise ArgumentTypeError(
            f"{label} takes a column or a list of columns, such as df['k'], and a "
            f"{type(column).__name__} was passed"
        )
    if bound.column is not None:  # an ExtensionArray became a Series
        column = bound.column(0)
    library = libraries.column_library(column)
    if library is not None and (made := library.keys(column)) is not column:
        column = made
        bound = replace(bind(bound.name, made, label), labels=bound.labels)
    source = _source(bound, column)
    return Key(
        column, bound.labels[0] if bound.labels else None, replace(bound, load=lambda _: source)
    )


def _source(key: Input, column: Any) -> Source:
    """Return what Go groups by: the column, or codes that sort as its values do."""
    library = libraries.column_library(column)
    codes = library.codes(column) if library else None
    if codes is None:
        try:
            source = (key.load_missing or key.load)(0)
        except Refused:
            source = None
        if source is not None and datatype.of(source.type).key:
            return source
        codes = _ranks(column, key.label)
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
    """Return the ranks of values that Go does not sort, in Python's order."""
    plain = columns.values(column)
    try:
        known = [value for value in plain if not is_missing(value)]
        ranks = {value: rank for rank, value in enumerate(_sorted(set(known)))}
    except TypeError as error:
        held = next((value for value in plain if isinstance(value, list | dict | np.ndarray)), None)
        if held is None:
            raise ArgumentTypeError(f"{label} cannot be sorted: {error}") from error
        what = "structs" if isinstance(held, dict) else "lists"
        raise ArgumentTypeError(
            f"{label} holds {what}, which cannot be keys: pass numbers, strings or times that tell "
            "the rows apart"
        ) from error
    codes = (-1 if is_missing(value) else ranks[value] for value in plain)
    return np.fromiter(codes, np.int64, len(plain))


def _sorted(keys: Iterable[Any]) -> list[Any]:
    """Sort keys as pandas does: where they are of types that do not compare, strings come last."""
    keys = list(keys)
    try:
        return sorted(keys)
    except TypeError:
        strings = [key for key in keys if isinstance(key, str)]
        return sorted(key for key in keys if not isinstance(key, str)) + sorted(strings)


def index(keys: list[Key], first: np.ndarray) -> Any:
    """Return the pandas index of groups: the keys in their first rows."""
    import pandas as pd

    taken = [_labels(key, first) for key in keys]
    if len(taken) == 1:
        return pd.Index(taken[0], name=keys[0].name)
    taken = [_level(labels) for labels in taken]
    levels = pd.MultiIndex.from_arrays(taken, names=[key.name for key in keys])
    if not any((codes < 0).any() for codes in levels.codes):
        return levels
    # Keys that are missing are among the levels, as after a groupby of pandas.
    groups = levels.set_names(range(len(keys))).to_frame(index=False)
    sizes = groups.groupby(list(groups), dropna=False, sort=False, observed=True).size()
    return sizes.index.set_names(levels.names)


def _labels(key: Key, first: np.ndarray) -> Any:
    """Return the keys in some rows as pandas holds them in an index."""
    import pandas as pd

    dtype = getattr(key.column, "dtype", None)
    plain = type(key.column) in (np.ndarray, pd.Series)
    if plain and isinstance(dtype, np.dtype) and dtype.kind in "biuf" and dtype != np.float16:
        return np.asarray(key.column)[first]
    taken = columns.take(key.column, first)
    try:
        labels = columns.pandas_array(taken)
        if str(getattr(labels, "dtype", "")) == "float16":  # no index has it
            return pd.Series(labels, dtype="float32")
        pd.Index(labels)
    except Exception as error:  # pandas, Arrow and polars raise their own classes
        kind = getattr(taken, "dtype", None) or getattr(taken, "type", type(taken).__name__)
        raise ArgumentTypeError(
            f"pandas does not hold values of the type {kind}: convert them first"
        ) from error
    return labels


def _level(labels: Any) -> Any:
    """Return labels as an index of several levels takes them: without -0.0 beside 0.0."""
    import pandas as pd

    dtype = getattr(labels, "dtype", None)
    if getattr(dtype, "kind", "") == "f":
        return pd.Series(labels) + 0.0
    if hasattr(getattr(dtype, "pyarrow_dtype", None), "value_type"):
        extension: Any = pd.Series(labels).array
        array = extension.__arrow_array__()
        if hasattr(array.type, "index_type"):  # pandas fails on a dictionary with nulls
            return columns.pandas_array(array)
    return labels


def beside(
    keys: list[Key],
    first: np.ndarray,
    library: str,
    name: str,
    values: Any,
) -> Any:
    """Put the keys of the groups beside their values.

    Parameters
    ----------
    keys : list of Key
    first : numpy.ndarray
        The first row of each group.
    library : str
        ``polars``, ``arrow``, ``numpy`` or ``list``.
    name : str
        Of the column of values.
    values : column or frame

    Returns
    -------
    object
        A frame; for NumPy and lists ``(keys, values)``.
    """
    names = [
        str(key.name) if key.name not in (None, "") else f"by{at}" for at, key in enumerate(keys)
    ]
    parts = [
        columns.as_library(columns.take(key.column, first), library, own)
        for key, own in zip(keys, names, strict=True)
    ]
    row = libraries.NAMED[library]
    if not row.frames:
        return (parts[0] if len(parts) == 1 else tuple(parts)), values
    others = row.parts(values, name)
    labels = unique([*names, *others])
    return row.frame(dict(zip(labels, [*parts, *others.values()], strict=True)))
