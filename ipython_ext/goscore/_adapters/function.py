"""What an adapter needs of a function."""

from __future__ import annotations

from typing import Any, Protocol

from .._call.tables import Table
from .._protocol.functions import FunctionInfo


class Function(Protocol):
    """A Go function as a callable.

    Attributes
    ----------
    kind : str
        ``scalar``, ``vector``, ``aggregate``, ``scan`` or ``row``.
    """

    __name__: str
    kind: str
    _info: FunctionInfo
    _tables: dict[str, Table]

    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

    def __hash__(self) -> int: ...
