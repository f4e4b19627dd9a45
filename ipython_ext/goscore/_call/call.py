"""One call of a Go function: arguments in, results in the library that went in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .._data.convert import convert
from .._data.input import Input
from .._data.target import Target, indexes, usual
from .._errors import ArgumentTypeError, GoscoreError
from .._run.execute import executing
from .._run.options import Options
from .._run.outgoing import Entry, gather
from . import arguments as call_arguments
from . import fields, groups
from .asked import check_shapes, plan
from .failures import Failures, Rows, placed
from .signature import CallOptions, parameters, python_names

if TYPE_CHECKING:
    from .._run.execute import Answer, Execution
    from .._worker.carry import Programs

FIRST = "goscore.first"  # output: the first row of each group


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


def call(
    info: dict[str, Any],
    values: list[Any],
    options: CallOptions,
    force: bool = False,
    programs: Programs | None = None,
) -> Any:
    """Call a function.

    Parameters
    ----------
    info : dict
        An entry of ``functions`` of the protocol.
    values : list
        One for each of its `parameters`.
    options : CallOptions
    force : bool
        Whether to compile it again.
    programs : Programs, optional
        Compiled elsewhere.

    Returns
    -------
    object
        As the specification has it for the function's kind.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        An argument does not fit.
    GoError
        The function returned an error, and nothing else was asked for.
    GoPanic
        It panicked.
    """
    asked = _prepared(info, values, options)
    with executing(_shown(info), _run_options(options, force), cell=info["cell"]) as one:
        entries, went_in, answer = _answered(asked, one, programs)
        target = _target(asked, entries)
        with one.receipt.adding("copy_out"):
            return _result(asked, answer, target, went_in)


def partials(
    info: dict[str, Any],
    values: list[Any],
    options: CallOptions,
    programs: Programs | None = None,
) -> tuple[dict[str, Any], np.ndarray | None]:
    """Call an aggregate whose results are not given to the user as they are.

    Returns
    -------
    dict
        The RESULT, a column or a frame, also without keys.
    numpy.ndarray or None
        The first row of each group.
    """
    asked = _prepared(info, values, options)
    asked.partial = True
    with executing(_shown(info), _run_options(options), cell=info["cell"]) as one:
        _, _, answer = _answered(asked, one, programs)
        first = answer.outputs.get(FIRST)
        return answer.value, None if first is None else first["array"].numbers()


def _answered(
    asked: Call, one: Execution, programs: Programs | None
) -> tuple[list[Entry], Rows, Answer]:
    with one.receipt.adding("copy_in"):
        entries = gather(asked.inputs, plan(asked))
        check_shapes(asked, entries)
    went_in = _rows(asked)
    try:
        return entries, went_in, one.answer_with(programs, entries, _described(asked))
    except GoscoreError as error:
        raise placed(error, _groups_of(asked) or went_in) from None


def _run_options(options: CallOptions, force: bool = False) -> Options:
    return Options(threads=options.threads, timeout=options.timeout, force=force)


def _shown(info: dict[str, Any]) -> str:
    """Write the call as it stands in messages."""
    return f"{info['name']}({', '.join(parameter['name'] for parameter in parameters(info))})"


def _prepared(info: dict[str, Any], values: list[Any], options: CallOptions) -> Call:
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


def _target(asked: Call, entries: list[Entry]) -> Target:
    """Find out what results are to look like."""
    target = Target("list" if asked.single else _library(asked), indexes(asked.columns))
    names, backed = [], []
    for entry in entries:
        if entry.input not in asked.arguments or not entry.input.library:
            continue
        for position in entry.sent:
            labels = entry.input.labels
            names.append(labels[position] if labels else None)
            backed.append(entry.input.arrow_backed(position))
            target.nullable = target.nullable or _masked(entry.input, position)
    if names and all(name == names[0] for name in names) and asked.info["kind"] != "row":
        target.name = names[0]
    target.arrow_backed = bool(backed) and backed[0]
    if asked.info["error"] and asked.options.errors != "raise":
        target.nullable = True
    return target


def _library(asked: Call) -> str:
    return next((given.library for given in asked.columns), "") or usual()


def _masked(given: Input, position: int) -> bool:
    """Tell whether pandas keeps a column with a mask, as ``Int64`` does."""
    if given.library != "pandas" or given.column is None:
        return False
    return hasattr(getattr(given.column(position), "array", None), "_mask")


def _rows(asked: Call) -> Rows:
    """Say how messages show rows of the call."""
    count = next((given.rows or 0 for given in asked.columns), 1)
    index = next((given.index for given in asked.columns if given.index is not None), None)
    labelled = [] if index is None else [index]
    return Rows(count, asked.arguments, asked.names, labelled, begin=asked.options.begin)


def _groups_of(asked: Call) -> Rows | None:
    """Say how messages show groups, by their first rows; None where rows are called for."""
    if not asked.keys or asked.info["kind"] == "scan":
        return None
    return Rows(0, [], [], [key.column for key in asked.keys], noun="group")


def _described(asked: Call) -> dict[str, Any]:
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


def _result(asked: Call, answer: Answer, target: Target, went_in: Rows) -> Any:
    failures = Failures.read(answer.failed)
    first = answer.outputs.get(FIRST)
    rows = None if first is None else first["array"].numbers()
    whole: Rows | None = _groups_of(asked) or went_in
    if whole and rows is not None:
        whole.count = len(rows)
    elif not asked.columns or (asked.info["kind"] in ("vector", "aggregate") and not asked.keys):
        whole = None
    if failures.count and asked.options.errors == "raise":
        raise failures.error(asked.info["name"], asked.info["cell"], whole)
    made = _shaped(asked, answer.value, target, rows)
    if asked.options.errors == "report":
        return made, failures.report(target.library, whole)
    return made


def _shaped(asked: Call, value: dict[str, Any], target: Target, first: np.ndarray | None) -> Any:
    """Convert a result; a tuple item by item, so that each has the groups' keys."""
    if value["kind"] == "tuple":
        return tuple(_shaped(asked, item, target, first) for item in value["items"])
    if first is not None:
        return _grouped(asked, value, target, first)
    made = convert(value, target, target.name)
    if asked.single:
        if value["kind"] == "frame":
            return {name: column[0] for name, column in made.items()}
        return made[0]
    return made


def _grouped(asked: Call, value: dict[str, Any], target: Target, first: np.ndarray) -> Any:
    if target.library == "pandas":
        target.indexes = {len(first): groups.index(asked.keys, first)}
        return convert(value, target, target.name)
    target.indexes = {}
    named = str(target.name) if target.name not in (None, "") else asked.info["name"]
    made = convert(value, target, named)
    return groups.beside(asked.keys, first, target.library, named, made)
