"""Named tuples and dataclasses: tuples whose items have names."""

from __future__ import annotations

import ast
import dataclasses
import inspect
from dataclasses import replace
from typing import Any

from ..loops.walks import made_tuple
from ..values.code import Code, literal
from ..values.context import Context
from ..values.refusal import Untranslatable
from .places import Evaluate


def fields(made: type) -> tuple[str, ...] | None:
    """Return the names of a class that holds values and does nothing else; None for another one."""
    if issubclass(made, tuple):
        return getattr(made, "_fields", None) if "__new__" in vars(made) else None
    if not dataclasses.is_dataclass(made):
        return None
    plain = dataclasses.fields(made)
    if (
        hasattr(made, "__post_init__")
        or "__eq__" not in vars(made)
        or not all(one.init for one in plain)
    ):
        return None
    return tuple(one.name for one in plain)


def made(
    ctx: Context, node: ast.Call, of: type, names: tuple[str, ...], evaluate: Evaluate
) -> Code:
    """Translate ``Point(x, y=2)``.

    Raises
    ------
    Untranslatable
    """
    if any(isinstance(one, ast.Starred) for one in node.args):
        raise Untranslatable(f"a {of.__name__} of *items")
    signature = inspect.signature(of)
    given = {str(one.arg): one.value for one in node.keywords}
    try:
        bound = signature.bind(*node.args, **given).arguments
    except TypeError as error:
        raise Untranslatable(f"a call of {of.__name__}: {error}") from None
    items = []
    for name in names:
        if name in bound:
            items.append(evaluate(ctx, bound[name]))
            continue
        default: Any = signature.parameters[name].default
        if type(default) not in (int, float, bool, str, type(None)):
            raise Untranslatable(f"the default {name} of {of.__name__}")
        items.append(literal(default))
    if any(item.type.shared for item in items):
        raise Untranslatable(f"a {of.__name__} that holds a list")
    form = " ".join((of.__name__, *names))
    return _formed(made_tuple(tuple(items)), form)


def _formed(code: Code, form: str) -> Code:
    remake = code.remake
    assert remake is not None
    return replace(
        code,
        type=replace(code.type, form=form),
        remake=lambda wanted: _formed(remake(replace(wanted, form="")), form),
    )
