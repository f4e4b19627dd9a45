"""What is assigned to several names."""

from __future__ import annotations

from .loops import containers
from .loops.walks import as_list, parts
from .values.code import Code
from .values.context import Context
from .values.refusal import Untranslatable
from .values.types import STR, list_of


def unpacked(ctx: Context, code: Code, count: int) -> list[Code]:
    """Return the items of what is assigned to several names."""
    if code.type.kind == "tuple":
        if not code.parts and not code.text.isidentifier():
            code = ctx.keep(code, "pair")
        items = list(parts(code))
        if len(items) != count:
            raise Untranslatable(f"{len(items)} values for {count} names")
        return items
    if code.type.is_list or code.type == STR:
        whole = as_list(ctx, code)
        if whole.type.item.shared:
            raise Untranslatable("lists taken out of a list under names of their own")
        name = ctx.names.fresh("parts")
        ctx.write(f"{name} := pyUnpack({whole.text}, {count})", beside=False)
        return [Code(f"{name}[{at}]", whole.type.item) for at in range(count)]
    raise Untranslatable(
        f"an assignment to several names of something else than as many values: a {code.type.python}"
    )


def with_rest(ctx: Context, code: Code, count: int, star: int) -> list[Code]:
    """Return the items of what is assigned to several names, of which one takes a list of the rest."""
    if code.type.kind == "tuple":
        items = list(parts(ctx.keep(code, "parts") if not code.parts else code))
        after = len(items) - (count - star - 1)
        if after < star:
            raise Untranslatable(f"{len(items)} values for {count - 1} names and a rest")
        rest = containers.literal_list(ctx, items[star:after])
        return [*items[:star], rest, *items[after:]]
    whole = as_list(ctx, code)
    if whole.type.item.shared:
        raise Untranslatable("lists taken out of a list under names of their own")
    whole = ctx.keep(whole, "parts")
    name, of, after = whole.text, whole.type.item, count - star - 1
    ctx.write(f"pyAtLeast({name}, {count - 1})", beside=False)
    end = f"len({name})-{after}" if after else f"len({name})"
    return [
        *(Code(f"{name}[{at}]", of) for at in range(star)),
        Code(f"slices.Clone({name}[{star}:{end}])", list_of(of), fresh=True),
        *(Code(f"{name}[len({name})-{after - at}]", of) for at in range(after)),
    ]
