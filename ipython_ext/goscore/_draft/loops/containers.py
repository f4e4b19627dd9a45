"""Lists, arrays and dicts."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from ..values.code import Code, bare, call, convert, integer, literal
from ..values.context import Context
from ..values.names import root
from ..values.refusal import Untranslatable
from ..values.types import INT, NONE, STR, UNKNOWN, Type, list_of
from .loops import repeat
from .moves import given_up
from .targets import Loop
from .walks import parts

Evaluate = Callable[[Context, ast.expr], Code]


def store(ctx: Context, node: ast.expr, code: Code, name: str = "") -> Code:
    """Return a value that is kept under a second name.

    Raises
    ------
    Untranslatable
        Append to one of the two would give it another list in Go, and Python has one.
    """
    if not code.type.shared or code.fresh or ctx.learning:
        return code
    first = root(node)
    if isinstance(node, ast.Name):
        changing = ctx.resized & {first, name}
    elif isinstance(node, ast.Subscript) and first:
        changing = (ctx.deep & {first}) | (ctx.resized & {name})
    else:
        changing = ctx.resized
    if code.type.item.shared:
        changing = ctx.resized
    if code.type.is_list and not changing:
        return code
    if isinstance(node, ast.Name) and first not in ctx.parameters and given_up(ctx, first):
        return code
    what = f"a list that has a name, {first}," if first else "a list that has a name"
    raise Untranslatable(f"{what} under a second one, in a function that changes lists")


def literal_list(ctx: Context, items: list[Code]) -> Code:
    """Translate ``[a, b]``."""
    item = UNKNOWN
    for one in items:
        item = ctx.join(item, one.type)
    if items and item != NONE:
        ctx.check_known("a list", item)

    def make(wanted: Type) -> Code:
        if not wanted.known:
            wanted = list_of(item)
        texts = ", ".join(convert(one, wanted.item).text for one in items)
        return Code(f"{wanted.go}{{{texts}}}", wanted, fresh=True, remake=make)

    return make(list_of(item))


def empty(of: Type) -> Code:
    """Translate ``{}``, ``set()``, ``Counter()`` and the like."""

    def make(wanted: Type) -> Code:
        text = f"&{wanted.go[1:]}{{}}" if wanted.kind == "dict" else f"{wanted.go}{{}}"
        return Code(text, wanted, fresh=True, remake=make)

    return make(of)


def map_type(ctx: Context, key: Type, value: Type, form: str = "") -> Type:
    """Return the type of a dict of the function's own."""
    if key.has_floats:
        raise Untranslatable("a dict by floats")
    if not (key.plain or not key.known):
        raise Untranslatable(f"a dict by a {key.python}")
    return Type("dict" if ctx.facts.ordered else "map", (key, value), form)


def item(owner: Code, at: Code) -> Code:
    """Translate ``owner[at]``."""
    owner, at = bare(owner), bare(at)
    if owner.type == STR:
        return call("pyChar", owner, integer(at, "an index"), of=STR)
    if owner.type.is_map:
        return key(owner, convert(at, owner.type.items[0]))
    if owner.type.kind == "tuple":
        if not at.constant or not -len(owner.type.items) <= at.value < len(owner.type.items):
            raise Untranslatable("an item of a tuple at a place that is no literal")
        return parts(owner)[int(at.value)]
    if owner.type.kind == "match" and at.type == STR:
        return call("pyNamedGroup", owner, at, of=STR)
    if owner.type.kind == "match":
        return call("pyGroup", owner, integer(at, "a group"), of=STR)
    if not owner.type.is_list:
        raise Untranslatable(f"[...] of a {owner.type.python}")
    return Code(place(owner, at), owner.type.item)


def zero(of: Type) -> str:
    """Return a Go function that makes the value of a missing key of a defaultdict."""
    if of.kind == "dict":
        return f"func() {of.go} {{ return &{of.go[1:]}{{}} }}"
    if of.kind in ("list", "map", "set"):
        return f"func() {of.go} {{ return {of.go}{{}} }}"
    return f"func() (zero {of.go}) {{ return }}"


def key(owner: Code, at: Code) -> Code:
    """Translate ``owner[at]`` of a dict."""
    of, form = owner.type.item, owner.type.form
    if form == "made":
        if owner.type.kind == "dict":
            return Code(f"{owner.at(7)}.made({at.text}, {zero(of)})", of)
        return Code(f"pyMade({owner.text}, {at.text}, {zero(of)})", of)
    if owner.type.kind == "dict":
        if form == "zero":
            return Code(f"{owner.at(7)}.get({at.text}, 0)", of)
        return Code(f"{owner.at(7)}.key({at.text})", of)
    if form == "zero":
        return Code(f"{owner.at(7)}[{at.text}]", of)
    return call("pyKey", owner, at, of=of)


def place(owner: Code, at: Code) -> str:
    """Write an item of a list, to read or to set; a negative index counts from the end."""
    at = integer(at, "an index")
    if at.constant:
        if at.value >= 0:
            return f"{owner.text}[{at.text}]"
        return f"{owner.text}[len({owner.text})-{-at.value}]"
    if at.least is not None and at.least >= 0:
        return f"{owner.text}[{_narrow(at.text)}]"
    return f"{owner.text}[pyIndex({at.text}, len({owner.text}))]"


def _narrow(text: str) -> str:
    """Write an index as gofmt does, when it is a short one."""
    return re.sub(r"^(\w+) ([+-]) (\w+)$", r"\1\2\3", text)


def cut(
    ctx: Context, owner: Code, lower: Code | None, upper: Code | None, step: Code | None
) -> Code:
    """Translate ``owner[lower:upper:step]``."""
    if owner.type.kind == "array" and ctx.changed:
        raise Untranslatable(
            "a slice of an array in a function that changes one: NumPy's would be a view"
        )
    if owner.type == STR and step is not None and step.value != 1:
        chars = call("pyChars", owner, of=list_of(STR), fresh=True)
        return call("strings.Join", cut(ctx, chars, lower, upper, step), literal(""), of=STR)
    if not (owner.type == STR or owner.type.is_list) or owner.type.item.shared:
        raise Untranslatable(f"a slice of a {owner.type.python}")
    if step is not None and step.value != 1:
        if step.value == -1 and lower is upper is None and owner.type.is_list:
            return call("pyReversed", owner, of=owner.type, fresh=True)
        none = Code("math.MinInt", INT)
        ends = (lower or none, upper or none, integer(step, "a step"))
        return call("pySteps", owner, *ends, of=owner.type, fresh=True)
    if owner.type.is_list and lower is upper is None:
        return call("slices.Clone", owner, of=owner.type, fresh=True)
    end = Code("math.MaxInt", INT)
    function = "pySubstring" if owner.type == STR else "pySlice"
    return call(function, owner, lower or literal(0), upper or end, of=owner.type, fresh=True)


def comprehension(
    ctx: Context,
    node: ast.ListComp | ast.GeneratorExp,
    evaluate: Evaluate,
    condition: Evaluate,
    name: str = "",
    kept: Type = UNKNOWN,
) -> Code:
    """Write a comprehension as a loop that appends.

    Parameters
    ----------
    name : str
        Go's name of the list, when it is declared with it.
    kept : Type
        Of the list, so far as it is known already.
    """
    ctx.needs_lines("a comprehension")
    name = name or ctx.names.fresh("items")
    declared = ctx.write("", beside=True)
    found: list[Code] = []

    def inside() -> None:
        found.append(evaluate(ctx, node.elt))
        of = ctx.join(found[0].type, kept.item)
        ctx.check_known("a comprehension", of)
        store(ctx, node.elt, found[0])
        ctx.write(f"{name} = append({name}, {convert(found[0], of).text})", beside=False)

    _generators(ctx, node.elt, node.generators, evaluate, condition, inside)
    whole = list_of(ctx.join(found[0].type, kept.item))
    declared.text = f"{name} := {whole.go}{{}}"
    return Code(name, whole, fresh=True)


def _generators(
    ctx: Context,
    node: ast.expr,
    rest: list[ast.comprehension],
    evaluate: Evaluate,
    condition: Evaluate,
    inside: Callable[[], None],
) -> None:
    if not rest:
        inside()
        return
    first = rest[0]
    if first.is_async:
        raise Untranslatable("async for")
    repeated: list[ast.AST] = [node, *first.ifs]
    for one in rest[1:]:
        repeated += [one.iter, *one.ifs]
    loop = Loop(first.target, first.iter, repeated, True, lambda name: True)

    def body() -> None:
        if not first.ifs:
            _generators(ctx, node, rest[1:], evaluate, condition, inside)
            return
        tests = [condition(ctx, first.ifs[0])]
        with ctx.unwritten():
            tests += [condition(ctx, test) for test in first.ifs[1:]]
        ctx.write(f"if {' && '.join(test.at(3) for test in tests)} {{", beside=False)
        with ctx.deeper():
            _generators(ctx, node, rest[1:], evaluate, condition, inside)
        ctx.write("}", beside=False)

    repeat(ctx, loop, evaluate, body)


def search(
    ctx: Context, node: ast.GeneratorExp, every: bool, evaluate: Evaluate, condition: Evaluate
) -> Code:
    """Write ``any`` or ``all`` of a generator as a loop that stops where Python stops."""
    ctx.needs_lines("any or all of a generator")
    if len(node.generators) != 1:
        raise Untranslatable("any or all of nested loops")
    name = ctx.names.fresh("every" if every else "found")
    ctx.write(f"{name} := {'true' if every else 'false'}")

    def inside() -> None:
        test = condition(ctx, node.elt)
        ctx.write(f"if {'!' + test.at(6) if every else test.text} {{", beside=False)
        with ctx.deeper():
            ctx.write(f"{name} = {'false' if every else 'true'}", beside=False)
            ctx.write("break", beside=False)
        ctx.write("}", beside=False)

    _generators(ctx, node.elt, node.generators, evaluate, condition, inside)
    return Code(name, literal(True).type)


def keyed(
    ctx: Context, node: ast.DictComp | ast.SetComp, evaluate: Evaluate, condition: Evaluate
) -> Code:
    """Write a comprehension of a dict or a set as a loop that fills it."""
    ctx.needs_lines("a comprehension")
    of_set = isinstance(node, ast.SetComp)
    name = ctx.names.fresh("seen" if of_set else "dict")
    declared = ctx.write("", beside=True)
    found: list[Type] = []

    def inside() -> None:
        if isinstance(node, ast.SetComp):
            one = evaluate(ctx, node.elt)
            found.append(set_type(one.type))
            ctx.write(add(Code(name, found[0]), one), beside=False)
            return
        at, value = evaluate(ctx, node.key), evaluate(ctx, node.value)
        store(ctx, node.value, value)
        found.append(map_type(ctx, at.type, value.type))
        text = (
            f"{name}.put({at.text}, {value.text})"
            if ctx.facts.ordered
            else f"{name}[{at.text}] = {value.text}"
        )
        ctx.write(text, beside=False)

    whole: ast.expr = (
        node.elt if isinstance(node, ast.SetComp) else ast.Tuple([node.key, node.value])
    )
    _generators(ctx, whole, node.generators, evaluate, condition, inside)
    made = empty(found[0])
    if not ctx.learning:
        ctx.check_known("a comprehension", found[0])
    declared.text = f"{name} := {made.text}"
    return Code(name, found[0], fresh=True)


def set_type(item: Type) -> Type:
    """Return the type of a set."""
    if item.known and not item.plain:
        raise Untranslatable(f"a set of a {item.python}")
    return Type("set", (item,))


def add(owner: Code, item: Code) -> str:
    """Write what adds an item to a set."""
    if owner.type.has_floats:
        return f"pyAdd({owner.text}, {item.text})"
    return f"{owner.at(7)}[{item.text}] = struct{{}}{{}}"
