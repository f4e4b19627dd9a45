"""The working directory and the environment of this process, as the worker is told of them."""

from __future__ import annotations

import os

from .._protocol import execute as protocol

# Go's runtime ends a process for a value of these that it cannot read, or prints what nobody asked for.
_OF_THE_RUNTIME = (b"GODEBUG", b"GOGC", b"GOMAXPROCS", b"GOMEMLIMIT", b"GOTRACEBACK")

_Variables = dict[bytes, bytes]


class Surroundings:
    """What a worker is started with, and what has changed since.

    Attributes
    ----------
    at_start : dict of bytes to bytes
        The environment that the worker is started with.
    """

    def __init__(self) -> None:
        now = dict(_variables())
        self.at_start = {name: now[name] for name in now if name not in _OF_THE_RUNTIME}
        self._last: tuple[_Variables, dict[str, str | None]] = now, self._changes(now)

    def now(self) -> protocol.Surroundings:
        """Return what a request says.

        A call takes tens of microseconds, and the environment hardly ever changes: it
        is compared with that of the last call in one step, which takes one.
        """
        now = _variables()
        seen, changes = self._last
        if now != seen:
            now = dict(now)
            self._last = now, (changes := self._changes(now))
        return {"directory": _directory(), "environment": changes}

    def _changes(self, now: _Variables) -> dict[str, str | None]:
        changes: dict[str, str | None] = {_text(n): None for n in self.at_start.keys() - now}
        return changes | {_text(n): _text(v) for n, v in now.items() if self.at_start.get(n) != v}


def _variables() -> _Variables:
    """Return the environment as Python keeps it, which can be compared without decoding it."""
    kept = getattr(os.environ, "_data", None)
    if isinstance(kept, dict) and os.name == "posix":
        return kept
    return {os.fsencode(name): os.fsencode(value) for name, value in os.environ.items()}


def _directory() -> str:
    try:
        return _text(os.getcwdb())
    except OSError:  # it was deleted, or has no name: the worker finds it by this process
        return ""


def _text(value: bytes) -> str:
    """Return a text with a character for each byte: names and values need not be UTF-8."""
    return value.decode("latin-1")
