"""Tables in files, in the format that the extension names.

Reading takes single columns where the format allows that. A write is complete, or leaves nothing.
"""

from __future__ import annotations

import json
import math
import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._data.from_arrow import whole
from .._data.input import Input
from .._errors import ArgumentValueError
from . import integers

if TYPE_CHECKING:
    import pyarrow as pa

_JSON_ROWS = 10_000  # rows that are Python objects at a time
_Load = Callable[[list[int]], "pa.Table"]


class File:
    """A table in a file, whose columns are read on demand.

    Parameters
    ----------
    columns : list of str
    load : callable
        Returns a table of the columns at some positions, in their order.
    """

    def __init__(self, columns: list[str], load: _Load) -> None:
        self.columns = columns
        self.load = load

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        if name not in self.columns:
            raise KeyError(name)
        return self.load([self.columns.index(name)]).column(0)

    def __getattr__(self, name: str) -> pa.ChunkedArray:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def _goscore_input_(self, name: str, label: str) -> Input:
        """Return the input of a run, which reads all planned columns at once."""
        columns: dict[int, pa.ChunkedArray] = {}

        def prepare(positions: list[int]) -> None:
            table = self.load(positions)
            table_input.rows = table.num_rows
            columns.update(zip(positions, table.columns, strict=True))

        table_input = Input(
            name,
            "frame",
            label,
            lambda position: whole(columns[position]),
            "arrow",
            None,
            self.columns,
            column=lambda position: columns[position],
        )
        table_input.prepare = prepare
        return table_input


def extension(path: str) -> str:
    """Return the extension of a file's name, of `FORMATS`.

    Raises
    ------
    ArgumentValueError
        It is not one of them.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        what = f"has the unknown extension {suffix}" if suffix else "has no extension"
        raise ArgumentValueError(f"{path} {what}: known are {', '.join(FORMATS)}")
    return suffix


def read(path: str) -> File:
    """Open a table. Of parquet and Arrow files, this reads only the names of the columns.

    Raises
    ------
    ArgumentValueError
        It cannot be read; the text names the file and the reason.
    """
    open_file = FORMATS[extension(path)].read
    file: File = _reading(path, lambda: open_file(path))
    return File(file.columns, lambda positions: _reading(path, lambda: file.load(positions)))


def _reading(path: str, load: Callable[[], Any]) -> Any:
    try:
        with open(path, "rb"):  # its errors are shorter than Arrow's
            pass
        return load()
    except OSError as error:
        raise ArgumentValueError(f"read {path}: {error.strerror or error}") from error
    except (ArithmeticError, LookupError, NotImplementedError, ValueError) as error:  # Arrow's
        raise ArgumentValueError(f"read {path}: {error}") from error


def write(tables: list[tuple[str, pa.Table]]) -> None:
    """Write tables into files: all of them completely, or none.

    Raises
    ------
    ArgumentValueError
        One cannot be written; the text names the file and the reason.
    """
    written: list[tuple[Path, Path]] = []
    try:
        for path, table in tables:
            target = Path(os.path.realpath(path))
            beside = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
            try:
                _create(beside, target)
                written.append((beside, target))
                FORMATS[extension(path)].write(table, str(beside))
            except OSError as error:
                raise ArgumentValueError(f"write {path}: {error.strerror or error}") from error
            except (ArithmeticError, NotImplementedError, TypeError, ValueError) as error:
                raise ArgumentValueError(f"write {path}: {error}") from error
        for beside, target in written:
            beside.replace(target)
    finally:
        for beside, _ in written:
            beside.unlink(missing_ok=True)


def _create(beside: Path, target: Path) -> None:
    """Create a file with the permissions of *target*, and never follow a link there."""
    # Without a target, the process's umask decides.
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    descriptor = os.open(
        beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666 if mode is None else 0o600
    )
    try:
        if mode is not None:
            os.fchmod(descriptor, mode)
    finally:
        os.close(descriptor)


def _read_parquet(path: str) -> File:
    from pyarrow import parquet

    names = parquet.read_schema(path).names

    def load(positions: list[int]) -> pa.Table:
        wanted = [names[position] for position in positions]
        with parquet.ParquetFile(path) as file:
            if len(set(names)) < len(names):  # only positions identify duplicates
                return file.read().select(positions)
            return file.read(columns=wanted).select(wanted)

    return File(names, load)


def _write_parquet(table: pa.Table, path: str) -> None:
    from pyarrow import parquet

    parquet.write_table(table, path)


def _read_arrow(path: str) -> File:
    import pyarrow as pa

    with pa.memory_map(path) as file:
        stream = file.read(6) != b"ARROW1"
    if stream:
        return _in_memory(pa.ipc.open_stream(pa.memory_map(path)).read_all())

    def load(positions: list[int]) -> pa.Table:
        wanted = sorted(positions) or [0]  # no field at all would mean every field
        options = pa.ipc.IpcReadOptions(included_fields=wanted)
        table = pa.ipc.open_file(pa.memory_map(path), options=options).read_all()
        return table.select([wanted.index(position) for position in positions])

    return File(pa.ipc.open_file(pa.memory_map(path)).schema.names, load)


def _write_arrow(table: pa.Table, path: str) -> None:
    import pyarrow as pa

    with pa.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table)


def _read_csv(path: str, delimiter: str = ",") -> File:
    import pyarrow as pa
    from pyarrow import csv

    # Quoted values may have several lines.
    parsing = csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    table = csv.read_csv(path, parse_options=parsing)
    if names := integers.rounded(table):
        converting = csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True
        )
        texts = csv.read_csv(path, parse_options=parsing, convert_options=converting)
        for name in names:
            table = integers.replace(table, name, integers.parse(texts.column(name).to_pylist()))
    return _in_memory(table)


def _write_csv(table: pa.Table, path: str, delimiter: str = ",") -> None:
    from pyarrow import csv

    csv.write_csv(table, path, csv.WriteOptions(delimiter=delimiter))


def _read_json(path: str) -> File:
    from pyarrow import json as arrow_json

    table = arrow_json.read_json(path)
    if names := integers.rounded(table):
        with open(path, encoding="utf-8") as file:
            rows = [json.loads(line) for line in file if not line.isspace()]
        for name in names:
            table = integers.replace(table, name, [row.get(name) for row in rows])
    return _in_memory(table)


def _write_json(table: pa.Table, path: str) -> None:
    import pyarrow as pa

    nested = [field.name for field in table.schema if pa.types.is_nested(field.type)]
    with open(path, "w", encoding="utf-8") as file:
        for batch in table.to_batches(_JSON_ROWS):
            for row in _finite(batch).to_pylist():
                row |= {name: _finite_within(row[name]) for name in nested}
                file.write(json.dumps(row, ensure_ascii=False, allow_nan=False, default=_iso))
                file.write("\n")


def _in_memory(table: pa.Table) -> File:
    return File(table.column_names, table.select)


def _finite(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Replace floats that JSON cannot write by nulls."""
    import pyarrow as pa
    from pyarrow import compute

    columns = [
        compute.if_else(compute.is_finite(column), column, None)
        if pa.types.is_floating(column.type)
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _finite_within(value: Any) -> Any:
    """Do the same within lists and dicts."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [_finite_within(item) for item in value]
    if isinstance(value, dict):
        return {name: _finite_within(item) for name, item in value.items()}
    return value


def _iso(value: Any) -> str:
    """Return a time as text, for JSON."""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    raise TypeError(f"JSON has no {type(value).__name__}")


@dataclass(frozen=True)
class Format:
    """A file format: *read* takes a path, *write* a table and a path."""

    read: Callable[[str], File]
    write: Callable[[pa.Table, str], None]


_ARROW, _JSON = Format(_read_arrow, _write_arrow), Format(_read_json, _write_json)
FORMATS = {
    ".parquet": Format(_read_parquet, _write_parquet),
    ".feather": _ARROW,
    ".arrow": _ARROW,
    ".csv": Format(_read_csv, _write_csv),
    ".tsv": Format(partial(_read_csv, delimiter="\t"), partial(_write_csv, delimiter="\t")),
    ".jsonl": _JSON,
    ".json": _JSON,
}  # by extension
