"""Pieces of Go: their text, their type, and how tightly they bind."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .refusal import Untranslatable
from .types import BOOL, FLOAT, INT, NONE, STR, Type

OPERAND, UNARY, TIMES, PLUS, COMPARE, AND, OR = 7, 6, 5, 4, 3, 2, 1
NOTHING: Any = object()


@dataclass(frozen=True)
class Code:
    """A Go expression.

    Attributes
    ----------
    text : str
    type : Type
    level : int
        Go's precedence of its outermost operator.
    value : object
        What Python makes of it, when that is known already.
    least : int or None
        An int that it is never below.
    fresh : bool
        Whether a list is nobody else's.
    remake : callable or None
        Makes the same list with another type of items.
    parts : tuple of Code
        Of a tuple, its items, where they are known one by one.
    """

    text: str
    type: Type
    level: int = OPERAND
    value: Any = NOTHING
    least: int | None = None
    fresh: bool = False
    remake: Callable[[Type], Code] | None = None
    parts: tuple[Code, ...] = ()

    @property
    def constant(self) -> bool:
        return self.value is not NOTHING

    def at(self, level: int) -> str:
        """Return the text as an operand of an operator of that level."""
        return self.text if self.level >= level else f"({self.text})"


def literal(value: Any) -> Code:
    """Write a Python constant in Go.

    Raises
    ------
    Untranslatable
        Go has none like it.
    """
    if isinstance(value, bool):
        return Code("true" if value else "false", BOOL, value=value)
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise Untranslatable(f"{value} is beyond Go's 64 bits")
        return Code(str(value), INT, OPERAND if value >= 0 else UNARY, value, least=value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, str):
        return Code(quoted(value), STR, value=value)
    if value is None:
        return Code("nil", NONE, value=None)
    raise Untranslatable(f"Go has no literal for a {type(value).__name__}")


def quoted(text: str) -> str:
    """Write a string in Go."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Untranslatable("Go's text holds no lone surrogates") from None
    # JSON's escapes are Go's but for DEL, which Go takes as it is, and pairs of surrogates, which are not written.
    return json.dumps(text, ensure_ascii=False).replace("\ufeff", "\\ufeff")


def _float(value: float) -> Code:
    if math.isnan(value):
        text = "math.NaN()"
    elif math.isinf(value):
        text = f"math.Inf({'1' if value > 0 else '-1'})"
    elif value == 0 and math.copysign(1, value) < 0:
        text = "math.Copysign(0, -1)"
    else:
        return Code(repr(value), FLOAT, OPERAND if value >= 0 else UNARY, value)
    return Code(text, FLOAT, value=value)


def bare(code: Code) -> Code:
    """Return a value that may be None where it may not be: Go panics, as Python raises."""
    if code.type.kind == "optional":
        return Code(f"*{code.at(UNARY)}", code.type.item, UNARY)
    return code


def is_simple(code: Code) -> bool:
    """Tell whether an expression is a name or a literal, which may be written twice."""
    return code.constant or code.text.isidentifier()


def number(code: Code, what: str = "arithmetic") -> Code:
    """Return a number as Python calculates with it: a bool is 0 or 1.

    Raises
    ------
    Untranslatable
        It is no number.
    """
    code = bare(code)
    if code.type == BOOL:
        return (
            literal(int(code.value)) if code.constant else Code(f"pyBit({code.text})", INT, least=0)
        )
    if not code.type.is_number:
        if code.type.kind == "array":
            raise Untranslatable(
                f"{what} on a whole column: write the loop, or draft it with one value"
            )
        raise Untranslatable(f"{what} on a {code.type.python}")
    return code


def as_float(code: Code) -> Code:
    """Return a number as a float."""
    code = number(code)
    if code.type == FLOAT:
        return code
    if code.constant:
        return literal(float(code.value))
    return Code(f"float64({code.text})", FLOAT)


def beside(code: Code, other: Code) -> Code:
    """Return a number as an operand beside a float: a small literal stands as it is."""
    small = code.constant and type(code.value) is int and abs(code.value) < 2**53
    return code if small and not other.constant else as_float(code)


def integer(code: Code, what: str) -> Code:
    """Return an int; anything else is refused."""
    code = number(code, what)
    if code.type != INT:
        raise Untranslatable(f"{what} takes an int, and this is a float")
    return code


def text(code: Code, what: str) -> Code:
    """Return a string; anything else is refused."""
    code = bare(code)
    if code.type != STR:
        raise Untranslatable(f"{what} takes a str, and this is a {code.type.python}")
    return code


def convert(code: Code, wanted: Type) -> Code:
    """Return a value in the type of what it is assigned to.

    Raises
    ------
    Untranslatable
        Python would keep it as it is, and Go cannot.
    """
    if code.type == wanted or not wanted.known or code.type.kind == "unknown":
        return code
    if wanted.kind == "optional":
        if code.type == NONE:
            return Code("nil", wanted, value=None)
        if code.type.kind != "optional":
            return Code(f"new({convert(code, wanted.item).text})", wanted)
    elif code.type.kind == "optional":
        return convert(bare(code), wanted)
    if wanted == FLOAT and code.type == INT:
        return as_float(code)
    if code.remake is not None and wanted.kind == code.type.kind:
        return code.remake(wanted)
    raise Untranslatable(f"a {code.type.python} where a {wanted.python} is kept")


def call(
    function: str, *args: Code, of: Type, least: int | None = None, fresh: bool = False
) -> Code:
    """Write a call."""
    return Code(f"{function}({', '.join(arg.text for arg in args)})", of, least=least, fresh=fresh)


def binary(left: Code, operator: str, right: Code, level: int, of: Type) -> Code:
    """Write an operator between two operands; products stand close beside sums, as gofmt has them."""
    a, b = left.at(level), right.at(level + 1)
    if level == PLUS:
        a, b = (
            _close(side) if side.level == TIMES and one == side.text else one
            for side, one in ((left, a), (right, b))
        )
    return Code(f"{a} {operator} {b}", of, level)


def _close(code: Code) -> str:
    """Take the blanks from around the outermost operators of a product."""
    out, depth, quote = [], 0, False
    for at, char in enumerate(code.text):
        if char == '"' and code.text[at - 1 : at] != "\\":
            quote = not quote
        depth += (char in "([{") - (char in ")]}") if not quote else 0
        beside = code.text[at - 1 : at] in "*/%&" or code.text[at + 1 : at + 2] in "*/%&"
        if char == " " and depth == 0 and not quote and beside:
            continue
        out.append(char)
    return "".join(out)
