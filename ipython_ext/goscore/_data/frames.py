"""Frames and columns of any library as inputs; no library is imported for it."""

from __future__ import annotations

from typing import Any

from .._errors import ArgumentTypeError
from .arrays import Refused
from .input import Input, loaded


def bind(name: str, value: Any, label: str) -> Input | None:
    """Make an input of a frame or column; None of anything else."""
    for make in (_bind_pandas, _bind_polars, _bind_arrow, _bind_deferred, _bind_stream):
        bound = make(name, value, label)
        if bound is not None:
            return bound
    return None


def _bind_pandas(name: str, value: Any, label: str) -> Input | None:
    pd = loaded("pandas")
    if pd is None or not hasattr(pd, "DataFrame"):
        return None
    from .from_pandas import pandas_source

    if isinstance(value, pd.api.extensions.ExtensionArray):
        value = pd.Series(value)
    if isinstance(value, pd.DataFrame):

        def column(position: int) -> Any:
            return value.iloc[:, position]  # by position: labels may repeat

        return Input(
            name,
            "frame",
            label,
            lambda position: pandas_source(column(position)),
            "pandas",
            len(value),
            list(value.columns),
            index=value.index,
            arrow_backed=lambda position: isinstance(column(position).dtype, pd.ArrowDtype),
            load_missing=lambda position: pandas_source(column(position), missing=True),
            column=column,
        )
    if isinstance(value, pd.Series | pd.Index):
        return Input(
            name,
            "column",
            label,
            lambda _: pandas_source(value),
            "pandas",
            len(value),
            [value.name],
            index=value.index if isinstance(value, pd.Series) else None,
            arrow_backed=lambda _: isinstance(value.dtype, pd.ArrowDtype),
            load_missing=lambda _: pandas_source(value, missing=True),
            column=lambda _: value,
        )
    return None


def _bind_polars(name: str, value: Any, label: str) -> Input | None:
    pl = loaded("polars")
    if pl is None or not hasattr(pl, "DataFrame"):
        return None
    from .from_pandas import polars_source

    if isinstance(value, pl.Series):
        return Input(
            name,
            "column",
            label,
            lambda _: polars_source(value),
            "polars",
            len(value),
            [value.name],
            column=lambda _: value,
        )
    if not isinstance(value, pl.DataFrame | pl.LazyFrame):
        return None
    lazy = isinstance(value, pl.LazyFrame)
    names = value.collect_schema().names()
    series: dict[int, Any] = {}
    bound = Input(
        name,
        "frame",
        label,
        lambda position: polars_source(series[position]),
        "polars",
        None if lazy else len(value),
        names,
        column=lambda position: series[position],
    )

    def prepare(positions: list[int]) -> None:
        """Collect the planned columns alone, and the number of rows with them."""
        if not lazy:
            series.update({position: value.to_series(position) for position in positions})
            return
        wanted = [pl.col(names[position]) for position in positions]
        frame = value.select(wanted or pl.len()).collect()
        bound.rows = len(frame) if wanted else int(frame.item())
        series.update({position: frame.to_series(at) for at, position in enumerate(positions)})

    bound.prepare = prepare
    return bound


def _bind_arrow(name: str, value: Any, label: str) -> Input | None:
    pa = loaded("pyarrow")
    if pa is None or not hasattr(pa, "Table"):
        return None
    from .from_arrow import whole

    if isinstance(value, pa.Array | pa.ChunkedArray):
        return Input(
            name,
            "column",
            label,
            lambda _: whole(value),
            "arrow",
            len(value),
            [None],
            column=lambda _: value,
        )
    if isinstance(value, pa.RecordBatch):
        value = pa.Table.from_batches([value])
    if isinstance(value, pa.Table):
        return Input(
            name,
            "frame",
            label,
            lambda position: whole(value.column(position)),
            "arrow",
            value.num_rows,
            value.column_names,
            column=value.column,
        )
    return None


def _bind_deferred(name: str, value: Any, label: str) -> Input | None:
    """Bind a table that makes its own input, and reads only the planned columns."""
    make = getattr(type(value), "_goscore_input_", None)
    return None if make is None else make(value, name, label)


def _bind_stream(name: str, value: Any, label: str) -> Input | None:
    """Bind anything that speaks Arrow's C interfaces; its rows are read once it is planned."""
    streams = hasattr(value, "__arrow_c_stream__")
    if isinstance(value, type) or not (streams or hasattr(value, "__arrow_c_array__")):
        return None
    import pyarrow as pa

    from .from_arrow import check_made, source, unmade

    try:
        if not streams:
            array = pa.array(value)
            batch = (
                pa.RecordBatch.from_struct_array(array) if pa.types.is_struct(array.type) else array
            )
            return _bind_arrow(name, batch, label)
        reader = pa.RecordBatchReader.from_stream(value)
    except (pa.ArrowException, TypeError, ValueError) as error:
        try:
            return _bind_arrow(name, pa.chunked_array(value), label)
        except Exception:
            raise ArgumentTypeError(
                f"{label} ({type(value).__name__}) gives no Arrow data: {error}"
            ) from error
    schema = reader.schema
    columns: dict[int, list[Any]] = {}

    def load(position: int) -> Any:
        kind = schema.field(position).type
        check_made(kind)
        return source(kind, columns[position])

    bound = Input(name, "frame", label, load, "arrow", None, schema.names)
    bound.column = lambda at: pa.chunked_array(columns[at], schema.field(at).type)

    def prepare(positions: list[int]) -> None:
        bound.rows = 0
        made = [position for position in positions if unmade(schema.field(position).type) is None]
        columns.update({position: [] for position in made})
        try:
            for batch in reader:
                bound.rows += batch.num_rows
                for position in made:
                    columns[position].append(batch.column(position))
        except pa.ArrowException as error:
            raise Refused(f"stops giving rows: {error}") from error

    bound.prepare = prepare
    return bound
