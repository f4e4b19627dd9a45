"""A draft: the Go function, its support, and what it says about itself."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .._errors import ArgumentValueError, GoscoreError
from .flow import counters, ends, ends_in_go
from .parameters import parameters
from .statements import block
from .support import support
from .values.context import Context, Facts
from .values.names import camel, exported
from .values.places import places
from .values.program import Helper, Program
from .values.refusal import Untranslated
from .values.source import Source, read
from .values.types import NONE, UNKNOWN, Type
from .writing import comment, notes_of, written

_PASSES = 20  # each finds out at least one type that the one before did not know


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
        have no annotation; unknown types become float64.

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
    made = translate(py_func, example_args)
    return made.draft


@dataclass
class Translation:
    """A draft, and what `goscore.jit` wants to know about it.

    Attributes
    ----------
    draft : Draft
    source : Source
    given : dict of str to Type
        The parameters' types.
    result : Type
    program : Program
    context : Context
        The last pass over the function.
    directives : list of str
        What says which parameters are tables.
    """

    draft: Draft
    source: Source
    given: dict[str, Type]
    result: Type
    program: Program
    context: Context
    directives: list[str]


def translate(
    py_func: Callable[..., Any],
    example_args: tuple[Any, ...],
    checked: bool = False,
    types: dict[str, Type] | None = None,
    inner: bool = False,
    tables: tuple[str, ...] = (),
) -> Translation:
    """Draft a function.

    Parameters
    ----------
    checked : bool
        Whether the Go checks ints for what does not fit into 64 bits.
    types : dict of str to Type, optional
        The parameters' types, instead of examples.
    inner : bool
        Whether only Go calls it, so that it returns a tuple as one value.
    tables : tuple of str
        Parameters that are the same for every row.
    """
    source = read(py_func)
    given, guessed = (types, set[str]()) if types is not None else parameters(source, example_args)
    _check_returns(source)
    program = Program(_helper, checked, prefix="jit" if checked else "")
    root = Helper(program.name(exported(source.name)), inner=inner)
    if inner:
        root.name = program.name(camel(source.name))
    ctx = _translated(source, root, program, given, guessed)
    notes = notes_of(ctx)
    named = " ".join(ctx.names.go(name) for name in tables)
    directives = [f"//goscore:table {named}"] if named else []
    above = [*comment(source, root.name, ctx, notes), *([] if inner else directives)]
    text = "\n".join([*above, *written(ctx, given)])
    beside_ = _others(program, text)
    draft_ = Draft("\n\n".join([text, *beside_, *support("\n".join([text, *beside_]))]) + "\n")
    draft_.name, draft_.untranslated, draft_.notes = root.name, ctx.untranslated, notes
    known = {name: ctx.facts.types.get(name, of) for name, of in given.items()}
    return Translation(draft_, source, known, ctx.facts.result, program, ctx, directives)


def _others(program: Program, text: str) -> list[str]:
    """Return the functions and variables that *text* names, and those that these name."""
    known = {helper.name: helper.text for helper in program.helpers.values() if helper.text}
    known |= program.variables
    wanted: list[str] = []
    rest = [text]
    while rest:
        for name in re.findall(r"[^\W\d]\w*", rest.pop()):
            if name in known and name not in wanted:
                wanted.append(name)
                rest.append(known[name])
    return [known[name] for name in wanted]


def _helper(program: Program, function: Any, given: tuple[Type, ...], made: Helper) -> None:
    """Translate a function that the drafted one calls."""
    try:
        source = function if isinstance(function, Source) else read(function)
        args = source.tree.args
        names = [one.arg for one in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
        _check_returns(source)
    except GoscoreError as error:
        made.reason = str(error)
        return
    types = dict(zip(names, given, strict=True))
    ctx = _translated(source, made, program, types, set())
    made.result = ctx.facts.result
    made.fresh = ctx.facts.unshared
    made.parameters = {name: ctx.facts.types[name] for name in types}
    program.inexact |= ctx.inexact
    if ctx.untranslated:
        first = ctx.untranslated[0]
        made.reason = f"line {first.line} of it, {first.source}: {first.reason}"
        return
    lines = [f"// {made.name} is drafted from {source.name} of Python."]
    made.text = "\n".join([*lines, *written(ctx, types)])
    if ctx.wraps:
        program.notes.append(
            f"Ints have 64 bits in Go and wrap beyond them, where Python's grow: in {source.name}."
        )


def _check_returns(source: Source) -> None:
    """Refuse a function that never returns a value.

    Raises
    ------
    ArgumentValueError
    """
    returns = [node for node in ast.walk(source.tree) if isinstance(node, ast.Return)]
    if not any(
        node.value is not None
        and not (isinstance(node.value, ast.Constant) and node.value.value is None)
        for node in returns
    ):
        raise ArgumentValueError(
            f"{source.name} returns nothing: a Go function is called for its result"
        )


def _translated(
    source: Source, helper: Helper, program: Program, given: dict[str, Type], guessed: set[str]
) -> Context:
    """Translate again and again until all types are known that can be, then once for good."""
    facts = Facts(dict(given), result=UNKNOWN if ends(source.statements) else NONE)
    where = places(source.statements, set(given))
    counted = counters(source.statements, set(given))
    learning = True
    for _ in range(_PASSES):
        ctx = Context(source, helper, program, facts.copy(), where, given, guessed, learning)
        ctx.least.update(counted)
        block(ctx, source.statements)
        helper.result = ctx.facts.result
        if ctx.facts.ordered and not facts.ordered:  # dicts are of another type then
            facts = Facts(dict(given), result=facts.result, ordered=True)
            learning = True
            continue
        if ctx.facts == facts:
            if not learning:
                break
            learning = False
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
