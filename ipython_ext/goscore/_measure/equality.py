"""How equal two results are: the same bits, a largest difference, or the first row that differs.

Values are compared, not what holds them: a list equals a Series with its
values. NaN and missing count as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .values import array, columns, matched, missing, numbers

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
    for one, whose in ((expected, "Python"), (found, "it")):
        if hasattr(one, "__next__"):
            kind = type(one).__name__
            return Verdict(
                False, f"{whose} returned a {kind}, which only reading would run: return a list"
            )
    if isinstance(found, tuple) and isinstance(expected, tuple):
        found, expected = tuple(found), tuple(expected)  # Go's results have no names
    ours, theirs = columns(found), columns(expected)
    names = matched(list(theirs), list(ours))
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


def _column(expected: Any, found: Any) -> Verdict:
    a, b = array(expected), array(found)
    if a is None or b is None:
        return _objects(_listed(expected), _listed(found))
    if len(a) != len(b):
        return Verdict(False, f"{len(a):,} rows and {len(b):,}")
    unlike = np.flatnonzero(missing(a) != missing(b))
    if len(unlike):
        return _differs(int(unlike[0]), a, b)
    x, y = numbers(a), numbers(b)
    if x is not None and y is not None:
        return _compared(x, y, a, b)
    return _others(a, b)


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
