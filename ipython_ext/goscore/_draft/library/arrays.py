"""Functions of NumPy and pandas."""

from __future__ import annotations

from collections.abc import Callable

from ..values.code import Code, call, integer
from ..values.context import Context
from ..values.refusal import Untranslatable
from ..values.types import BOOL, FLOAT, Type


def zeros(ctx: Context, count: Code) -> Code:
    """Translate what makes an array of zeros."""
    n = integer(count, "the length of an array")
    return Code(f"make([]float64, {n.text})", Type("array", (FLOAT,)), fresh=True)


def zeros_like(ctx: Context, of: Code) -> Code:
    """Translate what makes an array as long as another."""
    if not of.type.is_list or not of.type.item.is_number:
        raise Untranslatable(f"zeros_like of a {of.type.python}")
    return Code(f"make({of.type.go}, len({of.text}))", Type("array", of.type.items), fresh=True)


def is_missing(ctx: Context, x: Code) -> Code:
    """Translate a test for missing values."""
    if x.type != FLOAT:
        raise Untranslatable(f"a test for missing values of a {x.type.python}")
    return call("math.IsNaN", x, of=BOOL)


FOREIGN: dict[str, Callable[..., Code]] = {  # NumPy's and pandas'
    "zeros": zeros,
    "empty": zeros,
    "zeros_like": zeros_like,
    "empty_like": zeros_like,
    "isnan": is_missing,
    "isna": is_missing,
}
