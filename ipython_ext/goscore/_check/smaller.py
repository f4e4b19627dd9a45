"""Values that are simpler than one: Hypothesis picks the first of them that still shows a difference."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from typing import Any

_SIMPLE = [0, 1, -1, 2, -2, 3, -3, 4, 5, 7, 10, -10, 100]
_MOMENTS = [dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 31), dt.datetime(2024, 2, 29)]
_LONGEST = 12  # characters of a text all of whose parts are tried


def simpler(value: Any, seen: list[Any]) -> list[Any]:
    """Return values in the order of their simplicity, the last is the given one.

    Parameters
    ----------
    value : object
    seen : list
        Constants of the functions and values of examples.
    """
    if isinstance(value, bool) or value is None:
        return [False, value] if value else [value]
    found = _of(value, [one for one in seen if type(one) is type(value)])
    key = repr(value)
    before = list(itertools.takewhile(lambda one: repr(one) != key, found))
    return [*before, value]


def _of(value: Any, near: list[Any]) -> list[Any]:
    if isinstance(value, int):
        halves = [value // 2**power for power in range(value.bit_length(), 0, -1)]
        around = [one + step for one in near for step in (-1, 0, 1)]
        sign = 1 if value > 0 else -1
        nearer = [value - sign * 2**power for power in range(value.bit_length() - 1, -1, -1)]
        found = [*_SIMPLE, *sorted(around, key=abs), *halves, *nearer]
        low, high = min(-100, value), max(100, value)
        return [one for one in found if low <= one <= high and (value < 0 or one >= 0)]
    if isinstance(value, float):
        if not math.isfinite(value):
            return [float(one) for one in _SIMPLE]
        halves = [0.5, 1.5, -0.5, -1.5, 2.5, -2.5, -0.0]
        rounded = [float(round(value, digits)) for digits in (-2, -1, 0, 1, 2, 3)]
        scaled = [value / 2**power for power in (64, 32, 16, 8, 4, 2, 1)]
        return [*map(float, _SIMPLE), *halves, *sorted(near, key=abs), *rounded, *scaled]
    if isinstance(value, str | bytes):
        length = min(len(value), _LONGEST)
        spans = [(at, size) for size in range(length) for at in range(len(value) - size + 1)]
        parts: list[Any] = [value[at : at + size] for at, size in spans]
        if isinstance(value, str):
            parts = sorted({*parts}, key=lambda one: (len(one), [ord(c) for c in one]))
        if isinstance(value, str):
            places = range(length)
            parts += [value[:at] + value[at + 1 :] for at in places]
            parts += [value[:at] + "a" + value[at + 1 :] for at in places if value[at] != "a"]
        return [*parts, *(value[:size] for size in range(_LONGEST, len(value)))]
    if isinstance(value, list):
        whole = [value[:size] for size in range(len(value))]
        return [[], *([one] for one in value), *whole]
    if isinstance(value, dt.datetime):
        moments = [one.replace(tzinfo=value.tzinfo) for one in _MOMENTS]
        midnight = value.replace(hour=0, minute=0, second=0, microsecond=0)
        return [*moments, midnight, value.replace(second=0, microsecond=0)]
    if isinstance(value, dt.date):
        return [one.date() for one in _MOMENTS]
    if isinstance(value, dt.timedelta):
        return [dt.timedelta(), dt.timedelta(days=value.days), dt.timedelta(seconds=1)]
    return []
