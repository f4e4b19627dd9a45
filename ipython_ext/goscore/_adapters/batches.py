"""Batches of rows, as engines hand them out: arguments by name, results as a batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._call import failures, fields
from .._call.signature import parameters, python_names
from .._data.bind import bind
from .._data.convert import unique
from .._data.input import Input
from .._data.libraries import ARROW, POLARS
from .._errors import ArgumentTypeError, ArgumentValueError

if TYPE_CHECKING:
    from .function import Function

Names = str | Iterable[str]


class Batches:
    """A Go function as what is called on batches: frames of which each has some of the rows.

    Each parameter takes the column that has its name, exactly or else
    ignoring case, ``_`` and blanks, as the fields of a row function do. The
    result is a batch of the same library; it has the columns of the struct
    that Go returns, or one column that is named after the function. It pickles.

    Parameters
    ----------
    function : GoFunction
        Of any kind; a vector function or an aggregate sees one batch, not the whole column.
    """

    def __init__(self, function: Function) -> None:
        self.function = function
        self.__name__ = self.__qualname__ = function.__name__

    def __call__(
        self, batch: Any, *, keep: bool | Names = False, by: Names = (), **arguments: Any
    ) -> Any:
        """Call the function on one batch.

        Parameters
        ----------
        batch : frame
            Of any library; a dict of arrays, or a polars Series of structs.
        keep : bool or list of str
            Columns of the batch that stand before the results; True keeps all of them.
        by : str or list of str
            Columns that are the keys of groups, for vector functions and scans, and for aggregates
            of Arrow's batches.
        **arguments
            Values for parameters that are no columns, and options such as ``errors="coerce"``.

        Returns
        -------
        frame
            In the library of the batch, with its index where rows stay rows.
        """
        structs = POLARS.has_column(batch)
        frame = batch.struct.unnest() if structs else batch
        given = opened(self.function, frame)
        found = called(self.function, frame, given, by, arguments)
        if structs and found.single:
            return frame_of(given, found.columns).to_series()
        kept = _kept(self.function, given, keep)
        if both := kept.keys() & found.columns.keys():
            raise ArgumentValueError(
                f"keep= of {self.__name__} has a column {min(both)!r}, and so have the results: leave "
                f"it out, or rename it"
            )
        columns = {**kept, **found.columns}
        if len({len(column) for column in columns.values()}) > 1:
            raise ArgumentTypeError(
                f"{self.__name__} gives other rows than the batch has: there is nothing for keep= to "
                f"stand beside"
            )
        made = frame_of(given, columns)
        if structs:
            return made.to_struct(self.__name__)
        return _record_batch(made) if type(batch).__name__ == "RecordBatch" else made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Batches) and self.function == other.function

    def __hash__(self) -> int:
        return hash((Batches, self.function))

    def __repr__(self) -> str:
        return f"<{self.function!r}, called on batches>"


@dataclass
class Found:
    """Results as columns.

    Attributes
    ----------
    columns : dict of str to column
    single : bool
        Whether Go returns one value, not a struct or several.
    """

    columns: dict[str, Any]
    single: bool


def called(
    function: Function, batch: Any, given: Input, by: Names, arguments: dict[str, Any]
) -> Found:
    """Call a function on the columns of a batch that its parameters name.

    Parameters
    ----------
    function : GoFunction
    batch : frame
    given : Input
        The batch, `opened`.
    by : str or list of str
    arguments : dict
        Values of parameters, and options.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        A parameter has no column, or an option does not fit.
    """
    if arguments.get("errors") == "report":
        raise ArgumentTypeError(
            f'errors="report" gives a second frame, for which a batch has no room: take '
            f'errors="coerce", or call {function.__name__} itself'
        )
    chosen = dict(arguments)
    keys = _listed(by)
    if keys:
        chosen["by"] = [_named(function, given, key) for key in keys]
    columns = [batch] if function.kind == "row" else _columns(function, given, chosen)
    made = function(*columns, **chosen)
    items = list(made) if isinstance(made, tuple) else [made]
    if function.kind == "aggregate":
        items = [_grouped(item, keys) if keys else _one_row(item) for item in items]
    single = len(items) == 1 and not isinstance(items[0], dict) and not _is_frame(made)
    return Found(_side_by_side(function.__name__, items, keys), single)


def opened(function: Function, batch: Any) -> Input:
    """Take a batch for what has columns.

    Raises
    ------
    ArgumentTypeError
        It has none.
    """
    label = f"the batch passed to {function.__name__}"
    if isinstance(batch, dict):
        columns = list(batch.values())
        rows = len(columns[0]) if columns else 0
        given = Input("batch", "frame", label, lambda at: None, "numpy", rows, list(batch))  # type: ignore[arg-type, return-value]
        given.column = columns.__getitem__
        return given
    given = bind("batch", batch, label)
    if given.kind != "frame":
        raise ArgumentTypeError(
            f"{label} is a {type(batch).__name__}: a batch is a frame with named columns"
        )
    if given.prepare:
        given.prepare(list(range(len(given.labels))))
    return given


def _columns(function: Function, given: Input, chosen: dict[str, Any]) -> list[Any]:
    """Return the arguments; take those that were given as values out of *chosen*."""
    assert given.column is not None
    columns = []
    for name, parameter in zip(
        python_names(function._info), parameters(function._info), strict=True
    ):
        if name in chosen:
            columns.append(chosen.pop(name))
        else:
            (at,) = fields.matched(function.__name__, [parameter], given.columns, "parameter")
            columns.append(given.column(at))
    return columns


def _side_by_side(name: str, items: list[Any], keys: list[str]) -> dict[str, Any]:
    """Put results beside each other; the keys of groups, which each has, stand there once."""
    made: dict[str, Any] = {}
    for item in items:
        for label, column in _part(name, item).items():
            if label in keys:
                made.setdefault(label, column)
            else:
                made[unique([*made, label])[-1]] = column
    return made


def _part(name: str, item: Any) -> dict[str, Any]:
    if not _is_frame(item):
        return {name: item}
    if isinstance(item, dict):
        return item
    given = bind("result", item, "a result")
    if given.prepare:
        given.prepare(list(range(len(given.labels))))
    assert given.column is not None
    return {label: given.column(at) for at, label in enumerate(given.columns)}


def _is_frame(made: Any) -> bool:
    return isinstance(made, dict) or hasattr(made, "columns")


def _grouped(item: Any, keys: list[str]) -> dict[str, Any]:
    """Return the columns of one row for each group; the keys come first, under their names."""
    if not ARROW.has_frame(item):
        raise ArgumentTypeError(
            "by= of a batch with an aggregate takes Arrow's tables and record batches"
        )
    found = _part("", item)
    return dict(zip([*keys, *list(found)[len(keys) :]], found.values(), strict=True))


def _one_row(made: Any) -> Any:
    """Return a single result as a column; where rows hold lists, it is a column already."""
    if isinstance(made, dict):
        return {name: _one_row(value) for name, value in made.items()}
    if hasattr(made, "__len__") and not isinstance(made, str | bytes):
        return made
    return [made]


def _kept(function: Function, given: Input, keep: bool | Names) -> dict[str, Any]:
    if keep is False:
        return {}
    names = given.columns if keep is True else _listed(keep)
    return {name: _named(function, given, name) for name in names}


def _named(function: Function, given: Input, name: str) -> Any:
    assert given.column is not None
    return given.column(position(function, given, name))


def position(function: Function, given: Input, name: str) -> int:
    """Find a column of a batch that the caller named."""
    wanted = {"name": name, "go": "a column", "column": name}
    return fields.matched(function.__name__, [wanted], given.columns, "name")[0]


def _listed(names: Names) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def frame_of(given: Input, columns: dict[str, Any]) -> Any:
    """Make a frame of columns in the library of a batch."""
    if given.library == "pandas":
        import pandas as pd

        kept = next((c.index for c in columns.values() if isinstance(c, pd.Series)), None)
        return pd.DataFrame(columns, index=kept, copy=False)
    return failures.frame(columns, given.library)


def _record_batch(table: Any) -> Any:
    import pyarrow as pa

    found = table.combine_chunks().to_batches()
    return found[0] if found else pa.RecordBatch.from_pylist([], schema=table.schema)
