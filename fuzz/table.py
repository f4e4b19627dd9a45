"""The table kind × type × library × missing: which cells it has, and how often each was tried."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .builtins import BUILT_IN
from .checks import FRAMES, MISSING
from .functions import KINDS, NOT_OF_LISTS, zero
from .libraries import LIBRARIES, Library
from .values import BY_NAME, TYPES

Key = tuple[str, str, str, str]

# The table's rows. A row function of lists would be a function of slices of slices, which Go cells have not.
ROWS = [
    *(
        (kind, one.name)
        for one, kind in itertools.product(TYPES, KINDS)
        if not (one.name == "list" and kind in NOT_OF_LISTS)
    ),
    *((built_in.name, name) for built_in in BUILT_IN for name in built_in.types),
]


@functools.cache
def exists(kind: str, name: str, library: Library, missing: str) -> bool:
    """Tell whether a library has columns of a type and such missing values, and the kind takes them."""
    if kind == "validate" and library.name not in FRAMES:
        return False
    one = BY_NAME[name]
    there: Any = 0 if one.go == "time.Time" else zero(one)
    values = {"none": [there], "some": [there, None], "all": [None]}[missing]
    column = library.make(one, values, [len(values)])
    if column is None:
        return False
    return kind != "cell" or missing != "all" or typed(column)


def typed(column: Any) -> bool:
    """Tell whether a column says its type where it has no value; a function's parameters say it instead."""
    return not isinstance(column, list) and str(getattr(column, "dtype", "")) != "object"


@dataclass
class Tried:
    """How many checks each cell of the table got, and what was found."""

    checks: Counter[Key] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, other: Tried) -> None:
        self.checks += other.checks
        self.failures += other.failures

    def table(self) -> str:
        """Return the checks of each kind and type (rows) in each library (columns): none, some, all missing.

        A dash stands where a library has no such column.
        """
        lines = [["", *(library.name for library in LIBRARIES)]]
        for kind, name in ROWS:
            cells = []
            for library in LIBRARIES:
                counts = (
                    str(self.checks[kind, name, library.name, missing])
                    if exists(kind, name, library, missing)
                    else "-"
                    for missing in MISSING
                )
                cells.append("/".join(counts))
            lines.append([f"{kind}, {name}", *cells])
        widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
        return "\n".join(
            "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )

    def empty(self) -> int:
        """Return how many cells of the table were not tried."""
        cells = itertools.product(ROWS, LIBRARIES, MISSING)
        return sum(
            not self.checks[*row, library.name, missing]
            for row, library, missing in cells
            if exists(*row, library, missing)
        )
