"""Allocator of the input segment."""

from __future__ import annotations

import threading

from .locks import if_free
from .ranges import LiveRanges, Range
from .segments import MEBIBYTE, Mapping, Memory, aligned

KEEP_WARM = 256 << 20  # free memory kept for the next run, since new pages cost more than copying


class Allocator(LiveRanges):
    """Allocates ranges of the segment that Python writes.

    Free ranges keep their pages for the next run, up to `KEEP_WARM` bytes.
    The system gets back the memory of the rest; only addresses are kept, as holes.
    """

    def __init__(self, mapping: Mapping) -> None:
        super().__init__(mapping)
        self._lock = threading.Lock()
        self._end = 0
        self._free: list[Range] = []  # by offset, never side by side
        self._holes: list[Range] = []  # the parts of free ranges that have no memory

    def share(self, nbytes: int) -> Memory:
        """Return memory of a new range, which is released with the last view of it.

        Raises
        ------
        OutOfMemoryError
            Too little memory is left.
        """
        return self.track(*self.take(nbytes))

    def take(self, nbytes: int) -> Range:
        """Return (offset, length) of a new range of at least *nbytes*.

        Raises
        ------
        OutOfMemoryError
            Too little memory is left.
        """
        try:
            with self._lock:
                return self._take(aligned(max(nbytes, 1), MEBIBYTE))
        finally:
            self._reclaim()

    def _take(self, length: int) -> Range:
        fitting = [piece for piece in self._free if piece[1] >= length]
        if not fitting:
            offset = self._end
            self.mapping.allocate(offset, length)
            self._end += length
            return offset, length
        # Prefer the piece that needs the least new memory, then the one that fits best.
        piece = min(fitting, key=lambda p: (_overlap(self._holes, (p[0], length)), p[1]))
        offset = piece[0]
        missing = _overlap(self._holes, (offset, length))
        if missing:
            self.mapping.allocate(offset, length, missing)
            self._holes = _subtracted(self._holes, (offset, length))
        self._free = _subtracted(self._free, (offset, length))
        return offset, length

    def release(self, offset: int, length: int) -> None:
        """Free a range."""
        self._returned.append((offset, length))
        self._reclaim()

    def _reclaim(self) -> None:
        # A thread that holds the lock looks again after releasing it.
        while self._returned and if_free(self._lock, self._put_all):
            pass

    def _put_all(self) -> None:
        while self._returned:
            self._put(*self._returned.popleft())

    def _put(self, offset: int, length: int) -> None:
        self._free = _merged([*self._free, (offset, length)])
        spare = sum(n for _, n in self._free) - sum(n for _, n in self._holes) - KEEP_WARM
        warm = self._free
        for hole in self._holes:
            warm = _subtracted(warm, hole)
        for start, size in reversed(warm):
            if spare <= 0:
                break
            cut = min(size, aligned(spare, MEBIBYTE))
            if self.mapping.give_back(start + size - cut, cut):
                self._holes = _merged([*self._holes, (start + size - cut, cut)])
                spare -= cut


_handed_over: Allocator | None = None


def hand_over(allocator: Allocator) -> None:
    """Hand an ended worker's segment to the next one if arrays of this process still view it."""
    global _handed_over
    if allocator.live_bytes:
        _handed_over = allocator
    else:
        allocator.mapping.close()


def take_over() -> Allocator | None:
    """Return the segment that the previous worker handed over, if it did."""
    global _handed_over
    allocator, _handed_over = _handed_over, None
    return allocator if allocator is not None and allocator.own else None


def _merged(ranges: list[Range]) -> list[Range]:
    """Sort ranges, and join adjacent ones."""
    merged: list[Range] = []
    for start, size in sorted(ranges):
        if merged and sum(merged[-1]) == start:
            merged[-1] = (merged[-1][0], merged[-1][1] + size)
        else:
            merged.append((start, size))
    return merged


def _subtracted(ranges: list[Range], cut: Range) -> list[Range]:
    """Return the parts of ranges that lie outside *cut*."""
    rest = []
    for start, size in ranges:
        before = (start, min(start + size, cut[0]) - start)
        after_start = max(start, sum(cut))
        after = (after_start, start + size - after_start)
        rest += [piece for piece in (before, after) if piece[1] > 0]
    return rest


def _overlap(ranges: list[Range], other: Range) -> int:
    """Return the number of bytes that *other* shares with ranges."""
    both = (min(sum(r), sum(other)) - max(r[0], other[0]) for r in ranges)
    return sum(size for size in both if size > 0)
