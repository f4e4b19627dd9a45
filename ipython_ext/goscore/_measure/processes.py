"""CPU time and memory of this process and its descendants, as Linux reports them."""

from __future__ import annotations

import os
from pathlib import Path

PROC = Path("/proc")
_TICK = os.sysconf("SC_CLK_TCK")


def readable() -> bool:
    """Return whether the system reports all that this module reads, as Linux does."""
    own = PROC / str(os.getpid())
    return (own / "smaps_rollup").exists() and (own / "task" / own.name / "children").exists()


def family(root: int, without: int = 0) -> list[int]:
    """Return *root* and its descendants: Python, worker, programs.

    Parameters
    ----------
    root : int
    without : int
        A process to leave out, with its descendants.
    """
    pids, children = [root], [root]
    while children:
        children = [child for parent in children for child in _children(parent) if child != without]
        pids += children
    return pids


def _children(pid: int) -> list[int]:
    """Return the children of all threads of a process."""
    pids = []
    try:
        for task in (PROC / str(pid) / "task").iterdir():
            pids += [int(word) for word in (task / "children").read_text().split()]
    except OSError:  # it has ended
        pass
    return pids


def cpu_seconds(root: int) -> float:
    """Return the CPU time of *root* and its descendants, also of ended ones."""
    return sum(_cpu_ticks(pid) for pid in family(root)) / _TICK


def _cpu_ticks(pid: int) -> int:
    try:
        words = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(word) for word in words[11:15])


def memory(root: int, without: int = 0) -> int:
    """Return the memory of *root* and its descendants, in bytes.

    It is the sum of their proportional set sizes (PSS), and of the pages of
    shared memory files that no process maps at the moment. PSS alone would
    leave out the segments between two runs.
    """
    private = shared = 0
    segments: dict[int, int] = {}
    for pid in family(root, without):
        sizes = _rollup(pid)
        private += sizes.get("Pss_Anon", 0) + sizes.get("Pss_File", 0)
        shared += sizes.get("Pss_Shmem", 0)
        segments |= _segments(pid)
    return private + max(shared, sum(segments.values()))


def _rollup(pid: int) -> dict[str, int]:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return {}
    return {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines}


def _segments(pid: int) -> dict[int, int]:
    """Return the allocated bytes of a process's memfds, by inode."""
    sizes = {}
    try:
        for descriptor in (PROC / str(pid) / "fd").iterdir():
            if os.readlink(descriptor).startswith("/memfd:"):
                status = descriptor.stat()
                sizes[status.st_ino] = status.st_blocks * 512
    except OSError:
        pass
    return sizes
