"""Loops: what stands behind ``for ... in``, in statements and in comprehensions."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from .code import PLUS, Code, convert, integer, literal
from .context import Context
from .names import CHANGING, loaded, stored
from .refusal import Untranslatable
from .types import INT, STR, Type, check_known

Evaluate = Callable[[Context, ast.expr], Code]


@dataclass
class Loop:
    """A loop.

    Attributes
    ----------
    target, over : ast.expr
        ``for target in over``.
    inside : list of ast.AST
        What it repeats.
    inner : bool
        Whether it is a comprehension's, whose targets are known in it alone.
    owned : callable
        Tells whether a target's name is known in the loop alone.
    """

    target: ast.expr
    over: ast.expr
    inside: list[ast.AST]
    inner: bool
    owned: Callable[[str], bool]

    @property
    def assigned(self) -> set[str]:
        return set().union(*map(stored, self.inside))

    @property
    def read(self) -> set[str]:
        return set().union(*map(loaded, self.inside))


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
    _check_growth(loop)
    kept, least = dict(ctx.inner), dict(ctx.least)
    over = loop.over
    found = ctx.resolve(over.func) if isinstance(over, ast.Call) else None
    write = _FUNCTIONS.get(found) if isinstance(found, type) else None
    if isinstance(over, ast.Call) and write is not None:
        if any(not _is_off(one) for one in over.keywords):
            raise Untranslatable("a loop over a call with keywords")
        lines = write(ctx, loop, over.args, evaluate)
    else:
        lines = _items(ctx, loop, evaluate(ctx, over))
    with ctx.deeper():
        for line in lines:
            ctx.write(line, beside=False)
        body()
    ctx.write("}", beside=False)
    ctx.inner, ctx.least = kept, least


def _is_off(keyword: ast.keyword) -> bool:
    """Tell whether a keyword is ``strict=False``."""
    return (
        keyword.arg == "strict"
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is False
    )


def _check_growth(loop: Loop) -> None:
    """Refuse a loop that changes the length of what it goes through."""
    names = loaded(loop.over)
    for part in loop.inside:
        for one in ast.walk(part):
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
                of = one.func.value
                if one.func.attr in CHANGING and isinstance(of, ast.Name) and of.id in names:
                    raise Untranslatable(f"the loop changes {of.id} while it goes through it")


def _names(loop: Loop, count: int) -> list[str]:
    """Return the target's names; there must be as many as each step gives."""
    parts = loop.target.elts if isinstance(loop.target, ast.Tuple | ast.List) else [loop.target]
    if len(parts) != count or not all(isinstance(part, ast.Name) for part in parts):
        raise Untranslatable(f"the target {ast.unparse(loop.target)} of a loop")
    return [part.id for part in parts if isinstance(part, ast.Name)]


def _target(
    ctx: Context, loop: Loop, name: str, found: Type, wish: str = "", change: str = ""
) -> tuple[str, list[str]]:
    """Return the name that stands in the loop's head, and lines that follow it.

    Parameters
    ----------
    name : str
        Python's.
    found : Type
        Of what each step gives.
    wish : str
        A name for the head where it is not the target itself.
    change : str
        What the target is made of, with ``{}`` for the head's name.
    """
    check_known(name, found)
    if loop.inner:
        if name not in loop.read:
            return "_", []
        go = ctx.names.go(name)
        ctx.inner[name] = Code(go, found)
        if not change:
            return go, []
        head = ctx.names.fresh(wish)
        return head, [f"{go} := {change.format(head)}"]
    if found.items and name in ctx.changed:
        raise Untranslatable(f"a change of {name}, which is part of another list")
    kind = ctx.bind(name, found)
    ctx.assigned.add(name)
    owned = loop.owned(name)
    if name not in (loop.read if owned else ctx.read):
        return "_", []
    go = ctx.names.go(name)
    if owned and kind == found and not change:
        return go, []
    head = ctx.names.fresh(wish or "item")
    value = convert(Code(change.format(head) if change else head, found), kind)
    return head, [f"{go} {':=' if owned else '='} {value.text}"]


def _items(ctx: Context, loop: Loop, over: Code, function: str = "") -> list[str]:
    """Go through a list, or the characters of a string."""
    (name,) = _names(loop, 1)
    if over.type == STR and not function:
        head, lines = _target(ctx, loop, name, STR, "char", "string({})")
    elif over.type.is_list:
        head, lines = _target(ctx, loop, name, over.type.item)
    else:
        raise Untranslatable(f"a loop over a {over.type.python}")
    text = f"{function}({over.text})" if function else over.text
    ctx.write(f"for _, {head} := range {text} {{" if head != "_" else f"for range {text} {{")
    return lines


def _reversed(ctx: Context, loop: Loop, args: list[ast.expr], evaluate: Evaluate) -> list[str]:
    if len(args) != 1:
        raise Untranslatable("reversed of something else than one list")
    over = evaluate(ctx, args[0])
    if not over.type.is_list:
        raise Untranslatable(f"reversed of a {over.type.python}")
    return _items(ctx, loop, over, "slices.Backward")


def _enumerate(ctx: Context, loop: Loop, args: list[ast.expr], evaluate: Evaluate) -> list[str]:
    index, name = _names(loop, 2)
    over = evaluate(ctx, args[0])
    first = integer(evaluate(ctx, args[1]), "enumerate") if len(args) > 1 else literal(0)
    if not over.type.is_list or not first.constant:
        raise Untranslatable(
            f"enumerate of a {over.type.python}, or from a start that is no literal"
        )
    change = f"{{}} + {first.text}" if first.value else ""
    at, lines = _target(ctx, loop, index, INT, "at", change)
    if index not in loop.assigned:
        _never_below(ctx, loop, index, first.least)
    head, more = _target(ctx, loop, name, over.type.item)
    if head == "_":
        ctx.write(f"for {at} := range {over.text} {{" if at != "_" else f"for range {over.text} {{")
    else:
        ctx.write(f"for {at}, {head} := range {over.text} {{")
    return [*lines, *more]


def _never_below(ctx: Context, loop: Loop, name: str, least: int | None) -> None:
    if least is None:
        return
    if name in ctx.inner:
        ctx.inner[name] = Code(ctx.inner[name].text, INT, least=least)
    elif loop.owned(name):
        ctx.least[name] = least


def _zip(ctx: Context, loop: Loop, args: list[ast.expr], evaluate: Evaluate) -> list[str]:
    names = _names(loop, len(args))
    lists = []
    for arg in args:
        over = evaluate(ctx, arg)
        if not over.type.is_list:
            raise Untranslatable(f"zip of a {over.type.python}")
        if not isinstance(arg, ast.Name):
            ctx.needs_lines("a list that is made for zip")
            made = ctx.names.fresh("items")
            ctx.write(f"{made} := {over.text}", beside=False)
            over = Code(made, over.type)
        lists.append(over)
    at = ctx.names.fresh("at")
    lines = []
    for name, over in zip(names, lists, strict=True):
        head, more = _target(ctx, loop, name, over.type.item)
        if head != "_":
            lines += [f"{head} := {over.text}[{at}]", *more]
    lengths = ", ".join(f"len({over.text})" for over in lists)
    ctx.write(f"for {at} := range min({lengths}) {{" if lines else f"for range min({lengths}) {{")
    return lines


def _range(ctx: Context, loop: Loop, args: list[ast.expr], evaluate: Evaluate) -> list[str]:
    (name,) = _names(loop, 1)
    parts = [integer(evaluate(ctx, arg), "range") for arg in args]
    if not 1 <= len(parts) <= 3:
        raise Untranslatable("range with that many arguments")
    if len(parts) == 1:
        head, lines = _target(ctx, loop, name, INT, "at")
        if name not in loop.assigned:
            _never_below(ctx, loop, name, 0)
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
    head, lines = _target(ctx, loop, name, INT, "at", "{}" if counted else "")
    head = ctx.names.fresh("at") if head == "_" else head
    if not counted:
        down = stop.least + 1 if stop.least is not None else None
        _never_below(ctx, loop, name, start.least if step.value > 0 else down)
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


_FUNCTIONS: dict[type, Callable[..., list[str]]] = {
    range: _range,
    enumerate: _enumerate,
    zip: _zip,
    reversed: _reversed,
}
