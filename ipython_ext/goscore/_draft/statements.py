"""Statements."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable

from . import calling, literals, repeats
from .assign import assign, augment
from .expressions import choose, condition, expression, value
from .flow import ends
from .library import methods, places
from .returns import give_back, returned
from .tries import attempt
from .values.code import bare, convert, literal
from .values.conditions import negate
from .values.context import Context
from .values.knowledge import not_none
from .values.names import stored
from .values.refusal import Untranslatable
from .values.strings import as_text
from .values.types import NONE


def block(ctx: Context, statements: list[ast.stmt], header: set[str] | None = None) -> None:
    """Translate statements; what cannot be translated is marked.

    Parameters
    ----------
    header : set of str, optional
        Of a loop's body, the names that are read when it begins again.
    """
    depth = len(ctx.around)
    for at, node in enumerate(statements):
        del ctx.around[depth:]
        ctx.around.append((statements, at, header))
        state = ctx.state()
        ctx.statement, ctx.may_write, ctx.touched = node, True, set()
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
    del ctx.around[depth:]


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
    holds, fails = not_none(node.test)
    with ctx.deeper(), ctx.knowing(holds):
        block(ctx, node.body)
    after = None if ends(node.body) else set(ctx.assigned)
    ctx.assigned = set(before)
    rest = node.orelse
    if len(rest) == 1 and isinstance(rest[0], ast.If):
        with ctx.knowing(fails):
            _else_if(ctx, rest[0])
    elif rest:
        ctx.write("} else {", beside=False).python = "else:"
        with ctx.deeper(), ctx.knowing(fails):
            block(ctx, rest)
        ctx.write("}", beside=False)
    else:
        ctx.write("}", beside=False)
    if after is not None:
        ctx.assigned = after if ends(rest) else after & ctx.assigned
    ctx.certain -= stored(node)
    if after is None and not rest:
        ctx.certain |= fails


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
    repeats.for_(ctx, node, block)


def _while(ctx: Context, node: ast.While) -> None:
    repeats.while_(ctx, node, block)


def _break(ctx: Context, node: ast.Break) -> None:
    ctx.breaks.append(set(ctx.assigned))
    if ctx.elses and ctx.elses[-1]:
        ctx.write(f"{ctx.elses[-1]} = true", beside=False)
    ctx.write("break")


def _return(ctx: Context, node: ast.Return) -> None:
    given = node.value
    if given is None:
        given = ast.Constant(None)
    if isinstance(given, ast.IfExp):
        of = ctx.facts.result
        choose(
            ctx,
            given,
            lambda code: give_back(ctx, convert(code, of) if of.known else code),
            lambda type_: returned(ctx, type_),
        )
        return
    code = value(ctx, given)
    if code.type.shared and not code.fresh and ctx.facts.unshared:
        names = {one.id for one in ast.walk(given) if isinstance(one, ast.Name)}
        ctx.facts.unshared = not names & set(ctx.parameters) and isinstance(
            given, ast.Name | ast.Tuple
        )
    of = returned(ctx, code.type)
    ctx.write(give_back(ctx, convert(code, of)))


def _expression(ctx: Context, node: ast.Expr) -> None:
    given = node.value
    if isinstance(given, ast.Constant):
        return
    if isinstance(given, ast.Yield | ast.YieldFrom):
        raise Untranslatable("a generator")
    if not isinstance(given, ast.Call):
        raise Untranslatable("no translation of an expression that stands by itself")
    if isinstance(given.func, ast.Attribute) and given.func.attr in methods.NAMES:
        begin = len(ctx.lines)
        made = methods.changing(ctx, given, value, True)
        if made is not None:
            places.unnamed(ctx, made.text, begin)
            return
        if ctx.resolve(given.func) is None:
            if not ctx.learning:
                kind = expression(ctx, given.func.value).type.python
                raise Untranslatable(f"no translation of {given.func.attr} of a {kind}")
            value(ctx, given)
            return
    begin = len(ctx.lines)
    made = value(ctx, given)
    if made.type == NONE and not made.text:  # it was written
        return
    if len(ctx.lines) > begin:
        places.unnamed(ctx, made.text, begin)
        return
    if not ctx.learning:
        raise Untranslatable("no translation of an expression that stands by itself")


def _delete(ctx: Context, node: ast.Delete) -> None:
    """Translate ``del d[k]``, ``del v[i]`` and ``del name``."""
    for target in node.targets:
        if isinstance(target, ast.Name):
            ctx.assigned.discard(target.id)
            continue
        if not isinstance(target, ast.Subscript):
            raise Untranslatable(f"del {ast.unparse(target)}")
        kind = bare(expression(ctx, target.value)).type
        places.check_own(ctx, target.value, kind)
        where = places.place(ctx, target.value, value)
        if isinstance(target.slice, ast.Slice):
            ends_ = [
                expression(ctx, one) if one else None
                for one in (target.slice.lower, target.slice.upper)
            ]
            if not kind.is_list or target.slice.step:
                raise Untranslatable("del of a slice with a step")
            lower, upper = (
                one.text if one else end
                for one, end in zip(ends_, ("0", "math.MaxInt"), strict=True)
            )
            ctx.write(where.set(f"pyWithout({where.get.text}, {lower}, {upper})"))
            continue
        at = expression(ctx, target.slice)
        if kind.is_map:
            key = convert(at, kind.items[0])
            text = (
                f"{where.get.text}.pop({key.text})"
                if kind.kind == "dict"
                else f"pyPopKey({where.get.text}, {key.text})"
            )
            ctx.write(text)
        elif kind.is_list:
            pointer, after = places.pointed(ctx, where)
            ctx.write(f"pyPopAt({pointer}, {at.text})")
            after()
        else:
            raise Untranslatable(f"del of an item of a {kind.python}")


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


def _import(ctx: Context, node: ast.Import | ast.ImportFrom) -> None:
    """Take in modules of the standard library that drafts know."""
    base = node.module if isinstance(node, ast.ImportFrom) else None
    for alias in node.names:
        whole = base or alias.name
        if whole not in _MODULES or (isinstance(node, ast.ImportFrom) and node.level):
            raise Untranslatable(f"the module {whole}")
        module = importlib.import_module(whole)
        ctx.modules[alias.asname or alias.name] = getattr(module, alias.name) if base else module
    ctx.locals -= stored(node)


_MODULES = frozenset("math re heapq bisect collections datetime itertools".split())


def _define(ctx: Context, node: ast.FunctionDef) -> None:
    """Take in an inner function; it is written where it is called."""
    calling.define(ctx, node)


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
    ast.ImportFrom: _import,
    ast.Delete: _delete,
    ast.FunctionDef: _define,
}

_ADDED = calling, literals  # they add themselves to the kinds of expressions
