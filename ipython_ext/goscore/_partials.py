"""Partial results of an aggregate, one for each key: made of parts of the data, and combined.

A table of them has the keys' columns first, and the results in its last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from . import _call, _groups, _take
from ._errors import ArgumentTypeError
from ._results import unique
from ._signature import CallOptions

_PENDING = 1 << 16  # partial results that wait, at least, before they are combined


def refuse_unmerged(info: dict[str, Any]) -> None:
    """Refuse a function whose partial results nothing combines.

    Raises
    ------
    ArgumentTypeError
        The text says what to write.
    """
    function = info["name"]
    if info["kind"] != "aggregate":
        raise ArgumentTypeError(f"{function} is no aggregate: it has no partial results")
    merge = info.get("merge")
    if merge is None:
        result = info["results"][0] if len(info["results"]) == 1 else "S"
        raise ArgumentTypeError(
            f"{function} sees a whole column or group, and a stream has none in memory: write, in its "
            f"cell, how results of two parts combine, func Merge{function}(a, b {result}) {result}; "
            "or read what fits memory with .to_table() and call it on that"
        )
    if merge.get("reason"):
        raise ArgumentTypeError(
            f"partial results of {function} cannot be combined: {merge['reason']}"
        )


class Partials:
    """Partial results of one aggregate, combined as they come.

    Parameters
    ----------
    info : dict
    options : CallOptions
        Of the call; without keys.
    """

    def __init__(self, info: dict[str, Any], options: CallOptions) -> None:
        refuse_unmerged(info)
        self._info, self._options = info, options
        self.held: list[Any] = []
        self._combined = 0  # rows of the first of them

    def of(self, values: list[Any], keys: list[str], column: Callable[[str], Any]) -> Any:
        """Make a table of partial results of one part of the data.

        Parameters
        ----------
        values : list
            One for each parameter.
        keys : list of str
        column : callable
            Gives a column of keys by its name.
        """
        return self._table(self._info, values, [(name, column(name)) for name in keys])

    def add(self, table: Any) -> None:
        """Add partial results of another part, which stands behind those that are here."""
        self.held.append(table)
        rows = sum(table.num_rows for table in self.held)
        if rows - self._combined > max(_PENDING, self._combined):
            self.combine()

    def combine(self) -> Any:
        """Return one table, with one row for each key, in order."""
        joined, keys = self._joined()
        made = self._table(_merging(self._info), [joined], keys)
        self.held, self._combined = [made], made.num_rows
        return made

    def result(self) -> Any:
        """Return what a call on all of the data would have given."""
        joined, keys = self._joined()
        options = replace(self._options, by=_keys(keys), dropna=False)
        return _call.call(_merging(self._info), [joined], options)

    def _joined(self) -> tuple[Any, list[tuple[str, Any]]]:
        import pyarrow as pa

        *names, _ = self.held[0].column_names
        columns = [
            pa.chunked_array([c for table in self.held for c in table.column(at).chunks])
            if sum(table.num_rows for table in self.held)
            else self.held[0].column(at)
            for at in range(len(names) + 1)
        ]
        return columns[-1], list(zip(names, columns[:-1], strict=True))

    def _table(self, info: dict[str, Any], values: list[Any], keys: list[tuple[str, Any]]) -> Any:
        import pyarrow as pa

        options = replace(self._options, by=_keys(keys))
        if "merges" in info:
            options.dropna = False
        value, first = _call.partials(info, values, options)
        columns = []
        if first is not None:
            columns = [
                _take.as_library(_take.take(column, first), "arrow", name) for name, column in keys
            ]
        names = unique([*(name for name, _ in keys), self._info["name"]])
        return pa.table([*columns, _column(value)], names=names)


def _keys(keys: list[tuple[str, Any]]) -> list[_groups.Key] | None:
    made = _groups.keys([column for _, column in keys]) if keys else []
    return [replace(key, name=name) for key, (name, _) in zip(made, keys, strict=True)] or None


def _column(value: dict[str, Any]) -> Any:
    """Return results as one column: of structs, where they are a frame."""
    import pyarrow as pa

    if value["kind"] == "column":
        return value["array"].arrow()
    fields = value["fields"]
    return pa.StructArray.from_arrays(
        [field["array"].arrow() for field in fields], names=[field["name"] for field in fields]
    )


def _merging(info: dict[str, Any]) -> dict[str, Any]:
    """Describe the aggregate that combines a column of partial results."""
    result = info["results"][0]
    merge = info["merge"]
    partials = {
        "name": "partials",
        "go": f"[]{result}",
        "elem": result,
        "shape": "column",
        "nullable": result.startswith("*"),
    }
    return {
        "name": info["name"],
        "merges": merge["function"],
        "kind": "aggregate",
        "cell": info["cell"],
        "params": [partials],
        "results": info["results"],
        "error": False,
        "sources": merge["sources"],
    }
