"""Results of a run as Python objects.

Everything is copied out first, so that no result depends on a segment, and
so that NumPy arrays are writable; only then is it given its library's form.
Large results of shared inputs stay where they are and are shown read-only.
"""

from __future__ import annotations

from typing import Any

from .._errors import ArgumentValueError
from .arrays import Array
from .libraries import NAMED, PANDAS
from .objects import unique
from .results import Result
from .target import Target
from .to_library import plain_list


def convert(result: Result, target: Target, name: Any = None) -> Any:
    """Give a result that was copied out the form of its target.

    Parameters
    ----------
    result : Result
    target : Target
    name : object
        Of a column.
    """
    kind = result["kind"]
    if kind == "scalar":
        return scalars(result["array"], target.library)[0]
    if kind == "column":
        array, index = result["array"], target.indexes.get(result["array"].length)
        nullable = target.nullable or bool(result.get("nullable"))
        library = NAMED[target.library]
        return library.column(array, nullable, target.arrow_backed, name, index)
    if kind == "frame":
        return _frame(result, target)
    items = [convert(item, target) for item in result.get("items") or []]
    if kind == "map":
        values = items if "items" in result else scalars(result["values"], target.library)
        return _dict(scalars(result["keys"], target.library), values)
    if kind == "record":
        return _dict(result.get("names") or [], items)
    return {"tuple": tuple(items), "list": items}.get(kind)


def _dict(keys: list[Any], values: list[Any]) -> dict[Any, Any]:
    """Make a dict of all entries: keys that differ in Go may be equal in Python."""
    made = dict(zip(keys, values, strict=True))
    if len(made) == len(keys):
        return made
    first: dict[Any, int] = {}
    again = next(i for i, key in enumerate(keys) if first.setdefault(key, i) != i)
    raise ArgumentValueError(
        f"a map or struct has {len(keys)} entries, and a dict would keep {len(made)}: keys "
        f"{first[keys[again]] + 1} and {again + 1} are both {keys[again]!r} in Python. Return a slice of "
        "structs with key and value"
    )


def scalars(array: Array, library: str) -> list[Any]:
    """Return each value by itself; a time is pandas' own where pandas is the target."""
    return plain_list(array, pandas=library == "pandas")


def _frame(result: Result, target: Target) -> Any:
    names = unique([field["name"] for field in result["fields"]])
    rows = result.get("rows", result["fields"][0]["array"].length if names else 0)
    index, library = target.indexes.get(rows), NAMED[target.library]
    if index is None and library is PANDAS:
        import pandas as pd

        index = pd.RangeIndex(rows)
    columns = {}
    for name, field in zip(names, result["fields"], strict=True):
        nullable = target.nullable or bool(field.get("nullable"))
        columns[name] = library.column(
            field["array"], nullable, target.arrow_backed, field["name"], index
        )
    return library.frame(columns, index)
