"""The lines of Python that a call executes, and the time that passes in each of the user's.

Sampling from another thread would not do: Python lets other threads run at
the ends of loops and calls only, and those lines would get all the time.
"""

from __future__ import annotations

import linecache
import site
import sys
import sysconfig
import time
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

_MOST_LINES = 200_000  # are traced
_PATHS = sysconfig.get_paths()
_OTHERS = (
    *(_PATHS[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    site.getusersitepackages(),
    str(Path(__file__).parents[1]),
    "<frozen",
)  # where code lies that is not the user's


@dataclass
class Line:
    """A line of the user's, and its share of the time."""

    function: str
    number: int
    text: str
    share: float


class Trace:
    """Traces this thread while it is entered.

    Attributes
    ----------
    lines : int
        Lines executed, those of libraries too.
    complete : bool
        Whether there were no more than can be traced.
    cpu : float
        Seconds that this thread computed while it was traced.
    """

    def __init__(self) -> None:
        self.lines = 0
        self.complete = True
        self.cpu = 0.0
        self._count = 0
        self._seconds: Counter[tuple[CodeType, int]] = Counter()
        self._events: Counter[tuple[CodeType, int]] = Counter()
        self._place: tuple[CodeType, int] | None = None
        self._since = 0.0
        self._end: FrameType | None = None
        self._before: Any = None

    def __enter__(self) -> Trace:
        self._end = sys._getframe(1)
        self._before = sys.gettrace()
        self.cpu = -time.thread_time()
        sys.settrace(self._event)
        self._since = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)
        if self.complete:
            self.cpu += time.thread_time()
        self._end = None

    def _event(self, frame: FrameType, event: str, _: Any) -> Any:
        """Book the time since the last event where it passed."""
        passed = time.perf_counter() - self._since
        self._count += 1
        if self._place is not None:
            self._seconds[self._place] += passed  # type: ignore[assignment]
            self._events[self._place] += 1
        if event == "line":
            self.lines += 1
            if self.lines >= _MOST_LINES:
                self.complete = False
                self.cpu += time.thread_time()
                sys.settrace(None)
                return None
        self._moved(frame, event)
        self._since = time.perf_counter()
        return self._event

    def _moved(self, frame: FrameType, event: str) -> None:
        """Find the line of the user's that is being executed, by itself or in what it calls."""
        users = _users(frame.f_code)
        if event != "return":
            if users:
                self._place = frame.f_code, frame.f_lineno
            return
        back = frame.f_back
        while users and back is not None and back is not self._end and not _users(back.f_code):
            back = back.f_back  # a library had called the user's function
        if back is None or back is self._end:
            self._place = None
        elif _users(back.f_code):
            self._place = back.f_code, back.f_lineno

    @property
    def each(self) -> float:
        """Seconds of CPU time for each line, so far as it was traced; no more than a rough figure."""
        return max(0.0, self.cpu - self._count * _overhead().cpu) / max(self.lines, 1)

    def hottest(self, most: int = 3) -> list[Line]:
        """Return the lines with most of the time, less what tracing itself took."""
        each = _overhead().between
        seconds = {
            place: max(0.0, passed - self._events[place] * each)
            for place, passed in self._seconds.items()
        }
        whole = sum(seconds.values()) or 1.0
        places = sorted(seconds, key=lambda place: -seconds[place])[:most]
        return [
            Line(
                code.co_name,
                number,
                linecache.getline(code.co_filename, number).strip(),
                seconds[code, number] / whole,
            )
            for code, number in places
        ]


@cache
def _users(code: CodeType) -> bool:
    return not code.co_filename.startswith(_OTHERS)


@dataclass
class _Overhead:
    """What tracing costs at each event.

    Attributes
    ----------
    between : float
        Seconds that pass between two events around a line that does nothing.
    cpu : float
        Seconds of CPU time, with what happens at the event.
    """

    between: float
    cpu: float


def _overhead() -> _Overhead:
    lines = "\n".join(["def nothing():", *["    pass"] * 1_000])
    made: dict[str, Any] = {}
    exec(compile(lines, "<nothing>", "exec"), made)
    with Trace() as trace:
        made["nothing"]()
    found = sorted(trace._seconds.values())
    return _Overhead(found[len(found) // 2], trace.cpu / trace._count)
