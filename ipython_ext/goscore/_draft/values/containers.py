"""Lists, arrays and dicts."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from .code import Code, call, convert, integer, literal
from .context import Context
from .loops import Loop, repeat
from .refusal import Untranslatable
from .types import INT, STR, UNKNOWN, Type, check_known, list_of

Evaluate = Callable[[Context, ast.expr], Code]


def literal_list(ctx: Context, items: list[Code]) -> Code:
    """Translate ``[a, b]``."""
    item = UNKNOWN
    for one in items:
        item = ctx.join(item, one.type)
    if items:
        check_known("a list", item)
    if item.kind in ("list", "array", "map") and not all(one.fresh for one in items):
        raise Untranslatable("a list of lists that have names: Go would not share them")

    def make(wanted: Type) -> Code:
        if not wanted.known:
            wanted = list_of(item)
        texts = ", ".join(convert(one, wanted.item).text for one in items)
        return Code(f"{wanted.go}{{{texts}}}", wanted, fresh=True, remake=make)

    return make(list_of(item))


def empty_map() -> Code:
    """Translate ``{}``."""

    def make(wanted: Type) -> Code:
        return Code(f"{wanted.go}{{}}", wanted, fresh=True, remake=make)

    return make(Type("map", (UNKNOWN, UNKNOWN)))


def method(ctx: Context, name: str, owner: Code, args: list[Code]) -> Code:
    """Translate a method of a list, an array or a dict that changes nothing."""
    if owner.type.kind == "map" and name == "get" and len(args) == 2:
        key = convert(args[0], owner.type.items[0])
        of = ctx.join(owner.type.item, args[1].type)
        return call("pyGet", owner, key, convert(args[1], of), of=of)
    if (
        owner.type.is_list
        and name in ("copy", "tolist", "to_numpy")
        and not args
        and not owner.type.item.items
    ):
        of = list_of(owner.type.item) if name == "tolist" else owner.type
        return call("slices.Clone", owner, of=of, fresh=True)
    raise Untranslatable(f"no translation of the method {name} of a {owner.type.python}")


def item(owner: Code, at: Code) -> Code:
    """Translate ``owner[at]``."""
    if owner.type == STR:
        return call("pyChar", owner, integer(at, "an index"), of=STR)
    if owner.type.kind == "map":
        return call("pyKey", owner, convert(at, owner.type.items[0]), of=owner.type.item)
    if not owner.type.is_list:
        raise Untranslatable(f"[...] of a {owner.type.python}")
    return Code(place(owner, at), owner.type.item)


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
    if not (owner.type == STR or owner.type.is_list) or (
        owner.type.is_list and owner.type.item.items
    ):
        raise Untranslatable(f"a slice of a {owner.type.python}")
    if step is not None and step.value != 1:
        if step.value == -1 and lower is upper is None and owner.type.is_list:
            return call("pyReversed", owner, of=owner.type, fresh=True)
        raise Untranslatable("a slice with a step")
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
        of = found[0].type if kept == UNKNOWN else kept.item
        check_known("a comprehension", of)
        if of.kind in ("list", "array", "map") and not found[0].fresh:
            raise Untranslatable("a list of lists that have names: Go would not share them")
        ctx.write(f"{name} = append({name}, {convert(found[0], of).text})", beside=False)

    _generators(ctx, node, node.generators, evaluate, condition, inside)
    whole = list_of(found[0].type if kept == UNKNOWN else kept.item)
    declared.text = f"{name} := {whole.go}{{}}"
    return Code(name, whole, fresh=True)


def _generators(
    ctx: Context,
    node: ast.ListComp | ast.GeneratorExp,
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
    repeated: list[ast.AST] = [node.elt, *first.ifs]
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

    _generators(ctx, node, node.generators, evaluate, condition, inside)
    return Code(name, literal(True).type)
