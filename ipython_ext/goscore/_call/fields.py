"""The frame that a row function is given: its columns in the order of the struct's fields."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import Any

from .._data import libraries
from .._data.arrays import Source
from .._data.bind import bind
from .._data.input import Input
from .._errors import ArgumentTypeError, ArgumentValueError
from .arguments import column, is_missing


def row(function: str, fields: list[dict[str, Any]], value: Any) -> tuple[Input, bool]:
    """Make an input of the frame that a row function is given.

    Parameters
    ----------
    function : str
    fields : list of dict
        Those of its struct; the input has one column for each, in their order.
    value : object
        A frame, or a dict of columns or of single values.

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
        return _row_of_dict(function, fields, value, label)
    given = None if is_missing(value) else bind("p0", _unpacked(value), label)
    if given is None or given.kind != "frame":
        wanted = ", ".join(
            field["column"] if field.get("column") else field["name"] for field in fields
        )
        advice = ""
        if given is not None and given.kind == "column" and given.library == "pandas":
            advice = f": {function}(df) applies it to every row"  # df.apply(F, axis=1)
        raise ArgumentTypeError(
            f"{function} takes a DataFrame with the columns {wanted}, and a {type(value).__name__} was "
            f"passed{advice}"
        )
    return _selected(given, matched(function, fields, given.columns)), False


def _unpacked(value: Any) -> Any:
    """Return the frame in a column of structs; anything else as it is."""
    library = libraries.column_library(value)
    return value if library is None else library.fields(value)


def _row_of_dict(
    function: str, fields: list[dict[str, Any]], value: dict[Any, Any], label: str
) -> tuple[Input, bool]:
    names = [str(key) for key in value]
    items = list(value.values())
    positions = matched(function, fields, names)
    wanted = f"columns, or single values in all of them ({function})"
    parts = []
    for position in positions:
        if is_missing(items[position]):
            parts.append(Input("p0", "value", label, lambda _: Source("n", 1, 1, [])))
        else:
            parts.append(column("p0", items[position], f"{names[position]!r} of {label}", wanted))
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
    made = Input(
        "p0",
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
    return made, single


def _selected(given: Input, positions: list[int]) -> Input:
    """Take columns of a frame, in another order."""
    prepare, load_missing, own = given.prepare, given.load_missing, given.column
    made = replace(
        given,
        labels=[given.labels[position] for position in positions],
        load=lambda at: given.load(positions[at]),
        arrow_backed=lambda at: given.arrow_backed(positions[at]),
    )
    if load_missing:
        made.load_missing = lambda at: load_missing(positions[at])
    if own:
        made.column = lambda at: own(positions[at])
    if prepare:

        def prepare_selected(wanted: list[int]) -> None:
            prepare(sorted({positions[at] for at in wanted}))
            made.rows = given.rows

        made.prepare = prepare_selected
    return made


def matched(
    function: str,
    fields: list[dict[str, Any]],
    columns: list[str],
    noun: str = "field",
    where: str = "the frame",
) -> list[int]:
    """Find the column of each field.

    Parameters
    ----------
    function : str
    fields : list of dict
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


def _match(function: str, field: dict[str, Any], columns: list[str], noun: str, where: str) -> int:
    tag = field.get("column") or ""
    wanted = tag or field["name"]
    found = [at for at, name in enumerate(columns) if name == wanted]
    if not found and not tag:
        found = [at for at, name in enumerate(columns) if _loose(name) == _loose(wanted)]
    if len(found) == 1:
        return found[0]
    what = f"{function}: the {noun} {field['name']} ({field['go']})"
    if found:
        candidates = ", ".join(repr(columns[at]) for at in found)
        advice = "rename them"
        if noun == "field":
            advice = f'choose one with a tag, `goscore:"{columns[found[0]]}"`, or {advice}'
        raise ArgumentValueError(f"{what} fits several columns: {candidates}; {advice}")
    close = _nearest(wanted, columns)
    raise ArgumentValueError(
        f"{what} has no column {wanted!r} in {where}{close}"
        + ("" if close else f"; it has {', '.join(map(repr, columns[:10])) or 'no columns'}")
    )


def _nearest(wanted: str, columns: list[str]) -> str:
    loose = {_loose(name): name for name in columns}
    found = difflib.get_close_matches(_loose(wanted), list(loose), n=1, cutoff=0.6)
    return f"; did you mean {loose[found[0]]!r}?" if found else ""


def _loose(name: str) -> str:
    """Return a name as fields and columns are compared: without case, blanks and underscores."""
    return "".join(name.split()).replace("_", "").casefold()
