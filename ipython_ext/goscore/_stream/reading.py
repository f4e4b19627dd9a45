"""Reading a stream in batches that are worth a call, each while Go works on the one before."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import Any

ROWS = 1 << 19  # of a batch at most: with more of them a call's own milliseconds are no longer seen
BYTES = 64 << 20  # of a batch, after which nothing is added to it
_READ_AHEAD = {"batch_readahead": 8, "fragment_readahead": 1}  # Arrow's own, beside the one here
_CLOSING = 1.0  # s to wait for the thread that reads


def is_stream(value: Any) -> bool:
    """Tell whether a value is a dataset, a scanner or a reader, whose rows come batch by batch."""
    pa = sys.modules.get("pyarrow")
    if pa is None or not isinstance(value, getattr(pa, "RecordBatchReader", ())):
        dataset = sys.modules.get("pyarrow._dataset")  # an unpickled one imports no more
        kinds = (getattr(dataset, "Dataset", None), getattr(dataset, "Scanner", None))
        return isinstance(value, tuple(kind for kind in kinds if kind is not None))
    return True


def schema(stream: Any) -> Any:
    """Return the schema of what a stream gives."""
    return stream.projected_schema if hasattr(stream, "projected_schema") else stream.schema


class Reading:
    """The batches of a stream, each a table.

    A thread reads one batch ahead, and then ends: no thread waits between two batches.

    Parameters
    ----------
    stream : pyarrow.dataset.Dataset, pyarrow.dataset.Scanner or pyarrow.RecordBatchReader
    columns : list of str
        Those that are needed; of a dataset nothing else is read.

    Attributes
    ----------
    rows : int
        Of the whole stream; 0 where counting them would mean reading them.
    """

    def __init__(self, stream: Any, columns: list[str]) -> None:
        self._stream, self._columns = stream, columns
        self._reader: Any = None
        self._left: Any = None  # rows of a batch that was too long
        self._thread: threading.Thread | None = None
        self._read: list[Any] = []
        self._stop = threading.Event()
        self.rows = _counted(stream)

    @property
    def empty(self) -> Any:
        """A table without rows."""
        return schema(self._stream).empty_table().select(self._columns)

    def __iter__(self) -> Iterator[Any]:
        try:
            while (table := self._next()) is not None:
                yield table
        finally:
            self.close()

    def _next(self) -> Any:
        self._start()
        assert self._thread is not None
        self._thread.join()
        self._thread = None
        batch = self._read.pop()
        if isinstance(batch, BaseException):
            raise batch
        if batch is not None:
            self._start()
        return batch

    def _start(self) -> None:
        if self._thread is None and not self._read:
            self._thread = threading.Thread(target=self._run, name="goscore-read", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            batch = self._read_batch()
        except BaseException as error:  # raised where the batch is asked for
            batch = error
        self._read.append(batch)
        if self._stop.is_set():
            self._drop()

    def _read_batch(self) -> Any:
        """Read one batch; None at the end."""
        if self._reader is None:
            self._reader = _batches(self._stream, self._columns)
        parts: list[Any] = []
        rows = nbytes = 0
        while rows < ROWS and nbytes < BYTES and not self._stop.is_set():
            part = self._left if self._left is not None else next(self._reader, None)
            self._left = None
            if part is None:
                break
            if rows + part.num_rows > ROWS:
                if rows > ROWS // 2:  # one array is not copied together with a part of the next
                    self._left = part
                    break
                self._left, part = part.slice(ROWS - rows), part.slice(0, ROWS - rows)
            part = part.select(self._columns)
            if part.num_rows:
                parts.append(part)
                rows, nbytes = rows + part.num_rows, nbytes + part.nbytes
        return _table(parts) if parts else None

    def close(self) -> None:
        """Stop reading and drop what was read; wait briefly for a read that is under way."""
        self._stop.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            with contextlib.suppress(RuntimeError):  # Ctrl-C came before it was started
                thread.join(_CLOSING)
        if thread is None or not thread.is_alive():
            self._drop()

    def _drop(self) -> None:
        reader, self._reader = self._reader, None
        self._left = None
        self._read.clear()
        if reader is not None and reader is not self._stream:
            reader.close()
            _give_back()


def _give_back() -> None:
    """Let Arrow return the memory that it keeps for later batches."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


def _table(parts: list[Any]) -> Any:
    """Make a table of batches, its columns of one chunk each: while Go works on the batch before."""
    import pyarrow as pa

    table = pa.Table.from_batches(parts)
    if len(parts) > 1:
        with contextlib.suppress(pa.ArrowException):  # a type whose arrays Arrow does not join
            table = table.combine_chunks()
    return table


def _batches(stream: Any, columns: list[str]) -> Any:
    """Return an iterator of record batches, which ``close`` ends."""
    import pyarrow as pa

    if isinstance(stream, pa.RecordBatchReader):
        return stream
    if hasattr(stream, "projected_schema"):
        return stream.to_reader()
    if _parquet(stream) and not _filtered(stream) and _local(stream):
        return _row_groups(stream, columns)
    return stream.scanner(columns=columns, **_READ_AHEAD).to_reader()


def _row_groups(dataset: Any, columns: list[str]) -> Iterator[Any]:
    """Read parquet files by row groups, as many at a time as make up a batch.

    A scanner of a whole dataset decodes some ten row groups ahead.
    """
    from pyarrow.dataset import ParquetFragmentScanOptions

    # Buffered ahead, a file's columns stay in memory until the file's end.
    options = ParquetFragmentScanOptions(pre_buffer=False)
    for file in dataset.get_fragments():
        for numbers in _runs(file.row_groups):
            part = file.subset(row_group_ids=numbers)
            yield from part.scanner(
                dataset.schema,
                columns=columns,
                batch_size=ROWS,
                fragment_scan_options=options,
            ).to_reader()


def _runs(groups: list[Any]) -> Iterator[list[int]]:
    """Divide row groups into runs that are read at once."""
    run: list[int] = []
    rows = 0
    for group in groups:
        if run and rows + group.num_rows > ROWS:
            yield run
            run, rows = [], 0
        run.append(group.id)
        rows += group.num_rows
    if run:
        yield run


def _local(dataset: Any) -> bool:
    """Tell whether files are local: opening one takes no time in which others should be read."""
    from pyarrow.fs import LocalFileSystem

    return isinstance(dataset.filesystem, LocalFileSystem)


def _filtered(stream: Any) -> bool:
    return (getattr(stream, "_scan_options", None) or {}).get("filter") is not None


def _parquet(stream: Any) -> bool:
    from pyarrow.dataset import ParquetFileFormat

    return isinstance(getattr(stream, "format", None), ParquetFileFormat)


def _counted(stream: Any) -> int:
    """Count the rows where the files say their number; else return 0."""
    if not _parquet(stream) or _filtered(stream) or not _local(stream):
        return 0
    return int(stream.count_rows())
