"""What a small call sends on a lane, and what comes back."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._data.arrays import Piece, Source
from .._data.entries import Entry
from .._errors import GoscoreError
from .._memory.segments import Memory, aligned
from .._record import record
from .._worker.lanes import ASKED, OVER, UNDONE, Lane, Lanes, Reply
from . import program
from .incoming import Incoming

if TYPE_CHECKING:
    from .._protocol.functions import Call
    from .._worker.worker import Worker

MOST = 64 << 10  # bytes of all inputs
MOST_NUMBERS = 1 << 10
_KEPT = 64  # descriptions of results


@record(slots=True)
class Given:
    """An array as a call on a lane says it.

    Attributes
    ----------
    rows : int
    nbytes : int
        Those of its buffers, each at its alignment.
    numbers : tuple of int
        Its rows and nulls, how many buffers it has, and the length of each, -1 for none.
    buffers : list of bytes or Piece
    """

    rows: int
    nbytes: int
    numbers: tuple[int, ...]
    buffers: Sequence[bytes | Piece]


def given(source: Source) -> Given | None:
    """Say an array; None of one that is nested and takes the other way."""
    if source.children:
        return None
    numbers, pieces, nbytes = [source.length, source.nulls, len(source.buffers)], [], 0
    for piece in source.buffers:
        if piece is None:
            numbers.append(-1)
            continue
        numbers.append(piece.nbytes)
        nbytes += aligned(piece.nbytes)
        pieces.append(piece)
    return Given(source.length, nbytes, tuple(numbers), pieces)


class Data:
    """The arrays of a call."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.buffers: list[bytes | Piece] = []
        self.rows = self.nbytes = 0

    def add(self, one: Given) -> None:
        self.numbers += one.numbers
        self.buffers += one.buffers
        self.nbytes += one.nbytes
        self.rows = max(self.rows, one.rows)

    @property
    def fits(self) -> bool:
        """Whether it is little enough for a lane."""
        return self.nbytes <= MOST and len(self.numbers) <= MOST_NUMBERS

    def send(self, lane: Lane, counts: bool) -> None:
        """Send it.

        Raises
        ------
        Untaken
        """
        buffers = [one if type(one) is bytes else _bytes(one) for one in self.buffers]
        lane.send(self.numbers, buffers, counts)


def _bytes(piece: Any) -> bytes:
    if piece.memory is not None:
        lying: bytes = piece.memory.tobytes()
        return lying
    room = np.empty(piece.nbytes, np.uint8)
    piece.write(room)
    return room.tobytes()


@record()
class Begun:
    """A call that was sent on a lane already.

    Attributes
    ----------
    started : float
        When, by ``time.perf_counter``.
    reply : Reply or None
        None: it has not come yet.
    error : BaseException or None
        What cut off the waiting for it: the call is stopped.
    """

    started: float
    worker: Worker | None = None
    lane: Lane | None = None
    reply: Reply | None = None
    error: BaseException | None = None
    taken: bool = False  # whoever waits for it stops it, too

    def leave(self) -> None:
        """Close the lane of a call that the program never took."""
        if self.lane is not None:
            self.lane.close()
            self.lane = None


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
        self.data = Data()
        self.entries = entries
        self.threads = threads
        self._function = call["sources"]
        self._reaches = worker.reaches
        self._tables = worker.tables
        kinds: list[Hashable] = []
        for entry in entries:
            if entry.input.digest:  # a table, which Go has
                kinds.append(entry.input.digest)
                continue
            for source in entry.sources:
                said = given(source)
                if said is None:
                    return
                self.data.add(said)
                kinds.append(source.type)
            description = entry.description
            self.data.rows = max(self.data.rows, self._rows(entry))
            kinds.append(description["kind"])
            if "columns" in description:
                kinds.append(tuple([column["name"] for column in description["columns"]]))
        if not self.data.fits:
            return
        self.around = around(worker)
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
        self.data.send(self.lane, self._reaches)
        return True

    def receive(self) -> Received | None:
        """Return what came; None when the worker has to be asked.

        Raises
        ------
        Untaken
        """
        if self.lane is None or (reply := self.lane.receive()) is None:
            return None
        return self.of(reply)

    def of(self, reply: Reply) -> Received | None:
        """Return what a reply on the lane says."""
        return None if self.lane is None else Received(self.lane, reply)

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
        digests = [entry.input.digest for entry in self.entries if entry.input.digest]
        tables = [self._tables.get(digest) for digest in digests]
        kept = None if None in tables else (self._function, tables)
        self.lanes.came(self.key, number, self.around, kept, cores)


class Received(Incoming):
    """The arrays of a reply on a lane."""

    def __init__(self, lane: Lane, reply: Reply) -> None:
        head, self._data, seconds, flags = reply
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


def around(worker: Worker) -> tuple[object, tuple[int, int]]:
    """Return the surroundings of a call: it goes to a program that was started in equal ones."""
    return worker.surroundings(), _place()


def _place() -> tuple[int, int]:
    """Return which directory this process is in: another one may get its name."""
    try:
        status = os.stat(".")
    except OSError:
        return 0, 0
    return status.st_dev, status.st_ino
