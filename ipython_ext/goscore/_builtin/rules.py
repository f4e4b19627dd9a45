"""The rules of `validate`: each names the rows of a column that break it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._errors import ArgumentTypeError, ArgumentValueError
from .._names import nearest
from . import exact
from .call import rows

if TYPE_CHECKING:
    import numpy as np

    from .._call.signature import CallOptions
    from .._data.input import Input


class Column:
    """A column that one or more rules look at, read once.

    Attributes
    ----------
    format : str
        Arrow's, of its type.
    """

    def __init__(self, frame: Input, position: int) -> None:
        self._input = frame
        self._position = position
        self._source = frame.source(position, missing=True)
        self.format = self._source.type

    @property
    def holds(self) -> str:
        """Its type for messages."""
        from .._data import datatype

        text = self.format in ("u", "U", "vu")
        return "strings" if text else str(datatype.to_arrow(self.format, []))

    def _goscore_input_(self, name: str, label: str) -> Input:
        from .._data.input import Input

        given = self._input
        assert given.column is not None
        column = given.column(self._position)
        return Input(
            name,
            "column",
            label,
            lambda _: self._source,
            given.library,
            given.rows,
            [given.labels[self._position]],
            column=lambda _: column,
        )


def broken(column: Column, name: str, rule: Any, options: CallOptions) -> tuple[np.ndarray, str]:
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
    label = f"{kind} on column {name!r}"
    try:
        return check(label, options, column, *arguments), text
    except TypeError as error:
        if isinstance(error, ArgumentTypeError):
            raise
        raise ArgumentTypeError(
            f"{label}: {error} is not comparable with a column of {column.holds}"
        ) from None


def _required(label: str, options: CallOptions, column: Column) -> np.ndarray:
    return rows(label, "RowsMissing", options, column)


def _unique(label: str, options: CallOptions, column: Column) -> np.ndarray:
    return rows(label, "RowsRepeated", replace(options, by=column), column)


def _between(label: str, options: CallOptions, column: Column, low: Any, high: Any) -> np.ndarray:
    for bound in (low, high):
        if bound is not None and bound != bound:  # NaN, NaT
            raise ArgumentValueError(f"{label}: {bound} is no bound; pass None for none")
    bounds = exact.values([low, high], column.format, [math.ceil, math.floor])
    return rows(label, "RowsOutside", options, column, bounds)


def _one_of(label: str, options: CallOptions, column: Column, values: Any) -> np.ndarray:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise ArgumentTypeError(f"{label} takes a list of values, not {values!r}")
    listed = list(values)
    allowed = exact.values(listed, column.format, [exact.whole] * len(listed)).drop_null()
    return rows(label, "RowsNotIn", options, column, allowed)


def _matches(label: str, options: CallOptions, column: Column, pattern: Any) -> np.ndarray:
    written = pattern.pattern if isinstance(pattern, re.Pattern) else pattern
    return rows(label, "RowsNotMatching", options, column, written)


_RULES: dict[str, tuple[int, Callable[..., Any]]] = {
    "required": (0, _required),
    "unique": (0, _unique),
    "between": (2, _between),
    "one_of": (1, _one_of),
    "matches": (1, _matches),
}
