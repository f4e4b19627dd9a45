"""The first rows of a stream, on which Python and Go are compared; they are not lost to the call."""

from __future__ import annotations

import itertools
from typing import Any

from .._stream.sources import Lazy, schema
from .roles import CHECKED


def beginning(stream: Any, names: list[str]) -> tuple[dict[str, list[Any]], Any]:
    """Read the first rows of a stream.

    Returns
    -------
    columns : dict of str to list
        Those of *names*, as values of Python's.
    stream : object
        What has all rows, still: a reader is read once, a dataset again.
    """
    import pyarrow as pa

    names = [name for name in names if name in schema(stream).names]
    if isinstance(stream, Lazy):
        first = next(iter(stream.batches(names, CHECKED)), None)
        table = pa.Table.from_batches(
            [] if first is None else [first], None if first else pa.schema([])
        )
    elif isinstance(stream, pa.RecordBatchReader):
        taken: list[Any] = []
        while sum(batch.num_rows for batch in taken) < CHECKED:
            batch = next(stream, None)
            if batch is None:
                break
            taken.append(batch)
        table = pa.Table.from_batches(taken, stream.schema)
        stream = pa.RecordBatchReader.from_batches(
            stream.schema, itertools.chain(taken, iter(stream))
        )
    else:
        table = stream.head(CHECKED)
    return {name: table[name][:CHECKED].to_pylist() for name in names if len(table)}, stream
