"""Lists, tuples, dicts and sets, their comprehensions, f-strings, and ``:=``."""

from __future__ import annotations

import ast

from .conversions import formatted
from .expressions import KINDS, argument, condition, expression, value
from .loops import containers, maps
from .loops.walks import made_tuple
from .values import arithmetic
from .values.code import Code, convert, text
from .values.context import Context
from .values.refusal import Untranslatable


def _list(ctx: Context, node: ast.List) -> Code:
    if any(isinstance(item, ast.Starred) for item in node.elts):
        whole: ast.expr | None = None
        for item in node.elts:
            part: ast.expr = ast.List([item], ast.Load())
            if isinstance(item, ast.Starred):
                part = ast.Call(ast.Name("list", ast.Load()), [item.value], [])
            whole = part if whole is None else ast.BinOp(whole, ast.Add(), part)
        assert whole is not None
        return value(ctx, whole)
    items = [argument(ctx, item) for item in node.elts]
    kept = [containers.store(ctx, one, code) for one, code in zip(node.elts, items, strict=True)]
    return containers.literal_list(ctx, kept)


def _tuple(ctx: Context, node: ast.Tuple) -> Code:
    items = [argument(ctx, item) for item in node.elts]
    kept = [containers.store(ctx, one, code) for one, code in zip(node.elts, items, strict=True)]
    return made_tuple(tuple(kept))


def _comprehension(ctx: Context, node: ast.ListComp | ast.GeneratorExp) -> Code:
    return containers.comprehension(ctx, node, value, condition)


def _keyed(ctx: Context, node: ast.DictComp | ast.SetComp) -> Code:
    return containers.keyed(ctx, node, value, condition)


def _dict(ctx: Context, node: ast.Dict) -> Code:
    if any(one is None for one in node.keys):
        raise Untranslatable("** in a dict")
    at = [expression(ctx, one) for one in node.keys if one is not None]
    items = [containers.store(ctx, one, value(ctx, one)) for one in node.values]
    return maps.literal_map(ctx, at, items)


def _set(ctx: Context, node: ast.Set) -> Code:
    items = [expression(ctx, one) for one in node.elts]
    whole = containers.literal_list(ctx, items)
    return Code(f"pySetOf({whole.text})", containers.set_type(whole.type.item), fresh=True)


def _walrus(ctx: Context, node: ast.NamedExpr) -> Code:
    """Write ``name := value`` on a line before."""
    ctx.needs_lines("a := ")
    name = node.target.id
    code = value(ctx, node.value)
    of = ctx.bind(name, code.type)
    go = ctx.names.go(name)
    if name in ctx.declared:
        ctx.write(f"{go} = {convert(code, of).text}")
    else:
        ctx.write(f"{go} := {convert(code, of).text}")
        ctx.declared.add(name)
    ctx.assigned.add(name)
    return Code(go, of)


def _joined(ctx: Context, node: ast.JoinedStr) -> Code:
    parts = [
        formatted(ctx, expression(ctx, part.value), part)
        if isinstance(part, ast.FormattedValue)
        else expression(ctx, part)
        for part in node.values
    ]
    return arithmetic.joined([text(part, "an f-string") for part in parts])


KINDS[ast.List] = _list
KINDS[ast.Tuple] = _tuple
KINDS[ast.Dict] = _dict
KINDS[ast.Set] = _set
KINDS[ast.ListComp] = _comprehension
KINDS[ast.GeneratorExp] = _comprehension
KINDS[ast.DictComp] = _keyed
KINDS[ast.SetComp] = _keyed
KINDS[ast.NamedExpr] = _walrus
KINDS[ast.JoinedStr] = _joined
