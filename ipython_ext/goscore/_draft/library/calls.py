"""Calls of Python's own functions and of its math module."""

from __future__ import annotations

import ast
import math
import sys
from collections.abc import Callable
from typing import Any

from ..loops.walks import as_list
from ..values import equality
from ..values.arithmetic import divide, exact, fold, operate
from ..values.code import (
    PLUS,
    TIMES,
    UNARY,
    Code,
    as_float,
    bare,
    binary,
    call,
    integer,
    literal,
    number,
    text,
)
from ..values.conditions import truth
from ..values.context import Context
from ..values.refusal import Untranslatable
from ..values.strings import as_text, representation
from ..values.types import BOOL, DURATION, FLOAT, INT, STR, Type, list_of
from . import mathematics
from .arrays import FOREIGN

Translate = Callable[..., Code]


def function(ctx: Context, found: Any, args: list[Code]) -> Code:
    """Translate a call of a function that Python has.

    Raises
    ------
    Untranslatable
    """
    name = getattr(found, "__name__", type(found).__name__)
    args = [bare(arg) for arg in args]
    # Only what needs no Python objects can be calculated now.
    if args and getattr(found, "__module__", "") in ("builtins", "math") and found in _KNOWN:
        known = fold(found, *args)
        if known is not None:
            return known
    translate = _known(found)
    if translate is None:
        raise Untranslatable(f"{name} is no function that draft knows")
    if found in _INEXACT:
        ctx.inexact.add(f"math.{name}")
    try:
        return translate(ctx, *args)
    except TypeError:
        raise Untranslatable(f"{name} with {len(args)} arguments") from None


def is_known(found: Any) -> bool:
    """Tell whether there is a translation."""
    return _known(found) is not None


def _known(found: Any) -> Translate | None:
    try:
        if found in _KNOWN:
            return _KNOWN[found]
    except TypeError:  # not hashable
        return None
    for package in ("numpy", "pandas"):
        module = sys.modules.get(package)
        for name, translate in FOREIGN.items():
            if module is not None and found is getattr(module, name, None):
                return translate
    return None


def _length(ctx: Context, of: Code) -> Code:
    if of.type == STR:
        return call("utf8.RuneCountInString", of, of=INT, least=0)
    if of.type.kind == "dict":
        return Code(f"len({of.text}.keys)", INT, least=0)
    if of.type.kind == "tuple":
        return literal(len(of.type.items))
    if of.type.is_list or of.type.kind in ("map", "set"):
        return call("len", of, of=INT, least=0)
    raise Untranslatable(f"len of a {of.type.python}")


def _absolute(ctx: Context, x: Code) -> Code:
    if x.type == DURATION:
        return Code(f"{x.at(7)}.Abs()", DURATION)
    x = number(x, "abs")
    if x.type == INT:
        return call("pyAbsChecked" if ctx.checked else "pyAbs", x, of=INT, least=0)
    return call("math.Abs", x, of=FLOAT)


def _extreme(function: str) -> Translate:
    def translate(ctx: Context, *args: Code) -> Code:
        if len(args) == 1:
            whole = args[0]
            if whole.type.kind in ("set", "map"):
                keys = f"slices.Collect(maps.Keys({whole.text}))"
                whole = Code(keys, list_of(whole.type.items[0]))
            whole = as_list(ctx, whole, "min or max of")
            if whole.type.item in (INT, FLOAT, STR, DURATION):
                return Code(f"{function}({whole.text}...)", whole.type.item)
            order = equality.order(whole.type.item)
            return Code(f"{function}By({whole.text}, {order})", whole.type.item)
        if all(arg.type == args[0].type for arg in args) and args[0].type in (STR, DURATION):
            return call(function, *args, of=args[0].type)
        if all(arg.type == args[0].type for arg in args) and args[0].type.kind in (
            "time",
            "date",
            "tuple",
        ):
            of, texts = args[0].type, ", ".join(arg.text for arg in args)
            return Code(f"{function}By([]{of.go}{{{texts}}}, {equality.order(of)})", of)
        given = [number(arg, "min or max") for arg in args]
        of = INT if all(arg.type == INT for arg in given) else FLOAT
        if of == FLOAT and any(arg.type == INT for arg in given):
            ctx.facts.widened = True
        least = [arg.least for arg in given if arg.least is not None]
        if of == FLOAT:
            return call(function, *map(as_float, given), of=FLOAT)
        if function == "pyMax":
            return call("max", *given, of=INT, least=max(least, default=None))
        return call("min", *given, of=INT, least=min(least) if len(least) == len(given) else None)

    return translate


def _sum(ctx: Context, whole: Code, start: Code | None = None) -> Code:
    if whole.type.is_list and whole.type.item == BOOL and start is None:
        return call("pyCount", whole, of=INT, least=0)
    if whole.type.kind == "set" and whole.type.item == INT:
        whole = Code(f"slices.Collect(maps.Keys({whole.text}))", list_of(INT))
    whole = as_list(ctx, whole, "sum of")
    of = whole.type.item
    if of == DURATION and start is not None:
        return Code(f"pySumTimes({whole.text}, {start.text})", DURATION)
    if not of.is_number:
        raise Untranslatable(f"sum of a {whole.type.python}")
    if start is not None and not (start.type == of == INT or (start.constant and start.value == 0)):
        raise Untranslatable("sum with a start that is no int")
    if of == BOOL:
        whole, of = call("pyBits", whole, of=list_of(INT)), INT
    if of == INT:
        ctx.may_wrap()
        made = call("pySumChecked" if ctx.checked else "pySum", whole, of=INT)
        if start is None or start.value == 0:
            return made
        if ctx.checked:
            return call("pyAddChecked", start, made, of=INT)
        return binary(start, "+", made, PLUS, INT)
    ctx.facts.widened = True  # of no items, it is an int
    if sys.version_info >= (3, 12) and whole.type.kind == "array":
        ctx.inexact.add("sum")  # of a Series as of a list, of an array one by one
    compensated = sys.version_info >= (3, 12) and of == FLOAT and whole.type.kind == "list"
    return call("pySumFloats" if compensated else "pySum", whole, of=of)


def _to_float(ctx: Context, x: Code) -> Code:
    return call("pyFloat", x, of=FLOAT) if x.type == STR else as_float(exact(ctx, number(x)))


def _to_int(ctx: Context, x: Code, base: Code | None = None) -> Code:
    if base is not None:
        return call("pyIntBase", text(x, "int"), integer(base, "a base"), of=INT)
    if x.type == STR:
        return call("pyIntOf", x, of=INT)
    x = number(x, "int()")
    return x if x.type == INT else call("pyInt", x, of=INT)


def _whole(go: str) -> Translate:
    """Make the translation of what rounds to an int."""

    def translate(ctx: Context, x: Code) -> Code:
        x = number(x)
        if x.type == INT:
            return x
        return Code(f"pyInt({go}({x.text}))" if go != "math.Trunc" else f"pyInt({x.text})", INT)

    return translate


def _round(ctx: Context, x: Code, digits: Code | None = None) -> Code:
    if digits is None:
        return _whole("math.RoundToEven")(ctx, x)
    if not (digits.constant and type(digits.value) is int and 0 <= digits.value <= 22):
        raise Untranslatable("round to a number of digits that is no literal from 0 to 22")
    x = number(x, "round")
    return x if x.type == INT else call("pyRoundTo", x, digits, of=FLOAT)


def _math(go: str) -> Translate:
    return lambda ctx, x: Code(f"pyMath(math.{go}, {as_float(x).text})", FLOAT)


def _plain(go: str, count: int = 1, of: Type = FLOAT) -> Translate:
    def translate(ctx: Context, *args: Code) -> Code:
        if len(args) != count:
            raise TypeError
        return call(go, *map(as_float, args), of=of)

    return translate


def _log(ctx: Context, x: Code, base: Code | None = None) -> Code:
    one = _math("Log")(ctx, x)
    return one if base is None else divide(one, _math("Log")(ctx, base))


def _is_infinite(ctx: Context, x: Code) -> Code:
    return Code(f"math.IsInf({as_float(x).text}, 0)", BOOL)


def _is_finite(ctx: Context, x: Code) -> Code:
    x = as_float(x)
    return Code(f"!math.IsNaN({x.text}) && !math.IsInf({x.text}, 0)", BOOL, 2)


def _scaled(factor: float) -> Translate:
    return lambda ctx, x: binary(as_float(x), "*", literal(factor), TIMES, FLOAT)


def _power(ctx: Context, x: Code, y: Code) -> Code:
    return call("pyPow", as_float(x), as_float(y), of=FLOAT)


def _character(ctx: Context, n: Code) -> Code:
    return Code(f"string(rune({integer(n, 'chr').text}))", STR)


def _any(every: bool) -> Translate:
    def translate(ctx: Context, whole: Code) -> Code:
        if not (whole.type.is_list and whole.type.item == BOOL):
            raise Untranslatable(f"any or all of a {whole.type.python}")
        made = f"slices.Contains({whole.text}, {'false' if every else 'true'})"
        return Code(f"!{made}", BOOL, UNARY) if every else Code(made, BOOL)

    return translate


def _pow(ctx: Context, x: Code, y: Code, by: Code | None = None) -> Code:
    if by is not None:
        return call("pyPowMod", *(integer(one, "pow") for one in (x, y, by)), of=INT)
    return operate(ctx, ast.Pow(), x, y)


def _based(prefix: str, base: int) -> Translate:
    return lambda ctx, n: Code(f'pyBased({integer(n, "an int").text}, "{prefix}", {base})', STR)


_ROUGH = {
    math.exp: "Exp", math.expm1: "Expm1", math.log1p: "Log1p", math.log2: "Log2", math.log10: "Log10", math.sin: "Sin",
    math.cos: "Cos", math.tan: "Tan", math.asin: "Asin", math.acos: "Acos", math.atan: "Atan", math.sinh: "Sinh",
    math.cosh: "Cosh", math.tanh: "Tanh", math.asinh: "Asinh", math.acosh: "Acosh", math.atanh: "Atanh",
}  # fmt: skip
_INEXACT: set[Any] = {*_ROUGH, math.log, math.pow, math.hypot, math.atan2}
_KNOWN: dict[Any, Translate] = {
    len: _length,
    abs: _absolute,
    min: _extreme("pyMin"),
    max: _extreme("pyMax"),
    sum: _sum,
    float: _to_float,
    int: _to_int,
    str: lambda ctx, x: as_text(ctx, x),
    repr: lambda ctx, x: representation(ctx, x),
    bin: _based("0b", 2),
    oct: _based("0o", 8),
    hex: _based("0x", 16),
    pow: _pow,
    math.gcd: mathematics.gcd,
    math.isqrt: mathematics.whole_root,
    math.factorial: mathematics.factorial,
    math.comb: mathematics.comb,
    math.prod: mathematics.product,
    math.isclose: mathematics.is_close,
    bool: lambda ctx, x: truth(x),
    round: _round,
    any: _any(False),
    all: _any(True),
    ord: lambda ctx, x: call("pyOrd", text(x, "ord"), of=INT, least=0),
    chr: _character,
    math.sqrt: _math("Sqrt"),
    math.fabs: _plain("math.Abs"),
    math.floor: _whole("math.Floor"),
    math.ceil: _whole("math.Ceil"),
    math.trunc: _whole("math.Trunc"),
    math.copysign: _plain("math.Copysign", 2),
    math.fmod: _plain("pyFmod", 2),
    math.hypot: _plain("math.Hypot", 2),
    math.atan2: _plain("math.Atan2", 2),
    math.isnan: _plain("math.IsNaN", of=BOOL),
    math.isinf: _is_infinite,
    math.isfinite: _is_finite,
    math.degrees: _scaled(180.0 / math.pi),
    math.radians: _scaled(math.pi / 180.0),
    math.pow: _power,
    math.log: _log,
    **{found: _math(go) for found, go in _ROUGH.items()},
}
