"""The table of libraries: how each is recognised, and how its columns and frames are read and made.

A library is looked for only among the modules that are loaded: an object of
a library that was never imported cannot be here. Subclasses of its classes
are its columns and frames too, wherever they were defined.
"""

from __future__ import annotations

import operator
import sys
from typing import Any, ClassVar

import numpy as np

from . import codes, objects, to_library
from .arrays import Array


class Library:
    """One row of the table.

    Attributes
    ----------
    name : str
        As ``-t`` and ``Input.library`` write it.
    module : str
        The module that has its classes.
    frames, columns : tuple of str
        The names of its classes there.
    """

    name = ""
    module = ""
    frames: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    _found: ClassVar[dict[tuple[str, tuple[str, ...]], tuple[type, ...]]] = {}

    def has_frame(self, value: Any) -> bool:
        """Tell whether a value is one of its frames."""
        return isinstance(value, self._classes(self.frames))

    def has_column(self, value: Any) -> bool:
        """Tell whether a value is one of its columns."""
        return isinstance(value, self._classes(self.columns))

    def _classes(self, names: tuple[str, ...]) -> tuple[type, ...]:
        if (found := self._found.get((self.name, names))) is not None:
            return found
        module = sys.modules.get(self.module)
        try:
            found = tuple(operator.attrgetter(name)(module) for name in names)
        except AttributeError:  # it is not loaded, or not to its end
            return ()
        return self._found.setdefault((self.name, names), found)

    def take(self, column: Any, rows: np.ndarray) -> Any:
        """Return some rows of one of its columns."""
        return self.keys(column).take(rows)

    def values(self, column: Any) -> list[Any]:
        """Return Python's own objects; missing ones as the library has them."""
        return [value.item() if isinstance(value, np.generic) else value for value in column]

    def keys(self, column: Any) -> Any:
        """Return one of its columns in a type from which rows can be taken, to be keys."""
        return column

    def codes(self, column: Any) -> np.ndarray | None:
        """Return codes that sort as values that Go sorts otherwise or not at all, -1 where missing."""
        return None

    def fields(self, column: Any) -> Any:
        """Return the frame in a column of structs; any other column as it is."""
        return column

    def pandas(self, column: Any) -> Any:
        """Return what a pandas Index or Series is made of."""
        return column

    def adopt(self, column: Any, name: str) -> Any:
        """Make one of its columns of a column of any library; *name* is for those that have one."""
        raise NotImplementedError

    def column(
        self, array: Array, nullable: bool, arrow_backed: bool, name: Any, index: Any
    ) -> Any:
        """Make a column of a result.

        Parameters
        ----------
        array : Array
            Its buffers are Python's own.
        nullable : bool
            Whether Go could have left values out.
        arrow_backed : bool
            For pandas: keep it in Arrow.
        name, index : object
            Where the library has such.
        """
        raise NotImplementedError

    def frame(self, columns: dict[str, Any], index: Any = None) -> Any:
        """Make a frame of its columns; a dict for libraries that have none."""
        return columns

    def parts(self, values: Any, name: str) -> dict[str, Any]:
        """Take a frame apart into columns; a column by itself is called *name*."""
        return {name: values}


class _List(Library):
    name, module, columns = "list", "builtins", ("list",)

    def take(self, column: Any, rows: np.ndarray) -> Any:
        return [column[row] for row in rows]

    def pandas(self, column: Any) -> Any:
        return to_library.pandas_of_list(column)

    def adopt(self, column: Any, name: str) -> Any:
        row = of_column(column)
        return to_library.list_of_pandas(column) if row is PANDAS else row.values(column)

    def column(self, array: Any, nullable: bool, arrow_backed: bool, name: Any, index: Any) -> Any:
        return to_library.plain_list(array)


class _NumPy(Library):
    name, module, columns = "numpy", "numpy", ("ndarray",)

    def take(self, column: Any, rows: np.ndarray) -> Any:
        return column[rows]

    def values(self, column: Any) -> list[Any]:
        if column.dtype.kind in "mM":
            return objects.of_numpy(np.asarray(column), np.ma.getmaskarray(column))
        masks = isinstance(column, np.ma.MaskedArray)
        return list(column.tolist()) if masks else super().values(column)

    def codes(self, column: Any) -> np.ndarray | None:
        return codes.of_numpy(column)

    def pandas(self, column: Any) -> Any:
        masks = isinstance(column, np.ma.MaskedArray)
        return to_library.pandas_of_numpy(column) if masks else column

    def adopt(self, column: Any, name: str) -> Any:
        if isinstance(column, np.ndarray):
            return column
        if PANDAS.has_column(column):
            return to_library.numpy_of_pandas(column)
        if POLARS.has_column(column):
            column = to_library.sendable(column).to_arrow()
        return to_library.numpy_of_arrow(column) if ARROW.has_column(column) else np.asarray(column)

    def column(self, array: Any, nullable: bool, arrow_backed: bool, name: Any, index: Any) -> Any:
        return to_library.numpy_values(array)


class _Pandas(Library):
    name = module = "pandas"
    frames = ("DataFrame",)
    columns = ("Series", "Index", "api.extensions.ExtensionArray")

    def keys(self, column: Any) -> Any:
        return codes.keys_of_pandas(column)

    def take(self, column: Any, rows: np.ndarray) -> Any:
        labelled = hasattr(column, "reset_index")  # by labels from which rows may not be taken
        return super().take(column.reset_index(drop=True) if labelled else column, rows)

    def codes(self, column: Any) -> np.ndarray | None:
        return codes.of_pandas(column)

    def fields(self, column: Any) -> Any:
        if not hasattr(column.dtype, "pyarrow_dtype"):
            return column
        fields = getattr(column, "struct", None)
        return column if fields is None else fields.explode()

    def pandas(self, column: Any) -> Any:
        return column.to_flat_index() if column.ndim == 1 and hasattr(column, "levels") else column

    def adopt(self, column: Any, name: str) -> Any:
        return of_column(column).pandas(column)

    def column(self, array: Any, nullable: bool, arrow_backed: bool, name: Any, index: Any) -> Any:
        import pandas as pd

        values = to_library.pandas_values(array, nullable, arrow_backed)
        return pd.Series(values, index=index, name=name, copy=False)

    def frame(self, columns: dict[str, Any], index: Any = None) -> Any:
        import pandas as pd

        return pd.DataFrame(columns, index=index, copy=False)


class _Polars(Library):
    name = module = "polars"
    frames = ("DataFrame", "LazyFrame")
    columns = ("Series",)

    def take(self, column: Any, rows: np.ndarray) -> Any:
        return column.gather(rows)

    def values(self, column: Any) -> list[Any]:
        return to_library.of_polars(column)

    def codes(self, column: Any) -> np.ndarray | None:
        return codes.of_polars(column)

    def fields(self, column: Any) -> Any:
        import polars as pl

        return column.struct.unnest() if isinstance(column.dtype, pl.Struct) else column

    def pandas(self, column: Any) -> Any:
        return to_library.pandas_of_polars(column)

    def adopt(self, column: Any, name: str) -> Any:
        if NUMPY.has_column(column):  # polars does not see a mask, and refuses other units
            column = ARROW.adopt(column, name)
        return to_library.polars(column, name)

    def column(self, array: Any, nullable: bool, arrow_backed: bool, name: Any, index: Any) -> Any:
        return to_library.polars_column(array, str(name) if name is not None else "")

    def frame(self, columns: dict[str, Any], index: Any = None) -> Any:
        import polars as pl

        return pl.DataFrame(columns)

    def parts(self, values: Any, name: str) -> dict[str, Any]:
        if not self.has_frame(values):
            return {name: values.alias(name)}
        return {column.name: column for column in values.get_columns()}


class _Arrow(Library):
    name, module = "arrow", "pyarrow"
    frames = ("Table", "RecordBatch")
    columns = ("Array", "ChunkedArray")

    def keys(self, column: Any) -> Any:
        return codes.keys_of_arrow(column)

    def values(self, column: Any) -> list[Any]:
        return objects.objects(column)

    def codes(self, column: Any) -> np.ndarray | None:
        return codes.of_arrow(column)

    def fields(self, column: Any) -> Any:
        import pyarrow as pa

        if not pa.types.is_struct(column.type):
            return column
        return pa.table(column.flatten(), names=[field.name for field in column.type])

    def pandas(self, column: Any) -> Any:
        return to_library.pandas_of_arrow(column)

    def adopt(self, column: Any, name: str) -> Any:
        import pyarrow as pa

        if self.has_column(column):
            return column
        if POLARS.has_column(column):
            return to_library.sendable(column).to_arrow()
        if NUMPY.has_column(column):
            return to_library.arrow_of_numpy(column)
        if not PANDAS.has_column(column):
            return pa.array(column)
        from .from_arrow import of_pandas

        return of_pandas(column)

    def column(self, array: Any, nullable: bool, arrow_backed: bool, name: Any, index: Any) -> Any:
        return array.arrow()

    def frame(self, columns: dict[str, Any], index: Any = None) -> Any:
        import pyarrow as pa

        return pa.table(columns)

    def parts(self, values: Any, name: str) -> dict[str, Any]:
        if not self.has_frame(values):
            return {name: values}
        return dict(zip(values.schema.names, values.columns, strict=True))


LIST, NUMPY, PANDAS, POLARS, ARROW = _List(), _NumPy(), _Pandas(), _Polars(), _Arrow()
TABLE: tuple[Library, ...] = (LIST, NUMPY, PANDAS, POLARS, ARROW)
NAMED = {row.name: row for row in TABLE}


def column_library(value: Any) -> Library | None:
    """Return the library that a value is a column of, or None."""
    return next((row for row in TABLE if row.has_column(value)), None)


def frame_library(value: Any) -> Library | None:
    """Return the library that a value is a frame of, or None."""
    return next((row for row in TABLE if row.has_frame(value)), None)


def of_column(column: Any) -> Library:
    """Return the library of a column.

    Raises
    ------
    TypeError
        It is none.
    """
    row = column_library(column)
    if row is None:
        raise TypeError(f"{type(column).__name__} is no column")
    return row
