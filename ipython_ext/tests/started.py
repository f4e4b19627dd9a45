"""Workers that tests start by hand, what the system says of processes, and how tests wait."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import threading
import time
from pathlib import Path

import zmq
from jupyter_client.connect import write_connection_file
from jupyter_client.session import Session

from goscore._worker.binary import find_binary
from goscore._worker.connection import address

HANG = 120  # s; what has not come by then never will, however busy the machine is


def installed(prefix):
    """Register the Jupyter kernel below *prefix*; return what belongs in ``JUPYTER_PATH``."""
    for command in (["install", "--prefix", prefix], ["warm"]):
        subprocess.run([find_binary(), *command], check=True, capture_output=True, timeout=HANG)
    return Path(prefix) / "share" / "jupyter"


class Started:
    """A worker that was started by hand, as ``goscore kernel -f FILE``.

    Attributes
    ----------
    file : str
        Its connection file.
    info : dict
        What is in it.
    process : subprocess.Popen
    """

    def __init__(self, directory, transport="tcp", *options):
        self.file = str(directory / "kernel.json")
        ip = {"tcp": "127.0.0.1", "ipc": str(directory / "s")}[transport]
        write_connection_file(
            self.file, ip=ip, transport=transport, key=secrets.token_hex(32).encode()
        )
        self.info = json.loads(Path(self.file).read_text())
        self.log = open(directory / "log", "w+b")
        self.process = subprocess.Popen(
            [find_binary(), "kernel", "-f", self.file, *options],
            stderr=self.log,
            start_new_session=True,
        )
        self.context = zmq.Context()
        self.ask()

    def close(self):
        self.process.kill()
        self.process.wait()
        self.context.destroy(0)
        self.log.close()

    def session(self):
        return Session(key=self.info["key"].encode())

    def socket(self, channel="shell", kind=zmq.DEALER):
        made = self.context.socket(kind)
        made.linger = 0
        made.connect(address(self.info, f"{channel}_port"))
        return made

    def ask(self, channel="shell"):
        """Ask a new client's question; an answer must come."""
        session, socket = self.session(), self.socket(channel)
        try:
            session.send(socket, "kernel_info_request", {})
            assert socket.poll(HANG * 1000), f"no answer on {channel}"
            return session.recv(socket, 0)[1]["content"]
        finally:
            socket.close()

    def execute(self, code):
        session, socket = self.session(), self.socket()
        try:
            session.send(socket, "execute_request", {"code": code, "silent": False})
            assert socket.poll(HANG * 1000), "no answer"
            return session.recv(socket, 0)[1]["content"]
        finally:
            socket.close()


@contextlib.contextmanager
def started(directory, transport="tcp", *options):
    """Start a worker, and end it."""
    made = Started(directory, transport, *options)
    try:
        yield made
    finally:
        made.close()


def memory(pid):
    """Return the most bytes that a process has ever had in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise ProcessLookupError(pid)


def alive(pid):
    """Tell whether a process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition):
    """Wait until *condition* holds, and return what it gave; fail when it never does."""
    end = time.monotonic() + HANG
    while not (met := condition()):
        assert time.monotonic() < end, f"not so within {HANG} s"
        time.sleep(0.01)
    return met


def children(pid):
    """Return the processes that a process has started, and those that they have."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(
            FileNotFoundError, ProcessLookupError
        ):  # a thread that has just ended
            for child in map(int, task.read_text().split()):
                if alive(child):
                    found += [child, *children(child)]
    return found


def compiling(pid):
    """Return the processes below a worker that compile or link now."""
    tools = ("compile", "link", "asm")
    return [child for child in children(pid) if Path(command(child)).name in tools]


def command(pid):
    """Return what a process was started as; nothing when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().partition(b"\0")[0].decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def interrupt_when(condition):
    """Send SIGINT to this process, as Ctrl-C does, once *condition* holds; return the thread that waits."""

    def press():
        until(condition)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    return thread


def inodes(pid):
    """Return the inodes of a process's sockets."""
    found = set()
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            target = os.readlink(fd)
            if target.startswith("socket:["):
                found.add(target[8:-1])
    return found


def tcp_listeners(pid):
    """Return the addresses on which a process listens by TCP."""
    own, found = inodes(pid), []
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(FileNotFoundError):
            for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
                word = line.split()
                if word[3] == "0A" and word[9] in own:
                    found.append(word[1])
    return found


def unix_paths(pid):
    """Return the paths of a process's unix sockets."""
    own, found = inodes(pid), set()
    for line in Path(f"/proc/{pid}/net/unix").read_text().splitlines()[1:]:
        word = line.split()
        if word[6] in own and len(word) > 7:
            found.add(word[7])
    return found
