"""What ``ulimit`` and the control group leave this process. Too little would end Python or a compiler in a library's own way."""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

from .._display import byte_size
from .._errors import WorkerDiedError
from .._record import fact
from .headroom import cgroups, number


@fact()
class Quota:
    """A limit of the system on this process or user.

    Attributes
    ----------
    option : str
        Of ``ulimit``, which sets it.
    what : str
        What it limits, with a place for the number.
    number : int
        In `resource`.
    used : callable
        Gives how much of it is taken.
    least : int
        What must be left for Go's processes and their connections.
    whole : int
        What the limit must be at least, where each process has it for itself.
    shown : callable
        Writes a number of it.
    """

    option: str
    what: str
    number: int
    used: Callable[[], int]
    least: int
    whole: int = 0
    shown: Callable[[int], str] = str

    def left(self) -> int | None:
        """Return what is left of it; None without a limit."""
        limit, _ = resource.getrlimit(self.number)
        return None if limit == resource.RLIM_INFINITY else max(0, limit - self.used())

    def lack(self) -> str:
        """Say what is missing, and how to get it; "" when enough is left."""
        left = self.left()
        limit, _ = resource.getrlimit(self.number)
        if left is None or (left >= self.least and limit >= self.whole):
            return ""
        return (
            f"ulimit {self.option} allows {self.what.format(self.shown(limit))}, of which {self.shown(left)} are "
            f"left, and Go needs {self.shown(max(self.least, self.whole))}: start Jupyter or Python with a higher limit"
        )


def _addresses() -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    return 0


def _descriptors() -> int:
    with contextlib.suppress(OSError):
        return len(os.listdir("/dev/fd"))
    return 0


def _threads() -> int:
    """Return how many threads this user has; root's are not limited."""
    if os.getuid() == 0:
        return -(1 << 40)
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            if process.stat().st_uid == os.getuid():
                count += len(os.listdir(process / "task"))
    return count


_TASKS = 48  # processes and threads of a worker, a program and a compiler
ADDRESSES = Quota(
    "-v",
    "{} of address space",
    resource.RLIMIT_AS,
    _addresses,
    512 << 20,  # for the threads of libzmq, the segments and results
    4 << 30,  # Go's runtime and its compiler map a GiB each before they begin
    byte_size,
)
QUOTAS = (
    ADDRESSES,
    Quota("-n", "{} open files", resource.RLIMIT_NOFILE, _descriptors, 40),
    Quota("-u", "{} processes and threads", resource.RLIMIT_NPROC, _threads, _TASKS),
    Quota("-f", "files of {}", resource.RLIMIT_FSIZE, int, 64 << 20, shown=byte_size),
)


def lack_of_tasks(root: Path = Path("/")) -> str:
    """Say that a control group, such as a container's, allows too few processes; "" when enough are left."""
    for group, _ in cgroups("pids", root):
        limit, used = number(group / "pids.max"), number(group / "pids.current")
        if limit is None or used is None or limit - used >= _TASKS:
            continue
        return (
            f"this container allows {limit} processes and threads (pids.max), of which {max(0, limit - used)} are "
            f"left, and Go needs {_TASKS}: start it with a higher limit, as docker run --pids-limit sets it"
        )
    return ""


def lacks() -> Iterator[str]:
    """Yield a sentence for each quota that leaves too little."""
    return filter(None, (*(quota.lack() for quota in QUOTAS), lack_of_tasks()))


def require() -> None:
    """Check that enough is left to start a worker.

    Raises
    ------
    WorkerDiedError
        It is not.
    """
    for lack in lacks():
        raise WorkerDiedError(lack)
