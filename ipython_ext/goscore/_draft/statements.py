"""Statements."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable

from .assign import assign, augment
from .changes import change
from .expressions import choose, condition, expression
from .flow import ends
from .returns import result, returned
from .tries import attempt
from .values.arithmetic import negate
from .values.code import convert, literal
from .values.context import Context
from .values.loops import Loop, repeat
from .values.names import stored
from .values.refusal import Untranslatable
from .values.strings import as_text
from .values.types import Type


def block(ctx: Context, statements: list[ast.stmt]) -> None:
    """Translate statements; what cannot be translated is marked."""
    for node in statements:
        state = ctx.state()
        ctx.statement, ctx.may_write = node, True
        ctx.python = ctx.source.header(node)
        try:
            _declare(ctx, node)
            _statement(ctx, node)
        except Untranslatable as refused:
            ctx.back_to(state)
            _learn(ctx, node)
            ctx.back_to(state)
            _declare(ctx, node)
            ctx.refuse(node, str(refused))


def _learn(ctx: Context, node: ast.stmt) -> None:
    """Find out types in the blocks of a statement that cannot be translated, perhaps only yet."""
    for inner in ("body", "orelse"):
        block(ctx, getattr(node, inner, []))


def _declare(ctx: Context, node: ast.stmt) -> None:
    """Declare the names that the statement's blocks assign to."""
    for name in ctx.places.before.get(id(node), ()):
        type_ = ctx.facts.types.get(name)
        if type_ is not None and type_.known and name in ctx.read - ctx.declared:
            ctx.write(f"var {ctx.names.go(name)} {type_.go}", beside=False)
            ctx.declared.add(name)


def _statement(ctx: Context, node: ast.stmt) -> None:
    translate = _KINDS.get(type(node))
    if translate is None:
        raise Untranslatable(f"no translation of {type(node).__name__}")
    translate(ctx, node)


def _if(ctx: Context, node: ast.If) -> None:
    ctx.write(f"if {condition(ctx, node.test).text} {{")
    before = set(ctx.assigned)
    with ctx.deeper():
        block(ctx, node.body)
    after = None if ends(node.body) else set(ctx.assigned)
    ctx.assigned = set(before)
    rest = node.orelse
    if len(rest) == 1 and isinstance(rest[0], ast.If):
        _else_if(ctx, rest[0])
    elif rest:
        ctx.write("} else {", beside=False).python = "else:"
        with ctx.deeper():
            block(ctx, rest)
        ctx.write("}", beside=False)
    else:
        ctx.write("}", beside=False)
    if after is not None:
        ctx.assigned = after if ends(rest) else after & ctx.assigned


def _else_if(ctx: Context, node: ast.If) -> None:
    """Write an ``elif``; one whose test needs lines of its own stands in an else."""
    begin = len(ctx.lines)
    with ctx.deeper():
        block(ctx, [node])
    own = ctx.lines[begin:]
    if own and own[0].text.startswith("if "):
        for line in own:
            line.depth -= 1
        own[0].text = "} else " + own[0].text
        return
    ctx.lines[begin:begin] = [type(own[0])(ctx.depth, "} else {")]
    ctx.write("}", beside=False)


def _for(ctx: Context, node: ast.For) -> None:
    if node.orelse:
        raise Untranslatable("else of a loop")
    before = set(ctx.assigned)

    def body() -> None:
        block(ctx, node.body)

    def owned(name: str) -> bool:
        return (id(node), name) in ctx.places.loops

    inside: list[ast.AST] = list(node.body)
    outer, ctx.breaks = ctx.breaks, []
    repeat(ctx, Loop(node.target, node.iter, inside, False, owned), expression, body)
    ctx.breaks, ctx.assigned = outer, before


def _while(ctx: Context, node: ast.While) -> None:
    if node.orelse:
        raise Untranslatable("else of a loop")
    with ctx.unwritten():
        test = condition(ctx, node.test)
    forever = test.constant and test.value is True
    ctx.write("for {" if forever else f"for {test.text} {{")
    before, outer, ctx.breaks = set(ctx.assigned), ctx.breaks, []
    with ctx.deeper():
        block(ctx, node.body)
    ctx.write("}", beside=False)
    if forever and ctx.breaks:
        ctx.assigned = set.intersection(*ctx.breaks)
    else:
        ctx.assigned = before
    ctx.breaks = outer


def _break(ctx: Context, node: ast.Break) -> None:
    ctx.breaks.append(set(ctx.assigned))
    ctx.write("break")


def _return(ctx: Context, node: ast.Return) -> None:
    if node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None):
        ctx.write("return nil")
        return
    if isinstance(node.value, ast.Tuple):
        codes = [expression(ctx, item) for item in node.value.elts]
        type_ = returned(ctx, Type("tuple", tuple(code.type for code in codes)))
        values = [convert(code, of) for code, of in zip(codes, type_.items, strict=True)]
        ctx.write(f"return {', '.join(value.text for value in values)}")
        return
    if isinstance(node.value, ast.IfExp):
        of = ctx.facts.result
        choose(
            ctx,
            node.value,
            lambda code: result(ctx, convert(code, of).text if of.known else code.text),
            lambda type_: returned(ctx, type_),
        )
        return
    code = expression(ctx, node.value)
    type_ = returned(ctx, code.type)
    ctx.write(result(ctx, convert(code, type_).text))


def _expression(ctx: Context, node: ast.Expr) -> None:
    if isinstance(node.value, ast.Constant):
        return
    if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        change(ctx, node, node.value)
        return
    if isinstance(node.value, ast.Yield | ast.YieldFrom):
        raise Untranslatable("a generator")
    raise Untranslatable("no translation of an expression that stands by itself")


def _assert(ctx: Context, node: ast.Assert) -> None:
    ctx.write(f"if {negate(condition(ctx, node.test)).text} {{")
    said = node.msg.value if isinstance(node.msg, ast.Constant) else ""
    text = said if isinstance(said, str) else ""
    with ctx.deeper():
        ctx.write(f"panic({literal(f'AssertionError: {text}').text})", beside=False)
    ctx.write("}", beside=False)


def _raise(ctx: Context, node: ast.Raise) -> None:
    """Translate what ends the run in Python too."""
    exception = node.exc
    kind = (
        ctx.resolve(exception.func if isinstance(exception, ast.Call) else exception)
        if exception is not None
        else None
    )
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        raise Untranslatable("a raise of something else than an exception by its name")
    if not isinstance(exception, ast.Call) or not exception.args:
        ctx.write(f"panic({literal(kind.__name__).text})")
        return
    if len(exception.args) != 1 or exception.keywords:
        raise Untranslatable("an exception with several arguments")
    text = as_text(ctx, expression(ctx, exception.args[0]), "an exception's text")
    begin = literal(f"{kind.__name__}: ")
    whole = (
        literal(begin.value + text.value).text if text.constant else f"{begin.text} + {text.text}"
    )
    ctx.write(f"panic({whole})")


def _import(ctx: Context, node: ast.Import) -> None:
    for alias in node.names:
        if alias.name != "math":
            raise Untranslatable(f"the module {alias.name}")
        ctx.modules[alias.asname or alias.name] = math
    ctx.locals -= stored(node)


def _pass(ctx: Context, node: ast.Pass) -> None:
    return


def _try(ctx: Context, node: ast.Try) -> None:
    attempt(ctx, node, block)


def _continue(ctx: Context, node: ast.Continue) -> None:
    ctx.write("continue")


_KINDS: dict[type, Callable[..., None]] = {
    ast.Assign: assign,
    ast.AnnAssign: assign,
    ast.AugAssign: augment,
    ast.If: _if,
    ast.For: _for,
    ast.While: _while,
    ast.Return: _return,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Pass: _pass,
    ast.Expr: _expression,
    ast.Assert: _assert,
    ast.Raise: _raise,
    ast.Try: _try,
    ast.Import: _import,
}
