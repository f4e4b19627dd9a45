"""Values of the module around a function: numbers, strings, and lists and dicts of them."""

from __future__ import annotations

import copy
import datetime
import math
from dataclasses import replace
from typing import Any

from .code import Code, convert, literal
from .moments import duration, moment
from .refusal import Untranslatable
from .types import UNKNOWN, Type, check_known, join, list_of, tuple_of

_LARGEST = 10_000  # items of a list that is written into the Go


def value(ctx: Any, name: str) -> Code:
    """Return a value of the module as it is now, as a constant or a variable beside the function.

    Raises
    ------
    Untranslatable
    """
    if name in ctx.source.closed_over:
        raise Untranslatable(f"{name} belongs to an enclosing function")
    try:
        found = ctx.source.look_up(name)
    except KeyError:
        raise Untranslatable(f"Python has no name {name}") from None
    if type(found) in (int, float, bool, str):
        made = literal(found)
        _watch(ctx, name, found)
        if isinstance(found, float) and not math.isfinite(found):
            return made  # Go has no constant like it
        ctx.constants[name] = made
        return replace(made, text=ctx.names.go(name), level=7)
    if isinstance(found, datetime.date | datetime.timedelta) or (
        type(found) in (list, tuple, dict, set, frozenset) and len(found) <= _LARGEST
    ):
        try:
            made = of_python(found)
            check_known(name, made.type)
        except Untranslatable:
            pass
        else:
            _watch(ctx, name, found)
            return _variable(ctx, name, made)
    raise Untranslatable(f"{name} is a {type(found).__name__} outside the function")


def _watch(ctx: Any, name: str, found: Any) -> None:
    source = ctx.source
    kept = copy.deepcopy(found)
    ctx.program.watched[id(source.function.__globals__), name] = (
        lambda: source.look_up(name),
        kept,
    )


def _variable(ctx: Any, name: str, made: Code) -> Code:
    """Declare a variable of the package, named after Python's and the function."""
    words = [word for word in name.split("_") if word]
    go = "".join(word[0].upper() + word[1:].lower() for word in words)
    own = f"{go[:1].lower()}{go[1:]}Of{ctx.source.name.title().replace('_', '')}"
    own = ctx.program.of_variable(own)
    ctx.program.variables[own] = (
        f"// {own} is {name} as it is in Python now.\nvar {own} = {made.text}"
    )
    return Code(own, made.type, parts=())


def of_python(found: Any) -> Code:
    """Write a value of Python in Go.

    Raises
    ------
    Untranslatable
    """
    if isinstance(found, datetime.timedelta):
        return duration(found)
    if isinstance(found, datetime.date):
        return moment(found)
    if isinstance(found, tuple) and len({type(one) for one in found}) > 1:
        parts = [of_python(one) for one in found]
        of = tuple_of(*(part.type for part in parts))
        return Code(f"{of.go}{{{', '.join(part.text for part in parts)}}}", of)
    if isinstance(found, dict):
        keys, values = [of_python(one) for one in found], [of_python(one) for one in found.values()]
        of = Type("map", (_common(keys), _common(values)))
        items = [
            f"{convert(key, of.items[0]).text}: {convert(one, of.item).text}"
            for key, one in zip(keys, values, strict=True)
        ]
        return Code(f"{of.go}{{{', '.join(items)}}}", of)
    if isinstance(found, set | frozenset):
        items_ = [of_python(one) for one in sorted(found, key=repr)]
        of = Type("set", (_common(items_),))
        return Code(f"{of.go}{{{', '.join(one.text + ': {}' for one in items_)}}}", of)
    if isinstance(found, list | tuple):
        items_ = [of_python(one) for one in found]
        of = list_of(_common(items_))
        made = ", ".join(convert(one, of.item).text for one in items_)
        return Code(f"{of.go}{{{made}}}", of)
    return literal(found)


def _common(codes: list[Code]) -> Type:
    of = UNKNOWN
    for code in codes:
        joined = join(of, code.type)
        if joined != of and of != UNKNOWN:
            raise Untranslatable("a mixture of ints and floats")  # as text they would differ
        of = joined
    return of
