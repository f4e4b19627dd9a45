"""The Jupyter wire protocol, as much of it as a client needs.

A `Channel` is one thread's set of sockets. The worker treats each channel as a
client: it runs the requests of one client in order, and different clients at once.
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .._errors import GoscoreError, WorkerDiedError
from .._protocol.check import checked
from .._protocol.messages import Progress
from .connection import Connection, Port, address
from .sockets import Arrivals, Socket

if TYPE_CHECKING:
    from .._protocol.execute import RequestMetadata
    from .messages import Message

_SLICE = 50  # ms; how often a waiting thread looks whether the worker lives
_AFTER_REPLY = 2.0  # s; how long an idle may follow its reply
_HELLO = 0.1  # s; how long one kernel_info_request may take before it is repeated
_OUTPUT = ("stream", "display_data", "execute_result", "error")
_PROGRESS = "goscore_progress"  # is not counted: it may come after the reply


class Channel:
    """Shell, control and iopub sockets of one thread.

    Parameters
    ----------
    connection : Connection
    alive : callable
        Raises when the worker has ended; called while waiting.
    """

    def __init__(self, connection: Connection, alive: Callable[[], None]) -> None:
        from .messages import Signed

        self.lock = threading.Lock()  # held during a run; others may drain iopub between runs
        self.running = False  # also of a run whose end an interrupt cut off, lock in hand
        self.usable = True
        self._alive = alive
        self._process = os.getpid()
        self._signed = Signed(connection)
        self._counted = False  # replies say how much output they come with
        self._sockets: list[Socket] = []

        def connect(kind: str, port: Port) -> Socket:
            socket = Socket(kind, address(connection, port), self._signed.identity)
            self._sockets.append(socket)
            return socket

        try:
            self._shell = connect("DEALER", "shell_port")
            self._control = connect("DEALER", "control_port")
            self._iopub = connect("SUB", "iopub_port")
        except BaseException:
            self.close()
            raise
        # iopub first, so that output comes before the end of its run
        self._arrivals = Arrivals(self._iopub, self._shell)

    @property
    def inherited(self) -> bool:
        """Whether it is of the process that this one was forked from."""
        return os.getpid() != self._process

    def hello(self, seconds: float) -> Message:
        """Wait until the worker answers and its output arrives here.

        A subscription takes effect some time after it is made. So the
        question is repeated until the status message that it causes arrives.

        Raises
        ------
        TimeoutError
            It did not within *seconds*.
        """
        end = time.monotonic() + seconds
        answer: Message | None = None
        patience = _HELLO / 8
        while time.monotonic() < end:
            question = self.send(self.message("kernel_info_request", {}))
            heard = False
            until = time.monotonic() + patience
            patience = min(2 * patience, _HELLO)
            while (left := until - time.monotonic()) > 0 and not (answer and heard):
                for socket, message in self._received(left):
                    heard = heard or socket is self._iopub
                    if message["parent_header"].get("msg_id") == question and socket is self._shell:
                        answer = message
            if answer and heard:
                self._narrow(answer["metadata"].get("topic"))
                return answer
            self._alive()
            with few_descriptors("connect to the worker"):  # ZeroMQ would try for ever
                os.close(os.open(os.devnull, os.O_RDONLY))
        raise TimeoutError

    def _narrow(self, topic: str | None) -> None:
        """Subscribe to the output of this channel's requests alone; their states are not needed."""
        if not topic:
            return
        for kind in (*_OUTPUT, _PROGRESS):
            self._iopub.subscribe(f"{topic}.{kind}")
        self._iopub.unsubscribe("")
        self._counted = True

    def message(
        self,
        kind: str,
        content: Mapping[str, object],
        goscore: RequestMetadata | None = None,
    ) -> Message:
        """Make a request, so that its ``msg_id`` is known before it is sent."""
        metadata = {} if goscore is None else {"goscore": goscore}
        return self._signed.make(kind, content, metadata)

    def send(
        self, message: Message, buffers: list[Any] | None = None, control: bool = False
    ) -> str:
        """Send a request; return its ``msg_id``."""
        if self.inherited:
            raise WorkerDiedError("the worker belongs to the process that this one was forked from")
        socket = self._control if control else self._shell
        frames = [*self._signed.frames(message), *(buffers or ())]
        self.usable, usable = False, self.usable  # half a message would break the next one
        socket.send(frames)
        self.usable = usable
        return str(message["header"]["msg_id"])

    def wait(
        self,
        request: str,
        show: Callable[[Message], None] | None = None,
        seconds: float | None = None,
        tick: Callable[[], None] | None = None,
        note: Callable[[Progress], None] | None = None,
    ) -> Message | None:
        """Wait for the reply to a request and, when its output is shown, for all of that.

        Parameters
        ----------
        request : str
            Its ``msg_id``.
        show : callable, optional
            Gets the request's iopub messages as they arrive.
        seconds : float, optional
            How long at most; what there is by then is returned.
        tick : callable, optional
            Called now and then meanwhile.
        note : callable, optional
            Gets what the worker says of its progress.
        """
        reply: Message | None = None
        shown = 0
        idle = False
        begin = quiet = time.monotonic()
        while reply is None or (show and not idle and shown != self._due(reply)):
            arrived = False
            for socket, message in self._received(_SLICE / 1000, request):
                arrived = True
                if socket is self._shell:
                    reply = message
                elif message["content"].get("execution_state") == "idle":
                    idle = True
                elif message["header"].get("msg_type") == _PROGRESS:
                    if note:
                        note(checked(message["content"], Progress, _PROGRESS))
                elif show:
                    shown += message["header"].get("msg_type") in _OUTPUT
                    show(message)
            if tick:
                tick()
            now = time.monotonic()
            if seconds is not None and now - begin > seconds:
                return reply
            if arrived:
                quiet = now
            elif reply is not None and now - quiet > _AFTER_REPLY:
                break
            else:
                self._alive()
        return reply

    def end_of(self, request: str, seconds: float) -> tuple[Message | None, bool]:
        """Wait for the end of a request that was interrupted; return its reply, and whether it is over.

        The interrupt may have come before the request was sent, or after its
        reply was read. So a second request is sent: when that is answered, the first is over.
        """
        later = self.send(self.message("goscore_release_request", {"offsets": []}))
        reply: Message | None = None
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for socket, message in self._received(_SLICE / 1000):
                parent = message["parent_header"].get("msg_id")
                if socket is self._shell and parent == request:
                    reply = message
                elif socket is self._shell and parent == later:
                    return reply, True
            self._alive()
        return reply, reply is not None

    def _due(self, reply: Message) -> int | None:
        """Return how much output comes with a reply; None where only an idle tells."""
        return reply["metadata"].get("published") if self._counted else None

    def _received(
        self, seconds: float, request: str | None = None
    ) -> Iterator[tuple[Any, Message]]:
        """Yield what arrives, the output of a run before its reply."""
        for socket in self._arrivals.wait(seconds):
            yield from ((socket, message) for message in self._drain(socket, request))

    def _drain(self, socket: Socket, request: str | None = None) -> Iterator[Message]:
        """Yield the messages that have arrived; with *request*, only those that it caused."""
        while (frames := socket.receive()) is not None:
            try:
                message = self._signed.read(frames, request)
            except (ValueError, IndexError):  # not signed by our worker
                continue
            if message is not None:
                yield message

    def forget_output(self) -> None:
        """Drop the output of other threads' runs; called between two runs of this thread."""
        with contextlib.suppress(GoscoreError):  # it cannot be read: that is its own run's to say
            for _ in self._drain(self._iopub):
                pass

    def close(self) -> None:
        """Close the sockets."""
        self.usable = False
        for socket in self._sockets:
            with contextlib.suppress(Exception):
                socket.close()


@contextlib.contextmanager
def few_descriptors(what: str) -> Iterator[None]:
    """Say what to do where the process may open no more files."""
    try:
        yield
    except Exception as error:
        if getattr(error, "errno", None) not in (errno.EMFILE, errno.ENFILE):
            raise
        raise GoscoreError(
            f"{what}: too many open files: close some, or allow more (ulimit -n)"
        ) from None
