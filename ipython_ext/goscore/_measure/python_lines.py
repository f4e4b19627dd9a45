"""The lines of Python that a call executes, and the time in each line of the user's code.

A sampling thread would not do: Python switches threads only at the ends of
loops and calls, so those lines would get all the time.
"""

from __future__ import annotations

import linecache
import site
import sys
import sysconfig
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from .compiled import libraries

_MOST_LINES = 200_000  # are traced
_PATHS = sysconfig.get_paths()
_OTHERS = (
    *(_PATHS[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    site.getusersitepackages(),
    str(Path(__file__).parents[1]),
    "<frozen",
)  # folders of code that is not the user's


@dataclass
class Line:
    """A line of the user's code, its share of the time, and the compiled libraries that it calls."""

    function: str
    number: int
    text: str
    share: float
    libraries: list[str] = field(default_factory=list)


class Trace:
    """Traces this thread while it is entered.

    Attributes
    ----------
    lines : int
        Executed lines, also of libraries.
    complete : bool
        Whether all lines were traced, not only the first `_MOST_LINES`.
    cpu : float
        CPU seconds of this thread while it was traced.
    """

    def __init__(self) -> None:
        self.lines = 0
        self.complete = True
        self.cpu = 0.0
        self._count = 0
        self._seconds: Counter[tuple[CodeType, int]] = Counter()
        self._events: Counter[tuple[CodeType, int]] = Counter()
        self._names: dict[CodeType, dict[str, Any]] = {}
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
        """Add the time since the last event to the line in which it passed."""
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
                above: FrameType | None = frame
                while above is not None and above is not self._end:
                    if _is_users(above.f_code):
                        self._keep_names(above)
                    above = above.f_back
                return None
        self._update_place(frame, event)
        self._since = time.perf_counter()
        return self._event

    def _update_place(self, frame: FrameType, event: str) -> None:
        """Find the line of the user's code that is running, itself or in a library that it calls."""
        in_users_code = _is_users(frame.f_code)
        if in_users_code and event == "return":
            self._keep_names(frame)
        if event != "return":
            if in_users_code:
                self._place = frame.f_code, frame.f_lineno
            return
        back = frame.f_back
        while (
            in_users_code
            and back is not None
            and back is not self._end
            and not _is_users(back.f_code)
        ):
            back = back.f_back  # a library called the user's function
        if back is None or back is self._end:
            self._place = None
        elif _is_users(back.f_code):
            self._place = back.f_code, back.f_lineno

    def _keep_names(self, frame: FrameType) -> None:
        """Keep what a function's global names are, and the types of its variables."""
        if frame.f_code not in self._names:
            read = {name: frame.f_globals.get(name) for name in frame.f_code.co_names}
            local = {name: type(value) for name, value in frame.f_locals.items()}
            self._names[frame.f_code] = read | local

    @property
    def each(self) -> float:
        """CPU seconds for each traced line; a rough figure."""
        return max(0.0, self.cpu - self._count * _overhead().cpu) / max(self.lines, 1)

    def hottest(self, most: int = 3) -> list[Line]:
        """Return the lines with most of the time, after subtracting that of tracing."""
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
                libraries(code, number, self._names.get(code, {})),
            )
            for code, number in places
        ]


@cache
def _is_users(code: CodeType) -> bool:
    return not code.co_filename.startswith(_OTHERS)


@dataclass
class _Overhead:
    """The cost of tracing one event.

    Attributes
    ----------
    between : float
        Seconds between the events of two lines that do nothing.
    cpu : float
        CPU seconds of an event.
    """

    between: float
    cpu: float


def _overhead() -> _Overhead:
    lines = "\n".join(["def nothing():", *["    pass"] * 1_000])
    namespace: dict[str, Any] = {}
    exec(compile(lines, "<nothing>", "exec"), namespace)
    with Trace() as trace:
        namespace["nothing"]()
    times = sorted(trace._seconds.values())
    return _Overhead(times[len(times) // 2], trace.cpu / trace._count)
