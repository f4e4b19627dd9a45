"""Results that are read after everything behind them has changed."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

import goscore

from . import notebook
from .attack import Trials, attack
from .system import children
from .work import OUTPUT, built_in, column, programs

ROWS = 200_000  # 1.6 MB: enough for a result to stay in a segment
HELD = 30  # results that are kept at once


@attack(17, "result read after restart, %reload_ext, worker death", count=500)
def results(trials: Trials) -> None:
    """Keep results of all kinds, end what made them, make others, and read."""
    makers = _makers()
    kept: deque[tuple[str, Any, str]] = deque(maxlen=HELD)
    for number in trials:
        name = trials.random.choice(list(makers))
        how = trials.random.choice(list(ENDS))
        with trials.trial(f"{name}, then {how}"):
            made = makers[name](float(number))
            kept.append((name, made, _digest(made)))
            if trials.random.random() < 0.2:
                trials.random.shuffle(kept)
                kept.pop()  # so that ranges come back in any order
            ENDS[how]()
            other = trials.random.choice(list(makers))
            makers[other](float(-number))
            for what, result, digest in kept:
                trials.check(_digest(result) == digest, f"{what} has changed by {how}")


def _makers() -> dict[str, Callable[[float], Any]]:
    """Return what makes results that lie in different places; each takes a number to differ by."""
    columns = programs(ROWS), built_in(ROWS)
    assert all(columns)
    go, v = notebook.functions("", *("Scaled", "Turned", "Highest")), column(ROWS)

    def shared(number: float) -> Any:
        return goscore.share(v + number)

    def chained(number: float) -> Any:
        return goscore.score_series(go["Scaled"](shared(number)))

    def view(number: float) -> Any:
        return go["Turned"](shared(number))[1000:-1000:3]

    return {
        "output region": lambda number: go["Scaled"](v + number),
        "output region of a built-in": lambda number: goscore.score_series(v + number),
        "vector": lambda number: go["Turned"](v + number),
        "output of a cell": lambda number: notebook.output(OUTPUT, "made", v=v + number),
        "shared": shared,
        "shared frame": lambda number: goscore.share(pd.DataFrame({"a": v + number, "b": -v})),
        "kept of shared": lambda number: go["Scaled"](shared(number)),
        "kept of kept": chained,
        "view of kept": view,
        "pandas": lambda number: go["Highest"](pd.Series(v + number)),
        "pandas of shared": lambda number: go["Highest"](goscore.share(pd.Series(v + number))),
        "polars": lambda number: go["Scaled"](pl.Series(v + number)),
        "arrow": lambda number: go["Scaled"](goscore.share(pa.array(v + number))),
        "small": lambda number: go["Scaled"](np.array([number, number + 1])),
    }


def _kill() -> None:
    os.kill(notebook.worker_pid(), signal.SIGKILL)
    time.sleep(0.05)


def _kill_program() -> None:
    """Kill programs that wait for a call; one that is about to end may still be given a call."""
    killed = set(notebook.program_pids())
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    while killed & set(children(notebook.worker_pid())):
        time.sleep(0.01)
    time.sleep(0.05)


ENDS: dict[str, Callable[[], None]] = {
    "restart": notebook.restart,
    "%reload_ext": lambda: notebook.run("%reload_ext goscore"),
    "worker death": _kill,
    "program death": _kill_program,
}


def _digest(result: Any) -> str:
    """Return a hash of a result's bytes."""
    if isinstance(result, pd.DataFrame):
        return "".join(_digest(result[name]) for name in result)
    plain = np.asarray(result)
    return hashlib.sha256(np.ascontiguousarray(plain).tobytes()).hexdigest()
