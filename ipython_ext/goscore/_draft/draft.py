"""A draft: the Go function, its support, and what it says about itself."""

from __future__ import annotations

import ast
import inspect
import math
import re
import textwrap
from collections.abc import Callable
from typing import Any

from .._errors import ArgumentValueError
from .flow import counters, ends, ends_in_go
from .parameters import parameters
from .statements import block
from .support import support
from .values.code import quoted
from .values.context import Context, Facts, Line
from .values.names import exported
from .values.places import places
from .values.refusal import Untranslated
from .values.source import Source, read
from .values.types import BOOL, FLOAT, INT, STR, UNKNOWN, Type

_PASSES = 20  # each finds out at least one type that the one before did not know
_RAISING = re.compile(r"py(Divide|Pow|FloorDiv|Mod)\w*\((?![^()]*, [1-9]\d*\))")
_WIDEST = 52  # where Python's lines begin beside longer ones of Go


class Draft(str):
    """Go, drafted from a Python function: a string with what is to be said about it.

    Attributes
    ----------
    name : str
        Go's name of the function.
    untranslated : list of Untranslated
        Statements that were marked instead of being translated; the Go panics there.
    notes : list of str
        What is not the same as in Python, as the Go's comment says it.
    """

    name: str
    untranslated: list[Untranslated]
    notes: list[str]

    @property
    def summary(self) -> str:
        """What there is to say beside the Go, in a few lines."""
        if not self.untranslated:
            return f"{self.name}: all of it is translated"
        count = len(self.untranslated)
        statements = "statement is" if count == 1 else "statements are"
        listed = textwrap.indent("\n".join(map(str, self.untranslated)), "  ")
        return f"{self.name}: {count} {statements} not translated, and panic{'s' * (count == 1)} there\n{listed}"

    def __repr__(self) -> str:
        return f"{self}\n{self.summary}\n" if self.untranslated else str(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    def _repr_markdown_(self) -> str:
        listed = "".join(
            f"\n- line {one.line}, `{one.source}`: {one.reason}" for one in self.untranslated
        )
        return f"```go\n{self}```\n" + (f"\nNot translated:\n{listed}\n" if listed else "")


def draft(py_func: Callable[..., Any], *example_args: Any) -> Draft:
    """Write a first Go version of a simple Python function, line beside line.

    What has no Go that gives the same is marked, and panics there; it is never
    guessed. Ints have 64 bits in Go, and are exact to 2**53 beside floats.
    Support functions, whose names begin with ``py``, do what Python's operators
    do where Go's differ.

    Parameters
    ----------
    py_func : function
        Made by ``def``: of loops, conditions, arithmetic, lists, strings, and
        functions of ``math``.
    *example_args : object
        Arguments as it is called with. They say the types of parameters that
        have no annotation; what nothing is known of is a float64.

    Returns
    -------
    Draft
        The Go, a string, for a ``%%goscore`` cell. ``.untranslated`` lists what
        was marked, ``.notes`` what is not quite the same as in Python.

    Raises
    ------
    ArgumentTypeError
        It is no Python function, or an example is nothing that Go could be drafted for.
    ArgumentValueError
        Its source is not there, or it returns nothing.
    """
    source = read(py_func)
    given, guessed = parameters(source, example_args)
    optional = _optional(source)
    go_name = exported(source.name)
    ctx = _translated(source, go_name, given, guessed, optional)
    notes = _notes(ctx)
    text = "\n".join([*_comment(source, go_name, ctx, notes), *_function(ctx, given)])
    draft_ = Draft("\n\n".join([text, *support(text)]) + "\n")
    draft_.name, draft_.untranslated, draft_.notes = go_name, ctx.untranslated, notes
    return draft_


def _optional(source: Source) -> bool:
    """Tell whether a function returns None beside values.

    Raises
    ------
    ArgumentValueError
        It never returns a value.
    """
    returns = [node for node in ast.walk(source.tree) if isinstance(node, ast.Return)]
    empty = [
        node
        for node in returns
        if node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None)
    ]
    if len(empty) == len(returns):
        raise ArgumentValueError(
            f"{source.name} returns nothing: a Go function is called for its result"
        )
    return bool(empty) or not ends(source.statements)


def _translated(
    source: Source, go_name: str, given: dict[str, Type], guessed: set[str], optional: bool
) -> Context:
    """Translate again and again until all types are known that can be."""
    facts = Facts(dict(given))
    where = places(source.statements, set(given))
    counted = counters(source.statements, set(given))
    for _ in range(_PASSES):
        ctx = Context(source, go_name, facts.copy(), where, given, optional, guessed)
        ctx.least.update(counted)
        block(ctx, source.statements)
        if ctx.facts == facts:
            break
        facts = ctx.facts
    _end(ctx)
    return ctx


def _end(ctx: Context) -> None:
    """Write what Python does at the end of a function, and Go asks for."""
    ctx.depth, ctx.python = 1, ""
    if not ends(ctx.source.statements):
        ctx.write("return nil").python = "Python returns None here"
    elif not ends_in_go(ctx.source.statements):
        ctx.write('panic("not reached")')


def _notes(ctx: Context) -> list[str]:
    notes = list(ctx.notes)
    arrays = any(of.kind == "array" for of in ctx.parameters.values())
    if arrays and any(_RAISING.search(line.text) for line in ctx.lines):
        notes.append("Division by zero panics, as floats of Python raise; NumPy's give inf or NaN.")
    for decorator in ctx.source.tree.decorator_list:
        notes.append(f"The decorator {ast.unparse(decorator)} is left out.")
    if ctx.wraps:
        lines = ", ".join(map(str, ctx.wraps))
        notes.append(
            f"Ints have 64 bits in Go and wrap beyond them, where Python's grow: line {lines}."
        )
    if ctx.inexact:
        names = ", ".join(sorted(ctx.inexact))
        notes.append(f"The last bits may differ from Python's: {names}.")
    if left := [name for name, text in _defaults(ctx).items() if not text]:
        notes.append(f"Of default values Go keeps none for {', '.join(left)}: pass it.")
    if ctx.facts.result.kind == "map":
        notes.append("Go functions that return a map are called in a cell, not from Python.")
    return notes


def _defaults(ctx: Context) -> dict[str, str]:
    """Return the parameters with a default, by their names in Go, and Go's text of each, if there is one."""
    own = inspect.signature(ctx.source.function).parameters.values()
    given = {one.name: one.default for one in own if one.default is not one.empty}
    texts = {}
    for name, value in given.items():
        known = ctx.facts.types.get(name, UNKNOWN)
        of = known if known.known else ctx.parameters[name]
        texts[ctx.names.go(name)] = _constant(value, of)
    return texts


def _constant(value: Any, of: Type) -> str:
    """Write a default as a constant of Go's; nothing where it is none of the type."""
    if of == BOOL and isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, bool):
        return ""
    if of == STR and isinstance(value, str):
        return quoted(value)
    if of == INT and isinstance(value, int) and -(2**63) <= value < 2**63:
        return str(value)
    if of == FLOAT and isinstance(value, int | float) and math.isfinite(value):
        return repr(float(value))
    return ""


def _comment(source: Source, go_name: str, ctx: Context, notes: list[str]) -> list[str]:
    """Write the Go comment: the docstring, the notes, and the values of parameters that a call leaves out."""
    lines = [f"// {go_name} is drafted from {source.name} of Python."]
    for part in filter(None, [source.doc, "\n".join(notes)]):
        lines += ["//", *(f"// {line}".rstrip() for line in part.splitlines())]
    defaults = [f"{name}={text}" for name, text in _defaults(ctx).items() if text]
    if defaults:
        lines += ["//", f"//goscore:default {' '.join(defaults)}"]
    return lines


def _function(ctx: Context, given: dict[str, Type]) -> list[str]:
    """Write the function, Python's lines beside Go's."""
    known = {
        name: ctx.facts.types[name] if ctx.facts.types[name].known else of
        for name, of in given.items()
    }
    takes = ", ".join(f"{ctx.names.go(name)} {of.go}" for name, of in known.items())
    result = ctx.facts.result if ctx.facts.result.known else FLOAT
    star = "*" if ctx.optional and not result.items else ""
    header = ctx.source.header(ctx.source.tree)
    lines = [Line(0, f"func {ctx.go_name}({takes}) {star}{result.go} {{", header)]
    for name, code in ctx.constants.items():
        lines.append(
            Line(1, f"const {ctx.names.go(name)} = {code.text}", f"{name}, as it is in Python now")
        )
    lines += [*ctx.lines, Line(0, "}")]
    widths = [4 * line.depth + len(line.text) for line in lines if line.python]
    column = min(max(widths, default=0), _WIDEST) + 2
    return [_beside(line, column) for line in lines]


def _beside(line: Line, column: int) -> str:
    text = "\t" * line.depth + line.text
    if not line.python:
        return text
    blank = max(column - 4 * line.depth - len(line.text), 1)
    return f"{text}{' ' * blank}// {line.python}"
