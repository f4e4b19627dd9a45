"""How equal two results are: the same bits, a largest difference, or the first row that differs.

Only values are compared, not their containers: a list equals a Series of the
same values. NaN and missing are equal, unless both libraries tell them apart.
An integer equals a float that is near it, but from 2**53 on, where floats leave integers out,
only the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from .._data.libraries import ARROW, POLARS
from .arrow_columns import missing, pair_names, to_arrow, to_columns, to_numbers

_NEAR = {8: 1e-9, 4: 1e-5, 2: 1e-2}  # relative tolerance, by the bytes of a float
_NUMBERS: dict[str, Any] = {
    "bool": bool | np.bool_,
    "int": int | np.integer,
    "float": float | np.floating,
    "Decimal": Decimal,
}
_NOISE = 1e-3  # of it, relative to the column's largest value: sums in another order miss 0 by that


@dataclass(frozen=True)
class Verdict:
    """How equal two results are.

    Attributes
    ----------
    equal : bool
        Whether they have the same values; floats may differ as much as rounding explains.
    text : str
        The verdict in words, as in ``same bits``.
    row : int or None
        The first row that differs, or the row with the largest difference.
    difference : float
        The largest difference that rounding explains.
    """

    equal: bool
    text: str
    row: int | None = None
    difference: float = 0.0

    @property
    def rank(self) -> tuple[bool, float, bool]:
        """A sort key: the largest is the worst."""
        return not self.equal, self.difference, self.text != SAME.text


SAME = Verdict(True, "same bits")
_OTHER_TYPE = "equal values, other type"


def judge(actual: Any, expected: Any) -> Verdict:
    """Compare two results.

    Parameters
    ----------
    actual, expected : object
        Scalars, columns, frames, dicts or tuples of any library.

    Returns
    -------
    Verdict
        Floats are equal if they differ by at most 1e-9 of the larger one
        (1e-5 if one has 32 bits), or by 1e-12 of the largest in their column.
    """
    for result, owner in ((expected, "Python"), (actual, "it")):
        if hasattr(result, "__next__"):
            kind = type(result).__name__
            return Verdict(
                False, f"{owner} returned a {kind}, which only reading would run: return a list"
            )
    if isinstance(actual, tuple) and isinstance(expected, tuple):
        actual, expected = tuple(actual), tuple(expected)  # Go's results have no names
    ours, theirs = to_columns(actual), to_columns(expected)
    names = pair_names(list(theirs), list(ours))
    if names is None:
        return Verdict(
            False, f"columns {', '.join(theirs) or 'none'} and {', '.join(ours) or 'none'}"
        )
    verdicts = []
    for theirs_name, ours_name in names:
        result = _column(theirs[theirs_name], ours[ours_name])
        prefix = f"column {theirs_name}: " if len(names) > 1 and result is not SAME else ""
        verdicts.append(Verdict(result.equal, prefix + result.text, result.row, result.difference))
    if not verdicts:
        return SAME
    wrong = [result for result in verdicts if not result.equal]
    if wrong:
        return min(wrong, key=lambda result: -1 if result.row is None else result.row)
    return max(verdicts, key=lambda result: result.rank)


def _column(expected: Any, actual: Any) -> Verdict:
    a, b = to_arrow(expected), to_arrow(actual)
    if a is None or b is None:
        return _objects(_listed(expected), _listed(actual))
    if len(a) != len(b):
        return Verdict(False, f"{len(a):,} rows and {len(b):,}")
    unlike = np.flatnonzero(missing(a) != missing(b))
    if len(unlike):
        return _differs(int(unlike[0]), a, b)
    if verdict := _nan_beside_null(expected, actual):
        return verdict
    x, y = to_numbers(a), to_numbers(b)
    decimals = _has_decimals(a), _has_decimals(b)
    if x is None or y is None or all(decimals):
        return _others(a, b)
    if any(decimals) and "f" not in (x if decimals[1] else y).dtype.kind:
        return _others(a, b)
    return _compared(x, y, a, b)


def _has_decimals(array: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_decimal(array.type))


def _nan_beside_null(expected: Any, actual: Any) -> Verdict | None:
    """Find the first row in which one column is null and the other NaN, where both tell them apart."""
    masks = []
    for column in (expected, actual):
        if POLARS.has_column(column):
            masks.append(column.is_null().to_numpy())
        elif ARROW.has_column(column):
            masks.append(np.asarray(column.is_null().to_numpy(zero_copy_only=False)))
        elif isinstance(column, list):
            masks.append(np.array([value is None for value in column], bool))
        elif column is None or isinstance(column, float):
            masks.append(np.array([column is None]))
        else:
            return None
    unlike = np.flatnonzero(masks[0] != masks[1])
    if not len(unlike):
        return None
    row = int(unlike[0])
    return _unlike(row, len(masks[0]), *(None if mask[row] else np.nan for mask in masks))


def _compared(x: np.ndarray, y: np.ndarray, a: Any, b: Any) -> Verdict:
    """Compare numbers with the same rows missing."""
    if x.dtype == y.dtype and np.array_equal(_bits(x), _bits(y)):
        return _retyped(a, b) if _has_decimals(a) or _has_decimals(b) else SAME
    if x.dtype.kind != "f" and y.dtype.kind != "f":
        unlike = np.flatnonzero(x != y)
        return _differs(int(unlike[0]), a, b) if len(unlike) else _retyped(a, b)
    floats = [array.dtype.itemsize for array in (x, y) if array.dtype.kind == "f"]
    near = _NEAR[min(floats)]
    pair = (x, y)
    x, y = x.astype(float, copy=False), y.astype(float, copy=False)
    with np.errstate(invalid="ignore", over="ignore"):
        difference = np.where(x == y, 0.0, np.abs(x - y))
        exact = [at for at in _rounded(*pair) if int(pair[0][at]) != int(pair[1][at])]
        largest = np.maximum(np.abs(x), np.abs(y))
        most = largest[np.isfinite(largest)].max(initial=0.0)
        unlike = np.flatnonzero(~(difference <= np.maximum(near * largest, near * _NOISE * most)))
    # An infinity equals only itself, although its tolerance is infinite.
    unlike = np.union1d(unlike, np.flatnonzero(np.isinf(difference))).astype(int)
    unlike = np.union1d(unlike, np.array(exact, int))
    if len(unlike):
        return _differs(int(unlike[0]), a, b)
    if not difference.any():
        return _retyped(a, b)
    row = int(difference.argmax())
    return Verdict(
        True,
        f"largest difference {difference[row]:.2g}, in row {row:,}",
        row,
        float(difference[row]),
    )


def _rounded(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the rows of integers beside floats that a float may not hold."""
    if x.dtype.kind == y.dtype.kind:
        return np.zeros(0, "i8")
    floats = x if x.dtype.kind == "f" else y
    return np.flatnonzero(np.isfinite(floats) & (np.abs(floats.astype(float)) >= 2.0**53))


def _bits(values: np.ndarray) -> np.ndarray:
    return values.view(f"i{values.dtype.itemsize}") if values.dtype.kind == "f" else values


def _retyped(a: Any, b: Any) -> Verdict:
    """Return the verdict on equal values of different bits."""
    if a.type == b.type:
        return Verdict(True, "equal values, zeros of another sign")
    return Verdict(True, f"{_OTHER_TYPE}: {a.type} and {b.type}")


def _others(a: Any, b: Any) -> Verdict:
    """Compare text, times and the other types that Arrow compares."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for left, right in ((a, b.type), (b, a.type)):
        try:
            cast = left.cast(right)
            unlike = pc.index(pc.not_equal(cast, a if left is b else b), True).as_py()
        except pa.ArrowException:
            continue
        if unlike >= 0:
            return _differs(unlike, a, b)
        texts = "string" in str(a.type) and "string" in str(b.type)
        return SAME if texts or a.type == b.type else _retyped(a, b)
    return _objects(a.to_pylist(), b.to_pylist())


def _listed(value: Any) -> list[Any]:
    return list(value) if hasattr(value, "__len__") and not isinstance(value, str) else [value]


def _objects(expected: list[Any], actual: list[Any]) -> Verdict:
    """Compare Python objects."""
    if len(expected) != len(actual):
        return Verdict(False, f"{len(expected):,} rows and {len(actual):,}")
    for row, (x, y) in enumerate(zip(expected, actual, strict=True)):
        if not _alike(x, y):
            return _unlike(row, len(actual), x, y)
    if _zeros(expected) != _zeros(actual):
        return Verdict(True, "equal values, zeros of another sign")
    kinds = next((pair for pair in map(_kinds, expected, actual) if pair), None)
    return Verdict(True, f"{_OTHER_TYPE}: {kinds[0]} and {kinds[1]}") if kinds else SAME


def _alike(x: Any, y: Any) -> bool:
    """Tell whether two objects are equal, and so is what they hold; a NaN is equal to a NaN."""
    if isinstance(x, dict) and isinstance(y, dict):
        return x.keys() == y.keys() and all(_alike(x[key], y[key]) for key in x)
    if isinstance(x, list | tuple) and isinstance(y, list | tuple):
        return len(x) == len(y) and all(map(_alike, x, y))
    return x is y or bool(np.all(x == y)) or bool(np.all(x != x) and np.all(y != y))


def _kinds(x: Any, y: Any) -> tuple[str, str] | None:
    """Return the types of the first two equal numbers, of two objects or within them, that have not the same."""
    if isinstance(x, dict):
        return next((pair for key in x if (pair := _kinds(x[key], y[key]))), None)
    if isinstance(x, list | tuple) and isinstance(y, list | tuple):
        return next((pair for pair in map(_kinds, x, y) if pair), None)
    names = tuple(
        next((name for name, kinds in _NUMBERS.items() if isinstance(one, kinds)), "")
        for one in (x, y)
    )
    return (names[0], names[1]) if names[0] != names[1] and all(names) else None


def _zeros(value: Any) -> list[bool]:
    """Return of the zeros within lists and dicts which are negative."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [negative for item in value for negative in _zeros(item)]
    return [bool(np.signbit(value))] if isinstance(value, float) and value == 0 else []


def _differs(row: int, a: Any, b: Any) -> Verdict:
    return _unlike(row, len(a), a[row].as_py(), b[row].as_py())


def _unlike(row: int, rows: int, x: Any, y: Any) -> Verdict:
    where = f"row {row:,} differs" if rows > 1 else "differs"
    return Verdict(False, f"{where}: {_short(x)} and {_short(y)}", row)


def _short(value: Any) -> str:
    if value is None:
        return "missing"
    text = repr(value)
    return text if len(text) <= 40 else text[:39] + "…"
