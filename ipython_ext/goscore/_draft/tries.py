"""``try`` around a number's text: float() and int() are what fails there."""

from __future__ import annotations

import ast
from collections.abc import Callable

from .assign import set_name
from .expressions import expression
from .flow import ends
from .returns import give_back, returned
from .values.code import Code, convert
from .values.context import Context
from .values.refusal import Untranslatable
from .values.types import FLOAT, INT, STR

Block = Callable[[Context, list[ast.stmt]], None]


def attempt(ctx: Context, node: ast.Try, block: Block) -> None:
    """Translate a ``try`` whose one statement is ``x = float(text)`` or returns that.

    Raises
    ------
    Untranslatable
        It is another one.
    """
    handler, inside, call = _parts(ctx, node)
    parsed, failed = ctx.names.fresh("parsed"), ctx.names.fresh("err")
    text = expression(ctx, call.args[0])
    if text.type != STR:
        raise Untranslatable(f"a try around a conversion of a {text.type.python}")
    of, function = (
        (FLOAT, "pyParseFloat") if ctx.resolve(call.func) is float else (INT, "pyParseInt")
    )
    ctx.write(f"if {parsed}, {failed} := {function}({text.text}); {failed} == nil {{")
    before = set(ctx.assigned)
    with ctx.deeper():
        ctx.python = ctx.source.header(inside)
        if isinstance(inside, ast.Return):
            ctx.write(give_back(ctx, convert(Code(parsed, of), returned(ctx, of))))
        elif isinstance(inside, ast.Assign) and isinstance(inside.targets[0], ast.Name):
            set_name(ctx, inside, inside.targets[0].id, Code(parsed, of))
    after = None if isinstance(inside, ast.Return) else set(ctx.assigned)
    ctx.assigned = set(before)
    ctx.write("} else {", beside=False).python = ctx.source.piece(handler).partition(":")[0] + ":"
    with ctx.deeper():
        block(ctx, handler.body)
    ctx.write("}", beside=False)
    if after is not None:
        ctx.assigned = after if ends(handler.body) else after & ctx.assigned


def _parts(ctx: Context, node: ast.Try) -> tuple[ast.ExceptHandler, ast.stmt, ast.Call]:
    if len(node.body) != 1 or len(node.handlers) != 1 or node.orelse or node.finalbody:
        raise Untranslatable("a try of more than one statement and one except")
    inside, handler = node.body[0], node.handlers[0]
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    caught = {ctx.resolve(kind) if kind is not None else None for kind in kinds}
    if ValueError not in caught or not caught <= {ValueError, TypeError} or handler.name:
        raise Untranslatable("an except of something else than ValueError, by its name alone")
    plain = isinstance(inside, ast.Return) or (
        isinstance(inside, ast.Assign)
        and len(inside.targets) == 1
        and isinstance(inside.targets[0], ast.Name)
    )
    call = getattr(inside, "value", None)
    if not plain or not isinstance(call, ast.Call) or len(call.args) != 1 or call.keywords:
        raise Untranslatable("a try around something else than x = float(text)")
    if ctx.resolve(call.func) not in (float, int):
        raise Untranslatable("a try around something else than x = float(text)")
    return handler, inside, call
