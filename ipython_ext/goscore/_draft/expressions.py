"""Expressions, but for calls and for literals of several values, which add themselves to KINDS."""

from __future__ import annotations

import ast
import datetime
import math
from collections.abc import Callable

from .conversions import percent
from .loops import containers
from .loops.walks import parts
from .values import arithmetic, conditions, moments, times
from .values.code import Code, bare, convert, integer, literal
from .values.context import Context
from .values.knowledge import not_none
from .values.refusal import NeedsLines, Untranslatable
from .values.types import BOOL, FLOAT, INT, NONE, STR, UNKNOWN, Type, check_known


def expression(ctx: Context, node: ast.expr) -> Code:
    """Translate an expression; what may be None is no None here, or Go panics as Python raises.

    Raises
    ------
    Untranslatable
        It has no Go that gives the same.
    """
    return bare(value(ctx, node))


def value(ctx: Context, node: ast.expr) -> Code:
    """Translate an expression that may be None.

    While types are found out, what cannot be translated is of an unknown type.

    Raises
    ------
    Untranslatable
    """
    translate = KINDS.get(type(node))
    try:
        if translate is None:
            raise Untranslatable(f"no translation of {type(node).__name__}")
        return translate(ctx, node)
    except NeedsLines:
        raise
    except Untranslatable:
        if not ctx.learning:
            raise
        return Code("unknown", UNKNOWN)


def condition(ctx: Context, node: ast.expr) -> Code:
    """Translate what ``if`` and ``while`` ask."""
    if isinstance(node, ast.BoolOp):
        return _short_circuit(ctx, node, condition)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return conditions.negate(condition(ctx, node.operand))
    return conditions.truth(value(ctx, node))


def _short_circuit(
    ctx: Context, node: ast.BoolOp, evaluate: Callable[[Context, ast.expr], Code]
) -> Code:
    """Translate ``and`` and ``or`` of conditions; one that needs lines stands in an if of its own."""
    every = isinstance(node.op, ast.And)
    touched = set(ctx.touched)
    parts = [evaluate(ctx, node.values[0])]
    known = set(not_none(node.values[0])[not every])
    for one in node.values[1:]:
        state = ctx.state()
        try:
            with ctx.unwritten(), ctx.knowing(known):
                parts.append(evaluate(ctx, one))
        except NeedsLines:
            if not ctx.may_write:
                raise
            ctx.back_to(state)
            name = ctx.names.fresh("holds")
            before = parts[0] if len(parts) == 1 else conditions.both(parts, every)
            ctx.write(f"{name} := {before.text}")
            ctx.touched = set(touched)  # what was read is in that variable
            ctx.write(f"if {name if every else '!' + name} {{", beside=False)
            with ctx.deeper(), ctx.knowing(known):
                assigned = set(ctx.assigned)
                ctx.write(f"{name} = {evaluate(ctx, one).text}", beside=False)
                if not every:
                    ctx.assigned = assigned
            ctx.write("}", beside=False)
            parts = [Code(name, BOOL)]
        known |= not_none(one)[not every]
    return parts[0] if len(parts) == 1 else conditions.both(parts, every)


def _constant(ctx: Context, node: ast.Constant) -> Code:
    return literal(node.value)


def _name(ctx: Context, node: ast.Name) -> Code:
    return ctx.name(node.id)


def _binary(ctx: Context, node: ast.BinOp) -> Code:
    for side in (node.left, node.right):
        root = side.value if isinstance(side, ast.Subscript) else side
        if (
            isinstance(root, ast.Name)
            and root.id in ctx.guessed
            and expression(ctx, side).type.is_list
        ):
            raise Untranslatable(
                f"an operator on {root.id}, a list or an array: say which by an annotation or an example"
            )
    left = expression(ctx, node.left)
    if isinstance(node.op, ast.Mod) and left.type == STR:
        right = node.right
        given = right.elts if isinstance(right, ast.Tuple) else [right]
        return percent(ctx, left, [value(ctx, one) for one in given])
    return arithmetic.operate(ctx, node.op, left, expression(ctx, node.right))


def _unary(ctx: Context, node: ast.UnaryOp) -> Code:
    if isinstance(node.op, ast.Not):
        return condition(ctx, node)
    return arithmetic.sign(ctx, node.op, expression(ctx, node.operand))


def _boolean(ctx: Context, node: ast.BoolOp) -> Code:
    """Translate ``and`` and ``or``, which give one of the operands."""
    with ctx.unwritten():
        state = ctx.state()
        try:
            kinds = {value(ctx, one).type for one in node.values}
        except NeedsLines:
            kinds = {BOOL}
        ctx.back_to(state)
    if kinds == {BOOL}:
        return _short_circuit(ctx, node, _bool)
    if len(node.values) > 2:
        rest = ast.BoolOp(node.op, node.values[1:])
        return _boolean(ctx, ast.BoolOp(node.op, [node.values[0], rest]))
    first, second = node.values
    kept = value(ctx, first)
    if not ctx.learning:
        kept = ctx.keep(kept, "first")
    ctx.inner["first operand"] = kept
    name = ast.Name("first operand", ast.Load())
    alternative = (second, name) if isinstance(node.op, ast.And) else (name, second)
    if isinstance(node.op, ast.Or):  # it is taken where it is true, and so no None
        ctx.inner["the first operand"] = bare(kept)
        alternative = ast.Name("the first operand", ast.Load()), second
    return _choice(ctx, ast.IfExp(name, *alternative))


def _bool(ctx: Context, node: ast.expr) -> Code:
    code = expression(ctx, node)
    if code.type != BOOL and not ctx.learning:
        raise Untranslatable("and, or: Python gives one of the operands, and they are no bools")
    return code


def _comparison(ctx: Context, node: ast.Compare) -> Code:
    left = value(ctx, node.left)
    if isinstance(node.ops[0], ast.In | ast.NotIn) and isinstance(
        node.comparators[0], ast.Tuple | ast.List | ast.Set
    ):
        return _among(ctx, node, left, node.comparators[0].elts)
    parts = []
    for at, (operator, other) in enumerate(zip(node.ops, node.comparators, strict=True)):
        if at:
            with ctx.unwritten():
                right = value(ctx, other)
        else:
            right = value(ctx, other)
        if len(node.ops) > at + 1 and not ctx.learning and not right.text.isalnum():
            right = ctx.keep(right, "middle") if ctx.may_write and "(" in right.text else right
        parts.append(conditions.compare(ctx, operator, left, right))
        left = right
    return parts[0] if len(parts) == 1 else conditions.both(parts, True)


def _among(ctx: Context, node: ast.Compare, left: Code, items: list[ast.expr]) -> Code:
    """Translate ``x in (1, 2)`` as comparisons with each."""
    if len(node.ops) > 1 or not items:
        raise Untranslatable("in as part of a chain")
    if not ctx.learning:
        left = (
            ctx.keep(left, "sought")
            if len(items) > 1 and "(" in left.text and ctx.may_write
            else left
        )
    with ctx.unwritten():
        tests = [conditions.compare(ctx, ast.Eq(), left, value(ctx, item)) for item in items]
    test = tests[0] if len(tests) == 1 else conditions.both(tests, False)
    return test if isinstance(node.ops[0], ast.In) else conditions.negate(test)


def _choice(ctx: Context, node: ast.IfExp) -> Code:
    """Write ``a if c else b`` as an if statement that sets a variable."""
    ctx.needs_lines("a conditional expression")
    name = ctx.names.fresh("choice")
    declared = ctx.write("", beside=False)
    fresh = [True]

    def line(code: Code) -> str:
        fresh[0] = fresh[0] and code.fresh
        return f"{name} = {code.text}"

    of = choose(ctx, node, line)
    declared.text = f"var {name} {of.go}"
    return Code(name, of, fresh=of.shared and fresh[0])


def choose(
    ctx: Context,
    node: ast.IfExp,
    line: Callable[[Code], str],
    learn: Callable[[Type], object] = bool,
) -> Type:
    """Write ``a if c else b`` as an if statement.

    Parameters
    ----------
    line : callable
        Makes the line of each branch.
    learn : callable
        Is told the type of each branch, so that the other may build on it.

    Returns
    -------
    Type
        That of both.
    """
    ctx.write(f"if {condition(ctx, node.test).text} {{")
    branches, refused = [], None
    for branch, names in zip((node.body, node.orelse), not_none(node.test), strict=True):
        with ctx.deeper(), ctx.knowing(names):
            try:
                code = value(ctx, branch)
                learn(code.type)
                branches.append((ctx.write("", beside=False), code))
            except Untranslatable as error:
                refused = error
        ctx.write("} else {" if branch is node.body else "}", beside=False)
    if refused is not None:
        raise refused
    (first, chosen), (second, alternative) = branches
    of = ctx.join(chosen.type, alternative.type)
    ctx.check_known("a conditional expression", of)
    if of == NONE and not ctx.learning:
        check_known("a conditional expression", of)
    first.text, second.text = line(convert(chosen, of)), line(convert(alternative, of))
    return of


def argument(ctx: Context, node: ast.expr) -> Code:
    """Translate an argument; a generator is the list of what it yields."""
    if isinstance(node, ast.GeneratorExp):
        return containers.comprehension(ctx, node, value, condition)
    if isinstance(node, ast.Starred):
        raise Untranslatable("* in a call")
    return value(ctx, node)


def _subscript(ctx: Context, node: ast.Subscript) -> Code:
    owner = expression(ctx, node.value)
    if isinstance(node.slice, ast.Slice):
        cut = node.slice
        lower, upper = (
            integer(expression(ctx, part), "a slice") if part else None
            for part in (cut.lower, cut.upper)
        )
        step = expression(ctx, cut.step) if cut.step else None
        return containers.cut(ctx, owner, lower, upper, step)
    return containers.item(owner, expression(ctx, node.slice))


def _attribute(ctx: Context, node: ast.Attribute) -> Code:
    value_ = ctx.resolve(node)
    if type(value_) in (int, float, bool, str):
        for name, value in (("math.Pi", math.pi), ("math.E", math.e)):
            if type(value_) is float and value_ == value:
                return Code(name, FLOAT, value=value_)
        return literal(value_)
    if isinstance(value_, datetime.timedelta):
        return moments.duration(value_)
    if value_ is not None:
        raise Untranslatable(f"{ast.unparse(node)} is a {type(value_).__name__}")
    owner = expression(ctx, node.value)
    if owner.type.kind in ("time", "date", "duration"):
        found = times.attribute(node.attr, owner)
        if found is not None:
            return found
    if owner.type.kind == "tuple" and node.attr in owner.type.form.split()[1:]:
        return parts(owner)[owner.type.form.split()[1:].index(node.attr)]
    if owner.type.kind == "array" and node.attr in ("values", "size"):
        return owner if node.attr == "values" else Code(f"len({owner.text})", INT, least=0)
    raise Untranslatable(f"the attribute {node.attr} of a {owner.type.python}")


KINDS: dict[type, Callable[..., Code]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _comparison,
    ast.IfExp: _choice,
    ast.Subscript: _subscript,
    ast.Attribute: _attribute,
}
