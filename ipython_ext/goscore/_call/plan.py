"""What calls of one kind have in common, and how the next one goes by it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._data import datatype
from .._data.arrays import Array
from .._data.convert import convert
from .._data.target import Target, default_library
from .._record import record
from .._run import cores, on_lane, receipt
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
    """Where in a reply the numbers lie that are its only result."""

    kind: str
    type: str
    length: int
    begin: int
    end: int
    nullable: bool
    converted: int


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
        self._results: dict[bytes, _Column] = {}
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
        where = worker.where if worker.shares else None
        data, rows = Data(), -1
        for place, read, is_column in self._readers:
            one = read(None if place < 0 else values[place], where)
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
                one = given(source, where) if source.type == kind else None
                if one is None or one.rows != rows:
                    return None
                data.add(one)
                if key.input.index is not None:
                    indexes.append(key.input.index)
        if self._first is not None:
            one = self._first(values[self._init], where)
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
        column = self._results.get(head)
        if column is not None and column.end <= len(data):
            array = Array(
                column.type, column.length, 0, [None, data[column.begin : column.end].copy()]
            )
            value: Result = {"kind": column.kind, "array": array, "nullable": column.nullable}
            answer, nbytes, converted = None, column.end - column.begin, column.converted
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
        target = self._target_of(sent, values)
        if answer is None:
            made = convert(value, target, target.name)
        else:
            call = Call(self._info, self._options, [], [], sent.keys)
            made = ordinary.result(call, answer, target, None)
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

    def _target_of(self, sent: Sent, values: Sequence[Any]) -> Target:
        indexes = {} if sent.index is None else {sent.rows: sent.index}
        names = [values[place].name for place in self._named]
        name = names[0] if names and all(name == names[0] for name in names) else None
        return Target(
            self._library or default_library(), indexes, self._arrow_backed, name, self._nullable
        )

    def _note(self, head: bytes, said: Said) -> None:
        """Keep where the numbers of such a reply lie, if they are all that it says."""
        value = said.value
        if said.outputs or said.failed or not value or value["kind"] not in ("scalar", "column"):
            return
        array = value["array"]
        row, plain = datatype.of(array["type"]), not (array["nulls"] or array.get("children"))
        if (
            not plain
            or array.get("dictionary")
            or row.numpy is None
            or row.numpy.kind not in "biuf"
        ):
            return
        validity, data = array["buffers"]
        if validity is not None or data is None:
            return
        if len(self._results) >= _MOST:
            self._results.clear()
        self._results[head] = _Column(
            value["kind"], array["type"], array["length"], data[1], data[1] + data[2],
            value["nullable"], said.converted,
        )  # fmt: skip
