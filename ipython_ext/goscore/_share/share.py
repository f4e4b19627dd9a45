"""`share`: columns in memory that the worker sees too, so that calls on them copy nothing."""

from __future__ import annotations

import warnings
from typing import Any

from .._worker import current


def share(data: Any) -> Any:
    """Put a frame or column where Go reads it, so that later calls copy nothing.

    Parameters
    ----------
    data : DataFrame, Series, Index, Table, Array or ndarray
        Of pandas, polars, Arrow or NumPy. A lazy frame is collected; what else
        speaks Arrow becomes a Table.

    Returns
    -------
    object
        The same, with its library, types, names and index, over memory that is
        released when the last view of it is gone. Its slices and columns are
        such views; what computes new values, and ``.copy()``, is ordinary.
        Go never changes it. What you change in place, the next call sees.

    Raises
    ------
    ArgumentTypeError
        *data* is no frame and no column.
    OutOfMemoryError
        There is too little memory.

    Warns
    -----
    UserWarning
        Some columns stay where they are, and are copied by each call: Python
        objects, categories, types that Go does not have.

    Notes
    -----
    Large results of calls on shared data stay in such memory too, so that
    chained calls copy nothing. They are read-only: write to a ``.copy()``.

    Examples
    --------
    >>> df = goscore.share(pd.DataFrame({"v": [1.0, 3.0, 2.0]}))
    >>> goscore.score_series(df.v).tolist()
    [1.0, 3.9, 1.95]
    """
    from . import parts as taking

    allocator = current.worker().allocator
    if allocator is None:
        warnings.warn("the worker shares no memory with Python: nothing is shared", stacklevel=2)
        return data
    parts = taking.take_apart(data)
    copies = [parts.copy(column) for column in parts.columns]
    if left := [name for name, copy in zip(parts.names, copies, strict=True) if copy is None]:
        what = f"column{'s' * (len(left) > 1)} {', '.join(map(repr, left))}"
        warnings.warn(
            f"{what if parts.names != [''] else type(data).__name__} cannot be shared: each call "
            f"copies what it uses of it",
            stacklevel=2,
        )
        if len(left) == len(copies) == 1:
            return data
    return parts.together(taking.copy_all(copies, allocator))
