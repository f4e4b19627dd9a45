"""``sorted``, ``min`` and ``max`` with ``key=`` and ``reverse=``."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from ..loops.walks import as_list
from ..values import equality
from ..values.code import Code, bare
from ..values.context import Context
from ..values.refusal import Untranslatable
from ..values.types import UNKNOWN, Type, list_of

Evaluate = Callable[[Context, ast.expr], Code]
_SIMPLE = ("int", "float", "str")


def sorting(ctx: Context, whole: Code, keywords: list[ast.keyword], evaluate: Evaluate) -> Code:
    """Translate ``sorted(whole, key=..., reverse=...)``; of a set, equal keys have no order.

    Raises
    ------
    Untranslatable
    """
    given = {one.arg: one.value for one in keywords}
    if not set(given) <= {"key", "reverse"}:
        raise Untranslatable(f"sorted with {', '.join(map(str, given))}")
    reverse = given.get("reverse", ast.Constant(False))
    if not isinstance(reverse, ast.Constant):
        raise Untranslatable("sorted with a reverse= that is no literal")
    down = "Down" if reverse.value else ""
    key = given.get("key")
    if isinstance(key, ast.Constant) and key.value is None:
        key = None
    if whole.type.kind in ("set", "map") and key is None:
        keys = f"slices.Collect(maps.Keys({whole.text}))"
        whole = Code(keys, list_of(whole.type.items[0]), fresh=True)
    whole = as_list(ctx, whole, "sorted with key= of")
    item = whole.type.item
    of, fresh = list_of(item), whole.fresh or not item.shared
    if key is None:
        if item.kind in _SIMPLE:
            return Code(f"pySorted{down}({whole.text})", of, fresh=fresh)
        order = equality.order(item)
        return Code(f"pySortedBy{down}({whole.text}, {order})", of, fresh=fresh)
    made, result = key_function(ctx, key, item, evaluate)
    order = equality.order(result)
    return Code(f"pySortedKey{down}({whole.text}, {made}, {order})", of, fresh=fresh)


def extreme(ctx: Context, name: str, whole: Code, key: ast.expr, evaluate: Evaluate) -> Code:
    """Translate ``max(whole, key=...)``: the first of the greatest, in the order of the list."""
    whole = as_list(ctx, whole, f"{name} with key= of")
    made, result = key_function(ctx, key, whole.type.item, evaluate)
    order = equality.order(result)
    function = "pyMaxKey" if name == "max" else "pyMinKey"
    return Code(f"{function}({whole.text}, {made}, {order})", whole.type.item)


def key_function(ctx: Context, node: ast.expr, item: Type, evaluate: Evaluate) -> tuple[str, Type]:
    """Write a key as a Go function, and return the type of what it gives."""
    name = ctx.names.fresh("item")
    if isinstance(node, ast.Lambda):
        args = node.args
        if len(args.args) != 1 or args.vararg or args.kwarg or args.defaults:
            raise Untranslatable("a key= of something else than one parameter")
        parameter, body = args.args[0].arg, node.body
    else:
        parameter, body = "item", _called(ctx, node)
    before = dict(ctx.inner)
    ctx.inner[parameter] = Code(name, item)
    try:
        with ctx.unwritten():
            code = bare(evaluate(ctx, body))
    finally:
        ctx.inner = before
    if not item.known or not code.type.known:
        if not ctx.learning:
            raise Untranslatable("a key= of what is not known")
        return "", UNKNOWN if not code.type.known else code.type
    return f"func({name} {item.go}) {code.type.go} {{ return {code.text} }}", code.type


def _called(ctx: Context, node: ast.expr) -> ast.expr:
    """Return the call that a key such as ``len`` or ``counts.get`` stands for."""
    item = ast.Name("item", ast.Load())
    if isinstance(node, ast.Call) and ctx.resolve(node.func) is operator.itemgetter and node.args:
        gets: list[ast.expr] = [ast.Subscript(item, arg, ast.Load()) for arg in node.args]
        return gets[0] if len(gets) == 1 else ast.Tuple(gets, ast.Load())
    found: Any = ctx.resolve(node)
    if isinstance(node, ast.Attribute) and isinstance(found, type(str.lower)):
        return ast.Call(ast.Attribute(item, node.attr, ast.Load()), [], [])
    return ast.Call(node, [item], [])
