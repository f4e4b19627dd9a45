"""What a call sends of its arguments, and whether their shapes fit the function and each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .._data import datatype
from .._data.entries import Entry
from .._data.input import Input
from .._errors import ArgumentTypeError, ArgumentValueError
from . import arguments as call_arguments
from . import fields, groups
from .signature import CallOptions, parameters, python_names


@dataclass
class Call:
    """A function and what it is called on.

    Attributes
    ----------
    info : dict
        An entry of ``functions`` of the protocol.
    options : CallOptions
    arguments : list of Input
        One for each parameter; for a row function one frame.
    names : list of list of str
        What their columns are called in messages.
    keys : list of Key
    first_state : Input or None
        Of a scan.
    single : bool
        Whether a row function was given one row.
    partial : bool
        Whether an aggregate's results are a column in any case.
    """

    info: dict[str, Any]
    options: CallOptions
    arguments: list[Input]
    names: list[list[str]]
    keys: list[groups.Key] = field(default_factory=list)
    first_state: Input | None = None
    single: bool = False
    partial: bool = False

    @property
    def inputs(self) -> list[Input]:
        """All that is sent."""
        state = [self.first_state] if self.first_state else []
        return [*self.arguments, *(key.input for key in self.keys), *state]

    @property
    def columns(self) -> list[Input]:
        """Those with rows."""
        return [given for given in self.inputs if given.library]


def call_text(info: dict[str, Any]) -> str:
    """Write the call as it stands in messages."""
    return f"{info['name']}({', '.join(parameter['name'] for parameter in parameters(info))})"


def prepare(info: dict[str, Any], values: list[Any], options: CallOptions) -> Call:
    """Make inputs of what the caller passed."""
    function = info["name"]
    if info["kind"] == "row":
        frame, single = fields.row(function, info["fields"], values[0])
        return Call(info, options, [frame], [frame.columns], single=single)
    names = python_names(info)
    arguments = [
        call_arguments.argument(f"p{at}", parameter, f"argument {name} of {function}", value)
        for at, (name, parameter, value) in enumerate(
            zip(names, parameters(info), values, strict=True)
        )
    ]
    made = Call(info, options, arguments, [[name] for name in names])
    if options.by is not None:
        made.keys = groups.keys(options.by)
    if options.init is not None:
        state = info["params"][0]
        if isinstance(options.init, Input):  # of the batch before
            made.first_state = options.init
            return made
        made.first_state = call_arguments.argument(
            "init", state, f"init= of {function}", options.init
        )
        if made.first_state.kind != "value":
            raise ArgumentTypeError(f"init= of {function} takes one {state['go']}, not a column")
    return made


def described(asked: Call) -> dict[str, Any]:
    """Return ``call`` of the protocol."""
    options = asked.options
    return {
        "function": asked.info.get("builtin") or asked.info.get("merges") or asked.info["name"],
        "builtin": "builtin" in asked.info,
        "sources": asked.info["sources"],
        "arguments": [given.name for given in asked.arguments],
        "by": [key.input.name for key in asked.keys],
        "dropna": bool(options.dropna),
        "errors": options.errors,
        "init": asked.first_state.name if asked.first_state else None,
        "partial": asked.partial,
        "merge": "merges" in asked.info,
    }


def plan(asked: Call) -> list[dict[str, Any]]:
    """Say which columns to send, and which of them can have missing values."""
    fields = asked.info.get("fields") if asked.info["kind"] == "row" else None
    if fields is not None:
        nullable = [at for at, one in enumerate(fields) if one["nullable"]]
        return [{"name": "p0", "columns": list(range(len(fields))), "nullable": nullable}]
    return [
        {"name": f"p{at}", "nullable": [0] if parameter["nullable"] else []}
        for at, parameter in enumerate(parameters(asked.info))
    ]


def check_shapes(asked: Call, entries: list[Entry]) -> None:
    """Refuse columns where one value is taken, and columns whose rows cannot belong together."""
    if asked.info["kind"] in ("vector", "aggregate") and not _by_rows(entries):
        for parameter, given in zip(parameters(asked.info), asked.arguments, strict=True):
            if parameter["shape"] == "value" and given.library:
                raise ArgumentTypeError(
                    f"{given.label} takes one {parameter['go']}, and a column was passed"
                )
    lengths: dict[int | None, str] = {}
    for given in asked.columns:
        lengths.setdefault(given.rows, given.label)
    if len(lengths) > 1:
        shown = " and ".join(
            f"{label} has {rows} row{'s' * (rows != 1)}" for rows, label in lengths.items()
        )
        hint = ""
        if isinstance(asked.options.by, list) and isinstance(next(iter(asked.options.by), 0), str):
            hint = f"\nby= takes columns, not their names: by=df[{asked.options.by[0]!r}]"
        raise ArgumentValueError(f"{shown}: columns of one call must have one length{hint}")


def _by_rows(entries: list[Entry]) -> bool:
    """Tell whether columns of lists or byte strings make slices the values of single rows."""
    return any(datatype.of(source.type).many for entry in entries for source in entry.sources)
