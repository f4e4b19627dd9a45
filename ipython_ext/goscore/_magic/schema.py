"""The schema of an input for completion, without collecting, running or reading anything."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._protocol.messages import BoundInput


def of_input(name: str, value: Any, columns: bool = True) -> BoundInput:
    """Describe an input, as the protocol does.

    Parameters
    ----------
    name : str
        Its name in Go.
    value : object
    columns : bool
        Whether to include the names of its columns.
    """
    names = column_names(value) if columns else None
    if names is None:
        return {"name": name, "kind": "value"}
    return {"name": name, "kind": "frame", "columns": names}


def column_names(value: Any) -> list[str] | None:
    """Return the names of a frame's columns; None for anything else.

    `bind` would not do: it starts queries, and uses up streams that can be
    read only once.
    """
    kind = type(value)
    try:
        if hasattr(kind, "collect_schema"):  # polars, lazy ones too
            return list(value.collect_schema().names())
        if not any(hasattr(kind, f"__arrow_c_{what}__") for what in ("stream", "array")):
            return None
        # Of the class, since a Series has its labels as attributes.
        for names in ("column_names", "columns"):
            if hasattr(kind, names):
                return _texts(getattr(value, names))
        return _texts(value.schema.names) if hasattr(kind, "schema") else None
    except Exception:  # a library's error must not disturb typing
        return None


def _texts(names: Iterable[Any]) -> list[str]:
    return [str(name) for name in names]
