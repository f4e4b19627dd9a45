"""``try``: around a number's text, where float() and int() fail, and around anything that panics."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from .assign import set_name
from .expressions import expression
from .flow import ends
from .returns import give_back, returned
from .values.code import Code, convert, quoted
from .values.context import Context
from .values.refusal import Untranslatable
from .values.types import FLOAT, INT, STR

Block = Callable[[Context, list[ast.stmt]], None]


def attempt(ctx: Context, node: ast.Try, block: Block) -> None:
    """Translate a ``try``; one whose one statement is ``x = float(text)``, or returns that, needs no panic.

    Raises
    ------
    Untranslatable
    """
    try:
        handler, inside, call = _parts(ctx, node)
    except Untranslatable:
        _caught(ctx, node, block)
        return
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


def _caught(ctx: Context, node: ast.Try, block: Block) -> None:
    """Write the body as a function, whose panics are Python's exceptions."""
    if node.finalbody:
        raise Untranslatable("a try with finally")
    if any(isinstance(one, ast.Return | ast.Break | ast.Continue) for one in _inside(node.body)):
        raise Untranslatable("a try that is left by return, break or continue")
    groups = [_names(ctx, handler) for handler in node.handlers]
    caught = ctx.names.fresh("caught")
    before = set(ctx.assigned)
    ctx.write(f"{caught} := pyTry(func() {{")
    with ctx.deeper():
        block(ctx, node.body)
    ctx.write(f"}}, {', '.join(map(quoted, groups))})", beside=False)
    after = []
    whole = set(ctx.assigned)
    for at, handler in enumerate(node.handlers, 1):
        begin = "if" if at == 1 else "} else if"
        line = ctx.write(f"{begin} {caught} == {at} {{", beside=False)
        line.python = ctx.source.piece(handler).partition(":")[0] + ":"
        ctx.assigned = set(before)
        with ctx.deeper():
            block(ctx, handler.body)
        if not ends(handler.body):
            after.append(ctx.assigned)
    ctx.assigned = whole
    if node.orelse:
        ctx.write("} else {", beside=False)
        with ctx.deeper():
            block(ctx, node.orelse)
    if not ends(node.orelse):
        after.append(ctx.assigned)
    ctx.write("}", beside=False)
    ctx.assigned = set.intersection(*after) if after else before


def _inside(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Yield the statements of a body that end it, or lead out of it."""
    for node in body:
        yield node
        loop = isinstance(node, ast.For | ast.While)
        for name in ("body", "orelse", "finalbody", "handlers"):
            for one in _inside(getattr(node, name, [])):
                if not loop or isinstance(one, ast.Return):
                    yield one


def _names(ctx: Context, handler: ast.ExceptHandler) -> str:
    """Return the names of the exceptions that are caught, those below them included."""
    if handler.name and any(
        isinstance(one, ast.Name) and one.id == handler.name
        for part in handler.body
        for one in ast.walk(part)
    ):
        raise Untranslatable(f"an exception with a name, {handler.name}")
    if handler.type is None:
        return "Exception"
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    found = [ctx.resolve(kind) for kind in kinds]
    if not all(isinstance(one, type) and issubclass(one, BaseException) for one in found):
        raise Untranslatable("an except of what is no exception by its name")
    if Exception in found or BaseException in found:
        return "Exception"
    names = []
    for one in found:
        below = [one]
        while below:
            last = below.pop()
            names.append(last.__name__)
            below += last.__subclasses__() if last.__module__ == "builtins" else []
    return " ".join(sorted(set(names)))
