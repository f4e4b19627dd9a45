"""What calls of one kind have in common, and how the next one goes by it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .._data import datatype
from .._data.arrays import Array
from .._data.convert import convert
from .._data.target import Target, default_library
from .._record import record
from .._run import cores, on_lane, receipt
from .._run.incoming import Answer
from .._run.receipt import Receipt
from .._run.small import Begun, Data, Received, around, given
from .._worker import current
from .._worker.lanes import OVER, Untaken
from . import call as ordinary
from . import forms, groups
from .prepare import Call
from .signature import python_names

if TYPE_CHECKING:
    from .._data.input import Input
    from .._data.results import Result
    from .._protocol import results as protocol
    from .._run.program import Said
    from .._run.small import Small

_MOST = 64  # kinds of replies
MISSED = NotImplemented  # what is made of a call that is not like the one before


@record(slots=True)
class Sent:
    """What was read of the arguments of a call, and when it was sent."""

    data: Data
    rows: int
    keys: list[groups.Key]
    index: Any
    seconds: float


@record(slots=True)
class _Column:
    """Where in a reply the numbers of a result lie."""

    kind: str
    type: str
    length: int
    begin: int
    end: int
    nullable: bool

    def read(self, data: np.ndarray) -> Result:
        """Copy them out."""
        array = Array(self.type, self.length, 0, [None, data[self.begin : self.end].copy()])
        return {"kind": self.kind, "array": array, "nullable": self.nullable}


@record(slots=True)
class _Reply:
    """Where the results of a reply lie."""

    value: _Column
    first: _Column | None  # the first row of each group
    end: int
    nbytes: int
    converted: int

    def read(self, data: np.ndarray) -> Answer:
        """Copy them out."""
        outputs = {ordinary.FIRST: self.first.read(data)} if self.first else {}
        return Answer(self.value.read(data), outputs, None, None)


class Plan:
    """What calls of one kind have in common.

    Parameters
    ----------
    call : Call
        One of them.
    small : Small
        What it sent.
    target : Target
        Of its results.
    values : list
        What the caller passed, the options too.
    named : mapping
        The last of these, by name.

    Attributes
    ----------
    lane : hashable
        The key of their lanes.
    """

    def __init__(
        self, call: Call, small: Small, target: Target, values: list[Any], named: Mapping[str, Any]
    ) -> None:
        info = self._info = call.info
        self._options = replace(call.options, by=None, init=None)
        self.lane, self._threads = small.key, small.threads
        self._library = next((one.library for one in call.columns), "")
        self._arrow_backed, self._nullable = target.arrow_backed, target.nullable
        self._replies: dict[bytes, _Reply] = {}
        count = len(values) - len(named)
        places = dict(zip(python_names(info)[:count], range(count), strict=True))
        places |= {name: count + at for at, name in enumerate(named)}
        sources = [entry.sources[0] for entry in small.entries]
        self._readers: list[tuple[int, forms.Reader, bool]] = []
        columns: list[tuple[int, Input]] = []
        for name, parameter, argument, source in zip(
            python_names(info), info.parameters, call.arguments, sources, strict=False
        ):
            place = places.get(name, -1)
            read = (
                forms.constant(source)
                if place < 0
                else forms.reader(argument.name, parameter, argument.label, values[place], source)
            )
            self._readers.append((place, read, bool(argument.library)))
            if argument.library:
                columns.append((place, argument))
        labelled = [place for place, one in columns if one.labels and one.library != "arrow"]
        self._named = labelled if len(labelled) == len(columns) else []
        self._indexed = [place for place, one in columns if one.index is not None]
        self._by, self._init = places.get("by", -1), places.get("init", -1)
        self._keys = [source.type for source in sources[len(call.arguments) :][: len(call.keys)]]
        self._first: forms.Reader | None = None
        if call.first_state is not None:
            state, label = info.params[0], call.first_state.label
            self._first = forms.anyhow("init", state, label, sources[-1].type, missing=False)

    def send(self, values: Sequence[Any], begun: Begun) -> Sent | None:
        """Send a call of this kind; None where it has to take the other way."""
        worker = current.at_hand()
        if worker is None or worker.lanes is None:
            return None
        if self._threads != (self._options.threads or cores.share() or 0):
            return None
        data, rows = Data(), -1
        for place, read, is_column in self._readers:
            one = read(None if place < 0 else values[place])
            if one is None:
                return None
            data.add(one)
            if is_column:
                if rows >= 0 and rows != one.rows:
                    return None
                rows = one.rows
        keys: list[groups.Key] = []
        indexes = [values[place].index for place in self._indexed]
        if self._by >= 0:
            keys = groups.keys(values[self._by])
            if len(keys) != len(self._keys):
                return None
            for key, kind in zip(keys, self._keys, strict=True):
                source = key.input.source(0)
                one = given(source) if source.type == kind else None
                if one is None or one.rows != rows:
                    return None
                data.add(one)
                if key.input.index is not None:
                    indexes.append(key.input.index)
        if self._first is not None:
            one = self._first(values[self._init])
            if one is None:
                return None
            data.add(one)
        index: Any = indexes[0] if indexes else None
        if not all(other is index or index.equals(other) for other in indexes):
            return None
        if not data.fits:
            return None
        surroundings = around(worker)
        seconds = time.perf_counter()
        begun.worker = worker
        try:
            begun.lane = worker.lanes.take(self.lane, surroundings)
            if begun.lane is None:
                return None
            data.send(begun.lane, worker.reaches)
            begun.reply = begun.lane.receive()
        except Untaken:
            begun.leave()
            return None
        return Sent(data, rows, keys, index, seconds)

    def result(self, sent: Sent, begun: Begun, values: Sequence[Any]) -> Any:
        """Make the result of a reply, and the receipt; `MISSED` where rows have failed."""
        assert begun.reply and begun.lane and begun.worker
        lane, lanes, (head, data, seconds, flags) = begun.lane, begun.worker.lanes, begun.reply
        came = time.perf_counter()
        known = self._replies.get(head)
        if known is not None and known.end <= len(data):
            answer, nbytes, converted = known.read(data), known.nbytes, known.converted
        else:
            received = Received(lane, begun.reply)
            if received.said.failed and received.said.failed["count"]:
                return MISSED
            answer = on_lane.results(received)
            nbytes, converted = received.nbytes, received.said.converted
            self._note(head, received.said)
        if flags & OVER or lanes is None:
            lane.close()
        else:
            lanes.give(self.lane, lane)
        plain = known is not None and known.value.kind == "scalar"  # alike in all libraries
        target = self._target(sent, values, "" if plain else self._library or default_library())
        if sent.keys or known is None:
            call = Call(self._info, self._options, [], [], sent.keys)
            made = ordinary.result(call, answer, target, None)
        else:
            made = convert(answer.value, target, target.name)
        end = time.perf_counter()
        copied, out, total = sent.seconds - begun.started, end - came, end - begun.started
        other = max(0.0, total - copied - out - seconds)
        builtin = bool(self._info.builtin)
        receipt.last = Receipt(
            0.0, copied, seconds, out, other, total,
            sent.data.nbytes, nbytes, 0, 0, sent.data.rows, converted, lane.cores, not builtin,
            "worker" if builtin else "program",
        )  # fmt: skip
        return made

    def _target(self, sent: Sent, values: Sequence[Any], library: str) -> Target:
        indexes = {} if sent.index is None else {sent.rows: sent.index}
        names = [values[place].name for place in self._named]
        name = names[0] if names and all(name == names[0] for name in names) else None
        return Target(library, indexes, self._arrow_backed, name, self._nullable)

    def _note(self, head: bytes, said: Said) -> None:
        """Keep where the numbers of such a reply lie, if they are all that it says."""
        if said.failed or said.value is None or set(said.outputs) - {ordinary.FIRST}:
            return
        value, first = _column(said.value), None
        found = said.outputs.get(ordinary.FIRST)
        if value is None or (found is not None and (first := _column(found)) is None):
            return
        if len(self._replies) >= _MOST:
            self._replies.clear()
        columns = [one for one in (value, first) if one is not None]
        self._replies[head] = _Reply(
            value,
            first,
            max(one.end for one in columns),
            sum(one.end - one.begin for one in columns),
            said.converted,
        )


def _column(result: protocol.Result) -> _Column | None:
    """Return where the numbers of a result lie; None where it is, or has, anything else."""
    array = result.get("array")
    if result["kind"] not in ("scalar", "column") or array is None:
        return None
    numbers = datatype.of(array["type"]).numpy
    if numbers is None or numbers.kind not in "biuf" or array["nulls"]:
        return None
    if array.get("children") or array.get("dictionary"):
        return None
    validity, data = array["buffers"]
    if validity is not None or data is None:
        return None
    _, begin, length = data
    nullable = result.get("nullable", False)
    return _Column(result["kind"], array["type"], array["length"], begin, begin + length, nullable)
