"""Files, sockets and directories: who else may reach them."""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil

import goscore
from goscore._worker import current
from goscore._worker.binary import find_binary

from .attack import Trials, attack
from .byhand import TRANSPORTS, byhand
from .notebook import function, restart, run
from .system import descendants

OTHERS = stat.S_IRWXG | stat.S_IRWXO
SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/run/lock")
PRINTS = 'fmt.Println("here")'
SOURCE = "func Waits(v float64) float64 {\n\ttime.Sleep(300 * time.Millisecond)\n\treturn v\n}"
OTHER_PYTHON = re.compile(rf"/goscore-(?!{os.getpid()}-)[0-9]+-")
RUNTIMES = ("XDG_RUNTIME_DIR", "GOSCORE_CACHE")


@attack(19, "files, sockets and directories that others could reach", count=1)
def places(trials: Trials) -> None:
    """Let goscore make all that it makes, with a umask that forbids nobody anything."""
    compiled = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "goscore/go-build"
    os.umask(0)
    root = Path(tempfile.mkdtemp(prefix="hammer-places-"))
    try:
        _own_places(root)
        if trials.scale < 1 and compiled.exists():
            _lend(trials, compiled, root / "home/.cache/goscore")
        before = _in_shared_places()
        _work(trials, root)
        restart()
        _by_hand(trials, root)
        _planted(trials, root)
        made = sorted(_in_shared_places() - before)
        with trials.trial("shared places"):
            trials.check(not made, f"made in a shared place: {made}")
    finally:
        goscore.connect(None)
        if current._own is not None:
            current._own.close()
        shutil.rmtree(root, ignore_errors=True)


def _own_places(root: Path) -> None:
    """Give this process a home and a temporary directory, as open to all as /tmp is."""
    for name, path in (("HOME", root / "home"), ("TMPDIR", root / "tmp")):
        path.mkdir()
        path.chmod(0o1777)
        os.environ[name] = str(path)
    os.environ["IPYTHONDIR"] = str(root / "ipython")  # what IPython keeps is its own
    for name in (*RUNTIMES, "XDG_CACHE_HOME", "GOCACHE"):
        os.environ.pop(name, None)
    tempfile.tempdir = None
    root.chmod(0o755)


def _lend(trials: Trials, compiled: Path, cache: Path) -> None:
    """Spare the short form a minute of compiling the standard library."""
    for path in (cache.parent, cache):
        path.mkdir(0o700)
    (cache / "go-build").symlink_to(compiled)
    trials.figures["Go's build cache"] = "lent"


def _work(trials: Trials, root: Path) -> None:
    """Use cells, functions, built-ins and shared frames, and look at every moment."""
    df = pd.DataFrame({"v": np.arange(300_000.0), "s": ["text"] * 300_000})
    waits = function("Waits", SOURCE)
    looker = threading.Thread(target=waits, args=(1.0,))
    looker.start()
    work: tuple[Callable[[], Any], ...] = (
        lambda: goscore.score(df.v),
        lambda: goscore.share(df[["v"]]),
        lambda: run("%%goscore -i df\nlen(df.s)", df=df),
    )
    for what in work:
        with trials.trial("cells"):
            kept = what()
            _look(trials, root, os.getpid(), listeners=0)
            del kept
    looker.join()
    for path in _walk(root):
        with trials.trial(str(path)):
            _private(trials, root, path)


def _by_hand(trials: Trials, root: Path) -> None:
    """Look at a worker that Jupyter would start, and at one over ipc."""
    for transport in TRANSPORTS:
        with (
            byhand(transport) as worker,
            trials.trial(f"goscore kernel, {transport}"),
            worker.open() as wire,
        ):
            wire.call("execute_request", {"code": PRINTS})
            _look(trials, root, worker.pid, listeners=5 if transport == "tcp" else 0)
            for path in _walk(root):
                _private(trials, root, path)


def _look(trials: Trials, root: Path, pid: int, listeners: int) -> None:
    """See what a process and what it started have open."""
    for one in (pid, *descendants(pid)):
        try:
            process = psutil.Process(one)
            connections, files = process.net_connections("all"), process.open_files()
        except psutil.NoSuchProcess:
            continue
        listening = [c.laddr for c in connections if c.status == psutil.CONN_LISTEN]
        expected = listeners if one == pid else 0
        trials.check(len(listening) == expected, f"process {one} listens at {listening}")
        trials.check(all(at.ip == "127.0.0.1" for at in listening), f"listens at {listening}")
        for connection in connections:
            if connection.family == socket.AF_UNIX and connection.laddr:
                _private(trials, root, Path(str(connection.laddr)))
        for file in files:
            if file.mode != "r" and Path(file.path).exists():
                _private(trials, root, Path(file.path))


def _private(trials: Trials, root: Path, path: Path) -> None:
    """Check that only this user may reach a path, by its own mode or by a directory's.

    What lies where others may enter needs 0600 or 0700 itself.
    """
    trials.check(path.is_absolute() and "\0" not in str(path), f"{path} is a socket without a file")
    if root / "ipython" in path.parents:
        return
    if root not in path.parents:
        trials.check(str(path).startswith(("/dev/", "/proc/")), f"{path} is elsewhere")
        return
    try:
        status = path.lstat()
        within = [
            p.lstat()
            for p in path.parents
            if root / "home" in p.parents or root / "tmp" in p.parents
        ]
    except FileNotFoundError:  # gone meanwhile
        return
    closed = any(not parent.st_mode & OTHERS for parent in within)
    trials.check(
        closed or not status.st_mode & OTHERS, f"{path} has mode {stat.S_IMODE(status.st_mode):o}"
    )
    trials.check(status.st_uid == os.getuid(), f"{path} belongs to {status.st_uid}")
    if stat.S_ISSOCK(status.st_mode):
        trials.check(not status.st_mode & OTHERS, f"the socket {path} is open to others")


def _walk(root: Path) -> Iterator[Path]:
    """Give what was made, as deep as others could come."""
    for place in (root / "home", root / "tmp"):
        waiting = list(place.iterdir())
        while waiting:
            path = waiting.pop()
            yield path
            if path.is_dir() and not path.is_symlink():
                waiting.extend(path.iterdir())


def _planted(trials: Trials, root: Path) -> None:
    """Make the directory first that a worker without a home would keep programs in."""
    with trials.trial("planted cache"):
        planted = root / "tmp" / f"goscore-{os.getuid()}"
        planted.mkdir()
        planted.chmod(0o777)
        environment = {"PATH": os.environ["PATH"], "TMPDIR": str(root / "tmp")}
        done = subprocess.run(
            [find_binary(), "warm"], env=environment, capture_output=True, text=True, timeout=120
        )
        used = [path.name for path in planted.iterdir()]
        trials.check(done.returncode != 0 and not used, f"a planted cache was used: {used}")


def _in_shared_places() -> set[str]:
    """Return what bears this project's name where all users may write, but for that of other Pythons."""
    found = set()
    for place in SHARED:
        if os.path.isdir(place):
            found |= {e.path for e in os.scandir(place) if e.name.startswith("goscore-")}
    return {path for path in found if not OTHER_PYTHON.search(path)}
