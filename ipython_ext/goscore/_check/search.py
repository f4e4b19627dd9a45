"""Looks for an input on which two functions differ, and for the smallest of them."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .._errors import GoscoreError
from .outcomes import Difference, Fixed, Rows, Tries
from .smaller import simpler
from .values import strategy

_BATCH = 1000  # rows; a difference is often among the first
_TOGETHER = 60  # rows that Hypothesis makes at once
_CROSSED = 16  # times as many rows as Hypothesis makes
_LONGEST = 30  # rows of a small column
_CALLS = 10  # rows in each call of a function that takes columns, on average
_SHRINKING = 0.5  # of the time, at least, is left for it


class _Enough(BaseException):
    """Ends Hypothesis's run."""


class _DifferError(AssertionError):
    """Tells Hypothesis that an input is one to make smaller."""


class Search:
    """Looks for a difference with inputs from Hypothesis."""

    def __init__(self, tries: Tries, rows: int, seed: int, budget: float) -> None:
        try:
            import hypothesis
        except ImportError as error:
            raise GoscoreError(
                "check makes its inputs with Hypothesis: pip install 'goscore[check]'"
            ) from error
        self.hypothesis = hypothesis
        self.tries, self.subject = tries, tries.subject
        self.wanted, self.seed = rows, seed
        self.ends = time.monotonic() + budget
        self.searching = time.monotonic() + budget * _SHRINKING

    def run(self) -> Difference | None:
        """Try the examples, then inputs of all kinds; return the smallest difference found."""
        found = self._examples()
        if not self.wanted:
            return found
        if self._in_batches:
            found = found or self._batches()
            return found and self._nearest(self._smallest(self._simpler(found)) or found)
        return self._smallest(self._columns()) or found

    @property
    def _in_batches(self) -> bool:
        """Whether rows that do not depend on each other can go to Go together."""
        return self.subject.by_row and all(one.kind is None for one in self.subject.fixed)

    def _examples(self) -> Difference | None:
        rows, fixed = self.subject.example_rows, self.subject.example_fixed
        if not self.subject.by_row:
            if not (self.subject.each and self.subject.each[0].given):
                return None
            found = self.tries.compare(rows, fixed)
            if found and found.row is not None:  # fewer rows may show it
                with suppress(Exception):
                    found = self.tries.compare(rows[: found.row + 1], fixed) or found
            return found
        for begin in range(0, len(rows), _BATCH):
            if begin and time.monotonic() > self.searching:
                break
            if found := self.tries.compare(rows[begin : begin + _BATCH], fixed):
                return found
        return None

    def _rows(self) -> Any:
        """Return the strategy for the values of one row."""
        from hypothesis import strategies as st

        each = [strategy(one.kind, one.missing, one.seen, one.most) for one in self.subject.each]
        found = st.tuples(*each)
        shared = self._equal_values()
        own = self.subject.example_rows[:100]
        return st.one_of(found, *shared, *([st.sampled_from(own)] if own else []))

    def _many(self) -> Any:
        """Return the strategy for lists of rows: Hypothesis takes long for each input, not for each row."""
        from hypothesis import strategies as st

        row = self._rows()
        return st.integers(1, _TOGETHER).flatmap(lambda n: st.lists(row, min_size=n, max_size=n))

    def _simpler(self, found: Difference) -> Any:
        """Return the strategy for rows of simpler values than those of a row that differs."""
        from hypothesis import strategies as st

        each = []
        for one, value in zip(self.subject.each, found.rows[0], strict=True):
            values = simpler(value, one.seen)
            each.append(st.sampled_from(values + [value] * len(values)))  # it comes soon
        return st.tuples(*each).map(lambda row: ([row], found.fixed))

    def _nearest(self, found: Difference) -> Difference:
        """Try all simpler values of one parameter beside the others, until none shows a difference.

        Hypothesis goes down a list step by step, and stops at the first that shows none.
        """
        counted = self.tries.rows, self.tries.calls
        at = same = 0
        while same < len(self.subject.each) and time.monotonic() < self.ends:
            row = found.rows[0]
            values = simpler(row[at], self.subject.each[at].seen)[:-1]
            rows = [(*row[:at], value, *row[at + 1 :]) for value in values]
            nearer = self.tries.compare(rows, found.fixed) if rows else None
            found = nearer or found
            same = 0 if nearer else same + 1
            at = at if nearer else (at + 1) % len(row)
        self.tries.rows, self.tries.calls = counted
        return found

    def _equal_values(self) -> list[Any]:
        """Return a strategy for rows whose values of one type are equal, or near."""
        from hypothesis import strategies as st

        each = self.subject.each
        if len(each) < 2 or len({str(one.kind) for one in each}) > 1:
            return []
        one = strategy(each[0].kind, each[0].missing, each[0].seen, each[0].most)
        return [one.map(lambda value: (value,) * len(each)) if each else st.nothing()]

    def _columns(self) -> Any:
        """Return the strategy for columns, and for what is the same for all of their rows."""
        from hypothesis import strategies as st

        row = self._rows()
        few = st.lists(row, min_size=1, max_size=3)
        repeated = few.flatmap(lambda pool: st.lists(st.sampled_from(pool), max_size=_LONGEST))
        columns = st.one_of(st.lists(row, max_size=_LONGEST), repeated)
        fixed = [
            st.just(one.example)
            if one.kind is None
            else strategy(one.kind, one.missing, one.seen, one.most)
            for one in self.subject.fixed
        ]
        return st.tuples(columns, st.tuples(*fixed))

    def _batches(self) -> Difference | None:
        """Collect rows, and try them together."""
        waiting: Rows = []
        found: list[Difference] = []
        fixed = self.subject.example_fixed

        def send() -> None:
            if difference := self.tries.compare(list(waiting), fixed):
                found.append(difference)
                raise _Enough
            waiting.clear()

        def collect(rows: Rows) -> None:
            waiting.extend(rows)
            waiting.extend(_crossed(rows))
            if len(waiting) + self.tries.tried >= min(self.wanted, self.tries.tried + _BATCH):
                send()
            if self.tries.tried >= self.wanted or time.monotonic() > self.searching:
                raise _Enough

        self._drive(self._many(), collect, self.wanted, shrink=False)
        if waiting and not found:
            with suppress(_Enough):
                send()
        return found[0] if found else None

    def _smallest(self, inputs: Any) -> Difference | None:
        """Try inputs one by one; where one shows a difference, let Hypothesis make it smaller."""
        found: list[Difference] = []
        columns = not self._in_batches

        def attempt(given: tuple[Rows, Fixed]) -> None:
            rows, fixed = given
            fixed = fixed or self.subject.example_fixed
            if time.monotonic() > self.ends:
                raise _Enough
            if columns and not found and time.monotonic() > self.searching:
                raise _Enough
            if not columns and self.tries.same(rows[0]):
                return
            counted = self.tries.rows, self.tries.calls
            difference = self.tries.compare(rows, fixed)
            if found or not columns:  # making smaller is not looking for more
                self.tries.rows, self.tries.calls = counted
            if difference is not None:
                found.append(difference)
                raise _DifferError

        most = max(1, self.wanted // _CALLS) if columns else self.wanted
        self._drive(inputs, attempt, most, shrink=True)
        return found[-1] if found else None

    def _drive(self, inputs: Any, test: Callable[[Any], None], most: int, shrink: bool) -> None:
        """Let Hypothesis call a test with inputs."""
        from hypothesis import HealthCheck, Phase, Verbosity, configuration, given, seed, settings

        phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
        give: Any = given(inputs)
        wrapped = give(test)
        run = settings(
            max_examples=most,
            phases=phases,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            verbosity=Verbosity.quiet,
            print_blob=False,
        )(seed(self.seed)(wrapped))
        home = getattr(configuration, "__hypothesis_home_directory", None)
        with tempfile.TemporaryDirectory() as folder:  # nothing of it is of use later
            configuration.set_hypothesis_home_dir(folder)
            try:
                with suppress(_Enough, _DifferError, self.hypothesis.errors.Flaky):
                    run()
            finally:
                configuration.set_hypothesis_home_dir(home)


def _crossed(rows: Rows) -> Rows:
    """Return rows in which the values of others stand beside each other."""
    if not rows or len(rows[0]) < 2:
        return []
    columns = list(zip(*rows, strict=True))
    found: Rows = []
    for step in range(1, min(_CROSSED, len(rows))):
        turned = [
            column[at * step % len(rows) :] + column[: at * step % len(rows)]
            for at, column in enumerate(columns)
        ]
        found += zip(*turned, strict=True)
    return found
