"""Progress of a run that takes longer than a second: a bar in a notebook, a line on a terminal."""

from __future__ import annotations

import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from .._data.input import loaded
from .._memory.output_region import quarantine
from .._memory.segments import PYTHON_MEMORY, address_of
from .._protocol.messages import Progress as Work

_AFTER = 1.0  # s; what ends sooner shows nothing
_COUNTED = "{desc}: {percentage:3.0f} %|{bar}| {n_fmt} of {total_fmt} rows, {rate_fmt}, {remaining}"
_OPEN = "{desc}: {n_fmt} rows, {rate_fmt}"
_TIMED = "{desc}: {elapsed}"


class Progress:
    """Shows how far a run is, until the run is over.

    Parameters
    ----------
    what : str
        What is running.
    rows : int
        How many rows it works on; 0 where that is not known.
    counted : bool
        Whether `advance` counts rows: then the runs within it are runs on parts of the rows.
    done : numpy.ndarray of int64, optional
        Where Go counts them already.
    """

    _above = threading.local()

    def __init__(
        self, what: str, rows: int, counted: bool = False, done: np.ndarray | None = None
    ) -> None:
        self._what, self._rows, self._counted = what, rows, counted
        self._part: Progress | None = None
        self._over: Progress | None = getattr(self._above, "progress", None)
        if self._over is not None:
            self._over._part = self
        self._doing = ""  # what is compiled meanwhile
        self._done = np.zeros(1, np.int64) if done is None else done
        self._begin = time.monotonic()
        self._bar: Any = None
        self._place: Any = None  # where a notebook displays it

    @property
    def place(self) -> tuple[int, int, int]:
        """Where Go writes the number of rows that are done."""
        return PYTHON_MEMORY, address_of(self._done), self._done.nbytes

    def note(self, work: Work) -> None:
        """Take in what the worker says that it compiles."""
        self._doing = ""
        if work["what"]:
            count = f"{work['done']} of {work['all']}" if work["all"] else str(work["done"])
            self._doing = f": {work['what']}, {count}"
        if self._over is not None:
            self._over.note(work)

    def tick(self) -> None:
        """Show the progress so far; called while waiting."""
        if self._over is not None:
            self._over.tick()
            return
        if time.monotonic() - self._begin < _AFTER:
            return
        if self._bar is None:
            self._bar, self._place = _bar(self._what, self._rows)
            if not self._bar.disable:
                self._bar.start_t -= time.monotonic() - self._begin
        done = int(self._done[0]) + (int(self._part._done[0]) if self._part else 0)
        if self._rows or not self._counted:
            done = min(done, self._rows)
        self._bar.desc = self._what + self._doing
        self._bar.bar_format = (_COUNTED if self._rows else _OPEN) if done else _TIMED
        if done > self._bar.n:
            self._bar.update(done - self._bar.n)
        else:
            self._bar.refresh()

    @contextmanager
    def within(self) -> Iterator[None]:
        """Count the rows of runs in this block here; those runs show no bars."""
        self._above.progress = self
        try:
            yield
        finally:
            self._above.progress = self._part = None

    def advance(self, rows: int) -> None:
        """Count rows that are done."""
        self._done[0] += rows
        self.tick()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
        if self._place is not None:  # or a notebook that is saved would keep its text
            self._place.update(dict.fromkeys(("text/html", "text/plain"), ""), raw=True)

    def abandon(self) -> None:
        """Keep the counter in memory: the run may still write to it."""
        quarantine(self._done)


class _NoBar:
    """Takes the place of a bar where none can be shown."""

    disable = True
    desc = ""
    bar_format = ""
    n = 0

    def update(self, rows: int) -> None: ...

    def refresh(self) -> None: ...

    def close(self) -> None: ...


def _bar(what: str, rows: int) -> tuple[Any, Any]:
    """Return a bar, and in a notebook the handle of what displays it."""
    try:
        from tqdm import TqdmWarning
    except ImportError:  # in an exported package, which does not ask for it
        return _NoBar(), None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TqdmWarning)  # without ipywidgets it is a line
        from tqdm.auto import tqdm

        in_notebook = any(
            kind.__module__ == "tqdm.notebook" for kind in getattr(tqdm, "__mro__", ())
        )
        bar = tqdm(
            desc=what,
            total=rows or None,
            unit=" rows",
            unit_scale=True,
            leave=False,
            smoothing=0,  # the mean from the beginning
            mininterval=0.1,
            bar_format=_TIMED,
            disable=not _watched(),
            **({"display": False} if in_notebook else {}),
        )
        if not in_notebook or bar.disable:
            return bar, None
        from IPython.display import display

        return bar, display(bar.container, display_id=True)  # type: ignore[no-untyped-call]


def _watched() -> bool:
    """Tell whether there is a notebook or a terminal to show a bar in."""
    ipython = loaded("IPython")
    notebook = ipython is not None and hasattr(ipython.get_ipython(), "kernel")
    return notebook or sys.stderr.isatty()
