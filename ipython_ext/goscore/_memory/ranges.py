"""Ranges of segments that Python's objects show, each held until the last of them is gone."""

from __future__ import annotations

import os
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from .segments import Mapping

Memory = np.ndarray[Any, np.dtype[np.uint8]]
Range = tuple[int, int]  # offset, length

_holders: weakref.WeakSet[Holder] = weakref.WeakSet()


class Held:
    """The base of every array and buffer that shows a part of one range.

    NumPy keeps the object that an array was made of through slices and
    views, and Arrow keeps that array: when this object goes, nobody looks.
    """

    def __init__(self, mapping: Mapping, offset: int, length: int) -> None:
        self.mapping = mapping  # stays mapped meanwhile
        self.__array_interface__ = {
            "data": (mapping.address + offset, not mapping.writable),
            "shape": (length,),
            "typestr": "|u1",
            "version": 3,
        }


class Holder:
    """The ranges of one segment that are shown.

    A range comes back by a finalizer, so at any moment of any thread, also
    while that thread has the locks that are needed to take it back. So it is
    only noted first.
    """

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self._pid = os.getpid()
        self._live: dict[int, int] = {}
        self._retired: dict[int, int] = {}
        self._returned: deque[Range] = deque()
        _holders.add(self)

    @property
    def own(self) -> bool:
        """Whether this process may use it, and not only its parent."""
        return self._pid == os.getpid()

    @property
    def shown(self) -> int:
        """Bytes that are held for arrays and buffers of this process."""
        return sum(self._live.copy().values())

    def hold(self, offset: int, length: int) -> Memory:
        """Show a range until the last view of it is gone."""
        held = Held(self.mapping, offset, length)
        self._live[offset] = length
        weakref.finalize(held, self._gone, offset).atexit = False
        return np.asarray(held)

    def _gone(self, offset: int) -> None:
        # A forked child has the finalizers too, but the memory is its parent's.
        length = self._live.pop(offset, None) if self.own else None
        if length is not None:
            self._returned.append((offset, length))
            self._take_back()

    def _take_back(self) -> None:
        """Do with the returned ranges what can be done now; never wait."""
        raise NotImplementedError

    def retire(self) -> None:
        """Never use again what is shown now: a forked child shows it too."""
        shown, self._live = self._live, {}
        self._retired.update(shown)

    def inherited(self) -> None:
        """In the child: what is written here stays here."""
        if self._retired and self.mapping.writable:
            self.mapping.make_private()


class Results(Holder):
    """The segment that the worker writes, and the results in it that stay there.

    Parameters
    ----------
    mapping : Mapping
    tell : callable
        Called when there is something to `drain`.
    """

    def __init__(self, mapping: Mapping, tell: Callable[[], None]) -> None:
        super().__init__(mapping)
        self._tell: Callable[[], None] | None = tell

    def give_back(self, offset: int, length: int) -> None:
        """Note a range that nobody looks at, for the worker to free."""
        self._returned.append((offset, length))

    def drain(self) -> list[int]:
        """Return the offsets that the worker may free."""
        offsets = []
        while self._returned:
            offsets.append(self._returned.popleft()[0])
        return offsets

    def _take_back(self) -> None:
        if self._tell is not None:
            self._tell()
            return
        while self._returned:
            self.mapping.give_back(*self._returned.popleft())
        self._close()

    def abandon(self, unread: bool) -> None:
        """Give back what nobody looks at: the worker has ended.

        Parameters
        ----------
        unread : bool
            Whether a result may still be about to be read.
        """
        self._tell = None
        end, shown = 0, sorted({**self._retired, **self._live}.items())
        if shown and not unread:
            for offset, length in [*shown, (self.mapping.size, 0)]:
                self.mapping.give_back(end, offset - end)
                end = offset + length
        self._close()

    def _close(self) -> None:
        if not self._live:
            self.mapping.close()


def held(memory: Memory) -> bool:
    """Tell whether memory lies in a segment."""
    return any(holder.mapping.offset_of(memory) is not None for holder in list(_holders))


def _retire() -> None:
    for holder in list(_holders):
        holder.retire()


def _inherit() -> None:
    for holder in list(_holders):
        holder.inherited()
    _holders.clear()


if hasattr(os, "register_at_fork"):
    # Before, so that nothing comes back meanwhile; after, for what other threads made meanwhile.
    os.register_at_fork(before=_retire, after_in_parent=_retire, after_in_child=_inherit)
