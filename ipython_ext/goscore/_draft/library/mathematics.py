"""Functions of math on ints, and those of whole lists."""

from __future__ import annotations

from ..loops.walks import as_list
from ..values.code import Code, as_float, call, integer, literal
from ..values.context import Context
from ..values.refusal import Untranslatable
from ..values.types import BOOL, FLOAT, INT


def gcd(ctx: Context, *args: Code) -> Code:
    given = [integer(arg, "gcd") for arg in args]
    if len(given) != 2:
        raise Untranslatable("gcd of something else than two ints")
    return call("pyGcd", *given, of=INT)


def whole_root(ctx: Context, n: Code) -> Code:
    return call("pyRoot", integer(n, "isqrt"), of=INT, least=0)


def factorial(ctx: Context, n: Code) -> Code:
    return call("pyFactorial", integer(n, "factorial"), of=INT, least=1)


def comb(ctx: Context, n: Code, k: Code) -> Code:
    return call("pyComb", integer(n, "comb"), integer(k, "comb"), of=INT, least=0)


def product(ctx: Context, whole: Code) -> Code:
    whole = as_list(ctx, whole, "prod of")
    if whole.type.item == INT:
        ctx.may_wrap()
        return call("pyProductChecked" if ctx.checked else "pyProduct", whole, of=INT)
    if whole.type.item != FLOAT:
        raise Untranslatable(f"prod of a {whole.type.python}")
    return call("pyProduct", whole, of=FLOAT)


def is_close(
    ctx: Context, a: Code, b: Code, relative: Code | None = None, least: Code | None = None
) -> Code:
    """Translate ``math.isclose``."""
    rest = relative or literal(1e-09), least or literal(0.0)
    return call("pyIsClose", *map(as_float, (a, b, *rest)), of=BOOL)
