"""One measurement in a fresh Python process; prints its figures as JSON.

python -m bench.alone large KIND ROWS
python -m bench.alone cold KIND ROWS {started,unstarted}
python -m bench.alone load
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

SMALL = 10  # the number of rows that is compared with a hundred millions is so much smaller
ROUNDS = 7


def large(kind: str, rows: int) -> dict[str, Any]:
    """Measure memory on many rows, then the time per row against a tenth of them."""
    import pandas as pd

    from goscore._measure.processes import cpu_seconds
    from goscore._measure.sampler import Sampler

    call = _call(kind)
    column = pd.Series(_values(rows), name="v")
    part = column.iloc[: rows // SMALL]
    call(column.iloc[:100])  # worker and program are there; their pages for columns are not
    with Sampler() as sampler:
        before, cpu, begin = sampler.start(), cpu_seconds(os.getpid()), time.perf_counter()
        found = call(column)
        seconds, cpu = time.perf_counter() - begin, cpu_seconds(os.getpid()) - cpu
        peak = sampler.stop()
    figures = {
        "peak": peak,
        "before": before,
        "in": column.nbytes,
        "out": found.nbytes if hasattr(found, "nbytes") else 0,
        "cpu": cpu / seconds,
        "receipt": _receipt(),
    }
    del found
    figures |= _per_row(call, column, part)
    figures["different"] = _different(kind, call(column), column)
    return figures


def _per_row(call: Callable[[Any], Any], column: Any, part: Any) -> dict[str, Any]:
    """Return the seconds of each round, for the whole column and for the part."""
    whole: list[float] = []
    parts: list[float] = []
    for _ in range(ROUNDS):
        for seconds, asked in ((whole, column), (parts, part)):
            call(asked)  # each size finds its own pages warm
            seconds.append(_seconds(call, asked))
    return {"whole": whole, "part": parts}


def cold(kind: str, rows: int, started: bool) -> dict[str, Any]:
    """Measure the first call on many rows, and the same call warm."""
    import pandas as pd

    call = _call(kind)
    column = pd.Series(_values(rows), name="v")
    if started:
        call(column.iloc[:100])
    first = _seconds(call, column)
    receipt = _receipt()
    return {
        "first": first,
        "warm": [_seconds(call, column) for _ in range(ROUNDS)],
        "receipt": receipt,
    }


def load() -> dict[str, Any]:
    """Measure ``%load_ext goscore`` where the packages that a notebook has are imported."""
    import IPython.core.interactiveshell as interactive
    import jupyter_client.session  # noqa: F401  # ipykernel has imported it
    import pandas  # noqa: F401
    import pyarrow  # noqa: F401
    import zmq  # noqa: F401

    shell = interactive.InteractiveShell.instance()
    begin = time.perf_counter()
    shell.run_line_magic("load_ext", "goscore")
    return {"seconds": time.perf_counter() - begin}


def _seconds(call: Callable[[Any], Any], column: Any) -> float:
    gc.collect()
    begin = time.perf_counter()
    found = call(column)
    seconds = time.perf_counter() - begin
    del found
    return seconds


def _call(kind: str) -> Callable[[Any], Any]:
    """Return what is called, of its kind."""
    import goscore

    from . import loops
    from .cells import Cells

    if kind == "built-in":
        return goscore.score_series
    name, go = {
        "scan": ("Step", loops.SCAN),
        "vector": ("Loop", loops.VECTOR),
        "scalar": ("Squash", loops.SCALAR),
    }[kind]
    function: Callable[[Any], Any] = Cells().function(name, go)
    return function


def _values(rows: int) -> Any:
    import numpy as np

    return np.random.default_rng(9).normal(size=rows)


def _different(kind: str, found: Any, column: Any) -> str:
    """Compare a result with the same loop elsewhere, to the last bit; return what differs."""
    import numpy as np

    from . import loops, peers

    values = column.to_numpy()
    if kind == "scalar":
        expected = values / (1 + np.abs(values))
    elif peers.absent("numba"):
        values = values[:1_000_000]
        expected = np.array(loops.score_list(values.tolist()))
    else:
        import numba

        expected = numba.njit(loops.score_array)(values)
    bits = found.to_numpy()[: len(expected)].view(np.uint64)
    wrong = np.flatnonzero(bits != expected.view(np.uint64))
    return f"row {wrong[0]} of {len(column)} differs" if len(wrong) else ""


def _receipt() -> dict[str, Any]:
    import dataclasses

    import goscore

    return dataclasses.asdict(goscore.last) if goscore.last else {}


def main(what: str, *words: str) -> dict[str, Any]:
    """Measure what the command line asks for."""
    if what == "large":
        return large(words[0], int(words[1]))
    if what == "cold":
        return cold(words[0], int(words[1]), words[2] == "started")
    return load()


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
