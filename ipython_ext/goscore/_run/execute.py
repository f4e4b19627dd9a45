"""One run on the worker: send the inputs, show what is printed, receive the results.

Cells and calls of functions both run this way.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from typing import TYPE_CHECKING, Any, TextIO

from .._data import input
from .._errors import GoscoreError, GoToolchainError, WorkerDiedError, show_briefly
from .._memory import output_region
from .._protocol import execute as protocol
from .._protocol.check import checked
from .._record import record
from .._worker import current, replies
from .._worker.declarations import Declaration
from .._worker.programs import import_programs
from . import cores
from . import receipt as receipts
from .incoming import Answer, Failed, Incoming, copy_out
from .options import Options
from .progress import Progress
from .receipt import Receipt

if TYPE_CHECKING:
    from .._data.entries import Entry
    from .._memory.output_region import OutputRegion
    from .._protocol.functions import Call, FunctionInfo
    from .._protocol.trace import Trace
    from .._worker.channel import Channel
    from .._worker.messages import Message
    from .._worker.programs import Programs
    from .._worker.worker import Worker
    from .outgoing import Outgoing
    from .small import Begun, Small

_RESULT_ROW = 64  # bytes of an output region for each row, beside twice the bytes of the inputs
_TABLE_GONE = "TableGone:"  # how the error begins of a worker that was asked for a table it has not
_SMALL_RESULT = 1 << 20  # below, the range waits for the next run to be released


@contextmanager
def executing(
    code: str, options: Options, line: bool = False, cell: str = "", begun: Begun | None = None
) -> Iterator[Execution]:
    """Give an execution on the calling thread's channel; afterwards its receipt is the last one."""
    started = begun.started if begun else time.perf_counter()
    worker = (begun and begun.worker) or current.worker()
    channel = worker.channel()
    channel.running = True
    try:
        with channel.lock:
            execution = Execution(worker, channel, code, options, line, cell)
            yield execution
    finally:
        channel.running = False
    worker.drain_others()
    execution.receipt.finish(time.perf_counter() - started)
    receipts.last = execution.receipt


@record()
class Execution:
    """One run as the worker sees it.

    Attributes
    ----------
    quiet : bool
        Whether only the cell itself prints: no functions and no columns' names are announced.
    describes : bool
        Whether the cell's functions are wanted.
    declares : bool
        Whether the cell's statements are left out.
    changed : list of str
        Variables that these statements would change.
    receipt : Receipt
    functions : list of FunctionInfo
        Those that the cell declares.
    """

    worker: Worker
    channel: Channel
    code: str
    options: Options
    line: bool = False
    cell: str = ""
    quiet: bool = False
    describes: bool = False
    declares: bool = False
    changed: list[str] = field(default_factory=list)
    receipt: Receipt = field(default_factory=Receipt)
    functions: list[FunctionInfo] = field(default_factory=list)
    output_region: OutputRegion | None = None
    progress: Progress | None = None
    small: Small | None = None
    trace: Trace | None = None  # what a traced program did, even if it failed

    def answer_with(self, programs: Programs | None, entries: list[Entry], call: Call) -> Answer:
        """Call a function that may have been compiled elsewhere."""
        if not programs:
            return self.answer(entries, call)
        new = programs.identity not in self.worker.known
        if new:
            self._import(programs)
        try:
            return self.answer(entries, call)
        except GoToolchainError:
            if new:
                raise
        self._import(programs)  # the worker's cache may have been emptied meanwhile
        return self.answer(entries, call)

    def _import(self, programs: Programs) -> None:
        import_programs(programs, self.worker, self.channel)
        self.worker.known.add(programs.identity)

    def answer(self, entries: list[Entry], call: Call | None = None) -> Answer:
        """Copy the inputs to where the worker reads them, execute, and copy the results out.

        Parameters
        ----------
        entries : list of Entry
        call : Call, optional
            When a function is called.
        """
        try:
            return self._answer(entries, call)
        except GoscoreError as error:
            if not str(error).startswith(_TABLE_GONE):
                raise
        self.worker.tables.clear()  # a worker elsewhere keeps some, not all
        for entry in entries:
            entry.description.pop("ipc", None)
        return self._answer(entries, call)

    def _answer(self, entries: list[Entry], call: Call | None) -> Answer:
        from . import outgoing as sending

        begin = time.perf_counter()
        with sending.copied(entries, self.worker) as outgoing:
            self.receipt.copy_in += time.perf_counter() - begin
            self.receipt.bytes_in, self.receipt.shared_in = outgoing.nbytes, outgoing.shared
            reply, about = self.execute(outgoing, call)
        if self.small is not None and ((lane := about.get("lane", 0)) or self.small.wanted):
            self.small.came(lane, about["receipt"]["cores"])
        with self.receipt.adding("copy_out"):
            return self._copied_out(reply, about)

    def execute(
        self, outgoing: Outgoing, call: Call | None
    ) -> tuple[Message, protocol.ReplyMetadata]:
        """Send a run, and return its reply."""
        rows = max((entry.input.rows or 0 for entry in outgoing.entries), default=0)
        done = self.small.lane.done if self.small and self._joins and self.small.lane else None
        self.progress = Progress(self.cell or "Go", rows, done=done)
        self.output_region = None
        if outgoing.reached and not outgoing.shared and not self._joins:
            self.output_region = output_region.reserve(2 * outgoing.nbytes + _RESULT_ROW * rows)
        content, goscore = self.request(outgoing, call)
        self.worker.release(self.channel)
        reply = self.ask("execute_request", content, goscore, outgoing.buffers, show=True)
        about = reply["metadata"].get("goscore")
        if about is None:  # of a request that was not run
            replies.raise_error(reply)
        metadata = checked(about, protocol.ReplyMetadata, "execute_reply")
        self.trace = metadata.get("trace")
        self.functions = metadata.get("functions") or self.functions
        if (declared := metadata.get("declared")) is not None:
            changed = tuple(declared.get("changed", []))
            self.worker.declared.note(
                Declaration(self.code, self.cell, self.line, tuple(self.options.get), changed)
            )
        replies.raise_error(reply)
        return reply, metadata

    @property
    def _joins(self) -> bool:
        return self.small is not None and self.small.joins

    def request(
        self, outgoing: Outgoing, call: Call | None
    ) -> tuple[dict[str, object], protocol.RequestMetadata]:
        """Return the content of a request, and what goscore adds to it."""
        goscore: protocol.RequestMetadata = {
            "cell": self.cell,
            "inputs": outgoing.inputs,
            "outputs": self.options.outputs,
            "options": self._options(outgoing),
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
        return content, goscore

    def _options(self, outgoing: Outgoing) -> protocol.Options:
        small = self.small
        return {
            **self.options.sent(),
            "threads": self.threads(),
            "line": self.line,
            "inline": self.worker.results is None,
            "keep": outgoing.shared > 0,
            "quiet": self.quiet,
            "describe": self.describes,
            "declare": self.declares,
            "changed": self.changed,
            "lend": small is not None and small.wanted,
            "lane": small.lane.number if small and small.joins and small.lane else 0,
            "output_region": self.output_region.location if self.output_region else None,
            "progress": self.progress.place if self.progress and self.worker.reaches else None,
        }

    def threads(self) -> int:
        """Return the cores to run on; 0 stands for the worker's."""
        return self.options.threads or cores.share() or 0

    def ask(
        self,
        kind: str,
        content: Mapping[str, object],
        goscore: protocol.RequestMetadata | None = None,
        buffers: list[Any] | None = None,
        show: bool = False,
    ) -> Message:
        """Send a request and wait for its reply."""
        message = self.channel.message(kind, content, goscore)
        progress = self.progress or Progress(self.cell or "Go", 0)
        try:
            reply = self.worker.ask(
                self.channel,
                message,
                buffers,
                _show if show else None,
                tick=small.tick(progress.tick) if (small := self.small) else progress.tick,
                note=progress.note,
            )
        except BaseException as error:
            if self.output_region is not None:
                self.output_region.abandon()
            progress.abandon()
            if isinstance(error, KeyboardInterrupt):
                show_briefly(error)
            raise
        finally:
            progress.close()
        if reply is None:
            raise WorkerDiedError("the worker gave no answer")
        return reply

    def _copied_out(self, reply: Message, about: protocol.ReplyMetadata) -> Answer:
        self.worker.generation = about["generation"]
        incoming = Incoming(
            reply["buffers"],
            about.get("buffers", []),
            self.worker.results,
            about.get("kept", []),
            self.output_region,
        )
        failed = about.get("failed")
        answer = Answer(
            copy_out(about["value"], incoming),
            {output["name"]: copy_out(output["result"], incoming) for output in about["outputs"]},
            failed and Failed(failed["count"], copy_out(failed["result"], incoming)),
            about.get("verbose"),
            about.get("profile"),
        )
        if incoming.from_segment and incoming.nbytes > _SMALL_RESULT:
            self.channel.send(self.channel.message("goscore_release_request", {}))
        if self.output_region is not None:
            self.output_region.trim()
        self.receipt.bytes_out, self.receipt.shared_out = incoming.nbytes, incoming.shared
        self.receipt.add_worker(about["receipt"])
        return answer


def _show(message: Message) -> None:
    """Print what the cell prints, as it arrives."""
    content = message["content"]
    kind = message["header"]["msg_type"]
    if kind == "stream":
        stream = sys.stderr if content.get("name") == "stderr" else sys.stdout
        _write(stream, str(content.get("text", "")))
    elif kind == "display_data":
        _display(content)


def _write(stream: TextIO, text: str) -> None:
    """Write what the cell prints; what an ASCII terminal cannot show is escaped, and ends no run."""
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def _display(content: Mapping[str, Any]) -> None:
    """Show what the cell displays, as plain text without a frontend."""
    if input.loaded("IPython") is None:
        print(content["data"].get("text/plain", ""), flush=True)
        return
    from IPython.display import publish_display_data

    publish_display_data(content["data"], content.get("metadata"))  # type: ignore[no-untyped-call]
