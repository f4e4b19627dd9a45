"""Strings: their methods, and values as text. Python counts characters, Go bytes."""

from __future__ import annotations

from collections.abc import Callable

from .code import Code, bare, call, integer, literal, text
from .context import Context
from .refusal import Untranslatable
from .types import BOOL, DATE, FLOAT, INT, STR, TIME, list_of, tuple_of

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
    if name in ("startswith", "endswith") and args[0].parts:
        tests = [known(word, part) for part in args[0].parts]
        return Code(" || ".join(test.text for test in tests), BOOL, 1)
    return known(word, *map(bare, args))


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
    if items.type == STR:
        items = call("pyChars", items, of=_WORDS)
    if items.type.kind == "tuple" and set(items.type.items) == {STR}:
        fields = [one.text for one in items.parts] or [
            f"{items.text}.{field}" for field, _ in zip("ABCDEFGH", items.type.items, strict=False)
        ]
        items = Code(f"[]string{{{', '.join(fields)}}}", _WORDS)
    if not (items.type.is_list and items.type.item == STR):
        raise Untranslatable("join of something else than a list of str")
    return call("strings.Join", items, word, of=STR)


def _replace(word: Code, old: Code, new: Code, times: Code | None = None) -> Code:
    args = (word, text(old, "replace"), text(new, "replace"))
    if times is None:
        return call("strings.ReplaceAll", *args, of=STR)
    return call("strings.Replace", *args, integer(times, "replace"), of=STR)


def _partition(function: str) -> Callable[..., Code]:
    def translate(word: Code, separator: Code) -> Code:
        return call(function, word, text(separator, function), of=tuple_of(STR, STR, STR))

    return translate


def _padding(side: str) -> Callable[..., Code]:
    def translate(word: Code, width: Code, fill: Code | None = None) -> Code:
        n, char = integer(width, "a width"), text(fill or literal(" "), "a fill")
        return Code(f'pyPad({word.text}, {n.text}, {char.text}, "{side}")', STR)

    return translate


def _rsplit(word: Code, separator: Code, times: Code | None = None) -> Code:
    if times is None:
        return _split(word, separator)
    if not (separator.constant and separator.value and times.constant and times.value >= 0):
        raise Untranslatable("rsplit by something else than literals")
    return call("pySplitRight", word, separator, times, of=_WORDS, fresh=True)


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
    ("rsplit", 1): _rsplit,
    ("rsplit", 2): _rsplit,
    ("splitlines", 0): lambda word: call("pyLines", word, of=_WORDS, fresh=True),
    ("join", 1): _join,
    ("partition", 1): _partition("pyPartition"),
    ("rpartition", 1): _partition("pyPartitionRight"),
    ("zfill", 1): lambda word, n: call("pyZeros", word, integer(n, "zfill"), of=STR),
    ("ljust", 1): _padding("<"),
    ("ljust", 2): _padding("<"),
    ("rjust", 1): _padding(">"),
    ("rjust", 2): _padding(">"),
    ("center", 1): _padding("|"),
    ("center", 2): _padding("|"),
    ("title", 0): _plain("pyTitle"),
    ("capitalize", 0): _plain("pyCapitalize"),
    ("swapcase", 0): _plain("pySwapCase"),
    ("casefold", 0): _plain("pyCaseFold"),
    ("isdigit", 0): _plain("pyIsDigit", BOOL),
    ("isdecimal", 0): _plain("pyIsDecimal", BOOL),
    ("isalpha", 0): _plain("pyIsAlpha", BOOL),
    ("isalnum", 0): _plain("pyIsAlnum", BOOL),
    ("isascii", 0): _plain("pyIsASCII", BOOL),
    ("isspace", 0): _plain("pyIsBlank", BOOL),
    ("isupper", 0): _plain("pyIsUpper", BOOL),
    ("islower", 0): _plain("pyIsLower", BOOL),
    ("rfind", 1): lambda word, part: call(
        "pyFindLast", word, text(part, "rfind"), of=INT, least=-1
    ),
    ("index", 1): lambda word, part: call(
        "pyFound", call("pyFind", word, text(part, "index"), of=INT), of=INT, least=0
    ),
    ("rindex", 1): lambda word, part: call(
        "pyFound", call("pyFindLast", word, text(part, "rindex"), of=INT), of=INT, least=0
    ),
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
    if code.type in (TIME, DATE):
        return call("pyIsoDate" if code.type == DATE else "pyTimeText", code, of=STR)
    if code.type == FLOAT and ctx.facts.widened:
        raise Untranslatable(f"{what} of a number that may be an int in Python: write 0.0 for 0")
    function = {INT: "strconv.Itoa", FLOAT: "pyText", BOOL: "pyBoolText"}.get(code.type)
    if function is None:
        raise Untranslatable(f"{what} of a {code.type.python}")
    return call(function, code, of=STR)


def representation(ctx: Context, code: Code) -> Code:
    """Return a value as Python's ``repr`` writes it."""
    return call("pyRepr", code, of=STR) if code.type == STR else as_text(ctx, code, "repr")
