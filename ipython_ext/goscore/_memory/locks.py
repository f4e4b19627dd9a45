"""Locks that an interrupt, which comes between any two steps of Python, does not leave taken."""

from __future__ import annotations

import threading
from collections.abc import Callable


def if_free(lock: threading.Lock, work: Callable[[], None]) -> bool:
    """Call *work* with the lock unless somebody has it; tell whether that was so."""
    got: list[bool] = []
    try:
        # One step of Python takes the lock and notes it: nothing comes in between.
        got.extend(map(lock.acquire, (False,)))
        if got[0]:
            work()
    finally:
        if got and got[0]:
            lock.release()
    return got[0]
