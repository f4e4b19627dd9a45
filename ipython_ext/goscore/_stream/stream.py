"""Calls on a dataset or reader, batch by batch: for more rows than memory holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._call.signature import CallOptions, open_parameters, python_names
from .._call.tables import check_names, held
from .._data.columns import is_column
from .._errors import ArgumentTypeError
from .._run.progress import Progress
from .matching import arguments, filled, named
from .partials import Partials, merge_of
from .reader import RowStream
from .reading import Reading
from .sources import is_stream, schema

if TYPE_CHECKING:
    from .._protocol.functions import FunctionInfo
    from .._worker.programs import Programs


def call(
    info: FunctionInfo,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    defaults: CallOptions,
    programs: Programs | None = None,
) -> Any:
    """Call a function on a stream.

    Parameters
    ----------
    info : FunctionInfo
    args : tuple
        The stream.
    kwargs : mapping
        Plain values of parameters, and options.
    defaults : CallOptions
    programs : Programs, optional
        Compiled elsewhere.

    Returns
    -------
    pyarrow.RecordBatchReader or object
        A reader of a function on rows; the result of an aggregate.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        The function cannot work batch by batch, or the stream lacks a column.
    """
    kwargs = dict(kwargs)
    keep = kwargs.pop("keep", None)
    stream = args[0]
    _refuse_kind(info, len(args), kwargs, keep)
    columns = schema(stream).names
    check_names(info, kwargs, columns, "the stream")
    kwargs = held(info, kwargs)
    values, options, needed = arguments(info, kwargs, defaults, columns, "the stream")
    if not needed:
        raise ArgumentTypeError(
            f"{info.name} takes no column of the stream where every parameter has a value: leave out "
            f"{' and '.join(f'{name}=' for name in python_names(info))}"
        )
    if info.kind == "aggregate":
        keys = named(options.by, "by", columns)
        reading = Reading(stream, list(dict.fromkeys([*needed, *keys])))
        return _merged(Partials(info, replace(options, by=None), programs), values, keys, reading)
    kept = named(keep, "keep", columns)
    reading = Reading(stream, list(dict.fromkeys([*needed, *kept])))
    return RowStream(info, values, options, kept, reading, programs).reader()


def _merged(partials: Partials, values: list[Any], keys: list[str], reading: Reading) -> Any:
    with Progress(partials.cell, reading.rows, counted=True) as progress:
        for table in reading:
            with progress.within():
                partials.add(partials.of(filled(values, table.column), keys, table.column))
            progress.advance(table.num_rows)
        if not partials.tables:
            empty = reading.empty
            partials.add(partials.of(filled(values, empty.column), keys, empty.column))
        return partials.result()


def _refuse_kind(info: FunctionInfo, count: int, kwargs: Mapping[str, Any], keep: Any) -> None:
    """Refuse functions and arguments that do not work batch by batch, before anything runs."""
    function, kind = info.name, info.kind
    if kind == "vector":
        raise ArgumentTypeError(
            f"{function} sees whole columns, and a stream has none in memory: a function of single "
            "values, a //goscore:scan, or an aggregate with Merge can take it; read what fits "
            "memory with .to_table() and call it on that"
        )
    if info.serial:
        written = [f"its table {one.name}" for one in info.params if one.written]
        raise ArgumentTypeError(
            f"{function} writes {(written or ['package variables'])[0]}, which starts afresh with every batch of a stream: "
            "a //goscore:scan carries what one row tells the next"
        )
    if count > 1:
        raise ArgumentTypeError(
            f"{function} takes a stream alone, its parameters being columns of it: name the other "
            f"values, as in {function}(dataset, {python_names(info)[-1]}=...)"
        )
    if kind == "aggregate":
        if keep is not None:
            raise ArgumentTypeError(f"{function}() takes no keep=: its result belongs to no row")
        if kwargs.get("errors", "raise") != "raise":
            raise ArgumentTypeError(f"{function}() takes no errors= on a stream")
        merge_of(info)
    elif kind == "scan" and kwargs.get("by") is not None:
        raise ArgumentTypeError(
            f"{function} is a scan, and by= would keep a state for every key of the stream: sort "
            "and split it by key, or give each key's rows to a call of its own"
        )
    elif kind == "scan" and info.params[0].nullable:
        raise ArgumentTypeError(
            f"{function} has a state that may be nil, which is not carried from batch to batch"
        )
    tables = {name for name, one in open_parameters(info, ()) if one.table is not None}
    for name, value in kwargs.items():
        if name in tables:
            continue
        if is_stream(value):
            raise ArgumentTypeError(f"{name} of {function} is a second stream: join them first")
        if kind in ("scalar", "scan") and not isinstance(value, list) and is_column(value):
            raise ArgumentTypeError(
                f"{name} of {function} is a column in memory, whose rows belong to none of a stream's "
                f"batches: join it to the stream, or pass one value for all rows"
            )
