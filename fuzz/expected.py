"""What results have to be: the contract, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any

from .functions import Function, fold, zero
from .libraries import Library


class Refused(Exception):
    """Values are missing where Go's type cannot hold them."""


def seen(library: Library, function: Function, value: Any, pointer: bool) -> Any:
    """Return the value that Go sees of one in a column; None where it is missing for it."""
    missing = value is None or (
        library.nan_is_missing and isinstance(value, float) and math.isnan(value)
    )
    if not missing:
        return value
    return math.nan if library.keeps_nan and function.type.is_float and not pointer else None


def rows(
    library: Library, function: Function, x: list[Any], y: list[Any]
) -> tuple[list[Any], list[int]]:
    """Return the results of a function on rows, and which rows return an error."""
    results, failed = [], []
    for at, (a, b) in enumerate(zip(x, y, strict=True)):
        pointers = (function.kind in ("nullable", "row struct"), function.kind == "nullable")
        a, b = (seen(library, function, v, p) for v, p in zip((a, b), pointers, strict=True))
        result: Any
        if function.kind == "row struct":
            result = (
                (None, None) if b is None else (b, None) if a is None else (function.step(a, b), a)
            )
        elif function.kind == "nullable":
            result = b if a is None else None if b is None else function.step(a, b)
        elif a is None or b is None:
            result = None
        elif function.kind == "parser" and function.fails(a):
            failed.append(at)
            result = None
        else:
            result = function.step(a, b)
        results.append(result)
    return results, failed


def there(library: Library, function: Function, values: list[Any]) -> list[Any]:
    """Return the values of a column that Go sees.

    Raises
    ------
    Refused
    """
    pointer = function.kind == "column"
    values = [seen(library, function, value, pointer) for value in values]
    if not pointer and None in values:
        raise Refused
    return values


def whole(library: Library, function: Function, values: list[Any]) -> Any:
    """Return the result of a function of a whole column: a column, or for an aggregate one value.

    Raises
    ------
    Refused
    """
    pointer = function.kind == "column"
    values = there(library, function, values)
    if function.kind == "aggregate":
        return fold(function.type, function.step, values)
    if function.kind == "scan":
        state, results = zero(function.type), []
        for value in values:
            state = function.step(state, value)
            results.append(state)
        return results
    pairs = zip(values, reversed(values), strict=True)
    return [None if pointer and (a is None or b is None) else function.step(a, b) for a, b in pairs]


Key = tuple[Any, ...]


def groups(
    libraries: list[Library], keys: list[list[Any]], orders: list[list[Any] | None], dropna: bool
) -> list[tuple[Key, list[int]]]:
    """Return the keys of groups and the rows of each, in order; missing keys are None.

    Parameters
    ----------
    libraries : list
        For each column of keys the one that it is of.
    orders : list
        For each column of keys the order of its categories, if it has one.
    """
    found: dict[Hashable, tuple[Key, list[int]]] = {}
    for at, key in enumerate(zip(*keys, strict=True)):
        key = tuple(_key(*pair) for pair in zip(libraries, key, strict=True))
        if dropna and None in key:
            continue
        same = tuple(
            "NaN" if isinstance(part, float) and math.isnan(part) else part for part in key
        )
        found.setdefault(same, (key, []))[1].append(at)

    def rank(entry: tuple[Key, list[int]]) -> list[Any]:
        return [_rank(part, order) for part, order in zip(entry[0], orders, strict=True)]

    return sorted(found.values(), key=rank)


def _key(library: Library, value: Any) -> Any:
    if library.nan_is_missing and isinstance(value, float) and math.isnan(value):
        return None
    return value


def _rank(value: Any, order: list[Any] | None) -> tuple[int, Any]:
    """Numbers, then NaN, then what is missing."""
    if value is None:
        return 2, 0
    if isinstance(value, float) and math.isnan(value):
        return 1, 0
    return 0, value if order is None else order.index(value)


def same(library: Library, result: Any, wanted: Any) -> bool:
    """Tell whether a value that came back is the wanted one, of the same kind, floats in all bits."""
    if isinstance(wanted, list | tuple):
        return (
            isinstance(result, list | tuple)
            and len(result) == len(wanted)
            and all(same(library, *pair) for pair in zip(result, wanted, strict=True))
        )
    result, wanted = (_canonical(library, value) for value in (result, wanted))
    if isinstance(wanted, float) and isinstance(result, float):
        if math.isnan(wanted) or math.isnan(result):
            return math.isnan(wanted) and math.isnan(result)
        return result == wanted and math.copysign(1, result) == math.copysign(1, wanted)
    if library.name == "NumPy" and wanted is None and isinstance(result, float):
        return math.isnan(result)  # its floats hold no other
    return type(result) is type(wanted) and result == wanted


def _canonical(library: Library, value: Any) -> Any:
    if library.nan_is_missing and isinstance(value, float) and math.isnan(value):
        return None
    return value
