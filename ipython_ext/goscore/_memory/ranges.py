"""Ranges of segments that objects of this process view. Each stays until the last view is gone."""

from __future__ import annotations

import os
import weakref
from collections import deque
from collections.abc import Callable

import numpy as np

from .segments import Mapping, Memory

Range = tuple[int, int]  # offset, length

_tracked: weakref.WeakSet[LiveRanges] = weakref.WeakSet()


class LiveRange:
    """The base of every array and buffer on a range.

    NumPy's slices and views keep their base, and Arrow's buffers keep the
    array. So this object dies with the last view of the range.
    """

    def __init__(self, mapping: Mapping, offset: int, length: int) -> None:
        self.mapping = mapping  # kept, so that the range stays mapped
        self.__array_interface__ = {
            "data": (mapping.address + offset, not mapping.writable),
            "shape": (length,),
            "typestr": "|u1",
            "version": 3,
        }


class LiveRanges:
    """The ranges of one segment that have views in this process.

    A finalizer returns a range, at any moment and in any thread, even one
    that holds the locks that freeing takes. So a range is noted first, and
    freed later.
    """

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self._pid = os.getpid()
        self._live: dict[int, int] = {}
        self._retired: dict[int, int] = {}
        self._returned: deque[Range] = deque()
        _tracked.add(self)

    @property
    def own(self) -> bool:
        """Whether the segment is this process's, not its parent's."""
        return self._pid == os.getpid()

    @property
    def live_bytes(self) -> int:
        """The bytes that arrays and buffers of this process view."""
        return sum(self._live.copy().values())

    def track(self, offset: int, length: int) -> Memory:
        """Return an array on a range, which is live until the last view of it is gone."""
        live_range = LiveRange(self.mapping, offset, length)
        self._live[offset] = length
        weakref.finalize(live_range, self._untrack, offset).atexit = False
        return np.asarray(live_range)

    def _untrack(self, offset: int) -> None:
        # A forked child runs the finalizers too, but the memory is its parent's.
        length = self._live.pop(offset, None) if self.own else None
        if length is not None:
            self._returned.append((offset, length))
            self._reclaim()

    def _reclaim(self) -> None:
        """Free the returned ranges, as far as possible without waiting."""
        raise NotImplementedError

    def retire(self) -> None:
        """Never reuse the live ranges: a forked child views them too."""
        live, self._live = self._live, {}
        self._retired.update(live)

    def enter_child(self) -> None:
        """Keep the child's writes to itself."""
        if self._retired and self.mapping.writable:
            self.mapping.make_private()


class Results(LiveRanges):
    """The segment that the worker writes, and the live results in it.

    Parameters
    ----------
    mapping : Mapping
    tell : callable
        Called when `drain` has offsets to return.
    """

    def __init__(self, mapping: Mapping, tell: Callable[[], None]) -> None:
        super().__init__(mapping)
        self._tell: Callable[[], None] | None = tell

    def give_back(self, offset: int, length: int) -> None:
        """Note a range without views, for the worker to free."""
        self._returned.append((offset, length))

    def drain(self) -> list[int]:
        """Return the offsets that the worker may free."""
        offsets = []
        while self._returned:
            offsets.append(self._returned.popleft()[0])
        return offsets

    def _reclaim(self) -> None:
        if self._tell is not None:
            self._tell()
            return
        while self._returned:
            self.mapping.give_back(*self._returned.popleft())
        self._close()

    def abandon(self, unread: bool) -> None:
        """Release all memory without views: the worker has ended.

        Parameters
        ----------
        unread : bool
            Whether a run may still be about to read its result.
        """
        self._tell = None
        end, live = 0, sorted({**self._retired, **self._live}.items())
        if live and not unread:
            for offset, length in [*live, (self.mapping.size, 0)]:
                self.mapping.give_back(end, offset - end)
                end = offset + length
        self._close()

    def _close(self) -> None:
        if not self._live:
            self.mapping.close()


def in_segment(memory: Memory) -> bool:
    """Tell whether memory lies in a segment."""
    return any(ranges.mapping.offset_of(memory) is not None for ranges in list(_tracked))


def _retire() -> None:
    for ranges in list(_tracked):
        ranges.retire()


def _inherit() -> None:
    for ranges in list(_tracked):
        ranges.enter_child()
    _tracked.clear()


if hasattr(os, "register_at_fork"):
    # Before the fork, so that no range is reused during it; after, for ranges of other threads since.
    os.register_at_fork(before=_retire, after_in_parent=_retire, after_in_child=_inherit)
