"""Reads the words behind -i and -o: tables in files, values, and variables to write."""

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

_INPUT = re.compile(rf"({IDENTIFIER})=(.*)", re.DOTALL)
_OUTPUT = re.compile(rf"(.+)=({IDENTIFIER})")


Binding = tuple[str, Any, str]


@dataclass(frozen=True)
class InputArgument:
    """An input of the command: a name, and a file or a value."""

    name: str
    text: str
    value: Any = None
    is_file: bool = False

    @property
    def binding(self) -> Binding:
        """The name in Go, the object and its label, as a run takes them."""
        return self.name, files.read(self.text) if self.is_file else self.value, self.text


@dataclass(frozen=True)
class OutputArgument:
    """A file to write, and the variable for it; *named* if the user named the variable."""

    path: str
    name: str
    named: bool


def checked(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Let argparse report the errors of *read*."""

    def read_or_say(word: str) -> Any:
        try:
            return read(word)
        except ArgumentValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read_or_say


def input_argument(word: str) -> InputArgument:
    """Read ``[NAME=]FILE`` or ``NAME=VALUE``.

    Raises
    ------
    ArgumentValueError
        The word is neither.
    """
    match = _INPUT.fullmatch(word)
    text = match[2] if match else word
    if match and Path(text).suffix.lower() not in files.FORMATS:
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            raise ArgumentValueError(
                f"{text} is no value, and no file of a known kind: values are written as in n=3 or "
                f"s='\"text\"', and files end in {', '.join(files.FORMATS)}"
            ) from None
        argument = InputArgument(match[1], text, value)
    else:
        files.extension(text)
        argument = InputArgument(
            match[1] if match else go_identifier(Path(text).stem), text, is_file=True
        )
    check_go_name(argument.name, text)
    return argument


def output_argument(word: str) -> OutputArgument:
    """Read ``FILE[=NAME]``.

    Raises
    ------
    ArgumentValueError
        There can be no such file.
    """
    match = _OUTPUT.fullmatch(word)
    path = match[1] if match else word
    files.extension(path)
    if not Path(path).resolve().parent.is_dir():
        raise ArgumentValueError(f"there is no folder {Path(path).parent} for {path}")
    return OutputArgument(path, match[2] if match else go_identifier(Path(path).stem), bool(match))
