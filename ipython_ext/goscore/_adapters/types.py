"""The types of a function's results, found by calling it on no rows."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .._call.signature import open_parameters
from .._call.tables import empty
from .._data import datatype
from .batches import Results, called, column_names, opened

if TYPE_CHECKING:
    import pyarrow as pa

    from .function import Function

_KEY = "goscore.key"


@lru_cache
def results(function: Function) -> Results:
    """Return a function's results on columns of no rows, in Arrow.

    Columns of no rows fit any parameter. Vector functions and aggregates are
    called for no groups, so that none of them sees an empty column.
    """
    import pyarrow as pa

    info = function._info
    groups = function.kind in ("vector", "aggregate")
    plain: dict[str, Any] = {}
    for name, parameter in open_parameters(info, function._tables):
        if parameter.table is not None:
            plain[name] = empty(parameter)
        elif groups and parameter.shape == "value":
            plain[name] = datatype.zero(parameter.elem)
    names = column_names(function, plain)
    table = pa.table({name: pa.nulls(0) for name in names} | {_KEY: pa.array([], pa.string())})
    by = [_KEY] if groups else []
    own = called(function, table, opened(function, table), by, plain)
    return Results({n: c for n, c in own.columns.items() if n != _KEY}, own.single)


def schema(function: Function) -> pa.Schema:
    """Return the columns of a function's results, so far as its Go alone tells their types."""
    import pyarrow as pa

    return pa.schema([(name, column.type) for name, column in results(function).columns.items()])
