"""heapq and bisect."""

from __future__ import annotations

import ast
import bisect
import heapq
from collections.abc import Callable
from typing import Any

from ..loops import containers
from ..loops.walks import as_list
from ..values import equality
from ..values.code import Code, bare, convert, integer
from ..values.context import Context
from ..values.refusal import Untranslatable
from ..values.types import FLOAT, INT, Type, list_of
from .keys import sorting
from .places import Evaluate, check_own, learn, place, pointed

Translate = Callable[[Context, ast.Call, Evaluate], Code]
_ORDERED = ("int", "float", "str")


def argument(node: ast.Call, at: int) -> ast.expr:
    """Return an argument by its place."""
    if len(node.args) <= at or isinstance(node.args[at], ast.Starred):
        raise Untranslatable(
            f"no translation of {ast.unparse(node.func)} with {len(node.args)} arguments"
        )
    return node.args[at]


def no_keywords(node: ast.Call, *names: str) -> dict[str, ast.expr]:
    """Return the keywords of a call, which must be among *names*."""
    given = {str(one.arg): one.value for one in node.keywords}
    for name in set(given) - set(names):
        raise Untranslatable(f"{ast.unparse(node.func)} with {name}=")
    return given


def _heap(name: str, gives: bool, takes: int) -> Translate:
    """Make the translation of a function that changes a heap."""

    def translate(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
        heap = argument(node, 0)
        touched = set(ctx.touched)
        kind = evaluate(ctx, heap).type
        ctx.touched = touched
        no_keywords(node)
        if not ctx.learning and not kind.is_list:
            raise Untranslatable(f"{name} of a {kind.python}")
        check_own(ctx, heap, kind)
        ctx.needs_lines(f"{name}, which changes a list,")
        args = []
        for at in range(1, takes):
            value = evaluate(ctx, argument(node, at))
            learn(ctx, heap, list_of(value.type), evaluate)
            args.append(containers.store(ctx, node.args[at], value))
        to = place(ctx, heap, evaluate)
        item = to.get.type.item
        ctx.check_known(ast.unparse(heap), to.get.type)
        order = equality.order(item) if item.known else ""
        pointer, after = pointed(ctx, to)
        given = "".join(f"{convert(arg, item).text}, " for arg in args)
        made = f"{name}({pointer}, {given}{order})"
        if not gives:
            ctx.write(made)
            after()
            return Code("", Type("none"))
        result = ctx.names.fresh("least")
        ctx.write(f"{result} := {made}")
        after()
        return Code(result, item, fresh=True)

    return translate


def _some(down: bool) -> Translate:
    """Make the translation of ``nsmallest`` and ``nlargest``."""

    def translate(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
        count = integer(evaluate(ctx, argument(node, 0)), "a count")
        given = no_keywords(node, "key")
        keywords = [ast.keyword("reverse", ast.Constant(down))]
        if "key" in given:
            keywords.append(ast.keyword("key", given["key"]))
        whole = sorting(ctx, bare(evaluate(ctx, argument(node, 1))), keywords, evaluate)
        n = count.text if count.least is not None and count.least >= 0 else f"max({count.text}, 0)"
        return Code(f"pySlice({whole.text}, 0, {n})", whole.type, fresh=True)

    return translate


def _bisect(name: str) -> Translate:
    def translate(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
        whole = as_list(ctx, evaluate(ctx, argument(node, 0)))
        value = convert(bare(evaluate(ctx, argument(node, 1))), whole.type.item)
        if whole.type.item == INT and value.type == FLOAT:
            raise Untranslatable("bisect of a float in a list of ints")
        rest = [integer(evaluate(ctx, arg), "bisect") for arg in node.args[2:]]
        no_keywords(node)
        lo = rest[0].text if rest else "0"
        hi = rest[1].text if len(rest) > 1 else f"len({whole.text})"
        less = _less(whole.type.item)
        return Code(f"{name}({whole.text}, {value.text}, {lo}, {hi}, {less})", INT, least=0)

    return translate


def _less(of: Type) -> str:
    if of.kind in _ORDERED:
        return f"pyLess[{of.go}]"
    return f"pyLessBy({equality.order(of)})"


def _insort(name: str) -> Translate:
    def translate(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
        whole = argument(node, 0)
        kind = evaluate(ctx, whole).type
        check_own(ctx, whole, kind)
        value = evaluate(ctx, argument(node, 1))
        no_keywords(node)
        learn(ctx, whole, list_of(value.type), evaluate)
        to = place(ctx, whole, evaluate)
        ctx.check_known(ast.unparse(whole), to.get.type)
        item = to.get.type.item
        value = ctx.keep(convert(value, item), "value")
        at = f"{name}({to.get.text}, {value.text}, 0, len({to.get.text}), {_less(item)})"
        ctx.write(to.set(f"slices.Insert({to.get.text}, {at}, {value.text})"))
        return Code("", Type("none"))

    return translate


ORDERED: dict[Any, Translate] = {
    heapq.heappush: _heap("pyHeapPush", False, 2),
    heapq.heappop: _heap("pyHeapPop", True, 1),
    heapq.heapify: _heap("pyHeapify", False, 1),
    heapq.heappushpop: _heap("pyHeapPushPop", True, 2),
    heapq.heapreplace: _heap("pyHeapReplace", True, 2),
    heapq.nsmallest: _some(False),
    heapq.nlargest: _some(True),
    bisect.bisect_left: _bisect("pyBisectLeft"),
    bisect.bisect_right: _bisect("pyBisectRight"),
    bisect.insort_left: _insort("pyBisectLeft"),
    bisect.insort_right: _insort("pyBisectRight"),
}
