"""What a function returns."""

from __future__ import annotations

from .values.context import Context
from .values.refusal import Untranslatable
from .values.types import NONE, Type, check_known


def result(ctx: Context, text: str) -> str:
    """Write a return."""
    return f"return new({text})" if ctx.optional else f"return {text}"


def returned(ctx: Context, found: Type) -> Type:
    """Take in what is returned, and return the type of all that is."""
    known = ctx.facts.result
    made = ctx.join(known, found)
    ctx.facts.result = made
    check_known("what the function returns", made)
    if ctx.optional and (made.items or made == NONE):
        raise Untranslatable(f"None in place of a {made.python}")
    return made
