"""What a function returns."""

from __future__ import annotations

from .loops.walks import parts
from .values.code import Code
from .values.context import Context
from .values.refusal import Untranslatable
from .values.types import Type


def give_back(ctx: Context, code: Code) -> str:
    """Write a return; a function that Python calls returns a tuple as several results."""
    if code.type.kind == "tuple" and not ctx.helper.inner:
        return f"return {', '.join(part.text for part in parts(code))}"
    if code.type.kind == "dict" and not ctx.helper.inner:
        return f"return {code.at(7)}.plain()"
    return f"return {code.text}"


def returned(ctx: Context, type_: Type) -> Type:
    """Take in what is returned, and return the type of all that is."""
    if ctx.checked and _has_map(type_):
        ctx.need_order()
    if _formed(type_) and (ctx.checked and not ctx.helper.inner):
        raise Untranslatable(f"a {type_.form.partition(' ')[0] or type_.python} as a result")
    ctx.facts.result = ctx.join(ctx.facts.result, type_)
    ctx.check_known("what the function returns", ctx.facts.result)
    return ctx.facts.result


def _formed(of: Type) -> bool:
    """Tell whether something in it is of a class of the user's."""
    return (of.kind == "tuple" and bool(of.form)) or any(map(_formed, of.items))


def _has_map(of: Type) -> bool:
    return of.kind == "map" or any(map(_has_map, of.items))
