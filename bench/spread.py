"""One engine in a fresh Python process, on this machine; prints what it costs as JSON.

python -m bench.spread ENGINE ROWS ROUNDS
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from .stream import _SPEED

SLOTS = 2  # processes that work at once
SMALL = 10  # rows
_FEW, _MANY = 4, 36  # partitions
Asked = Callable[[int, int], Any]  # rows of a partition, partitions -> a table, a row for each


def works(speed: Any, rows: int) -> Callable[[Any], Any]:
    """Make what an engine calls on a table of numbers of partitions; it makes their rows as well."""

    def work(batch: Any) -> Any:
        import numpy as np
        import pyarrow as pa

        from goscore._measure import processes

        made: dict[str, list[Any]] = {"seconds": [], "memory": [], "partial": []}
        for number in batch["id"].to_pylist():
            random = np.random.default_rng(number)
            table = pa.table({
                "zone": random.integers(0, 1_000, rows, "i4"),
                "distance": random.exponential(6, rows),
                "minutes": random.exponential(15, rows) - 0.1,
            })  # fmt: skip
            begin = time.perf_counter()
            partial = speed.partial(table, by="zone")
            made["seconds"].append(time.perf_counter() - begin)
            # Asking takes longer than a small partition.
            made["memory"].append(processes.memory(os.getpid()) if rows > SMALL else 0)
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, partial.schema) as writer:
                writer.write_table(partial)
            made["partial"].append(sink.getvalue().to_pybytes())
        return pa.table(made)

    return work


@contextmanager
def alone(speed: Any) -> Iterator[Asked]:
    """Call the function here, on all cores."""
    import pyarrow as pa

    yield lambda rows, parts: works(speed, rows)(pa.table({"id": range(parts)}))


@contextmanager
def dask(speed: Any) -> Iterator[Asked]:
    """Start a cluster of Dask's on this machine."""
    import distributed
    import pyarrow as pa

    cluster_of: Any = distributed.LocalCluster
    client_of: Any = distributed.Client

    with (
        cluster_of(n_workers=SLOTS, threads_per_worker=1, dashboard_address=":0") as cluster,
        client_of(cluster) as client,
    ):

        def asked(rows: int, parts: int) -> Any:
            given = [pa.table({"id": [at]}) for at in range(parts)]
            return pa.concat_tables(
                client.gather(client.map(works(speed, rows), given, pure=False))
            )

        yield asked


@contextmanager
def ray(speed: Any) -> Iterator[Asked]:
    """Start Ray on this machine."""
    import pyarrow as pa
    import ray as library

    library.init(num_cpus=SLOTS, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR,
                 object_store_memory=200 << 20)  # fmt: skip
    library.data.DataContext.get_current().enable_progress_bars = False
    try:

        def asked(rows: int, parts: int) -> Any:
            ids = library.data.range(parts, override_num_blocks=parts)
            made = ids.map_batches(works(speed, rows), batch_format="pyarrow", batch_size=None)
            return pa.concat_tables(library.get(made.to_arrow_refs()))

        yield asked
    finally:
        library.shutdown()


@contextmanager
def spark(speed: Any) -> Iterator[Asked]:
    """Start Spark on this machine."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(f"local[{SLOTS}]").config("spark.ui.enabled", "false")
    session = builder.config("spark.log.level", "OFF").getOrCreate()
    try:

        def asked(rows: int, parts: int) -> Any:
            work = works(speed, rows)
            ids = session.range(0, parts, numPartitions=parts)
            made = ids.mapInArrow(
                lambda batches: (out for one in batches for out in work(one).to_batches()),
                "seconds double, memory bigint, partial binary",
            )
            return made.toArrow()

        yield asked
    finally:
        session.stop()


ENGINES = {one.__name__: one for one in (alone, dask, ray, spark)}


def main(name: str, rows: int, rounds: int) -> dict[str, Any]:
    """Measure one engine.

    Returns
    -------
    dict
        ``start``: seconds until a first job of two small partitions is done, ``job``: seconds of such a
        job later, ``partition``: seconds that each further small one takes, ``row``: seconds of a row
        in the function, ``memory``: bytes of a process that works, ``merge``: seconds to combine a
        partial result, ``size``: its bytes, ``found``: the combined result.
    """
    import pyarrow as pa

    from .cells import Cells

    speed = Cells().function("Speed", _SPEED)
    speed.partial(pa.table({"zone": [1], "distance": [1.0], "minutes": [1.0]}), by="zone")
    begin = time.perf_counter()
    with ENGINES[name](speed) as asked:
        asked(SMALL, SLOTS)
        start = time.perf_counter() - begin
        few, many, large = ([] for _ in range(3))
        asked(rows, _FEW)
        for _ in range(rounds):
            few.append(_timed(asked, SMALL, _FEW)[0])
            many.append(_timed(asked, SMALL, _MANY)[0])
            large.append(_timed(asked, rows, _FEW)[1])
        tables = [pa.ipc.open_stream(one).read_all() for one in large[-1]["partial"].to_pylist()]
        speed.result(*tables)
        begin = time.perf_counter()
        found = speed.result(*tables)
        merge = (time.perf_counter() - begin) / len(tables)
    seconds = [one for table in large for one in table["seconds"].to_pylist()]
    return {
        "start": start,
        "job": median(few),
        "partition": max(0.0, (median(many) - median(few)) / (_MANY - _FEW)),
        "row": median(seconds) / rows,
        "memory": median(one for table in large for one in table["memory"].to_pylist()),
        "merge": merge,
        "size": len(large[-1]["partial"][0].as_py()),
        "found": found["Fastest"].to_pylist()[:5] + found["Trips"].to_pylist()[:5],
    }


def _timed(asked: Asked, rows: int, parts: int) -> tuple[float, Any]:
    begin = time.perf_counter()
    table = asked(rows, parts)
    return time.perf_counter() - begin, table


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
