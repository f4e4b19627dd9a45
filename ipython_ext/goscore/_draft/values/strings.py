"""Strings: their methods, and values as text. Python counts characters, Go bytes."""

from __future__ import annotations

import ast
from collections.abc import Callable

from .code import Code, call, integer, literal, quoted, text
from .context import Context
from .refusal import Untranslatable
from .types import BOOL, FLOAT, INT, STR, list_of

_WORDS = list_of(STR)


def method(name: str, word: Code, args: list[Code]) -> Code:
    """Translate a method of str.

    Raises
    ------
    Untranslatable
        Go has none that does the same.
    """
    known = METHODS.get((name, len(args)))
    if known is None:
        raise Untranslatable(f"no translation of str.{name} with {len(args)} arguments")
    return known(word, *args)


def _plain(function: str, of: object = STR) -> Callable[..., Code]:
    """Make the translation of a method that Go has as a function of the same strings."""

    def translate(word: Code, *args: Code) -> Code:
        given = [text(arg, function) for arg in args]
        return call(function, word, *given, of=STR if of is STR else BOOL)

    return translate


def _strip(function: str) -> Callable[..., Code]:
    return lambda word: Code(f"strings.{function}({word.text}, pyIsSpace)", STR)


def _split(word: Code, separator: Code | None = None, times: Code | None = None) -> Code:
    if separator is None:
        return Code(f"strings.FieldsFunc({word.text}, pyIsSpace)", _WORDS, fresh=True)
    if not (separator.constant and isinstance(separator.value, str) and separator.value):
        raise Untranslatable("split by something else than a literal")
    if times is None:
        return call("strings.Split", word, separator, of=_WORDS, fresh=True)
    if not (times.constant and isinstance(times.value, int) and times.value >= 0):
        raise Untranslatable("split with a limit that is no literal")
    return call("strings.SplitN", word, separator, literal(times.value + 1), of=_WORDS, fresh=True)


def _join(word: Code, items: Code) -> Code:
    if not (items.type.is_list and items.type.item == STR):
        raise Untranslatable("join of something else than a list of str")
    return call("strings.Join", items, word, of=STR)


def _replace(word: Code, old: Code, new: Code, times: Code | None = None) -> Code:
    args = (word, text(old, "replace"), text(new, "replace"))
    if times is None:
        return call("strings.ReplaceAll", *args, of=STR)
    return call("strings.Replace", *args, integer(times, "replace"), of=STR)


METHODS: dict[tuple[str, int], Callable[..., Code]] = {
    ("strip", 0): _strip("TrimFunc"),
    ("lstrip", 0): _strip("TrimLeftFunc"),
    ("rstrip", 0): _strip("TrimRightFunc"),
    ("strip", 1): _plain("strings.Trim"),
    ("lstrip", 1): _plain("strings.TrimLeft"),
    ("rstrip", 1): _plain("strings.TrimRight"),
    ("lower", 0): _plain("pyLower"),
    ("upper", 0): _plain("pyUpper"),
    ("startswith", 1): _plain("strings.HasPrefix", BOOL),
    ("endswith", 1): _plain("strings.HasSuffix", BOOL),
    ("removeprefix", 1): _plain("strings.TrimPrefix"),
    ("removesuffix", 1): _plain("strings.TrimSuffix"),
    ("replace", 2): _replace,
    ("replace", 3): _replace,
    ("split", 0): _split,
    ("split", 1): _split,
    ("split", 2): _split,
    ("join", 1): _join,
    ("find", 1): lambda word, part: call("pyFind", word, text(part, "find"), of=INT, least=-1),
    ("count", 1): lambda word, part: call(
        "strings.Count", word, text(part, "count"), of=INT, least=0
    ),
}


def as_text(ctx: Context, code: Code, what: str = "str") -> Code:
    """Return a value as Python's ``str`` writes it."""
    if code.constant:
        return literal(str(code.value))
    if code.type == STR:
        return code
    if code.type == FLOAT and ctx.facts.widened:
        raise Untranslatable(f"{what} of a number that may be an int in Python: write 0.0 for 0")
    function = {INT: "strconv.Itoa", FLOAT: "pyText", BOOL: "pyBoolText"}.get(code.type)
    if function is None:
        raise Untranslatable(f"{what} of a {code.type.python}")
    return call(function, code, of=STR)


def formatted(ctx: Context, code: Code, node: ast.FormattedValue) -> Code:
    """Translate one ``{...}`` of an f-string."""
    if node.conversion != -1:
        raise Untranslatable("a conversion in an f-string")
    if node.format_spec is None:
        return as_text(ctx, code, "an f-string")
    spec = _spec(node.format_spec)
    if spec == "d" and code.type == INT:
        return as_text(ctx, code)
    if (
        len(spec) >= 3
        and spec[0] == "."
        and spec[-1] == "f"
        and spec[1:-1].isdecimal()
        and code.type == FLOAT
    ):
        return Code(f"pyFixed({code.text}, {int(spec[1:-1])})", STR)
    raise Untranslatable(f"the format {quoted(spec)} of a {code.type.python}")


def _spec(node: ast.expr) -> str:
    if not isinstance(node, ast.JoinedStr) or not all(
        isinstance(part, ast.Constant) for part in node.values
    ):
        raise Untranslatable("a format that is calculated")
    return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
