"""datetime and timedelta: time.Time without a zone, and time.Duration of whole microseconds."""

from __future__ import annotations

import ast
import datetime
from collections.abc import Callable
from typing import Any

from .code import OPERAND, PLUS, TIMES, Code, binary, call, integer, literal, number
from .context import Context
from .moments import duration
from .refusal import Untranslatable
from .types import BOOL, DATE, DURATION, FLOAT, INT, STR, TIME, Type

_UNITS = {
    "weeks": 7 * 86_400_000_000, "days": 86_400_000_000, "hours": 3_600_000_000, "minutes": 60_000_000,
    "seconds": 1_000_000, "milliseconds": 1_000, "microseconds": 1,
}  # fmt: skip


def make_duration(ctx: Context, given: dict[str, Code]) -> Code:
    """Translate ``timedelta(days=1, hours=n)``."""
    if all(code.constant for code in given.values()):
        return duration(datetime.timedelta(**{name: code.value for name, code in given.items()}))
    made: Code | None = None
    for name, code in given.items():
        count = number(code)
        if count.type == INT:
            part = call("pyDuration", count, literal(_UNITS[name]), of=DURATION)
        elif name in ("seconds", "milliseconds", "microseconds") or len(given) > 1:
            raise Untranslatable("a timedelta of a float, which Python rounds in its own way")
        else:
            raise Untranslatable(f"a timedelta of {name} that are no int")
        made = part if made is None else binary(made, "+", part, PLUS, DURATION)
    return made or Code("time.Duration(0)", DURATION)


def make_time(ctx: Context, given: dict[str, Code], of: Type) -> Code:
    """Translate ``datetime(2026, 1, day)``."""
    names = ["year", "month", "day", "hour", "minute", "second", "microsecond"]
    if of == DATE:
        names = names[:3]
    if not set(given) <= set(names) or not {"year", "month", "day"} <= set(given):
        raise Untranslatable("a datetime of something else than numbers")
    args = [integer(given.get(name, literal(0)), name) for name in names]
    return call("pyDate" if of == DATE else "pyTime", *args, of=of)


def operate(node: ast.operator, left: Code, right: Code) -> Code:
    """Translate an operator on times and durations."""
    kinds = left.type.kind, right.type.kind
    if isinstance(node, ast.Sub) and kinds in (("time", "time"), ("date", "date")):
        return call("pySince", left, right, of=DURATION)
    if isinstance(node, ast.Add | ast.Sub):
        if isinstance(node, ast.Add) and kinds[1] in ("time", "date"):
            left, right = right, left
            kinds = left.type.kind, right.type.kind
        sign = "+" if isinstance(node, ast.Add) else "-"
        if kinds == ("time", "duration"):
            added = right.text if sign == "+" else f"-{right.at(OPERAND)}"
            return Code(f"{left.at(OPERAND)}.Add({added})", TIME)
        if kinds == ("date", "duration"):
            days = f"pyDays({right.text})"
            return Code(
                f"{left.at(OPERAND)}.AddDate(0, 0, {days if sign == '+' else '-' + days})", DATE
            )
        if kinds == ("duration", "duration"):
            return binary(left, sign, right, PLUS, DURATION)
    if isinstance(node, ast.Mult):
        if kinds[1] == "duration":
            left, right = right, left
        if left.type == DURATION and right.type == INT:
            return call("pyTimes", left, right, of=DURATION)
    if left.type == DURATION and right.type == DURATION:
        if isinstance(node, ast.Div):
            return call("pyRatio", left, right, of=FLOAT)
        if isinstance(node, ast.FloorDiv):
            return Code(f"pyFloorDiv(int({left.text}), int({right.text}))", INT)
        if isinstance(node, ast.Mod):
            return Code(f"time.Duration(pyMod(int({left.text}), int({right.text})))", DURATION)
    if left.type == DURATION and right.type == INT and isinstance(node, ast.FloorDiv):
        micros = f"pyFloorDiv(int({left.text}/time.Microsecond), {right.text})"
        return Code(f"time.Duration({micros}) * time.Microsecond", DURATION, TIMES)
    raise Untranslatable(
        f"no translation of {type(node).__name__} on {left.type.python} and {right.type.python}"
    )


def attribute(name: str, of: Code) -> Code | None:
    """Translate ``t.hour`` and ``d.days``."""
    if of.type == DURATION:
        found = {"days": "pyDays", "seconds": "pySeconds", "microseconds": "pyMicroseconds"}.get(
            name
        )
        return call(found, of, of=INT) if found else None
    known = {
        "year": "Year()", "day": "Day()", "hour": "Hour()", "minute": "Minute()", "second": "Second()",
    }  # fmt: skip
    if of.type == DATE and name not in ("year", "month", "day"):
        return None
    if name == "month":
        return Code(f"int({of.at(OPERAND)}.Month())", INT, least=1)
    if name == "microsecond":
        return Code(f"{of.at(OPERAND)}.Nanosecond() / 1000", INT, TIMES, least=0)
    return Code(f"{of.at(OPERAND)}.{known[name]}", INT, least=0) if name in known else None


def method(name: str, of: Code, args: list[Code]) -> Code | None:
    """Translate ``d.total_seconds()`` and ``t.weekday()``."""
    if of.type == DURATION:
        return (
            call("pyTotalSeconds", of, of=FLOAT) if name == "total_seconds" and not args else None
        )
    made = METHODS.get((name, len(args)))
    return made(of, *args) if made else None


def _text(of: Code) -> Code:
    return call("pyIsoDate" if of.type == DATE else "pyIsoTime", of, of=STR)


def _date(of: Code) -> Code:
    if of.type == DATE:
        raise Untranslatable("date() of a date")
    return Code(f"pyDate({of.at(OPERAND)}.Date())", DATE)


def _formatted(of: Code, layout: Code) -> Code:
    if not layout.constant or not isinstance(layout.value, str):
        raise Untranslatable("strftime with a format that is no literal")
    directives = layout.value.replace("%%", "").split("%")[1:]
    if any(one[:1] not in tuple("YmdHMSjf") for one in directives):
        raise Untranslatable("strftime with something else than %Y %m %d %H %M %S %f %j")
    return call("pyFormatTime", of, layout, of=STR)


METHODS: dict[tuple[str, int], Callable[..., Code]] = {
    ("weekday", 0): lambda of: Code(
        f"(int({of.at(OPERAND)}.Weekday()) + 6) % 7", INT, TIMES, least=0
    ),
    ("isoweekday", 0): lambda of: Code(
        f"(int({of.at(OPERAND)}.Weekday())+6)%7 + 1", INT, PLUS, least=1
    ),
    ("isoformat", 0): _text,
    ("date", 0): _date,
    ("strftime", 1): _formatted,
    ("toordinal", 0): lambda of: call("pyOrdinal", of, of=INT, least=1),
}
KNOWN: dict[Any, Type] = {
    datetime.timedelta: DURATION,
    datetime.datetime: TIME,
    datetime.date: DATE,
}


def truth(of: Code) -> Code:
    """Translate a duration as a condition."""
    return Code(f"{of.at(PLUS)} != 0", BOOL, 3)
