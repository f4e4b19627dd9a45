"""Assignments."""

from __future__ import annotations

import ast

from . import calling
from .expressions import choose, condition, expression, value
from .library import methods, places
from .loops import containers
from .parameters import of_annotation
from .unpacking import unpacked, with_rest
from .values import arithmetic
from .values.code import Code, bare, convert
from .values.context import Context
from .values.names import root
from .values.refusal import Untranslatable
from .values.types import UNKNOWN, Type


def assign(ctx: Context, node: ast.Assign | ast.AnnAssign) -> None:
    """Translate ``a = b``, ``a, b = b, a`` and ``a[i] = b``."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        _learn_annotation(ctx, node.target.id, of_annotation(node.annotation))
    if node.value is None:
        return
    if len(targets) == 1:
        _to_one(ctx, node, targets[0], node.value)
        return
    if not all(isinstance(target, ast.Name) for target in targets):
        raise Untranslatable("a = b = c of something else than names")
    if isinstance(node.value, ast.Constant):
        for target in targets:
            if isinstance(target, ast.Name):
                _to_name(ctx, node, target.id, node.value)
        return
    code = value(ctx, node.value)
    if code.type.shared or code.type.is_map or code.type.kind == "set":
        raise Untranslatable("a second name for a list or a dict")
    code = ctx.keep(code, "value")
    for target in targets:
        if isinstance(target, ast.Name):
            set_name(ctx, node, target.id, code)


def _learn_annotation(ctx: Context, name: str, found: Type) -> None:
    """Take in what an annotation says that nothing has said yet."""
    if not found.is_list and found != UNKNOWN and name in ctx.locals:
        known = ctx.facts.types.get(name, UNKNOWN)
        if known == UNKNOWN or known.kind == "int" != found.kind == "float":
            ctx.facts.types[name] = ctx.join(known, found)


def _to_one(ctx: Context, node: ast.stmt, target: ast.expr, given: ast.expr) -> None:
    if isinstance(target, ast.Name):
        _to_name(ctx, node, target.id, given)
    elif isinstance(target, ast.Tuple | ast.List):
        _to_several(ctx, node, target.elts, given)
    elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
        raise Untranslatable("an assignment to a slice")
    elif isinstance(target, ast.Subscript):
        code = value(ctx, given)
        places.learn(ctx, target, code.type, value)
        code = containers.store(ctx, given, code)
        where = _item(ctx, target)
        ctx.write(where.set(convert(code, where.get.type).text))
    else:
        raise Untranslatable(f"a change of {ast.unparse(target)}")


def _item(ctx: Context, target: ast.Subscript) -> places.Place:
    """Return the place of an item of a list or a dict that is set."""
    owner = bare(expression(ctx, target.value))
    places.check_own(ctx, target.value, owner.type)
    whole = places.place(ctx, target.value, value).get
    return places.of_item(whole, expression(ctx, target.slice))


def _to_name(ctx: Context, node: ast.stmt, name: str, given: ast.expr) -> None:
    declares = (id(node), name) in ctx.places.here
    go = ctx.names.go(name)
    if isinstance(given, ast.IfExp) and name in ctx.read:
        _choose(ctx, name, given, declares)
        return
    if isinstance(given, ast.ListComp) and declares and name in ctx.read:
        kept = ctx.facts.types.get(name, UNKNOWN)
        if kept.kind in ("list", "unknown"):
            code = containers.comprehension(ctx, given, value, condition, go, kept)
            ctx.bind(name, code.type)
            _now_assigned(ctx, name)
            return
    if isinstance(given, ast.Lambda):
        body = [ast.Return(given.body)]
        made = ast.FunctionDef(
            name, given.args, [ast.copy_location(one, given) for one in body], []
        )
        calling.define(ctx, ast.copy_location(made, given))
        return
    code = value(ctx, given)
    set_name(ctx, node, name, containers.store(ctx, given, code, name))
    if name in ctx.parameters and ctx.depth == 1 and code.fresh:
        ctx.owned.add(name)  # from here on it is a list of the function's own


def _choose(ctx: Context, name: str, value: ast.IfExp, declares: bool) -> None:
    of = ctx.facts.types.get(name, UNKNOWN)
    go = ctx.names.go(name)
    declared = ctx.write("", beside=False) if declares else None
    type_ = choose(
        ctx, value, lambda code: f"{go} = {(convert(code, of) if of.known else code).text}"
    )
    kept = ctx.bind(name, type_)
    if type_.is_list and name in ctx.resized and not ctx.learning:
        raise Untranslatable("a conditional expression of lists, in a function that changes lists")
    if declared is not None:
        declared.text = f"var {go} {kept.go}"
    _now_assigned(ctx, name)


def set_name(ctx: Context, node: ast.stmt, name: str, code: Code) -> None:
    """Write the assignment of a value to a name."""
    kept = ctx.bind(name, code.type)
    made = convert(code, kept)
    if name not in ctx.read:
        ctx.write(f"_ = {made.text}" if made.text != "nil" else "")
    elif (id(node), name) in ctx.places.here and name not in ctx.declared:
        empty_ = made.text == "nil"
        ctx.write(
            f"var {ctx.names.go(name)} {kept.go}"
            if empty_
            else f"{ctx.names.go(name)} := {made.text}"
        )
        ctx.declared.add(name)
    else:
        ctx.write(f"{ctx.names.go(name)} = {made.text}")
    if name in ctx.once and code.least is not None and kept == code.type:
        ctx.least[name] = code.least
    _now_assigned(ctx, name)


def _now_assigned(ctx: Context, name: str) -> None:
    ctx.certain.discard(name)
    ctx.assigned.add(name)
    ctx.declared.add(name)


def _to_several(ctx: Context, node: ast.stmt, targets: list[ast.expr], given: ast.expr) -> None:
    stars = [at for at, one in enumerate(targets) if isinstance(one, ast.Starred)]
    targets = [one.value if isinstance(one, ast.Starred) else one for one in targets]
    if any(not isinstance(one, ast.Name | ast.Subscript) for one in targets):
        raise Untranslatable("an assignment to several names, of which some are groups of names")
    if stars:
        codes = with_rest(ctx, expression(ctx, given), len(targets), stars[0])
    elif isinstance(given, ast.Tuple | ast.List) and len(given.elts) == len(targets):
        names = {target.id for target in targets if isinstance(target, ast.Name)}
        codes = []
        for target, item in zip(targets, given.elts, strict=True):
            code = value(ctx, item)
            moved = (
                isinstance(item, ast.Name) and item.id in names and item.id not in ctx.parameters
            )
            if not moved:
                code = containers.store(
                    ctx, item, code, target.id if isinstance(target, ast.Name) else ""
                )
            codes.append(code)
    else:
        codes = unpacked(ctx, expression(ctx, given), len(targets))
    names_ = [target.id for target in targets if isinstance(target, ast.Name)]
    wheres, values = [], []
    for target, code in zip(targets, codes, strict=True):
        if isinstance(target, ast.Name):
            of = ctx.bind(target.id, code.type)
            wheres.append(ctx.names.go(target.id) if target.id in ctx.read else "_")
        else:
            if any(item.id in names_ for item in ast.walk(target) if isinstance(item, ast.Name)):
                raise Untranslatable("an index that the same assignment changes")
            assert isinstance(target, ast.Subscript)
            places.learn(ctx, target, code.type, value)
            where = _item(ctx, target)
            of = where.get.type
            if not where.address and not ctx.learning and where.get.type.kind != "unknown":
                raise Untranslatable("an assignment to several items, of which one is a dict's")
            wheres.append(where.address)
        values.append(convert(code, of).text)
    sign = "="
    new = [
        name
        for name in names_
        if (id(node), name) in ctx.places.here and name in ctx.read and name not in ctx.declared
    ]
    if new and len(new) == len([where for where in wheres if where != "_"]) and "nil" not in values:
        sign = ":="
    else:
        for name in new:
            ctx.write(f"var {ctx.names.go(name)} {ctx.facts.types[name].go}", beside=False)
    ctx.write(f"{', '.join(wheres)} {sign} {', '.join(values)}")
    for name in names_:
        _now_assigned(ctx, name)


def augment(ctx: Context, node: ast.AugAssign) -> None:
    """Translate ``a += b``."""
    if isinstance(node.target, ast.Name):
        name = node.target.id
        left = ctx.name(name)
        if left.type.kind in ("list", "set", "map", "dict"):
            _augment_in_place(ctx, node, left.type)
            return
        if left.type.kind == "array":
            raise Untranslatable("an array changed by an operator")
        right = expression(ctx, node.value)
        of = ctx.bind(name, arithmetic.operate(ctx, node.op, bare(left), right).type)
        left = Code(left.text, of, least=left.least)
        code = convert(arithmetic.operate(ctx, node.op, bare(left), right), of)
        ctx.write(_short(ctx.names.go(name), code.text))
        return
    if not isinstance(node.target, ast.Subscript):
        raise Untranslatable(f"a change of {ast.unparse(node.target)}")
    read = ast.Subscript(node.target.value, node.target.slice, ast.Load())
    kind = expression(ctx, read).type
    if kind.kind in ("list", "set", "map", "dict"):
        _augment_in_place(ctx, ast.AugAssign(read, node.op, node.value), kind)
        return
    made = arithmetic.operate(ctx, node.op, expression(ctx, read), expression(ctx, node.value))
    places.learn(ctx, node.target, made.type, value)
    where = _item(ctx, node.target)
    right = expression(ctx, node.value)
    code = convert(arithmetic.operate(ctx, node.op, bare(where.get), right), where.get.type)
    if where.address:
        ctx.write(_short(where.address, code.text))
        return
    line = where.set(code.text)
    place_, equals, rest = line.partition(" = ")
    ctx.write(_short(place_, rest) if equals and rest.startswith(place_) else line)


def _augment_in_place(ctx: Context, node: ast.AugAssign, kind: Type) -> None:
    """Translate ``a += b`` of a list, and ``a |= b`` of a set, which Python changes in place."""
    target = node.target
    places.check_own(ctx, target, kind)
    if kind.kind == "list" and isinstance(node.op, ast.Add):
        if isinstance(target, ast.Subscript):
            ctx.facts.grown |= {root(target)}
        where = places.place(ctx, target, value)
        methods.extend(ctx, where, target, node.value, value)
        return
    if kind.kind == "set":
        names: dict[type, str] = {
            ast.BitOr: "update", ast.Sub: "difference_update", ast.BitAnd: "intersection_update",
        }  # fmt: skip
        found = names.get(type(node.op))
        if found == "update":
            call = ast.Call(ast.Attribute(target, found, ast.Load()), [node.value], [])
            methods.changing(ctx, call, value, True)
            return
        where = places.place(ctx, target, value)
        right = convert(expression(ctx, node.value), where.get.type)
        if found and where.address:
            keep = "pyKeepOnly" if found == "intersection_update" else "pyTakeAway"
            ctx.write(f"{keep}({where.get.text}, {right.text})")
            return
    raise Untranslatable(f"a {kind.python} changed by an operator")


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
