"""The methods of a Go function that are for other libraries' engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa
    from pyspark.sql.types import StructType

    from .batches import Batches, Names
    from .function import Function
    from .sklearn import GoTransformer


class Engines:
    """What makes a Go function fit Dask, DuckDB, pandas, polars, Ray and Spark."""

    __name__: str
    kind: str

    @property
    def batches(self: Function) -> Batches:
        """The function as called on frames, its arguments found by name: for Ray and polars."""
        from .batches import Batches

        return Batches(self)

    def arrow_batches(
        self: Function,
        batches: Iterator[pa.RecordBatch],
        *,
        keep: bool | Names = False,
        **arguments: Any,
    ) -> Iterator[pa.RecordBatch]:
        """Call it on record batches one after another: ``df.mapInArrow(F.arrow_batches, ...)``.

        Parameters
        ----------
        batches : iterator of pyarrow.RecordBatch
        keep, **arguments
            As in `Batches`; give them by ``functools.partial(F.arrow_batches, keep=True)``.

        Returns
        -------
        iterator of pyarrow.RecordBatch
            With the types of `spark_schema`.
        """
        from . import spark

        return spark.batches(self, batches, keep, arguments)

    def arrow_groups(self: Function, by: Names, **arguments: Any) -> Callable[[pa.Table], pa.Table]:
        """Make what ``df.groupBy(...).applyInArrow`` calls on the table of each group.

        Parameters
        ----------
        by : str or list of str
            The columns that were grouped by. They come first in the result of an aggregate.
        **arguments
            Values for parameters that are no columns, and options.
        """
        from . import spark

        return spark.groups(self, by, arguments)

    def arrow_columns(self: Function, **arguments: Any) -> Callable[..., pa.Array]:
        """Make a function of Arrow columns alone, in order: for DuckDB's ``create_function``.

        Parameters
        ----------
        **arguments
            Options, such as ``errors="coerce"``, and values for parameters that are no columns.

        Returns
        -------
        callable
            It gives an array; of structs, where Go returns a struct or several results.
        """
        from . import duckdb

        return duckdb.columns(self, arguments)

    @property
    def spark_schema(self: Function) -> StructType:
        """The results' columns as Spark's ``schema=`` takes them."""
        from . import spark

        return spark.spark_schema(self)

    def polars_schema(self: Function, frame: Any = None, **arguments: Any) -> pl.Schema:
        """Return the columns of ``F.batches``, for ``schema=`` of ``LazyFrame.map_batches``.

        Parameters
        ----------
        frame : DataFrame or LazyFrame, optional
            The frame of the later call. By default times are in nanoseconds and UTC.
        **arguments
            Values for parameters that are no columns.
        """
        from . import polars

        return polars.schema(self, frame, arguments)

    def polars_dtype(self: Function, frame: Any = None, **arguments: Any) -> Any:
        """Return the type of a result, for ``return_dtype=`` of expressions; see `polars_schema`."""
        from . import polars

        return polars.dtype(self, frame, arguments)

    def meta(self: Function, *args: Any, **kwargs: Any) -> Any:
        """Return the empty frame or Series that a call would give, for ``meta=`` of Dask.

        Parameters
        ----------
        *args, **kwargs
            As in the call: collections of Dask, or pandas frames and Series, of which no row is
            used; or a dict of column names to dtypes in place of a frame.
        """
        from . import dask

        return dask.meta(self, args, kwargs)


def transformer(
    function: Function, columns: Sequence[str | int] | None = None, **arguments: Any
) -> GoTransformer:
    """Make a step of a scikit-learn pipeline of a Go function.

    It takes frames and arrays, learns nothing, and can be cloned and pickled.

    Parameters
    ----------
    function : GoFunction
        Of any kind but an aggregate.
    columns : list of str or int, optional
        What its parameters, or the fields of its struct, take, in their order. Without, they take
        the columns of their names, or of an array all. A function of one column is called on each.
    **arguments
        Options such as ``errors="coerce"``, and values for parameters that are no columns.

    Returns
    -------
    GoTransformer
        Gives the results alone, named after their columns or the function; with a
        ``ColumnTransformer``, others can be kept.
    """
    from .sklearn import GoTransformer

    return GoTransformer(function, columns, arguments)
