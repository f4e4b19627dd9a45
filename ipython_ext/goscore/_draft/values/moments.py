"""Times and durations that are known already."""

from __future__ import annotations

import datetime

from .code import OPERAND, TIMES, Code
from .refusal import Untranslatable
from .types import DATE, DURATION, TIME

_NAMES = (
    (3_600_000_000, "time.Hour"),
    (60_000_000, "time.Minute"),
    (1_000_000, "time.Second"),
    (1_000, "time.Millisecond"),
    (1, "time.Microsecond"),
)


def duration(found: datetime.timedelta) -> Code:
    """Write a timedelta."""
    micros = found // datetime.timedelta(microseconds=1)
    if abs(micros) >= 2**63 // 1000:
        raise Untranslatable("a timedelta beyond 292 years")
    for size, name in _NAMES:
        if micros % size == 0:
            text = name if micros == size else f"{micros // size} * {name}"
            return Code(
                text if micros else "time.Duration(0)", DURATION, TIMES if micros else OPERAND
            )
    raise AssertionError


def moment(found: datetime.date) -> Code:
    """Write a datetime or a date."""
    if not isinstance(found, datetime.datetime):
        return Code(f"pyDate({found.year}, {found.month}, {found.day})", DATE)
    if found.tzinfo is not None:
        raise Untranslatable("a datetime with a zone")
    parts = (
        f"{found.year}, {found.month}, {found.day}, {found.hour}, {found.minute}, {found.second}"
    )
    return Code(f"pyTime({parts}, {found.microsecond})", TIME)
