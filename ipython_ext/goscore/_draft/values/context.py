"""What is known while a function is translated, and the Go written so far."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from . import outside
from .code import Code, bare, literal
from .names import Names, changed, deep, loaded, resized, stored
from .places import Places
from .program import Helper, Program
from .refusal import NeedsLines, Untranslatable, Untranslated
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
    ordered : bool
        Whether it matters in which order a dict has its keys.
    unshared : bool
        Whether all lists that it returns are nobody else's.
    grown : frozenset of str
        Names that hold lists which ``+=`` makes longer.
    """

    types: dict[str, Type] = field(default_factory=dict)
    result: Type = UNKNOWN
    widened: bool = False
    ordered: bool = False
    unshared: bool = True
    grown: frozenset[str] = frozenset()

    def copy(self) -> Facts:
        return replace(self, types=dict(self.types))


class Context:
    """One pass.

    Parameters
    ----------
    source : Source
    helper : Helper
        The Go function that is made.
    program : Program
        What it shares with the functions that it calls.
    facts : Facts
        Of the passes before; this one adds to them.
    places : Places
    parameters : dict of str to Type
    guessed : set of str
        Parameters that nobody has said the type of.
    learning : bool
        Whether this pass only finds out types: what is not known yet is no error then.
    """

    def __init__(
        self,
        source: Source,
        helper: Helper,
        program: Program,
        facts: Facts,
        places: Places,
        parameters: dict[str, Type],
        guessed: set[str],
        learning: bool,
    ) -> None:
        self.source, self.helper, self.program = source, helper, program
        self.facts, self.places, self.learning = facts, places, learning
        self.parameters, self.guessed = parameters, guessed
        self.checked = program.checked
        self.locals = set(parameters).union(*map(stored, source.statements))
        self.changed = set().union(*map(changed, source.statements))
        self.resized = set(facts.grown).union(*map(resized, source.statements))
        self.deep = set(facts.grown).union(*map(deep, source.statements))
        stores = _stores(source)
        self.once = {name for name, times in stores.items() if times == 1} - set(parameters)
        self.constant_parameters = set(parameters) - set(stores)
        self.read = set().union(*map(loaded, source.statements))
        own = {one.id for one in ast.walk(source.tree) if isinstance(one, ast.Name)}
        self.names = Names(sorted(self.locals) + sorted(own - self.locals), helper.name)
        self.assigned = set(parameters)
        self.declared = set(parameters)
        self.inner: dict[str, Code] = {}  # the targets of comprehensions
        self.least: dict[str, int] = {}
        self.constants: dict[str, Code] = {}
        self.lines: list[Line] = []
        self.depth = 1
        self.statement: ast.stmt | None = None
        self.python = ""  # what stands beside the next line
        self.may_write = True  # whether lines may be written before the statement's own
        self.touched: set[str] = set()  # names that the statement has read so far
        # Of each block around: its statements, the position in them, and of a loop what its head reads.
        self.around: list[tuple[list[ast.stmt], int, set[str] | None]] = []
        self.wraps: list[int] = []  # lines where an int may not fit
        self.inexact: set[str] = set()  # functions whose last bit may differ
        self.notes: list[str] = []
        self.untranslated: list[Untranslated] = []
        self.breaks: list[set[str]] = []  # what has a value at each break of the loop
        self.elses: list[str] = []  # of each loop around, Go's name of what says that it was left
        self.modules: dict[str, Any] = {}  # what the function imports
        self.functions = dict(source.functions)  # that it defines, and what these read of it
        self.certain: set[str] = set()  # names that may be None, and are not here
        self.owned: set[str] = set()  # parameters that hold a list of the function's own by now
        self.bounds: dict[str, Code] = {}  # of deques, how long they may be

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
            raise NeedsLines(f"{what} in the midst of a condition: give it a name on a line before")

    def keep(self, code: Code, wish: str) -> Code:
        """Write an expression once, so that it can be used several times."""
        if code.constant or code.text.isidentifier() or self.learning:
            return code
        self.needs_lines("a value that is used twice")
        name = self.names.fresh(wish)
        self.write(f"{name} := {code.text}", beside=False)
        return replace(code, text=name, level=7)

    def state(self) -> tuple[Any, ...]:
        """Return what `back_to` brings back: all but what is known of types."""
        written = len(self.lines), self.depth, len(self.untranslated), len(self.wraps)
        known = dict(self.inner), dict(self.least), set(self.declared), set(self.assigned)
        return *written, *known, list(self.breaks), list(self.elses), len(self.around)

    def back_to(self, state: tuple[Any, ...]) -> None:
        """Forget what was written since then."""
        lines, self.depth, untranslated, wraps, inner, least, declared, assigned = state[:8]
        breaks, elses, around = state[8:]
        del self.lines[lines:], self.untranslated[untranslated:], self.wraps[wraps:]
        del self.around[around:]
        self.inner, self.least = dict(inner), dict(least)
        self.breaks, self.elses = list(breaks), list(elses)
        self.declared, self.assigned = set(declared), set(assigned)

    def join(self, one: Type, other: Type) -> Type:
        """Return the type that holds the values of both, and remember when ints become floats by that."""
        made = join(one, other)
        if made.known and (_widens(one, made) or _widens(other, made)):
            self.facts.widened = True
        return made

    def check_known(self, name: str, found: Type) -> None:
        """Refuse a name whose Go type is not known; while types are found out, it may yet be."""
        if found.mixed or not self.learning:
            check_known(name, found)

    def bind(self, name: str, found: Type) -> Type:
        """Add a type to those that a name has, and return what holds them all."""
        known = self.facts.types.get(name, UNKNOWN)
        self.facts.types[name] = self.join(known, found)
        self.check_known(name, self.facts.types[name])
        return self.facts.types[name]

    def need_order(self) -> None:
        """Remember that the order of dicts matters."""
        if not self.facts.ordered:
            self.facts.ordered = True
            raise Untranslatable("a dict whose order matters")

    def name(self, name: str) -> Code:
        """Return the value of a name.

        Raises
        ------
        Untranslatable
        """
        if name in self.inner:
            return self.inner[name]
        if name not in self.locals:
            return outside.value(self, name)
        found = self.facts.types.get(name, UNKNOWN)
        if not found.items:  # what lists hold may yet be found out
            self.check_known(name, found)
        if name not in self.assigned:
            raise Untranslatable(f"{name} may have no value here, and Python would raise")
        self.touched.add(name)
        made = Code(self.names.go(name), found, least=self.least.get(name))
        return bare(made) if name in self.certain else made

    @contextmanager
    def knowing(self, names: set[str]) -> Iterator[None]:
        """Take some names for no None in what follows; Go would panic if one were."""
        before = set(self.certain)
        self.certain |= names
        try:
            yield
        finally:
            self.certain = before

    def resolve(self, node: ast.expr) -> Any:
        """Return the Python object that a name, or a module's attribute, stands for; None if it is none."""
        if isinstance(node, ast.Name) and node.id in self.modules:
            return self.modules[node.id]
        if isinstance(node, ast.Name) and node.id not in self.locals | set(self.inner):
            if node.id in self.source.closed_over:
                found = self.source.closed(node.id)
                return found if callable(found) or type(found).__name__ == "module" else None
            try:
                return self.source.look_up(node.id)
            except KeyError:
                return None
        if isinstance(node, ast.Attribute):
            owner = self.resolve(node.value)
            if type(owner).__name__ == "module" or isinstance(owner, type):
                return getattr(owner, node.attr, None)
        return None

    def note(self, text: str) -> None:
        """Say something about the draft, once."""
        if text not in self.notes:
            self.notes.append(text)

    def may_wrap(self) -> None:
        """Say of the present line that an int may not fit there."""
        if self.statement is not None and not self.checked:
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


def _widens(one: Type, made: Type) -> bool:
    """Tell whether an int in a type is a float in what holds it."""
    if one.kind == "int":
        return made.kind == "float" or (made.kind == "optional" and made.item.kind == "float")
    return any(map(_widens, one.items, made.items)) if one.kind == made.kind else False


def _stores(source: Source) -> Counter[str]:
    """Count the places where each name gets a value."""
    return Counter(
        one.id
        for one in ast.walk(source.tree)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    )
