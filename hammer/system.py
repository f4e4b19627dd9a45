"""What the system says of goscore's processes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import psutil


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be reaped does not."""
    try:
        return psutil.Process(pid).status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return False


def descendants(pid: int) -> list[int]:
    """Return the pids of what a process started, and what that started."""
    return [one.pid for one in psutil.Process(pid).children(recursive=True)]


def children(pid: int) -> list[int]:
    """Return the pids of what any thread of a process started, quickly."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def command(pid: int) -> list[str]:
    """Return a process's command line; nothing of one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")[:-1]
    except OSError:
        return []


def memory(pid: int) -> int:
    """Return the bytes that a process has in memory for itself, shared pages counted in part."""
    try:
        return int(psutil.Process(pid).memory_full_info().pss)
    except psutil.NoSuchProcess:  # it has ended
        return 0


def descriptors(pid: int) -> int:
    """Return how many file descriptors a process has open."""
    return int(psutil.Process(pid).num_fds())


def segments(pid: int) -> set[int]:
    """Return the inodes of the memory files that a process has open or mapped."""
    found: set[int] = set()
    try:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            if "/memfd:goscore" in line:
                found.add(int(line.split()[4]))
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            if os.readlink(descriptor).startswith("/memfd:goscore"):
                found.add(descriptor.stat().st_ino)
    except OSError:
        pass
    return found


def mentioning(name: str) -> list[int]:
    """Return the pids of the processes that have *name* in their environment."""
    wanted, found = name.encode(), []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if wanted in (folder / "environ").read_bytes() and alive(int(folder.name)):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def until(condition: Callable[[], bool], seconds: float) -> float:
    """Return how long it takes for *condition* to hold; raise `TimeoutError` after *seconds*."""
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > seconds:
            raise TimeoutError(f"not so within {seconds:g} s")
        time.sleep(0.005)
    return time.monotonic() - begin
