"""Methods that change a list, a dict or a set; those that give something are written on a line before."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ..loops import containers
from ..loops.walks import as_list
from ..values import equality
from ..values.code import Code, bare, convert, integer, literal
from ..values.context import Context
from ..values.refusal import Untranslatable
from ..values.types import INT, NONE, UNKNOWN, Type, list_of
from .dictionaries import arguments, given, move_to_end, pop_item, pop_key, set_default
from .keys import sorting
from .places import Evaluate, Place, check_own, learn, place, pointed, unnamed

Method = Callable[[Context, ast.Call, Place, ast.expr, Evaluate], Code | None]


def changing(ctx: Context, node: ast.Call, evaluate: Evaluate, statement: bool) -> Code | None:
    """Translate a method that changes its owner; None where the method is none of these.

    Raises
    ------
    Untranslatable
    """
    assert isinstance(node.func, ast.Attribute)
    owner, name = node.func.value, node.func.attr
    touched = set(ctx.touched)
    if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Attribute):
        if owner.func.attr != "setdefault" or not statement:
            return None
        owner = _defaulted(ctx, owner, evaluate)
    try:
        kind = bare(evaluate(ctx, owner)).type
    finally:
        ctx.touched = touched
    for group, kinds in (("list", ("list",)), ("map", ("map", "dict")), ("set", ("set",))):
        method = _METHODS.get((group, name))
        if kind.kind in kinds and method is not None:
            break
    else:
        return None
    if node.keywords and name not in ("sort", "popitem", "move_to_end"):
        raise Untranslatable(f"keywords of {name}")
    check_own(ctx, owner, kind)
    if not statement:
        ctx.needs_lines(f"{name}, which changes a list,")
        _check_order(ctx, owner)
    where = place(ctx, owner, evaluate)
    where.get = bare(where.get)
    made = method(ctx, node, where, owner, evaluate)
    return made or Code("", NONE)


def _check_order(ctx: Context, owner: ast.expr) -> None:
    """Refuse a change on a line before what Python reads before it."""
    names = {one.id for one in ast.walk(owner) if isinstance(one, ast.Name)}
    for name in names & ctx.touched & ctx.resized:
        raise Untranslatable(
            f"a change of {name} beside another use of it: give it a line of its own"
        )


def _defaulted(ctx: Context, node: ast.Call, evaluate: Evaluate) -> ast.expr:
    """Write ``d.setdefault(k, [])``, and return ``d[k]``."""
    assert isinstance(node.func, ast.Attribute)
    made = changing(ctx, node, evaluate, True)
    if made is not None:
        unnamed(ctx, made.text)
    return ast.Subscript(node.func.value, node.args[0], ast.Load())


def _append(ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate) -> None:
    (arg,) = arguments(node, 1, 1)
    value = evaluate(ctx, arg)
    learn(ctx, owner, list_of(value.type), evaluate)
    value = containers.store(ctx, arg, value)
    item = _item(ctx, to, list_of(value.type), owner)
    ctx.check_known(ast.unparse(owner), list_of(item))
    ctx.write(to.set(f"append({to.get.text}, {convert(value, item).text})"))
    bound = ctx.bounds.get(owner.id) if isinstance(owner, ast.Name) else None
    if bound is not None:
        go = to.get.text
        ctx.write(to.set(f"{go}[max(len({go})-{bound.at(5)}, 0):]"), beside=False)


def _item(ctx: Context, to: Place, more: Type, owner: ast.expr) -> Type:
    """Return the type of a list's items, what it is given now included."""
    known = ctx.facts.types.get(owner.id) if isinstance(owner, ast.Name) else None
    return (known or ctx.join(to.get.type, more)).item


def _append_left(
    ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate
) -> None:
    _insert_at(ctx, literal(0), arguments(node, 1, 1)[0], to, owner, evaluate)


def _insert(ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate) -> None:
    at, value = arguments(node, 2, 2)
    _insert_at(ctx, integer(evaluate(ctx, at), "insert"), value, to, owner, evaluate)


def _insert_at(
    ctx: Context, at: Code, node: ast.expr, to: Place, owner: ast.expr, evaluate: Evaluate
) -> None:
    if isinstance(owner, ast.Name) and owner.id in ctx.bounds:
        raise Untranslatable("a deque of limited length that grows on its left")
    value = containers.store(ctx, node, evaluate(ctx, node))
    learn(ctx, owner, list_of(value.type), evaluate)
    item = _item(ctx, to, list_of(value.type), owner)
    ctx.check_known(ast.unparse(owner), list_of(item))
    where = at.text if at.value == 0 else f"pyCut({at.text}, len({to.get.text}))"
    ctx.write(to.set(f"slices.Insert({to.get.text}, {where}, {convert(value, item).text})"))


def extend(ctx: Context, to: Place, owner: ast.expr, arg: ast.expr, evaluate: Evaluate) -> None:
    """Translate ``a.extend(b)`` and ``a += b``."""
    more = as_list(ctx, evaluate(ctx, arg), "extend by")
    if more.type.item.shared and not more.fresh:
        raise Untranslatable("extend by lists that another list holds")
    learn(ctx, owner, list_of(more.type.item), evaluate)
    item = _item(ctx, to, list_of(more.type.item), owner)
    ctx.check_known(ast.unparse(owner), list_of(item))
    if more.type.item != item:
        more = convert(more, list_of(item))
    if isinstance(owner, ast.Name) and owner.id in ctx.bounds:
        raise Untranslatable("extend of a deque of limited length")
    ctx.write(to.set(f"append({to.get.text}, {more.text}...)"))


def _extend(ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate) -> None:
    extend(ctx, to, owner, arguments(node, 1, 1)[0], evaluate)


def _pop(ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate) -> Code:
    args = arguments(node, 0, 1)
    at = integer(evaluate(ctx, args[0]), "pop") if args else literal(-1)
    pointer, after = pointed(ctx, to)
    if at.value == -1:
        made = Code(f"pyPop({pointer})", to.get.type.item)
    elif at.value == 0:
        made = Code(f"pyPopFirst({pointer})", to.get.type.item)
    else:
        made = Code(f"pyPopAt({pointer}, {at.text})", to.get.type.item)
    taken = given(ctx, made, "last" if at.value == -1 else "first" if at.value == 0 else "taken")
    after()
    return taken


def _pop_first(
    ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate
) -> Code:
    arguments(node, 0, 0)
    pointer, after = pointed(ctx, to)
    taken = given(ctx, Code(f"pyPopFirst({pointer})", to.get.type.item), "first")
    after()
    return taken


def _remove(ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate) -> None:
    value = convert(evaluate(ctx, arguments(node, 1, 1)[0]), to.get.type.item)
    order = equality.order(to.get.type.item)
    ctx.write(to.set(f"pyRemove({to.get.text}, {value.text}, {order})"))


def _clear(ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate) -> None:
    arguments(node, 0, 0)
    if to.get.type.is_list:
        ctx.write(to.set(f"{to.get.type.go}{{}}"))
    elif to.get.type.kind == "dict":
        ctx.write(f"*{to.get.text} = {to.get.type.go[1:]}{{}}")
    else:
        ctx.write(f"clear({to.get.text})")


def _sort(ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate) -> None:
    arguments(node, 0, 0)
    ctx.write(to.set(sorting(ctx, to.get, node.keywords, evaluate).text))


def _reverse(ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate) -> None:
    arguments(node, 0, 0)
    ctx.write(to.set(f"pyReversed({to.get.text})"))


def _rotate(ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate) -> None:
    args = arguments(node, 0, 1)
    by = integer(evaluate(ctx, args[0]), "rotate") if args else literal(1)
    ctx.write(to.set(f"pyRotate({to.get.text}, {by.text})"))


def _add(ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate) -> None:
    value = evaluate(ctx, arguments(node, 1, 1)[0])
    learn(ctx, owner, containers.set_type(value.type), evaluate)
    known = ctx.facts.types.get(owner.id, UNKNOWN) if isinstance(owner, ast.Name) else to.get.type
    ctx.check_known(ast.unparse(owner), known)
    ctx.write(containers.add(to.get, convert(value, to.get.type.item)))


def _discard(ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate) -> None:
    value = convert(evaluate(ctx, arguments(node, 1, 1)[0]), to.get.type.item)
    strict = isinstance(node.func, ast.Attribute) and node.func.attr == "remove"
    ctx.write(f"{'pyDrop' if strict else 'delete'}({to.get.text}, {value.text})")


def _update(ctx: Context, node: ast.Call, to: Place, owner: ast.expr, evaluate: Evaluate) -> None:
    arg = arguments(node, 1, 1)[0]
    more = bare(evaluate(ctx, arg))
    if to.get.type.kind == "set":
        if more.type.kind != "set":
            more_ = as_list(ctx, more, "update by")
            learn(ctx, owner, containers.set_type(more_.type.item), evaluate)
            ctx.write(f"pySetMore({to.get.text}, {more_.text})")
            return
        learn(ctx, owner, more.type, evaluate)
        ctx.write(f"maps.Copy({to.get.text}, {more.text})")
        return
    if to.get.type.form == "zero":
        listed = as_list(ctx, more, "update by")
        made = containers.map_type(ctx, listed.type.item, INT, "zero")
        learn(ctx, owner, made, evaluate)
        suffix = "Ordered" if to.get.type.kind == "dict" else ""
        ctx.write(f"pyCountMore{suffix}({to.get.text}, {listed.text})")
        return
    if more.type.kind != to.get.type.kind:
        raise Untranslatable(f"update by a {more.type.python}")
    learn(ctx, owner, Type(more.type.kind, more.type.items, to.get.type.form), evaluate)
    if more.type.kind == "dict":
        ctx.write(f"{to.get.text}.update({more.text})")
    else:
        ctx.write(f"maps.Copy({to.get.text}, {more.text})")


_METHODS: dict[tuple[str, str], Method] = {
    ("list", "append"): _append,
    ("list", "appendleft"): _append_left,
    ("list", "insert"): _insert,
    ("list", "extend"): _extend,
    ("list", "pop"): _pop,
    ("list", "popleft"): _pop_first,
    ("list", "remove"): _remove,
    ("list", "clear"): _clear,
    ("list", "sort"): _sort,
    ("list", "reverse"): _reverse,
    ("list", "rotate"): _rotate,
    ("set", "add"): _add,
    ("set", "discard"): _discard,
    ("set", "remove"): _discard,
    ("set", "update"): _update,
    ("set", "clear"): _clear,
    ("map", "update"): _update,
    ("map", "setdefault"): set_default,
    ("map", "pop"): pop_key,
    ("map", "popitem"): pop_item,
    ("map", "move_to_end"): move_to_end,
    ("map", "clear"): _clear,
}
NAMES = frozenset(name for _, name in _METHODS)
