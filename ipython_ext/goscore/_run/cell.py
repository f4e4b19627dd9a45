"""Running one cell: plan it, bind its free names, execute it, convert its results."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

from .._data.entries import gather
from .._errors import GoscoreError
from .._protocol.execute import Verbose
from .._protocol.functions import FunctionInfo
from .._protocol.messages import PlanReply, PlanRequest
from .._protocol.profile import Profile
from .._protocol.trace import Trace
from .._record import record
from .._worker import replies
from . import free_names
from .execute import executing
from .free_names import Scopes
from .options import Options
from .receipt import Receipt
from .restore import restore

if TYPE_CHECKING:
    from .._data.input import Input
    from .execute import Execution

_PLANS_KEPT = 256


@record()
class Outcome:
    """What came back.

    Attributes
    ----------
    value : object
        The cell's value.
    outputs : dict
        Python names and their new values.
    receipt : Receipt
    verbose : Verbose or None
        What ``-v`` shows.
    profile : Profile or None
        What ``--profile`` saw.
    trace : Trace or None
        What ``--trace`` recorded.
    """

    value: Any
    outputs: dict[str, Any]
    receipt: Receipt
    verbose: Verbose | None = None
    profile: Profile | None = None
    trace: Trace | None = None

    def explain(self, options: Options, file: TextIO | None = None) -> None:
        """Print what ``-v`` and ``--time`` ask for: the Go command, the generated file, the receipt."""
        if options.verbose:
            for name, text in (self.verbose or {}).items():
                if text:
                    print(f"── {name}\n{str(text).rstrip()}", file=file)
        if options.time or options.verbose:
            print(self.receipt, file=file)


Declare = Callable[[list[FunctionInfo]], None]


def run(
    code: str,
    bindings: list[tuple[str, Any, str]],
    options: Options | None = None,
    *,
    line: bool = False,
    cell: str = "",
    scopes: Scopes | None = None,
    declare: Declare | None = None,
    quiet: bool = False,
    traced: Callable[[Trace, GoscoreError], None] | None = None,
) -> Outcome:
    """Run Go on Python objects.

    Parameters
    ----------
    code : str
        The cell, without the magic's own line.
    bindings : list of (str, object, str)
        Go's name, the Python object, and how the user wrote it.
    options : Options, optional
    line : bool
        Whether free names that Python has are bound without ``-i``.
    cell : str
        What errors call the cell, as in ``In[7]``.
    scopes : list of mappings, optional
        Where Python's names are looked up.
    declare : callable, optional
        Called with the functions of a cell that compiled, even if its statements
        then failed.
    quiet : bool
        Whether only the cell itself prints, as without *declare*.
    traced : callable, optional
        Called with the steps of a traced cell that failed, before its error is raised.

    Raises
    ------
    GoscoreError
        Of the class that fits; see `_errors.py`.
    KeyboardInterrupt
        The run was stopped.
    """
    with executing(code, options or Options(), line, cell) as execution:
        execution.describes = declare is not None
        execution.quiet = quiet or declare is None
        restore(execution)
        try:
            return _complete(execution, bindings, scopes or [])
        except GoscoreError as error:
            if execution.trace is not None and traced is not None:
                traced(execution.trace, error)
            raise
        finally:
            if declare and execution.functions:
                declare(execution.functions)


def _complete(
    execution: Execution, bindings: list[tuple[str, Any, str]], scopes: Scopes
) -> Outcome:
    """Run a cell: plan it, bind its free names, execute it."""
    from .._data import target as targets
    from .._data.bind import bind
    from .._data.convert import convert

    inputs = [bind(*binding) for binding in bindings]
    plan = _plan(execution, inputs)
    while free := free_names.known(plan["free"], scopes):
        if not execution.line:
            raise free_names.unbound(execution.cell, execution.code, *free[0])
        inputs += [bind(entry["name"], value, entry["name"]) for entry, value in free]
        plan = _plan(execution, inputs)
    with execution.receipt.adding("copy_in"):
        entries = gather(inputs, plan["inputs"])
    target = targets.choose(execution.options.to, inputs, entries)
    answer = execution.answer(entries)
    go_names = dict(execution.options.outputs)
    with execution.receipt.adding("copy_out"):
        return Outcome(
            convert(answer.value, target, target.name if plan["builtin"] else None),
            {
                name: convert(result, target, go_names.get(name, name))
                for name, result in answer.outputs.items()
            },
            execution.receipt,
            answer.verbose,
            answer.profile,
            execution.trace,
        )


def variables(code: str, cell: str) -> list[str]:
    """Return the names that a cell declares at its top level, which outputs may have.

    Raises
    ------
    GoCompileError
        It cannot be read.
    """
    with executing(code, Options(), cell=cell) as execution:
        restore(execution)
        return _plan(execution, [])["variables"]


def _plan(execution: Execution, inputs: list[Input]) -> PlanReply:
    """Ask what the cell needs, unless an earlier plan of it is still right."""
    worker = execution.worker
    request: PlanRequest = {
        "code": execution.code,
        "line": execution.line,
        "cell": execution.cell,
        "outputs": execution.options.outputs,
        "inputs": [bound.schema() for bound in inputs],
    }
    key = (
        execution.code,
        execution.line,
        tuple(execution.options.outputs),
        tuple((s["name"], s["kind"], tuple(s.get("columns", ()))) for s in request["inputs"]),
    )
    plan = worker.plans.get(key)
    if plan is not None and plan["generation"] == worker.generation:
        return plan
    plan = replies.content(execution.ask("goscore_plan_request", request), PlanReply)
    worker.generation = plan["generation"]
    while len(worker.plans) >= _PLANS_KEPT:
        worker.plans.pop(next(iter(worker.plans)))
    worker.plans[key] = plan
    return plan
