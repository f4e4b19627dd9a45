"""Conditions: what is true, what is compared, and what is in what."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from . import equality
from .arithmetic import exact, fold
from .code import (
    AND,
    COMPARE,
    OR,
    PLUS,
    UNARY,
    Code,
    as_float,
    bare,
    beside,
    call,
    convert,
    literal,
    number,
)
from .context import Context
from .refusal import Untranslatable
from .types import BOOL, DURATION, FLOAT, INT, STR

_COMPARED: dict[type, tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Lt: ("<", operator.lt), ast.LtE: ("<=", operator.le), ast.Gt: (">", operator.gt), ast.GtE: (">=", operator.ge),
    ast.Eq: ("==", operator.eq), ast.NotEq: ("!=", operator.ne),
}  # fmt: skip


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
    if code.type.kind == "optional":
        inside = truth(bare(code))
        return Code(f"{code.at(PLUS)} != nil && {inside.at(COMPARE)}", BOOL, AND)
    if code.type.kind == "match":
        return Code(f"{code.at(PLUS)} != nil", BOOL, COMPARE)
    if code.type.kind in ("time", "date"):
        return literal(True)
    if code.type.is_number or code.type == DURATION:
        return Code(f"{code.at(PLUS)} != 0", BOOL, COMPARE)
    if code.type == STR:
        return Code(f'{code.at(PLUS)} != ""', BOOL, COMPARE)
    if code.type.kind == "dict":
        return Code(f"len({code.text}.keys) > 0", BOOL, COMPARE)
    if code.type.kind in ("list", "map", "set"):
        return Code(f"len({code.text}) > 0", BOOL, COMPARE)
    if code.type.kind == "tuple":
        return literal(True)
    raise Untranslatable(f"a {code.type.python} as a condition")


def both(parts: list[Code], every: bool) -> Code:
    """Translate ``and`` and ``or`` of conditions."""
    level = AND if every else OR
    return Code((" && " if every else " || ").join(part.at(level) for part in parts), BOOL, level)


def compare(ctx: Context, node: ast.cmpop, left: Code, right: Code) -> Code:
    """Translate one comparison."""
    if isinstance(node, ast.In | ast.NotIn):
        found = _contains(ctx, bare(right), left)
        return found if isinstance(node, ast.In) else negate(found)
    if type(node) not in _COMPARED:
        for side, other in ((left, right), (right, left)):
            if other.constant and other.value is None:
                return equality.is_none(side, isinstance(node, ast.Is))
        raise Untranslatable("is and is not: objects have no identity in Go")
    sign, function = _COMPARED[type(node)]
    known = fold(function, left, right)
    if known is not None:
        return known
    if sign in ("==", "!="):
        same = equality.equal(ctx, left, right)
        if same is not None:
            return same if sign == "==" else negate(same)
    left, right = bare(left), bare(right)
    ordered = equality.less(left, sign, right)
    if ordered is not None:
        return ordered
    if left.type == right.type and left.type in (STR, INT, FLOAT, DURATION):
        return _compared(left, sign, right)
    if left.type == right.type == BOOL and sign in ("==", "!="):
        return _compared(left, sign, right)
    left, right = number(left, "a comparison"), number(right, "a comparison")
    if left.type == right.type:
        return _compared(left, sign, right)
    left, right = exact(ctx, left), exact(ctx, right)
    return _compared(beside(left, right), sign, beside(right, left))


def _compared(left: Code, sign: str, right: Code) -> Code:
    return Code(f"{left.at(PLUS)} {sign} {right.at(PLUS)}", BOOL, COMPARE)


def _contains(ctx: Context, whole: Code, item: Code) -> Code:
    if whole.type == STR and bare(item).type == STR:
        return call("strings.Contains", whole, bare(item), of=BOOL)
    if whole.type.is_map or whole.type.kind == "set":
        key = convert(item, whole.type.items[0])
        if whole.type.kind == "dict":
            return Code(f"{whole.text}.has({key.text})", BOOL)
        return call("pyHas", whole, key, of=BOOL)
    if whole.type.is_list and whole.type.item == FLOAT and item.type.is_number:
        return call("pyContains", whole, as_float(item), of=BOOL)
    if whole.type.is_list and not item.type.shared and whole.type.item.known:
        made = convert(item, whole.type.item)
        if whole.type.item.plain and not whole.type.item.has_floats:
            return call("slices.Contains", whole, made, of=BOOL)
        order = equality.order(whole.type.item)
        return Code(f"pyFindIn({whole.text}, {made.text}, {order}) >= 0", BOOL, COMPARE)
    raise Untranslatable(f"in: a {item.type.python} in a {whole.type.python}")
