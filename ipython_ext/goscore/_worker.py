"""The worker as Python holds it: started at first use, watched, replaced when it has ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _orphans
from ._allocator import Allocator
from ._channels import Channel
from ._errors import GoscoreError, WorkerDiedError
from ._heartbeat import Heartbeat
from ._rundir import RunDirectory
from ._segments import Mapping

if TYPE_CHECKING:
    import zmq

PROTOCOL = 1
_START = 20.0  # s; for a worker to answer its first question
_REMOTE = 10.0
_PATIENCE = 0.4  # s; for an interrupted run to end by itself
_DRAIN_EVERY = 64  # runs


class Worker:
    """A worker and this process's ways to it.

    Parameters
    ----------
    info : dict
        Content of its connection file.

    Attributes
    ----------
    about : dict
        ``content.goscore`` of its ``kernel_info_reply``.
    allocator : Allocator or None
        Of the segment that it reads; None when no memory is shared.
    results : Mapping or None
        The segment that it writes.
    generation : int
        Changes when its declarations change.
    """

    def __init__(self, info: dict[str, Any]) -> None:
        self.info = info
        self.about: dict[str, Any] = {}
        self.allocator: Allocator | None = None
        self.results: Mapping | None = None
        self.generation: int | None = None
        self.plans: dict[Any, Any] = {}
        self._context = zmq_context()
        self._own = threading.local()
        self._channels: weakref.WeakSet[Channel] = weakref.WeakSet()
        self._runs = 0
        self._heartbeat: Heartbeat | None = None

    def check(self) -> None:
        """Raise when the worker has ended."""
        if self._heartbeat is None and "hb_port" in self.info:
            self._heartbeat = Heartbeat(self.info, self._context)
        if self._heartbeat is not None:
            self._heartbeat.check()

    @property
    def ended(self) -> bool:
        """Whether a new one is needed."""
        return False

    def channel(self, seconds: float = _START) -> Channel:
        """Return the calling thread's channel.

        Raises
        ------
        WorkerDiedError
            The worker does not answer.
        """
        own: Channel | None = getattr(self._own, "channel", None)
        if own is not None and own.usable:
            return own
        own = Channel(self.info, self._context, self.check)
        try:
            self._meet(own.hello(seconds))
        except BaseException as error:
            own.close()
            if isinstance(error, TimeoutError):
                raise WorkerDiedError(self._silence(seconds)) from None
            raise
        self._own.channel = own
        self._channels.add(own)
        return own

    def _meet(self, reply: dict[str, Any]) -> None:
        about = reply["content"].get("goscore")
        if about is None:
            raise GoscoreError(
                f"{reply['content'].get('banner') or 'the kernel there'} is no goscore worker"
            )
        if about.get("protocol") != PROTOCOL:
            raise GoscoreError(
                f"the worker speaks protocol {about.get('protocol')} and this package {PROTOCOL}: "
                f"install both from one version of goscore"
            )
        self.about = about

    def _silence(self, seconds: float) -> str:
        return f"no answer from {self.info['ip']} within {seconds:g} s"

    def drain_others(self) -> None:
        """Now and then drop what idle threads' sockets have gathered of other runs' output."""
        self._runs += 1
        if self._runs % _DRAIN_EVERY:
            return
        own = getattr(self._own, "channel", None)
        for channel in list(self._channels):
            if channel is not own and channel.usable and channel.lock.acquire(blocking=False):
                try:
                    channel.forget_output()
                finally:
                    channel.lock.release()

    def interrupt(self, channel: Channel, request: str) -> None:
        """Stop a run: ask, and after a moment insist."""
        try:
            channel.send(channel.message("interrupt_request", {"msg_id": request}), control=True)
            if channel.wait(request, seconds=_PATIENCE) is None:
                self.stop_hard()
        except WorkerDiedError:
            pass
        except BaseException:
            self.stop_hard()
            raise

    def stop_hard(self) -> None:
        """End what does not listen; of a worker elsewhere, only leave."""
        own = getattr(self._own, "channel", None)
        if own is not None:
            own.close()

    def close(self) -> None:
        """Leave the worker."""
        self.stop_hard()
        if self._heartbeat is not None:
            self._heartbeat.close()
            self._heartbeat = None


class LocalWorker(Worker):
    """A worker that this process started, and that shares memory with it."""

    def __init__(self) -> None:
        self.binary = find_binary()
        self.directory = RunDirectory()
        super().__init__(self.directory.info)
        self._pid = os.getpid()
        descriptors: tuple[int, ...] = ()
        with contextlib.suppress(OSError, ValueError):  # without them, all travels in messages
            self.results = Mapping("goscore-out", writable=False)
            self.allocator = Allocator(Mapping("goscore-in", writable=True))
            descriptors = (self.allocator.mapping.fd, self.results.fd)
        try:
            self.process = self._start(descriptors)
            self.channel()
        except BaseException:
            self.close()
            raise
        if not self.about.get("segments"):
            self.allocator = self.results = None

    def _start(self, descriptors: tuple[int, ...]) -> subprocess.Popen[bytes]:
        command = [self.binary, "kernel", "-f", str(self.directory.connection_file), "--side"]
        command += ["--parent", str(os.getpid())]
        if descriptors:
            command += ["--in", str(descriptors[0]), "--out", str(descriptors[1])]
        try:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=self.directory.log,
                stderr=self.directory.log,
                pass_fds=descriptors,
                start_new_session=True,  # a notebook's interrupt goes to the whole process group
            )
        except OSError as error:
            raise WorkerDiedError(f"start the worker {self.binary}: {error.strerror}") from error

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def check(self) -> None:
        code = self.process.poll()
        if code is None:
            return
        how = f"exit code {code}"
        if code < 0:
            with contextlib.suppress(ValueError):
                how = f"{signal.Signals(-code).name} (signal {-code})"
            _orphans.end(self.process.pid)
        tail = self.directory.tail()
        raise WorkerDiedError(
            f"the worker has ended: {how}; the next call starts another"
            + (f"\nIts last words:\n{tail}" if tail else "")
        )

    def _silence(self, seconds: float) -> str:
        tail = self.directory.tail()
        return f"the worker {self.binary} did not answer within {seconds:g} s" + (
            f"\nIts last words:\n{tail}" if tail else ""
        )

    def stop_hard(self) -> None:
        super().stop_hard()
        process = getattr(self, "process", None)
        if process is None or process.poll() is not None:
            return
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        _orphans.end(process.pid)

    def close(self) -> None:
        """End the worker and remove its directory."""
        if self._pid != os.getpid():
            return
        own = getattr(self._own, "channel", None)
        if own is not None and own.usable and not self.ended:
            with contextlib.suppress(Exception):
                own.send(own.message("shutdown_request", {"restart": False}), control=True)
                self.process.wait(0.5)
        self.stop_hard()
        for mapping in (self.results, self.allocator and self.allocator.mapping):
            if mapping:
                mapping.close()
        self.results = self.allocator = None
        self.directory.remove()


_contexts: dict[int, Any] = {}


def zmq_context() -> zmq.Context[Any]:
    """Return this process's context for all workers, one after another.

    A context that is collected while a socket of it is open waits for that
    socket, for ever if need be; so none ever is.
    """
    import zmq

    if os.getpid() not in _contexts:
        _contexts[os.getpid()] = zmq.Context()
    context: zmq.Context[Any] = _contexts[os.getpid()]
    return context


def find_binary() -> str:
    """Return the path of the worker's binary.

    Raises
    ------
    WorkerDiedError
        There is none.
    """
    named = os.environ.get("GOSCORE_WORKER")
    path = Path(named) if named else Path(__file__).parent / "_bin" / "goscore"
    if os.access(path, os.X_OK) and path.is_file():
        return str(path)
    why = "GOSCORE_WORKER names it" if named else "reinstall goscore, or name one in GOSCORE_WORKER"
    raise WorkerDiedError(f"there is no worker at {path}: {why}")


def read_connection_file(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read what `connect` is given.

    Raises
    ------
    GoscoreError
        It is no connection file.
    """
    try:
        info = json.loads(Path(path).expanduser().read_text())
        missing = {"ip", "key", "shell_port", "iopub_port", "control_port"} - set(info)
    except (OSError, ValueError, TypeError) as error:
        raise GoscoreError(f"read the connection file {path}: {error}") from error
    if missing:
        raise GoscoreError(f"the connection file {path} lacks {', '.join(sorted(missing))}")
    info.setdefault("transport", "tcp")
    return dict(info)
