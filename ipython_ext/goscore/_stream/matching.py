"""Columns by their names: parameters without a value are matched with those of a frame or a stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._call import fields
from .._call.signature import CallOptions, bound, parameters, python_names
from .._errors import ArgumentTypeError, ArgumentValueError


def filled(values: list[Any], column: Callable[[str], Any]) -> list[Any]:
    """Put columns where `arguments` has their names."""
    return [column(value.name) if isinstance(value, Named) else value for value in values]


class Named:
    """A column in the place of a parameter's value."""

    def __init__(self, name: str) -> None:
        self.name = name


def arguments(
    info: dict[str, Any],
    kwargs: dict[str, Any],
    defaults: CallOptions,
    columns: list[str],
    where: str,
) -> tuple[list[Any], CallOptions, list[str]]:
    """Match parameters that got no plain value with columns, as a row function's fields are.

    Parameters
    ----------
    info : dict
    kwargs : dict
        Plain values of parameters, and options.
    defaults : CallOptions
    columns : list of str
    where : str
        What has them, for messages.

    Returns
    -------
    list
        One value or `Named` for each parameter; for a row function one for each field.
    CallOptions
    list of str
        The columns that are needed.
    """
    function = info["name"]
    if info["kind"] == "row":
        positions = fields.matched(function, info["fields"], columns, where=where)
        _, options = bound(info, (None,), kwargs, defaults)
        made: list[Any] = [Named(columns[at]) for at in positions]
        return made, options, [value.name for value in made]
    open_ = {}
    for name, parameter in zip(python_names(info), parameters(info), strict=True):
        if name in kwargs:
            continue
        if info["kind"] == "aggregate" and parameter["shape"] == "value":
            raise ArgumentTypeError(
                f"{name} of {function} takes one {parameter['go']}, the same for all of {where}: "
                f"pass {name}="
            )
        (at,) = fields.matched(function, [parameter | {"column": ""}], columns, "parameter", where)
        open_[name] = Named(columns[at])
    values, options = bound(info, (), {**open_, **kwargs}, defaults)
    return values, options, [value.name for value in open_.values()]


def named(given: Any, option: str, columns: list[str]) -> list[str]:
    """Take an option that names columns."""
    names: list[Any] = [] if given is None else [given]
    if isinstance(given, list | tuple):
        names = [*given]
    if not all(isinstance(name, str) for name in names):
        raise ArgumentTypeError(
            f"{option}= takes names of columns here, such as {option}={columns[0]!r}"
        )
    for name in names:
        if columns.count(name) != 1:
            what = "more than one column" if name in columns else "no column"
            raise ArgumentValueError(
                f"{option}={name!r}: there is {what} of that name among "
                + ", ".join(map(repr, columns[:10]))
            )
    return names
