"""One request to execute: its inputs out, its output as it is printed, its results in.

Cells and calls of functions come this way alike.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._data import input
from .._errors import GoToolchainError, WorkerDiedError, from_reply, show_briefly
from .._memory import output_region
from .._worker import current
from . import cores
from . import receipt as receipts
from .options import Options
from .progress import Progress
from .receipt import Receipt

if TYPE_CHECKING:
    from .._data.entries import Entry
    from .._memory.output_region import OutputRegion
    from .._worker.carry import Programs
    from .._worker.channel import Channel
    from .._worker.messages import Message
    from .._worker.worker import Worker
    from .outgoing import Outgoing

_RESULT_ROW = 64  # bytes of an output region for each row, beside twice the bytes of the inputs
_SMALL_RESULT = 1 << 20  # below, the range waits for the next run to be released


@dataclass
class Answer:
    """A reply whose arrays stay as they are; each is a RESULT with `Array` in it.

    Attributes
    ----------
    value : dict
    outputs : dict of str to dict
    failed : dict
        ``count`` and ``result`` of the rows whose function returned an error; empty without.
    verbose : dict
    """

    value: dict[str, Any]
    outputs: dict[str, dict[str, Any]]
    failed: dict[str, Any]
    verbose: dict[str, Any]


@contextmanager
def executing(
    code: str, options: Options, line: bool = False, cell: str = ""
) -> Iterator[Execution]:
    """Give an execution on the calling thread's channel; what it cost is its receipt."""
    started = time.perf_counter()
    worker = current.worker()
    channel = worker.channel()
    channel.running = True
    try:
        with channel.lock:
            one = Execution(worker, channel, code, options, line, cell)
            yield one
    finally:
        channel.running = False
    worker.drain_others()
    one.receipt.settle(time.perf_counter() - started)
    receipts.last = one.receipt


@dataclass
class Execution:
    """One run as the worker sees it.

    Attributes
    ----------
    quiet : bool
        Whether only the cell itself prints: no functions and no columns' names are announced.
    declares : bool
        Whether the cell's statements are left out.
    receipt : Receipt
    functions : list of dict
        What the reply says of the functions that the cell declares.
    """

    worker: Worker
    channel: Channel
    code: str
    options: Options
    line: bool = False
    cell: str = ""
    quiet: bool = False
    declares: bool = False
    receipt: Receipt = field(default_factory=Receipt)
    functions: list[dict[str, Any]] = field(default_factory=list)
    output_region: OutputRegion | None = None
    progress: Progress | None = None

    def answer_with(
        self, programs: Programs | None, entries: list[Entry], call: dict[str, Any]
    ) -> Answer:
        """Answer a call of a function that may have been compiled elsewhere."""
        if not programs:
            return self.answer(entries, call)
        new = programs.identity not in self.worker.known
        if new:
            self._give(programs)
        try:
            return self.answer(entries, call)
        except GoToolchainError:
            if new:
                raise
        self._give(programs)  # somebody may have emptied the cache meanwhile
        return self.answer(entries, call)

    def _give(self, programs: Programs) -> None:
        programs.give(self.channel)
        self.worker.known.add(programs.identity)

    def answer(self, entries: list[Entry], call: dict[str, Any] | None = None) -> Answer:
        """Copy the inputs to where the worker reads them, execute, and copy the results out.

        Parameters
        ----------
        entries : list of Entry
        call : dict, optional
            ``call`` of the protocol, when a function is called.
        """
        from . import outgoing as sending

        begin = time.perf_counter()
        with sending.copied(entries, self.worker) as outgoing:
            self.receipt.copy_in += time.perf_counter() - begin
            self.receipt.bytes_in, self.receipt.shared_in = outgoing.nbytes, outgoing.shared
            reply = self._execute(outgoing, call)
        with self.receipt.adding("copy_out"):
            return self._copied_out(reply)

    def _execute(self, outgoing: Outgoing, call: dict[str, Any] | None) -> Message:
        options = self.options
        shared = self.worker.results is not None
        rows = max((entry.input.rows or 0 for entry in outgoing.entries), default=0)
        self.progress = Progress(self.cell or "Go", rows)
        self.output_region = None
        if outgoing.reached and not outgoing.shared:
            self.output_region = output_region.reserve(2 * outgoing.nbytes + _RESULT_ROW * rows)
        goscore: dict[str, Any] = {
            "cell": self.cell,
            "inputs": outgoing.inputs,
            "outputs": options.outputs,
            "options": {
                "threads": options.threads or cores.share() or 0,
                "timeout": options.timeout or 0,
                "force": options.force,
                "verbose": options.verbose,
                "noreturn": options.noreturn,
                "line": self.line,
                "inline": not shared,
                "keep": outgoing.shared > 0,
                "quiet": self.quiet,
                "declare": self.declares,
                "landing": self.output_region and self.output_region.location,
                "progress": self.progress.place if self.worker.reaches else None,
                "get": options.get,
            },
            "buffers": outgoing.checksums(),
        }
        if (around := self.worker.surroundings()) is not None:
            goscore["surroundings"] = around
        if call is not None:
            goscore["call"] = call
        content = {
            "code": self.code,
            "silent": False,
            "store_history": False,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        self.worker.release(self.channel)
        return self.ask("execute_request", content, goscore, outgoing.buffers, show=True)

    def ask(
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
            tick = self.progress.tick if self.progress else None
            reply = self.channel.wait(request, _show if show else None, tick=tick)
        except BaseException as error:
            if self.output_region is not None:
                self.output_region.abandon()
            if self.progress is not None:
                self.progress.abandon()
            if isinstance(error, KeyboardInterrupt):
                self.worker.interrupt(self.channel, request)
                show_briefly(error)
            raise
        finally:
            if self.progress:
                self.progress.close()
        if reply is None:
            raise WorkerDiedError("the worker gave no answer")
        about = reply["metadata"].get("goscore") or {}
        self.functions = about.get("functions") or self.functions
        if reply["content"].get("status") == "error":
            raise from_reply(reply["content"])
        return reply

    def _copied_out(self, reply: Message) -> Answer:
        from .incoming import Incoming, copy_out

        goscore = reply["metadata"].get("goscore") or {}
        self.worker.generation = goscore.get("generation", self.worker.generation)
        incoming = Incoming(
            [memoryview(buffer) for buffer in reply.get("buffers") or []],
            goscore.get("buffers") or [],
            self.worker.results,
            goscore.get("kept") or [],
            self.output_region,
        )
        failed = goscore.get("failed") or {}
        if failed:
            failed["result"] = copy_out(failed["result"], incoming)
        answer = Answer(
            copy_out(goscore.get("value"), incoming),
            {o["name"]: copy_out(o["result"], incoming) for o in goscore.get("outputs") or []},
            failed,
            goscore.get("verbose") or {},
        )
        if incoming.from_segment and incoming.nbytes > _SMALL_RESULT:
            self.channel.send(self.channel.message("goscore_release_request", {}))
        if self.output_region is not None:
            self.output_region.trim()
        self.receipt.bytes_out, self.receipt.shared_out = incoming.nbytes, incoming.shared
        self.receipt.take(goscore.get("receipt") or {})
        return answer


def _show(message: Message) -> None:
    """Print what the cell prints, as it arrives."""
    content = message["content"]
    kind = message["header"]["msg_type"]
    if kind == "stream":
        stream = sys.stderr if content.get("name") == "stderr" else sys.stdout
        stream.write(content.get("text", ""))
        stream.flush()
    elif kind == "display_data":
        _display(content)


def _display(content: dict[str, Any]) -> None:
    """Show what the cell displays: its plain text where there is no frontend."""
    if input.loaded("IPython") is None:
        print(content["data"].get("text/plain", ""), flush=True)
        return
    from IPython.display import publish_display_data

    publish_display_data(content["data"], content.get("metadata"))  # type: ignore[no-untyped-call]
