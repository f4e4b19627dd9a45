"""What words of a shell mean: tables in files, values, and variables that are written into files."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._errors import ArgumentValueError
from .._names import IDENTIFIER, check_go_name, go_identifier
from . import files

_NAMED = re.compile(rf"({IDENTIFIER})=(.*)", re.DOTALL)
_WRITTEN = re.compile(rf"(.+)=({IDENTIFIER})")


Binding = tuple[str, Any, str]


@dataclass(frozen=True)
class Given:
    """An input as the command has it: a name, and a file or a value."""

    name: str
    text: str
    value: Any = None
    is_file: bool = False

    @property
    def binding(self) -> Binding:
        """Its name in Go, the object and its label, as a run takes them."""
        return self.name, files.read(self.text) if self.is_file else self.value, self.text


@dataclass(frozen=True)
class Wanted:
    """A file to write, and the variable that goes there; *named* where the user said which."""

    path: str
    name: str
    named: bool


def checked(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Let argparse say what does not fit."""

    def read_or_say(word: str) -> Any:
        try:
            return read(word)
        except ArgumentValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read_or_say


def given(word: str) -> Given:
    """Read ``[NAME=]FILE`` or ``NAME=VALUE``.

    Raises
    ------
    ArgumentValueError
        It is neither.
    """
    named = _NAMED.fullmatch(word)
    text = named[2] if named else word
    if named and Path(text).suffix.lower() not in files.FORMATS:
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            raise ArgumentValueError(
                f"{text} is no value, and no file of a known kind: values are written as in n=3 or "
                f"s='\"text\"', and files end in {', '.join(files.FORMATS)}"
            ) from None
        made = Given(named[1], text, value)
    else:
        files.extension(text)
        made = Given(named[1] if named else go_identifier(Path(text).stem), text, is_file=True)
    check_go_name(made.name, text)
    return made


def wanted(word: str) -> Wanted:
    """Read ``FILE[=NAME]``.

    Raises
    ------
    ArgumentValueError
        The file can be none.
    """
    written = _WRITTEN.fullmatch(word)
    path = written[1] if written else word
    files.extension(path)
    if not Path(path).resolve().parent.is_dir():
        raise ArgumentValueError(f"there is no folder {Path(path).parent} for {path}")
    return Wanted(path, written[2] if written else go_identifier(Path(path).stem), bool(written))
