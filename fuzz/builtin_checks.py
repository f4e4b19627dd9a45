"""One check of a built-in function."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd

import goscore

from . import expected
from .builtins import BuiltIn, broken, rules
from .checks import FRAMES, Case, Different
from .functions import Function
from .libraries import Library, columns_of, read
from .values import Type

# Floats whose sums have twelve digits in any order.
MODERATE = st.one_of(st.integers(1, 4000).map(lambda n: n / 4), st.just(math.nan))


class BuiltInCase(Case):
    """A check of a built-in function of one column."""

    def __init__(
        self,
        draw: Callable[..., Any],
        built_in: BuiltIn,
        kind: Type,
        library: Library,
        missing: str,
    ) -> None:
        shape = "aggregate" if built_in.aggregate else "vector"
        values = kind.values if built_in.values is None else built_in.values
        if not built_in.exact or built_in.name == "score_series":
            values = MODERATE if kind.is_float else st.integers(0, 100)
        if near := [value for value in built_in.near if kind.is_float or _fits(kind, value)]:
            as_kind = np.dtype(kind.name).type
            values = st.one_of(values, st.sampled_from([as_kind(value).item() for value in near]))
        function = Function(shape, replace(kind, values=values), built_in.name, "", max)
        super().__init__(draw, function, built_in.call, library, missing)
        self.built_in, self.keyed = built_in, built_in.keyed

    def _plain(self, values: list[Any]) -> Any:
        if self.built_in.nan_is_missing:
            return self.built_in.plain([None if value != value else value for value in values])
        return self.built_in.plain(expected.there(self.library, self.function, values))

    def _same(self, got: Any, wanted: Any) -> bool:
        if isinstance(wanted, list):
            return len(got) == len(wanted) and all(map(self._same, got, wanted))
        got, wanted = (None if value != value else value for value in (got, wanted))
        if self.built_in.exact or not (isinstance(got, float) and isinstance(wanted, float)):
            return expected.same(self.library, got, wanted)
        return math.isclose(got, wanted, rel_tol=1e-12, abs_tol=1e-9)


def _fits(kind: Type, value: int) -> bool:
    return bool(np.iinfo(kind.name).min <= value <= np.iinfo(kind.name).max)


class ValidateCase(BuiltInCase):
    """The rows of a column that break rules."""

    def _column(self, kind: Type, values: list[Any]) -> Any:
        return super()._column(kind, values) if self.library.name in FRAMES else None

    def _whole(self, x: list[Any], column: Any) -> None:
        listed = rules(self.function.type.go == "string")
        frame = goscore.validate(self.library.frame({"x": column}), {"x": listed})
        found = columns_of(frame)
        step = 10 if self.library.kind == (pd.Series,) else 1  # of the labels
        got = [(row // step, rule.split("(")[0]) for row, rule in zip(read(found["row"]), read(found["rule"]), strict=True)]  # fmt: skip
        if self.library.nan_is_missing:
            x = [None if value != value else value for value in x]
        if got != (wanted := broken(x)):
            raise Different(f"got {got}, wanted {wanted}")
