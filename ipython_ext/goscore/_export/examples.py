"""Example calls that are kept with exported functions, as JSON and Arrow files, and made again.

An exported package has a copy of this module: its tests are these examples, and
those in the functions' comments.
"""

from __future__ import annotations

import doctest
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._data.libraries import PANDAS
from .._errors import ArgumentTypeError, GoscoreError

CALLS = "examples.json"
_PLAIN = (bool, int, float, str, type(None))
_LIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Example:
    """A call, and what it gave when the function was exported."""

    function: str
    number: int
    args: list[Any]
    kwargs: dict[str, Any]
    result: Any

    def __str__(self) -> str:
        return f"{self.function}-{self.number}"

    def check(self, function: Any) -> None:
        """Make the call again.

        Raises
        ------
        AssertionError
            It gives something else.
        """
        found, expected = plain(function(*self.args, **self.kwargs)), plain(self.result)
        assert found == expected, f"example {self} gives {found}, and gave {expected}"


class Store:
    """A folder that values are kept in.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = 0

    def keep(self, value: Any, label: str) -> dict[str, Any]:
        """Write a value, and return what JSON has of it.

        Raises
        ------
        ArgumentTypeError
            It is nothing that has a file.
        """
        import numpy as np

        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, _PLAIN):
            return {"value": value}
        if isinstance(value, dict):
            return {"dict": {str(key): self.keep(item, label) for key, item in value.items()}}
        if isinstance(value, list | tuple):
            return {type(value).__name__: [self.keep(item, label) for item in value]}
        try:
            kind, table = _table(value)
        except (TypeError, ValueError) as error:  # pyarrow's own errors are both
            raise ArgumentTypeError(
                f"{label} has a {type(value).__name__}, which Arrow cannot keep: {error}"
            ) from error
        self._files += 1
        return {kind: self._write(f"{self._files}.arrow", table)}

    def _write(self, name: str, table: Any) -> str:
        import pyarrow as pa

        with pa.OSFile(str(self._folder / name), "wb") as file:
            with pa.ipc.new_file(file, table.schema) as writer:
                writer.write_table(table)
        return name

    def read(self, kept: dict[str, Any]) -> Any:
        """Return a value that was kept; columns and frames are Arrow's."""
        import pyarrow as pa

        ((kind, held),) = kept.items()
        if kind == "value":
            return held
        if kind == "dict":
            return {key: self.read(item) for key, item in held.items()}
        if kind in ("list", "tuple"):
            items = [self.read(item) for item in held]
            return items if kind == "list" else tuple(items)
        with pa.OSFile(str(self._folder / held), "rb") as file:
            table = pa.ipc.open_file(file).read_all()
        if kind == "table":
            return table
        return table.column(0)[0].as_py() if kind == "scalar" else table.column(0)


def _table(value: Any) -> tuple[str, Any]:
    """Return what a value is, and an Arrow table that holds it."""
    import pyarrow as pa

    if isinstance(value, pa.Table | pa.RecordBatch):
        return "table", pa.table(value)
    if PANDAS.has_frame(value):
        names = [str(name) for name in value.columns]
        return "table", pa.table([_column(value.iloc[:, at]) for at in range(len(names))], names)
    if hasattr(value, "__arrow_c_stream__") and hasattr(value, "columns"):
        return "table", pa.table(value)
    if isinstance(value, pa.Array | pa.ChunkedArray):
        return "column", pa.table({"column": value})
    if hasattr(value, "__len__") and not isinstance(value, bytes):
        return "column", pa.table({"column": _column(value)})
    return "scalar", pa.table({"column": pa.array([value])})


def _column(value: Any) -> Any:
    """Return a column as Arrow's; a NaN of NumPy's stays one, for so Go saw it."""
    import pyarrow as pa

    try:
        return pa.array(value, from_pandas=False)
    except (pa.ArrowException, TypeError):
        return pa.array(value)


def plain(value: Any) -> Any:
    """Return a result as Python's own objects, of which NaN equals NaN."""
    if hasattr(value, "to_pydict"):
        return plain(value.to_pydict())
    if hasattr(value, "to_pylist"):
        return plain(value.to_pylist())
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    return value


def read(folder: Path) -> list[Example]:
    """Return the examples that a folder keeps."""
    store = Store(folder)
    return [
        Example(
            one["function"],
            one["number"],
            [store.read(kept) for kept in one["args"]],
            {name: store.read(kept) for name, kept in one["kwargs"].items()},
            store.read(one["result"]),
        )
        for one in json.loads((folder / CALLS).read_text(encoding="utf-8"))
    ]


def check_comment(function: Any, names: Mapping[str, Any]) -> None:
    """Make the calls that a function's comment shows behind ``>>>``.

    Raises
    ------
    AssertionError
        One gives something else than what stands below it.
    """
    said: list[str] = []
    name = function.__name__
    test = doctest.DocTestParser().get_doctest(
        function.__doc__, dict(names), name, f"the comment of {name}", 0
    )
    runner = doctest.DocTestRunner(verbose=False, optionflags=_LIKE)
    failed = runner.run(test, out=said.append).failed
    assert not failed, "".join(said)


def check(functions: Mapping[str, Any], folder: Path) -> None:
    """Make all the examples again.

    Raises
    ------
    GoscoreError
        One gives something else.
    """
    try:
        for example in read(folder):
            example.check(functions[example.function])
        for function in functions.values():
            check_comment(function, functions)
    except AssertionError as error:
        raise GoscoreError(str(error)) from None
