"""``goscore.validate()``: finds the values of a frame that break rules."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._errors import ArgumentTypeError, ArgumentValueError, GoTimeoutError
from .._names import nearest
from .rules import Column, broken

if TYPE_CHECKING:
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
        Numbers, strings, dates, times, durations and decimals are compared exactly, also with bounds and
        values of other types: an int of any size, a float, a Decimal; strings in the order of their
        code points. What is missing breaks only ``"required"``. In pandas a NaN is missing; in polars and
        Arrow it is a value: not between any bounds, of no list without a NaN, and not unique beside another.
        A rule for a name that several columns have is for each of them.
    timeout : float, optional
        Seconds after which `GoTimeoutError` ends the call, all rules together.
    threads : int, optional
        Cores to run on; all by default.

    Returns
    -------
    DataFrame
        In the library of *df*, a row for each violation, in the order of the rows and then
        of the rules: ``row`` (its label, or position), ``column``, ``rule``, and ``value``, in
        pandas as it is, elsewhere as text. No rows if no value breaks a rule.

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
        (position, str(name), rule)
        for name, listed in rules.items()
        for position in _positions(name, frame_input.labels)
        for rule in (listed if isinstance(listed, list) else [listed])
    ]
    positions = sorted({position for position, _, _ in checks})
    if frame_input.prepare:
        frame_input.prepare(positions)
    held = {position: Column(frame_input, position) for position in positions}
    try:
        violations = [
            broken(held[at], name, rule, _left(options, begin)) for at, name, rule in checks
        ]
    except GoTimeoutError:
        raise GoTimeoutError(
            f"validate did not end within its timeout of {timeout:g} seconds"
        ) from None
    parts = [some for some, _ in violations]
    broken_rows = np.concatenate([np.zeros(0, "i8"), *parts])
    number = np.repeat(np.arange(len(checks)), [len(some) for some in parts])
    order = np.lexsort((number, broken_rows))
    values: list[Any] = []
    for (at, _, _), some in zip(checks, parts, strict=True):
        values += takes.values(takes.take(frame_input.column(at), some))
    labels = broken_rows[order]
    columns = {
        "row": labels
        if frame_input.index is None
        else _labels(takes.take(frame_input.index, labels)),
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
    return list(index) if getattr(index, "nlevels", 1) > 1 else index


def _left(options: CallOptions, begin: float) -> CallOptions:
    """Return the options with the rest of the timeout, which holds for all rules together."""
    if options.timeout is None:
        return options
    left = options.timeout - (time.monotonic() - begin)
    if left <= 0:
        raise GoTimeoutError
    return replace(options, timeout=left)


def _positions(name: Any, labels: list[Any]) -> list[int]:
    """Return where columns of a name are; the name "0" is not the number 0."""
    found = [
        position
        for position, label in enumerate(labels)
        if isinstance(label, str) == isinstance(name, str) and label == name
    ]
    if found:
        return found
    close = next((repr(label) for label in labels if str(label) == str(name)), "")
    hint = f"; did you mean {close}?" if close else nearest(str(name), [*map(str, labels)])
    raise ArgumentValueError(f"df has no column {name!r}{hint}")
