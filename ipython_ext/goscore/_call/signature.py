"""The signature of a Go function in Python: its parameters, and after them the options of a call."""

from __future__ import annotations

import ast
import json
import keyword
import math
from collections.abc import Collection, Mapping
from datetime import timedelta
from inspect import Parameter, Signature
from types import MappingProxyType
from typing import Any

import numpy as np

from .._errors import ArgumentTypeError, ArgumentValueError
from .._names import nearest
from .._protocol.functions import FunctionInfo, ParamInfo
from .._record import record

_KINDS = {
    "scalar": "scalar function, applied to every row",
    "vector": "vector function, sees whole columns",
    "aggregate": "aggregate function, one value for a column or for each group",
    "scan": "scan, each row's result is the next row's first argument",
    "row": "row function, applied to every row of a frame",
}


def kind_text(info: FunctionInfo) -> str:
    """Say how goscore treats a function, and on how many cores it runs."""
    text = _KINDS[info.kind]
    if info.serial:
        written = [one.name for one in info.params if one.written]
        what = f"its table {written[0]}" if written else "package variables"
        text += f", on one core, because it may write {what}"
    elif info.kind in ("scalar", "row"):
        text += ", in parallel"
    tables = [f"; {one.name}: table" for one in info.params if one.table is not None]
    return text + "".join(tables)


ERRORS = ("raise", "coerce", "report")


@record()
class CallOptions:
    """The options of a call; `options` tells which of them a function takes."""

    by: Any = None
    dropna: bool = True
    errors: str = "raise"
    init: Any = None
    timeout: float | None = None
    threads: int | None = None
    begin: int = 0  # rows of a stream before those of this call

    def check(self) -> None:
        """Refuse values that no option has.

        Raises
        ------
        ArgumentTypeError, ArgumentValueError
        """
        if self.errors not in ERRORS:
            raise ArgumentValueError(
                f'errors= takes "raise", "coerce" or "report", not {self.errors!r}'
            )
        if self.threads is not None and (
            not isinstance(self.threads, int) or isinstance(self.threads, bool) or self.threads < 1
        ):
            raise ArgumentValueError(
                f"threads= takes a number of cores from 1 up, not {self.threads!r}"
            )
        if self.timeout is not None and (
            not isinstance(self.timeout, int | float) or not 0 < self.timeout < math.inf
        ):
            raise ArgumentValueError(f"timeout= takes a number of seconds, not {self.timeout!r}")


class GoValue:
    """A default that Go knows: its text is the Go expression."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def python_names(info: FunctionInfo) -> list[str]:
    """Return the parameters' names in Python; keywords and names of options get a ``_`` at the end."""
    kept: list[str] | None = info.__dict__.get("_python_names")
    if kept is not None:
        return kept
    taken = set(options(info))
    names: list[str] = []
    for parameter in info.parameters:
        name = parameter.name
        while name in taken or keyword.iskeyword(name):
            name += "_"
        taken.add(name)
        names.append(name)
    info.__dict__["_python_names"] = names  # each call asks more than once
    return names


def options(info: FunctionInfo) -> list[str]:
    """Return the names of the options that a call takes."""
    if info.builtin:
        return info.options
    names = []
    if info.kind in ("vector", "aggregate", "scan"):
        names += ["by", "dropna"]
    if info.error:
        names.append("errors")
    if info.kind == "scan":
        names.append("init")
    return [*names, "timeout", "threads"]


def open_parameters(info: FunctionInfo, given: Collection[str]) -> list[tuple[str, ParamInfo]]:
    """Return the parameters that have no value yet, with their names in Python."""
    own = zip(python_names(info), info.parameters, strict=True)
    return [(name, parameter) for name, parameter in own if name not in given]


def signature(info: FunctionInfo, defaults: CallOptions, given: Collection[str] = ()) -> Signature:
    """Make the signature that Python shows, with Go's types as annotations."""
    parameters: list[Parameter] = []
    keyword_only = False
    for name, parameter in open_parameters(info, given):
        value = default(parameter) if parameter.default else Parameter.empty
        if value is Parameter.empty and any(one.default is not value for one in parameters):
            keyword_only = True  # as in Python, it cannot follow one with a default
        kind = Parameter.KEYWORD_ONLY if keyword_only else Parameter.POSITIONAL_OR_KEYWORD
        parameters.append(Parameter(name, kind, default=value, annotation=parameter.go))
    for option in options(info):
        value = getattr(defaults, option)
        if option == "init":
            value = _first_state(info.init or "")
        parameters.append(Parameter(option, Parameter.KEYWORD_ONLY, default=value))
    results = info.results or ["bool"]
    annotation = results[0] if len(results) == 1 else f"({', '.join(results)})"
    return Signature(parameters, return_annotation=annotation)


def default(parameter: ParamInfo) -> Any:
    """Return the value of a parameter that has one by ``//goscore:default``."""
    value = json.loads(parameter.default)
    if parameter.elem == "time.Duration" and value is not None:
        microseconds, rest = divmod(value, 1000)
        return np.timedelta64(value, "ns") if rest else timedelta(microseconds=microseconds)
    return value


def _first_state(text: str) -> Any:
    """Return a scan's first state as Python writes it, or as Go does."""
    if not text:
        return None
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return GoValue(text)


def bound(
    info: FunctionInfo,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    defaults: CallOptions,
    given: Mapping[str, Any] = MappingProxyType({}),
) -> tuple[list[Any], CallOptions]:
    """Divide what a caller passed into arguments and options.

    Parameters
    ----------
    info : FunctionInfo
    args, kwargs
        As the caller passed them.
    defaults : CallOptions
    given : mapping
        Values of parameters that a call need not have.

    Returns
    -------
    list
        One value for each parameter.
    CallOptions

    Raises
    ------
    ArgumentTypeError
        In the words of Python's own error, where there is one.
    """
    function, names, known = info.name, python_names(info), options(info)
    places = [name for name in names if name not in given]
    if len(args) > len(places):
        takes = f"{len(places)} argument" + ("s" if len(places) != 1 else "")
        raise ArgumentTypeError(
            f"{function}() takes {takes} ({', '.join(places)}) and {len(args)} were given"
        )
    values = dict(zip(places, args, strict=False))
    chosen = CallOptions(**vars(defaults))
    for name, value in kwargs.items():
        if name in names:
            if name in values:
                raise ArgumentTypeError(f"{function}() got multiple values for argument {name!r}")
            values[name] = value
        elif name in known:
            setattr(chosen, name, value)
        else:
            raise ArgumentTypeError(_unexpected(info, name, [*names, *known]))
    for name, parameter in zip(names, info.parameters, strict=True):
        if name in values:
            continue
        if name in given:
            values[name] = given[name]
        elif parameter.default:
            values[name] = default(parameter)
    missing = [repr(name) for name in names if name not in values]
    if missing:
        what = "argument" if len(missing) == 1 else "arguments"
        listed = " and ".join(filter(None, [", ".join(missing[:-1]), missing[-1]]))
        raise ArgumentTypeError(f"{function}() missing {len(missing)} required {what}: {listed}")
    chosen.check()
    return [values[name] for name in names], chosen


def _unexpected(info: FunctionInfo, name: str, known: list[str]) -> str:
    function, kind = info.name, info.kind
    if name in ("by", "dropna"):
        return f"{function}() takes no {name}=: it is a {kind} function, whose rows do not depend on each other"
    if name == "errors":
        return f"{function}() takes no errors=: its last result is no error"
    if name == "init":
        return f"{function}() takes no init=: it is no scan (//goscore:scan)"
    return f"{function}() got an unexpected keyword argument {name!r}{nearest(name, known)}"
