"""An attack: a row of the table, and the trials it consists of."""

from __future__ import annotations

import random
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

SHOWN = 5  # losses of one attack whose text is kept


@dataclass(frozen=True)
class Attack:
    """A row of the table.

    Attributes
    ----------
    number : int
        Its place in the table.
    name : str
        What is done to goscore.
    count : int
        How often, in the long form.
    run : callable
        Gets the `Trials` and tries.
    limit : float
        Seconds after which the long form of the attack hangs.
    """

    number: int
    name: str
    count: int
    run: Callable[[Trials], None]
    limit: float


ATTACKS: dict[int, Attack] = {}


def attack(
    number: int, name: str, count: int, limit: float = 600
) -> Callable[[Callable[[Trials], None]], Callable[[Trials], None]]:
    """Put a function into the table."""

    def enter(run: Callable[[Trials], None]) -> Callable[[Trials], None]:
        assert number not in ATTACKS, f"attack {number} stands twice in the table"
        ATTACKS[number] = Attack(number, name, count, run, limit)
        return run

    return enter


@dataclass
class Trials:
    """The trials of one attack, counted; iterating gives their numbers.

    Attributes
    ----------
    scale : float
        Part of the long form's counts that is tried.
    patience : float
        How many times longer than the table says something may take.
    random : random.Random
        Of a fixed seed, so that a loss can be met again.
    tried, lost : int
    losses : list of str
        The first few, in words.
    figures : dict
        What was measured, by name, for the table's last column.
    """

    count: int
    scale: float = 1.0
    patience: float = 1.0
    random: random.Random = field(default_factory=random.Random)
    tried: int = 0
    lost: int = 0
    losses: list[str] = field(default_factory=list)
    figures: dict[str, str] = field(default_factory=dict)
    _slowest: dict[str, float] = field(default_factory=dict)

    def __iter__(self) -> Iterator[int]:
        yield from range(self.of(self.count))

    def of(self, count: int, least: int = 1) -> int:
        """Return how many of *count* are tried in this form of the suite."""
        return max(least, round(count * self.scale))

    def lose(self, why: str) -> None:
        """Count a loss."""
        self.lost += 1
        if len(self.losses) < SHOWN:
            self.losses.append(why)

    def check(self, holds: bool, why: str) -> None:
        """Count a loss unless *holds*."""
        if not holds:
            self.lose(why)

    @contextmanager
    def trial(self, of: str = "") -> Iterator[None]:
        """Count one trial, and a loss when it raises.

        Parameters
        ----------
        of : str
            What is tried, for the text of a loss.
        """
        self.tried += 1
        try:
            yield
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            self.lose(
                f"trial {self.tried} {of}: {type(error).__name__}: {error} "
                f"({where.filename.rpartition('/')[2]}:{where.lineno})"
            )

    @contextmanager
    def within(self, seconds: float, what: str) -> Iterator[None]:
        """Count a loss when the block takes longer than *seconds*; the slowest is a figure."""
        begin = time.monotonic()
        yield
        took = time.monotonic() - begin
        self.timed(took, seconds, what)

    def median(self, took: float, seconds: float, what: str) -> None:
        """Count a loss when a median is more than *seconds*; it is a figure."""
        self.figures[what] = f"{took:.3f} s"
        self.check(
            took <= seconds * self.patience,
            f"{what} took {took:.2f} s (median), and may take {seconds:g}",
        )

    def timed(self, took: float, seconds: float, what: str, during: str = "") -> None:
        """Count a loss when *took* is more than *seconds*; the slowest is a figure."""
        self._slowest[what] = max(took, self._slowest.get(what, 0.0))
        self.figures[f"slowest {what}"] = f"{self._slowest[what]:.2f} s"
        self.check(
            took <= seconds * self.patience,
            f"trial {self.tried}{during and ', ' + during}: {what} took {took:.2f} s, and may take {seconds:g}",
        )
