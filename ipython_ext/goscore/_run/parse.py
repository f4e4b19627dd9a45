"""Reading the options from the line of the magic."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .._errors import ArgumentValueError
from .._names import IDENTIFIER, PATH, Path, check_go_name, check_python_name, nearest, python_name
from .options import OPTIONS, Option, Options, value_of

_BY_FLAG = {flag: option for option in OPTIONS for flag in option.flags}


_BINDING = re.compile(rf"(?:({IDENTIFIER})=)?({PATH})")


_OUTPUT = re.compile(rf"({IDENTIFIER})(?:=({IDENTIFIER}))?")


_COMMA = re.compile(r"\s*,\s*")


_WORD = re.compile(r"\S+")


_DASHED = re.compile(r"--?[^\W\d][\w-]*|--(?=\s|$)")


def parse(text: str) -> tuple[Options, str]:
    """Split raw text into its options and what follows them.

    Parameters
    ----------
    text : str
        The line after the magic's name.

    Returns
    -------
    Options
    str
        The rest, unchanged but for blanks around it.

    Raises
    ------
    ArgumentValueError
        The text names the option that does not fit.
    """
    options = Options()
    position = _skip_blanks(text, 0)
    while dashed := _DASHED.match(text, position):
        if dashed.group() == "--":
            position = dashed.end()
            break
        named, position = _find(dashed)
        if text[position : position + 1] == "=":
            if not named[-1].metavar:
                raise ArgumentValueError(f"{named[-1].text} takes no value")
            position += 1
        for option in named:
            if option.metavar:
                position = _take_value(options, option, text, _skip_blanks(text, position))
            else:
                setattr(options, option.long[2:], True)
        position = _skip_blanks(text, position)
    _check_names(options)
    return options, text[position:].strip()


def _skip_blanks(text: str, position: int) -> int:
    return len(text) - len(text[position:].lstrip())


def _find(dashed: re.Match[str]) -> tuple[list[Option], int]:
    """Find the options that a dashed word names, and where their value would begin."""
    word = dashed.group()
    if word in _BY_FLAG:
        return [_BY_FLAG[word]], dashed.end()
    if not word.startswith("--") and "-" + word not in _BY_FLAG:
        letters = [_BY_FLAG.get(f"-{letter}") for letter in word[1:]]
        flags = [option for option in letters if option and not option.metavar]
        if len(flags) == len(letters):  # -nf
            return flags, dashed.end()
        if letters[0] and letters[0].metavar:  # -j4
            return [letters[0]], dashed.start() + 2
    hint = nearest(word, _BY_FLAG)
    if "-" + word in _BY_FLAG:
        hint = f"; did you mean -{word}?"
    raise ArgumentValueError(
        f"unknown option {word}{hint}\nBefore Go that begins with a minus, end the options with --"
    )


def _take_value(options: Options, option: Option, text: str, position: int) -> int:
    """Read the value at *position* into *options*; return where it ends."""
    if option.short == "-i":
        return _take_list(text, position, option, _BINDING, options.inputs, _binding)
    if option.short == "-o":
        return _take_list(text, position, option, _OUTPUT, options.outputs, _output)
    word = _WORD.match(text, position)
    if not word:
        raise ArgumentValueError(f"{option.text} needs a value: {option.metavar}")
    value = value_of(option, word.group().strip("\"'"))
    if option.long == "--get":
        options.get.append(value)
    else:
        setattr(options, option.long[2:], value)
    return word.end()


def _take_list(
    text: str,
    position: int,
    option: Option,
    pattern: re.Pattern[str],
    values: list[Any],
    make: Callable[[re.Match[str]], Any],
) -> int:
    """Read names with commas between them, with or without blanks around the commas."""
    while True:
        match = pattern.match(text, position)
        word = _WORD.match(text, position)
        if not match:
            what = f"not {word.group()}" if word else "and nothing follows"
            raise ArgumentValueError(f"{option.text} takes {option.metavar}, {what}")
        values.append(make(match))
        position = match.end()
        comma = _COMMA.match(text, position)
        if not comma:
            break
        position = comma.end()
    rest = _WORD.match(text, position)
    if rest:  # something is attached to the name: f(x), df[0], a+b
        call = "; calls are not made here" if rest.group().startswith("(") else ""
        raise ArgumentValueError(
            f"{option.text}: cannot read {rest.group()!r} after {match.group()!r}; it takes names, "
            f'dotted names and df["column"]{call}'
        )
    return position


def _binding(match: re.Match[str]) -> tuple[str, Path]:
    path = Path.parse(match[2])
    name = match[1] or path.last
    check_go_name(name, path.text)
    return name, path


def _output(match: re.Match[str]) -> tuple[str, str]:
    name = python_name(match[1])
    check_python_name(name)
    return name, match[2] or match[1]


def _check_names(options: Options) -> None:
    """Refuse one name for two things."""
    for option, names in (
        ("-i/--input", [name for name, _ in options.inputs]),
        ("-o/--output", [name for name, _ in options.outputs]),
    ):
        for name in names:
            if names.count(name) > 1:
                raise ArgumentValueError(f"{option} names {name} twice")


_MAGIC = re.compile(r"%%goscore(?:\s|$)")


def cell_of(text: str, cell: str) -> tuple[str, Options]:
    """Split the text of a cell, with or without its ``%%goscore`` line, into Go and options.

    Parameters
    ----------
    text : str
    cell : str
        What messages call it.

    Returns
    -------
    str
        With its lines where they are in the text.
    Options

    Raises
    ------
    ArgumentValueError
        The first line cannot be read, or there is no Go.
    """
    lines = text.split("\n")
    if lines[0].startswith("#!"):
        lines[0] = ""
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise ArgumentValueError(f"{cell} has no Go in it")
    if not _MAGIC.match(lines[first]):
        return "\n".join(lines), Options()
    place = f"{cell}, line {first + 1}"
    try:
        options, rest = parse(lines[first].removeprefix("%%goscore"))
    except ArgumentValueError as error:
        raise ArgumentValueError(f"{place}: {error}") from error
    if rest:
        raise ArgumentValueError(
            f"{place}: cannot read {rest.split()[0]!r}: Go begins on the next line"
        )
    lines[first] = ""
    return "\n".join(lines), options
