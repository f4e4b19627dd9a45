"""What is tried: the rows of the table, and the checks of each."""

from __future__ import annotations

import contextlib
import functools
import io
import random
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
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
from .functions import Function, make
from .libraries import LIBRARIES, Library
from .table import ROWS, Key, Tried, exists
from .values import BY_NAME, TYPES

# Examples of one function and pattern of missing values, each in all libraries. The first time there are
# fewer, so that every cell of the table has been tried before any is tried again.
FIRST, LATER = 2, 4


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

    def check(
        self, seed: int, tried: Tried, libraries: list[Library], smaller: bool, examples: int
    ) -> None:
        """Run some examples, each in all libraries; where one fails, those after it go on."""
        key: Key

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=examples,
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
                tried.checks[key] += 1
                self.case(draw, library=library).run()

        while libraries:
            try:
                run()
            except Exception as error:
                notes = "\n".join(getattr(error, "__notes__", []))
                tried.failures.append(f"{key}\n{self.go}\n{type(error).__name__}: {error}\n{notes}")
                names = [library.name for library in libraries]
                libraries = libraries[names.index(key[2]) + 1 :]
            else:
                return


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
            functools.partial(Case, function=one, call=calls.get(one.name)),
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
        libraries = [
            one
            for one in LIBRARIES
            if only in (place.kind, place.type, one.name, "")
            and exists(place.kind, place.type, one, place.missing)
        ]
        if libraries:
            name = f"{seed} {number} {place.kind} {place.type} {place.missing}"
            examples = LATER if number else FIRST
            place.check(zlib.crc32(name.encode()), tried, libraries, smaller, examples)
    return tried
