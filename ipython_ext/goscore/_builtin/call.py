"""Calls of built-in functions: as those of a user's function, but the worker runs them itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._call.signature import CallOptions

if TYPE_CHECKING:
    import numpy as np

# What Go takes for each letter of `called`, and whether that is a column.
_PARAMETERS = {
    "n": ("[]float64", "column"),
    "w": ("[]string", "column"),
    "t": ("[]string", "column"),
    "l": ("[]float64", "list"),
    "k": ("[]T", "list"),
    "f": ("float64", "value"),
    "i": ("int", "value"),
    "s": ("string", "value"),
    "c": ("[]T", "column"),
}


def called(
    name: str,
    function: str,
    kind: str,
    takes: str,
    arguments: dict[str, Any],
    **options: Any,
) -> Any:
    """Call a built-in function.

    Parameters
    ----------
    name, function : str
        In Python and in Go.
    kind : str
        As for a user's function: ``aggregate``, ``vector`` or ``scalar``.
    takes : str
        A letter for each argument: n numbers, t strings, w either, c of any type, l a
        list of numbers, k of numbers or strings, f float, i int, s str.
    arguments : dict
        By their Python names, in Go's order.
    **options
        Those of a user's function.
    """
    from .._call import call

    chosen = CallOptions(**options)
    chosen.check()
    return call.call(_info(name, function, kind, takes, arguments), [*arguments.values()], chosen)


def rows(
    name: str, function: str, takes: str, arguments: dict[str, Any], options: CallOptions
) -> np.ndarray:
    """Call one whose result is a list of rows, by position; here NaN is missing to pandas."""
    from .._call import call

    info = _info(name, function, "aggregate", takes, arguments)
    info["params"][0]["nullable"] = True
    value, _ = call.partials(info, [*arguments.values()], options)
    found: np.ndarray = value["array"].numbers()
    return found


def _info(
    name: str, function: str, kind: str, takes: str, arguments: dict[str, Any]
) -> dict[str, Any]:
    params = []
    for letter, argument in zip(takes, arguments, strict=True):
        go, shape = _PARAMETERS[letter]
        if kind == "scalar" and shape == "column":
            go, shape = go.removeprefix("[]"), "value"
        params.append({"name": argument, "go": go, "shape": shape, "nullable": False})
    return {
        "name": name,
        "builtin": function,
        "kind": kind,
        "cell": name,
        "params": params,
        "sources": [],
        "error": kind == "scalar",
    }
