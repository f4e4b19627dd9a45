"""Loops over ``range``."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ..values.code import PLUS, Code, integer, literal
from ..values.context import Context
from ..values.names import CHANGING, loaded, stored
from ..values.refusal import Untranslatable
from ..values.types import INT
from .targets import Loop, never_below, target

Evaluate = Callable[[Context, ast.expr], Code]


def count(ctx: Context, loop: Loop, args: list[ast.expr], evaluate: Evaluate) -> list[str]:
    """Go through a ``range`` as Go counts."""
    assert isinstance(loop.target, ast.Name)
    name = loop.target.id
    parts = [integer(evaluate(ctx, arg), "range") for arg in args]
    if not 1 <= len(parts) <= 3:
        raise Untranslatable("range with that many arguments")
    if len(parts) == 1:
        head, lines = target(ctx, loop, name, INT, "at")
        if name not in loop.assigned:
            never_below(ctx, loop, name, 0)
        ctx.write(
            f"for {head} := range {parts[0].text} {{"
            if head != "_"
            else f"for range {parts[0].text} {{"
        )
        return lines
    start, stop, step = (*parts, literal(1))[:3]
    if not step.constant or step.value == 0:
        raise Untranslatable("range with a step that is no literal")
    if not _stays(loop, args[1]):
        ctx.needs_lines("the end of a range that changes in the loop")
        end = ctx.names.fresh("end")
        ctx.write(f"{end} := {stop.text}", beside=False)
        stop = Code(end, INT, least=stop.least)
    counted = name in loop.assigned
    head, lines = target(ctx, loop, name, INT, "at", "{}" if counted else "")
    head = ctx.names.fresh("at") if head == "_" else head
    if not counted:
        down = stop.least + 1 if stop.least is not None else None
        never_below(ctx, loop, name, start.least if step.value > 0 else down)
    sign = "<" if step.value > 0 else ">"
    move = {1: f"{head}++", -1: f"{head}--"}.get(step.value)
    if move is None:
        move = f"{head} += {step.value}" if step.value > 0 else f"{head} -= {-step.value}"
    ctx.write(f"for {head} := {start.text}; {head} {sign} {stop.at(PLUS)}; {move} {{")
    return lines


def _stays(loop: Loop, end: ast.expr) -> bool:
    """Tell whether the loop leaves the end of its range as it is."""
    changed = loop.assigned | {
        one.func.value.id
        for part in loop.inside
        for one in ast.walk(part)
        if isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and isinstance(one.func.value, ast.Name)
        and one.func.attr in CHANGING
    }
    plain = all(
        isinstance(
            one, ast.Name | ast.Constant | ast.BinOp | ast.operator | ast.Call | ast.expr_context
        )
        for one in ast.walk(end)
    )
    calls = [one.func for one in ast.walk(end) if isinstance(one, ast.Call)]
    cheap = all(isinstance(one, ast.Name) and one.id in ("len", "min", "max") for one in calls)
    return plain and cheap and not loaded(end) & (changed | stored(loop.target))
