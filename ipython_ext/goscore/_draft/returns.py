"""What a function returns."""

from __future__ import annotations

from .values.context import Context
from .values.refusal import Untranslatable
from .values.types import NONE, Type, check_known


def result(ctx: Context, text: str) -> str:
    """Write a return."""
    return f"return new({text})" if ctx.optional else f"return {text}"


def returned(ctx: Context, type_: Type) -> Type:
    """Take in what is returned, and return the type of all that is."""
    known = ctx.facts.result
    joined = ctx.join(known, type_)
    ctx.facts.result = joined
    check_known("what the function returns", joined)
    if ctx.optional and (joined.items or joined == NONE):
        raise Untranslatable(f"None in place of a {joined.python}")
    return joined
