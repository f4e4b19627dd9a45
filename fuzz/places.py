"""What is tried: the cells of a table kind × type × library × missing, and the checks of each."""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import random
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase

from goscore._magic import declare
from goscore._run import cell
from goscore._run.options import Options

from .builtin_checks import BuiltInCase, ValidateCase
from .builtins import BUILT_IN
from .checks import MISSING, Case
from .functions import KINDS, NOT_OF_LISTS, Function, make
from .libraries import LIBRARIES, Library
from .values import BY_NAME, TYPES

EXAMPLES = 4  # of one function and pattern of missing values, each in all libraries

Key = tuple[str, str, str, str]


def declared(functions: list[Function]) -> dict[str, Any]:
    """Declare the functions of a cell, and return them."""
    found: dict[str, Any] = {}
    options = Options()
    code = "\n".join(function.go for function in functions)
    with contextlib.redirect_stdout(io.StringIO()):  # a line for each function
        cell.run(
            code,
            [],
            options,
            cell="In[1]",
            declare=lambda infos: declare.declare(infos, found, options),
        )
    return found


@dataclass
class Tried:
    """How many checks each cell of the table got, and what was found."""

    checks: Counter[Key] = field(default_factory=Counter)
    none: set[Key] = field(default_factory=set)  # tried, but the library has no such column
    failures: list[str] = field(default_factory=list)

    def add(self, other: Tried) -> None:
        self.checks += other.checks
        self.none |= other.none
        self.failures += other.failures

    def table(self) -> str:
        """Return the checks of each kind and type (rows) in each library (columns): none, some, all missing.

        A dash stands where a library has no such column.
        """
        head = ["", *(library.name for library in LIBRARIES)]
        lines = [head]
        for kind, type_ in ROWS:
            cells = []
            for library in LIBRARIES:
                keys = [(kind, type_, library.name, missing) for missing in MISSING]
                cells.append("/".join(self._count(key) for key in keys))
            lines.append([f"{kind}, {type_}", *cells])
        widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
        return "\n".join(
            "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )

    def _count(self, key: Key) -> str:
        return "-" if not self.checks[key] and key in self.none else str(self.checks[key])

    def empty(self) -> int:
        """Return how many cells of the table were not tried."""
        keys = itertools.product(ROWS, (one.name for one in LIBRARIES), MISSING)
        return sum(self._count((*row, library, missing)) == "0" for row, library, missing in keys)


class Memory:
    """Draws, and draws the same again once it begins anew: all libraries get one example's values."""

    def __init__(self, draw: Callable[..., Any]) -> None:
        self.draw = draw
        self.drawn: dict[tuple[str, int], Any] = {}
        self.times: Counter[str] = Counter()

    def anew(self) -> None:
        self.times.clear()

    def __call__(self, strategy: st.SearchStrategy[Any], label: str) -> Any:
        key = label, self.times[label]
        self.times[label] += 1
        if key not in self.drawn:
            self.drawn[key] = self.draw(strategy, label=label)
        return self.drawn[key]


@dataclass(frozen=True)
class Place:
    """The cells of the table with one kind, type and pattern of missing values, and the way to check them."""

    kind: str
    type: str
    missing: str
    case: Callable[..., Case]
    go: str = ""

    def check(self, seed: int, tried: Tried, libraries: list[Library], smaller: bool) -> None:
        """Run some examples, each in all libraries."""
        counts: Counter[Key] = Counter()
        key: Key

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink] if smaller else [Phase.generate],
            suppress_health_check=list(HealthCheck),
            print_blob=False,
            report_multiple_bugs=False,
        )
        @hypothesis.given(st.data())
        def run(data: Any) -> None:
            nonlocal key
            draw = Memory(data.draw)
            for library in libraries:
                draw.anew()
                key = self.kind, self.type, library.name, self.missing
                counts[key] += self.case(draw, library=library).run()

        try:
            run()
        except Exception as error:
            notes = "\n".join(getattr(error, "__notes__", []))
            tried.failures.append(f"{key}\n{self.go}\n{type(error).__name__}: {error}\n{notes}")
        tried.checks += counts
        tried.none |= {key for key, count in counts.items() if not count}


# The table's rows. A row function of lists would be a function of slices of slices, which Go cells have not.
ROWS = [
    *(
        (kind, one.name)
        for one, kind in itertools.product(TYPES, KINDS)
        if not (one.name == "list" and kind in NOT_OF_LISTS)
    ),
    *((built_in.name, name) for built_in in BUILT_IN for name in built_in.types),
]


@functools.lru_cache(maxsize=2)
def rows(seed: int, number: int) -> list[list[Place]]:
    """Return the rows of the table in a random order, each with its places; a cell declares their functions.

    The places of a row stand together, since they are calls of one function, which is compiled once.
    """
    functions = make(seed, number)
    calls = declared(functions)
    ways: list[tuple[str, str, str, Callable[..., Any]]] = [
        (
            one.kind,
            one.type.name,
            one.go,
            functools.partial(Case, function=one, call=calls[one.name]),
        )
        for one in functions
    ]
    for built_in in BUILT_IN:
        make_case = ValidateCase if built_in.name == "validate" else BuiltInCase
        for name in built_in.types:
            case = functools.partial(make_case, built_in=built_in, kind=BY_NAME[name])
            ways.append((built_in.name, name, "", case))
    assert [(kind, name) for kind, name, _, _ in ways] == ROWS
    found = [
        [
            Place(kind, name, missing, functools.partial(case, missing=missing), go)
            for missing in MISSING
        ]
        for kind, name, go, case in ways
    ]
    return [found[at] for at in order(random.Random(f"{seed} {number}"))]


def order(rng: random.Random) -> list[int]:
    """Return the numbers of the table's rows in a random order in which kinds and types alternate."""
    types: dict[str, list[str]] = {}
    for kind, name in rng.sample(ROWS, len(ROWS)):
        types.setdefault(kind, []).append(name)
    names = rng.sample([one.name for one in TYPES], len(TYPES))
    places = {}
    for shift, (kind, own) in enumerate(types.items()):
        own.sort(key=names.index)
        for at in range(len(own)):
            places[kind, own[(at + 5 * shift) % len(own)]] = at / len(own), shift
    return sorted(range(len(ROWS)), key=lambda at: places[ROWS[at]])


def check(seed: int, number: int, at: int, only: str = "", smaller: bool = True) -> Tried:
    """Try a row of the table.

    Parameters
    ----------
    number : int
        Which functions the row is tried with.
    only : str
        Kind, type or library to try alone.
    smaller : bool
        Whether to look for the smallest example of a failure.
    """
    tried = Tried()
    for place in rows(seed, number)[at]:
        libraries = [one for one in LIBRARIES if only in (place.kind, place.type, one.name, "")]
        if libraries:
            name = f"{seed} {number} {place.kind} {place.type} {place.missing}"
            place.check(zlib.crc32(name.encode()), tried, libraries, smaller)
    return tried
