"""Functions and classes of Python's library: heapq, bisect, collections, datetime, itertools."""

from __future__ import annotations

import ast
import collections
import datetime
import functools
import itertools
import operator
from collections.abc import Callable
from typing import Any

from ..loops import containers
from ..loops.walks import Walk, as_list, listed, parts, walk
from ..values import times
from ..values.code import Code, bare, call, convert, integer
from ..values.context import Context
from ..values.refusal import Untranslatable
from ..values.types import BOOL, DATE, FLOAT, INT, STR, TIME, UNKNOWN, Type, list_of
from .patterns import strptime
from .places import Evaluate
from .sequences import ORDERED, argument, no_keywords

Translate = Callable[[Context, ast.Call, Evaluate], Code]


def library(found: Any) -> Translate | None:
    """Return the translation of something of Python's library, where there is one."""
    try:
        return _KNOWN.get(found)
    except TypeError:  # not hashable
        return None


def _deque(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
    given = no_keywords(node, "maxlen")
    if len(node.args) > 1 or ("maxlen" in given and node.args):
        raise Untranslatable("a deque that begins with items and has a limit")
    if "maxlen" in given:
        _bound(ctx, node, evaluate(ctx, given["maxlen"]))
    if not node.args:
        return containers.literal_list(ctx, [])
    return copied(ctx, walk(ctx, node.args[0], evaluate))


def _bound(ctx: Context, node: ast.Call, limit: Code) -> None:
    """Remember how long the deque of a name may be."""
    statement = ctx.statement
    if (
        not isinstance(statement, ast.Assign | ast.AnnAssign)
        or statement.value is not node
        or not (limit.constant or limit.text in map(ctx.names.go, ctx.constant_parameters))
    ):
        raise Untranslatable("a deque with a limit that may change")
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        if not isinstance(target, ast.Name) or ctx.bounds.get(target.id, limit) != limit:
            raise Untranslatable("a deque with a limit, in something else than a name")
        ctx.bounds[target.id] = integer(limit, "maxlen")


def copied(ctx: Context, over: Walk) -> Code:
    """Write a new list of the iterable."""
    whole = listed(ctx, over)
    if whole.fresh:
        return whole
    if whole.type.item.shared:
        raise Untranslatable(f"a copy of a {whole.type.python}, which would share its lists")
    return call("slices.Clone", whole, of=list_of(whole.type.item), fresh=True)


def _list(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
    no_keywords(node)
    if not node.args:
        return containers.literal_list(ctx, [])
    return copied(ctx, walk(ctx, argument(node, 0), evaluate))


def _set(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
    if not node.args:
        return containers.empty(Type("set", (UNKNOWN,)))
    code = None
    if not isinstance(node.args[0], ast.Call):
        code = bare(evaluate(ctx, node.args[0]))
        if code.type.kind == "set":
            return call("maps.Clone", code, of=code.type, fresh=True)
        if code.type.kind == "map":
            return Code(
                f"pySetOf(slices.Collect(maps.Keys({code.text})))",
                containers.set_type(code.type.items[0]),
                fresh=True,
            )
    whole = as_list(ctx, code) if code else listed(ctx, walk(ctx, node.args[0], evaluate))
    return call("pySetOf", whole, of=containers.set_type(whole.type.item), fresh=True)


def _dict(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
    no_keywords(node)
    if not node.args:
        return containers.empty(containers.map_type(ctx, UNKNOWN, UNKNOWN))
    pairs = walk(ctx, argument(node, 0), evaluate)
    name, at = ctx.names.fresh("dict"), ctx.names.fresh("at")
    item = pairs.at(at)
    names: tuple[str, ...] = ()
    if item.type.is_list and item.type.item.plain:
        pair = ctx.names.fresh("pair")
        names = (f"{pair} := pyUnpack({item.text}, 2)",)
        key, value = (Code(f"{pair}[{place}]", item.type.item) for place in (0, 1))
    elif item.type.kind == "tuple" and len(item.type.items) == 2:
        key, value = parts(item)
    else:
        raise Untranslatable("dict of something else than pairs")
    of = containers.map_type(ctx, key.type, value.type)
    if value.type.shared:
        raise Untranslatable("a dict of lists that another list holds")
    ctx.check_known("dict", of)
    ctx.needs_lines("a dict that is made")
    ctx.write(f"{name} := {containers.empty(of).text}", beside=False)
    ctx.write(f"for {at} := range {pairs.length} {{", beside=False)
    with ctx.deeper():
        put = (
            f"{name}.put({key.text}, {value.text})"
            if of.kind == "dict"
            else f"{name}[{key.text}] = {value.text}"
        )
        for line in (*names, put):
            ctx.write(line, beside=False)
    ctx.write("}", beside=False)
    return Code(name, of, fresh=True)


def _counter(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
    no_keywords(node)
    if not node.args:
        return containers.empty(containers.map_type(ctx, UNKNOWN, INT, "zero"))
    whole = listed(ctx, walk(ctx, node.args[0], evaluate))
    of = containers.map_type(ctx, whole.type.item, INT, "zero")
    name = "pyCountOrdered" if ctx.facts.ordered else "pyCountMap"
    return call(name, whole, of=of, fresh=True)


def _default_dict(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
    no_keywords(node)
    factory = argument(node, 0)
    if isinstance(factory, ast.Lambda) and not factory.args.args:
        value = evaluate(ctx, factory.body)
        empty_ = not value.constant or not value.value
        if value.type.items or not empty_ or not value.constant:
            raise Untranslatable(
                "a defaultdict of something else than 0, an empty str, list, dict or set"
            )
        of = value.type
    else:
        made: dict[Any, Type] = {
            int: INT, float: FLOAT, str: STR, bool: BOOL, list: list_of(UNKNOWN), set: Type("set", (UNKNOWN,)),
            collections.deque: list_of(UNKNOWN), dict: containers.map_type(ctx, UNKNOWN, UNKNOWN),
            collections.Counter: containers.map_type(ctx, UNKNOWN, INT, "zero"),
        }  # fmt: skip
        found = ctx.resolve(factory)
        try:
            of = made[found]
        except (KeyError, TypeError):
            raise Untranslatable(f"a defaultdict of {ast.unparse(factory)}") from None
    return containers.empty(containers.map_type(ctx, UNKNOWN, of, "made"))


def _timedelta(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
    names = ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"]
    given = dict(zip(names, (bare(evaluate(ctx, arg)) for arg in node.args), strict=False))
    given |= {str(one.arg): bare(evaluate(ctx, one.value)) for one in node.keywords}
    return times.make_duration(ctx, given)


def _moment(of: Type) -> Translate:
    def translate(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
        names = ["year", "month", "day", "hour", "minute", "second", "microsecond"]
        given = dict(zip(names, (evaluate(ctx, arg) for arg in node.args), strict=False))
        given |= {str(one.arg): evaluate(ctx, one.value) for one in node.keywords}
        return times.make_time(ctx, given, of)

    return translate


def _strptime(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
    text, layout = (bare(evaluate(ctx, argument(node, at))) for at in (0, 1))
    return strptime(ctx, text, layout)


def _accumulate(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
    no_keywords(node)
    if len(node.args) != 1:
        raise Untranslatable("accumulate by something else than +")
    whole = listed(ctx, walk(ctx, node.args[0], evaluate))
    if whole.type.item not in (INT, FLOAT):
        raise Untranslatable(f"accumulate of a {whole.type.python}")
    if whole.type.item == INT:
        ctx.may_wrap()
        if ctx.checked:
            return call("pyAccumulateChecked", whole, of=list_of(INT), fresh=True)
    return call("pyAccumulate", whole, of=list_of(whole.type.item), fresh=True)


def _mapped(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
    """Translate ``map(f, values)`` as the comprehension that it is."""
    if len(node.args) != 2:
        raise Untranslatable("map over several lists")
    item = ast.Name("mapped", ast.Load())
    elt: ast.expr = ast.Call(node.args[0], [item], [])
    if isinstance(node.args[0], ast.Lambda):
        elt, item = node.args[0].body, ast.Name(node.args[0].args.args[0].arg, ast.Load())
    loop = ast.comprehension(ast.Name(item.id, ast.Store()), node.args[1], [], 0)
    return evaluate(ctx, ast.ListComp(elt, [loop]))


def _filtered(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
    test, over = argument(node, 0), argument(node, 1)
    item = ast.Name("mapped", ast.Load())
    condition: ast.expr = ast.Call(test, [item], [])
    if isinstance(test, ast.Constant) and test.value is None:
        condition = item
    elif isinstance(test, ast.Lambda):
        condition, item = test.body, ast.Name(test.args.args[0].arg, ast.Load())
    loop = ast.comprehension(ast.Name(item.id, ast.Store()), over, [condition], 0)
    return evaluate(ctx, ast.ListComp(item, [loop]))


def _reduced(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
    """Translate ``reduce(f, values, start)`` as a loop."""
    no_keywords(node)
    ctx.needs_lines("reduce")
    over = ctx.keep(listed(ctx, walk(ctx, argument(node, 1), evaluate)), "items")
    known = f"reduced at {node.lineno}:{node.col_offset}"  # no name of Python's
    names, body = _of_two(ctx, argument(node, 0))
    if len(node.args) > 2:
        start, rest = bare(evaluate(ctx, node.args[2])), over.text
    else:
        ctx.write(f"pyAtLeast({over.text}, 1)", beside=False)
        start, rest = Code(f"{over.text}[0]", over.type.item), f"{over.text}[1:]"
    of = ctx.bind(known, start.type)
    name, item = ctx.names.fresh("reduced"), ctx.names.fresh("item")
    ctx.write(f"var {name} {of.go} = {convert(start, of).text}", beside=False)
    read = any(isinstance(one, ast.Name) and one.id == names[1] for one in ast.walk(body))
    ctx.write(f"for _, {item} := range {rest} {{" if read else f"for range {rest} {{", beside=False)
    before = dict(ctx.inner)
    ctx.inner |= {names[0]: Code(name, of), names[1]: Code(item, over.type.item)}
    with ctx.deeper():
        code = evaluate(ctx, body)
        of = ctx.bind(known, code.type)
        ctx.write(f"{name} = {convert(code, of).text}", beside=False)
    ctx.write("}", beside=False)
    ctx.inner = before
    if of.shared:
        raise Untranslatable("reduce to a list")
    return Code(name, of)


def _of_two(ctx: Context, function: ast.expr) -> tuple[list[str], ast.expr]:
    """Return the names of two parameters, and what a function gives for them."""
    if isinstance(function, ast.Lambda):
        names = [one.arg for one in function.args.args]
        if len(names) != 2 or function.args.defaults:
            raise Untranslatable("reduce by something else than a function of two")
        return names, function.body
    one, other = (ast.Name(name, ast.Load()) for name in ("one", "other"))
    signs: dict[Any, ast.operator] = {
        operator.add: ast.Add(), operator.mul: ast.Mult(), operator.or_: ast.BitOr(),
        operator.and_: ast.BitAnd(), operator.xor: ast.BitXor(),
    }  # fmt: skip
    found = ctx.resolve(function)
    sign = signs.get(found) if callable(found) else None
    if sign is not None:
        return ["one", "other"], ast.BinOp(one, sign, other)
    return ["one", "other"], ast.Call(function, [one, other], [])


def _walked(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
    return listed(ctx, walk(ctx, node, evaluate))


def _divmod(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Code:
    left, right = argument(node, 0), argument(node, 1)
    parts = [ast.BinOp(left, ast.FloorDiv(), right), ast.BinOp(left, ast.Mod(), right)]
    return evaluate(ctx, ast.Tuple([*parts], ast.Load()))


_KNOWN: dict[Any, Translate] = {
    **ORDERED,
    collections.deque: _deque,
    collections.Counter: _counter,
    collections.defaultdict: _default_dict,
    collections.OrderedDict: _dict,
    datetime.timedelta: _timedelta,
    datetime.datetime: _moment(TIME),
    datetime.date: _moment(DATE),
    datetime.datetime.strptime: _strptime,
    itertools.accumulate: _accumulate,
    list: _list,
    tuple: _list,
    set: _set,
    frozenset: _set,
    dict: _dict,
    map: _mapped,
    filter: _filtered,
    range: _walked,
    zip: _walked,
    enumerate: _walked,
    reversed: _walked,
    itertools.combinations: _walked,
    itertools.permutations: _walked,
    itertools.product: _walked,
    itertools.chain: _walked,
    itertools.islice: _walked,
    functools.reduce: _reduced,
    divmod: _divmod,
}
