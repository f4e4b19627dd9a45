"""``goscore.functions()``: the list of functions that can be called."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import _compile, _display
from ._builtin import features, numbers, parsing, validate

_BUILT_IN = (numbers, features, parsing, validate)
_HEADS = ("name", "kind", "signature", "where", "about")


@dataclass
class Functions:
    """A table of functions.

    Attributes
    ----------
    rows : list of dict
        ``name``, ``kind``, ``signature``, ``where`` (``goscore``, a cell, or a
        module) and ``about``, the first line of its comment.
    """

    rows: list[dict[str, str]]

    def __iter__(self) -> Iterator[dict[str, str]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def _texts(self) -> list[list[str]]:
        return [[row[head] for head in _HEADS] for row in self.rows]

    def __repr__(self) -> str:
        return _display.text([_HEADS, *self._texts()])

    def _repr_html_(self) -> str:
        return _display.html(_HEADS, self._texts(), code=(_HEADS.index("signature"),))

    def to_pandas(self) -> Any:
        """Return it as a pandas DataFrame."""
        import pandas as pd

        return pd.DataFrame(self.rows, columns=list(_HEADS))


def functions() -> Functions:
    """List what can be called: the built-in functions, and those of this session's cells.

    Returns
    -------
    Functions
        Prints as a table; ``.to_pandas()`` makes a DataFrame of it.
    """
    rows = sorted(
        (_describe_builtin(function) for module in _BUILT_IN for function in _functions_of(module)),
        key=lambda row: row["name"],
    )
    for function in _compile.known.values():
        info, module = function._info, function.__module__
        rows.append(
            {
                "name": info.name,
                "kind": info.kind,
                "signature": info.signature.removeprefix("func "),
                "where": info.cell if module == "__main__" else module,
                "about": _first_line(info.doc),
            }
        )
    return Functions(rows)


def _functions_of(module: Any) -> list[Any]:
    return [
        value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and name[0] != "_"
    ]


def _describe_builtin(function: Any) -> dict[str, str]:
    name = function.__name__
    return {
        "name": f"goscore.{name}",
        "kind": "built in",
        "signature": f"{name}({', '.join(inspect.signature(function).parameters)})",
        "where": "goscore",
        "about": _first_line(function.__doc__ or ""),
    }


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
