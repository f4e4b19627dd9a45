"""Expressions."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

from .values import arithmetic, calls, containers, strings
from .values.code import Code, call, convert, integer, literal, text
from .values.context import Context
from .values.refusal import Untranslatable
from .values.types import BOOL, FLOAT, INT, STR, Type, check_known


def expression(ctx: Context, node: ast.expr) -> Code:
    """Translate an expression.

    Raises
    ------
    Untranslatable
        It has no Go that gives the same.
    """
    translate = _KINDS.get(type(node))
    if translate is None:
        raise Untranslatable(f"no translation of {type(node).__name__}")
    return translate(ctx, node)


def condition(ctx: Context, node: ast.expr) -> Code:
    """Translate what ``if`` and ``while`` ask."""
    if isinstance(node, ast.BoolOp):
        parts = [condition(ctx, node.values[0])]
        with ctx.unwritten():
            parts += [condition(ctx, value) for value in node.values[1:]]
        return arithmetic.both(parts, isinstance(node.op, ast.And))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return arithmetic.negate(condition(ctx, node.operand))
    return arithmetic.truth(expression(ctx, node))


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
    return arithmetic.operate(ctx, node.op, expression(ctx, node.left), expression(ctx, node.right))


def _unary(ctx: Context, node: ast.UnaryOp) -> Code:
    if isinstance(node.op, ast.Not):
        return condition(ctx, node)
    return arithmetic.sign(ctx, node.op, expression(ctx, node.operand))


def _boolean(ctx: Context, node: ast.BoolOp) -> Code:
    parts = [expression(ctx, node.values[0])]
    with ctx.unwritten():
        parts += [expression(ctx, value) for value in node.values[1:]]
    if any(part.type != BOOL for part in parts):
        raise Untranslatable("and, or: Python gives one of the operands, and they are no bools")
    return arithmetic.both(parts, isinstance(node.op, ast.And))


def _comparison(ctx: Context, node: ast.Compare) -> Code:
    left = expression(ctx, node.left)
    if isinstance(node.ops[0], ast.In | ast.NotIn) and isinstance(
        node.comparators[0], ast.Tuple | ast.List | ast.Set
    ):
        return _among(ctx, node, left, node.comparators[0].elts)
    parts = []
    for at, (operator, other) in enumerate(zip(node.ops, node.comparators, strict=True)):
        if at:
            with ctx.unwritten():
                right = expression(ctx, other)
        else:
            right = expression(ctx, other)
        parts.append(arithmetic.compare(operator, left, right))
        left = right
    return parts[0] if len(parts) == 1 else arithmetic.both(parts, True)


def _among(ctx: Context, node: ast.Compare, left: Code, items: list[ast.expr]) -> Code:
    """Translate ``x in (1, 2)`` as comparisons with each."""
    if len(node.ops) > 1 or not items:
        raise Untranslatable("in as part of a chain")
    with ctx.unwritten():
        tests = [arithmetic.compare(ast.Eq(), left, expression(ctx, item)) for item in items]
    test = tests[0] if len(tests) == 1 else arithmetic.both(tests, False)
    return test if isinstance(node.ops[0], ast.In) else arithmetic.negate(test)


def _choice(ctx: Context, node: ast.IfExp) -> Code:
    """Write ``a if c else b`` as an if statement that sets a variable."""
    ctx.needs_lines("a conditional expression")
    name = ctx.names.fresh("choice")
    declared = ctx.write("", beside=False)
    of = choose(ctx, node, lambda code: f"{name} = {code.text}")
    declared.text = f"var {name} {of.go}"
    return Code(name, of)


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
    for branch in (node.body, node.orelse):
        with ctx.deeper():
            try:
                code = expression(ctx, branch)
                learn(code.type)
                branches.append((ctx.write("", beside=False), code))
            except Untranslatable as error:
                refused = error
        ctx.write("} else {" if branch is node.body else "}", beside=False)
    if refused is not None:
        raise refused
    (first, chosen), (second, alternative) = branches
    of = ctx.join(chosen.type, alternative.type)
    check_known("a conditional expression", of)
    first.text, second.text = line(convert(chosen, of)), line(convert(alternative, of))
    return of


def _call(ctx: Context, node: ast.Call) -> Code:
    function = ctx.resolve(node.func)
    if function is not None:
        return _function(ctx, node, function)
    if isinstance(node.func, ast.Name):
        own = node.func.id in ctx.locals
        raise Untranslatable(
            f"a call of {node.func.id}, which is a value"
            if own
            else f"Python has no function {node.func.id}"
        )
    if not isinstance(node.func, ast.Attribute):
        raise Untranslatable("a call of something that is no name")
    if node.keywords:
        raise Untranslatable(f"keywords of {node.func.attr}")
    owner = expression(ctx, node.func.value)
    if owner.type == STR:
        args = [argument(ctx, arg) for arg in node.args]
        return strings.method(node.func.attr, owner, args)
    return containers.method(
        ctx, node.func.attr, owner, [expression(ctx, arg) for arg in node.args]
    )


def _function(ctx: Context, node: ast.Call, function: Any) -> Code:
    if (
        (function is any or function is all)
        and len(node.args) == 1
        and isinstance(node.args[0], ast.GeneratorExp)
    ):
        return containers.search(ctx, node.args[0], function is all, expression, condition)
    args = [argument(ctx, arg) for arg in node.args]
    if function is ctx.source.function:
        return _itself(ctx, node, args)
    for keyword in node.keywords:
        if function is sorted and keyword.arg == "reverse" and len(args) == 1:
            args.append(expression(ctx, keyword.value))
        else:
            raise Untranslatable(f"{ast.unparse(node.func)} with {keyword.arg}=")
    return calls.function(ctx, function, args)


def argument(ctx: Context, node: ast.expr) -> Code:
    """Translate an argument; a generator is the list of what it yields."""
    if isinstance(node, ast.GeneratorExp):
        return containers.comprehension(ctx, node, expression, condition)
    if isinstance(node, ast.Starred):
        raise Untranslatable("* in a call")
    return expression(ctx, node)


def _itself(ctx: Context, node: ast.Call, args: list[Code]) -> Code:
    check_known("what the function returns", ctx.facts.result)
    if (
        node.keywords
        or len(args) != len(ctx.parameters)
        or ctx.optional
        or ctx.facts.result.kind == "tuple"
    ):
        raise Untranslatable("a call of itself in that form")
    given = [
        convert(arg, ctx.facts.types[name]) for arg, name in zip(args, ctx.parameters, strict=True)
    ]
    return call(ctx.go_name, *given, of=ctx.facts.result)


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
    if value_ is not None:
        raise Untranslatable(f"{ast.unparse(node)} is a {type(value_).__name__}")
    owner = expression(ctx, node.value)
    if owner.type.kind == "array" and node.attr in ("values", "size"):
        return owner if node.attr == "values" else Code(f"len({owner.text})", INT, least=0)
    raise Untranslatable(f"the attribute {node.attr} of a {owner.type.python}")


def _joined(ctx: Context, node: ast.JoinedStr) -> Code:
    parts = [
        strings.formatted(ctx, expression(ctx, part.value), part)
        if isinstance(part, ast.FormattedValue)
        else expression(ctx, part)
        for part in node.values
    ]
    return arithmetic.joined([text(part, "an f-string") for part in parts])


def _list(ctx: Context, node: ast.List) -> Code:
    return containers.literal_list(ctx, [argument(ctx, item) for item in node.elts])


def _comprehension(ctx: Context, node: ast.ListComp) -> Code:
    return containers.comprehension(ctx, node, expression, condition)


def _dict(ctx: Context, node: ast.Dict) -> Code:
    if node.keys:
        raise Untranslatable("a dict with items")
    return containers.empty_map()


_KINDS: dict[type, Callable[..., Code]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _comparison,
    ast.IfExp: _choice,
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.Attribute: _attribute,
    ast.JoinedStr: _joined,
    ast.List: _list,
    ast.ListComp: _comprehension,
    ast.Dict: _dict,
}
