"""Loops: what stands behind ``for ... in``, in statements and in comprehensions."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ..values.code import Code, bare
from ..values.context import Context
from ..values.names import resized, root, stored
from ..values.refusal import Untranslatable
from ..values.types import INT, STR, UNKNOWN
from .ranges import count
from .targets import Loop, never_below, target
from .walks import as_list, parts, walk

Evaluate = Callable[[Context, ast.expr], Code]


def repeat(ctx: Context, loop: Loop, evaluate: Evaluate, body: Callable[[], None]) -> None:
    """Write a loop.

    Parameters
    ----------
    ctx : Context
    loop : Loop
    evaluate : callable
        Translates an expression.
    body : callable
        Writes what is inside.

    Raises
    ------
    Untranslatable
    """
    _check_growth(ctx, loop)
    kept, least = dict(ctx.inner), dict(ctx.least)
    over = loop.over
    found = ctx.resolve(over.func) if isinstance(over, ast.Call) else None
    if isinstance(over, ast.Call) and found is reversed and len(over.args) == 1:
        over = _turned(ctx, over.args[0]) or over
        found = ctx.resolve(over.func)
    if isinstance(over, ast.Call) and found is range and _counts(loop, over):
        lines = count(ctx, loop, over.args, evaluate)
    elif isinstance(over, ast.Call) and found is enumerate and over.args:
        lines = _enumerate(ctx, loop, over, evaluate)
    elif isinstance(over, ast.Call) and found is reversed and len(over.args) == 1:
        lines = _items(ctx, loop, as_list(ctx, evaluate(ctx, over.args[0])), "slices.Backward")
    else:
        lines = _walked(ctx, loop, over, evaluate)
    with ctx.deeper():
        for line in lines:
            ctx.write(line, beside=False)
        body()
    ctx.write("}", beside=False)
    ctx.inner, ctx.least = kept, least


def _counts(loop: Loop, over: ast.Call) -> bool:
    """Tell whether Go can count: the sign of the step is known."""
    step = over.args[2] if len(over.args) > 2 else ast.Constant(1)
    step = step.operand if isinstance(step, ast.UnaryOp) else step
    return isinstance(loop.target, ast.Name) and isinstance(step, ast.Constant) and step.value != 0


def _turned(ctx: Context, over: ast.expr) -> ast.Call | None:
    """Return ``range`` backwards as a range."""
    if not isinstance(over, ast.Call) or ctx.resolve(over.func) is not range or over.keywords:
        return None
    if not 1 <= len(over.args) <= 2:
        return None
    start: ast.expr = over.args[0] if len(over.args) == 2 else ast.Constant(0)
    one = ast.Constant(1)
    args: list[ast.expr] = [
        ast.BinOp(over.args[-1], ast.Sub(), one),
        ast.Constant(start.value - 1)
        if isinstance(start, ast.Constant) and type(start.value) is int
        else ast.BinOp(start, ast.Sub(), one),
        ast.Constant(-1),
    ]
    return ast.Call(over.func, args, [])


def _walked(ctx: Context, loop: Loop, over: ast.expr, evaluate: Evaluate) -> list[str]:
    """Go through anything else."""
    if not isinstance(over, ast.Call):
        code = bare(evaluate(ctx, over))
        if code.type == STR or code.type.is_list:
            return _items(ctx, loop, code)
    through = walk(ctx, over, evaluate)
    if through.whole is not None:
        return _items(ctx, loop, through.whole)
    at = ctx.names.fresh("at")
    lines = bind(ctx, loop, loop.target, through.at(at))
    ctx.write(
        f"for {at} := range {through.length} {{" if lines else f"for range {through.length} {{"
    )
    return lines


def bind(ctx: Context, loop: Loop, to: ast.expr, code: Code) -> list[str]:
    """Return the lines that give a value to the target of a loop."""
    if isinstance(to, ast.Name):
        head, more = target(ctx, loop, to.id, code.type)
        if code.least is not None and to.id not in loop.assigned:
            never_below(ctx, loop, to.id, code.least)
        return [] if head == "_" else [f"{head} := {code.text}", *more]
    if not isinstance(to, ast.Tuple | ast.List):
        raise Untranslatable(f"the target {ast.unparse(to)} of a loop")
    lines = []
    if code.type.kind == "tuple":
        given = parts(code)
    elif code.type.is_list or code.type == STR:
        taken = ctx.names.fresh("parts")
        listed = as_list(ctx, code)
        lines.append(f"{taken} := pyUnpack({listed.text}, {len(to.elts)})")
        given = tuple(Code(f"{taken}[{at}]", listed.type.item) for at in range(len(to.elts)))
    else:
        raise Untranslatable(f"the target {ast.unparse(to)} of a loop over a {code.type.python}")
    if len(given) != len(to.elts):
        raise Untranslatable(f"the target {ast.unparse(to)} of a loop")
    inside = [bind(ctx, loop, one, part) for one, part in zip(to.elts, given, strict=True)]
    if not any(inside):
        return []
    return [*lines, *(line for one in inside for line in one)]


def _check_growth(ctx: Context, loop: Loop) -> None:
    """Refuse a loop that changes the length of what it goes through."""
    direct = loop.over
    while isinstance(direct, ast.Call) and (direct.args or isinstance(direct.func, ast.Attribute)):
        if isinstance(direct.func, ast.Attribute) and not direct.args:
            direct = direct.func.value
        elif isinstance(direct.func, ast.Name) and direct.func.id in _LAZY:
            direct = direct.args[0]
        else:
            return
    names = {root(direct)} - {""}
    keys = stored(loop.target)
    for part in loop.inside:
        for name in names & resized(part):
            raise Untranslatable(f"the loop changes {name} while it goes through it")
        for one in ast.walk(part):
            if (
                isinstance(one, ast.Subscript)
                and isinstance(one.ctx, ast.Store)
                and isinstance(one.value, ast.Name)
                and one.value.id in names
                and ctx.facts.types.get(one.value.id, UNKNOWN).is_map
                and not (isinstance(one.slice, ast.Name) and one.slice.id in keys)
            ):
                raise Untranslatable(f"the loop changes {one.value.id} while it goes through it")


_LAZY = frozenset("enumerate zip reversed".split())


def _items(ctx: Context, loop: Loop, over: Code, function: str = "") -> list[str]:
    """Go through a list, or the characters of a string."""
    if not isinstance(loop.target, ast.Name):
        item = ctx.names.fresh("item")
        listed = as_list(ctx, over)
        text = f"{function}({listed.text})" if function else listed.text
        lines = bind(ctx, loop, loop.target, Code(item, listed.type.item))
        ctx.write(f"for _, {item} := range {text} {{" if lines else f"for range {text} {{")
        return lines
    name = loop.target.id
    if over.type == STR and not function:
        head, lines = target(ctx, loop, name, STR, "char", "string({})")
    elif over.type.is_list:
        head, lines = target(ctx, loop, name, over.type.item)
    else:
        raise Untranslatable(f"a loop over a {over.type.python}")
    text = f"{function}({over.text})" if function else over.text
    ctx.write(f"for _, {head} := range {text} {{" if head != "_" else f"for range {text} {{")
    return lines


def _enumerate(ctx: Context, loop: Loop, over: ast.Call, evaluate: Evaluate) -> list[str]:
    """Go through a list with its index, as Go does by itself."""
    pair = loop.target
    plain = isinstance(pair, ast.Tuple) and len(pair.elts) == 2
    start = over.args[1:] + [one.value for one in over.keywords]
    constant = not start or (isinstance(start[0], ast.Constant) and type(start[0].value) is int)
    inner = over.args[0]
    called = ctx.resolve(inner.func) if isinstance(inner, ast.Call) else None
    if (
        not plain
        or not isinstance(pair, ast.Tuple)
        or not all(isinstance(one, ast.Name) for one in pair.elts)
        or not constant
        or called in (range, enumerate, zip, reversed)
    ):
        return _walked(ctx, loop, over, evaluate)
    through = walk(ctx, inner, evaluate)
    if through.whole is None:
        return _walked(ctx, loop, over, evaluate)
    index, name = (one.id for one in pair.elts if isinstance(one, ast.Name))
    first = 0
    if start and isinstance(start[0], ast.Constant) and type(start[0].value) is int:
        first = start[0].value
    listed = through.whole
    change = f"{{}} + {first}" if first else ""
    at, lines = target(ctx, loop, index, INT, "at", change)
    if index not in loop.assigned:
        never_below(ctx, loop, index, first)
    head, more = target(ctx, loop, name, listed.type.item)
    if head == "_":
        ctx.write(
            f"for {at} := range {listed.text} {{" if at != "_" else f"for range {listed.text} {{"
        )
    else:
        ctx.write(f"for {at}, {head} := range {listed.text} {{")
    return [*lines, *more]
