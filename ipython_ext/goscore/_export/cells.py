"""Declares the Go cells of notebooks and files, without running them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._errors import ArgumentValueError
from .._function import GoFunction
from .._run.execute import executing
from .._run.options import Options
from .._run.parse import cell_of

_MAGIC = "%%goscore"


@dataclass(frozen=True)
class Cell:
    """A cell of Go.

    Attributes
    ----------
    name : str
        Its name in messages.
    code : str
    options : Options
    """

    name: str
    code: str
    options: Options


def read(path: Path) -> list[Cell]:
    """Return the cells of a notebook, or that of a file of Go.

    Raises
    ------
    ArgumentValueError
        It is not a notebook, or cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix != ".ipynb":
            return [Cell(path.name, *cell_of(text, path.name))]
        return list(_of_notebook(json.loads(text), path.name))
    except OSError as error:
        raise ArgumentValueError(f"read {path}: {error.strerror}") from error
    except (LookupError, TypeError, AttributeError) as error:
        raise ArgumentValueError(f"read {path}: it is no notebook of version 4") from error
    except ValueError as error:
        if isinstance(error, ArgumentValueError):
            raise
        raise ArgumentValueError(f"read {path}: {error}") from error


def _of_notebook(notebook: dict[str, Any], name: str) -> Iterator[Cell]:
    """Yield the cells with ``%%goscore``; in a notebook of the kernel *Go (goscore)*, all cells."""
    kernelspec = notebook.get("metadata", {}).get("kernelspec", {})
    all_go = kernelspec.get("name") == "goscore"
    code_cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(code_cells, 1):
        source = cell["source"]
        text = (source if isinstance(source, str) else "".join(source)).lstrip("\n")
        first, _, rest = text.partition("\n")
        magic = first.split(maxsplit=1)[:1] == [_MAGIC]
        label = f"{name}, cell {number}"
        if magic and rest.strip():
            # Lines count from the one below the magic, as in the notebook's own errors.
            code, options = cell_of(text, label)
            yield Cell(label, code.removeprefix("\n"), options)
        elif all_go and not magic and text.strip():
            yield Cell(label, text, Options())


def declare(cells: list[Cell], gets: list[str]) -> dict[str, GoFunction]:
    """Declare cells in order, and return their functions, the last of each name.

    Parameters
    ----------
    cells : list of Cell
    gets : list of str
        Third-party modules for all cells, beside their own.

    Raises
    ------
    GoCompileError
        A function needs a name that no cell declares, such as an input of its cell.
    """
    functions: dict[str, GoFunction] = {}
    for cell in cells:
        options = cell.options
        with executing(cell.code, Options(get=[*options.get, *gets]), cell=cell.name) as execution:
            execution.declares = execution.describes = True
            execution.answer([])
        for info in execution.functions:
            if info.kind:
                functions[info.name] = GoFunction(
                    info, threads=options.threads, timeout=options.timeout
                )
            else:
                functions.pop(info.name, None)
    return functions
