"""What an object is to Go, at a glance: nothing is collected, run or read for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def described(name: str, value: Any, columns: bool = True) -> dict[str, Any]:
    """Say what an input will be.

    Parameters
    ----------
    name : str
        Its name in Go.
    value : object
    columns : bool
        Whether the names of its columns are wanted.
    """
    names = column_names(value) if columns else None
    if names is None:
        return {"name": name, "kind": "value"}
    return {"name": name, "kind": "frame", "columns": names}


def column_names(value: Any) -> list[str] | None:
    """Return the names of a frame's columns, and None of anything else.

    `_inputs.bind` would start the query of what streams its rows, and use up
    what can do so only once.
    """
    kind = type(value)
    try:
        if hasattr(kind, "collect_schema"):  # polars, lazy ones too
            return list(value.collect_schema().names())
        if not any(hasattr(kind, f"__arrow_c_{what}__") for what in ("stream", "array")):
            return None
        for names in (
            "column_names",
            "columns",
        ):  # of the class: a Series has its labels as attributes
            if hasattr(kind, names):
                return _texts(getattr(value, names))
        return _texts(value.schema.names) if hasattr(kind, "schema") else None
    except Exception:  # of the library, while somebody only writes
        return None


def _texts(names: Iterable[Any]) -> list[str]:
    return [str(name) for name in names]
