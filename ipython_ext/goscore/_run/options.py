"""The options of ``%goscore`` and ``%%goscore``: one table, read from raw text.

What follows the options in the line form is Go, so nothing here may split
the line as a shell would: quotes, braces and apostrophes stay as they are.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable
from dataclasses import field
from typing import Any, TypedDict

from .._errors import ArgumentValueError
from .._names import PATH, Path, nearest
from .._record import fact, record

LIBRARIES = ("auto", "pandas", "polars", "arrow", "numpy", "list")


@fact()
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
    def text(self) -> str:
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
        "MODULE@VERSION|./DIR",
        "third-party Go module that the cell imports, or the directory of one of your own; without it, "
        "nothing touches the network. Repeatable.",
    ),
    Option(
        "",
        "--compare",
        "PYTHON=GO",
        "after the cell, run a Python function and a Go function on the inputs, in order, and compare "
        "them; the cell's value is what goscore.compare returns.",
    ),
    Option(
        "",
        "--profile",
        "",
        "sample the cell while it runs: its value is its lines, with the time and memory that each took, and "
        "what the compiler says of them. F.profile(...) does it for one function.",
    ),
    Option(
        "",
        "--trace",
        "",
        "record what the cell does: its value is its steps, with what each line set, which branch was taken, and the "
        "values that led to a panic. F.trace(...) does it for one call.",
    ),
    Option("-h", "--help", "", "show this help."),
)

_COMPARED = re.compile(rf"({PATH})=({PATH})")


class Sent(TypedDict):
    """What the worker is told of the options; 0 where they say nothing."""

    threads: int
    timeout: float
    force: bool
    verbose: bool
    noreturn: bool
    profile: float
    trace: bool
    get: list[str]


@record()
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
    profile: float = 0  # seconds for which a call is repeated; a cell runs once
    trace: bool = False
    help: bool = False

    def sent(self) -> Sent:
        """Return what the worker is told."""
        return {
            "threads": self.threads or 0,
            "timeout": self.timeout or 0,
            "force": self.force,
            "verbose": self.verbose,
            "noreturn": self.noreturn,
            "profile": float(self.profile),
            "trace": self.trace,
            "get": self.get,
        }


def _library(option: Option, word: str) -> str:
    if word not in LIBRARIES:
        raise ArgumentValueError(
            f"{option.text} takes {option.metavar}, not {word}{nearest(word, LIBRARIES)}"
        )
    return word


def _cores(option: Option, word: str) -> int:
    if not word.isdecimal() or int(word) < 1:
        raise ArgumentValueError(f"{option.text} takes a number of cores from 1 up, not {word}")
    return int(word)


def _seconds(option: Option, word: str) -> float:
    try:
        seconds = float(word)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise ArgumentValueError(f"{option.text} takes a number of seconds, not {word}")
    return seconds


def module(word: str) -> str:
    """Return what ``--get`` names, a directory with its whole path."""
    local = word.startswith((".", "/", "~"))
    return os.path.abspath(os.path.expanduser(word)) if local else word


def _compared(option: Option, word: str) -> tuple[Path, Path]:
    match = _COMPARED.fullmatch(word)
    if not match:
        raise ArgumentValueError(
            f"{option.text} takes a Python function and a Go function, as in slow=Fast, not {word}"
        )
    return Path.parse(match[1]), Path.parse(match[2])


_READ: dict[str, Callable[[Option, str], Any]] = {
    "--module": lambda option, word: word,
    "--to": _library,
    "--threads": _cores,
    "--timeout": _seconds,
    "--get": lambda option, word: module(word),
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
