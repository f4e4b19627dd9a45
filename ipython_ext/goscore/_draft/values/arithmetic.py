"""Operators, with Python's results and not Go's."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from . import times
from .code import (
    PLUS,
    TIMES,
    UNARY,
    Code,
    as_float,
    bare,
    beside,
    binary,
    call,
    convert,
    integer,
    literal,
    number,
    quoted,
)
from .context import Context
from .refusal import Untranslatable
from .types import BOOL, DURATION, FLOAT, INT, STR, Type, join, list_of

_FOLDED: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow, ast.LShift: operator.lshift,
    ast.RShift: operator.rshift, ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.BitXor: operator.xor,
}  # fmt: skip
_BITS = {
    ast.BitAnd: ("&", TIMES),
    ast.BitOr: ("|", PLUS),
    ast.BitXor: ("^", PLUS),
    ast.RShift: (">>", TIMES),
    ast.LShift: ("<<", TIMES),
}
_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


def fold(function: Callable[..., Any], *args: Code) -> Code | None:
    """Let Python calculate what is known already: Go's constants would have more digits than floats."""
    if not all(arg.constant for arg in args):
        return None
    try:
        value = function(*(arg.value for arg in args))
    except Exception as error:
        raise Untranslatable(f"Python raises {type(error).__name__} here") from None
    return literal(value)


def _check_size(node: ast.operator, right: Code) -> None:
    """Refuse constants that would take Python long to calculate."""
    large = right.constant and isinstance(right.value, int) and abs(right.value) > 1000
    if large and isinstance(node, ast.Pow | ast.LShift):
        raise Untranslatable("a constant too large for Go")


def operate(ctx: Context, node: ast.operator, left: Code, right: Code) -> Code:
    """Translate a binary operator."""
    if left.constant:
        _check_size(node, right)
    known = fold(_FOLDED[type(node)], left, right) if type(node) in _FOLDED else None
    if known is not None:
        return known
    for kind in (left.type.kind, right.type.kind):
        if kind in ("time", "date", "duration"):
            return times.operate(node, left, right)
        if kind == "set":
            return _on_sets(node, left, right)
    if left.type == STR or right.type == STR:
        return _on_text(node, left, right)
    if left.type.kind == "list" or right.type.kind == "list":
        return _on_lists(node, left, right)
    left, right = number(left), number(right)
    both = left.type == right.type == INT
    if type(node) in _SIGNS:
        return _add(ctx, node, left, right)
    if isinstance(node, ast.Div):
        return divide(exact(ctx, left), exact(ctx, right))
    if isinstance(node, ast.FloorDiv | ast.Mod):
        return _floor(ctx, node, left, right, both)
    if isinstance(node, ast.Pow):
        return _power(ctx, left, right, both)
    if type(node) in _BITS and both:
        if isinstance(node, ast.LShift):
            ctx.may_wrap()
            if ctx.checked:
                return call("pyShiftChecked", left, right, of=INT)
        if left.constant:  # or Go would give it the type of what is around it
            left = Code(f"int({left.text})", INT)
        sign, level = _BITS[type(node)]
        return binary(left, sign, right, level, INT)
    raise Untranslatable(
        f"no translation of {type(node).__name__} on {left.type.python} and {right.type.python}"
    )


def _on_text(node: ast.operator, left: Code, right: Code) -> Code:
    if isinstance(node, ast.Add) and left.type == right.type == STR:
        return binary(left, "+", right, PLUS, STR)
    if isinstance(node, ast.Mult):
        word, count = (left, right) if left.type == STR else (right, left)
        times = integer(count, "str * n")
        return Code(f"strings.Repeat({word.text}, {_at_least_zero(times)})", STR)
    raise Untranslatable(f"{type(node).__name__} of a {left.type.python} and a {right.type.python}")


def _at_least_zero(code: Code) -> str:
    return code.text if code.least is not None and code.least >= 0 else f"max({code.text}, 0)"


def _on_lists(node: ast.operator, left: Code, right: Code) -> Code:
    if isinstance(node, ast.Add) and left.type.kind == right.type.kind == "list":
        of = list_of(join(left.type.item, right.type.item))
        if not of.mixed and not of.item.shared and (of.known or (left.remake and right.remake)):
            return _concat(left, right, of)
    if isinstance(node, ast.Mult) and left.type.kind == "list" and right.type.is_number:
        if left.type.item.items:
            raise Untranslatable("a list of lists repeated: all would be one list")
        return repeat(left, integer(right, "list * n"))
    raise Untranslatable(f"{type(node).__name__} of a {left.type.python} and a {right.type.python}")


def _concat(left: Code, right: Code, of: Type) -> Code:
    """Translate ``a + b`` of lists; literal ones take the type of the whole."""

    def remake(wanted: Type) -> Code:
        whole = wanted if wanted.known else of
        parts = [convert(side, whole) for side in (left, right)]
        return call("slices.Concat", *parts, of=whole, fresh=True)

    made = remake(of)
    again = remake if left.remake and right.remake else None
    return Code(made.text, of, fresh=True, remake=again)


def _on_sets(node: ast.operator, left: Code, right: Code) -> Code:
    names = {
        ast.BitAnd: "pySetBoth",
        ast.BitOr: "pySetEither",
        ast.Sub: "pySetWithout",
        ast.BitXor: "pySetOne",
    }
    name = names.get(type(node))
    of = join(left.type, right.type)
    if name is None or of.mixed:
        raise Untranslatable(
            f"{type(node).__name__} of a {left.type.python} and a {right.type.python}"
        )
    return call(name, convert(left, of), convert(right, of), of=of, fresh=True)


def repeat(items: Code, count: Code) -> Code:
    """Translate ``[x] * n``."""

    def remake(wanted: Type) -> Code:
        made = items.remake(wanted) if items.remake and items.type != wanted else items
        zero = {FLOAT: "0.0", INT: "0", BOOL: "false", STR: '""'}.get(wanted.item)
        if made.text == f"{wanted.go}{{{zero}}}":
            return Code(
                f"make({wanted.go}, {_at_least_zero(count)})", wanted, fresh=True, remake=remake
            )
        return call("pyRepeat", made, count, of=wanted, fresh=True)

    made = remake(items.type)
    return made if items.remake is None else Code(made.text, made.type, fresh=True, remake=remake)


def _add(ctx: Context, node: ast.operator, left: Code, right: Code) -> Code:
    sign, level = _SIGNS[type(node)], TIMES if isinstance(node, ast.Mult) else PLUS
    if left.type == right.type == INT:
        small = any(side.constant and abs(side.value) < 2**31 for side in (left, right))
        if isinstance(node, ast.Mult) or not small:
            ctx.may_wrap()
        least = _least(node, left.least, right.least, right)
        if ctx.checked:
            checked = {"+": "pyAddChecked", "-": "pySubChecked", "*": "pyMulChecked"}[sign]
            return call(checked, left, right, of=INT, least=least)
        made = binary(left, sign, right, level, INT)
        return Code(made.text, INT, level, least=least)
    return binary(beside(left, right), sign, beside(right, left), level, FLOAT)


def _least(node: ast.operator, left: int | None, right: int | None, code: Code) -> int | None:
    """Return an int that the result is never below, so far as that is plain."""
    if left is None:
        return None
    if isinstance(node, ast.Sub):
        return left - code.value if code.constant else None
    if right is None:
        return None
    if isinstance(node, ast.Add):
        return left + right
    return left * right if left >= 0 and right >= 0 else None


def exact(ctx: Context, code: Code) -> Code:
    """Return an int that is used as a float: where that is checked, one that a float holds."""
    if ctx.checked and code.type == INT and not code.constant:
        return call("pyExactChecked", code, of=FLOAT)
    return code


def divide(left: Code, right: Code) -> Code:
    """Translate ``/``: Python raises where Go divides by zero."""
    if right.constant and right.value != 0:
        return binary(as_float(left), "/", beside(right, as_float(left)), TIMES, FLOAT)
    return call("pyDivide", as_float(left), as_float(right), of=FLOAT)


def _floor(ctx: Context, node: ast.operator, left: Code, right: Code, both: bool) -> Code:
    whole = isinstance(node, ast.FloorDiv)
    if not both:
        function = "pyFloorDivFloat" if whole else "pyModFloat"
        return call(function, as_float(left), as_float(right), of=FLOAT)
    positive = right.constant and right.value > 0
    if positive and left.least is not None and left.least >= 0:
        made = binary(left, "/" if whole else "%", right, TIMES, INT)
        return Code(made.text, INT, TIMES, least=0)
    least = 0 if positive and not whole else None
    if ctx.checked and whole and not right.constant:
        return call("pyFloorDivChecked", left, right, of=INT)
    return call("pyFloorDiv" if whole else "pyMod", left, right, of=INT, least=least)


def _power(ctx: Context, left: Code, right: Code, both: bool) -> Code:
    if both and not (right.constant and right.value < 0):
        ctx.may_wrap()
        return call("pyPowChecked" if ctx.checked else "pyPowInt", left, right, of=INT)
    ctx.inexact.add("**")
    return call("pyPow", as_float(left), as_float(right), of=FLOAT)


def sign(ctx: Context, node: ast.unaryop, code: Code) -> Code:
    """Translate a unary operator."""
    if isinstance(node, ast.USub | ast.UAdd):
        known = fold(operator.neg if isinstance(node, ast.USub) else operator.pos, code)
        if known is not None:
            return known
    code = bare(code)
    if code.type == DURATION and isinstance(node, ast.USub):
        return Code(f"-{code.at(UNARY + 1)}", DURATION, UNARY)
    code = number(code)
    if isinstance(node, ast.UAdd):
        return code
    if isinstance(node, ast.USub):
        if ctx.checked and code.type == INT:
            return call("pySubChecked", literal(0), code, of=INT)
        return Code(f"-{code.at(UNARY + 1)}", code.type, UNARY)
    return Code(f"^{integer(code, '~').at(UNARY + 1)}", INT, UNARY)


def joined(parts: list[Code]) -> Code:
    """Write strings one behind another."""
    if not parts:
        return Code(quoted(""), STR, value="")
    made = parts[0]
    for part in parts[1:]:
        made = binary(made, "+", part, PLUS, STR)
    return made
