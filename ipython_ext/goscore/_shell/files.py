"""Tables in files, in the format that the extension names.

They are read by columns where the format allows that, and written whole or not at all.
"""

from __future__ import annotations

import json
import math
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._data.from_arrow import source
from .._data.input import Input
from .._errors import ArgumentValueError

if TYPE_CHECKING:
    import pyarrow as pa

FORMATS = (".parquet", ".feather", ".arrow", ".csv", ".tsv", ".jsonl", ".json")
_JSON_ROWS = 10_000  # that are Python objects at a time
_Load = Callable[[list[int]], "pa.Table"]


class File:
    """A table in a file; its columns are read when they are asked for.

    Parameters
    ----------
    columns : list of str
    load : callable
        Gives a table of the columns at some positions, in their order.
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
        """Make the input of a run, which reads the planned columns at once."""
        held: dict[int, pa.ChunkedArray] = {}

        def prepare(positions: list[int]) -> None:
            table = self.load(positions)
            made.rows = table.num_rows
            held.update(zip(positions, table.columns, strict=True))

        made = Input(
            name,
            "frame",
            label,
            lambda position: source(held[position].type, held[position].chunks),
            "arrow",
            None,
            self.columns,
            column=lambda position: held[position],
        )
        made.prepare = prepare
        return made


def extension(path: str) -> str:
    """Return the extension of a file's name, of `FORMATS`.

    Raises
    ------
    ArgumentValueError
        It is none of them.
    """
    found = Path(path).suffix.lower()
    if found not in FORMATS:
        what = f"has the unknown extension {found}" if found else "has no extension"
        raise ArgumentValueError(f"{path} {what}: known are {', '.join(FORMATS)}")
    return found


def read(path: str) -> File:
    """Open a table; of parquet and Arrow files only the names of its columns are read.

    Raises
    ------
    ArgumentValueError
        It cannot be read; the text names the file and the reason.
    """
    opened = {
        ".parquet": _parquet,
        ".feather": _arrow,
        ".arrow": _arrow,
        ".csv": _text,
        ".tsv": _text,
    }.get(extension(path), _json)
    file: File = _reading(path, lambda: opened(path))
    return File(file.columns, lambda positions: _reading(path, lambda: file.load(positions)))


def _reading(path: str, read: Callable[[], Any]) -> Any:
    try:
        with open(path, "rb"):  # whose reasons are shorter than Arrow's
            pass
        return read()
    except OSError as error:
        raise ArgumentValueError(f"read {path}: {error.strerror or error}") from error
    except (ArithmeticError, LookupError, NotImplementedError, ValueError) as error:  # Arrow's
        raise ArgumentValueError(f"read {path}: {error}") from error


def _parquet(path: str) -> File:
    from pyarrow import parquet

    names = parquet.read_schema(path).names

    def load(positions: list[int]) -> pa.Table:
        wanted = [names[position] for position in positions]
        with parquet.ParquetFile(path) as file:
            if len(set(names)) < len(names):  # only positions tell them apart
                return file.read().select(positions)
            return file.read(columns=wanted).select(wanted)

    return File(names, load)


def _arrow(path: str) -> File:
    import pyarrow as pa

    with pa.memory_map(path) as file:
        stream = file.read(6) != b"ARROW1"
    if stream:
        return _whole(pa.ipc.open_stream(pa.memory_map(path)).read_all())

    def load(positions: list[int]) -> pa.Table:
        wanted = sorted(positions) or [0]  # none at all would mean each
        options = pa.ipc.IpcReadOptions(included_fields=wanted)
        table = pa.ipc.open_file(pa.memory_map(path), options=options).read_all()
        return table.select([wanted.index(position) for position in positions])

    return File(pa.ipc.open_file(pa.memory_map(path)).schema.names, load)


def _text(path: str) -> File:
    from pyarrow import csv

    # Values in quotes may have several lines.
    parsing = csv.ParseOptions(delimiter=_delimiter(path), newlines_in_values=True)
    return _whole(csv.read_csv(path, parse_options=parsing))


def _json(path: str) -> File:
    from pyarrow import json as arrow_json

    return _whole(arrow_json.read_json(path))


def _whole(table: pa.Table) -> File:
    return File(table.column_names, table.select)


def _delimiter(path: str) -> str:
    return "\t" if extension(path) == ".tsv" else ","


def write(tables: list[tuple[str, pa.Table]]) -> None:
    """Write tables into files: each of them whole, or none at all.

    Raises
    ------
    ArgumentValueError
        One cannot be written; the text names the file and the reason.
    """
    made: list[tuple[Path, Path]] = []
    try:
        for path, table in tables:
            target = Path(os.path.realpath(path))
            beside = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
            try:
                _create(beside, target)
                made.append((beside, target))
                _write(table, path, str(beside))
            except OSError as error:
                raise ArgumentValueError(f"write {path}: {error.strerror or error}") from error
            except (ArithmeticError, NotImplementedError, TypeError, ValueError) as error:
                raise ArgumentValueError(f"write {path}: {error}") from error
        for beside, target in made:
            beside.replace(target)
    finally:
        for beside, _ in made:
            beside.unlink(missing_ok=True)


def _create(beside: Path, target: Path) -> None:
    """Make a new file, where nobody else can have put a link, that may be read by whom *target* may."""
    # Of a file that is not there yet, the process's mask decides.
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    made = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666 if mode is None else 0o600)
    try:
        if mode is not None:
            os.fchmod(made, mode)
    finally:
        os.close(made)


def _write(table: pa.Table, path: str, beside: str) -> None:
    import pyarrow as pa

    kind = extension(path)
    if kind == ".parquet":
        from pyarrow import parquet

        parquet.write_table(table, beside)
    elif kind in (".feather", ".arrow"):
        with pa.ipc.new_file(beside, table.schema) as writer:
            writer.write_table(table)
    elif kind in (".csv", ".tsv"):
        from pyarrow import csv

        csv.write_csv(table, beside, csv.WriteOptions(delimiter=_delimiter(path)))
    else:
        nested = [field.name for field in table.schema if pa.types.is_nested(field.type)]
        with open(beside, "w", encoding="utf-8") as file:
            for batch in table.to_batches(_JSON_ROWS):
                for row in _finite(batch).to_pylist():
                    row |= {name: _finite_within(row[name]) for name in nested}
                    file.write(json.dumps(row, ensure_ascii=False, allow_nan=False, default=_iso))
                    file.write("\n")


def _finite(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Replace the floats that JSON has no number for by nulls."""
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
    """Do the same with those in lists and dicts."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [_finite_within(item) for item in value]
    if isinstance(value, dict):
        return {name: _finite_within(item) for name, item in value.items()}
    return value


def _iso(value: Any) -> str:
    """Write a time as JSON has it."""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    raise TypeError(f"JSON has no {type(value).__name__}")
