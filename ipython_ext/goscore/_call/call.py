"""One call of a Go function, whose results have the library of its arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .._data.convert import convert
from .._data.entries import Entry, gather
from .._data.input import Input
from .._data.target import Target, default_library, indexes
from .._errors import ArgumentTypeError, ArgumentValueError, GoscoreError
from .._run import on_lane
from .._run.execute import executing
from .._run.options import Options
from . import groups, replay
from .failures import Failures, Rows, with_row
from .prepare import Call, by_rows, call_text, check_shapes, plan, prepare, to_protocol
from .signature import CallOptions

if TYPE_CHECKING:
    from .._data.results import Result
    from .._protocol.functions import FunctionInfo
    from .._protocol.profile import Profile as Sampled
    from .._run.execute import Execution
    from .._run.incoming import Answer
    from .._run.small import Begun
    from .._trace.trace import Trace
    from .._worker.programs import Programs

FIRST = "goscore.first"  # output: the first row of each group


def call(
    info: FunctionInfo,
    values: list[Any],
    options: CallOptions,
    force: bool = False,
    programs: Programs | None = None,
    begun: Begun | None = None,
    learn: Callable[[Call, Execution, Target], None] | None = None,
) -> Any:
    """Call a function.

    Parameters
    ----------
    info : FunctionInfo
    values : list
        One for each of its parameters.
    options : CallOptions
    force : bool
        Whether to compile it again.
    programs : Programs, optional
        Compiled elsewhere.
    begun : Begun, optional
        The call has been sent already.
    learn : callable, optional
        Told of a call that worked, before its results are made.

    Returns
    -------
    object
        One value, a column, a frame, or a tuple of them, as the function's kind has it.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        An argument does not fit.
    GoError
        The function returned an error, and nothing else was asked for.
    GoPanic
        It panicked.
    """
    call = prepare(info, values, options)
    call.values = values
    chosen = run_options(options, force)
    with executing(call_text(info), chosen, cell=info.cell, begun=begun) as execution:
        try:
            return finished(call, execution, programs, begun, learn)
        finally:
            call.values = None  # what is prepared for the next call keeps no data


def finished(
    call: Call,
    execution: Execution,
    programs: Programs | None,
    begun: Begun | None = None,
    learn: Callable[[Call, Execution, Target], None] | None = None,
) -> Any:
    """Run a call to its end, and convert its results."""
    entries, input_rows, answer = _answered(call, execution, programs, begun)
    target = _target(call, entries)
    if learn is not None:
        learn(call, execution, target)
    with execution.receipt.adding("copy_out"):
        return result(call, answer, target, None if _whole(call, entries) else input_rows)


def partials(
    info: FunctionInfo,
    values: list[Any],
    options: CallOptions,
    programs: Programs | None = None,
) -> tuple[Result, np.ndarray | None]:
    """Call an aggregate for its partial results, or for rows.

    Returns
    -------
    Result
        A column or a frame, also without keys.
    numpy.ndarray or None
        The first row of each group.
    """
    call = prepare(info, values, options)
    call.partial = True
    with executing(call_text(info), run_options(options), cell=info.cell) as execution:
        _, _, answer = _answered(call, execution, programs)
        return answer.value, _first_rows(answer)


def profile(
    info: FunctionInfo, values: list[Any], options: CallOptions, budget: float
) -> Sampled | None:
    """Call a function again and again, for *budget* seconds, and return what sampling it showed."""
    call = prepare(info, values, options)
    chosen = run_options(options)
    chosen.profile = budget
    with executing(call_text(info), chosen, cell=info.cell) as execution:
        _, _, answer = _answered(call, execution, None)
        return answer.profile


def trace(info: FunctionInfo, values: list[Any], options: CallOptions) -> Trace:
    """Call a function with its steps recorded.

    Raises
    ------
    GoscoreError
        Nothing ran: an argument does not fit, or the function does not compile.
    """
    from .._trace.trace import Trace

    chosen = run_options(options)
    chosen.trace, chosen.threads = True, 1
    name = call_text(info)
    call = prepare(info, values, options)
    with executing(name, chosen, cell=info.cell) as execution:
        result, error = None, None
        try:
            result = finished(call, execution, None)
        except GoscoreError as raised:
            if execution.trace is None or isinstance(
                raised, ArgumentTypeError | ArgumentValueError
            ):
                raise
            error = raised
    if execution.trace is None:
        raise GoscoreError(f"{name} was not traced by this worker")
    return Trace(name, execution.trace, result, error)


def _first_rows(answer: Answer) -> np.ndarray | None:
    """Return the first row of each group; None without groups."""
    first = answer.outputs.get(FIRST)
    return None if first is None else first["array"].numbers()


def _answered(
    call: Call, execution: Execution, programs: Programs | None, begun: Begun | None = None
) -> tuple[list[Entry], Rows, Answer]:
    with execution.receipt.adding("copy_in"):
        entries = gather(call.inputs, plan(call.info))
        check_shapes(call, entries)
    input_rows = _rows(call)
    try:
        sent = to_protocol(call)
        own = execution.options.profile or execution.options.trace  # a program that waits nowhere
        answer = None if own else on_lane.answer(execution, entries, sent, begun)
        return entries, input_rows, answer or execution.answer_with(programs, entries, sent)
    except GoscoreError as error:
        rows = [] if error.row is None or error.row < 0 else [error.row]
        raise replay.attached(
            with_row(error, _groups_of(call) or input_rows), call, rows, trace
        ) from None


def run_options(options: CallOptions, force: bool = False) -> Options:
    """Return the options of the run that a call is."""
    return Options(threads=options.threads, timeout=options.timeout, force=force)


def _target(call: Call, entries: list[Entry]) -> Target:
    """Find the library, index and name of the results."""
    target = Target("list" if call.single else _library(call), indexes(call.columns))
    names, backed = [], []
    for entry in entries:
        if entry.input not in call.arguments or not entry.input.library:
            continue
        for position in entry.sent:
            labels = entry.input.labels
            names.append(labels[position] if labels else None)
            backed.append(entry.input.arrow_backed(position))
            target.nullable = target.nullable or _mcall(entry.input, position)
    if names and all(name == names[0] for name in names) and call.info.kind != "row":
        target.name = names[0]
    target.arrow_backed = bool(backed) and backed[0]
    if call.info.error and call.options.errors != "raise":
        target.nullable = True
    return target


def _library(call: Call) -> str:
    return next((column.library for column in call.columns), "") or default_library()


def _mcall(argument: Input, position: int) -> bool:
    """Tell whether pandas keeps a column with a mask, as ``Int64`` does."""
    if argument.library != "pandas" or argument.column is None:
        return False
    return hasattr(getattr(argument.column(position), "array", None), "_mask")


def _rows(call: Call) -> Rows:
    """Return the rows of the arguments, as messages show them."""
    count = next((column.rows or 0 for column in call.columns), 1)
    index = next((column.index for column in call.columns if column.index is not None), None)
    labelled = [] if index is None else [index]
    return Rows(count, call.arguments, call.names, labelled, begin=call.options.begin)


def _groups_of(call: Call) -> Rows | None:
    """Return the groups, as messages show them; None where the results are those of rows."""
    if not call.keys or call.info.kind == "scan":
        return None
    return Rows(0, [], [], [key.column for key in call.keys], noun="group")


def _whole(call: Call, entries: list[Entry]) -> bool:
    """Tell whether the function saw whole columns, so that its error is that of no row."""
    return not call.columns or (
        call.info.kind in ("vector", "aggregate") and not call.keys and not by_rows(entries)
    )


def result(call: Call, answer: Answer, target: Target, input_rows: Rows | None) -> Any:
    """Give what came the form of the target.

    Parameters
    ----------
    call : Call
    answer : Answer
    target : Target
    input_rows : Rows or None
        Those of the arguments, which messages show.
    """
    failures = Failures.read(answer.failed)
    first = _first_rows(answer)
    whole: Rows | None = _groups_of(call) or input_rows
    if whole and first is not None:
        whole.count = len(first)
    if failures.count and call.options.errors == "raise":
        error = failures.error(call.info.name, call.info.cell, whole)
        raise replay.attached(error, call, failures.rows.tolist() if whole else [], trace)
    made = _shaped(call, answer.value, target, first)
    if call.options.errors == "report":
        report = failures.report(target.library, whole)
        return made, replay.reported(report, call, failures.rows.tolist() if whole else [], trace)
    return made


def _shaped(call: Call, value: Result, target: Target, first: np.ndarray | None) -> Any:
    """Convert a result; a tuple item by item, so that each has the groups' keys."""
    if value["kind"] == "tuple":
        return tuple(_shaped(call, item, target, first) for item in value["items"])
    if first is not None:
        return _grouped(call, value, target, first)
    result = convert(value, target, target.name)
    if call.single:
        if value["kind"] == "frame":
            return {name: column[0] for name, column in result.items()}
        return result[0]
    return result


def _grouped(call: Call, value: Result, target: Target, first: np.ndarray) -> Any:
    if target.library == "pandas":
        target.indexes = {len(first): groups.index(call.keys, first)}
        return convert(value, target, target.name)
    target.indexes = {}
    name = str(target.name) if target.name not in (None, "") else call.info.name
    result = convert(value, target, name)
    return groups.beside(call.keys, first, target.library, name, result)
