"""Example calls of exported functions, stored as JSON and Arrow files, and repeated as tests.

An exported package has a copy of this module. Its tests, and ``python -m PACKAGE.test``, are these
examples and those in the functions' comments.
"""

from __future__ import annotations

import doctest
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from .._data.libraries import PANDAS
from .._errors import ArgumentTypeError

CALLS = "examples.json"
_PLAIN = (bool, int, float, str, type(None))
_LIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Example:
    """A call, and its result at the export."""

    function: str
    number: int
    args: list[Any]
    kwargs: dict[str, Any]
    result: Any

    def __str__(self) -> str:
        return f"{self.function}-{self.number}"

    def check(self, function: Any) -> None:
        """Repeat the call.

        Raises
        ------
        AssertionError
            The result differs.
        """
        actual, expected = to_python(function(*self.args, **self.kwargs)), to_python(self.result)
        assert actual == expected, f"example {self} gives {actual}, and gave {expected}"


class Store:
    """A folder of stored values.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = 0

    def keep(self, value: Any, label: str) -> dict[str, Any]:
        """Write a value; return its description for the JSON file.

        Raises
        ------
        ArgumentTypeError
            Arrow cannot store it.
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

    def read(self, stored: dict[str, Any]) -> Any:
        """Return a stored value; columns and frames are Arrow's."""
        import pyarrow as pa

        ((kind, content),) = stored.items()
        if kind == "value":
            return content
        if kind == "dict":
            return {key: self.read(item) for key, item in content.items()}
        if kind in ("list", "tuple"):
            items = [self.read(item) for item in content]
            return items if kind == "list" else tuple(items)
        with pa.OSFile(str(self._folder / content), "rb") as file:
            table = pa.ipc.open_file(file).read_all()
        if kind == "table":
            return table
        return table.column(0)[0].as_py() if kind == "scalar" else table.column(0)


def _table(value: Any) -> tuple[str, Any]:
    """Return a value's kind, and an Arrow table of it."""
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
    """Return an Arrow array. NumPy's NaN stays NaN, since Go gets it so."""
    import pyarrow as pa

    try:
        return pa.array(value, from_pandas=False)
    except (pa.ArrowException, TypeError):
        return pa.array(value)


def to_python(value: Any) -> Any:
    """Return a result as Python objects, with text for NaN so that it equals itself."""
    if hasattr(value, "to_pydict"):
        return to_python(value.to_pydict())
    if hasattr(value, "to_pylist"):
        return to_python(value.to_pylist())
    if isinstance(value, dict):
        return {key: to_python(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_python(item) for item in value]
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    return value


def read(folder: Path) -> list[Example]:
    """Return the examples of a folder."""
    store = Store(folder)
    return [
        Example(
            call["function"],
            call["number"],
            [store.read(stored) for stored in call["args"]],
            {name: store.read(stored) for name, stored in call["kwargs"].items()},
            store.read(call["result"]),
        )
        for call in json.loads((folder / CALLS).read_text(encoding="utf-8"))
    ]


def check_comment(function: Any, names: Mapping[str, Any]) -> None:
    """Repeat the calls behind ``>>>`` in a function's comment.

    Raises
    ------
    AssertionError
        A result differs from the text below the call.
    """
    report: list[str] = []
    name = function.__name__
    test = doctest.DocTestParser().get_doctest(
        function.__doc__, dict(names), name, f"the comment of {name}", 0
    )
    runner = doctest.DocTestRunner(verbose=False, optionflags=_LIKE)
    failed = runner.run(test, out=report.append).failed
    assert not failed, "".join(report)


def run(functions: Mapping[str, Any], folder: Path) -> int:
    """Repeat all examples, and print each one and what is wrong with it.

    Returns
    -------
    int
        How many give something else.
    """
    checks: list[tuple[str, Callable[[], None]]] = []
    for example in read(folder):
        checks.append((str(example), partial(example.check, functions[example.function])))
    for name, function in functions.items():
        if doctest.DocTestParser().get_examples(function.__doc__ or ""):
            checks.append((f"comment of {name}", partial(check_comment, function, functions)))
    failed = 0
    for name, check in checks:
        try:
            check()
        except AssertionError as error:
            failed += 1
            print(f"{name}: FAILED\n{error}")
        except Exception as error:  # of the function: an example that gives an error now
            failed += 1
            print(f"{name}: FAILED\n{type(error).__name__}: {error}")
        else:
            print(f"{name}: ok")
    print(f"{len(checks)} examples of {len(functions)} functions, {failed} failed")
    return failed
