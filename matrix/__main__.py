"""``python -m matrix [NAME...]``: the cells in every environment, or in some, and a table of what passed."""

from __future__ import annotations

import argparse
import sys
import textwrap
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import environments, session
from .cells import CELLS, Cell
from .environments import NotThereError, Row

_MODULES = {"ipython": "IPython", "scikit-learn": "sklearn"}


@dataclass
class Result:
    """How a row went.

    Attributes
    ----------
    missing : str
        What the machine lacks for it.
    changed : list of str
        Packages that installing goscore replaced.
    failures : list of str
    """

    row: Row
    versions: str = ""
    missing: str = ""
    changed: list[str] = field(default_factory=list)
    passed: int = 0
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return not self.failures and not self.changed and (self.passed > 0 or bool(self.missing))

    def line(self) -> str:
        """Write it as a row of the table."""
        if self.missing:
            return f"| {self.row.name} | {self.missing} | | | |"
        cells = f"{self.passed} of {self.passed + len(self.failures)}"
        replaced = "; ".join(self.changed) or "nothing"
        return f"| {self.row.name} | {self.versions} | {replaced} | {cells} | {self.row.remedy} |"


def tried(row: Row, wheel: Path) -> Result:
    """Make a row's environment, install the wheel as its users do, and run the cells."""
    result, begin = Result(row), time.monotonic()
    try:
        environments.make(row)
    except NotThereError as error:
        result.missing = str(error)
        return result
    before = environments.packages(row)
    wanted = [cell for cell in CELLS if _can(cell, row, before)]
    if row.script:
        environments.ran(row.interpreter, "-m", "pip", "install", "--quiet", wheel)
        cells = [_installed(before), *wanted]
        shown = session.in_a_script(row.interpreter, cells)
    else:
        cells = [_install(wheel), _installed(before), *wanted]
        shown = session.in_a_kernel(row.interpreter, cells)
    for cell, one in zip(cells, shown, strict=True):
        wrong = session.verdict(cell, one)
        result.passed += not wrong
        if wrong:
            result.failures.append(f"{row.name}: {cell.title}\n{textwrap.indent(wrong, '    ')}")
    after = environments.packages(row)
    result.changed = environments.changed(before, after)
    result.versions = environments.described(row, after)
    result.seconds = time.monotonic() - begin
    return result


def _install(wheel: Path) -> Cell:
    """Return the first cell of a notebook: it installs goscore, and the next uses it."""
    return Cell("install", f"%pip install --quiet {wheel}")


def _installed(packages: dict[str, str]) -> Cell:
    """Return the cell that tells the others what is there."""
    return Cell("installed", f"installed = {sorted(packages)!r}")


def _can(cell: Cell, row: Row, packages: dict[str, str]) -> bool:
    there = {_MODULES.get(name, name) for name in packages}
    return all(need in there for need in cell.needs) and not (
        row.script and (cell.kind != "run" or "%goscore -" in cell.code)
    )


def table(results: list[Result]) -> str:
    """Write what was seen."""
    head = ["| row | versions | replaced | cells | remedy |", "|---|---|---|---|---|"]
    return "\n".join([*head, *(result.line() for result in results)])


def main() -> int:
    """Run the rows that were named, or all; return the exit code."""
    known = environments.rows()
    parser = argparse.ArgumentParser("matrix", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"rows: {', '.join(known)}")
    names = parser.parse_args().names or list(known)
    if unknown := [name for name in names if name not in known]:
        parser.error(f"no row {unknown[0]}: there are {', '.join(known)}")
    wheel, results = environments.build_wheel(), []
    for name in names:
        print(f"{name} ...", end=" ", flush=True)
        results.append(tried(known[name], wheel))
        print(f"{results[-1].seconds:.0f} s", flush=True)
    for result in results:
        for failure in result.failures:
            print(f"\n{failure}")
    print(f"\n{table(results)}")
    return 0 if all(result.ok for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
