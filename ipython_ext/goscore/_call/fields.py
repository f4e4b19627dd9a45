"""The argument of a row function: a frame, whose columns are matched with the fields of a struct."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .._data import libraries
from .._data.arrays import Source
from .._data.bind import bind
from .._data.input import Input
from .._errors import ArgumentTypeError, ArgumentValueError
from .._protocol.functions import ParamInfo
from .arguments import column, is_missing


def row(function: str, fields: list[ParamInfo], value: Any, name: str = "p0") -> tuple[Input, bool]:
    """Make an input of the frame that is passed to a row function.

    Parameters
    ----------
    function : str
    fields : list of ParamInfo
        Those of its struct; the input has one column for each, in their order.
    value : object
        A frame, or a dict of columns or of single values.
    name : str
        The input's.

    Returns
    -------
    Input
    bool
        Whether it is one row, of single values.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        It is no frame, or lacks a column.
    """
    label = f"the frame passed to {function}"
    if isinstance(value, dict):
        return _row_of_dict(function, fields, value, label, name)
    frame = None if is_missing(value) else bind(name, _unpacked(value), label)
    if frame is None or frame.kind != "frame":
        wanted = ", ".join(field.column or field.name for field in fields)
        advice = ""
        if frame is not None and frame.kind == "column" and frame.library == "pandas":
            advice = f": {function}(df) applies it to every row"  # df.apply(F, axis=1)
        raise ArgumentTypeError(
            f"{function} takes a DataFrame with the columns {wanted}, and a {type(value).__name__} was "
            f"passed{advice}"
        )
    return _selected(frame, matched(function, fields, frame.columns)), False


def _unpacked(value: Any) -> Any:
    """Return the frame in a column of structs; anything else as it is."""
    library = libraries.column_library(value)
    return value if library is None else library.fields(value)


def _row_of_dict(
    function: str, fields: list[ParamInfo], value: dict[Any, Any], label: str, name: str
) -> tuple[Input, bool]:
    names = [str(key) for key in value]
    items = list(value.values())
    positions = matched(function, fields, names)
    wanted = f"columns, or single values in all of them ({function})"
    parts = []
    for position in positions:
        if is_missing(items[position]):
            parts.append(Input(name, "value", label, lambda _: Source("n", 1, 1, [])))
        else:
            parts.append(column(name, items[position], f"{names[position]!r} of {label}", wanted))
    kinds = {part.kind for part in parts}
    if len(kinds) > 1:
        raise ArgumentTypeError(f"the dict passed to {function} holds columns and single values")
    single = kinds == {"value"}
    lengths = {part.rows for part in parts}
    if not single and len(lengths) > 1:
        raise ArgumentValueError(
            f"the columns of the dict passed to {function} differ in length: "
            + ", ".join(str(length) for length in lengths)
        )
    frame = Input(
        name,
        "frame",
        label,
        lambda at: parts[at].load(0),
        "" if single else parts[0].library,
        1 if single else parts[0].rows,
        [names[position] for position in positions],
        load_missing=lambda at: (parts[at].load_missing or parts[at].load)(0),
        column=lambda at: items[positions[at]],
        index=next((part.index for part in parts if part.index is not None), None),
        arrow_backed=lambda at: parts[at].arrow_backed(0),
    )
    return frame, single


def _selected(frame: Input, positions: list[int]) -> Input:
    """Return a frame of some columns, in the order of *positions*."""
    prepare, load_missing, column = frame.prepare, frame.load_missing, frame.column
    selected = replace(
        frame,
        labels=[frame.labels[position] for position in positions],
        load=lambda at: frame.load(positions[at]),
        arrow_backed=lambda at: frame.arrow_backed(positions[at]),
    )
    if load_missing:
        selected.load_missing = lambda at: load_missing(positions[at])
    if column:
        selected.column = lambda at: column(positions[at])
    if prepare:

        def prepare_selected(wanted: list[int]) -> None:
            prepare(sorted({positions[at] for at in wanted}))
            selected.rows = frame.rows

        selected.prepare = prepare_selected
    return selected


def matched(
    function: str,
    fields: list[ParamInfo],
    columns: list[str],
    noun: str = "field",
    where: str = "the frame",
) -> list[int]:
    """Find the column of each field.

    Parameters
    ----------
    function : str
    fields : list of ParamInfo
    columns : list of str
    noun : str
        What they are called in messages: ``field``, or ``parameter``.
    where : str
        What has them, for messages.

    Returns
    -------
    list of int
        Positions in *columns*.

    Raises
    ------
    ArgumentValueError
        A field has no column, or could have several.
    """
    return [_match(function, field, columns, noun, where) for field in fields]


def named_in(field: ParamInfo, columns: list[str]) -> bool:
    """Tell whether there is a column of a field's name."""
    wanted = _loose(field.column or field.name)
    return any(_loose(name) == wanted for name in columns)


def _match(function: str, field: ParamInfo, columns: list[str], noun: str, where: str) -> int:
    wanted = field.column or field.name
    matches = [at for at, name in enumerate(columns) if name == wanted]
    if not matches and not field.column:
        matches = [at for at, name in enumerate(columns) if _loose(name) == _loose(wanted)]
    if len(matches) == 1:
        return matches[0]
    what = f"{function}: the {noun} {field.name} ({field.go})"
    if matches:
        candidates = ", ".join(repr(columns[at]) for at in matches)
        advice = "rename them"
        if noun == "field":
            advice = f'choose one with a tag, `goscore:"{columns[matches[0]]}"`, or {advice}'
        raise ArgumentValueError(f"{what} fits several columns: {candidates}; {advice}")
    close = _nearest(wanted, columns)
    raise ArgumentValueError(
        f"{what} has no column {wanted!r} in {where}{close}"
        + ("" if close else f"; it has {', '.join(map(repr, columns[:10])) or 'no columns'}")
    )


def _nearest(wanted: str, columns: list[str]) -> str:
    loose = {_loose(name): name for name in columns}
    import difflib

    close = difflib.get_close_matches(_loose(wanted), list(loose), n=1, cutoff=0.6)
    return f"; did you mean {loose[close[0]]!r}?" if close else ""


def _loose(name: str) -> str:
    """Return a name as fields and columns are compared: without case, blanks and underscores."""
    return "".join(name.split()).replace("_", "").casefold()
