"""Trips in parquet files, as many as are asked for: more than memory is to hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FILE_ROWS = 10_000_000
_PART = 1_000_000  # rows of a row group
_ZONES = 1_000


def write(folder: Path, rows: int) -> int:
    """Write trips of random zone, distance, minutes and fare, and a note that nobody reads.

    Parameters
    ----------
    folder : pathlib.Path
    rows : int

    Returns
    -------
    int
        Bytes on the disk.
    """
    random = np.random.default_rng(31)
    for begin in range(0, rows, FILE_ROWS):
        path = folder / f"{begin // FILE_ROWS:03}.parquet"
        with pq.ParquetWriter(path, _part(random, 0).schema, compression="lz4") as writer:
            for at in range(begin, min(begin + FILE_ROWS, rows), _PART):
                writer.write_table(_part(random, min(_PART, rows - at)))
    return sum(path.stat().st_size for path in folder.iterdir())


def _part(random: np.random.Generator, rows: int) -> pa.Table:
    return pa.table(
        {
            "zone": random.integers(0, _ZONES, rows, "i4"),
            "distance": random.exponential(6, rows),
            "minutes": random.exponential(15, rows) - 0.1,  # some clocks went backwards
            "fare": random.exponential(12, rows),
        }
    )
