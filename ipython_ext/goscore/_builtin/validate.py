"""``goscore.validate()``: finds the values of a frame that break rules."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._errors import ArgumentTypeError, ArgumentValueError, GoTimeoutError
from .._names import nearest

if TYPE_CHECKING:
    import numpy as np

    from .._call.signature import CallOptions


def validate(
    df: Any,
    rules: Mapping[str, Any],
    *,
    timeout: float | None = None,
    threads: int | None = None,
) -> Any:
    """Look for the values of a frame that break rules.

    Parameters
    ----------
    df : DataFrame
        Of any library.
    rules : dict of str to rule or list of rules
        For each column one or more of ``"required"`` (nothing is missing), ``"unique"`` (no value
        comes twice), ``("between", low, high)`` (both included, None for no bound),
        ``("one_of", values)`` and ``("matches", pattern)``, which matches the whole text, in the
        syntax of Go's ``regexp``: that of Python's ``re`` but for lookaround and back-references.
        What is missing breaks only ``"required"``.
    timeout : float, optional
        Seconds after which `GoTimeoutError` ends the call, all rules together.
    threads : int, optional
        Cores to run on; without, all.

    Returns
    -------
    DataFrame
        In the library of *df*, a row for each violation, in the order of the rows and then
        of the rules: ``row`` (its label, or position), ``column``, ``rule``, and ``value``, in
        pandas as it is, elsewhere as text. No rows when all is well.

    Raises
    ------
    ArgumentTypeError
        *df* is no frame, or a column is of a type that a rule is not for.
    ArgumentValueError
        There is no such column or rule.

    Examples
    --------
    >>> people = pd.DataFrame({"name": ["Ada", "Bo", "Bo"], "age": [36, -1, 200]})
    >>> goscore.validate(people, {"name": ["required", "unique"], "age": ("between", 0, 150)})
       row column             rule value
    0    1   name           unique    Bo
    1    1    age  between(0, 150)    -1
    2    2   name           unique    Bo
    3    2    age  between(0, 150)   200
    """
    import numpy as np

    from .._call.failures import frame
    from .._call.signature import CallOptions
    from .._data import columns as takes
    from .._data.bind import bind

    options = CallOptions(timeout=timeout, threads=threads)
    options.check()
    begin = time.monotonic()
    frame_input = bind("df", df, "df")
    if frame_input.kind != "frame" or frame_input.column is None:
        raise ArgumentTypeError(f"validate takes a DataFrame, and a {type(df).__name__} was passed")
    checks = [
        (_position(name, frame_input.columns), str(name), rule)
        for name, listed in rules.items()
        for rule in (listed if isinstance(listed, list) else [listed])
    ]
    if frame_input.prepare:
        frame_input.prepare(sorted({position for position, _, _ in checks}))
    try:
        violations = [
            _broken(frame_input.column(at), name, rule, _left(options, begin))
            for at, name, rule in checks
        ]
    except GoTimeoutError:
        raise GoTimeoutError(
            f"validate did not end within its timeout of {timeout:g} seconds"
        ) from None
    broken = [rows for rows, _ in violations]
    rows = np.concatenate([np.zeros(0, "i8"), *broken])
    number = np.repeat(np.arange(len(checks)), [len(some) for some in broken])
    order = np.lexsort((number, rows))
    values: list[Any] = []
    for (at, _, _), some in zip(checks, broken, strict=True):
        values += takes.values(takes.take(frame_input.column(at), some))
    labels = rows[order]
    columns = {
        "row": labels if frame_input.index is None else _labels(frame_input.index.take(labels)),
        "column": [checks[number[at]][1] for at in order],
        "rule": [violations[number[at]][1] for at in order],
        "value": [values[at] for at in order],
    }
    if frame_input.library != "pandas":
        columns["value"] = [None if value is None else str(value) for value in columns["value"]]
        return frame(columns, frame_input.library)
    import pandas as pd

    table = frame({name: column for name, column in columns.items() if name != "value"}, "pandas")
    table[["column", "rule"]] = table[["column", "rule"]].astype("str")
    return table.assign(value=pd.Series(columns["value"], table.index, dtype=object))


def _labels(index: Any) -> Any:
    """Return the labels of an index; of several levels, tuples."""
    return list(index) if index.nlevels > 1 else index


def _left(options: CallOptions, begin: float) -> CallOptions:
    """Return the options with the rest of the timeout, which holds for all rules together."""
    if options.timeout is None:
        return options
    left = options.timeout - (time.monotonic() - begin)
    if left <= 0:
        raise GoTimeoutError
    return replace(options, timeout=left)


def _position(name: Any, columns: list[str]) -> int:
    if str(name) not in columns:
        raise ArgumentValueError(f"df has no column {name!r}{nearest(str(name), columns)}")
    return columns.index(str(name))


def _broken(column: Any, name: str, rule: Any, options: CallOptions) -> tuple[np.ndarray, str]:
    """Return the rows of a column that break a rule, and the rule as text."""
    kind, *arguments = rule if isinstance(rule, tuple) and rule else (rule,)
    rule = _RULES.get(kind) if isinstance(kind, str) else None
    if rule is None:
        close = nearest(kind, _RULES) if isinstance(kind, str) else ""
        raise ArgumentValueError(
            f"column {name!r}: there is no rule {kind!r}{close}\n"
            f'  hint: rules are "required", "unique", ("between", low, high), ("one_of", values) '
            f'and ("matches", pattern)'
        )
    count, check = rule
    if len(arguments) != count:
        raise ArgumentValueError(
            f"column {name!r}: the rule {kind!r} takes {count} argument{'s' * (count != 1)}, not {len(arguments)}"
        )
    shown = ", ".join(map(repr, arguments))
    text = f"{kind}({shown})" if arguments else kind
    return check(f"{kind} on column {name!r}", options, column, *arguments), text


def _required(label: str, options: CallOptions, column: Any) -> np.ndarray:
    from .call import rows

    return rows(label, "RowsMissing", options, column)


def _unique(label: str, options: CallOptions, column: Any) -> np.ndarray:
    from .call import rows

    return rows(label, "RowsRepeated", replace(options, by=column), column)


def _between(label: str, options: CallOptions, column: Any, low: Any, high: Any) -> np.ndarray:
    from .call import rows

    low = float("-inf") if low is None else low
    high = float("inf") if high is None else high
    return rows(label, "RowsOutside", options, column, low, high)


def _one_of(label: str, options: CallOptions, column: Any, values: Any) -> np.ndarray:
    from .call import rows

    allowed = list(values) if isinstance(values, tuple | set | frozenset | range) else values
    return rows(label, "RowsNotIn", options, column, allowed)


def _matches(label: str, options: CallOptions, column: Any, pattern: Any) -> np.ndarray:
    from .call import rows

    written = pattern.pattern if isinstance(pattern, re.Pattern) else pattern
    return rows(label, "RowsNotMatching", options, column, written)


_RULES: dict[str, tuple[int, Callable[..., Any]]] = {
    "required": (0, _required),
    "unique": (0, _unique),
    "between": (2, _between),
    "one_of": (1, _one_of),
    "matches": (1, _matches),
}
