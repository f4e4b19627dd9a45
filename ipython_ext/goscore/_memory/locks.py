"""Taking a lock so that an interrupt, between any two bytecodes, never leaves it locked."""

from __future__ import annotations

import threading
from collections.abc import Callable


def if_free(lock: threading.Lock, work: Callable[[], None]) -> bool:
    """Call *work* with the lock if it is free; return whether it was."""
    got: list[bool] = []
    try:
        # A single bytecode takes the lock and notes it, so no interrupt comes in between.
        got.extend(map(lock.acquire, (False,)))
        if got[0]:
            work()
    finally:
        if got and got[0]:
            lock.release()
    return got[0]
