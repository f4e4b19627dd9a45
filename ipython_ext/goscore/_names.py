"""Names: identifiers of Go, and paths to objects of Python."""

from __future__ import annotations

import ast
import keyword
import re
import types
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from ._errors import ArgumentValueError, GoNameError
from ._record import fact

GO_KEYWORDS = frozenset(
    "break case chan const continue default defer else fallthrough for func go goto if import "
    "interface map package range return select struct switch type var".split()
)

IDENTIFIER = r"[^\W\d]\w*"
_STEP = rf"""\.{IDENTIFIER}|\[\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\]"""
PATH = rf"{IDENTIFIER}(?:{_STEP})*"


@fact()
class Path:
    """A Python object by name, as in ``df``, ``self.prices`` or ``df["Unit Price"]``.

    Parameters
    ----------
    text : str
        The path as the user wrote it.
    root : str
        Its first name.
    steps : tuple of (str, str)
        ``(".", attribute)`` and ``("[", key)``, in order.
    """

    text: str
    root: str
    steps: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Path:
        """Read *text*, which must match `PATH`."""
        root = re.match(IDENTIFIER, text)
        assert root is not None
        steps = []
        for step in re.findall(_STEP, text[root.end() :]):
            if step.startswith("."):
                steps.append((".", step[1:]))
            else:
                steps.append(("[", ast.literal_eval(step[1:-1].strip())))
        return cls(text, root.group(), tuple(steps))

    @property
    def last(self) -> str:
        """The name that the path binds when none is given."""
        return self.steps[-1][1] if self.steps else self.root

    def look_up(self, scopes: Iterable[Mapping[str, Any]]) -> Any:
        """Find the object, first scope first.

        Raises
        ------
        GoNameError
            There is no such name, attribute or key.
        """
        scopes = list(scopes)
        root = python_name(self.root)
        for scope in scopes:
            if root in scope:
                value = scope[root]
                break
        else:
            known = [name for scope in scopes for name in scope if isinstance(name, str)]
            raise GoNameError(f"Python has no name {self.root}{nearest(self.root, known)}")
        walked = self.root
        for kind, name in self.steps:
            try:
                value = getattr(value, python_name(name)) if kind == "." else value[name]
            except (AttributeError, LookupError, TypeError) as error:
                hint = nearest(name, _names_in(value))
                what = "attribute" if kind == "." else "key"
                raise GoNameError(
                    f"{walked} ({type(value).__name__}) has no {what} {name!r}{hint}"
                ) from error
            walked += f".{name}" if kind == "." else f"[{name!r}]"
        return value


def _names_in(value: Any) -> list[str]:
    """Return the names that fit after a dot or between brackets."""
    columns = getattr(value, "columns", None)
    if columns is None:
        columns = value if isinstance(value, Mapping) else dir(value)
    return [name for name in columns if isinstance(name, str) and not name.startswith("_")]


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the end of a message that suggests the nearest of *known*, or nothing."""
    import difflib

    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {matches[0]}?" if matches else ""


def is_go_identifier(name: str) -> bool:
    """Return whether *name* is an identifier in Go, or one of its keywords."""

    return (
        bool(name)
        and _is_letter(name[0])
        and all(_is_letter(char) or _is_digit(char) for char in name)
    )


def _is_letter(char: str) -> bool:
    return char == "_" or unicodedata.category(char).startswith("L")


def _is_digit(char: str) -> bool:
    return unicodedata.category(char) == "Nd"


def go_identifier(text: str) -> str:
    """Make an identifier of *text*, by the rule for the columns of a frame."""
    identifier = "".join(char if _is_letter(char) or _is_digit(char) else "_" for char in text)
    if identifier and _is_digit(identifier[0]):
        identifier = f"_{identifier}"
    if not identifier.strip("_") or identifier in GO_KEYWORDS:
        identifier = f"{identifier or '_'}_"
    return identifier


def check_go_name(name: str, python: str) -> None:
    """Refuse a name that cannot be a Go variable.

    Parameters
    ----------
    name : str
        The name in Go.
    python : str
        The Python object that it would name, for the advice.

    Raises
    ------
    ArgumentValueError
        *name* is a keyword, not an identifier, or taken.
    """
    fitting = re.sub(r"\W", "_", name).strip("_") or "x"
    if name in GO_KEYWORDS:
        reason, advice = "is a keyword in Go", name[0]
    elif name == "goscore":
        reason, advice = "is the package of the built-in functions in a cell", "g"
    elif name == "_" or not is_go_identifier(name):
        reason = "is not a name in Go"
        advice = fitting if is_go_identifier(fitting) and fitting not in GO_KEYWORDS else "x"
    else:
        return
    raise ArgumentValueError(f"{name!r} {reason}: rename it, for example -i {advice}={python}")


def python_name(name: str) -> str:
    """Return an identifier as Python has it: µ of Latin-1 and 𝑥 of mathematics become Greek and x."""
    return unicodedata.normalize("NFKC", name)


def check_python_name(name: str) -> None:
    """Refuse an output name that Python cannot assign to."""
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ArgumentValueError(
            f"-o/--output: {name!r} is not a name in Python: rename it, for example -o x={name}"
        )


def is_data(value: Any) -> bool:
    """Return whether a free name of a cell may stand for *value*: no module, function or class."""
    return not isinstance(value, types.ModuleType | type) and not callable(value)
