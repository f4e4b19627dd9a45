"""Loops, and the names that each step of one gives a value to."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from ..values.code import Code, convert
from ..values.context import Context
from ..values.names import deep, loaded, stored
from ..values.refusal import Untranslatable
from ..values.types import INT, Type


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


def target(
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
    ctx.check_known(name, found)
    if loop.inner:
        if name not in loop.read:
            return "_", []
        go = ctx.names.go(name)
        ctx.inner[name] = Code(go, found)
        if not change:
            return go, []
        head = ctx.names.fresh(wish)
        return head, [f"{go} := {change.format(head)}"]
    held = loaded(loop.over) & set().union(*map(deep, loop.inside)) if found.is_list else set()
    if found.is_list and (name in ctx.resized or held):
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


def never_below(ctx: Context, loop: Loop, name: str, least: int | None) -> None:
    if least is None:
        return
    if name in ctx.inner:
        ctx.inner[name] = Code(ctx.inner[name].text, INT, least=least)
    elif loop.owned(name):
        ctx.least[name] = least
