"""Whether Go and Python gave the same, bit for bit."""

from __future__ import annotations

import math
import struct
from typing import Any

from .results import listed

_PARTS = (list, tuple)


def difference(python: Any, go: Any, rtol: float, where: str = "the result") -> str:
    """Say where two results differ; nothing where they are the same.

    An int of Python's may be a float of the same value in Go.
    """
    python, go = (_plain(one) for one in (python, go))
    if isinstance(python, _PARTS) and isinstance(go, _PARTS):
        if len(python) != len(go):
            return f"{where} has {len(python)} items in Python and {len(go)} in Go"
        for at, (one, other) in enumerate(zip(python, go, strict=True)):
            found = difference(one, other, rtol, f"item {at} of {where}")
            if found:
                return found
        return ""
    if isinstance(python, dict) and isinstance(go, dict):
        if list(python) != list(go):
            return f"{where} has other keys in Go"
        pairs = (
            (difference(one, go[key], rtol, f"{where}[{key!r}]")) for key, one in python.items()
        )
        return next(filter(None, pairs), "")
    if _same(python, go, rtol):
        return ""
    return f"{where} is {python!r} in Python and {go!r} in Go"


def _plain(value: Any) -> Any:
    """Return a column, or a number of NumPy's, as Python's own."""
    if isinstance(value, list | tuple | str | dict | set) or value is None:
        return value
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(value, "ndim") and value.ndim == 0 and hasattr(value, "item"):
        return value.item()
    return listed(value) if hasattr(value, "__len__") else value


def _same(python: Any, go: Any, rtol: float) -> bool:
    numbers = (int, float)
    if isinstance(python, bool) or isinstance(go, bool):
        return isinstance(python, bool) and isinstance(go, bool) and python == go
    if isinstance(python, float) and isinstance(go, float):
        if math.isnan(python) or math.isnan(go):
            return math.isnan(python) and math.isnan(go)
        if rtol and math.isfinite(python):
            return math.isclose(python, go, rel_tol=rtol, abs_tol=0.0)
        return struct.pack("d", python) == struct.pack("d", go)
    if isinstance(python, numbers) and isinstance(go, numbers):
        return python == go
    return type(python) is type(go) and bool(python == go)
