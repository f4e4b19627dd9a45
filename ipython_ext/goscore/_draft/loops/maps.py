"""Dicts and lists: their literals, and the methods that change nothing."""

from __future__ import annotations

from ..values import equality
from ..values.code import Code, bare, call, convert, integer, literal
from ..values.context import Context
from ..values.refusal import Untranslatable
from ..values.types import INT, UNKNOWN, Type, list_of, optional, tuple_of
from . import containers
from .walks import as_list


def literal_map(ctx: Context, keys: list[Code], values: list[Code]) -> Code:
    """Translate ``{a: b}``."""
    key, value = UNKNOWN, UNKNOWN
    for one in keys:
        key = ctx.join(key, one.type)
    for one in values:
        value = ctx.join(value, one.type)
    of = containers.map_type(ctx, key, value)
    if not keys:
        return containers.empty(of)
    ctx.check_known("a dict", of)
    twice = len({one.text for one in keys}) < len(keys)

    def make(wanted: Type) -> Code:
        whole = wanted if wanted.known else of
        at = [convert(one, whole.items[0]).text for one in keys]
        held = [convert(one, whole.item).text for one in values]
        if whole.kind == "dict":
            text = f"pyDictOf([]{whole.items[0].go}{{{', '.join(at)}}}, []{whole.item.go}{{{', '.join(held)}}})"
        else:
            pairs = ", ".join(f"{one}: {other}" for one, other in zip(at, held, strict=True))
            text = f"{whole.go}{{{pairs}}}"
        return Code(text, whole, fresh=True, remake=make)

    if twice and of.kind == "map":
        raise Untranslatable("a dict with a key twice")
    return make(of)


def method(ctx: Context, name: str, owner: Code, args: list[Code]) -> Code:
    """Translate a method of a list, an array, a dict or a set that changes nothing.

    Raises
    ------
    Untranslatable
    """
    made: Code | None = None
    if owner.type.is_map:
        made = _of_map(ctx, name, owner, args)
    elif owner.type.kind == "set":
        made = _of_set(ctx, name, owner, args)
    elif owner.type.is_list:
        made = _of_list(name, owner, args)
    if made is None:
        raise Untranslatable(f"no translation of the method {name} of a {owner.type.python}")
    return made


def _of_map(ctx: Context, name: str, owner: Code, args: list[Code]) -> Code | None:
    key, value = owner.type.items
    ordered = owner.type.kind == "dict"
    at = owner.at(7)
    if name == "get" and args:
        where = convert(bare(args[0]), key)
        other = args[1] if len(args) > 1 else literal(None)
        if other.constant and other.value is None:
            made = (
                f"{at}.maybe({where.text})"
                if ordered
                else f"pyGetMaybe({owner.text}, {where.text})"
            )
            return Code(made, optional(value))
        of = ctx.join(value, other.type)
        if of != value and not ctx.learning:
            if of.mixed or ordered:
                raise Untranslatable(f"get of a {value.python}, or a {other.type.python}")
        given = f"{where.text}, {convert(other, of).text}"
        if ordered:
            return Code(f"{at}.get({given})", of)
        if of != value and not ctx.learning:
            raise Untranslatable(f"get of a {value.python}, or a {other.type.python}")
        return Code(f"pyGet({owner.text}, {given})", of)
    if name in ("keys", "values", "items", "most_common", "elements"):
        whole = as_list(ctx, owner)
        if name == "keys":
            return whole
        if name == "values":
            return Code(f"{at}.values", list_of(value))
        if name == "items":
            return Code(f"{at}.items()", list_of(tuple_of(key, value)), fresh=not value.shared)
        if name == "most_common" and owner.type.form == "zero" and len(args) <= 1:
            count = integer(args[0], name).text if args else "math.MaxInt"
            of = list_of(tuple_of(key, INT))
            return Code(f"pyMostCommon({owner.text}, {count})", of, fresh=True)
    if name == "copy" and not args and not value.shared:
        return (
            Code(f"{at}.copy()", owner.type, fresh=True)
            if ordered
            else call("maps.Clone", owner, of=owner.type, fresh=True)
        )
    return None


def _of_set(ctx: Context, name: str, owner: Code, args: list[Code]) -> Code | None:
    if name == "copy" and not args:
        return call("maps.Clone", owner, of=owner.type, fresh=True)
    names = {
        "union": "pySetEither", "intersection": "pySetBoth", "difference": "pySetWithout",
        "symmetric_difference": "pySetOne", "issubset": "pySetWithin", "isdisjoint": "pySetApart",
        "issuperset": "pySetWithin",
    }  # fmt: skip
    if name not in names or len(args) != 1:
        return None
    other = bare(args[0])
    if other.type.kind != "set":
        other = call(
            "pySetOf", as_list(ctx, other), of=containers.set_type(as_list(ctx, other).type.item)
        )
    other = convert(other, owner.type)
    if name.startswith("is"):
        first, second = (other, owner) if name == "issuperset" else (owner, other)
        return call(names[name], first, second, of=literal(True).type)
    return call(names[name], owner, other, of=owner.type, fresh=True)


def _of_list(name: str, owner: Code, args: list[Code]) -> Code | None:
    item = owner.type.item
    if name in ("copy", "tolist", "to_numpy") and not args and not item.shared:
        of = list_of(item) if name == "tolist" else owner.type
        return call("slices.Clone", owner, of=of, fresh=True)
    if name in ("index", "count") and len(args) == 1 and owner.type.kind == "list":
        order = equality.order(item)
        value = convert(bare(args[0]), item)
        function = "pyIndexOf" if name == "index" else "pyCountOf"
        return Code(f"{function}({owner.text}, {value.text}, {order})", INT, least=0)
    return None
