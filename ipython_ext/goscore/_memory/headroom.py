"""How much memory this process may still take, before the OOM killer comes instead of an error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from .._display import shown
from .._errors import OutOfMemoryError

_SPARE = 64 << 20  # left for everything else that Python and the worker do meanwhile
_NO_LIMIT = 1 << 60  # cgroup v1 writes "no limit" as a number near 2**63


def headroom(root: Path = Path("/")) -> int | None:
    """Return the bytes that can still be taken, or None where the system does not say.

    Parameters
    ----------
    root : Path
        Where ``proc`` and ``sys`` are mounted.
    """
    found = [_available(root), *(limit - used for limit, used in _cgroups(root))]
    known = [number for number in found if number is not None]
    return min(known) if known else None


def total() -> int | None:
    """Return the bytes of memory that the machine has, or None."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def require(nbytes: int, what: str) -> None:
    """Refuse to take *nbytes* that are not there.

    Raises
    ------
    OutOfMemoryError
        Taking them would leave too little.
    """
    left = headroom()
    if left is not None and nbytes + _SPARE > left:
        raise OutOfMemoryError(
            f"{what} takes {shown(nbytes)} and {shown(max(left, 0))} of memory are left: "
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
    """Give (limit, used) of every memory cgroup around this process, v1 and v2."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            base, names = root / "sys/fs/cgroup", ("memory.max", "memory.current")
            cache = "inactive_file"
        elif "memory" in controllers.split(","):
            base = root / "sys/fs/cgroup/memory"
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes")
            cache = "total_inactive_file"
        else:
            continue
        # A container often sees its own cgroup mounted as the root, under a path
        # that exists only outside: then only the last step of this walk finds files.
        place = base / path.lstrip("/")
        while True:
            limit, used = (_number(place / name) for name in names)
            if limit is not None and used is not None and limit < _NO_LIMIT:
                yield limit, used - _reclaimable(place, cache)
            if place == base:
                break
            place = place.parent


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):  # "max"
        return None


def _reclaimable(place: Path, cache: str) -> int:
    """Return the bytes of file cache that the limit counts but gives up on demand."""
    try:
        for line in (place / "memory.stat").read_text().splitlines():
            name, _, number = line.partition(" ")
            if name == cache:
                return int(number)
    except (OSError, ValueError):
        pass
    return 0
