"""One check: a random function on random columns, and what came back beside what had to."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import hypothesis.strategies as st
import pandas as pd
import pyarrow as pa

import goscore
from goscore._run import cell
from goscore._run.options import Options

from . import expected
from .expected import Refused
from .functions import Function
from .libraries import LIBRARIES, Library, columns_of, from_object, read
from .values import BY_NAME, Type

MISSING = ("none", "some", "all")
ROWS = ("scalar", "nullable", "parser", "row", "row struct")
KEYS = [BY_NAME[name] for name in ("int64", "uint64", "int8", "float64", "string", "bool", "dictionary", "date",
                                   "naive ns", "duration us", "decimal", "binary", "float32", "string view")]  # fmt: skip
FRAMES = ("pandas", "pandas masked", "pandas Arrow", "polars", "Arrow")  # libraries that have some
CATEGORIES = ["b", "", "é" * 9, "a"]


class Different(AssertionError):
    """A result is not what the contract says."""


class Case:
    """A function and a library, with the random choices of one example.

    Parameters
    ----------
    draw : callable
        Draws from a strategy.
    call : callable
        The function, in Python.
    """

    def __init__(
        self,
        draw: Callable[..., Any],
        function: Function,
        call: Any,
        library: Library,
        missing: str,
    ) -> None:
        self.draw, self.function = draw, function
        self.call: Any = self._cell if function.kind == "cell" else call
        self.library, self.missing = library, missing
        self.keyed = function.kind not in ("column", "cell")

    def run(self) -> bool:
        """Check it; False where the library has no such column."""
        rows = self.draw(st.integers(0, 9), label="rows")
        if self.missing != "none" or self.function.kind == "cell" or self.function.type.go in ("time.Time", "[]int64"):  # fmt: skip
            rows = max(rows, 1 + (self.missing == "some"))
        self.lengths = self.draw(_cuts(rows), label="chunks")
        self.repeat = self.draw(st.sampled_from([1] * 15 + [300]), label="repeated")
        x = self._values(rows, self.missing, "x") * self.repeat
        column = self._column(self.function.type, x)
        if column is None:
            return False
        if self.function.kind in ROWS:
            y = self._values(rows, "none" if self.missing == "none" else "some", "y") * self.repeat
            self._rows(x, y, column)
        else:
            by = self.missing != "all" and self.keyed and self.draw(st.booleans(), label="by")
            self._by(x, column) if by else self._whole(x, column)
        return True

    def _cell(self, x: Any) -> Any:
        """Run the function's cell with ``-i x -o z``."""
        options = Options(outputs=[("z", "z")])
        return cell.run(self.function.statements, [("x", x, "x")], options, cell="In[2]").outputs[
            "z"
        ]

    def _plain(self, values: list[Any]) -> Any:
        """Return what the function of a whole column has to give."""
        return expected.whole(self.library, self.function, values)

    def _values(self, rows: int, missing: str, label: str) -> list[Any]:
        there = self.function.type.values
        which = {"none": there, "some": st.one_of(st.none(), there), "all": st.none()}[missing]
        values: list[Any] = self.draw(st.lists(which, min_size=rows, max_size=rows), label=label)
        if missing == "some" and values:
            if all(value is None for value in values):
                values = [self.draw(there, label=f"{label}, first"), *values[1:]]
            if None not in values and label == "x":
                values = [*values[:-1], None]
        return without_nan(self.library, values, 1.5)

    def _column(self, kind: Type, values: list[Any]) -> Any:
        return self.library.make(kind, values, [length * self.repeat for length in self.lengths])

    def _rows(self, x: list[Any], y: list[Any], column: Any) -> None:
        other = self._column(self.function.type, y)
        if other is None:
            return
        wanted, failed = expected.rows(self.library, self.function, x, y)
        args = [column, other]
        if self.function.kind.startswith("row"):
            args = [self.library.frame({"X": column, "Y": other})]
        if self.function.kind == "parser":
            self._parser(args, wanted, failed)
            return
        self._same_column(self.call(*args), wanted)
        # By its signature, which is all that a stream looks at, a function of slices sees whole columns.
        slices = self.function.kind == "scalar" and self.function.type.go == "[]int64"
        if self.library.name == "Arrow" and not slices and self.draw(st.booleans(), label="stream"):
            self._stream(column, other, wanted)

    def _parser(self, args: list[Any], wanted: list[Any], failed: list[int]) -> None:
        errors = self.draw(st.sampled_from(["raise", "coerce", "report"]), label="errors")
        if errors == "raise" and failed:
            self._raises(goscore.GoError, f"{len(failed)}", lambda: self.call(*args))
            return
        result = self.call(*args, errors=errors)
        if errors == "report":
            result, report = result
            count = len(next(iter(columns_of(report).values())))
            if count != len(failed):
                raise Different(f"the report has {count} rows, and {len(failed)} failed")
        self._same_column(result, wanted)

    def _stream(self, column: Any, other: Any, wanted: list[Any]) -> None:
        names = ("X", "Y") if self.function.kind.startswith("row") else ("x", "y")
        table = pa.table({names[0]: column, names[1]: other})
        size = self.draw(st.integers(1, max(1, len(table))), label="batch")
        reader = pa.RecordBatchReader.from_batches(
            table.schema, table.to_batches(max_chunksize=size)
        )
        self._same_columns(self.call(reader).read_all(), wanted)

    def _whole(self, x: list[Any], column: Any) -> None:
        try:
            wanted = self._plain(x)
        except Refused:
            count = sum(value is None for value in x)
            self._raises(
                goscore.ArgumentValueError, f"{count} missing value", lambda: self.call(column)
            )
            return
        result = self.call(column)
        if self.function.kind != "aggregate":
            self._same_column(result, wanted)
            return
        self._same_value(result, wanted)
        if self.function.go and self.library.name in FRAMES:
            self._parts(x, column, wanted)

    def _parts(self, x: list[Any], column: Any, wanted: Any) -> None:
        """Check an aggregate on a stream, and from the partial results of two parts."""
        if self.library.name == "Arrow" and len(x) and self.draw(st.booleans(), label="stream"):
            self._same_value(self.call(pa.table({"x": column}).to_reader()), wanted)
        cut = self.draw(st.integers(0, len(x) - 1), label="cut") if x else 0
        if cut:
            parts = [x[:cut], x[cut:]]
            columns = [self.library.make(self.function.type, part, [len(part)]) for part in parts]
            partials = [self.call.partial(self.library.frame({"x": part})) for part in columns]
            wanted = self.function.step(*map(self._plain, parts))
            self._same_value(self.call.result(*partials), wanted)

    def _by(self, x: list[Any], column: Any) -> None:
        with contextlib.suppress(Refused):
            self._plain(x)
            self._by_keys(x, column)

    def _by_keys(self, x: list[Any], column: Any) -> None:
        count = self.draw(st.integers(1, 2), label="number of keys")
        keys, columns, libraries, orders = [], [], [], []
        for _ in range(count):
            kind = self.draw(st.sampled_from(KEYS), label="key type")
            other = self.draw(st.sampled_from([None, *LIBRARIES]), label="library of keys")
            library = self.library if other is None else other
            pool = self.draw(st.lists(kind.values, min_size=1, max_size=3), label="pool")
            pool = without_nan(library, pool, None)
            if self.draw(st.booleans(), label="missing keys"):
                pool.append(None)
            rows = len(x) // self.repeat
            choice = st.integers(0, len(pool) - 1)
            which = self.draw(st.lists(choice, min_size=rows, max_size=rows), label="which key")
            key = [pool[at] for at in which] * self.repeat
            made = library.make(kind, key, [length * self.repeat for length in self.lengths])
            if made is None:
                return
            keys.append(key)
            columns.append(made)
            libraries.append(library)
            categories = kind.name == "dictionary" and library.name == "pandas"
            orders.append(CATEGORIES if categories else None)
        dropna = self.draw(st.booleans(), label="dropna")
        found = expected.groups(libraries, keys, orders, dropna)
        by = columns if len(columns) > 1 else columns[0]
        result = self.call(column, by=by, dropna=dropna)
        if self.function.kind == "aggregate":
            self._same_groups(result, found, x, columns)
            return
        wanted: list[Any] = [None] * len(x)
        for _, rows in found:
            part = self._plain([x[at] for at in rows])
            for at, value in zip(rows, part, strict=True):
                wanted[at] = value
        self._same_column(result, wanted)

    def _same_groups(
        self, result: Any, found: list[tuple[Any, list[int]]], x: list[Any], keys: list[Any]
    ) -> None:
        wanted = [self._plain([x[at] for at in rows]) for _, rows in found]
        if isinstance(result, tuple):
            labels, values = result
            labels = (
                list(labels) if isinstance(labels, tuple | list) and len(keys) > 1 else [labels]
            )
        elif isinstance(result, pd.Series):
            values, labels = (
                result,
                [result.index.get_level_values(n).to_series() for n in range(result.index.nlevels)],
            )
        else:
            *labels, values = columns_of(result).values()
        self._same_column(values, wanted, library=False)
        for at, label in enumerate(labels):
            got, want = read(label), [key[at] for key, _ in found]
            if not expected.same(
                self.library, [_plain_key(v) for v in got], [_plain_key(v) for v in want]
            ):
                raise Different(f"keys {got!r}, wanted {want!r}")

    def _same_value(self, result: Any, wanted: Any) -> None:
        got = from_object(result)
        if not self._same(got, wanted):
            raise Different(f"got {got!r} ({type(result).__name__}), wanted {wanted!r}")

    def _same_column(self, result: Any, wanted: list[Any], library: bool = True) -> None:
        if self.function.kind == "row struct" and library:
            self._same_columns(result, wanted)
            return
        if library and not isinstance(result, self.library.kind):
            raise Different(f"a {type(result).__name__} came back from {self.library.name}")
        got = read(result)
        if not self._same(got, wanted):
            raise Different(self._first_difference(got, wanted))

    def _same_columns(self, frame: Any, wanted: list[Any]) -> None:
        columns = [read(column) for column in columns_of(frame).values()]
        got = list(zip(*columns, strict=True)) if len(columns) > 1 else columns[0]
        if not self._same(got, wanted):
            raise Different(self._first_difference(got, wanted))

    def _first_difference(self, got: list[Any], wanted: list[Any]) -> str:
        for at, pair in enumerate(zip(got, wanted, strict=False)):
            if not self._same(*pair):
                return f"row {at}: got {pair[0]!r}, wanted {pair[1]!r}"
        return f"{len(got)} rows came back, and {len(wanted)} were wanted"

    def _same(self, got: Any, wanted: Any) -> bool:
        return expected.same(self.library, got, wanted)

    def _raises(self, kind: type[Exception], text: str, run: Callable[[], Any]) -> None:
        try:
            result = run()
        except kind as error:
            if not re.search(rf"\b{re.escape(text)}", str(error).replace(",", "")):
                raise Different(f"the error does not say {text!r}: {error}") from error
            return
        raise Different(f"no {kind.__name__}, but {result!r}")


def without_nan(library: Library, values: list[Any], other: Any) -> list[Any]:
    """Replace NaN in libraries where pandas itself is of two minds about it."""
    if library.name in ("pandas masked", "pandas Arrow"):
        return [other if value != value else value for value in values]
    return values


def _plain_key(value: Any) -> Any:
    return 0.0 if isinstance(value, float) and value == 0 else value


def _cuts(rows: int) -> st.SearchStrategy[list[int]]:
    """Draw the lengths of chunks."""

    def lengths(cuts: list[int]) -> list[int]:
        ends = [0, *sorted(cuts), rows]
        return [after - before for before, after in pairwise(ends)]

    return st.lists(st.integers(0, rows), max_size=2).map(lengths)
