"""One run: plan, copy in, execute, copy out. Cells, one-liners and functions all come this way."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import _current, _receipt
from ._errors import GoNameError, WorkerDiedError, from_reply
from ._options import Options
from ._receipt import Receipt

if TYPE_CHECKING:
    from ._channels import Channel, Message
    from ._inputs import Input
    from ._worker import Worker

_PLANS_KEPT = 256
_SMALL_RESULT = 1 << 20  # below, the range waits for the next run to be released


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


Scopes = list[Mapping[str, Any]]


def run(
    code: str,
    bindings: list[tuple[str, Any, str]],
    options: Options | None = None,
    *,
    line: bool = False,
    cell: str = "",
    scopes: Scopes | None = None,
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

    Raises
    ------
    GoscoreError
        Of the class that fits; see `_errors.py`.
    KeyboardInterrupt
        The run was stopped.
    """
    started = time.perf_counter()
    worker = _current.worker()
    channel = worker.channel()
    with channel.lock:
        one = _Run(worker, channel, code, options or Options(), line, cell)
        outcome = one.complete(bindings, scopes or [])
    worker.drain_others()
    outcome.receipt.settle(time.perf_counter() - started)
    _receipt.last = outcome.receipt
    return outcome


@dataclass
class _Run:
    worker: Worker
    channel: Channel
    code: str
    options: Options
    line: bool
    cell: str

    def complete(self, bindings: list[tuple[str, Any, str]], scopes: Scopes) -> Outcome:
        from . import _outgoing, _target
        from ._inputs import bind

        inputs = [bind(*binding) for binding in bindings]
        plan = self._plan(inputs)
        while free := self._known(plan, scopes):
            if not self.line:
                raise GoNameError(*_free_name(self.cell, self.code, *free[0]))
            inputs += [bind(entry["name"], value, entry["name"]) for entry, value in free]
            plan = self._plan(inputs)
        receipt = Receipt()
        begin = time.perf_counter()
        entries = _outgoing.gather(inputs, plan.get("inputs") or [])
        target = _target.choose(self.options.to, inputs, entries)
        with _outgoing.copied(entries, self.worker.allocator) as outgoing:
            receipt.copy_in = time.perf_counter() - begin
            receipt.bytes_in = outgoing.nbytes
            reply = self._execute(outgoing)
        return self._outcome(reply, target, receipt, bool(plan.get("builtin")))

    def _plan(self, inputs: list[Input]) -> dict[str, Any]:
        """Ask what the cell needs, unless that is known."""
        schemas = [given.schema() for given in inputs]
        key = (
            self.code,
            self.line,
            tuple(self.options.outputs),
            tuple((s["name"], s["kind"], tuple(s.get("columns", ()))) for s in schemas),
        )
        known = self.worker.plans.get(key)
        if known is not None and known["generation"] == self.worker.generation:
            return dict(known)
        content = {
            "code": self.code,
            "line": self.line,
            "cell": self.cell,
            "outputs": self.options.outputs,
            "inputs": schemas,
        }
        reply = self._ask("goscore_plan_request", content)
        plan: dict[str, Any] = reply["content"]
        self.worker.generation = plan.get("generation")
        if "generation" in plan:
            while len(self.worker.plans) >= _PLANS_KEPT:
                self.worker.plans.pop(next(iter(self.worker.plans)))
            self.worker.plans[key] = plan
        return plan

    def _known(self, plan: dict[str, Any], scopes: Scopes) -> list[tuple[dict[str, Any], Any]]:
        """Return the cell's free names that stand for data in Python, and the data."""
        from ._names import is_data

        found: dict[str, tuple[dict[str, Any], Any]] = {}
        for entry in plan.get("free") or []:
            for scope in scopes:
                if entry["name"] in scope:
                    value = scope[entry["name"]]
                    if is_data(value):
                        found.setdefault(entry["name"], (entry, value))
                    break
        return list(found.values())

    def _execute(self, outgoing: Any) -> Message:
        options = self.options
        shared = self.worker.results is not None
        goscore = {
            "cell": self.cell,
            "inputs": outgoing.inputs,
            "outputs": options.outputs,
            "options": {
                "threads": options.threads or 0,
                "timeout": options.timeout or 0,
                "force": options.force,
                "verbose": options.verbose,
                "noreturn": options.noreturn,
                "line": self.line,
                "inline": not shared,
            },
            "buffers": outgoing.checksums(),
        }
        content = {
            "code": self.code,
            "silent": False,
            "store_history": False,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        return self._ask("execute_request", content, goscore, outgoing.buffers, show=True)

    def _ask(
        self,
        kind: str,
        content: dict[str, Any],
        goscore: dict[str, Any] | None = None,
        buffers: list[Any] | None = None,
        show: bool = False,
    ) -> Message:
        """Send a request and wait for its reply; stop it when the user does."""
        message = self.channel.message(kind, content, goscore)
        request = message["header"]["msg_id"]
        try:
            self.channel.send(message, buffers)
            reply = self.channel.wait(request, _show if show else None)
        except KeyboardInterrupt:
            self.worker.interrupt(self.channel, request)
            raise
        if reply is None:
            raise WorkerDiedError("the worker gave no answer")
        if reply["content"].get("status") == "error":
            raise from_reply(reply["content"])
        return reply

    def _outcome(self, reply: Message, target: Any, receipt: Receipt, builtin: bool) -> Outcome:
        from ._results import Incoming, convert, copy_out

        goscore = reply["metadata"].get("goscore") or {}
        self.worker.generation = goscore.get("generation", self.worker.generation)
        begin = time.perf_counter()
        incoming = Incoming(
            [memoryview(buffer) for buffer in reply.get("buffers") or []],
            goscore.get("buffers") or [],
            self.worker.results,
        )
        value = copy_out(goscore.get("value"), incoming)
        copied = [
            (o["name"], copy_out(o["result"], incoming)) for o in goscore.get("outputs") or []
        ]
        if incoming.from_segment and incoming.nbytes > _SMALL_RESULT:
            self.channel.send(self.channel.message("goscore_release_request", {}))
        go_names = dict(self.options.outputs)
        outcome = Outcome(
            convert(value, target, target.name if builtin else None),
            {name: convert(made, target, go_names.get(name, name)) for name, made in copied},
            receipt,
            goscore.get("verbose") or {},
        )
        receipt.copy_out = time.perf_counter() - begin
        receipt.bytes_out = incoming.nbytes
        measured = goscore.get("receipt") or {}
        for name in ("compile", "cached", "run", "rows", "cores", "where"):
            setattr(receipt, name, measured.get(name, getattr(receipt, name)))
        return outcome


def _show(message: Message) -> None:
    """Print what the cell prints, as it arrives."""
    content = message["content"]
    kind = message["header"]["msg_type"]
    if kind == "stream":
        stream = sys.stderr if content.get("name") == "stderr" else sys.stdout
        stream.write(content.get("text", ""))
        stream.flush()
    elif kind == "display_data":
        from IPython.display import publish_display_data

        publish_display_data(content["data"], content.get("metadata"))  # type: ignore[no-untyped-call]


def _free_name(
    cell: str, code: str, entry: dict[str, Any], value: Any
) -> tuple[str, int | None, int | None]:
    """Say that a name of the cell is Python's, where it stands, and what to add."""
    name, line, column = entry["name"], entry.get("line"), entry.get("column")
    text = f"{name} is not bound in this cell"
    lines = code.split("\n")
    if line and line <= len(lines):
        row = lines[line - 1]
        before = row.encode()[: (column or 1) - 1].decode(errors="replace")
        blank = "".join(char if char == "\t" else " " for char in before)
        place = f"{cell}, line {line}: " if cell else f"line {line}: "
        text = f"{place}{text}\n{line:4d} | {row}\n     | {blank}^"
    text += (
        f"\n  hint: Python has a {type(value).__name__} of that name; add -i {name} to %%goscore"
    )
    return text, line, column
