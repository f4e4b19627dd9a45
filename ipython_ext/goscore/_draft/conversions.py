"""Values as text: f-strings, ``str.format`` and ``format``, by Python's language of formats."""

from __future__ import annotations

import ast
import re
import string

from .loops.walks import parts
from .values import arithmetic
from .values.code import Code, as_float, bare, literal, number, quoted
from .values.context import Context
from .values.refusal import Untranslatable
from .values.strings import as_text, representation
from .values.types import FLOAT, INT, STR

_SPEC = re.compile(r"(?:(.)?([<>=^]))?([+\- ]?)(z?)(#?)(0?)(\d*)([,_]?)(?:\.(\d+))?([a-zA-Z%]?)")
_KINDS = {"int": "bcdoxX", "float": "eEfF%", "str": "s"}


def formatted(ctx: Context, code: Code, node: ast.FormattedValue) -> Code:
    """Translate one ``{...}`` of an f-string."""
    if node.conversion == ord("r"):
        code = representation(ctx, code)
    elif node.conversion not in (-1, ord("s")):
        raise Untranslatable("a conversion in an f-string")
    elif node.conversion == ord("s"):
        code = as_text(ctx, code)
    return by_format(ctx, code, _spec(node.format_spec) if node.format_spec is not None else "")


def _spec(node: ast.expr) -> str:
    if not isinstance(node, ast.JoinedStr) or not all(
        isinstance(part, ast.Constant) for part in node.values
    ):
        raise Untranslatable("a format that is calculated")
    return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))


def by_format(ctx: Context, code: Code, spec: str) -> Code:
    """Translate ``format(code, spec)``.

    Raises
    ------
    Untranslatable
    """
    if not spec:
        return as_text(ctx, code, "an f-string")
    found = _SPEC.fullmatch(spec)
    if found is None or found[4] or found[5] or len(spec) > 40 or len(found[7]) > 4:
        raise Untranslatable(f"the format {quoted(spec)} of a {code.type.python}")
    letter, digits = found[10], found[9]
    if code.constant:
        try:
            return literal(format(code.value, spec))
        except (ValueError, TypeError) as error:
            raise Untranslatable(f"the format {quoted(spec)}: {error}") from None
    if code.type == FLOAT and ctx.facts.widened and not letter:
        raise Untranslatable("a format of a number that may be an int in Python: write 0.0 for 0")
    if (
        code.type == STR
        and letter in ("", "s")
        and not found[3]
        and not found[8]
        and found[2] != "="
    ):
        return _padded(
            code.text if digits is None else f"pySubstring({code.text}, 0, {digits})", found, "<"
        )
    if code.type == INT and letter and letter in "eEfF%":
        code = Code(f"float64({code.text})", FLOAT)
        if ctx.checked:
            raise Untranslatable("an int in a format for floats")
    if code.type == INT and digits is None and (not letter or letter in "dbxo"):
        if letter in tuple("bxo") and found[8] == ",":
            raise Untranslatable(f"the format {quoted(spec)} of an int")
        return _number(
            f"pyDigitsOf({code.text}, {quoted(letter or 'd')}, {quoted(found[8])}, {_sign(found)})",
            found,
        )
    if code.type == FLOAT and letter in tuple("fFeE%") and int(digits or 6) <= 300:
        made = f"pyFormatted({code.text}, '{letter}', {digits or 6}, {quoted(found[8])}, {_sign(found)})"
        if spec == f".{digits}f":
            return Code(f"pyFixed({code.text}, {int(digits)})", STR)
        return _number(made, found)
    if (
        code.type == FLOAT
        and not letter
        and digits is None
        and not found[8]
        and found[3] in ("", "-")
    ):
        return _number(f"pyText({code.text})", found)
    if code.type == FLOAT and letter == "g" and not found[8]:
        return _number(f"pyGeneral({code.text}, {digits or 6}, {_sign(found)})", found)
    raise Untranslatable(f"the format {quoted(spec)} of a {code.type.python}")


def _sign(found: re.Match[str]) -> str:
    return quoted(found[3] if found[3] in ("+", " ") else "")


def _number(text: str, found: re.Match[str]) -> Code:
    if found[6] and not found[2]:
        if found[8] and found[7]:
            raise Untranslatable("a format with zeros and separators")
        return (
            Code(f'pyPad({text}, {found[7] or 0}, "0", "=")', STR) if found[7] else Code(text, STR)
        )
    return _padded(text, found, ">")


def _padded(text: str, found: re.Match[str], side: str) -> Code:
    if not found[7]:
        return Code(text, STR)
    if found[6] and side == "<":
        raise Untranslatable("a str with leading zeros")
    fill = found[1] or (" " if not found[6] else "0")
    return Code(f"pyPad({text}, {int(found[7])}, {quoted(fill)}, {quoted(found[2] or side)})", STR)


_PERCENT = re.compile(r"%(?:([-+ 0]*)(\d*)(?:\.(\d+))?([a-zA-Z])|(%)|)")


def percent(ctx: Context, owner: Code, given: list[Code]) -> Code:
    """Translate ``"%d of %.2f" % (a, b)``.

    Raises
    ------
    Untranslatable
    """
    if not owner.constant:
        raise Untranslatable("% of a text that is no literal")
    if len(given) == 1 and given[0].type.kind == "tuple":
        given = list(parts(given[0]))
    made: list[Code] = []
    rest, at = list(given), 0
    for found in _PERCENT.finditer(owner.value):
        if found.start() > at:
            made.append(literal(owner.value[at : found.start()]))
        at = found.end()
        if found[5]:
            made.append(literal("%"))
            continue
        if not found[4] or not rest:
            raise Untranslatable(f"the format {quoted(owner.value)} of {len(given)} values")
        made.append(_by_percent(ctx, bare(rest.pop(0)), found))
    if rest:
        raise Untranslatable(f"the format {quoted(owner.value)} of {len(given)} values")
    if at < len(owner.value):
        made.append(literal(owner.value[at:]))
    return arithmetic.joined(made)


def _by_percent(ctx: Context, code: Code, found: re.Match[str]) -> Code:
    flags, width, digits, letter = found[1], found[2], found[3], found[4]
    if code.type.kind == "unknown":
        return Code("unknown", STR)
    if letter in "sr":
        text = as_text(ctx, code) if letter == "s" else representation(ctx, code)
        side = ("<" if "-" in flags else ">") if width else ""
        return by_format(ctx, text, side + width + (f".{digits}" if digits else ""))
    sign = "+" if "+" in flags else " " if " " in flags else ""
    if letter in "diu" and digits is None:
        code = number(code, "%d")
        code = code if code.type == INT else Code(f"pyInt({code.text})", INT)
        letter = "d"
    elif letter in "eEfFg":
        code = as_float(arithmetic.exact(ctx, number(code, f"%{letter}")))
        digits = digits or "6"
    elif letter not in "xo" or digits is not None or code.type != INT:
        raise Untranslatable(f"the format %{letter} of a {code.type.python}")
    side = "<" if "-" in flags and width else ""
    zero = "0" if "0" in flags and not side and width else ""
    return by_format(
        ctx, code, f"{side}{sign}{zero}{width}{f'.{digits}' if digits else ''}{letter}"
    )


def str_format(ctx: Context, owner: Code, args: list[Code], named: dict[str, Code]) -> Code:
    """Translate ``"{} of {name:.2f}".format(a, name=b)``.

    Raises
    ------
    Untranslatable
    """
    if not owner.constant or not isinstance(owner.value, str):
        raise Untranslatable("format of a text that is no literal")
    made: list[Code] = []
    count = 0
    try:
        pieces = list(string.Formatter().parse(owner.value))
    except ValueError as error:
        raise Untranslatable(f"a format that is wrong: {error}") from None
    for text, name, spec, conversion in pieces:
        if text:
            made.append(literal(text))
        if name is None:
            continue
        if name == "":
            name, count = str(count), count + 1
        found = named.get(name) or (
            args[int(name)] if name.isdecimal() and int(name) < len(args) else None
        )
        if found is None or "{" in (spec or ""):
            raise Untranslatable(f"the field {{{name}}} of a format")
        code = bare(found)
        if conversion == "r":
            code = representation(ctx, code)
        elif conversion:
            raise Untranslatable("a conversion in a format")
        made.append(by_format(ctx, code, spec or ""))
    return arithmetic.joined(made)
