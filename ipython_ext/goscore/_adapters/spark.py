"""Spark: iterators of record batches, groups as tables, and schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from inspect import signature
from typing import TYPE_CHECKING, Any

from .._call.tables import held
from .._errors import ArgumentTypeError
from .batches import Batches, Names
from .types import schema

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.types import StructType

    from .function import Function


def batches(
    function: Function,
    record_batches: Iterator[pa.RecordBatch],
    keep: bool | Names,
    arguments: Mapping[str, Any],
) -> Iterator[pa.RecordBatch]:
    """Call a function on each batch; see `Engines.arrow_batches`.

    Raises
    ------
    ArgumentTypeError
        Its rows depend on each other, and a batch is only a part of them.
    """
    arguments = held(function._info, arguments)
    for batch in record_batches:
        if function.kind not in ("scalar", "row") and not _has_lists(batch):
            raise ArgumentTypeError(
                f"{function.__name__} needs whole columns or groups, and a batch has only some of "
                f"the rows: use df.groupBy(...).applyInArrow({function.__name__}.arrow_groups(...), ...)"
            )
        yield cast(function, Batches(function)(batch, keep=keep, **arguments))


def groups(
    function: Function, by: Names, arguments: Mapping[str, Any]
) -> Callable[[pa.Table], pa.Table]:
    """Make the function that Spark calls on the rows of one group."""
    arguments = held(function._info, arguments)
    # A lambda, as it has no annotations: Spark reads those to find out what it is to pass.
    return lambda table: cast(function, Batches(function)(table, by=by, **arguments))


def cast(function: Function, result: Any) -> Any:
    """Cast a result to the types of `spark_schema`."""
    import pyarrow as pa

    wanted = arrow_types(function)
    fields = [pa.field(f.name, wanted.get(f.name, f.type)) for f in result.schema]
    return result.cast(pa.schema(fields))


@lru_cache
def spark_schema(function: Function) -> StructType:
    """Return the results' columns as Spark has them."""
    import pyarrow as pa
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(
        pa.schema([pa.field(f.name, _signed(f.type)) for f in schema(function)])
    )


@lru_cache
def arrow_types(function: Function) -> dict[str, pa.DataType]:
    """Return the types in which Spark reads each of the results."""
    from pyspark.sql.pandas.types import to_arrow_type

    # Later versions of 4 leave the zone to the caller; the first takes UTC.
    zone: dict[str, Any] = (
        {"timezone": "UTC"} if "timezone" in signature(to_arrow_type).parameters else {}
    )
    return {field.name: to_arrow_type(field.dataType, **zone) for field in spark_schema(function)}


def _signed(kind: pa.DataType) -> pa.DataType:
    """Return a type that holds the values of an unsigned one, which Spark does not have."""
    import pyarrow as pa

    wider = {
        pa.uint8(): pa.int16(),
        pa.uint16(): pa.int32(),
        pa.uint32(): pa.int64(),
        pa.uint64(): pa.decimal128(20, 0),
    }
    return wider.get(kind, kind)


def _has_lists(batch: pa.RecordBatch) -> bool:
    import pyarrow.types as types

    return any(types.is_nested(field.type) or types.is_binary(field.type) for field in batch.schema)
