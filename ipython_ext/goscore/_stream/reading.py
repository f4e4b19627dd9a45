"""Reading a stream in batches that are worth a call, on all cores while Go works on those before."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Iterator
from typing import Any

from .sources import Lazy, Part, parts, rows_of, schema

ROWS = 1 << 19  # of a batch at most: with more of them a call's own milliseconds are no longer seen
BYTES = 64 << 20  # of a batch, after which nothing is added to it
_AHEAD = 2 * BYTES  # of parts that are read ahead, beyond the first
_MOST_READERS = 8
_READ_AHEAD = {"batch_readahead": 8, "fragment_readahead": 1}  # Arrow's own, beside the one here
_CLOSING = 1.0  # s to wait for the threads that read


class Reading:
    """The batches of a stream, each a table.

    Files of parquet are read by several threads, a part each; whatever else comes in its order is read
    by one, one batch ahead. Each thread ends with what it read: none waits between two batches.

    Parameters
    ----------
    stream : pyarrow.dataset.Dataset, pyarrow.dataset.Scanner, pyarrow.RecordBatchReader or Lazy
    columns : list of str
        Those that are needed; of a dataset nothing else is read.

    Attributes
    ----------
    rows : int
        Of the whole stream; 0 where counting them would mean reading them.
    """

    def __init__(self, stream: Any, columns: list[str]) -> None:
        self._stream, self._columns = stream, columns
        self._parts: Iterator[Part] | None = parts(stream, columns, ROWS, BYTES)
        self._most = min(_readers() + 1, _MOST_READERS) if self._parts else 1
        self._batches: Any = None  # of a stream that has no parts
        self._left: Any = None  # rows of one that was too long
        self._reads: deque[_Read] = deque()  # under way, or waiting to be taken
        self._tables: deque[Any] = deque()  # of the part that was read last
        self._stop = threading.Event()
        self.rows = rows_of(stream)

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
        while not self._tables:
            self._start()
            if not self._reads:
                return None
            read = self._reads.popleft()
            try:
                self._start(taken=read)
                read.thread.join()
            except BaseException:
                self._reads.appendleft(read)  # close() waits for it
                raise
            if read.error is not None:
                raise read.error
            if not read.tables and self._parts is None:
                return None
            self._tables.extend(read.tables)
            del read
        table = self._tables.popleft()
        self._start()
        return table

    def _start(self, taken: _Read | None = None) -> None:
        """Start as many reads as may be under way, beside one that was taken out and is waited for."""
        under_way = [*self._reads, taken] if taken else [*self._reads]
        ahead = sum(read.nbytes for read in under_way)
        while len(under_way) < self._most and (ahead < _AHEAD or not under_way):
            read = self._another()
            if read is None:
                return
            self._reads.append(read)
            under_way.append(read)
            read.thread.start()
            ahead += read.nbytes

    def _another(self) -> _Read | None:
        if self._stop.is_set():
            return None
        if self._parts is None:
            return _Read(self._read_batch, self._dropped)
        try:
            part = next(self._parts, None)
        except Exception as error:  # raised when its turn comes
            self._parts = iter(())
            return _Read(_raising(error), self._dropped)
        return (
            None if part is None else _Read(lambda: _cut(part.read()), self._dropped, part.nbytes)
        )

    def _read_batch(self) -> list[Any]:
        """Read one batch of a stream that has no parts; none at the end."""
        if self._batches is None:
            self._batches = _batches(self._stream, self._columns)
        found: list[Any] = []
        rows = nbytes = 0
        while rows < ROWS and nbytes < BYTES and not self._stop.is_set():
            part = self._left if self._left is not None else next(self._batches, None)
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
                found.append(part)
                rows, nbytes = rows + part.num_rows, nbytes + part.nbytes
        return [_table(found)] if found else []

    def close(self) -> None:
        """Stop reading and drop what was read; wait briefly for reads that are under way."""
        self._stop.set()
        reads = list(self._reads)
        for read in reads:
            with contextlib.suppress(RuntimeError):  # Ctrl-C came before it was started
                read.thread.join(_CLOSING)
        if not any(read.thread.is_alive() for read in reads):
            self._drop()

    def _dropped(self, read: _Read) -> None:
        """Drop what a thread has read when nobody waits for it any more."""
        if self._stop.is_set():
            read.tables = []
            self._drop()

    def _drop(self) -> None:
        batches, self._batches = self._batches, None
        self._left = None
        self._tables.clear()
        self._reads.clear()
        if batches is not None and batches is not self._stream:
            batches.close()
        _give_back()


class _Read:
    """One thread that reads one batch or part.

    Attributes
    ----------
    tables : list of pyarrow.Table
    error : BaseException or None
    nbytes : int
        Of what is read, about; 0 where that is not known.
    """

    def __init__(self, read: Any, dropped: Any, nbytes: int = 0) -> None:
        self.tables: list[Any] = []
        self.error: BaseException | None = None
        self.nbytes = nbytes
        self._read, self._dropped = read, dropped
        self.thread = threading.Thread(target=self._run, name="goscore-read", daemon=True)

    def _run(self) -> None:
        try:
            self.tables = self._read()
        except BaseException as error:  # raised where the batch is asked for
            self.error = error
        self._read = None
        self._dropped(self)


def _raising(error: Exception) -> Any:
    def read() -> list[Any]:
        raise error

    return read


def _readers() -> int:
    """Return how many cores there are to read on."""
    from .._run import cores

    if hasattr(os, "sched_getaffinity"):
        return cores.share() or len(os.sched_getaffinity(0))
    return cores.share() or os.cpu_count() or 1


def _cut(batches: list[Any]) -> list[Any]:
    """Make tables of batches, none with more rows or bytes than a batch may have."""
    table = _table(batches)
    if not table.num_rows:
        return []
    rows = min(ROWS, max(1, table.num_rows * BYTES // max(table.nbytes, 1)))
    return [table.slice(at, rows) for at in range(0, table.num_rows, rows)]


def _give_back() -> None:
    """Let Arrow return the memory that it keeps for later batches."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


def _table(batches: list[Any]) -> Any:
    """Make a table of batches, its columns of one chunk each: while Go works on those before."""
    import pyarrow as pa

    table = pa.Table.from_batches(batches)
    if len(batches) > 1:
        with contextlib.suppress(pa.ArrowException):  # a type whose arrays Arrow does not join
            table = table.combine_chunks()
    return table


def _batches(stream: Any, columns: list[str]) -> Any:
    """Return an iterator of record batches."""
    import pyarrow as pa

    if isinstance(stream, pa.RecordBatchReader):
        return stream
    if isinstance(stream, Lazy):
        return stream.batches(columns, ROWS)
    if hasattr(stream, "projected_schema"):
        return stream.to_reader()
    return stream.scanner(columns=columns, **_READ_AHEAD).to_reader()
