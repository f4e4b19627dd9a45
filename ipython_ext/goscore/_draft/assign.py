"""Assignments."""

from __future__ import annotations

import ast

from .expressions import choose, condition, expression
from .values import arithmetic, containers
from .values.code import Code, convert
from .values.context import Context
from .values.refusal import Untranslatable
from .values.types import UNKNOWN, Type, check_known


def assign(ctx: Context, node: ast.Assign | ast.AnnAssign) -> None:
    """Translate ``a = b``, ``a, b = b, a`` and ``a[i] = b``."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if node.value is None:
        return
    if len(targets) == 1 and isinstance(targets[0], ast.Name):
        _to_name(ctx, node, targets[0].id, node.value)
    elif len(targets) == 1 and isinstance(targets[0], ast.Tuple | ast.List):
        _to_several(ctx, node, targets[0].elts, node.value)
    elif len(targets) == 1:
        value = expression(ctx, node.value)
        learn_item(ctx, targets[0], value.type)
        where, of = _item(ctx, targets[0])
        ctx.write(f"{where} = {convert(value, of).text}")
    else:
        for target in targets:
            if not isinstance(target, ast.Name) or not isinstance(node.value, ast.Constant):
                raise Untranslatable("a = b = c of something else than names and a literal")
        for target in targets:
            if isinstance(target, ast.Name):
                _to_name(ctx, node, target.id, node.value)


def _to_name(ctx: Context, node: ast.stmt, name: str, value: ast.expr) -> None:
    declares = (id(node), name) in ctx.places.here
    go = ctx.names.go(name)
    if isinstance(value, ast.IfExp) and name in ctx.read:
        _choose(ctx, name, value, declares)
        return
    if isinstance(value, ast.ListComp) and declares and name in ctx.read:
        kept = ctx.facts.types.get(name, UNKNOWN)
        code = containers.comprehension(ctx, value, expression, condition, go, kept)
        ctx.bind(name, code.type)
        _now_assigned(ctx, name)
        return
    set_name(ctx, node, name, expression(ctx, value))


def _choose(ctx: Context, name: str, value: ast.IfExp, declares: bool) -> None:
    of = ctx.facts.types.get(name, UNKNOWN)
    go = ctx.names.go(name)
    declared = ctx.write("", beside=False) if declares else None
    type_ = choose(
        ctx, value, lambda code: f"{go} = {(convert(code, of) if of.known else code).text}"
    )
    kept = ctx.bind(name, type_)
    _check_own(ctx, name, Code(go, type_))
    if declared is not None:
        declared.text = f"var {go} {kept.go}"
    _now_assigned(ctx, name)


def set_name(ctx: Context, node: ast.stmt, name: str, code: Code) -> None:
    """Write the assignment of a value to a name."""
    kept = ctx.bind(name, code.type)
    _check_own(ctx, name, code)
    value = convert(code, kept)
    if name not in ctx.read:
        ctx.write(f"_ = {value.text}")
    elif (id(node), name) in ctx.places.here and name not in ctx.declared:
        ctx.write(f"{ctx.names.go(name)} := {value.text}")
        ctx.declared.add(name)
    else:
        ctx.write(f"{ctx.names.go(name)} = {value.text}")
    if name in ctx.once and code.least is not None and kept == code.type:
        ctx.least[name] = code.least
    _now_assigned(ctx, name)


def _now_assigned(ctx: Context, name: str) -> None:
    ctx.assigned.add(name)
    ctx.declared.add(name)


def _check_own(ctx: Context, name: str, code: Code) -> None:
    """Refuse a second name for a list that changes: append gives Go's one of them another list."""
    if (code.type.is_list or code.type.kind == "map") and not code.fresh and ctx.changed:
        raise Untranslatable("a second name for a list, in a function that changes lists")


def _to_several(ctx: Context, node: ast.stmt, targets: list[ast.expr], value: ast.expr) -> None:
    if not isinstance(value, ast.Tuple | ast.List) or len(value.elts) != len(targets):
        raise Untranslatable("an assignment to several names of something else than as many values")
    codes = [expression(ctx, item) for item in value.elts]
    names = [item.id for item in targets if isinstance(item, ast.Name)]
    wheres, values = [], []
    for target, code in zip(targets, codes, strict=True):
        if isinstance(target, ast.Name):
            of = ctx.bind(target.id, code.type)
            _check_own(ctx, target.id, code)
            wheres.append(ctx.names.go(target.id) if target.id in ctx.read else "_")
        else:
            if any(item.id in names for item in ast.walk(target) if isinstance(item, ast.Name)):
                raise Untranslatable("an index that the same assignment changes")
            learn_item(ctx, target, code.type)
            where, of = _item(ctx, target)
            wheres.append(where)
        values.append(convert(code, of).text)
    sign = "="
    new = [
        name
        for name in names
        if (id(node), name) in ctx.places.here and name in ctx.read and name not in ctx.declared
    ]
    if new and len(new) == len([where for where in wheres if where != "_"]):
        sign = ":="
    else:
        for name in new:
            ctx.write(f"var {ctx.names.go(name)} {ctx.facts.types[name].go}", beside=False)
    ctx.write(f"{', '.join(wheres)} {sign} {', '.join(values)}")
    for name in names:
        _now_assigned(ctx, name)


def _item(ctx: Context, target: ast.expr) -> tuple[str, Type]:
    """Return where an item of a list or a dict is set, and its type."""
    if not isinstance(target, ast.Subscript) or isinstance(target.slice, ast.Slice):
        raise Untranslatable(f"an assignment to {ast.unparse(target)}")
    owner, at = expression(ctx, target.value), expression(ctx, target.slice)
    check_not_given(ctx, target)
    if owner.type.kind == "map":
        return f"{owner.text}[{convert(at, owner.type.items[0]).text}]", owner.type.item
    if not owner.type.is_list:
        raise Untranslatable(f"an assignment to an item of a {owner.type.python}")
    return containers.place(owner, at), owner.type.item


def check_not_given(ctx: Context, target: ast.expr) -> str:
    """Refuse to change an argument, of which Go has a copy; return the name of what is changed."""
    while isinstance(target, ast.Subscript):
        target = target.value
    if not isinstance(target, ast.Name):
        raise Untranslatable(f"a change of {ast.unparse(target)}")
    if target.id in ctx.parameters:
        raise Untranslatable(f"a change of the argument {target.id}, which Go makes on a copy")
    return target.id


def learn_item(ctx: Context, target: ast.expr, value: Type) -> None:
    """Take in what a list or a dict of a name is given to hold."""
    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        name = target.value.id
        known = ctx.facts.types.get(name, UNKNOWN)
        if name in ctx.parameters:
            return
        if known.kind == "map":
            key = expression(ctx, target.slice).type
            if key.kind == "float":
                raise Untranslatable("a dict by floats")
            ctx.facts.types[name] = ctx.join(known, Type("map", (key, value)))
        elif known.kind == "list":
            ctx.facts.types[name] = ctx.join(known, Type("list", (value,)))
        check_known(name, ctx.facts.types[name])


def augment(ctx: Context, node: ast.AugAssign) -> None:
    """Translate ``a += b``."""
    if isinstance(node.target, ast.Name):
        name = node.target.id
        left, right = ctx.name(name), expression(ctx, node.value)
        if left.type.is_list:
            raise Untranslatable("a list changed by an operator: use append or extend")
        of = ctx.bind(name, arithmetic.operate(ctx, node.op, left, right).type)
        code = convert(arithmetic.operate(ctx, node.op, convert(left, of), right), of)
        ctx.write(_short(ctx.names.go(name), code.text))
        return
    if not isinstance(node.target, ast.Subscript):
        raise Untranslatable(f"a change of {ast.unparse(node.target)}")
    read = ast.Subscript(node.target.value, node.target.slice, ast.Load())
    value = arithmetic.operate(ctx, node.op, expression(ctx, read), expression(ctx, node.value))
    learn_item(ctx, node.target, value.type)
    where, of = _item(ctx, node.target)
    ctx.write(_short(where, convert(value, of).text))


def _short(where: str, text: str) -> str:
    """Write ``a += b`` where that is all there is."""
    for sign in ("+", "-", "*", "/"):
        begin = f"{where} {sign} "
        rest = text.removeprefix(begin)
        if rest != text and _one_operand(rest):
            if rest == "1" and sign in "+-":
                return where + sign * 2
            return f"{where} {sign}= {rest}"
    return f"{where} = {text}"


def _one_operand(text: str) -> bool:
    """Tell whether no operator stands outside brackets and quotes."""
    depth, quote = 0, False
    for at, char in enumerate(text):
        if char == '"' and text[at - 1 : at] != "\\":
            quote = not quote
        if quote:
            continue
        depth += (char in "([{") - (char in ")]}")
        if char == " " and depth == 0:
            return False
    return True
