"""Calls: of Python's functions and methods, and of the user's own functions."""

from __future__ import annotations

import ast
import inspect
import math
import re
from typing import Any

from .conversions import str_format
from .expressions import KINDS, argument, condition, expression, value
from .library import calls, keys, methods, modules, patterns, records
from .loops import containers, maps
from .loops.walks import as_list, made_tuple
from .values import equality, strings, times
from .values.code import Code, convert, literal
from .values.context import Context
from .values.names import camel, loaded, stored
from .values.refusal import Untranslatable
from .values.rewriting import LENGTH
from .values.source import Source
from .values.types import DURATION, FLOAT, INT, STR, UNKNOWN, list_of


def _call(ctx: Context, node: ast.Call) -> Code:
    if isinstance(node.func, ast.Name) and node.func.id == LENGTH:
        of = expression(ctx, node.args[0])
        if of.type == STR or not (of.type.is_list or ctx.learning):
            raise Untranslatable(f"a pattern of items for a {of.type.python}")
        return calls.function(ctx, len, [of])
    if isinstance(node.func, ast.Name) and node.func.id in ctx.functions:
        return _inner(ctx, node, *ctx.functions[node.func.id])
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
    return _method(ctx, node, node.func)


def _method(ctx: Context, node: ast.Call, called: ast.Attribute) -> Code:
    pattern = _outside(ctx, called.value)
    if isinstance(pattern, re.Pattern):
        args = [argument(ctx, arg) for arg in node.args]
        return patterns.method(ctx, called.attr, patterns.compiled(ctx, pattern), args)
    if called.attr in methods.NAMES:
        changed = methods.changing(ctx, node, value, False)
        if changed is not None:
            return changed
    owner = expression(ctx, called.value)
    if called.attr == "format" and owner.type == STR:
        given = {str(one.arg): value(ctx, one.value) for one in node.keywords}
        return str_format(ctx, owner, [value(ctx, arg) for arg in node.args], given)
    if node.keywords:
        raise Untranslatable(f"keywords of {called.attr}")
    if owner.type == STR:
        return strings.method(called.attr, owner, [argument(ctx, arg) for arg in node.args])
    given_ = [value(ctx, arg) for arg in node.args]
    if owner.type.kind in ("time", "date", "duration"):
        found = times.method(called.attr, owner, given_)
        if found is not None:
            return found
    if owner.type.kind == "match":
        return patterns.of_match(called.attr, owner, given_)
    return maps.method(ctx, called.attr, owner, given_)


def _outside(ctx: Context, node: ast.expr) -> Any:
    """Return what a name stands for outside the function, of whatever kind."""
    if isinstance(node, ast.Call) and ctx.resolve(node.func) is re.compile and not node.keywords:
        args = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        return re.compile(*args) if len(args) == len(node.args) == 1 else None
    if isinstance(node, ast.Name) and node.id not in ctx.source.closed_over:
        return ctx.resolve(node)
    return None


def _function(ctx: Context, node: ast.Call, function: Any) -> Code:
    if function in (sorted, min, max, any, all, set, frozenset):
        node = _of_any_order(ctx, node)
    if (
        (function is any or function is all)
        and len(node.args) == 1
        and isinstance(node.args[0], ast.GeneratorExp)
    ):
        return containers.search(ctx, node.args[0], function is all, expression, condition)
    if getattr(function, "__module__", None) == "re" and callable(function):
        return _regular(ctx, node, function.__name__)
    if function is sorted and len(node.args) == 1:
        return keys.sorting(ctx, argument(ctx, node.args[0]), node.keywords, value)
    if function in (min, max) and node.keywords:
        return _extreme(ctx, node, function.__name__)
    known = modules.library(function)
    if known is not None:
        return known(ctx, node, value)
    if isinstance(function, type):
        of = records.fields(function)
        if of is not None:
            return records.made(ctx, node, function, of, value)
    if inspect.isfunction(getattr(function, "__wrapped__", function)):
        source = getattr(function, "__wrapped__", function)
        if getattr(source, "__module__", "") not in _STANDARD and not calls.is_known(function):
            return _own(ctx, node, function)
    args = [argument(ctx, arg) for arg in node.args]
    for keyword in node.keywords:
        if function is sum and keyword.arg == "start":
            args.append(expression(ctx, keyword.value))
        elif function is math.isclose and keyword.arg in ("rel_tol", "abs_tol"):
            while len(args) < (3 if keyword.arg == "abs_tol" else 2):
                args.append(literal(1e-09))
            args.append(expression(ctx, keyword.value))
        else:
            raise Untranslatable(f"{ast.unparse(node.func)} with {keyword.arg}=")
    return calls.function(ctx, function, args)


_STANDARD = frozenset(
    "math random statistics functools itertools collections os re json numpy pandas".split()
)


def _of_any_order(ctx: Context, node: ast.Call) -> ast.Call:
    """Let a generator that is sorted go through a set; the order of equal keys would be the set's."""
    inner = node.args[0] if len(node.args) == 1 and not node.keywords else None
    if not isinstance(inner, ast.GeneratorExp | ast.ListComp) or len(inner.generators) != 1:
        return node
    state, first = ctx.state(), inner.generators[0]
    try:
        over = expression(ctx, first.iter)
    except Untranslatable:
        over = literal(None)
    if over.type.kind != "set" or over.type.has_floats:
        ctx.back_to(state)
        return node
    keys = Code(f"slices.Collect(maps.Keys({over.text}))", list_of(over.type.item), fresh=True)
    name = f"the items of {ast.unparse(first.iter)}"  # no name of Python's
    ctx.inner[name] = keys
    loop = ast.comprehension(first.target, ast.Name(name, ast.Load()), first.ifs, 0)
    return ast.copy_location(ast.Call(node.func, [type(inner)(inner.elt, [loop])], []), node)


def _extreme(ctx: Context, node: ast.Call, name: str) -> Code:
    given = {str(one.arg): one.value for one in node.keywords}
    if not node.args or not set(given) <= {"key", "default"} or len(given) > 1:
        raise Untranslatable(f"{name} with {', '.join(given)}")
    if len(node.args) > 1:
        whole = value(ctx, ast.List(node.args, ast.Load()))
    else:
        whole = argument(ctx, node.args[0])
    if "key" in given:
        return keys.extreme(ctx, name, whole, given["key"], value)
    whole = as_list(ctx, whole)
    default = value(ctx, given["default"])
    of = ctx.join(whole.type.item, default.type)
    if of.kind == "optional":
        if whole.type.item not in (INT, FLOAT, STR):
            raise Untranslatable(f"{name} of a {whole.type.python}")
        return Code(f"py{name.title()}Maybe({whole.text})", of)
    if of == whole.type.item and of.kind in ("tuple", "time", "date"):
        given_ = f"{whole.text}, {convert(default, of).text}, {equality.order(of)}"
        return Code(f"py{name.title()}OrBy({given_})", of)
    if of not in (INT, FLOAT, STR, DURATION) or of != whole.type.item:
        raise Untranslatable(f"{name} of a {whole.type.python}, or a default of another type")
    return Code(f"py{name.title()}Or({whole.text}, {convert(default, of).text})", of)


def _regular(ctx: Context, node: ast.Call, name: str) -> Code:
    """Translate a function of ``re``."""
    if node.keywords or not node.args:
        raise Untranslatable(f"re.{name} with keywords")
    first = node.args[0]
    found = first.value if isinstance(first, ast.Constant) else _text_outside(ctx, first)
    pattern = patterns.compiled(ctx, found)
    return patterns.method(ctx, name, pattern, [argument(ctx, arg) for arg in node.args[1:]])


def _text_outside(ctx: Context, node: ast.expr) -> Any:
    found = ctx.resolve(node)
    if isinstance(node, ast.Name) and isinstance(found, str):
        expression(ctx, node)  # it is watched
    return found


def _own(ctx: Context, node: ast.Call, function: Any) -> Code:
    """Translate a call of another function of the user's, which is drafted along."""
    inner = inspect.unwrap(function)
    try:
        bound = inspect.signature(inner).bind(
            *node.args, **{str(one.arg): one.value for one in node.keywords}
        )
    except TypeError as error:
        raise Untranslatable(f"a call of {function.__name__}: {error}") from None
    args = []
    for name, parameter in inspect.signature(inner).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise Untranslatable(f"a call of {function.__name__}, which takes *args or **kwargs")
        if name in bound.arguments:
            args.append(argument(ctx, bound.arguments[name]))
        else:
            args.append(literal(parameter.default))
    itself = inner is ctx.source.function and not ctx.source.inner
    if itself and not ctx.helper.inner:
        given = tuple(ctx.facts.types[name] for name in ctx.parameters)
    else:
        given = tuple(arg.type for arg in args)
    if not all(of.known for of in given):
        raise Untranslatable(f"a call of {function.__name__} with what is not known")
    if itself and given == tuple(ctx.facts.types[name] for name in ctx.parameters):
        helper = ctx.helper
        helper.result = ctx.facts.result
    else:
        helper = ctx.program.helper(inner, camel(function.__name__), given)
    if helper.reason:
        raise Untranslatable(
            f"a call of {function.__name__}, which is not translated: {helper.reason}"
        )
    ctx.check_known(f"what {function.__name__} returns", helper.result)
    for arg, one in zip(args, bound.arguments.values(), strict=False):
        if arg.type.is_list and isinstance(one, ast.Name):
            ctx.touched.add(one.id)
    texts = ", ".join(convert(arg, of).text for arg, of in zip(args, given, strict=True))
    made = Code(f"{helper.name}({texts})", helper.result, fresh=helper.fresh)
    if helper.result.kind == "tuple" and not helper.inner:
        ctx.needs_lines("a call that gives several values")
        names = [ctx.names.fresh(f"part{at}") for at in range(len(helper.result.items))]
        ctx.write(f"{', '.join(names)} := {made.text}")
        items = tuple(Code(name, of) for name, of in zip(names, helper.result.items, strict=True))
        return made_tuple(items)
    return made


def define(ctx: Context, node: ast.FunctionDef) -> None:
    """Take in a function that is defined inside another one.

    Raises
    ------
    Untranslatable
    """
    args = node.args
    if args.vararg or args.kwarg or args.kwonlyargs or node.decorator_list:
        raise Untranslatable("an inner function with *args, or decorators")
    if not all(isinstance(one, ast.Constant) for one in args.defaults):
        raise Untranslatable("an inner function with a default that is no literal")
    own = {one.arg for one in (*args.posonlyargs, *args.args)}
    body = ast.Module(node.body, [])
    own |= stored(body)
    around = ctx.locals - set(ctx.functions) - {node.name}
    ctx.functions[node.name] = node, tuple(sorted((loaded(body) - own) & around))
    ctx.assigned.add(node.name)


def _inner(
    ctx: Context, node: ast.Call, definition: ast.FunctionDef, captured: tuple[str, ...]
) -> Code:
    """Call an inner function: what it reads around itself are more arguments."""
    own = definition.args
    names = [one.arg for one in (*own.posonlyargs, *own.args)]
    passed = dict(zip(reversed(names), reversed(own.defaults), strict=False))
    passed |= dict(zip(names, node.args, strict=False))
    passed |= {str(one.arg): one.value for one in node.keywords}
    if set(passed) != set(names) or len(node.args) > len(names):
        raise Untranslatable(f"a call of {definition.name} with other arguments")
    read = [ctx.name(name) for name in captured]
    args = [*read, *(argument(ctx, passed[name]) for name in names)]
    given = tuple(arg.type for arg in args)
    if not all(of.known for of in given) and not ctx.learning:
        raise Untranslatable(f"a call of {definition.name} with what is not known")
    takes = ast.arguments(
        [],
        [*(ast.arg(name) for name in captured), *own.posonlyargs, *own.args],
        None,
        [],
        [],
        None,
        [],
    )
    tree = ast.FunctionDef(definition.name, takes, definition.body, [], definition.returns, None)
    ast.copy_location(tree, definition)
    source = Source(ctx.source.function, tree, ctx.source.text, True, dict(ctx.functions))
    wish = f"{camel(definition.name)}Of{ctx.source.name.title().replace('_', '')}"
    helper = ctx.program.helper(source, wish, given, (definition.name, definition.lineno))
    for name in captured:  # what these hold may be found out inside
        if name in helper.parameters and name in ctx.locals:
            known = ctx.facts.types.get(name, UNKNOWN)
            ctx.facts.types[name] = ctx.join(known, helper.parameters[name])
    if helper.reason:
        raise Untranslatable(
            f"a call of {definition.name}, which is not translated: {helper.reason}"
        )
    ctx.check_known(f"what {definition.name} returns", helper.result)
    return Code(
        f"{helper.name}({', '.join(arg.text for arg in args)})", helper.result, fresh=helper.fresh
    )


KINDS[ast.Call] = _call
