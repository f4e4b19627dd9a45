"""Who has which part of the segment that Python writes."""

from __future__ import annotations

import threading

from .locks import if_free
from .ranges import Holder, Memory, Range
from .segments import MEBIBYTE, Mapping, aligned

KEEP_WARM = 256 << 20  # free memory kept for the next run, since new pages cost more than copying


class Allocator(Holder):
    """Ranges of the segment that Python writes.

    Free ranges are reused while their pages are warm. Beyond `KEEP_WARM`
    bytes of them, memory is given back and only addresses are kept: holes.
    """

    def __init__(self, mapping: Mapping) -> None:
        super().__init__(mapping)
        self._lock = threading.Lock()
        self._end = 0
        self._free: list[Range] = []  # by offset, never side by side
        self._holes: list[Range] = []  # those parts of the free ranges that have no memory

    def share(self, nbytes: int) -> Memory:
        """Return a range that is released when the last view of it is gone.

        Raises
        ------
        OutOfMemoryError
            There is too little memory.
        """
        return self.hold(*self.take(nbytes))

    def take(self, nbytes: int) -> Range:
        """Return (offset, length) of a range that has at least *nbytes*.

        Raises
        ------
        OutOfMemoryError
            There is too little memory.
        """
        try:
            with self._lock:
                return self._take(aligned(max(nbytes, 1), MEBIBYTE))
        finally:
            self._take_back()

    def _take(self, length: int) -> Range:
        fitting = [piece for piece in self._free if piece[1] >= length]
        if not fitting:
            offset = self._end
            self.mapping.secure(offset, length)
            self._end += length
            return offset, length
        # Where the least memory must be taken anew, then where the range fits best.
        piece = min(fitting, key=lambda p: (_overlap(self._holes, (p[0], length)), p[1]))
        offset = piece[0]
        missing = _overlap(self._holes, (offset, length))
        if missing:
            self.mapping.secure(offset, length, missing)
            self._holes = _without(self._holes, (offset, length))
        self._free = _without(self._free, (offset, length))
        return offset, length

    def release(self, offset: int, length: int) -> None:
        """Take a range back."""
        self._returned.append((offset, length))
        self._take_back()

    def _take_back(self) -> None:
        # Whoever has the lock looks again after it.
        while self._returned and if_free(self._lock, self._put_all):
            pass

    def _put_all(self) -> None:
        while self._returned:
            self._put(*self._returned.popleft())

    def _put(self, offset: int, length: int) -> None:
        self._free = _joined([*self._free, (offset, length)])
        spare = sum(n for _, n in self._free) - sum(n for _, n in self._holes) - KEEP_WARM
        warm = self._free
        for hole in self._holes:
            warm = _without(warm, hole)
        for start, size in reversed(warm):
            if spare <= 0:
                break
            cut = min(size, aligned(spare, MEBIBYTE))
            if self.mapping.give_back(start + size - cut, cut):
                self._holes = _joined([*self._holes, (start + size - cut, cut)])
                spare -= cut


_left: Allocator | None = None


def leave(allocator: Allocator) -> None:
    """Let the next worker have what this one's end must not take away: memory that is shown."""
    global _left
    if allocator.shown:
        _left = allocator
    else:
        allocator.mapping.close()


def left() -> Allocator | None:
    """Return the segment of the worker before, if that was left."""
    global _left
    made, _left = _left, None
    return made if made is not None and made.own else None


def _joined(ranges: list[Range]) -> list[Range]:
    """Sort ranges and make those that lie side by side one."""
    made: list[Range] = []
    for start, size in sorted(ranges):
        if made and sum(made[-1]) == start:
            made[-1] = (made[-1][0], made[-1][1] + size)
        else:
            made.append((start, size))
    return made


def _without(ranges: list[Range], cut: Range) -> list[Range]:
    """Return what is left of ranges outside of *cut*."""
    made = []
    for start, size in ranges:
        before = (start, min(start + size, cut[0]) - start)
        after_start = max(start, sum(cut))
        after = (after_start, start + size - after_start)
        made += [piece for piece in (before, after) if piece[1] > 0]
    return made


def _overlap(ranges: list[Range], other: Range) -> int:
    """Return how many bytes of *other* lie in ranges."""
    both = (min(sum(r), sum(other)) - max(r[0], other[0]) for r in ranges)
    return sum(size for size in both if size > 0)
