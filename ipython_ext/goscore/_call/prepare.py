"""What a call sends: its arguments, keys and options, and whether the columns fit each other."""

from __future__ import annotations

from collections import Counter
from dataclasses import field
from typing import Any

from .._data import datatype
from .._data.entries import Entry
from .._data.input import Input
from .._errors import ArgumentTypeError, ArgumentValueError
from .._protocol import functions as protocol
from .._protocol.functions import FunctionInfo
from .._protocol.messages import PlannedInput
from .._record import record
from . import fields, groups
from .arguments import argument
from .info import MergingInfo
from .signature import CallOptions, python_names
from .tables import table


@record()
class Call:
    """A function and what it is called on.

    Attributes
    ----------
    info : FunctionInfo
    options : CallOptions
    arguments : list of Input
        One for each parameter; for a row function one frame.
    names : list of list of str
        What messages call the columns of each argument.
    keys : list of Key
    first_state : Input or None
        Of a scan.
    single : bool
        Whether a row function was given one row.
    partial : bool
        Whether an aggregate's results are a column in any case.
    values : list or None
        What was passed, for a trace of what failed.
    """

    info: FunctionInfo
    options: CallOptions
    arguments: list[Input]
    names: list[list[str]]
    keys: list[groups.Key] = field(default_factory=list)
    first_state: Input | None = None
    single: bool = False
    partial: bool = False
    values: list[Any] | None = None  # of the parameters, for a trace of what failed

    @property
    def inputs(self) -> list[Input]:
        """All that is sent."""
        state = [self.first_state] if self.first_state else []
        return [*self.arguments, *(key.input for key in self.keys), *state]

    @property
    def columns(self) -> list[Input]:
        """Those with rows."""
        return [input for input in self.inputs if input.library]


def call_text(info: FunctionInfo) -> str:
    """Return the call as messages show it."""
    return f"{info.name}({', '.join(parameter.name for parameter in info.parameters)})"


def prepare(info: FunctionInfo, values: list[Any], options: CallOptions) -> Call:
    """Make inputs of what the caller passed."""
    call = Call(info, options, [], [])
    for at, (name, parameter, value) in enumerate(
        zip(python_names(info), info.parameters, values, strict=True)
    ):
        names = [name]
        if parameter.table is not None:
            made = table(f"p{at}", parameter, f"table {name} of {info.name}", value)
        elif parameter.shape == "row":
            made, call.single = fields.row(info.name, info.fields, value, f"p{at}")
            names = made.columns
        else:
            made = argument(f"p{at}", parameter, f"argument {name} of {info.name}", value)
        call.arguments.append(made)
        call.names.append(names)
    if options.by is not None:
        call.keys = groups.keys(options.by)
    if options.init is not None:
        call.first_state = _first_state(info, options.init)
    return call


def _first_state(info: FunctionInfo, value: Any) -> Input:
    if isinstance(value, Input):  # of the batch before
        return value
    state = info.params[0]
    bound = argument("init", state, f"init= of {info.name}", value)
    if bound.kind != "value":
        raise ArgumentTypeError(f"init= of {info.name} takes one {state.go}, not a column")
    return bound


def to_protocol(call: Call) -> protocol.Call:
    """Return a call as the request says it."""
    info, options = call.info, call.options
    merging = info if isinstance(info, MergingInfo) else None
    return {
        "function": merging.function if merging else info.builtin or info.name,
        "builtin": bool(info.builtin),
        "sources": info.sources,
        "arguments": [argument.name for argument in call.arguments],
        "by": [key.input.name for key in call.keys],
        "dropna": bool(options.dropna),
        "errors": options.errors,
        "init": call.first_state.name if call.first_state else None,
        "partial": call.partial,
        "merge": merging is not None,
    }


def plan(info: FunctionInfo) -> list[PlannedInput]:
    """Return what the worker would plan for a call: which columns, and which may have missing values."""
    planned = []
    for at, parameter in enumerate(info.parameters):
        if parameter.shape == "row":
            nullable = [number for number, field in enumerate(info.fields) if field.nullable]
            planned.append(_planned(at, list(range(len(info.fields))), nullable))
        else:
            planned.append(_planned(at, [], [0] if parameter.nullable else []))
    return planned


def _planned(at: int, columns: list[int], nullable: list[int]) -> PlannedInput:
    return {"name": f"p{at}", "used": True, "columns": columns, "soft": [], "nullable": nullable}


def check_shapes(call: Call, entries: list[Entry]) -> None:
    """Refuse columns where one value is taken or given, and columns of different lengths."""
    if call.info.kind in ("vector", "aggregate") and not by_rows(entries):
        for parameter, bound in zip(call.info.parameters, call.arguments, strict=True):
            if parameter.shape == "value" and bound.library:
                whole = [one.name for one in call.info.parameters if one.shape == "column"]
                raise ArgumentTypeError(
                    f"{bound.label} takes one {parameter.go}, and a column was passed"
                    + _may_be_tables(call.info, whole)
                )
    if call.info.single:
        _check_single(call, by_rows(entries))
    lengths: dict[int | None, str] = {}
    for column in call.columns:
        lengths.setdefault(column.rows, column.label)
    if len(lengths) > 1:
        text = " and ".join(
            f"{label} has {rows} row{'s' * (rows != 1)}" for rows, label in lengths.items()
        )
        hint = ""
        if isinstance(call.options.by, list) and isinstance(next(iter(call.options.by), 0), str):
            hint = f"\nby= takes columns, not their names: by=df[{call.options.by[0]!r}]"
        else:
            hint = _may_be_tables(call.info, _others(call))
        raise ArgumentValueError(f"{text}: columns of one call must have one length{hint}")


def _others(call: Call) -> list[str]:
    """Return the parameters whose columns are shorter or longer than most, or than the first."""
    if call.info.kind == "row":
        return []
    own = zip(call.info.parameters, call.arguments, strict=True)
    rows = {parameter.name: bound.rows for parameter, bound in own if bound.library}
    counts = Counter(rows.values())
    usual = max(counts, key=lambda count: counts[count], default=0)
    return [name for name, count in rows.items() if count != usual]


def _may_be_tables(info: FunctionInfo, names: list[str]) -> str:
    """Return a hint that some parameters may be the same for every row."""
    if info.builtin or not names:
        return ""
    listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return (
        f"\nif {listed} {'is' if len(names) == 1 else 'are'} the same for every row, write "
        f"//goscore:table {' '.join(names)} above func {info.name}"
    )


def _check_single(call: Call, by_rows: bool) -> None:
    """Refuse a call that would make a column of results that no column holds."""
    info = call.info
    if info.kind != "aggregate" or by_rows:
        labels = [] if call.single else [column.label for column in call.columns]
        where = f"{labels[0]} is a column, and each row" if labels else ""
    else:
        where = "by= makes a column of results, and each group" if call.keys else ""
    if where:
        raise ArgumentTypeError(
            f"{where} would get a value of Go type {info.single} from {info.name}, which no column holds: return a "
            f"struct or a slice, or call {info.name} for one {'group' if call.keys else 'value'} at a time"
        )


def by_rows(entries: list[Entry]) -> bool:
    """Tell whether columns hold lists or bytes, so that a slice in Go is the value of one row."""
    columns = [entry for entry in entries if not entry.input.digest]
    return any(datatype.of(source.type).many for entry in columns for source in entry.sources)
