"""Small calls, which go on a lane to a waiting program, or to the worker for a built-in function.

What is not small and plain takes the other way, with the same results. So do the first call, which
brings the lane, and whatever does not end at once: the worker then watches the call to its end.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .._data.entries import Entry
from .._errors import GoscoreError, WorkerDiedError
from .._worker.lanes import Untaken
from . import outgoing as sending
from .incoming import Answer, Failed, copy_out
from .small import Begun, Received, Small

if TYPE_CHECKING:
    from .._protocol.functions import Call
    from .execute import Execution
    from .receipt import Receipt


def answer(
    execution: Execution, entries: list[Entry], call: Call, begun: Begun | None = None
) -> Answer | None:
    """Call on a lane; None where there is none, or nothing came of the call."""
    if execution.worker.lanes is None or execution.options.force:
        return None
    begin = time.perf_counter()
    small = Small(execution.worker, entries, call, execution.threads())
    execution.small = small
    received = None
    try:
        if begun is not None:
            small.lane, begun.taken = begun.lane, True
            if begun.error is not None:
                raise begun.error
            received = small.of(begun.reply) if begun.reply else None
        elif not small.send():
            return None
        sent = time.perf_counter()
        execution.receipt.copy_in += sent - begin
        received = received or small.receive()
        if received is None or received.asked:
            received = _join(execution, small, call, received)
    except Untaken:
        small.leave()
        return None
    except BaseException:
        _stop(execution, small, call)
        raise
    if received is None:
        return None
    if received.over:
        small.leave()
    if received.undone:
        return None
    came = time.perf_counter()
    found = results(received)
    _note(execution.receipt, small, received, call["builtin"])
    execution.receipt.copy_out += time.perf_counter() - came
    if not received.over:
        small.over()
    return found


def results(received: Received) -> Answer:
    """Copy the results of a call out of a reply."""
    said = received.said
    failed = said.failed and Failed(said.failed["count"], copy_out(said.failed["result"], received))
    outputs = {name: copy_out(result, received) for name, result in said.outputs.items()}
    return Answer(copy_out(said.value, received), outputs, failed, None)


def _note(receipt: Receipt, small: Small, received: Received, builtin: bool) -> None:
    receipt.run, receipt.converted = received.seconds, received.said.converted
    receipt.bytes_out, receipt.cores = received.nbytes, received.cores
    receipt.rows, receipt.bytes_in = small.data.rows, small.data.nbytes
    receipt.cached, receipt.where = not builtin, "worker" if builtin else "program"


def _join(
    execution: Execution, small: Small, call: Call, received: Received | None
) -> Received | None:
    """Let the worker watch a call on a lane to its end; return what came on the lane.

    It raises what ended the program, and prints what the call has printed.
    """
    small.joins, small.received = True, received
    try:
        with sending.copied(small.entries, execution.worker) as outgoing:
            execution.execute(outgoing, call)
    except GoscoreError as error:  # the program had ended the call, and the worker forgot it
        if type(error) is not GoscoreError:
            raise
        small.received = small.received or small.receive()
        if small.received is None:
            raise
    finally:
        small.joins = False
    received = small.received or small.receive()
    small.leave(slow=True)
    return received


def _stop(execution: Execution, small: Small, call: Call) -> None:
    """End the program of a call whose waiting was cut off: the worker joins it, and is interrupted."""
    if small.lane is None:
        return
    channel, worker = execution.channel, execution.worker
    try:
        small.joins = True
        small.lane.close()
        with sending.copied(small.entries, worker) as outgoing:
            message = channel.message("execute_request", *execution.request(outgoing, call))
            channel.send(message, outgoing.buffers)
            worker.interrupt(channel, message["header"]["msg_id"])
    except WorkerDiedError:
        pass
    except BaseException:
        worker.stop_hard()
        raise
