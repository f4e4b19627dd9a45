"""What a stream can be made of: files, lazy frames, relations; and the parts of parquet files."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .._data.input import loaded
from .._errors import ArgumentTypeError, ArgumentValueError

_FORMATS = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "ipc",
    ".feather": "ipc",
    ".ipc": "ipc",
    ".csv": "csv",
    ".orc": "orc",
}
_TAKES = "a dataset, a reader, a path or pattern of files, a polars LazyFrame or a DuckDB relation"


class Lazy:
    """A query of another library, which computes its batches when they are read.

    Parameters
    ----------
    schema : pyarrow.Schema
    batches : callable
        Gives an iterator of record batches, from names of columns and the rows of a batch.
    """

    def __init__(self, schema: Any, batches: Callable[[list[str], int], Iterator[Any]]) -> None:
        self.schema, self.batches = schema, batches


def is_stream(value: Any) -> bool:
    """Tell whether a value is a dataset, a scanner or a reader, whose rows come batch by batch."""
    if isinstance(value, Lazy):
        return True
    pa = sys.modules.get("pyarrow")
    if pa is None or not isinstance(value, getattr(pa, "RecordBatchReader", ())):
        dataset = sys.modules.get("pyarrow._dataset")  # an unpickled one imports no more
        kinds = (getattr(dataset, "Dataset", None), getattr(dataset, "Scanner", None))
        return isinstance(value, tuple(kind for kind in kinds if kind is not None))
    return True


def schema(stream: Any) -> Any:
    """Return the schema of what a stream gives."""
    return stream.projected_schema if hasattr(stream, "projected_schema") else stream.schema


def opened(source: Any, function: str) -> Any:
    """Make a stream of what ``F.stream`` was given.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        It is none of what can be read, or its files do not belong together.
    """
    import pyarrow as pa

    if is_stream(source):
        return source
    if isinstance(source, str | os.PathLike):
        return _files(os.fspath(source), function)
    polars, duckdb = loaded("polars"), loaded("duckdb")
    if polars is not None and isinstance(source, polars.LazyFrame):
        return _lazy_frame(source)
    if duckdb is not None and isinstance(source, duckdb.DuckDBPyRelation):
        return _relation(source)
    if hasattr(source, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(source)
    raise ArgumentTypeError(
        f"{function}.stream takes {_TAKES}, and a {type(source).__name__} was passed"
    )


def _files(path: str, function: str) -> Any:
    """Open the files of a path, folder or pattern as one dataset."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    found: Any = path
    if not os.path.exists(path) and "://" not in path:
        found = sorted(name for name in glob.glob(path, recursive=True) if os.path.isfile(name))
        if not found:
            raise ArgumentValueError(f"{function}.stream: no file matches {path!r}")
    try:
        dataset = ds.dataset(found, format=_format(path, found, function), partitioning="hive")
        _alike(dataset, path, function)
    except (pa.ArrowException, OSError) as error:
        first = str(error).splitlines()[0]
        raise ArgumentValueError(f"{function}.stream: {path!r} cannot be read: {first}") from None
    return dataset


def _format(path: str, found: Any, function: str) -> str:
    """Return the format of files, from their suffixes."""
    names = found if isinstance(found, list) else [path]
    if os.path.isdir(path):
        names = [
            name
            for name in glob.glob(os.path.join(glob.escape(path), "**", "*"), recursive=True)
            if os.path.isfile(name) and os.path.basename(name)[0] not in "._"
        ]
        if not names:
            raise ArgumentValueError(f"{function}.stream: no file lies in {path!r}")
    kinds = {os.path.splitext(name)[1].lower() for name in names}
    formats = {_FORMATS.get(kind, kind or "no suffix") for kind in kinds}
    if len(formats) > 1:
        raise ArgumentValueError(
            f"{function}.stream: {path!r} has files of several kinds: {', '.join(sorted(kinds))}"
        )
    (only,) = formats
    if only not in _FORMATS.values():
        raise ArgumentValueError(
            f"{function}.stream reads files that end with {', '.join(_FORMATS)}, "
            f"and {path!r} has {only}"
        )
    return only


def _alike(dataset: Any, path: str, function: str) -> None:
    """Refuse parquet files that lack a column of the first, or have another type there.

    Arrow would fill the column with nulls, and parse text as numbers.
    """
    if not is_parquet(dataset):
        return
    first = None
    for file in dataset.get_fragments():
        schema = file.physical_schema
        if first is None:
            first = (file.path, schema)
            continue
        for field in first[1]:
            at = schema.get_field_index(field.name)
            if at < 0:
                raise ArgumentValueError(
                    f"{function}.stream: {file.path} has no column {field.name!r}, and {first[0]} has"
                )
            if schema.field(at).type != field.type:
                raise ArgumentValueError(
                    f"{function}.stream: column {field.name!r} is {schema.field(at).type} in "
                    f"{file.path}, and {field.type} in {first[0]}"
                )


def _lazy_frame(frame: Any) -> Lazy:
    """Read a query of polars by its batches; all at once where polars has no batches to give."""

    def batches(columns: list[str], rows: int) -> Iterator[Any]:
        wanted = frame.select(columns)
        if not hasattr(wanted, "collect_batches"):
            yield from wanted.collect().to_arrow().to_batches(rows)
            return
        query = wanted.collect_batches(chunk_size=rows, engine="streaming")
        try:
            for part in query:
                yield from part.rechunk().to_arrow().to_batches()
        finally:
            if hasattr(query, "stop"):  # else it would be computed to its end
                query.stop()

    empty = loaded("polars").DataFrame(schema=frame.collect_schema())
    return Lazy(empty.to_arrow().schema, batches)


def _relation(relation: Any) -> Lazy:
    """Read a query of DuckDB by its batches."""
    import duckdb

    def reader(of: Any, rows: int) -> Any:
        read = getattr(of, "to_arrow_reader", None) or of.fetch_arrow_reader
        return read(rows)

    def batches(columns: list[str], rows: int) -> Iterator[Any]:
        yield from reader(relation.select(*map(duckdb.ColumnExpression, columns)), rows)

    return Lazy(reader(relation.limit(0), 1).schema, batches)


@dataclass
class Part:
    """Rows of files that are read at once, whatever others are read meanwhile.

    Attributes
    ----------
    rows, nbytes : int
        Of them, about.
    """

    columns: list[str]
    schema: Any
    files: list[tuple[Any, list[int]]]
    rows: int = 0
    nbytes: int = 0

    def add(self, file: Any, group: Any, nbytes: int) -> None:
        """Add one row group."""
        if not self.files or self.files[-1][0] is not file:
            self.files.append((file, []))
        self.files[-1][1].append(group.id)
        self.rows, self.nbytes = self.rows + group.num_rows, self.nbytes + nbytes

    def read(self) -> list[Any]:
        """Decode the rows, on one core."""
        from pyarrow.dataset import ParquetFragmentScanOptions

        # Buffered ahead, a file's columns stay in memory until the file's end.
        options = ParquetFragmentScanOptions(pre_buffer=False)
        return [
            batch
            for file, numbers in self.files
            for batch in file.subset(row_group_ids=numbers)
            .scanner(
                self.schema,
                columns=self.columns,
                batch_size=max(self.rows, 1),
                fragment_scan_options=options,
                use_threads=False,
            )
            .to_batches()
        ]


def parts(stream: Any, columns: list[str], rows: int, nbytes: int) -> Iterator[Part] | None:
    """Divide local parquet files into parts of about so many rows or bytes; None for other streams."""
    if is_parquet(stream) and not _filtered(stream) and _local(stream):
        return _parts(stream, columns, rows, nbytes)
    return None


def _parts(dataset: Any, columns: list[str], rows: int, nbytes: int) -> Iterator[Part]:
    part = Part(columns, dataset.schema, [])
    for file in dataset.get_fragments():
        share = min(1.0, len(columns) / max(len(file.physical_schema), 1))
        for group in file.row_groups:
            size = int(group.total_byte_size * share)
            if part.files and (part.rows + group.num_rows > rows or part.nbytes + size > nbytes):
                yield part
                part = Part(columns, dataset.schema, [])
            part.add(file, group, size)
    if part.files:
        yield part


def rows_of(stream: Any) -> int:
    """Count the rows where the files say their number; else return 0."""
    if not is_parquet(stream) or _filtered(stream) or not _local(stream):
        return 0
    return int(stream.count_rows())


def _local(dataset: Any) -> bool:
    """Tell whether files are local: opening one takes no time in which others should be read."""
    from pyarrow.fs import LocalFileSystem

    return isinstance(dataset.filesystem, LocalFileSystem)


def _filtered(stream: Any) -> bool:
    return (getattr(stream, "_scan_options", None) or {}).get("filter") is not None


def is_parquet(stream: Any) -> bool:
    """Tell whether a stream is a dataset of parquet files."""
    from pyarrow.dataset import ParquetFileFormat

    return isinstance(getattr(stream, "format", None), ParquetFileFormat)
