"""The options of ``%goscore`` and ``%%goscore``: one table, read from raw text.

What follows the options in the line form is Go, so nothing here may split
the line as a shell would: quotes, braces and apostrophes stay as they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .._errors import ArgumentValueError
from .._names import IDENTIFIER, PATH, Path, check_go_name, check_python_name, nearest

LIBRARIES = ("auto", "pandas", "polars", "arrow", "numpy", "list")


@dataclass(frozen=True)
class Option:
    """One row of the table; ``metavar`` is empty for a flag."""

    short: str
    long: str
    metavar: str
    help: str

    @property
    def flags(self) -> tuple[str, ...]:
        return tuple(flag for flag in (self.short, self.long) if flag)

    @property
    def shown(self) -> str:
        return "/".join(self.flags)


OPTIONS = (
    Option(
        "-i",
        "--input",
        "NAME[,NAME...]",
        'Python names to bind in the cell; also go=python.path and go=df["Unit Price"]. '
        "Only the columns that the cell mentions are copied. Repeatable.",
    ),
    Option(
        "-o",
        "--output",
        "NAME[,NAME...]",
        "Go variables to bring back into Python; also py=go. Repeatable.",
    ),
    Option(
        "-t",
        "--to",
        "{" + ",".join(LIBRARIES) + "}",
        "library of the results; auto is that of the first input with columns.",
    ),
    Option(
        "-m",
        "--module",
        "MODULE",
        "put the cell's functions into an importable Python module instead of the namespace.",
    ),
    Option("-n", "--noreturn", "", "bring nothing back."),
    Option("-f", "--force", "", "compile again."),
    Option("-v", "--verbose", "", "show the Go command, the generated file and the times."),
    Option("-j", "--threads", "THREADS", "cores to run on."),
    Option("", "--timeout", "SECONDS", "stop the run after so many seconds."),
    Option("", "--time", "", "print the receipt: what the run cost, and where."),
    Option(
        "",
        "--get",
        "MODULE@VERSION",
        "third-party Go module that the cell imports; without it, nothing touches the network. "
        "Repeatable.",
    ),
    Option(
        "",
        "--compare",
        "PYTHON=GO",
        "after the cell, run a Python function and a Go function on the inputs, in order, and compare "
        "them; the cell's value is what goscore.compare returns.",
    ),
    Option("-h", "--help", "", "show this help."),
)
_BY_FLAG = {flag: option for option in OPTIONS for flag in option.flags}

_BINDING = re.compile(rf"(?:({IDENTIFIER})=)?({PATH})")
_OUTPUT = re.compile(rf"({IDENTIFIER})(?:=({IDENTIFIER}))?")
_COMPARED = re.compile(rf"({PATH})=({PATH})")
_COMMA = re.compile(r"\s*,\s*")
_WORD = re.compile(r"\S+")
_DASHED = re.compile(r"--?[^\W\d][\w-]*|--(?=\s|$)")


@dataclass
class Options:
    """What the options of one cell say; the defaults are those of a bare ``%%goscore``."""

    inputs: list[tuple[str, Path]] = field(default_factory=list)
    outputs: list[tuple[str, str]] = field(default_factory=list)
    to: str = "auto"
    module: str | None = None
    noreturn: bool = False
    force: bool = False
    verbose: bool = False
    threads: int | None = None
    timeout: float | None = None
    time: bool = False
    get: list[str] = field(default_factory=list)
    compare: tuple[Path, Path] | None = None
    help: bool = False


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
                raise ArgumentValueError(f"{named[-1].shown} takes no value")
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
    found = _WORD.match(text, position)
    if not found:
        raise ArgumentValueError(f"{option.shown} needs a value: {option.metavar}")
    value = value_of(option, found.group().strip("\"'"))
    if option.long == "--get":
        options.get.append(value)
    else:
        setattr(options, option.long[2:], value)
    return found.end()


def _take_list(
    text: str,
    position: int,
    option: Option,
    pattern: re.Pattern[str],
    taken: list[Any],
    make: Callable[[re.Match[str]], Any],
) -> int:
    """Read names with commas between them, with or without blanks around the commas."""
    while True:
        found = pattern.match(text, position)
        word = _WORD.match(text, position)
        if not found:
            what = f"not {word.group()}" if word else "and nothing follows"
            raise ArgumentValueError(f"{option.shown} takes {option.metavar}, {what}")
        taken.append(make(found))
        position = found.end()
        comma = _COMMA.match(text, position)
        if not comma:
            break
        position = comma.end()
    rest = _WORD.match(text, position)
    if rest:  # something is attached to the name: f(x), df[0], a+b
        call = "; calls are not made here" if rest.group().startswith("(") else ""
        raise ArgumentValueError(
            f"{option.shown}: cannot read {rest.group()!r} after {found.group()!r}; it takes names, "
            f'dotted names and df["column"]{call}'
        )
    return position


def _binding(found: re.Match[str]) -> tuple[str, Path]:
    path = Path.parse(found[2])
    name = found[1] or path.last
    check_go_name(name, path.text)
    return name, path


def _output(found: re.Match[str]) -> tuple[str, str]:
    check_python_name(found[1])
    return found[1], found[2] or found[1]


def _library(option: Option, word: str) -> str:
    if word not in LIBRARIES:
        raise ArgumentValueError(
            f"{option.shown} takes {option.metavar}, not {word}{nearest(word, LIBRARIES)}"
        )
    return word


def _cores(option: Option, word: str) -> int:
    if not word.isdecimal() or int(word) < 1:
        raise ArgumentValueError(f"{option.shown} takes a number of cores from 1 up, not {word}")
    return int(word)


def _seconds(option: Option, word: str) -> float:
    try:
        seconds = float(word)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise ArgumentValueError(f"{option.shown} takes a number of seconds, not {word}")
    return seconds


def _compared(option: Option, word: str) -> tuple[Path, Path]:
    found = _COMPARED.fullmatch(word)
    if not found:
        raise ArgumentValueError(
            f"{option.shown} takes a Python function and a Go function, as in slow=Fast, not {word}"
        )
    return Path.parse(found[1]), Path.parse(found[2])


_READ: dict[str, Callable[[Option, str], Any]] = {
    "--module": lambda option, word: word,
    "--to": _library,
    "--threads": _cores,
    "--timeout": _seconds,
    "--get": lambda option, word: word,
    "--compare": _compared,
}


def value_of(option: Option, word: str) -> Any:
    """Read the value of an option that takes one word.

    Raises
    ------
    ArgumentValueError
        It does not fit.
    """
    return _READ[option.long](option, word)


def _check_names(options: Options) -> None:
    """Refuse one name for two things."""
    for option, names in (
        ("-i/--input", [name for name, _ in options.inputs]),
        ("-o/--output", [name for name, _ in options.outputs]),
    ):
        for name in names:
            if names.count(name) > 1:
                raise ArgumentValueError(f"{option} names {name} twice")
