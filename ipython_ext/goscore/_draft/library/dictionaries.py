"""Methods that change a dict and give something."""

from __future__ import annotations

import ast

from ..loops import containers
from ..values.code import Code, bare, convert
from ..values.context import Context
from ..values.refusal import Untranslatable
from ..values.types import optional, tuple_of
from .places import Evaluate, Place, learn


def given(ctx: Context, code: Code, wish: str) -> Code:
    """Write what a change gives on a line of its own, before what follows."""
    name = ctx.names.fresh(wish)
    ctx.write(f"{name} := {code.text}")
    return Code(name, code.type, fresh=True)


def arguments(node: ast.Call, least: int, most: int) -> list[ast.expr]:
    if not least <= len(node.args) <= most or any(
        isinstance(one, ast.Starred) for one in node.args
    ):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else "it"
        raise Untranslatable(f"no translation of {name} with {len(node.args)} arguments")
    return node.args


def set_default(
    ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate
) -> Code:
    at, value = arguments(node, 2, 2)
    where, made = bare(evaluate(ctx, at)), evaluate(ctx, value)
    of = containers.map_type(ctx, where.type, made.type, to.get.type.form)
    learn(ctx, owner, of, evaluate)
    items = to.get.type.items
    args = f"{convert(where, items[0]).text}, {convert(made, items[-1]).text}"
    if to.get.type.kind == "dict":
        text = f"{to.get.text}.setDefault({args})"
    else:
        text = f"pySetDefault({to.get.text}, {args})"
    return given(ctx, Code(text, items[-1]), "value")


def pop_key(ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate) -> Code:
    args = arguments(node, 1, 2)
    of = to.get.type
    at = convert(bare(evaluate(ctx, args[0])), of.items[0])
    dict_ = of.kind == "dict"
    if len(args) == 1:
        made = Code(
            f"{to.get.text}.pop({at.text})" if dict_ else f"pyPopKey({to.get.text}, {at.text})",
            of.item,
        )
        return given(ctx, made, "value")
    other = evaluate(ctx, args[1])
    whole = optional(of.item) if other.constant and other.value is None else of.item
    if whole != of.item:
        made = Code(
            f"pyPopMaybe({to.get.text}, {at.text})"
            if not dict_
            else f"{to.get.text}.popMaybe({at.text})",
            whole,
        )
    else:
        args_ = f"{at.text}, {convert(other, of.item).text}"
        made = Code(
            f"{to.get.text}.popOr({args_})" if dict_ else f"pyPopKeyOr({to.get.text}, {args_})",
            of.item,
        )
    return given(ctx, made, "value")


def pop_item(ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate) -> Code:
    """Translate ``popitem()``, and ``popitem(last=False)`` of an OrderedDict."""
    arguments(node, 0, 0)
    last = _last(ctx, node, to)
    of = to.get.type
    made = f"{to.get.text}.popItem({'true' if last else 'false'})"
    return given(ctx, Code(made, tuple_of(*of.items)), "item")


def move_to_end(
    ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate
) -> None:
    at = bare(evaluate(ctx, arguments(node, 1, 1)[0]))
    if not _last(ctx, node, to):
        raise Untranslatable("move_to_end with last=False")
    ctx.write(f"{to.get.text}.moveToEnd({convert(at, to.get.type.items[0]).text})")


def _last(ctx: Context, node: ast.Call, to: Place) -> bool:
    """Return what ``last=`` says, of a dict that keeps its order."""
    if to.get.type.kind == "map":
        ctx.need_order()
    said = [one.value for one in node.keywords if one.arg == "last"]
    if len(said) != len(node.keywords) or not all(isinstance(one, ast.Constant) for one in said):
        raise Untranslatable("an OrderedDict's last= that is no literal")
    return not said or bool(getattr(said[0], "value", True))
