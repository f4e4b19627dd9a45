"""Calls of built-in functions: as those of a user's function, but the worker runs them itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._call.signature import CallOptions

if TYPE_CHECKING:
    import numpy as np


def called(name: str, *arguments: Any, **options: Any) -> Any:
    """Call a built-in function; what it takes is in the worker's own table.

    Parameters
    ----------
    name : str
        In Python.
    *arguments
        In the order of its parameters.
    **options
        Those of a user's function.
    """
    from .._call import call

    chosen = CallOptions(**options)
    chosen.check()
    return call.call(_info("name", name), [*arguments], chosen)


def rows(label: str, function: str, options: CallOptions, *arguments: Any) -> np.ndarray:
    """Call one of the rules of `validate`: the rows that break it, by position.

    Parameters
    ----------
    label : str
        What messages call it.
    function : str
        In Go.
    options : CallOptions
    *arguments
    """
    from .._call import call

    info = _info("builtin", function) | {"name": label, "cell": label}
    value, _ = call.partials(info, [*arguments], options)
    found: np.ndarray = value["array"].numbers()
    return found


def _info(key: str, value: str) -> dict[str, Any]:
    """Return a built-in function as the worker described it when it was first met."""
    from .._worker import current

    worker = current.worker()
    worker.channel()
    return next(info for info in worker.about["builtins"] if info[key] == value)
