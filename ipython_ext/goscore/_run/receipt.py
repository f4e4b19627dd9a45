"""The receipt: what the last run cost, and where."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from .. import _display
from .._display import byte_size
from .._protocol import execute as protocol
from .._record import record


@record()
class Receipt:
    """The measured cost of one run.

    `compile`, `copy_in`, `run`, `copy_out` and `other` add up to `total`,
    the time that passed in Python. All are in seconds.

    Attributes
    ----------
    compile : float
        Building the program; near 0 when it was found in the cache.
    copy_in, copy_out : float
        Copying the inputs out of Python's objects, and the results into new ones.
    run : float
        The Go code itself, with the start of its program.
    other : float
        Planning, messages, the start of the worker when this run needed one.
    total : float
    bytes_in, bytes_out : int
        Bytes that were copied.
    shared_in, shared_out : int
        Bytes of inputs that lay in a segment, and of results that stay in one.
    rows : int
    converted : int
        Values of a function's arguments that changed their type, such as integers that became floats.
    cores : int
    cached : bool
        Whether the program was compiled before.
    where : str
        ``"worker"`` for built-in functions, else ``"program"``.
    """

    compile: float = 0.0
    copy_in: float = 0.0
    run: float = 0.0
    copy_out: float = 0.0
    other: float = 0.0
    total: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0
    shared_in: int = 0
    shared_out: int = 0
    rows: int = 0
    converted: int = 0
    cores: int = 0
    cached: bool = False
    where: str = ""

    @contextmanager
    def adding(self, part: str) -> Iterator[None]:
        """Add the time that the block takes to a part."""
        begin = time.perf_counter()
        yield
        setattr(self, part, getattr(self, part) + time.perf_counter() - begin)

    def add_worker(self, measured: protocol.Receipt) -> None:
        """Add what the worker measured."""
        self.compile, self.run = measured["compile"], measured["run"]
        self.rows, self.converted = measured["rows"], measured.get("converted", 0)
        self.cached, self.cores = measured["cached"], measured["cores"]
        self.where = measured["where"]

    def finish(self, total: float) -> None:
        """Set `total`, and `other` to the rest of it that no part measures."""
        self.total = total
        measured = self.compile + self.copy_in + self.run + self.copy_out
        self.other = max(0.0, total - measured)

    def _rows(self) -> list[tuple[str, str, str]]:
        """Return each part's name, time and note."""
        where = f" in the {self.where}" if self.where else ""
        rate = f", {self.rows / self.run:,.0f} rows/s" if self.rows and self.run > 0 else ""
        changed = f", {self.converted:,} values converted" if self.converted else ""
        parts = [
            ("compile", self.compile, "from the cache" if self.cached else ""),
            ("copy in", self.copy_in, _bytes(self.bytes_in, self.shared_in)),
            (
                "run",
                self.run,
                f"{self.rows:,} rows on {_count(self.cores, 'core')}{where}{rate}{changed}",
            ),
            ("copy out", self.copy_out, _bytes(self.bytes_out, self.shared_out)),
            ("other", self.other, "plan and messages"),
            ("total", self.total, ""),
        ]
        return [(name, _time(seconds), note) for name, seconds, note in parts]

    def __repr__(self) -> str:
        return "\n".join(f"{name:<9}{t:>9}  {note}".rstrip() for name, t, note in self._rows())

    def _repr_html_(self) -> str:
        return _display.html([], self._rows())


def _bytes(copied: int, shared: int) -> str:
    return f"{byte_size(copied)}, and {byte_size(shared)} shared" if shared else byte_size(copied)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _time(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} µs"


last: Receipt | None = None
