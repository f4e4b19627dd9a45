"""What can be gone through: lists, text, dicts, ranges, and ``enumerate``, ``zip`` and ``reversed`` of them."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable
from dataclasses import dataclass

from ..values.code import PLUS, Code, bare, call, convert, integer, literal
from ..values.context import Context
from ..values.refusal import Untranslatable
from ..values.types import INT, STR, UNKNOWN, Type, list_of, tuple_of

Evaluate = Callable[[Context, ast.expr], Code]
FIELDS = "ABCDEFGH"  # of pyTuple's


@dataclass
class Walk:
    """Something with a length, and an item at each index below it.

    Attributes
    ----------
    length : str
        In Go.
    at : callable
        Makes the item at an index.
    whole : Code or None
        The list, where it is one.
    """

    length: str
    at: Callable[[str], Code]
    whole: Code | None = None

    @property
    def item(self) -> Type:
        return self.at("i").type


def parts(code: Code) -> tuple[Code, ...]:
    """Return the items of a tuple."""
    if code.parts:
        return code.parts
    return tuple(
        Code(f"{code.at(7)}.{field}", of)
        for field, of in zip(FIELDS, code.type.items, strict=False)
    )


def made_tuple(items: tuple[Code, ...]) -> Code:
    """Translate ``(a, b)``."""
    if not 1 <= len(items) <= len(FIELDS):
        raise Untranslatable(f"a tuple of {len(items)}")
    of = tuple_of(*(item.type for item in items))

    def make(wanted: Type) -> Code:
        whole = wanted if wanted.known else of
        given = [convert(item, kind) for item, kind in zip(items, whole.items, strict=True)]
        text = ", ".join(item.text for item in given)
        fresh = all(item.fresh or not item.type.shared for item in items)
        return Code(f"{whole.go}{{{text}}}", whole, fresh=fresh, remake=make, parts=tuple(given))

    return make(of)


def as_list(ctx: Context, code: Code, what: str = "a loop over") -> Code:
    """Return the iterable as a list.

    Raises
    ------
    Untranslatable
        Its order is Python's own affair, or it is none.
    """
    code = bare(code)
    if code.type.is_list:
        return code
    if code.type == STR:
        return call("pyChars", code, of=list_of(STR), fresh=True)
    if code.type.kind == "dict":
        return Code(f"{code.at(7)}.keys", list_of(code.type.items[0]))
    if code.type.kind == "map":
        ctx.need_order()
        raise Untranslatable(f"{what} a dict that is given: Go's has no order")
    if code.type.kind == "set":
        raise Untranslatable(f"{what} a set, whose order is Python's own: use sorted()")
    if code.type.kind == "tuple":
        items = parts(code)
        of = UNKNOWN
        for item in items:
            of = ctx.join(of, item.type)
        if not of.mixed:
            texts = ", ".join(convert(item, of).text for item in items)
            return Code(f"[]{of.go}{{{texts}}}", list_of(of), fresh=True)
    raise Untranslatable(f"{what} a {code.type.python}")


def walk(ctx: Context, node: ast.expr, evaluate: Evaluate) -> Walk:
    """Translate the iterable.

    Raises
    ------
    Untranslatable
    """
    if isinstance(node, ast.Call):
        found = ctx.resolve(node.func)
        make = _MADE.get(found) if isinstance(found, type) else None
        if make is not None:
            return make(ctx, node, evaluate)
        pairs = _pairs_of_dict(ctx, node, evaluate)
        if pairs is not None:
            return pairs
    return of_list(ctx, as_list(ctx, evaluate(ctx, node)), isinstance(node, ast.Name))


def of_list(ctx: Context, over: Code, named: bool = False) -> Walk:
    """Go through a list; one that has no name gets one."""
    if not named and not over.text.replace(".", "").isidentifier():
        over = ctx.keep(over, "items")
    return Walk(f"len({over.text})", lambda at: Code(f"{over.text}[{at}]", over.type.item), over)


def _pairs_of_dict(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Walk | None:
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "items" or node.args:
        return None
    owner = bare(evaluate(ctx, node.func.value))
    if owner.type.kind == "map":
        as_list(ctx, owner)
    if owner.type.kind != "dict":
        return None
    owner = ctx.keep(owner, "dict")

    def at(index: str) -> Code:
        key = Code(f"{owner.text}.keys[{index}]", owner.type.items[0])
        return _pair(key, Code(f"{owner.text}.values[{index}]", owner.type.item))

    return Walk(f"len({owner.text}.keys)", at)


def _pair(*items: Code) -> Code:
    made = tuple_of(*(item.type for item in items))
    text = ", ".join(item.text for item in items)
    return Code(f"{made.go}{{{text}}}", made, parts=items)


def _enumerate(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Walk:
    inner = walk(ctx, node.args[0], evaluate)
    given = node.args[1:] + [one.value for one in node.keywords if one.arg == "start"]
    first = integer(evaluate(ctx, given[0]), "enumerate") if given else literal(0)
    first = ctx.keep(first, "first")

    def at(index: str) -> Code:
        if first.value == 0:
            return _pair(Code(index, INT, least=0), inner.at(index))
        return _pair(Code(f"{index} + {first.at(PLUS + 1)}", INT, PLUS), inner.at(index))

    return Walk(inner.length, at)


def _zip(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Walk:
    if not 1 <= len(node.args) <= len(FIELDS):
        raise Untranslatable(f"zip of {len(node.args)} arguments")
    strict = [one.value for one in node.keywords]
    inner = [walk(ctx, arg, evaluate) for arg in node.args]
    lengths = ", ".join(one.length for one in inner)
    if strict and not (isinstance(strict[0], ast.Constant) and strict[0].value is False):
        ctx.needs_lines("zip with strict=True")
        ctx.write(f"pyStrict({lengths})", beside=False)
    length = f"min({lengths})" if len(inner) > 1 else lengths
    return Walk(length, lambda at: _pair(*(one.at(at) for one in inner)))


def _reversed(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Walk:
    inner = walk(ctx, node.args[0], evaluate)
    return Walk(inner.length, lambda at: inner.at(f"{inner.length}-1-{at}"))


def _range(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Walk:
    given = [integer(evaluate(ctx, arg), "range") for arg in node.args]
    if len(given) == 1:
        return Walk(f"max({given[0].text}, 0)", lambda at: Code(at, INT, least=0))
    if len(given) == 2:
        start = ctx.keep(given[0], "start")
        end = given[1].at(PLUS)
        length = f"max({end}-{start.at(PLUS + 1)}, 0)"
        return Walk(length, lambda at: Code(f"{start.at(PLUS)} + {at}", INT, PLUS))
    listed = ctx.keep(call("pyRange", *given, of=list_of(INT), fresh=True), "items")
    return of_list(ctx, listed, True)


def _pairwise(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Walk:
    inner = walk(ctx, node.args[0], evaluate)
    return Walk(f"max({inner.length}-1, 0)", lambda at: _pair(inner.at(at), inner.at(f"{at}+1")))


def _groups(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Walk:
    keys = node.args[1:] + [one.value for one in node.keywords]
    whole = listed(ctx, walk(ctx, node.args[0], evaluate))
    of = whole.type.item
    if not keys or (isinstance(keys[0], ast.Constant) and keys[0].value is None):
        by = whole
    else:
        whole = ctx.keep(whole, "items")
        by = by_each(ctx, keys[0], whole, evaluate)
    key = by.type.item
    if key.known and (not key.plain or key.has_floats):
        raise Untranslatable(f"groupby of a {key.python}")
    if by is whole:
        made = call("pyGroupBy", whole, of=list_of(tuple_of(of, list_of(of))), fresh=True)
    else:
        made = call("pyGroupByKey", whole, by, of=list_of(tuple_of(key, list_of(of))), fresh=True)
    return of_list(ctx, made)


def by_each(ctx: Context, function: ast.expr, over: Code, evaluate: Evaluate) -> Code:
    """Write a list of what a function gives for each item of a list."""
    item, elt = "item", ast.Call(function, [ast.Name("item", ast.Load())], [])
    if isinstance(function, ast.Lambda):
        if len(function.args.args) != 1:
            raise Untranslatable("a key= of something else than one parameter")
        item, elt = function.args.args[0].arg, function.body  # type: ignore[assignment]
    before = dict(ctx.inner)
    ctx.inner["the items"] = over
    loop = ast.comprehension(ast.Name(item, ast.Store()), ast.Name("the items", ast.Load()), [], 0)
    made = evaluate(ctx, ast.ListComp(elt, [loop]))
    ctx.inner = before
    return made


def _several(name: str, of: Callable[[Type], Type]) -> Callable[..., Walk]:
    """Make the walk through what a function of itertools makes of a list and a count."""

    def walk_(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Walk:
        count = node.args[1] if len(node.args) == 2 else None
        if node.keywords or not isinstance(count, ast.Constant) or count.value != 2:
            raise Untranslatable(f"{ast.unparse(node.func)} of something else than pairs")
        whole = listed(ctx, walk(ctx, node.args[0], evaluate))
        return of_list(ctx, call(name, whole, of=list_of(of(whole.type.item)), fresh=True))

    return walk_


def _product(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Walk:
    if node.keywords or len(node.args) != 2:
        raise Untranslatable("itertools.product of something else than two lists")
    one, two = (listed(ctx, walk(ctx, arg, evaluate)) for arg in node.args)
    of = list_of(tuple_of(one.type.item, two.type.item))
    return of_list(ctx, call("pyCrossed", one, two, of=of, fresh=True))


def _chain(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Walk:
    lists = [listed(ctx, walk(ctx, arg, evaluate)) for arg in node.args]
    of = UNKNOWN
    for one in lists:
        of = ctx.join(of, one.type.item)
    if not lists or of.mixed or of.shared:
        raise Untranslatable("itertools.chain of lists of several types")
    whole = [convert(one, list_of(of)) for one in lists]
    return of_list(ctx, call("slices.Concat", *whole, of=list_of(of), fresh=True))


def _slice(ctx: Context, node: ast.Call, evaluate: Evaluate) -> Walk:
    if not 2 <= len(node.args) <= 3:
        raise Untranslatable("itertools.islice with a step")
    whole = listed(ctx, walk(ctx, node.args[0], evaluate))
    ends = [integer(evaluate(ctx, arg), "islice") for arg in node.args[1:]]
    if not all(one.least is not None and one.least >= 0 for one in ends) and not ctx.learning:
        raise Untranslatable("itertools.islice to what may be below 0")
    start, end = ends if len(ends) == 2 else (literal(0), ends[0])
    return of_list(ctx, call("pySlice", whole, start, end, of=whole.type, fresh=True))


_MADE: dict[type, Callable[..., Walk]] = {
    range: _range,
    enumerate: _enumerate,
    zip: _zip,
    reversed: _reversed,
    itertools.pairwise: _pairwise,
    itertools.groupby: _groups,
    itertools.combinations: _several("pyPairs", lambda of: tuple_of(of, of)),
    itertools.permutations: _several("pyOrderedPairs", lambda of: tuple_of(of, of)),
    itertools.product: _product,
    itertools.chain: _chain,
    itertools.islice: _slice,
}


def listed(ctx: Context, over: Walk) -> Code:
    """Write a list of the iterable."""
    if over.whole is not None:
        return over.whole
    ctx.needs_lines("a list that is made")
    name, at = ctx.names.fresh("items"), ctx.names.fresh("at")
    item = over.at(at)
    of = list_of(item.type)
    if not ctx.learning and not of.known:
        raise Untranslatable("a list of what is not known")
    ctx.write(f"{name} := {of.go}{{}}", beside=False)
    ctx.write(f"for {at} := range {over.length} {{", beside=False)
    with ctx.deeper():
        ctx.write(f"{name} = append({name}, {item.text})", beside=False)
    ctx.write("}", beside=False)
    return Code(name, of, fresh=True)
