"""Operators, with Python's results and not Go's."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from .code import (
    AND,
    COMPARE,
    OR,
    PLUS,
    TIMES,
    UNARY,
    Code,
    as_float,
    beside,
    binary,
    call,
    integer,
    literal,
    number,
    quoted,
)
from .context import Context
from .refusal import Untranslatable
from .types import BOOL, FLOAT, INT, STR, UNKNOWN, Type, join

_FOLDED: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow, ast.LShift: operator.lshift,
    ast.RShift: operator.rshift, ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.BitXor: operator.xor,
}  # fmt: skip
_COMPARED: dict[type, tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Lt: ("<", operator.lt), ast.LtE: ("<=", operator.le), ast.Gt: (">", operator.gt), ast.GtE: (">=", operator.ge),
    ast.Eq: ("==", operator.eq), ast.NotEq: ("!=", operator.ne),
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
    if left.type == STR or right.type == STR:
        return _on_text(node, left, right)
    if left.type.kind == "list" or right.type.kind == "list":
        return _on_lists(node, left, right)
    left, right = number(left), number(right)
    both = left.type == right.type == INT
    if type(node) in _SIGNS:
        return _add(ctx, node, left, right)
    if isinstance(node, ast.Div):
        return divide(left, right)
    if isinstance(node, ast.FloorDiv | ast.Mod):
        return _floor(node, left, right, both)
    if isinstance(node, ast.Pow):
        return _power(ctx, left, right, both)
    if type(node) in _BITS and both:
        if isinstance(node, ast.LShift):
            ctx.may_wrap()
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
        item = join(left.type.item, right.type.item)
        if left.type == right.type and item.known:
            return call("slices.Concat", left, right, of=left.type, fresh=True)
    if isinstance(node, ast.Mult) and left.type.kind == "list" and right.type.is_number:
        if left.type.item.items:
            raise Untranslatable("a list of lists repeated: all would be one list")
        return repeat(left, integer(right, "list * n"))
    raise Untranslatable(f"{type(node).__name__} of a {left.type.python} and a {right.type.python}")


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
        made = binary(left, sign, right, level, INT)
        least = _least(node, left.least, right.least, right)
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


def divide(left: Code, right: Code) -> Code:
    """Translate ``/``: Python raises where Go divides by zero."""
    if right.constant and right.value != 0:
        return binary(as_float(left), "/", beside(right, as_float(left)), TIMES, FLOAT)
    return call("pyDivide", as_float(left), as_float(right), of=FLOAT)


def _floor(node: ast.operator, left: Code, right: Code, both: bool) -> Code:
    whole = isinstance(node, ast.FloorDiv)
    if not both:
        function = "pyFloorDivFloat" if whole else "pyModFloat"
        return call(function, as_float(left), as_float(right), of=FLOAT)
    positive = right.constant and right.value > 0
    if positive and left.least is not None and left.least >= 0:
        made = binary(left, "/" if whole else "%", right, TIMES, INT)
        return Code(made.text, INT, TIMES, least=0)
    least = 0 if positive and not whole else None
    return call("pyFloorDiv" if whole else "pyMod", left, right, of=INT, least=least)


def _power(ctx: Context, left: Code, right: Code, both: bool) -> Code:
    if both and not (right.constant and right.value < 0):
        ctx.may_wrap()
        return call("pyPowInt", left, right, of=INT)
    ctx.inexact.add("**")
    return call("pyPow", as_float(left), as_float(right), of=FLOAT)


def sign(ctx: Context, node: ast.unaryop, code: Code) -> Code:
    """Translate a unary operator."""
    if isinstance(node, ast.Not):
        return negate(truth(code))
    if isinstance(node, ast.USub | ast.UAdd):
        known = fold(operator.neg if isinstance(node, ast.USub) else operator.pos, code)
        if known is not None:
            return known
    code = number(code)
    if isinstance(node, ast.UAdd):
        return code
    if isinstance(node, ast.USub):
        return Code(f"-{code.at(UNARY + 1)}", code.type, UNARY)
    return Code(f"^{integer(code, '~').at(UNARY + 1)}", INT, UNARY)


def negate(code: Code) -> Code:
    """Translate ``not``."""
    if code.constant:
        return literal(not code.value)
    return Code(f"!{code.at(UNARY)}", BOOL, UNARY)


def truth(code: Code) -> Code:
    """Return what ``if`` makes of a value."""
    if code.type == BOOL:
        return code
    if code.constant:
        return literal(bool(code.value))
    if code.type.is_number:
        return Code(f"{code.at(PLUS)} != 0", BOOL, COMPARE)
    if code.type == STR:
        return Code(f'{code.at(PLUS)} != ""', BOOL, COMPARE)
    if code.type.kind in ("list", "map"):
        return Code(f"len({code.text}) > 0", BOOL, COMPARE)
    raise Untranslatable(f"a {code.type.python} as a condition")


def both(parts: list[Code], every: bool) -> Code:
    """Translate ``and`` and ``or`` of conditions."""
    level = AND if every else OR
    return Code((" && " if every else " || ").join(part.at(level) for part in parts), BOOL, level)


def compare(node: ast.cmpop, left: Code, right: Code) -> Code:
    """Translate one comparison."""
    if isinstance(node, ast.In | ast.NotIn):
        found = _contains(right, left)
        return found if isinstance(node, ast.In) else negate(found)
    if type(node) not in _COMPARED:
        raise Untranslatable("is and is not: objects have no identity in Go")
    sign, function = _COMPARED[type(node)]
    known = fold(function, left, right)
    if known is not None:
        return known
    if left.type == right.type and left.type in (STR, INT, FLOAT):
        return _compared(left, sign, right)
    if left.type == right.type == BOOL and sign in ("==", "!="):
        return _compared(left, sign, right)
    left, right = number(left, "a comparison"), number(right, "a comparison")
    if left.type == right.type:
        return _compared(left, sign, right)
    return _compared(beside(left, right), sign, beside(right, left))


def _compared(left: Code, sign: str, right: Code) -> Code:
    return Code(f"{left.at(PLUS)} {sign} {right.at(PLUS)}", BOOL, COMPARE)


def _contains(whole: Code, item: Code) -> Code:
    if whole.type == item.type == STR:
        return call("strings.Contains", whole, item, of=BOOL)
    if whole.type.kind == "map" and whole.type.items[0] in (item.type, UNKNOWN):
        return call("pyHas", whole, item, of=BOOL)
    if whole.type.is_list and whole.type.item == FLOAT and item.type.is_number:
        return call("pyContains", whole, as_float(item), of=BOOL)
    if whole.type.is_list and whole.type.item == item.type and not item.type.items:
        return call("slices.Contains", whole, item, of=BOOL)
    raise Untranslatable(f"in: a {item.type.python} in a {whole.type.python}")


def joined(parts: list[Code]) -> Code:
    """Write strings one behind another."""
    if not parts:
        return Code(quoted(""), STR, value="")
    made = parts[0]
    for part in parts[1:]:
        made = binary(made, "+", part, PLUS, STR)
    return made
