"""What a call of Go costs: of the function's own draft where there is one, else at least."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .._errors import GoToolchainError, WorkerDiedError
from .._function import GoFunction
from .._jit.decide import check
from .._jit.jit import Jit
from .._run import receipt as receipts
from . import samples
from .arrow_columns import to_arrow

_PROBES = 7
_PROBED_ROWS = 1_000_000  # at most, for measuring the cost of a call
_ROUNDING = 1e-9  # relative; a draft may sum in another order
_CHECKED = 1_000  # rows of the first call, whose results are compared
_CHECKING = 0.1  # of the budget
_EACH_SIZE = 0.1  # of the remaining budget; a run that is longer counts alone
_TYPES = {"int64": "int64", "double": "float64", "string": "string", "large_string": "string", "bool": "bool"}  # fmt: skip


@dataclass
class Cost:
    """The seconds of a call on all rows, and of compiling it.

    Attributes
    ----------
    call, compile : float
    rows : int or None
        On so many its draft was measured; None where only a call that does nothing was.
    reason : str
        Why there is no draft that could be measured.
    """

    call: float
    compile: float
    rows: int | None = None
    reason: str = ""


def drafted(
    function: Callable[..., Any], args: Sequence[Any], budget: float, each: float
) -> Cost | str:
    """Draft a function, compile the Go, check and run it; return what it costs, or why there is no figure.

    Parameters
    ----------
    function : callable
    args : sequence
    budget : float
        Seconds.
    each : float
        Seconds that Python takes for a row, or for a call where there are no rows.
    """
    checked = int(min(_CHECKED, budget * _CHECKING / max(each, 1e-9)))
    if not checked:
        return "Python takes too long for its results to be compared"
    ends = time.perf_counter() + budget
    jit = Jit(function, rtol=_ROUNDING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            few = _given(jit, samples.copied(samples.first(args, checked)))
            decision = jit._decision(few)
            if decision is None or decision.reason:
                return _first_line(decision.reason if decision else jit._unread)
            check(decision, function, few, _ROUNDING)
            if decision.reason or not decision.checked:
                return _first_line(decision.reason or decision.failed)
            return _timed(decision, jit, args, ends)
        except (GoToolchainError, WorkerDiedError):
            raise
        except Exception as error:
            return _first_line(str(error))


def _given(jit: Jit, args: Sequence[Any]) -> dict[str, Any]:
    bound = jit._signature.bind(*args)
    bound.apply_defaults()
    return dict(bound.arguments)


def _first_line(text: str) -> str:
    return text.split("\n")[0] or "it was not drafted"


def _timed(decision: Any, jit: Jit, args: Sequence[Any], ends: float) -> Cost | str:
    """Time a draft on growing numbers of rows, as far as the budget goes."""

    whole = samples.length(args)
    sizes = samples.sizes(whole)
    decision.go._compiled_again(*_given(jit, samples.first(args, sizes[0])).values())
    receipt = receipts.last
    compile_ = 0.0 if receipt is None else receipt.compile
    best, rows = 0.0, 0
    for size in sizes:
        left = ends - time.perf_counter()
        if left <= 0 or (rows and best * size / rows > left):
            break
        arguments = _given(jit, samples.first(args, size))
        times: list[float] = []
        while len(times) < _PROBES and sum(times) < left * _EACH_SIZE:
            began = time.perf_counter()
            decision.go(*arguments.values(), timeout=max(left, 0.1))
            times.append(time.perf_counter() - began)
        best, rows = min(times), size
    if not rows:
        return "the budget is used up"
    return Cost(best * (whole or 1) / (rows if whole else 1), compile_, rows)


def least(args: Sequence[Any], whole: int | None) -> Cost:
    """Return what any call costs that gets these columns, and what compiling one costs.

    They are measured with a function that looks at nothing: copies, messages, and almost no work.
    """
    rows = whole or 1
    columns = [column for column in _columns(args, rows) if _go_type(column)][:8]
    if not columns:
        import numpy as np

        columns = [np.zeros(min(rows, _PROBED_ROWS))]
    measured_rows = min(rows, _PROBED_ROWS, *map(len, columns))
    probe = _probe([_go_type(column) for column in columns])
    many_rows = samples.first(columns, measured_rows)
    few_rows = samples.first(columns, min(samples.sizes(rows)[0], measured_rows))
    probe._compiled_again(*few_rows)
    receipt = receipts.last
    assert receipt is not None
    few, many = _fastest(probe, few_rows), _fastest(probe, many_rows)
    more = max(0.0, many - few) / max(measured_rows, 1) * (rows - measured_rows)
    return Cost(many + more, receipt.compile)


def _columns(args: Sequence[Any], rows: int) -> list[Any]:
    """Return the columns with as many rows, also those of frames."""
    found: list[Any] = []
    for value in samples.first(args, min(rows, _PROBED_ROWS)):
        names = getattr(type(value), "columns", None) and list(value.columns)
        found += [value[name] for name in names] if names else [value]
    return [one for one in found if samples.length([one]) == min(rows, _PROBED_ROWS)]


def _go_type(column: Any) -> str:
    """Return the Go type of a column's values; empty where that is none of the plain ones."""
    try:
        array = to_arrow(column)
    except Exception:
        return ""
    if array is None or array.null_count:
        return ""
    return _TYPES.get(str(array.type), "")


def _probe(types: list[str]) -> GoFunction:
    names = [f"v{at}" for at in range(len(types))]
    params = ", ".join(f"{name} {go}" for name, go in zip(names, types, strict=True))
    source = f"func Probe({params}) bool {{ return true }}"
    described = [
        {"name": name, "go": go, "elem": go, "shape": "value", "nullable": False}
        for name, go in zip(names, types, strict=True)
    ]
    # The worker's description of it is made here: declaring it would add it to the user's session.
    info = {
        "name": "Probe", "kind": "scalar", "doc": "", "signature": source.partition(" {")[0], "source": source,
        "cell": "advise", "params": described, "results": ["bool"], "error": False, "init": None, "serial": False,
        "sources": [{"cell": "advise", "text": source}],
    }  # fmt: skip
    return GoFunction(info)


def _fastest(probe: GoFunction, columns: Sequence[Any]) -> float:
    """Return the seconds of the fastest run, as for the Python function."""
    probe(*columns)  # the first call starts its program
    times = []
    for _ in range(_PROBES):
        began = time.perf_counter()
        probe(*columns)
        times.append(time.perf_counter() - began)
    return min(times)
