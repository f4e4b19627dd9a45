"""Calls of built-in functions: like calls of a user's function, but the worker runs them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._call.signature import CallOptions
from .._errors import GoscoreError

if TYPE_CHECKING:
    import numpy as np

    from .._call.prepared import Prepared
    from .._protocol.functions import FunctionInfo

_DEFAULTS = vars(CallOptions())
_prepared: dict[str, Prepared] = {}


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
    given = {key: value for key, value in options.items() if value is not _DEFAULTS[key]}
    prepared = _prepared.get(name)
    if prepared is not None:
        found = prepared.again(arguments, given, None)
        if found is not NotImplemented:
            return found
    CallOptions(**given).check()
    from .._worker import current

    current.begin()  # and import while it starts
    from .._call.prepared import Prepared

    info = next(info for info in _infos() if info.name == name)
    if prepared is None or prepared.info is not info:  # it is of another worker
        prepared = _prepared[name] = Prepared(info, CallOptions(), {})
    return prepared.anew(arguments, given, None)


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

    info = next(info for info in _infos() if info.builtin == function)
    result, _ = call.partials(replace(info, name=label, cell=label), [*arguments], options)
    positions = result["array"].numbers()
    if positions is None:
        raise GoscoreError(f"read the rows of {label}: they are no numbers")
    return positions


def _infos() -> list[FunctionInfo]:
    """Return the built-in functions as the worker describes them."""
    from .._worker import current

    worker = current.worker()
    worker.channel()
    return worker.about["builtins"]
