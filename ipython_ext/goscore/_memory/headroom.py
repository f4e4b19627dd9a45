"""The memory that this process can still take, so that goscore raises an error before Linux kills it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from .._display import byte_size
from .._errors import OutOfMemoryError

_SPARE = 64 << 20  # left free for everything else in Python and the worker
_NO_LIMIT = 1 << 60  # cgroup v1 writes "no limit" as a number near 2**63


def headroom(root: Path = Path("/")) -> int | None:
    """Return the bytes that can still be taken, or None where the system does not tell.

    Parameters
    ----------
    root : Path
        Where ``proc`` and ``sys`` are mounted.
    """
    limits = [_available(root), *(limit - used for limit, used in _cgroups(root))]
    known = [limit for limit in limits if limit is not None]
    return min(known) if known else None


def total() -> int | None:
    """Return the bytes of the machine's memory, or None."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def require(nbytes: int, what: str) -> None:
    """Check that *nbytes* of memory are free.

    Raises
    ------
    OutOfMemoryError
        Too little memory would be left.
    """
    left = headroom()
    if left is not None and nbytes + _SPARE > left:
        raise OutOfMemoryError(
            f"{what} takes {byte_size(nbytes)} and {byte_size(max(left, 0))} of memory are left: "
            f"take fewer columns or rows, or free what is no longer needed (del, gc.collect())"
        )


def _available(root: Path) -> int | None:
    try:
        for line in (root / "proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return None


def _cgroups(root: Path) -> Iterator[tuple[int, int]]:
    """Yield (limit, used) of every memory cgroup around this process, v1 and v2."""
    for cgroup, unified in cgroups("memory", root):
        names = ("memory.max", "memory.current")
        if not unified:
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes")
        limit, used = (number(cgroup / name) for name in names)
        if limit is not None and used is not None and limit < _NO_LIMIT:
            cache = "inactive_file" if unified else "total_inactive_file"
            yield limit, used - _reclaimable(cgroup, cache)


def cgroups(controller: str, root: Path = Path("/")) -> Iterator[tuple[Path, bool]]:
    """Yield the directories of a controller's cgroups around this process, and whether they are v2's."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        base = root / "sys/fs/cgroup" / (controller if controllers else "")
        # A container often mounts its own cgroup as the root, under a path that
        # exists only outside. Then only the last step of this walk finds files.
        cgroup = base / path.lstrip("/")
        while True:
            yield cgroup, not controllers
            if cgroup == base:
                break
            cgroup = cgroup.parent


def number(path: Path) -> int | None:
    """Return the number in a file; None where it says that there is no limit, or is not there."""
    try:
        return int(path.read_text())
    except (OSError, ValueError):  # "max"
        return None


def _reclaimable(cgroup: Path, cache: str) -> int:
    """Return the bytes of file cache, which count against the limit but can be reclaimed."""
    try:
        for line in (cgroup / "memory.stat").read_text().splitlines():
            name, _, number = line.partition(" ")
            if name == cache:
                return int(number)
    except (OSError, ValueError):
        pass
    return 0
