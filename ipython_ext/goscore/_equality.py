"""How equal two results are: the same bits, a largest difference, or the first row that differs.

Values are compared, not what holds them: a list equals a Series with its
values. NaN and missing count as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

_NEAR = {8: 1e-9, 4: 1e-5, 2: 1e-2}  # of the larger of two floats, by the bytes of one
_NOISE = 1e-3  # of that, of the column's largest value: what additions in another order leave of 0


@dataclass(frozen=True)
class Verdict:
    """How equal two results are.

    Attributes
    ----------
    equal : bool
        Whether they have the same values; floats may differ as much as rounding explains.
    text : str
        What there is to say, as in ``same bits``.
    row : int or None
        The first that differs, or that with the largest difference.
    difference : float
        The largest of those that are no more than rounding.
    """

    equal: bool
    text: str
    row: int | None = None
    difference: float = 0.0

    @property
    def rank(self) -> tuple[bool, float, bool]:
        """The larger, the worse."""
        return not self.equal, self.difference, self.text != SAME.text


SAME = Verdict(True, "same bits")


def judged(found: Any, expected: Any) -> Verdict:
    """Compare two results.

    Parameters
    ----------
    found, expected : object
        Scalars, columns, frames, dicts or tuples of any library.

    Returns
    -------
    Verdict
        Floats are equal that differ by no more than 1e-9 of the larger one
        (1e-5 where one is of 32 bits), or by 1e-12 of their column's largest.
    """
    for one, whose in ((expected, "Python"), (found, "Go")):
        if hasattr(one, "__next__"):
            kind = type(one).__name__
            return Verdict(
                False, f"{whose} returned a {kind}, which only reading would run: return a list"
            )
    if isinstance(found, tuple) and isinstance(expected, tuple):
        found, expected = tuple(found), tuple(expected)  # Go's results have no names
    ours, theirs = _columns(found), _columns(expected)
    names = _matched(list(theirs), list(ours))
    if names is None:
        return Verdict(
            False, f"columns {', '.join(theirs) or 'none'} and {', '.join(ours) or 'none'}"
        )
    verdicts = []
    for theirs_name, ours_name in names:
        one = _column(theirs[theirs_name], ours[ours_name])
        prefix = f"column {theirs_name}: " if len(names) > 1 and one is not SAME else ""
        verdicts.append(Verdict(one.equal, prefix + one.text, one.row, one.difference))
    if not verdicts:
        return SAME
    wrong = [one for one in verdicts if not one.equal]
    if wrong:
        return min(wrong, key=lambda one: -1 if one.row is None else one.row)
    return max(verdicts, key=lambda one: one.rank)


def _columns(result: Any) -> dict[str, Any]:
    """Take a result apart into columns."""
    parts: Iterable[tuple[str, Any]]
    if isinstance(result, tuple):
        fields = getattr(result, "_fields", None) or [str(at) for at in range(len(result))]
        parts = zip(fields, result, strict=True)
    elif isinstance(result, dict):
        parts = ((str(key), value) for key, value in result.items())
    elif hasattr(type(result), "columns") or hasattr(type(result), "column_names"):
        if hasattr(result, "collect"):
            result = result.collect()
        names = getattr(result, "column_names", None) or result.columns
        parts = ((str(name), result[name]) for name in names)
    else:
        return {"": result}
    found: dict[str, Any] = {}
    for name, value in parts:
        for below, column in _columns(value).items():
            found[f"{name}.{below}" if below else name] = column
    return found


def _matched(expected: list[str], found: list[str]) -> list[tuple[str, str]] | None:
    """Pair the columns: by names, or by names without case and punctuation, as Go needs them."""
    if len(expected) != len(found):
        return None
    if len(expected) == 1:
        return [(expected[0], found[0])]
    for plain in (str, lambda name: re.sub(r"[\W_]", "", name).casefold()):
        ours = {plain(name): name for name in found}
        if len(ours) == len(found) and {plain(name) for name in expected} == set(ours):
            return [(name, ours[plain(name)]) for name in expected]
    return None


def _column(expected: Any, found: Any) -> Verdict:
    a, b = _array(expected), _array(found)
    if a is None or b is None:
        return _objects(_listed(expected), _listed(found))
    if len(a) != len(b):
        return Verdict(False, f"{len(a):,} rows and {len(b):,}")
    unlike = np.flatnonzero(_missing(a) != _missing(b))
    if len(unlike):
        return _differs(int(unlike[0]), a, b)
    x, y = _numbers(a), _numbers(b)
    if x is not None and y is not None:
        return _compared(x, y, a, b)
    return _others(a, b)


def _array(value: Any) -> Any:
    """Return a column or scalar as an Arrow array in which NaN is null; None where Arrow has no type."""
    import pyarrow as pa

    if isinstance(value, pa.ChunkedArray):
        value = value.combine_chunks()
    elif isinstance(value, pa.Scalar):
        value = pa.array([value.as_py()])
    elif type(value).__module__.partition(".")[0] == "polars":
        value = value.to_arrow()
    if isinstance(value, pa.Array):
        made = value
    else:
        if isinstance(value, np.ndarray) and value.ndim > 1:
            value = value.ravel()
        column = isinstance(value, list) or (
            hasattr(type(value), "__len__") and hasattr(value, "__array__") and np.ndim(value)
        )
        try:
            made = pa.array(value if column else [value], from_pandas=True)
        except (pa.ArrowException, OverflowError, TypeError, ValueError):
            return None
    if isinstance(made, pa.ChunkedArray):
        made = made.combine_chunks()
    if pa.types.is_dictionary(made.type):
        made = made.dictionary_decode()
    return _without_nan(made)


def _without_nan(array: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_floating(array.type):
        return array
    missing = pc.is_nan(array)
    return (
        pc.if_else(missing, pa.scalar(None, array.type), array)
        if pc.any(missing).as_py()
        else array
    )


def _missing(array: Any) -> np.ndarray:
    if not array.null_count:
        return np.zeros(len(array), bool)
    return np.asarray(array.is_null().to_numpy(zero_copy_only=False))


def _numbers(array: Any) -> np.ndarray | None:
    """Return numbers with 0 where they are missing; None of what are no numbers."""
    import pyarrow as pa

    kinds = pa.types
    if kinds.is_null(array.type):
        return np.zeros(len(array))
    if kinds.is_decimal(array.type):
        array = array.cast(pa.float64(), safe=False)
    if not (
        kinds.is_integer(array.type)
        or kinds.is_floating(array.type)
        or kinds.is_boolean(array.type)
    ):
        return None
    if array.null_count:
        array = array.fill_null(pa.scalar(0).cast(array.type))
    return np.asarray(array.to_numpy(zero_copy_only=False))


def _compared(x: np.ndarray, y: np.ndarray, a: Any, b: Any) -> Verdict:
    """Compare numbers whose missing ones are the same."""
    if x.dtype == y.dtype and np.array_equal(_bits(x), _bits(y)):
        return SAME
    if x.dtype.kind != "f" and y.dtype.kind != "f":
        unlike = np.flatnonzero(x != y)
        return _differs(int(unlike[0]), a, b) if len(unlike) else _retyped(a, b)
    floats = [one.dtype.itemsize for one in (x, y) if one.dtype.kind == "f"]
    near = _NEAR[min(floats)]
    x, y = x.astype(float, copy=False), y.astype(float, copy=False)
    with np.errstate(invalid="ignore", over="ignore"):
        difference = np.where(x == y, 0.0, np.abs(x - y))
        largest = np.maximum(np.abs(x), np.abs(y))
        most = largest[np.isfinite(largest)].max(initial=0.0)
        unlike = np.flatnonzero(~(difference <= np.maximum(near * largest, near * _NOISE * most)))
    # An infinity is near to nothing but itself, whatever its multiples say.
    unlike = np.union1d(unlike, np.flatnonzero(np.isinf(difference)))
    if len(unlike):
        return _differs(int(unlike[0]), a, b)
    row = int(difference.argmax())
    if not difference[row]:
        return _retyped(a, b)
    return Verdict(
        True,
        f"largest difference {difference[row]:.2g}, in row {row:,}",
        row,
        float(difference[row]),
    )


def _bits(values: np.ndarray) -> np.ndarray:
    return values.view(f"i{values.dtype.itemsize}") if values.dtype.kind == "f" else values


def _retyped(a: Any, b: Any) -> Verdict:
    """Say of equal values that their bits are not."""
    if a.type == b.type:
        return Verdict(True, "same values, zeros of another sign")
    return Verdict(True, f"same values, as {a.type} and {b.type}")


def _others(a: Any, b: Any) -> Verdict:
    """Compare text, times and whatever else Arrow compares."""
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


def _objects(expected: list[Any], found: list[Any]) -> Verdict:
    """Compare Python's own objects."""
    if len(expected) != len(found):
        return Verdict(False, f"{len(expected):,} rows and {len(found):,}")
    for row, (x, y) in enumerate(zip(expected, found, strict=True)):
        if not (x is y or bool(np.all(x == y)) or (x != x and y != y)):
            return _unlike(row, len(found), x, y)
    return SAME


def _differs(row: int, a: Any, b: Any) -> Verdict:
    return _unlike(row, len(a), a[row].as_py(), b[row].as_py())


def _unlike(row: int, rows: int, x: Any, y: Any) -> Verdict:
    where = f"row {row:,} differs" if rows > 1 else "differs"
    return Verdict(False, f"{where}: {_short(x)} and {_short(y)}", row)


def _short(value: Any) -> str:
    if value is None:
        return "missing"
    shown = repr(value)
    return shown if len(shown) <= 40 else shown[:39] + "…"
