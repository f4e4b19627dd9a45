"""What is equal and what is less: of numbers, text, times, and tuples and lists of them."""

from __future__ import annotations

from .code import AND, COMPARE, OPERAND, PLUS, UNARY, Code, bare, convert, is_simple, literal
from .context import Context
from .refusal import Untranslatable
from .types import BOOL, FLOAT, INT, NONE, STR, Type, join

_FUNCTIONS = {
    "float": "pyOrderFloats",
    "int": "cmp.Compare[int]",
    "str": "cmp.Compare[string]",
    "bool": "pyOrderBools",
    "duration": "cmp.Compare[time.Duration]",
    "time": "time.Time.Compare",
    "date": "time.Time.Compare",
}


def order(of: Type) -> str:
    """Return a Go function that compares two values as Python's ``<`` does.

    Raises
    ------
    Untranslatable
        They have no order, in Python or in a draft.
    """
    if of.kind in _FUNCTIONS:
        return _FUNCTIONS[of.kind]
    if of.kind == "list":
        return f"pyOrderLists({order(of.item)})"
    if of.kind == "tuple":
        names = ", ".join(map(order, of.items))
        return f"pyOrderTuples{len(of.items)}({names})"
    raise Untranslatable(f"the order of a {of.python}")


def is_none(code: Code, wanted: bool) -> Code:
    """Translate ``is None`` and ``is not None``."""
    if code.type.kind in ("optional", "match"):
        if code.constant:
            return literal(wanted)
        return Code(f"{code.at(PLUS)} {'==' if wanted else '!='} nil", BOOL, COMPARE)
    if code.type == NONE:
        return literal(wanted)
    return literal(not wanted)


def equal(ctx: Context, left: Code, right: Code) -> Code | None:
    """Translate ``==`` of what Go's operator does not compare; None where it does."""
    if NONE in (left.type, right.type):
        return is_none(left if right.type == NONE else right, True)
    if "optional" in (left.type.kind, right.type.kind):
        return _maybe(ctx, left, right)
    if left.type.kind in ("time", "date") and right.type == left.type:
        return Code(f"{left.at(OPERAND)}.Equal({right.text})", BOOL)
    for kind in ("tuple", "list", "set"):
        if left.type.kind == right.type.kind == kind:
            of = join(left.type, right.type)
            if of.mixed:
                raise Untranslatable(f"== of a {left.type.python} and a {right.type.python}")
            left, right = convert(left, of), convert(right, of)
            if kind == "set":
                return Code(f"maps.Equal({left.text}, {right.text})", BOOL)
            return Code(f"{order(of)}({left.text}, {right.text}) == 0", BOOL, COMPARE)
    if left.type.kind == "dict" == right.type.kind or left.type.kind == "map" == right.type.kind:
        raise Untranslatable("== of dicts")
    if (left.type == STR) != (right.type == STR) and left.type.known and right.type.known:
        return literal(False)  # as Python has it, of a number and a text
    return None


def _maybe(ctx: Context, left: Code, right: Code) -> Code:
    """Compare what may be None."""
    one, other = (left, right) if left.type.kind == "optional" else (right, left)
    if not is_simple(one):
        one = ctx.keep(one, "value")
    if other.type.kind == "optional":
        return Code(f"pyEqual({one.text}, {other.text})", BOOL)
    inside = bare(one)
    compared = equal(ctx, inside, other)
    if compared is None:
        of = join(inside.type, other.type)
        if of not in (FLOAT, INT, STR, BOOL):
            raise Untranslatable(f"== of a {one.type.python} and a {other.type.python}")
        left, right = convert(inside, of), convert(other, of)
        compared = Code(f"{left.at(PLUS)} == {right.at(PLUS)}", BOOL, COMPARE)
    return Code(f"{one.text} != nil && {compared.at(COMPARE)}", BOOL, AND)


def less(left: Code, sign: str, right: Code) -> Code | None:
    """Translate ``<`` and the like of what Go's operators do not compare; None where they do."""
    kinds = {left.type.kind, right.type.kind}
    if kinds == {"set"} and left.type == right.type:
        if sign in ("<", ">"):
            raise Untranslatable(f"{sign} of sets")
        first, second = (left, right) if sign == "<=" else (right, left)
        return Code(f"pySetWithin({first.text}, {second.text})", BOOL)
    if len(kinds) > 1 or not kinds <= {"tuple", "list", "time", "date"}:
        return None
    of = join(left.type, right.type)
    if of.mixed:
        raise Untranslatable(f"{sign} of a {left.type.python} and a {right.type.python}")
    left, right = convert(left, of), convert(right, of)
    if of.kind in ("time", "date"):
        return Code(f"{left.at(OPERAND)}.Compare({right.text}) {sign} 0", BOOL, COMPARE)
    return Code(f"{order(of)}({left.text}, {right.text}) {sign} 0", BOOL, COMPARE)


def negated(code: Code) -> Code:
    """Write ``!`` before a condition."""
    return literal(not code.value) if code.constant else Code(f"!{code.at(UNARY)}", BOOL, UNARY)
