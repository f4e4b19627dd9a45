"""File systems that are mounted for an attack, where this process may."""

from __future__ import annotations

import ctypes
from pathlib import Path

_READ_ONLY, _REMOUNT, _BIND = 1, 32, 4096  # MS_RDONLY, MS_REMOUNT, MS_BIND
_DETACH = 2  # MNT_DETACH


def small(target: Path, nbytes: int) -> bool:
    """Mount an empty file system of few bytes on a directory; tell whether that went."""
    return _mount(Path("none"), target, "tmpfs", 0, f"size={nbytes},mode=0700")


def read_only(target: Path) -> bool:
    """Let a directory be read and not written, by root either; tell whether that went."""
    if not _mount(target, target, None, _BIND, ""):
        return False
    if not _mount(None, target, None, _REMOUNT | _BIND | _READ_ONLY, ""):
        undo(target)
        return False
    return True


def undo(target: Path) -> None:
    """Take away what was mounted on a directory, even if somebody still uses it."""
    ctypes.CDLL(None).umount2(str(target).encode(), _DETACH)


def _mount(source: Path | None, target: Path, kind: str | None, flags: int, data: str) -> bool:
    given = [None if one is None else str(one).encode() for one in (source, target, kind)]
    flag = ctypes.c_ulong(flags)
    return bool(ctypes.CDLL(None).mount(*given, flag, data.encode() or None) == 0)
