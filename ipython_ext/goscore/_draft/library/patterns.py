"""Regular expressions, so far as the pattern means the same to Python and to Go."""

from __future__ import annotations

import re
from typing import Any

from ..values.code import Code, call, literal, quoted, text
from ..values.context import Context
from ..values.refusal import Untranslatable
from ..values.types import MATCH, STR, TIME, list_of

_parser: Any = re._parser  # type: ignore[attr-defined]
_MOST = 1000  # of Go's repeats
_CLASSES = {  # of Python's text, in Go's words
    "CATEGORY_DIGIT": r"\p{Nd}",
    "CATEGORY_SPACE": r"\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}",
    "CATEGORY_WORD": r"\p{L}\p{N}_",
}
_ASCII = {"CATEGORY_DIGIT": "0-9", "CATEGORY_SPACE": r"\t-\r\x20", "CATEGORY_WORD": "0-9A-Za-z_"}
_FUNCTIONS = frozenset("match fullmatch search findall sub split".split())


class Pattern:
    """A pattern in Go's words; its first group is the whole match.

    Raises
    ------
    Untranslatable
    """

    def __init__(self, pattern: str, flags: int = 0) -> None:
        known = re.UNICODE | re.ASCII | re.DOTALL | re.MULTILINE | re.VERBOSE
        try:
            self.tree = _parser.parse(pattern, flags)
        except re.error as error:
            raise Untranslatable(f"the pattern is wrong: {error}") from None
        self.flags = self.tree.state.flags
        if self.flags & ~known:
            raise Untranslatable("a pattern that ignores case, or has other flags")
        self.groups = self.tree.state.groups - 1
        self.names = dict(self.tree.state.groupdict)
        self.certain = set(range(1, self.groups + 1))
        self.least = self.tree.getwidth()[0]
        items = list(self.tree)
        self.at_end = (
            bool(items) and str(items[-1][1]) == "AT_END" and not self.flags & re.MULTILINE
        )
        if self.at_end:
            items.pop()
        self.body = self._sequence(items, False)

    def _sequence(self, items: Any, repeated: bool) -> str:
        return "".join(self._one(str(op), given, repeated) for op, given in items)

    def _one(self, op: str, given: Any, repeated: bool) -> str:
        if op == "LITERAL":
            return _char(given)
        if op == "NOT_LITERAL":
            return f"[^{_char(given)}]"
        if op == "ANY":
            return r"(?s:.)" if self.flags & re.DOTALL else r"[^\n]"
        if op == "IN":
            return self._class(given)
        if op == "BRANCH":
            self._uncertain(given[1])
            return "(?:" + "|".join(self._sequence(one, repeated) for one in given[1]) + ")"
        if op == "SUBPATTERN":
            group, add, remove, inner = given
            if add or remove:
                raise Untranslatable("flags inside a pattern")
            if repeated and group:
                raise Untranslatable("a group that is repeated in a pattern")
            name = {at: one for one, at in self.names.items()}.get(group)
            begin = "" if group else "?:"
            return f"({f'?P<{name}>' if name and name.isascii() else begin}{self._sequence(inner, repeated)})"
        if op in ("MAX_REPEAT", "MIN_REPEAT"):
            return self._repeat(op, given)
        if op == "AT":
            return self._at(str(given))
        raise Untranslatable(f"{_WORDS.get(op, op.lower())} in a pattern, which Go does not know")

    def _repeat(self, op: str, given: Any) -> str:
        least, most, inner = given
        unlimited = most == _parser.MAXREPEAT
        if least > _MOST or (not unlimited and most > _MOST):
            raise Untranslatable("a pattern with more than 1000 repeats")
        if inner.getwidth()[0] == 0:
            raise Untranslatable("a repeat of what may be empty in a pattern")
        optional = (least, most) == (0, 1)
        if least == 0:
            self._uncertain([inner])
        body = self._sequence(inner, not optional)
        times = {(0, 1): "?", (0, None): "*", (1, None): "+"}.get(
            (least, None if unlimited else most)
        )
        if times is None:
            times = (
                f"{{{least},}}"
                if unlimited
                else f"{{{least}}}"
                if least == most
                else f"{{{least},{most}}}"
            )
        return f"(?:{body}){times}{'?' if op == 'MIN_REPEAT' else ''}"

    def _uncertain(self, branches: Any) -> None:
        """Note that the groups in a part of the pattern may have no text."""
        for items in branches:
            for op, given in items:
                if str(op) == "SUBPATTERN" and given[0]:
                    self.certain.discard(given[0])
                for part in given if isinstance(given, tuple | list) else [given]:
                    if hasattr(part, "getwidth"):
                        self._uncertain([part])
                    elif isinstance(part, list):
                        self._uncertain([one for one in part if hasattr(one, "getwidth")])

    def _at(self, where: str) -> str:
        if where == "AT_BEGINNING":
            return "(?m:^)" if self.flags & re.MULTILINE else r"\A"
        if where == "AT_BEGINNING_STRING":
            return r"\A"
        if where == "AT_END_STRING":
            return r"\z"
        if where == "AT_END" and self.flags & re.MULTILINE:
            return "(?m:$)"
        if where == "AT_BOUNDARY" and self.flags & re.ASCII:
            return r"\b"
        what = {
            "AT_END": "$ elsewhere than at the end",
            "AT_BOUNDARY": r"\b, which in Go is ASCII's,",
        }
        raise Untranslatable(f"{what.get(where, where)} in a pattern")

    def _class(self, items: Any) -> str:
        known = _ASCII if self.flags & re.ASCII else _CLASSES
        inside, negated = "", False
        for op, given in items:
            kind = str(op)
            if kind == "NEGATE":
                negated = True
            elif kind == "LITERAL":
                inside += _char(given)
            elif kind == "RANGE":
                inside += f"{_char(given[0])}-{_char(given[1])}"
            elif str(given) in known:
                inside += known[str(given)]
            elif str(given).replace("NOT_", "") in known and len(items) == 1:
                inside, negated = known[str(given).replace("NOT_", "")], True
            else:
                raise Untranslatable(r"\D, \S or \W inside brackets in a pattern")
        return f"[{'^' if negated else ''}{inside}]"

    def go(self, begin: str = "", end: str = "") -> str:
        """Return Go's pattern."""
        tail = r"(?:\n?\z)" if self.at_end and not end else end
        return f"{begin}({self.body}){tail}"


_WORDS = {
    "GROUPREF": "a reference to a group",
    "ASSERT": "a look ahead or behind",
    "ASSERT_NOT": "a look ahead or behind",
    "ATOMIC_GROUP": "an atomic group",
    "POSSESSIVE_REPEAT": "a possessive repeat",
}


def _char(code: int) -> str:
    char = chr(code)
    if char.isascii() and not char.isalnum():
        return f"\\x{code:02x}"
    return char


def compiled(ctx: Context, node_pattern: Any, flags: int = 0) -> Pattern:
    """Read a pattern, of which the text or the object is known."""
    if isinstance(node_pattern, re.Pattern):
        if not isinstance(node_pattern.pattern, str):
            raise Untranslatable("a pattern of bytes")
        return Pattern(node_pattern.pattern, node_pattern.flags)
    if not isinstance(node_pattern, str):
        raise Untranslatable("a pattern that is no literal")
    return Pattern(node_pattern, flags)


def method(ctx: Context, name: str, pattern: Pattern, args: list[Code]) -> Code:
    """Translate a function of ``re``, or a method of a pattern.

    Raises
    ------
    Untranslatable
    """
    if name not in _FUNCTIONS or len(args) != (2 if name == "sub" else 1):
        raise Untranslatable(f"no translation of re's {name} with these arguments")
    word = text(args[-1], name)
    if name in ("match", "search", "fullmatch"):
        begin = "" if name == "search" else r"\A"
        end = r"\z" if name == "fullmatch" else ""
        if pattern.at_end and end:
            raise Untranslatable("fullmatch of a pattern with $")
        return Code(f"pyMatchOf({_variable(ctx, pattern.go(begin, end))}, {word.text})", MATCH)
    if pattern.least == 0 or pattern.at_end:
        raise Untranslatable(f"{name} by a pattern that may be empty, or ends at $")
    if name == "findall" and pattern.groups <= 1:
        return Code(
            f"pyFindAll({_variable(ctx, pattern.go())}, {word.text})", list_of(STR), fresh=True
        )
    if name == "split" and pattern.groups == 0:
        return Code(
            f"{_variable(ctx, pattern.go())}.Split({word.text}, -1)", list_of(STR), fresh=True
        )
    if name == "sub" and args[0].constant and "\\" not in str(args[0].value):
        variable = _variable(ctx, pattern.go())
        return Code(
            f"{variable}.ReplaceAllLiteralString({word.text}, {text(args[0], 'sub').text})", STR
        )
    raise Untranslatable(f"{name} with groups")


def of_match(name: str, owner: Code, args: list[Code]) -> Code:
    """Translate a method of a match.

    Raises
    ------
    Untranslatable
    """
    at = args[0] if args else literal(0)
    if name == "group" and len(args) <= 1 and at.constant and isinstance(at.value, str):
        return Code(f"pyNamedGroup({owner.text}, {at.text})", STR)
    if at.type != literal(0).type or len(args) > 1:
        raise Untranslatable(f"no translation of {name} of a match with these arguments")
    if name == "group":
        return call("pyGroup", owner, at, of=STR)
    if name in ("start", "end"):
        return call(
            "pyGroupStart" if name == "start" else "pyGroupEnd", owner, at, of=literal(0).type
        )
    if name == "groups" and not args:
        return Code(f"pyGroups({owner.text})", list_of(STR), fresh=True)
    raise Untranslatable(f"no translation of {name} of a match")


def _variable(ctx: Context, pattern: str) -> str:
    """Declare a compiled pattern beside the function."""
    made = f"regexp.MustCompile({_raw(pattern)})"
    for name, declared in ctx.program.variables.items():
        if declared.endswith(f"= {made}"):
            return name
    name = f"pattern{len(ctx.program.variables) + 1}Of{ctx.source.name.title().replace('_', '')}"
    name = ctx.program.of_variable(name)
    ctx.program.variables[name] = f"var {name} = {made}"
    return name


def _raw(pattern: str) -> str:
    return quoted(pattern) if "`" in pattern else f"`{pattern}`"


_DIRECTIVES = {  # as Python's _strptime reads them, of ASCII digits
    "Y": "([0-9]{4})", "m": "(1[0-2]|0[1-9]|[1-9])", "d": "(3[0-1]|[1-2][0-9]|0[1-9]|[1-9]| [1-9])",
    "H": "(2[0-3]|[0-1][0-9]|[0-9])", "M": "([0-5][0-9]|[0-9])", "S": "(6[0-1]|[0-5][0-9]|[0-9])", "f": "([0-9]{1,6})",
}  # fmt: skip


def strptime(ctx: Context, word: Code, layout: Code) -> Code:
    """Translate ``datetime.strptime`` with a format of numbers.

    Raises
    ------
    Untranslatable
    """
    if not layout.constant or not isinstance(layout.value, str):
        raise Untranslatable("strptime with a format that is no literal")
    pattern, fields = r"\A", ""
    rest = iter(layout.value)
    for char in rest:
        if char == "%":
            directive = next(rest, "")
            if directive not in _DIRECTIVES or directive in fields:
                raise Untranslatable(f"strptime with %{directive}")
            pattern += _DIRECTIVES[directive]
            fields += directive
        elif char.isspace() or char.isalpha():
            if char != " " and char != "T":
                raise Untranslatable(f"strptime with {char!r}")
            pattern += "[\\t-\\r ]+" if char == " " else "[Tt]"
        else:
            pattern += _char(ord(char))
    variable = _variable(ctx, pattern + r"\z")
    return Code(f"pyStrptime({variable}, {text(word, 'strptime').text}, {quoted(fields)})", TIME)
