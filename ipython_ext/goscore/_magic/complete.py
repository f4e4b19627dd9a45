"""Tab completion: of the options on the magic's own line, and of the Go behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

from .._errors import ArgumentValueError
from .._function import GoFunction
from .._names import IDENTIFIER, PATH, Path, is_data
from .._run.options import LIBRARIES, OPTIONS, Options
from .._run.parse import parse
from .._worker import ask
from . import peek

_CELL = re.compile(r"%%goscore(?:\s|$)")
_LINE = re.compile(r"\s*(?:[^%]*=\s*)?%goscore\s")
_AROUND = re.compile(r"%%(?:time|timeit|capture|prun)\b")  # what is below is a cell of its own
_VALUE = re.compile(r"(?P<flag>-[a-zA-Z]|--[a-z]+)[ =](?P<before>\S*,\s*|\S*=)?(?P<word>\S*)$")
_COLUMN = re.compile(
    rf"""(?:(?:-i|--input)[ =]|[,=])\s*(?P<path>{PATH})(?P<how>\.(?=\w*$)|\[\s*["'])(?P<word>[^"'\]]*)$"""
)
_DECLARED = re.compile(rf"((?:{IDENTIFIER}\s*,\s*)*{IDENTIFIER})\s*:=|\bvar\s+({IDENTIFIER})")

_EXPORTED = re.compile(r"^func\s+([A-Z]\w*)", re.MULTILINE)


class _Only(list[SimpleCompletion]):
    """Completions beside which IPython shows no other, not even when there are none.

    It lets a matcher suppress others only when that has some, and Python's
    names have no place in Go.
    """

    def __len__(self) -> int:
        return super().__len__() or 1


@dataclass(frozen=True)
class _Place:
    """Where the cursor stands.

    Attributes
    ----------
    options : str
        The text behind the magic's name; up to the cursor, when that is on it.
    code : str
        The Go.
    cursor : int or None
        The place in *code*; None on the options.
    line : bool
        Whether free names that Python has are bound by themselves.
    """

    options: str
    code: str
    cursor: int | None
    line: bool


def matcher(shell: Any) -> Any:
    """Return a completer of what belongs to the magics of one IPython."""

    @context_matcher(identifier="goscore", priority=100)  # type: ignore[untyped-decorator, unused-ignore]
    def complete_goscore(context: CompletionContext) -> SimpleMatcherResult:
        place = _find(context)
        if place is None:
            return {"completions": [], "suppress": False}
        if place.cursor is None:
            return _complete_options(place, shell)
        return _complete_go(place, shell)

    return complete_goscore


def _find(context: CompletionContext) -> _Place | None:
    """Find the magic that the cursor belongs to, if it does to any."""
    lines = context.full_text.split("\n")
    top = 0
    while top < len(lines) and (not lines[top].strip() or _AROUND.match(lines[top])):
        top += 1
    before = context.line_with_cursor[: context.cursor_position]
    if top == len(lines) or not lines[top].startswith("%%"):
        return _on_line(before, context.line_with_cursor[context.cursor_position :])
    head = _CELL.match(lines[top])
    if head is None or context.cursor_line < top:
        return None
    body = lines[top + 1 :]
    code = "\n".join(body)
    if context.cursor_line == top:
        options = before[head.end() :]
        return _Place(options, code, None, False) if len(before) >= head.end() else None
    above = body[: context.cursor_line - top - 1]
    cursor = sum(len(line) + 1 for line in above) + context.cursor_position
    return _Place(lines[top][head.end() :], code, cursor, False)


def _on_line(before: str, after: str) -> _Place | None:
    """Find where in ``x = %goscore OPTIONS GO`` the cursor stands."""
    head = _LINE.match(before)
    if head is None:
        return None
    text = before[head.end() :]
    try:
        go = parse(text)[1]
    except ArgumentValueError:  # an option is being written
        return _Place(text, "", None, True)
    start = len(text.rstrip()) - len(go) if go else len(text)
    if text[start - 1 : start].strip() or go == "-":
        return _Place(text, "", None, True)
    return _Place(text[:start], text[start:] + after, len(text) - start, True)


def _complete_options(place: _Place, shell: Any) -> SimpleMatcherResult:
    words, typed = _columns(place, shell) or _words(place, shell)
    if words is None:  # an attribute of something that is no frame
        return {"completions": [], "suppress": False}
    return {
        "completions": _Only(
            SimpleCompletion(word, type="goscore") for word in words if word.startswith(typed)
        ),
        "matched_fragment": typed,
        "suppress": True,
        "ordered": True,
    }


_Words = tuple[Iterable[str] | None, str]


def _columns(place: _Place, shell: Any) -> _Words | None:
    """Return the columns that may stand behind a dot or in brackets, when one of them is there."""
    found = _COLUMN.search(place.options)
    if found is None:
        return None
    names = peek.column_names(_value(Path.parse(found["path"]), shell))
    if names and found["how"] == ".":
        names = [name for name in names if name.isidentifier()]
    return names, found["word"]


def _words(place: _Place, shell: Any) -> _Words:
    """Return the words that may stand at the end of the options, and what is typed of one."""
    last = re.split(r"\s", place.options)[-1]
    if last.startswith("--") and "=" not in last:
        return [option.long for option in OPTIONS], last
    if last == "-":
        return [flag for option in OPTIONS for flag in option.flags], last
    value = _VALUE.search(place.options)
    if value is None:
        return [], last
    flag, word = value["flag"], value["word"]
    if flag in ("-t", "--to"):
        return LIBRARIES, word
    if flag in ("-i", "--input"):
        return sorted(_data(shell)), word
    if flag in ("-o", "--output"):
        declared = _declared(place.code)
        return (declared if value["before"] else [*declared, *sorted(_data(shell))]), word
    if flag == "--compare":
        ours = [*_EXPORTED.findall(place.code), *_functions(shell, of_go=True)]
        return (ours if value["before"] else _functions(shell, of_go=False)), word
    return [], last


def _complete_go(place: _Place, shell: Any) -> SimpleMatcherResult:
    options = _options(place.options)
    content = {
        "code": place.code,
        "cursor_pos": place.cursor,
        "goscore": {"inputs": _inputs(place, options, shell), "get": options.get},
    }
    reply = ask.ask("complete_request", content)
    kinds = {
        entry["text"]: entry["type"]
        for entry in reply.get("metadata", {}).get("_jupyter_types_experimental", ())
    }
    written = place.code[reply.get("cursor_start", place.cursor) : place.cursor]
    return {
        "completions": _Only(
            SimpleCompletion(text, type=kinds.get(text)) for text in reply.get("matches", ())
        ),
        "matched_fragment": written,
        "suppress": True,
        "ordered": True,
    }


def _inputs(place: _Place, options: Options, shell: Any) -> list[dict[str, Any]]:
    """Describe what is bound in the Go, by -i or by itself."""
    found = {}
    for name, path in options.inputs:
        value = _value(path, shell)
        if value is not None:
            found[name] = peek.described(name, value)
    if place.line:
        words = set(re.findall(IDENTIFIER, place.code))
        for name, value in _data(shell).items():
            found.setdefault(name, peek.described(name, value, columns=name in words))
    return list(found.values())


def _options(text: str) -> Options:
    """Read options of which the last may not be finished."""
    while True:
        try:
            return parse(text)[0]
        except ArgumentValueError:
            text = text.rstrip().rpartition(" ")[0]


def _value(path: Path, shell: Any) -> Any:
    try:
        return path.look_up([shell.user_ns])
    except Exception:  # a property's own, too
        return None


def _data(shell: Any) -> dict[str, Any]:
    """Return what Go may get of the user's names; not those that IPython itself keeps there."""
    hidden = shell.user_ns_hidden
    return {
        name: value
        for name, value in list(shell.user_ns.items())
        if not name.startswith("_") and hidden.get(name) is not value and is_data(value)
    }


def _functions(shell: Any, of_go: bool) -> list[str]:
    """Return the names of the user's functions in Go, or of those in Python."""
    hidden = shell.user_ns_hidden
    return sorted(
        name
        for name, value in list(shell.user_ns.items())
        if not name.startswith("_")
        and hidden.get(name) is not value
        and isinstance(value, GoFunction if of_go else FunctionType)
    )


def _declared(code: str) -> list[str]:
    """Return the variables that the Go declares, so far as that can be told from afar."""
    names = (
        name for found in _DECLARED.findall(code) for name in re.split(r"\s*,\s*", "".join(found))
    )
    return list(dict.fromkeys(name for name in names if name != "_"))
