"""Run a cell of Go on tables in files.

CELL is a file of Go as it stands in a notebook's cell. Its first line may be %%goscore with
options; those of the command go before them. A first line that begins with #! is left out.

Tables: .parquet, .feather, .arrow, .csv, .tsv, .jsonl and .json (one object a line).

example: goscore run score.go -i trips.parquet -i limit=3 -o scored.parquet
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path
from typing import Any

from .. import _display
from .._errors import ArgumentTypeError, ArgumentValueError, GoNameError, GoscoreError
from .._names import nearest
from .._run.options import OPTIONS, Option, Options, value_of
from .._run.parse import cell_of
from . import words
from .words import Binding, InputArgument, OutputArgument

_PRINTED = 20  # rows
_FROM_A_CELL = ("--to", "--verbose", "--threads", "--timeout", "--time", "--get")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments; those of the magic come from its table."""
    parser.add_argument("cell", metavar="CELL", help="file of Go; - reads standard input.")
    parser.add_argument(
        "-i",
        "--input",
        action="append",
        default=[],
        type=words.checked(words.input_argument),
        metavar="[NAME=]FILE|NAME=VALUE",
        help="table to bind, by its file's name or another; or a Python literal, as in n=3 and "
        "s='\"text\"'. Only the columns that the cell mentions are read from parquet. Repeatable.",
    )
    parser.add_argument(
        "-o",
        "--output",
        action="append",
        default=[],
        type=words.checked(words.output_argument),
        metavar="FILE[=NAME]",
        help="table or column to write: the variable of the file's name, or the cell's value where "
        "there is none; or another variable. What is not written is printed. Repeatable.",
    )
    for option in OPTIONS:
        if option.long in _FROM_A_CELL:
            _add_option(parser, option)


def _add_option(parser: argparse.ArgumentParser, option: Option) -> None:
    help_text = option.help.replace("%", "%%")
    if not option.metavar:
        parser.add_argument(*option.flags, action="store_true", help=help_text)
        return
    if option.long == "--to":
        help_text = (
            "library that what is printed is shown by; pandas without it, if it is installed."
        )
    how: dict[str, Any] = {"action": "append", "default": []} if option.long == "--get" else {}
    read = words.checked(lambda word: value_of(option, word))
    parser.add_argument(*option.flags, metavar=option.metavar, type=read, help=help_text, **how)


def command(arguments: argparse.Namespace) -> None:
    """Run the cell, write the results that have a file, and print the others.

    Raises
    ------
    GoscoreError
    KeyboardInterrupt
    """
    from .._run import cell as cells
    from . import files

    for flag, names in (
        ("-i", [argument.name for argument in arguments.input]),
        ("-o", [argument.path for argument in arguments.output]),
    ):
        if again := next((name for name in names if names.count(name) > 1), None):
            arguments.parser.error(f"{flag} names {again} twice")
    cell = "stdin" if arguments.cell == "-" else arguments.cell
    code, options = _read_cell(arguments.cell, cell)
    library = _merge(options, arguments)
    bindings = _bindings(cell, options, arguments.input)
    written, value_file = _assign_files(code, cell, options, arguments.output, bindings)
    try:
        outcome = cells.run(code, bindings, options, cell=cell)
    except GoscoreError as error:
        if not str(error).startswith(cell):
            error.args = (f"{cell}: {error}",)
        raise
    outcome.explain(options, sys.stderr)
    if value_file:
        if outcome.value is None:
            raise _nothing_for(value_file, cells.variables(code, cell))
        written.append(value_file)
    results = {**outcome.outputs, **({value_file.name: outcome.value} if value_file else {})}
    files.write([(output.path, _table(results[output.name], output)) for output in written])
    saved = {output.name for output in written}
    for name, value in outcome.outputs.items():
        if name not in saved:
            print(f"{name}:\n{_for_print(value, library)}")
    if outcome.value is not None and not value_file and not options.noreturn:
        print(_for_print(outcome.value, library))


def _read_cell(path: str, cell: str) -> tuple[str, Options]:
    """Return a cell's Go, with the line numbers of its file, and its own options."""
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ArgumentValueError(f"read {path}: {error.strerror}") from error
    except ValueError as error:
        raise ArgumentValueError(f"read {path}: {error}") from error
    code, options = cell_of(text, cell)
    if options.compare:
        raise ArgumentValueError(f"{cell}: --compare takes Python functions; it is for notebooks")
    if options.profile:
        raise ArgumentValueError(f"{cell}: --profile shows lines; it is for notebooks")
    if options.trace:
        raise ArgumentValueError(f"{cell}: --trace shows steps; it is for notebooks")
    return code, options


def _merge(options: Options, arguments: argparse.Namespace) -> str:
    """Give the command's options precedence over those of the cell's first line.

    Returns
    -------
    str
        The library that results are printed by.
    """
    for flag in _FROM_A_CELL:
        name = flag[2:]
        setattr(options, name, getattr(arguments, name) or getattr(options, name))
    if options.to == "auto":
        options.to = next(filter(_installed, ("pandas", "polars")), "arrow")
    library = options.to
    if arguments.output:
        options.to, options.noreturn = "arrow", False
    return library


def _installed(library: str) -> bool:
    return importlib.util.find_spec(library) is not None


def _bindings(cell: str, options: Options, arguments: list[InputArgument]) -> list[Binding]:
    """Bind the command's inputs, and those that the cell's first line derives from them."""
    bound = {argument.name: argument.binding for argument in arguments}
    scope = {name: value for name, value, _ in bound.values()}
    bindings, taken = dict(bound), set()
    for name, path in options.inputs:
        if path.root not in scope:
            raise GoNameError(
                f"{cell} takes {path.root}, which is not given: add -i {path.root}=FILE"
                f"{nearest(path.root, scope)}"
            )
        taken.add(path.root)
        if path.text != name or name not in bound:
            bindings[name] = (name, path.look_up([scope]), path.text)
    named = {name for name, _ in options.inputs}
    return [binding for name, binding in bindings.items() if name in named or name not in taken]


def _assign_files(
    code: str, cell: str, options: Options, outputs: list[OutputArgument], bindings: list[Binding]
) -> tuple[list[OutputArgument], OutputArgument | None]:
    """Return the files of variables, and the file of the cell's value, if any."""
    from .._run import cell as cells

    if not outputs:
        return [], None
    renamed = dict(options.outputs)
    known = {*renamed, *cells.variables(code, cell), *(name for name, _, _ in bindings)}
    written = [output for output in outputs if output.named or output.name in known]
    rest = [output for output in outputs if output not in written]
    if len(rest) > 1:
        raise GoNameError(
            f"{cell} declares no variables {' and '.join(output.name for output in rest)}, and only one "
            f"file can have its value"
        )
    options.outputs += [
        (name, name)
        for name in dict.fromkeys(output.name for output in written)
        if name not in renamed
    ]
    return written, rest[0] if rest else None


def _nothing_for(output: OutputArgument, known: list[str]) -> GoNameError:
    return GoNameError(
        f"-o {output.path}: the cell declares no variable {output.name} at its top level, and has no "
        f"value{nearest(output.name, known)}"
    )


def _table(value: Any, output: OutputArgument) -> Any:
    """Return a result as a table, for its file."""
    import pyarrow as pa

    if isinstance(value, pa.Table):
        return value
    if isinstance(value, pa.Array | pa.ChunkedArray):
        return pa.table({output.name: value})
    raise ArgumentTypeError(
        f"-o {output.path}: {output.name} is a {type(value).__name__}, and files hold tables: make a "
        f"slice of it, as in []float64{{x}}, a struct of slices or a slice of structs, or leave -o out "
        f"to print it"
    )


def _for_print(value: Any, library: str) -> Any:
    """Return a result that prints by rows, in a library: -o makes all results Arrow's."""
    import pyarrow as pa

    if not isinstance(value, pa.Table | pa.Array | pa.ChunkedArray):
        return value
    if library == "pandas":
        return value.to_pandas()
    if library == "polars":
        import polars

        return polars.from_arrow(value)
    return _rows_as_text(value)


def _rows_as_text(value: Any) -> str:
    """Write a column or table of Arrow by rows, the first ones only of many."""
    import pyarrow as pa

    table = value if isinstance(value, pa.Table) else pa.table({"": value})
    first = table.slice(0, _PRINTED).to_pydict()
    rows = [
        list(first),
        *([str(cell) for cell in row] for row in zip(*first.values(), strict=True)),
    ]
    left = table.num_rows - _PRINTED
    return _display.text(rows, right=0) + (f"\n... and {left:,} more rows" if left > 0 else "")
