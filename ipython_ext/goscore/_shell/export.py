"""Make a Python package of the Go functions of a notebook, or of files of Go.

Of a notebook, the %%goscore cells are declared in their order, and nothing is run; of the
notebook of the kernel "Go (goscore)", all cells. FILE.go is a cell's Go. FUNCTION is one to
export; by default all that Python can call.

NAME/ gets sources, tests and a README, and beside it lies a wheel, which pip installs where
there is neither Go nor goscore.

example: goscore export scores.ipynb --name fast_scores ScoreSeries
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

from .._errors import ArgumentValueError, GoNameError
from .._function import GoFunction
from .._names import nearest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "words",
        nargs="+",
        metavar="NOTEBOOK.ipynb|FILE.go|FUNCTION",
        help="where the functions are, and which; also behind the options.",
    )
    parser.add_argument("--name", required=True, help="the package's.")
    parser.add_argument("--path", default="dist", help="where it is written; %(default)s without.")
    parser.add_argument("--version", default="0.1.0", help="the package's; %(default)s without.")
    parser.add_argument(
        "--get",
        action="append",
        default=[],
        metavar="MODULE@VERSION",
        help="third-party Go module that the cells import. Repeatable.",
    )


def command(arguments: argparse.Namespace) -> None:
    """Declare the cells, and export.

    Raises
    ------
    GoscoreError
    KeyboardInterrupt
    """
    from .._export import cells
    from .._export.export import export

    sources = [word for word in arguments.words if Path(word).suffix in (".ipynb", ".go")]
    names = [word for word in arguments.words if word not in sources]
    if not sources:
        raise ArgumentValueError(
            f"export {' '.join(names)}: name a notebook or a file of Go, too, such as scores.ipynb"
        )
    with contextlib.redirect_stdout(sys.stderr):  # stdout has only the wheel's name
        functions = cells.declare(
            [cell for place in sources for cell in cells.read(Path(place))], arguments.get
        )
        chosen = _chosen(functions, names, " ".join(sources))
        wheel = export(*chosen, name=arguments.name, path=arguments.path, version=arguments.version)
    print(wheel)


def _chosen(functions: dict[str, GoFunction], names: list[str], sources: str) -> list[GoFunction]:
    """Return the functions of some names, or all functions."""
    if not functions:
        raise ArgumentValueError(
            f"export {sources}: there is no function in its %%goscore cells that Python can call"
        )
    for name in names:
        if name not in functions:
            raise GoNameError(
                f"export {name}: {sources} has no such function{nearest(name, functions)}"
            )
    return [functions[name] for name in dict.fromkeys(names)] or list(functions.values())
