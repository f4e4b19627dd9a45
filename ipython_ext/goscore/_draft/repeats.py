"""``for`` and ``while``."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from .expressions import condition, value
from .flow import breaks
from .loops.loops import repeat
from .loops.targets import Loop
from .values.code import literal
from .values.conditions import negate
from .values.context import Context
from .values.names import loaded
from .values.refusal import NeedsLines

Block = Callable[..., Any]


def for_(ctx: Context, node: ast.For, block: Block) -> None:
    """Translate ``for``, its else included."""
    before = set(ctx.assigned)
    left = _leaves_else(ctx, node)

    def body() -> None:
        block(ctx, node.body, set().union(*map(loaded, node.orelse)))

    def owned(name: str) -> bool:
        return (id(node), name) in ctx.places.loops

    inside: list[ast.AST] = list(node.body)
    outer, ctx.breaks = ctx.breaks, []
    ctx.elses.append(left)
    repeat(ctx, Loop(node.target, node.iter, inside, False, owned), value, body)
    ctx.elses.pop()
    ctx.breaks, ctx.assigned = outer, before
    _else(ctx, node, left, block)


def _leaves_else(ctx: Context, node: ast.For | ast.While) -> str:
    """Declare what says that a loop with an else was left by a break."""
    if not node.orelse or not breaks(node.body):
        return ""
    left = ctx.names.fresh("left")
    ctx.write(f"{left} := false", beside=False)
    return left


def _else(ctx: Context, node: ast.For | ast.While, left: str, block: Block) -> None:
    """Write the else of a loop, which is for when no break left it."""
    if not node.orelse:
        return
    if not left:
        block(ctx, node.orelse)
        return
    before = set(ctx.assigned)
    ctx.write(f"if !{left} {{", beside=False).python = "else:"
    with ctx.deeper():
        block(ctx, node.orelse)
    ctx.write("}", beside=False)
    ctx.assigned = before


def while_(ctx: Context, node: ast.While, block: Block) -> None:
    """Translate ``while``; a test that needs lines stands inside the loop."""
    left = _leaves_else(ctx, node)
    state = ctx.state()
    try:
        with ctx.unwritten():
            test = condition(ctx, node.test)
    except NeedsLines:
        ctx.back_to(state)
        test = literal(True)
        lines = True
    else:
        lines = False
    forever = test.constant and test.value is True
    ctx.write("for {" if forever else f"for {test.text} {{")
    before, outer, ctx.breaks = set(ctx.assigned), ctx.breaks, []
    ctx.elses.append(left)
    after = None
    with ctx.deeper():
        if lines:
            ctx.write(f"if {negate(condition(ctx, node.test)).text} {{", beside=False)
            ctx.write("\tbreak", beside=False)
            ctx.write("}", beside=False)
            after = set(ctx.assigned)
        header = loaded(node.test).union(*map(loaded, node.orelse))
        block(ctx, node.body, header)
    ctx.write("}", beside=False)
    ctx.elses.pop()
    if after is not None:
        ctx.assigned = set.intersection(after, *ctx.breaks)
    elif forever and ctx.breaks:
        ctx.assigned = set.intersection(*ctx.breaks)
    else:
        ctx.assigned = before
    ctx.breaks = outer
    _else(ctx, node, left, block)
