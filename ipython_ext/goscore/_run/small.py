"""What a small call sends on a lane, and what comes back."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from .._data.entries import Entry
from .._errors import GoscoreError
from .._memory.segments import Memory, aligned
from .._worker.lanes import ASKED, OVER, UNDONE, Lane, Lanes
from . import program
from .incoming import Incoming

if TYPE_CHECKING:
    from .._protocol.functions import Call
    from .._worker.worker import Worker

MOST = 64 << 10  # bytes of all inputs
_HEAD = 3  # numbers before those of the arrays
_KEPT = 64  # descriptions of results


class Small:
    """One call that may go on a lane.

    Attributes
    ----------
    key : hashable
        Equal for calls that differ in nothing but their data.
    lane : Lane or None
        That it goes on.
    """

    def __init__(self, worker: Worker, entries: list[Entry], call: Call, threads: int) -> None:
        self.lanes: Lanes = worker.lanes  # type: ignore[assignment]
        self.lane: Lane | None = None
        self.key: Hashable = None
        self.joins = False  # the worker is asked to watch it
        self.received: Received | None = None  # meanwhile
        self.nbytes = self.rows = 0
        self._function = call["sources"]
        self._reaches = worker.reaches
        self._numbers: list[int] = []
        self.entries = entries
        kinds: list[Hashable] = []
        for entry in entries:
            if entry.input.digest:
                return
            for source in entry.sources:
                if source.children:
                    return
                self._numbers += (source.length, source.nulls, len(source.buffers))
                for piece in source.buffers:
                    if piece is None:
                        self._numbers.append(-1)
                        continue
                    if piece.located(worker.where):
                        return
                    self._numbers.append(piece.nbytes)
                    self.nbytes += aligned(piece.nbytes)
                kinds.append(source.type)
            description = entry.description
            self.rows = max(self.rows, self._rows(entry))
            kinds.append(description["kind"])
            if "columns" in description:
                kinds.append(tuple([column["name"] for column in description["columns"]]))
        if self.nbytes > MOST or len(self._numbers) > 1 << 10:
            return
        self.around = worker.surroundings(), _place()
        self.key = (
            call["function"],
            id(call["sources"]),
            *call["arguments"],
            "",
            *call["by"],
            call["dropna"],
            call["errors"],
            call["init"],
            call["partial"],
            call["merge"],
            threads,
            *kinds,
        )

    @staticmethod
    def _rows(entry: Entry) -> int:
        if entry.input.kind == "frame":
            return entry.input.rows or 0
        return entry.sources[0].length if entry.sources else 0

    def send(self) -> bool:
        """Send the call on a lane; False when there is none.

        Raises
        ------
        Untaken
        """
        if self.key is None:
            return False
        self.lane = self.lanes.take(self.key, self.around)
        if self.lane is None:
            return False
        room, count = self.lane.room, len(self._numbers)
        position = aligned(8 * (_HEAD + count))
        for entry in self.entries:
            for source in entry.sources:
                for piece in source.buffers:
                    if piece is not None:
                        piece.write(room[position : position + piece.nbytes])
                        position += aligned(piece.nbytes)
        struct.pack_into(
            f"<{_HEAD + count}q",
            self.lane.call,
            0,
            position,
            count,
            self.lane.counter if self._reaches else 0,
            *self._numbers,
        )
        self.lane.send(position)
        return True

    def receive(self) -> Received | None:
        """Return what came; None when the worker has to be asked.

        Raises
        ------
        Untaken
        """
        if self.lane is None or (reply := self.lane.receive()) is None:
            return None
        return Received(self.lane, *reply)

    def over(self) -> None:
        """Keep the lane for the next call."""
        if self.lane is not None:
            self.lanes.give(self.key, self.lane)

    def leave(self, slow: bool = False) -> None:
        """Close the lane."""
        if slow:
            self.lanes.slow(self.key)
        if self.lane is not None:
            self.lane.close()
            self.lane = None

    @property
    def wanted(self) -> bool:
        """Whether the worker is asked for a lane."""
        return self.key is not None and self.lane is None and self.lanes.wanted(self.key)

    def tick(self, show: Callable[[], None]) -> Callable[[], None]:
        """Return what to do now and then while the worker watches the call: read what comes."""

        def read() -> None:
            if self.joins and self.received is None and (received := self.receive()):
                self.received = received
                if self.lane is not None:  # or the program would wait for another call
                    self.lane.close()
            show()

        return read

    def came(self, number: int, cores: int) -> None:
        """Take in the lane that the worker has handed over for calls of this kind."""
        self.lanes.came(self.key, number, self.around, self._function, cores)


class Received(Incoming):
    """The arrays of a reply on a lane."""

    def __init__(self, lane: Lane, head: bytes, data: Memory, seconds: float, flags: int) -> None:
        self._data = data
        self.nbytes = self.shared = 0
        self.from_segment = False
        self.seconds = seconds
        self.cores = lane.cores
        self.over, self.asked = bool(flags & OVER), bool(flags & ASKED)
        self.undone = bool(flags & UNDONE)
        said: program.Said | None = lane.decoded.get(head)
        if said is None:
            said = program.read(head)
            if len(lane.decoded) >= _KEPT:
                lane.decoded.clear()
            lane.decoded[head] = said
        self.said = said

    def _fetch(self, segment: int, offset: int, length: int) -> Memory:
        if segment != 1 or not 0 <= offset <= offset + length <= len(self._data):
            raise GoscoreError("read a result: it lies outside of its reply")
        self.nbytes += length
        return self._data[offset : offset + length].copy()


def _place() -> tuple[int, int]:
    """Return which directory this process is in: another one may get its name."""
    try:
        status = os.stat(".")
    except OSError:
        return 0, 0
    return status.st_dev, status.st_ino
