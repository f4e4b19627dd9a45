"""Methods that change a list, as statements: ``out.append(x)``."""

from __future__ import annotations

import ast

from .assign import check_not_given
from .expressions import expression
from .values.code import convert
from .values.context import Context
from .values.refusal import Untranslatable
from .values.types import UNKNOWN, check_known, list_of


def change(ctx: Context, node: ast.Expr, call: ast.Call) -> None:
    """Translate a method that changes the list of a name."""
    assert isinstance(call.func, ast.Attribute)
    owner, name = call.func.value, call.func.attr
    if not isinstance(owner, ast.Name) or owner.id not in ctx.locals:
        raise Untranslatable(f"{name} of something else than a name of the function")
    check_not_given(ctx, owner)
    known = ctx.facts.types.get(owner.id, UNKNOWN)
    if known.kind != "list" or call.keywords:
        raise Untranslatable(f"no translation of {name} of a {known.python}")
    go = ctx.names.go(owner.id)
    if name == "append" and len(call.args) == 1:
        value = expression(ctx, call.args[0])
        if value.type.items and not value.fresh:
            raise Untranslatable("a list that has a name, in a list: Go would not share it")
        of = ctx.bind(owner.id, ctx.join(known, list_of(value.type)))
        ctx.name(owner.id)
        ctx.write(f"{go} = append({go}, {convert(value, of.item).text})")
    elif name == "extend" and len(call.args) == 1:
        more = expression(ctx, call.args[0])
        if not more.type.is_list:
            raise Untranslatable(f"extend by a {more.type.python}")
        of = ctx.bind(owner.id, ctx.join(known, list_of(more.type.item)))
        if of.item != more.type.item:
            raise Untranslatable(f"extend of a {of.python} by a {more.type.python}")
        ctx.name(owner.id)
        ctx.write(f"{go} = append({go}, {more.text}...)")
    elif name in ("sort", "reverse") and not call.args:
        check_known(owner.id, ctx.name(owner.id).type)
        if known.item.items:
            raise Untranslatable(f"{name} of a {known.python}")
        ctx.write(f"{go} = {'pySorted' if name == 'sort' else 'pyReversed'}({go})")
    else:
        raise Untranslatable(f"no translation of list.{name} with {len(call.args)} arguments")
