"""One call of a Go function: arguments in, results in the library that went in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._data.convert import convert
from .._data.entries import Entry, gather
from .._data.input import Input
from .._data.target import Target, default_library, indexes
from .._errors import GoscoreError
from .._run.execute import executing
from .._run.options import Options
from . import groups
from .asked import Call, call_text, check_shapes, described, plan, prepare
from .failures import Failures, Rows, placed
from .signature import CallOptions

if TYPE_CHECKING:
    from .._run.execute import Answer, Execution
    from .._worker.carry import Programs

FIRST = "goscore.first"  # output: the first row of each group


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
    asked = prepare(info, values, options)
    with executing(call_text(info), _run_options(options, force), cell=info["cell"]) as one:
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
    asked = prepare(info, values, options)
    asked.partial = True
    with executing(call_text(info), _run_options(options), cell=info["cell"]) as one:
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
        return entries, went_in, one.answer_with(programs, entries, described(asked))
    except GoscoreError as error:
        raise placed(error, _groups_of(asked) or went_in) from None


def _run_options(options: CallOptions, force: bool = False) -> Options:
    return Options(threads=options.threads, timeout=options.timeout, force=force)


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
    return next((given.library for given in asked.columns), "") or default_library()


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
