"""Questions to the worker while a cell is being written: answered soon, or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from . import current

_PATIENCE = 0.5  # s; somebody waits at the keyboard
_LIMIT = 3.0  # s; for the worker, whose answer may still serve the next question


@cache
def _thread(process: int) -> ThreadPoolExecutor:
    """Return the thread of a process; it does not survive a fork."""
    return ThreadPoolExecutor(1, "goscore-ask")


def ask(kind: str, content: Mapping[str, object]) -> dict[str, Any]:
    """Return the content of the worker's reply, or nothing when there is none in time.

    A separate thread with separate sockets asks. So the caller waits neither for
    a worker that is starting nor for a run of another thread.

    Parameters
    ----------
    kind : str
        The message's type, such as ``complete_request``.
    content : mapping
    """
    answer = _thread(os.getpid()).submit(_answer, kind, content)
    try:
        return answer.result(_PATIENCE)
    except Exception:  # there is no worker, or it is slow: the next run says so better
        return {}
    finally:
        answer.cancel()


def _answer(kind: str, content: Mapping[str, object]) -> dict[str, Any]:
    worker = current.worker()
    channel = worker.channel()
    with channel.lock:
        reply = worker.ask(channel, channel.message(kind, content), seconds=_LIMIT)
    return dict(reply["content"]) if reply else {}
