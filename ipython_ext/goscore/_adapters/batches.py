"""Calls on batches of rows, as engines make them: arguments by name, and a batch as the result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._call import failures, fields
from .._call.signature import open_parameters
from .._call.tables import check_names, missing
from .._data.bind import bind
from .._data.input import Input
from .._data.libraries import ARROW, POLARS
from .._data.objects import unique
from .._errors import ArgumentTypeError, ArgumentValueError
from .._protocol.functions import ParamInfo

if TYPE_CHECKING:
    from .function import Function

Names = str | Iterable[str]


class Batches:
    """A Go function as a callable on batches: frames that each have some of the rows.

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
        bound = opened(self.function, frame)
        results = called(self.function, frame, bound, by, arguments)
        if structs and results.single:
            return frame_of(bound, results.columns).to_series()
        kept = _kept(self.function, bound, keep)
        if both := kept.keys() & results.columns.keys():
            raise ArgumentValueError(
                f"keep= of {self.__name__} has a column {min(both)!r}, and so have the results: leave "
                f"it out, or rename it"
            )
        columns = {**kept, **results.columns}
        if len({len(column) for column in columns.values()}) > 1:
            raise ArgumentTypeError(
                f"{self.__name__} gives other rows than the batch has: there is nothing for keep= to "
                f"stand beside"
            )
        result = frame_of(bound, columns)
        if structs:
            return result.to_struct(self.__name__)
        return _record_batch(result) if type(batch).__name__ == "RecordBatch" else result

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Batches) and self.function == other.function

    def __hash__(self) -> int:
        return hash((Batches, self.function))

    def __repr__(self) -> str:
        return f"<{self.function!r}, called on batches>"


@dataclass
class Results:
    """The results of a call, as columns.

    Attributes
    ----------
    columns : dict of str to column
    single : bool
        Whether Go returns one value, not a struct or several.
    """

    columns: dict[str, Any]
    single: bool


def called(
    function: Function, batch: Any, bound: Input, by: Names, arguments: Mapping[str, Any]
) -> Results:
    """Call a function on the columns of a batch that its parameters name.

    Parameters
    ----------
    function : GoFunction
    batch : frame
    bound : Input
        The batch, `opened`.
    by : str or list of str
    arguments : mapping
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
        chosen["by"] = [_named(function, bound, key) for key in keys]
    check_names(function._info, chosen, bound.columns, "the batch")
    columns = _columns(function, batch, bound, chosen)
    return of(function, function(**columns, **chosen), keys)


def of(function: Function, result: Any, keys: list[str]) -> Results:
    """Return what a function gave as columns."""
    items = list(result) if isinstance(result, tuple) else [result]
    if function.kind == "aggregate":
        items = [_grouped(item, keys) if keys else _one_row(item) for item in items]
    single = len(items) == 1 and not isinstance(items[0], dict) and not _is_frame(result)
    return Results(_side_by_side(function.__name__, items, keys), single)


def opened(function: Function, batch: Any) -> Input:
    """Bind a batch as a frame.

    Raises
    ------
    ArgumentTypeError
        It has no columns.
    """
    label = f"the batch passed to {function.__name__}"
    if isinstance(batch, dict):
        columns = list(batch.values())
        rows = len(columns[0]) if columns else 0
        bound = Input("batch", "frame", label, lambda at: None, "numpy", rows, list(batch))  # type: ignore[arg-type, return-value]
        bound.column = columns.__getitem__
        return bound
    bound = bind("batch", batch, label)
    if bound.kind != "frame":
        raise ArgumentTypeError(
            f"{label} is a {type(batch).__name__}: a batch is a frame with named columns"
        )
    if bound.prepare:
        bound.prepare(list(range(len(bound.labels))))
    return bound


def _columns(
    function: Function, batch: Any, bound: Input, chosen: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments that *chosen* does not have."""
    assert bound.column is not None
    columns = {}
    for name, parameter in open_parameters(function._info, {*chosen, *function._tables}):
        if parameter.shape == "row":
            columns[name] = batch
        elif parameter.table is not None:
            raise missing(function.__name__, name, parameter)
        elif not parameter.default or fields.named_in(parameter, bound.columns):
            (at,) = fields.matched(function.__name__, [parameter], bound.columns, "parameter")
            columns[name] = bound.column(at)
    return columns


def column_names(function: Function, arguments: Mapping[str, Any]) -> list[str]:
    """Return the names in Go of the columns that a function takes beside some values.

    Raises
    ------
    ArgumentTypeError
        A table has no value.
    """
    info = function._info
    names = []
    for name, parameter in open_parameters(info, {*arguments, *function._tables}):
        if parameter.shape == "row":
            names += [field.column or field.name for field in info.fields]
        elif parameter.table is not None:
            raise missing(function.__name__, name, parameter)
        else:
            names.append(parameter.name)
    return names


def _side_by_side(name: str, items: list[Any], keys: list[str]) -> dict[str, Any]:
    """Return the columns of all results; each result has the keys of groups, which are taken once."""
    columns: dict[str, Any] = {}
    for item in items:
        for label, column in _part(name, item).items():
            if label in keys:
                columns.setdefault(label, column)
            else:
                columns[unique([*columns, label])[-1]] = column
    return columns


def _part(name: str, item: Any) -> dict[str, Any]:
    if not _is_frame(item):
        return {name: item}
    if isinstance(item, dict):
        return item
    bound = bind("result", item, "a result")
    if bound.prepare:
        bound.prepare(list(range(len(bound.labels))))
    assert bound.column is not None
    return {label: bound.column(at) for at, label in enumerate(bound.columns)}


def _is_frame(result: Any) -> bool:
    return isinstance(result, dict) or hasattr(result, "columns")


def _grouped(item: Any, keys: list[str]) -> dict[str, Any]:
    """Return the columns of an aggregate's result by groups: the keys under their names, then the rest."""
    if not ARROW.has_frame(item):
        raise ArgumentTypeError(
            "by= of a batch with an aggregate takes Arrow's tables and record batches"
        )
    columns = _part("", item)
    return dict(zip([*keys, *list(columns)[len(keys) :]], columns.values(), strict=True))


def _one_row(result: Any) -> Any:
    """Return a single result as a column; where rows hold lists, it is a column already."""
    if isinstance(result, dict):
        return {name: _one_row(value) for name, value in result.items()}
    if hasattr(result, "__len__") and not isinstance(result, str | bytes):
        return result
    return [result]


def _kept(function: Function, bound: Input, keep: bool | Names) -> dict[str, Any]:
    if keep is False:
        return {}
    names = bound.columns if keep is True else _listed(keep)
    return {name: _named(function, bound, name) for name in names}


def _named(function: Function, bound: Input, name: str) -> Any:
    assert bound.column is not None
    return bound.column(position(function, bound, name))


def position(function: Function, bound: Input, name: str) -> int:
    """Find a column of a batch that the caller named."""
    wanted = ParamInfo(
        name=name, go="a column", elem="", shape="column", column=name, nullable=False
    )
    return fields.matched(function.__name__, [wanted], bound.columns, "name")[0]


def _listed(names: Names) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def frame_of(bound: Input, columns: dict[str, Any]) -> Any:
    """Make a frame of columns in the library of a batch."""
    if bound.library == "pandas":
        import pandas as pd

        index = next((c.index for c in columns.values() if isinstance(c, pd.Series)), None)
        return pd.DataFrame(columns, index=index, copy=False)
    return failures.frame(columns, bound.library)


def _record_batch(table: Any) -> Any:
    import pyarrow as pa

    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)
