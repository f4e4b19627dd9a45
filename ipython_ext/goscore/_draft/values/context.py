"""What is known while a function is translated, and the Go written so far."""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from .code import Code, literal
from .names import Names, changed, loaded, stored
from .places import Places
from .refusal import Untranslatable, Untranslated
from .source import Source
from .types import UNKNOWN, Type, check_known, join


@dataclass
class Line:
    """A line of Go, and the Python beside it."""

    depth: int
    text: str
    python: str = ""


@dataclass
class Facts:
    """What one pass over the function finds out for the next.

    Attributes
    ----------
    types : dict of str to Type
        Of the function's own names.
    result : Type
        Of what it returns.
    widened : bool
        Whether a Go float may be an int in Python; as text they differ.
    """

    types: dict[str, Type] = field(default_factory=dict)
    result: Type = UNKNOWN
    widened: bool = False

    def copy(self) -> Facts:
        return replace(self, types=dict(self.types))


class Context:
    """One pass.

    Parameters
    ----------
    source : Source
    go_name : str
    facts : Facts
        Of the passes before; this one adds to them.
    places : Places
    parameters : dict of str to Type
    optional : bool
        Whether it may return None.
    guessed : set of str
        Parameters that nobody has said the type of.
    """

    def __init__(
        self,
        source: Source,
        go_name: str,
        facts: Facts,
        places: Places,
        parameters: dict[str, Type],
        optional: bool,
        guessed: set[str],
    ) -> None:
        self.source, self.go_name, self.facts, self.places = source, go_name, facts, places
        self.parameters, self.optional, self.guessed = parameters, optional, guessed
        self.locals = set(parameters).union(*map(stored, source.statements))
        self.changed = set().union(*map(changed, source.statements))
        self.once = {name for name, times in _stores(source).items() if times == 1} - set(
            parameters
        )
        self.read = set().union(*map(loaded, source.statements))
        own = {one.id for one in ast.walk(source.tree) if isinstance(one, ast.Name)}
        self.names = Names(sorted(self.locals) + sorted(own - self.locals), go_name)
        self.assigned = set(parameters)
        self.declared = set(parameters)
        self.used: set[str] = set()
        self.inner: dict[str, Code] = {}  # the targets of comprehensions
        self.least: dict[str, int] = {}
        self.constants: dict[str, Code] = {}
        self.lines: list[Line] = []
        self.depth = 1
        self.statement: ast.stmt | None = None
        self.python = ""  # what stands beside the next line
        self.may_write = True  # whether lines may be written before the statement's own
        self.wraps: list[int] = []  # lines where an int may not fit
        self.inexact: set[str] = set()  # functions whose last bit may differ
        self.notes: list[str] = []
        self.untranslated: list[Untranslated] = []
        self.breaks: list[set[str]] = []  # what has a value at each break of the loop
        self.modules: dict[str, Any] = {}  # that the function imports

    def write(self, text: str, beside: bool = True) -> Line:
        """Add a line; the statement's first has its Python beside it."""
        line = Line(self.depth, text, self.python if beside else "")
        if beside:
            self.python = ""
        self.lines.append(line)
        return line

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Write what follows one step further in."""
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1

    @contextmanager
    def unwritten(self) -> Iterator[None]:
        """Refuse what needs lines of its own: Python may not come to it, or comes to it again."""
        before, self.may_write = self.may_write, False
        try:
            yield
        finally:
            self.may_write = before

    def needs_lines(self, what: str) -> None:
        """Check that lines may be written before the statement's own."""
        if not self.may_write:
            raise Untranslatable(
                f"{what} in the midst of a condition: give it a name on a line before"
            )

    def state(self) -> tuple[Any, ...]:
        """Return what `back_to` brings back: all but what is known of types."""
        written = len(self.lines), self.depth, len(self.untranslated), len(self.wraps)
        known = dict(self.inner), dict(self.least), set(self.declared), set(self.assigned)
        return *written, *known, list(self.breaks)

    def back_to(self, state: tuple[Any, ...]) -> None:
        """Forget what was written since then."""
        lines, self.depth, untranslated, wraps, inner, least, declared, assigned, breaks = state
        del self.lines[lines:], self.untranslated[untranslated:], self.wraps[wraps:]
        self.inner, self.least, self.breaks = dict(inner), dict(least), list(breaks)
        self.declared, self.assigned = set(declared), set(assigned)

    def join(self, one: Type, other: Type) -> Type:
        """Return the type that holds the values of both, and remember when ints become floats by that."""
        made = join(one, other)
        if made.known and any(side.known and side != made for side in (one, other)):
            self.facts.widened = True
        return made

    def bind(self, name: str, found: Type) -> Type:
        """Add a type to those that a name has, and return what holds them all."""
        known = self.facts.types.get(name, UNKNOWN)
        self.facts.types[name] = self.join(known, found)
        check_known(name, self.facts.types[name])
        return self.facts.types[name]

    def name(self, name: str) -> Code:
        """Return the value of a name.

        Raises
        ------
        Untranslatable
        """
        if name in self.inner:
            return self.inner[name]
        if name not in self.locals:
            return self._global(name)
        found = self.facts.types.get(name, UNKNOWN)
        if found.kind not in ("list", "map"):  # what these hold may yet be found out
            check_known(name, found)
        if name not in self.assigned:
            raise Untranslatable(f"{name} may have no value here, and Python would raise")
        self.used.add(name)
        return Code(self.names.go(name), found, least=self.least.get(name))

    def _global(self, name: str) -> Code:
        """Return a number of the module as a constant of the draft."""
        if name in self.source.closed_over:
            raise Untranslatable(f"{name} belongs to an enclosing function")
        try:
            value = self.source.look_up(name)
        except KeyError:
            raise Untranslatable(f"Python has no name {name}") from None
        if type(value) not in (int, float, bool, str):
            raise Untranslatable(f"{name} is a {type(value).__name__} outside the function")
        made = literal(value)
        if isinstance(value, float) and not math.isfinite(value):
            return made  # Go has no constant like it
        self.constants[name] = made
        return replace(made, text=self.names.go(name), level=7)

    def resolve(self, node: ast.expr) -> Any:
        """Return the Python object that a name, or a module's attribute, stands for; None if it is none."""
        if isinstance(node, ast.Name) and node.id in self.modules:
            return self.modules[node.id]
        if isinstance(node, ast.Name) and node.id not in self.locals | set(self.inner):
            try:
                return self.source.look_up(node.id)
            except KeyError:
                return None
        if isinstance(node, ast.Attribute):
            owner = self.resolve(node.value)
            if type(owner).__name__ == "module":
                return getattr(owner, node.attr, None)
        return None

    def note(self, text: str) -> None:
        """Say something about the draft, once."""
        if text not in self.notes:
            self.notes.append(text)

    def may_wrap(self) -> None:
        """Say of the present line that an int may not fit there."""
        if self.statement is not None:
            line = self.source.line(self.statement)
            if line not in self.wraps:
                self.wraps.append(line)

    def refuse(self, node: ast.stmt, reason: str) -> None:
        """Mark a statement in the Go, so that it compiles and panics there."""
        line, python = self.source.line(node), self.source.header(node)
        self.untranslated.append(Untranslated(line, python, reason))
        self.python = ""
        for name in sorted(stored(node) & self.read - self.declared):
            found = self.facts.types.get(name, UNKNOWN)
            if (id(node), name) in self.places.here and found.known:
                self.write(f"var {self.names.go(name)} {found.go}")
                self.declared.add(name)
        self.write(f"// TODO (line {line}): cannot translate: {python}")
        self.write(f"// {reason}")
        self.write(f"panic({literal(f'not translated: line {line}: {python}').text})")
        self.assigned |= stored(node)


def _stores(source: Source) -> Counter[str]:
    """Count the places where each name gets a value."""
    return Counter(
        one.id
        for one in ast.walk(source.tree)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    )
