"""Where a list, a dict or a set is kept: a name, or an item of another one."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from ..loops import containers
from ..values.code import Code, bare, convert
from ..values.context import Context
from ..values.names import root
from ..values.refusal import Untranslatable
from ..values.types import UNKNOWN, Type, list_of

Evaluate = Callable[[Context, ast.expr], Code]


@dataclass
class Place:
    """A place.

    Attributes
    ----------
    get : Code
        What it holds.
    set : callable
        Makes the line that gives it another value.
    address : str
        What Go takes a pointer to; empty where it takes none.
    """

    get: Code
    set: Callable[[str], str]
    address: str


def learn(ctx: Context, node: ast.expr, found: Type, evaluate: Evaluate) -> None:
    """Take in the type of what is kept at a place."""
    if isinstance(node, ast.Name):
        free = node.id not in ctx.parameters or ctx.source.inner or node.id in ctx.owned
        if node.id in ctx.locals and free:
            known = ctx.facts.types.get(node.id, UNKNOWN)
            ctx.facts.types[node.id] = ctx.join(known, found)
            ctx.check_known(node.id, ctx.facts.types[node.id])
    elif isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
        touched = set(ctx.touched)
        owner = evaluate(ctx, node.value).type
        if owner.kind == "list":
            learn(ctx, node.value, list_of(found), evaluate)
        elif owner.is_map:
            at = evaluate(ctx, node.slice).type
            made = containers.map_type(ctx, at, found, owner.form)
            learn(ctx, node.value, Type(owner.kind, made.items, owner.form), evaluate)
        ctx.touched = touched


def check_own(ctx: Context, node: ast.expr, kind: Type) -> None:
    """Refuse to change an argument, of which Go has a copy, or what is outside the function."""
    name = root(node)
    if not name:
        raise Untranslatable(f"a change of {ast.unparse(node)}")
    if name in ctx.owned:
        return
    if name in ctx.constant_parameters:
        if not (ctx.helper.inner and (kind.is_map or kind.kind == "set")):
            raise Untranslatable(f"a change of the argument {name}, which Go makes on a copy")
    elif name in ctx.parameters:
        raise Untranslatable(f"a change of {name}, which may be the argument")
    elif name not in ctx.locals:
        raise Untranslatable(f"a change of {name}, which is not the function's own")


def place(ctx: Context, node: ast.expr, evaluate: Evaluate) -> Place:
    """Translate what holds a list, a dict or a set that is changed.

    Raises
    ------
    Untranslatable
    """
    if isinstance(node, ast.Name):
        touched = set(ctx.touched)
        got = ctx.name(node.id)
        ctx.touched = touched
        if node.id in ctx.inner:
            raise Untranslatable(f"a change of {node.id}, which is part of another list")
        return Place(got, lambda text: f"{got.text} = {text}", got.text)
    if not isinstance(node, ast.Subscript) or isinstance(node.slice, ast.Slice):
        raise Untranslatable(f"a change of {ast.unparse(node)}")
    owner = place(ctx, node.value, evaluate).get
    at = evaluate(ctx, node.slice)
    if not at.text.replace(".", "").isalnum():
        at = ctx.keep(at, "key" if owner.type.is_map else "at")
    return of_item(owner, at)


def of_item(owner: Code, at: Code) -> Place:
    """Return the place of an item of a list or a dict."""
    owner = bare(owner)
    if owner.type.is_map:
        key = convert(bare(at), owner.type.items[0])
        got = containers.key(owner, key)
        if owner.type.kind == "dict":
            return Place(got, lambda text: f"{owner.at(7)}.put({key.text}, {text})", "")
        return Place(got, lambda text: f"{owner.at(7)}[{key.text}] = {text}", "")
    if not owner.type.is_list:
        raise Untranslatable(f"an assignment to an item of a {owner.type.python}")
    where = containers.place(owner, at)
    return Place(Code(where, owner.type.item), lambda text: f"{where} = {text}", where)


def pointed(ctx: Context, to: Place) -> tuple[str, Callable[[], None]]:
    """Return what Go takes a pointer to, and what is to be done afterwards."""
    if to.address:
        return f"&{to.address}", lambda: None
    ctx.needs_lines("a change of what a dict holds")
    name = ctx.names.fresh("items")
    ctx.write(f"{name} := {to.get.text}", beside=False)

    def after() -> None:
        ctx.write(to.set(name), beside=False)

    return f"&{name}", after


def unnamed(ctx: Context, name: str, begin: int = 0) -> None:
    """Take away the name of what a statement gives and nobody takes."""
    for line in ctx.lines[begin:]:
        if name and line.text.startswith(f"{name} := "):
            line.text = line.text.removeprefix(f"{name} := ")
