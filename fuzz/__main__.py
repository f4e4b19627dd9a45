"""``python -m fuzz [MINUTES] [--seed N]``: compare Go with plain Python, and print what was tried."""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import hypothesis
import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase

from goscore._magic import declare
from goscore._run import cell
from goscore._run.options import Options

from . import mutants
from .builtins import BUILT_IN
from .checks import MISSING, BuiltInCase, Case
from .functions import KINDS, Function, make
from .libraries import LIBRARIES
from .values import TYPES

EXAMPLES = 6  # of one function, library and pattern of missing values

Key = tuple[str, str, str, str]
NUMBERS = [one for one in TYPES if one.is_float or "int" in one.name]


def declared(functions: list[Function]) -> dict[str, Any]:
    """Declare the functions of a cell, and return them."""
    found: dict[str, Any] = {}
    options = Options()
    code = "\n".join(function.go for function in functions)
    cell.run(
        code,
        [],
        options,
        cell="In[1]",
        declare=lambda infos: declare.declare(infos, found, options),
    )
    return found


class Tried:
    """How many checks each function, library and pattern got, and what was found."""

    def __init__(self) -> None:
        self.checks: Counter[Key] = Counter()
        self.none: set[Key] = set()  # tried, but the library has no such column
        self.failures: list[str] = []

    def table(self) -> str:
        """Return the checks of each kind and type (rows) in each library (columns): none, some, all missing.

        A dash stands where a library has no such column.
        """
        head = ["", *(library.name for library in LIBRARIES)]
        lines = [head]
        rows = [
            *itertools.product(KINDS, TYPES),
            *itertools.product((one.name for one in BUILT_IN), NUMBERS),
        ]
        for kind, type_ in rows:
            cells = []
            for library in LIBRARIES:
                places = [(kind, type_.name, library.name, missing) for missing in MISSING]
                cells.append(
                    "/".join(
                        "-" if place in self.none else str(self.checks[place]) for place in places
                    )
                )
            lines.append([f"{kind}, {type_.name}", *cells])
        widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
        return "\n".join(
            "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )


@dataclass(frozen=True)
class Place:
    """One cell of the table, with the way to check it."""

    kind: str
    type: str
    library: str
    missing: str
    case: Callable[[Callable[..., Any]], Case]
    go: str = ""

    @property
    def key(self) -> Key:
        return self.kind, self.type, self.library, self.missing


def places(seed: int, number: int) -> list[Place]:
    """Return all that there is to try, with functions that a cell has declared."""
    functions = make(seed, number)
    calls = declared(functions)
    found = []
    for library, missing in itertools.product(LIBRARIES, MISSING):
        for one in functions:
            case = partial(
                Case, function=one, call=calls[one.name], library=library, missing=missing
            )
            found.append(Place(one.kind, one.type.name, library.name, missing, case, one.go))
        for built_in, kind in itertools.product(BUILT_IN, NUMBERS):
            built = partial(
                BuiltInCase, built_in=built_in, kind=kind, library=library, missing=missing
            )
            found.append(Place(built_in.name, kind.name, library.name, missing, built))
    random.Random(f"{seed} {number}").shuffle(found)
    return found


def check(place: Place, seed: int, tried: Tried) -> None:
    """Run some examples."""
    count = 0

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )
    @hypothesis.given(st.data())
    def run(data: Any) -> None:
        nonlocal count
        count += place.case(data.draw).run()

    try:
        run()
    except Exception as error:
        notes = "\n".join(getattr(error, "__notes__", []))
        tried.failures.append(f"{place.key}\n{place.go}\n{type(error).__name__}: {error}\n{notes}")
    tried.checks[place.key] += count
    if not tried.checks[place.key]:
        tried.none.add(place.key)


def fuzz(seconds: float, seed: int, most: int = 20, only: str = "") -> Tried:
    """Try functions until the time is over.

    Parameters
    ----------
    most : int
        Failures after which it ends.
    only : str
        Kind, type or library to try alone.
    """
    tried, end = Tried(), time.monotonic() + seconds
    for number in itertools.count():
        for at, place in enumerate(places(seed, number)):
            if only in (place.kind, place.type, place.library, ""):
                check(place, seed + at, tried)
            if time.monotonic() > end or len(tried.failures) >= most:
                return tried
    raise AssertionError


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser("fuzz", description=__doc__)
    parser.add_argument("minutes", nargs="?", type=float, default=10)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--only", default="", help="a kind, a type or a library to try alone")
    parser.add_argument("--most", type=int, default=20, help="failures after which it ends")
    parser.add_argument("--mutants", action="store_true", help="put faults in, and find them")
    arguments = parser.parse_args(words)
    if arguments.mutants:
        return mutants.main(arguments.seed)
    tried = fuzz(60 * arguments.minutes, arguments.seed, arguments.most, arguments.only)
    print(tried.table())
    for failure in tried.failures:
        print(f"\n== {failure}")
    print(f"\nseed {arguments.seed}: {tried.checks.total():,} checks, {len(tried.failures)} differ")
    return bool(tried.failures)


if __name__ == "__main__":
    sys.exit(main())
