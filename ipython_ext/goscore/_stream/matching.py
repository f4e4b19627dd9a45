"""Matching parameters that have no value with the columns of a frame or stream, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .._call import fields
from .._call.signature import CallOptions, bound, python_names
from .._call.tables import missing
from .._errors import ArgumentTypeError, ArgumentValueError
from .._protocol.functions import FunctionInfo


def filled(values: list[Any], column: Callable[[str], Any], frame: Any = None) -> list[Any]:
    """Replace each `Named` value of `arguments` by its column, and `ROW` by the frame."""
    whole = [frame if value is ROW else value for value in values]
    return [column(value.name) if isinstance(value, Named) else value for value in whole]


class Named:
    """A column in the place of a parameter's value."""

    def __init__(self, name: str) -> None:
        self.name = name


ROW = object()  # in the place of the rows of a row function


def arguments(
    info: FunctionInfo,
    kwargs: Mapping[str, Any],
    defaults: CallOptions,
    columns: list[str],
    where: str,
) -> tuple[list[Any], CallOptions, list[str]]:
    """Match the parameters without a plain value with columns, as the fields of a row function are.

    Parameters
    ----------
    info : FunctionInfo
    kwargs : mapping
        Plain values of parameters, and options.
    defaults : CallOptions
    columns : list of str
    where : str
        What has them, for messages.

    Returns
    -------
    list
        One value, `Named` or `ROW` for each parameter.
    CallOptions
    list of str
        The columns that are needed.
    """
    function = info.name
    matches: dict[str, Any] = {}
    needed = []
    for name, parameter in zip(python_names(info), info.parameters, strict=True):
        if name in kwargs:
            continue
        if parameter.shape == "row":
            positions = fields.matched(function, info.fields, columns, where=where)
            needed += [columns[at] for at in positions]
            matches[name] = ROW
            continue
        if parameter.table is not None:
            raise missing(function, name, parameter)
        if parameter.default and not fields.named_in(parameter, columns):
            continue
        if info.kind == "aggregate" and parameter.shape == "value":
            raise ArgumentTypeError(
                f"{name} of {function} takes one {parameter.go}, the same for all of {where}: "
                f"pass {name}="
            )
        untagged = replace(parameter, column="")
        (at,) = fields.matched(function, [untagged], columns, "parameter", where)
        matches[name] = Named(columns[at])
        needed.append(columns[at])
    values, options = bound(info, (), {**matches, **kwargs}, defaults)
    return values, options, needed


def named(value: Any, option: str, columns: list[str]) -> list[str]:
    """Return the names of columns that an option has as its value."""
    names: list[Any] = [] if value is None else [value]
    if isinstance(value, list | tuple):
        names = [*value]
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
