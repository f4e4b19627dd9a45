"""A draft's text: its comment, and Go's lines with Python's beside them."""

from __future__ import annotations

import ast
import inspect
import math
import re
from typing import Any

from .parameters import of_annotation
from .values.code import quoted
from .values.context import Context, Line
from .values.source import Source
from .values.types import BOOL, FLOAT, INT, STR, UNKNOWN, Type

_RAISING = re.compile(r"py(Divide|Pow|FloorDiv|Mod)\w*\((?![^()]*, [1-9]\d*\))")
_WIDEST = 52  # where Python's lines begin beside longer ones of Go


def notes_of(ctx: Context) -> list[str]:
    """Return what a draft says that is not the same as in Python."""
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
    inexact = ctx.inexact | ctx.program.inexact
    if inexact:
        names = ", ".join(sorted(inexact))
        notes.append(f"The last bits may differ from Python's: {names}.")
    if left := [name for name, text in _defaults(ctx).items() if not text]:
        notes.append(f"Of default values Go keeps none for {', '.join(left)}: pass it.")
    notes += dict.fromkeys(ctx.program.notes)
    if ctx.facts.result.is_map:
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


def comment(source: Source, go_name: str, ctx: Context, notes: list[str]) -> list[str]:
    """Write the Go comment: the docstring, the notes, and the values of parameters that a call leaves out."""
    lines = [f"// {go_name} is drafted from {source.name} of Python."]
    for part in filter(None, [source.doc, "\n".join(notes)]):
        lines += ["//", *(f"// {line}".rstrip() for line in part.splitlines())]
    defaults = [f"{name}={text}" for name, text in _defaults(ctx).items() if text]
    if defaults:
        lines += ["//", f"//goscore:default {' '.join(defaults)}"]
    return lines


def written(ctx: Context, given: dict[str, Type]) -> list[str]:
    """Write the function, Python's lines beside Go's."""
    known = {
        name: ctx.facts.types[name] if ctx.facts.types[name].known else of
        for name, of in given.items()
    }
    takes = ", ".join(f"{ctx.names.go(name)} {of.go}" for name, of in known.items())
    said = of_annotation(ctx.source.tree.returns, None)
    result = ctx.facts.result if ctx.facts.result.known else said if said.known else FLOAT
    returns = result.go if ctx.helper.inner else result.results
    if result.kind == "dict" and not ctx.helper.inner:
        returns = Type("map", result.items).go
    header = ctx.source.header(ctx.source.tree)
    lines = [Line(0, f"func {ctx.helper.name}({takes}) {returns} {{", header)]
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
