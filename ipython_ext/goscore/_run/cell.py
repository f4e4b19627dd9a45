"""One cell: plan, bind what is free, execute, convert."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TextIO

from .._data.entries import gather
from . import free_names
from .execute import executing
from .free_names import Scopes
from .options import Options
from .receipt import Receipt

if TYPE_CHECKING:
    from .._data.input import Input
    from .execute import Execution

_PLANS_KEPT = 256


@dataclass
class Outcome:
    """What came back.

    Attributes
    ----------
    value : object
        The cell's value.
    outputs : dict
        Python names and their new values.
    receipt : Receipt
    verbose : dict
        What ``-v`` shows.
    """

    value: Any
    outputs: dict[str, Any]
    receipt: Receipt
    verbose: dict[str, Any] = field(default_factory=dict)

    def explain(self, options: Options, file: TextIO | None = None) -> None:
        """Print what ``-v`` and ``--time`` ask for: the Go command, the types, the generated file, the receipt."""
        if options.verbose:
            first = ("command", "types", "source")
            for name in dict.fromkeys((*first, *self.verbose)):
                if self.verbose.get(name):
                    print(f"── {name}\n{str(self.verbose[name]).rstrip()}", file=file)
        if options.time or options.verbose:
            print(self.receipt, file=file)


Declare = Callable[[list[dict[str, Any]]], None]


def run(
    code: str,
    bindings: list[tuple[str, Any, str]],
    options: Options | None = None,
    *,
    line: bool = False,
    cell: str = "",
    scopes: Scopes | None = None,
    declare: Declare | None = None,
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
        Whether free names that Python has are bound by themselves.
    cell : str
        What errors call the cell, as in ``In[7]``.
    scopes : list of mappings, optional
        Where Python's names are looked up.
    declare : callable, optional
        Gets what the reply says of the cell's functions: of one that
        compiled, also when its statements then failed. Without it, only the
        cell itself prints.

    Raises
    ------
    GoscoreError
        Of the class that fits; see `_errors.py`.
    KeyboardInterrupt
        The run was stopped.
    """
    with executing(code, options or Options(), line, cell) as one:
        one.quiet = declare is None
        try:
            return _complete(one, bindings, scopes or [])
        finally:
            if declare and one.functions:
                declare(one.functions)


def _complete(one: Execution, bindings: list[tuple[str, Any, str]], scopes: Scopes) -> Outcome:
    """Run a cell: plan, bind what is still free, execute."""
    from .._data import target as targets
    from .._data.bind import bind
    from .._data.convert import convert

    inputs = [bind(*binding) for binding in bindings]
    plan = _plan(one, inputs)
    while free := free_names.known(plan.get("free") or [], scopes):
        if not one.line:
            raise free_names.unbound(one.cell, one.code, *free[0])
        inputs += [bind(entry["name"], value, entry["name"]) for entry, value in free]
        plan = _plan(one, inputs)
    with one.receipt.adding("copy_in"):
        entries = gather(inputs, plan.get("inputs") or [])
    target = targets.choose(one.options.to, inputs, entries)
    answer = one.answer(entries)
    go_names = dict(one.options.outputs)
    with one.receipt.adding("copy_out"):
        return Outcome(
            convert(answer.value, target, target.name if plan.get("builtin") else None),
            {
                name: convert(made, target, go_names.get(name, name))
                for name, made in answer.outputs.items()
            },
            one.receipt,
            answer.verbose,
        )


def variables(code: str, cell: str) -> list[str]:
    """Return the names that a cell declares at its top level, which outputs may have.

    Raises
    ------
    GoCompileError
        It cannot be read.
    """
    with executing(code, Options(), cell=cell) as one:
        return list(_plan(one, [])["variables"])


def _plan(one: Execution, inputs: list[Input]) -> dict[str, Any]:
    """Ask what the cell needs, unless that is known."""
    schemas = [given.schema() for given in inputs]
    key = (
        one.code,
        one.line,
        tuple(one.options.outputs),
        tuple((s["name"], s["kind"], tuple(s.get("columns", ()))) for s in schemas),
    )
    known = one.worker.plans.get(key)
    if known is not None and known["generation"] == one.worker.generation:
        return dict(known)
    content = {
        "code": one.code,
        "line": one.line,
        "cell": one.cell,
        "outputs": one.options.outputs,
        "inputs": schemas,
    }
    reply = one.ask("goscore_plan_request", content)
    plan: dict[str, Any] = reply["content"]
    one.worker.generation = plan.get("generation")
    if "generation" in plan:
        while len(one.worker.plans) >= _PLANS_KEPT:
            one.worker.plans.pop(next(iter(one.worker.plans)))
        one.worker.plans[key] = plan
    return plan
