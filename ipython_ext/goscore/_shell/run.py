"""Run a cell of Go on tables in files.

CELL is a file of Go as it stands in a notebook's cell. Its first line may be %%goscore with
options; those of the command go before them. A first line that begins with #! is left out.

Tables: .parquet, .feather, .arrow, .csv, .tsv, .jsonl and .json (one object a line).

example: goscore run score.go -i trips.parquet -i limit=3 -o scored.parquet
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from .._errors import ArgumentTypeError, ArgumentValueError, GoNameError, GoscoreError
from .._names import nearest
from .._run.options import OPTIONS, Option, Options, value_of
from .._run.parse import cell_of
from . import words
from .words import Binding, Given, Wanted

_FROM_A_CELL = ("--to", "--verbose", "--threads", "--timeout", "--time", "--get")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments; those it shares with the magic come from its table."""
    parser.add_argument("cell", metavar="CELL", help="file of Go; - reads standard input.")
    parser.add_argument(
        "-i",
        "--input",
        action="append",
        default=[],
        type=words.checked(words.given),
        metavar="[NAME=]FILE|NAME=VALUE",
        help="table to bind, by its file's name or another; or a Python literal, as in n=3 and "
        "s='\"text\"'. Only the columns that the cell mentions are read from parquet. Repeatable.",
    )
    parser.add_argument(
        "-o",
        "--output",
        action="append",
        default=[],
        type=words.checked(words.wanted),
        metavar="FILE[=NAME]",
        help="table or column to write: the variable of the file's name, or the cell's value where "
        "there is none; or another variable. What is not written is printed. Repeatable.",
    )
    for option in OPTIONS:
        if option.long in _FROM_A_CELL:
            _add_option(parser, option)


def _add_option(parser: argparse.ArgumentParser, option: Option) -> None:
    shown = option.help.replace("%", "%%")
    if not option.metavar:
        parser.add_argument(*option.flags, action="store_true", help=shown)
        return
    if option.long == "--to":
        shown = "library that what is printed is shown by; pandas without it."
    how: dict[str, Any] = {"action": "append", "default": []} if option.long == "--get" else {}
    read = words.checked(lambda word: value_of(option, word))
    parser.add_argument(*option.flags, metavar=option.metavar, type=read, help=shown, **how)


def command(arguments: argparse.Namespace) -> None:
    """Run the cell, write what has a file, and print the rest.

    Raises
    ------
    GoscoreError
    KeyboardInterrupt
    """
    from .._run import cell as cells
    from . import files

    for flag, names in (
        ("-i", [given.name for given in arguments.input]),
        ("-o", [wanted.path for wanted in arguments.output]),
    ):
        if again := next((name for name in names if names.count(name) > 1), None):
            arguments.parser.error(f"{flag} names {again} twice")
    cell = "stdin" if arguments.cell == "-" else arguments.cell
    code, options = _read_cell(arguments.cell, cell)
    _merge(options, arguments)
    bindings = _bindings(cell, options, arguments.input)
    written, value_to = _places(code, cell, options, arguments.output, bindings)
    try:
        outcome = cells.run(code, bindings, options, cell=cell)
    except GoscoreError as error:
        if not str(error).startswith(cell):
            error.args = (f"{cell}: {error}",)
        raise
    outcome.explain(options, sys.stderr)
    if value_to:
        if outcome.value is None:
            raise _nothing_for(value_to, cells.variables(code, cell))
        written.append(value_to)
    made = {**outcome.outputs, **({value_to.name: outcome.value} if value_to else {})}
    files.write([(one.path, _table(made[one.name], one)) for one in written])
    in_files = {one.name for one in written}
    for name, value in outcome.outputs.items():
        if name not in in_files:
            print(f"{name}:\n{_shown(value)}")
    if outcome.value is not None and not value_to and not options.noreturn:
        print(_shown(outcome.value))


def _read_cell(path: str, cell: str) -> tuple[str, Options]:
    """Return a cell's Go, with its lines where they are in the file, and its own options."""
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ArgumentValueError(f"read {path}: {error.strerror}") from error
    except ValueError as error:
        raise ArgumentValueError(f"read {path}: {error}") from error
    code, options = cell_of(text, cell)
    if options.compare:
        raise ArgumentValueError(f"{cell}: --compare takes Python functions; it is for notebooks")
    return code, options


def _merge(options: Options, arguments: argparse.Namespace) -> None:
    """Let the command's options go before those of the cell's first line."""
    for flag in _FROM_A_CELL:
        name = flag[2:]
        setattr(options, name, getattr(arguments, name) or getattr(options, name))
    if arguments.output:
        options.to, options.noreturn = "arrow", False
    elif options.to == "auto":
        options.to = "pandas"


def _bindings(cell: str, options: Options, given: list[Given]) -> list[Binding]:
    """Bind what the command gives, and what the cell's first line takes of it under other names."""
    own = {one.name: one.binding for one in given}
    scope = {name: value for name, value, _ in own.values()}
    made, taken = dict(own), set()
    for name, path in options.inputs:
        if path.root not in scope:
            raise GoNameError(
                f"{cell} takes {path.root}, which is not given: add -i {path.root}=FILE"
                f"{nearest(path.root, scope)}"
            )
        taken.add(path.root)
        if path.text != name or name not in own:
            made[name] = (name, path.look_up([scope]), path.text)
    named = {name for name, _ in options.inputs}
    return [binding for name, binding in made.items() if name in named or name not in taken]


def _places(
    code: str, cell: str, options: Options, wanted: list[Wanted], bindings: list[Binding]
) -> tuple[list[Wanted], Wanted | None]:
    """Say which variable each file gets, and which file the cell's value."""
    from .._run import cell as cells

    if not wanted:
        return [], None
    own = dict(options.outputs)
    known = {*own, *cells.variables(code, cell), *(name for name, _, _ in bindings)}
    written = [one for one in wanted if one.named or one.name in known]
    rest = [one for one in wanted if one not in written]
    if len(rest) > 1:
        raise GoNameError(
            f"{cell} declares no variables {' and '.join(one.name for one in rest)}, and only one "
            f"file can have its value"
        )
    options.outputs += [
        (name, name) for name in dict.fromkeys(one.name for one in written) if name not in own
    ]
    return written, rest[0] if rest else None


def _nothing_for(wanted: Wanted, known: list[str]) -> GoNameError:
    return GoNameError(
        f"-o {wanted.path}: the cell declares no variable {wanted.name} at its top level, and has no "
        f"value{nearest(wanted.name, known)}"
    )


def _table(value: Any, wanted: Wanted) -> Any:
    """Make a table of a result, for its file."""
    import pyarrow as pa

    if isinstance(value, pa.Table):
        return value
    if isinstance(value, pa.Array | pa.ChunkedArray):
        return pa.table({wanted.name: value})
    raise ArgumentTypeError(
        f"-o {wanted.path}: {wanted.name} is a {type(value).__name__}, and files hold tables: make a "
        f"slice of it, as in []float64{{x}}, a struct of slices or a slice of structs, or leave -o out "
        f"to print it"
    )


def _shown(value: Any) -> Any:
    """Show what -o brought as Arrow's by rows, as pandas does."""
    return value.to_pandas() if hasattr(value, "to_pandas") else value
