"""Tab completion of the magics' options, and of their Go."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import FunctionType
from typing import Any

from .._errors import ArgumentValueError
from .._function import GoFunction
from .._names import IDENTIFIER, PATH, Path, is_data
from .._protocol.messages import BoundInput, CodeRequest
from .._record import fact
from .._run.options import LIBRARIES, OPTIONS, Options
from .._run.parse import parse
from .._worker import ask
from . import schema

_CELL = re.compile(r"%%goscore(?:\s|$)")
_LINE = re.compile(r"\s*(?:[^%]*=\s*)?%goscore\s")
_AROUND = re.compile(r"%%(?:time|timeit|capture|prun)\b")  # magics that may stand above %%goscore
_VALUE = re.compile(r"(?P<flag>-[a-zA-Z]|--[a-z]+)[ =](?P<before>\S*,\s*|\S*=)?(?P<word>\S*)$")
_COLUMN = re.compile(
    rf"""(?:(?:-i|--input)[ =]|[,=])\s*(?P<path>{PATH})(?P<how>\.(?=\w*$)|\[\s*["'])(?P<word>[^"'\]]*)$"""
)
_DECLARED = re.compile(rf"((?:{IDENTIFIER}\s*,\s*)*{IDENTIFIER})\s*:=|\bvar\s+({IDENTIFIER})")

_EXPORTED = re.compile(r"^func\s+([A-Z]\w*)", re.MULTILINE)


@fact()
class Completions:
    """What can stand at the cursor, in place of whatever Python knows.

    Attributes
    ----------
    words : list of (str, str)
        Each with what it is, as Jupyter calls it.
    written : str
        The text before the cursor that they replace.
    """

    words: list[tuple[str, str]]
    written: str


@fact()
class _Magic:
    """The magic that the cursor is in.

    Attributes
    ----------
    options : str
        The text behind the magic's name, up to the cursor if it is there.
    code : str
        The Go.
    cursor : int or None
        The cursor's position in *code*; None on the options.
    line : bool
        Whether it is a line magic, which binds free names of Python by itself.
    """

    options: str
    code: str
    cursor: int | None
    line: bool


def complete(text: str, line: int, column: int, shell: Any) -> Completions | None:
    """Complete the options of a magic, or its Go.

    Parameters
    ----------
    text : str
        The whole cell.
    line, column : int
        The cursor's, from 0.
    shell : InteractiveShell

    Returns
    -------
    Completions or None
        None where Python knows more: the cursor is in no magic of goscore's.
    """
    magic = _find_magic(text.split("\n"), line, column)
    if magic is None:
        return None
    return _complete_options(magic, shell) if magic.cursor is None else _complete_go(magic, shell)


def _find_magic(lines: list[str], line: int, column: int) -> _Magic | None:
    """Return the magic that the cursor is in, if any."""
    top = 0
    while top < len(lines) and (not lines[top].strip() or _AROUND.match(lines[top])):
        top += 1
    before = lines[line][:column]
    if top == len(lines) or not lines[top].startswith("%%"):
        return _find_line_magic(before, lines[line][column:])
    match = _CELL.match(lines[top])
    if match is None or line < top:
        return None
    body = lines[top + 1 :]
    code = "\n".join(body)
    if line == top:
        options = before[match.end() :]
        return _Magic(options, code, None, False) if len(before) >= match.end() else None
    above = body[: line - top - 1]
    cursor = sum(len(one) + 1 for one in above) + column
    return _Magic(lines[top][match.end() :], code, cursor, False)


def _find_line_magic(before: str, after: str) -> _Magic | None:
    """Return the magic of a line such as ``x = %goscore OPTIONS GO``."""
    match = _LINE.match(before)
    if match is None:
        return None
    text = before[match.end() :]
    try:
        go = parse(text)[1]
    except ArgumentValueError:  # an option is not finished
        return _Magic(text, "", None, True)
    start = len(text.rstrip()) - len(go) if go else len(text)
    if text[start - 1 : start].strip() or go == "-":
        return _Magic(text, "", None, True)
    return _Magic(text[:start], text[start:] + after, len(text) - start, True)


def _complete_options(magic: _Magic, shell: Any) -> Completions | None:
    words, typed = _columns(magic, shell) or _words(magic, shell)
    if words is None:  # an attribute of something other than a frame
        return None
    return Completions([(word, "goscore") for word in words if word.startswith(typed)], typed)


_Words = tuple[Iterable[str] | None, str]


def _columns(magic: _Magic, shell: Any) -> _Words | None:
    """Return the columns for the word behind a dot or in brackets, if the options end in one."""
    match = _COLUMN.search(magic.options)
    if match is None:
        return None
    names = schema.column_names(_value(Path.parse(match["path"]), shell))
    if names and match["how"] == ".":
        names = [name for name in names if name.isidentifier()]
    return names, match["word"]


def _words(magic: _Magic, shell: Any) -> _Words:
    """Return the words for the end of the options, and the part that is typed already."""
    last = re.split(r"\s", magic.options)[-1]
    if last.startswith("--") and "=" not in last:
        return [option.long for option in OPTIONS], last
    if last == "-":
        return [flag for option in OPTIONS for flag in option.flags], last
    value = _VALUE.search(magic.options)
    if value is None:
        return [], last
    flag, word = value["flag"], value["word"]
    if flag in ("-t", "--to"):
        return LIBRARIES, word
    if flag in ("-i", "--input"):
        return sorted(_data(shell)), word
    if flag in ("-o", "--output"):
        declared = _declared(magic.code)
        return (declared if value["before"] else [*declared, *sorted(_data(shell))]), word
    if flag == "--compare":
        ours = [*_EXPORTED.findall(magic.code), *_functions(shell, of_go=True)]
        return (ours if value["before"] else _functions(shell, of_go=False)), word
    return [], last


def _complete_go(magic: _Magic, shell: Any) -> Completions:
    assert magic.cursor is not None  # it is in the Go
    options = _options(magic.options)
    content: CodeRequest = {
        "code": magic.code,
        "cursor_pos": magic.cursor,
        "goscore": {"inputs": _inputs(magic, options, shell), "get": options.get},
    }
    reply = ask.ask("complete_request", content)
    kinds = {
        entry["text"]: entry["type"]
        for entry in reply.get("metadata", {}).get("_jupyter_types_experimental", ())
    }
    written = magic.code[reply.get("cursor_start", magic.cursor) : magic.cursor]
    words = [(text, kinds.get(text, "")) for text in reply.get("matches", ())]
    return Completions(words, written)


def _inputs(magic: _Magic, options: Options, shell: Any) -> list[BoundInput]:
    """Describe the inputs of the Go, bound by -i or by themselves."""
    inputs = {}
    for name, path in options.inputs:
        value = _value(path, shell)
        if value is not None:
            inputs[name] = schema.of_input(name, value)
    if magic.line:
        words = set(re.findall(IDENTIFIER, magic.code))
        for name, value in _data(shell).items():
            inputs.setdefault(name, schema.of_input(name, value, columns=name in words))
    return list(inputs.values())


def _options(text: str) -> Options:
    """Read options; the last may not be finished."""
    while True:
        try:
            return parse(text)[0]
        except ArgumentValueError:
            text = text.rstrip().rpartition(" ")[0]


def _value(path: Path, shell: Any) -> Any:
    try:
        return path.look_up([shell.user_ns])
    except Exception:  # a property can raise anything
        return None


def _data(shell: Any) -> dict[str, Any]:
    """Return the user's variables that can be inputs, without IPython's own."""
    hidden = shell.user_ns_hidden
    return {
        name: value
        for name, value in list(shell.user_ns.items())
        if not name.startswith("_") and hidden.get(name) is not value and is_data(value)
    }


def _functions(shell: Any, of_go: bool) -> list[str]:
    """Return the names of the user's Go functions, or of the Python functions."""
    hidden = shell.user_ns_hidden
    return sorted(
        name
        for name, value in list(shell.user_ns.items())
        if not name.startswith("_")
        and hidden.get(name) is not value
        and isinstance(value, GoFunction if of_go else FunctionType)
    )


def _declared(code: str) -> list[str]:
    """Return the variables that the Go declares, as far as a regular expression finds them."""
    names = (
        name for groups in _DECLARED.findall(code) for name in re.split(r"\s*,\s*", "".join(groups))
    )
    return list(dict.fromkeys(name for name in names if name != "_"))
