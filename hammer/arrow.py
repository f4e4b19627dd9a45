"""Arrow IPC streams that are truncated or corrupt, with the digest that fits."""

from __future__ import annotations

import datetime as dt
import decimal
import hashlib
import random
import struct
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

import goscore

from .attack import Trials, attack
from .between import Between, Change, between
from .byhand import TRANSPORTS, ByHand, Wire, byhand
from .notebook import function, run
from .system import memory

IN_TIME = 1.0  # s
RAW = 0.6  # of the trials; the others go through Python
RIGHT_EVERY = 100  # trials
Mutation = Callable[[bytes, random.Random], bytes]
EXTREMES = (
    -1,
    0,
    1,
    2,
    127,
    255,
    2**31 - 1,
    -(2**31),
    2**32 - 1,
    2**40,
    2**62,
    2**63 - 1,
    -(2**63),
)
NOW = dt.datetime(2026, 2, 3, 4, 5, 6)
COLUMNS: dict[str, pa.Array] = {
    "v": pa.array([1.5, 2.0, 3.0] * 5, pa.float64()),
    "i": pa.array([1, None, 3] * 5, pa.int32()),
    "u": pa.array([1, 2, 3] * 5, pa.uint64()),
    "b": pa.array([True, None, False] * 5),
    "s": pa.array(["a", None, "longer than a view has inline"] * 5),
    "S": pa.array(["a", None, ""] * 5, pa.large_string()),
    "w": pa.array(["a", None, "longer than a view has inline"] * 5, pa.string_view()),
    "z": pa.array([b"a", b"\xff" * 40, b""] * 5, pa.binary()),
    "t": pa.array([NOW, None, NOW] * 5, pa.timestamp("ns", "Europe/Paris")),
    "D": pa.array([NOW.date(), None, NOW.date()] * 5),
    "d": pa.array([decimal.Decimal("1.25"), None, None] * 5, pa.decimal128(10, 2)),
    "c": pa.array(["x", None, "y"] * 5).dictionary_encode(),
    "l": pa.array([[1, None], None, []] * 5, pa.list_(pa.int64())),
    "f": pa.array([[1, 2], None, [3, 4]] * 5, pa.list_(pa.float32(), 2)),
    "r": pa.array([{"x": 1, "y": "a"}, None, {"x": 2, "y": "b"}] * 5),
    "n": pa.nulls(15),
}
FRAME = "%%goscore -i df\n_, _, _, _, _, _ = df.v, df.i, df.b, df.s, df.t, df.D\ndf"
SOURCE = """
// Louder returns s with a mark.
func Louder(s *string) string {
	if s == nil {
		return "nothing"
	}
	return *s + "!"
}
"""


@attack(5, "truncated and mutated Arrow IPC with a valid digest", count=10_000)
def corrupt(trials: Trials) -> None:
    """Send corrupt streams to the worker, and corrupt results to Python."""
    louder = function("Louder", SOURCE)
    for transport in TRANSPORTS:
        with byhand(transport) as worker:
            count = trials.of(trials.count // 2)
            raw = round(RAW * count)
            _raw(trials, worker, raw)
            with between(worker, resigned=True) as man:
                _through_python(trials, man, worker, louder, count - raw)


def stream(columns: dict[str, pa.Array]) -> bytes:
    """Return columns as one stream."""
    batch = pa.RecordBatch.from_arrays(list(columns.values()), list(columns))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue().to_pybytes())


def _raw(trials: Trials, worker: ByHand, count: int) -> None:
    """Send streams with every type, which Python would not all send."""
    every = stream(COLUMNS)
    alone = {name: stream({"v": COLUMNS["v"], name: column}) for name, column in COLUMNS.items()}
    with worker.open() as wire:
        for number in range(count):
            name = trials.random.choice((*COLUMNS, ""))
            good = alone.get(name, every)
            how = trials.random.choice(MUTATIONS)
            with trials.trial(f"{how.__name__} {name}"):
                bad = how(good, trials.random)
                names = list(COLUMNS) if good is every else list(dict.fromkeys(("v", name)))
                with trials.within(IN_TIME, "answer of the worker"):
                    got = _scored(wire, bad, names, 30 * trials.patience)
                trials.check(
                    how is not _cut or got["status"] == "error", "a part of a stream was read"
                )
            if number % RIGHT_EVERY == 0:
                with trials.trial("the next"):
                    trials.check(
                        _scored(wire, every, list(COLUMNS))["status"] == "ok", "the next call"
                    )
                trials.check(worker.alive, "the worker has ended")


def _scored(wire: Wire, sent: bytes, names: list[str], seconds: float = 30) -> dict[str, Any]:
    """Return the worker's answer to a call with a frame."""
    columns = [{"name": name, "sent": True} for name in names]
    digest = {"length": len(sent), "sha256": hashlib.sha256(sent).hexdigest()}
    goscore = {
        "cell": "In[1]",
        "inputs": [{"name": "df", "kind": "frame", "rows": 15, "columns": columns, "ipc": 0}],
        "options": {"inline": True},
        "buffers": [digest],
    }
    content = {"code": "goscore.Score(df.v)", "silent": False}
    return wire.call("execute_request", content, {"goscore": goscore}, [sent], seconds).content


def _through_python(trials: Trials, man: Between, worker: ByHand, louder: Any, count: int) -> None:
    """Spoil what Python and the worker send each other; either may refuse it, or read it."""
    calls = _calls(louder)
    right = {call: _look_at(call()) for call in calls}
    before = memory(worker.pid)
    for number in range(count):
        call = trials.random.choices(calls, (10, 10, 10, 1))[0]
        how = trials.random.choice(MUTATIONS)
        asking = number % 3 == 0
        with trials.trial(f"{how.__name__}, {'a request' if asking else 'a reply'}"):
            man.asking, man.answering = (None, None)
            spoil = _spoiling(how, trials.random)
            setattr(man, "asking" if asking else "answering", spoil)
            changed = man.changed
            begin = time.monotonic()
            try:
                got = _look_at(call())  # whole where only the end mark was cut off
                trials.check(how is not _cut or got == right[call], "a part of a stream was read")
            except goscore.GoscoreError:
                pass
            trials.timed(time.monotonic() - begin, IN_TIME, "call")
            trials.check(man.changed == changed + 1, "nothing was spoilt")
        if number % RIGHT_EVERY == 0:
            man.asking = man.answering = None
            with trials.trial("the next"):
                trials.check(louder(["a"]) == ["a!"], "the next call is wrong")
            trials.check(worker.alive, "the worker has ended")
    grown = (memory(worker.pid) - before) >> 20
    trials.figures[f"{worker.info['transport']} memory"] = f"+{max(0, grown)} MB"


def _spoiling(how: Mutation, random: random.Random) -> Change:
    return lambda buffers: [how(buffer, random) for buffer in buffers]


def _calls(louder: Any) -> list[Callable[[], Any]]:
    v = np.array([4.0, 1.0, 9.0, 2.0] * 50)
    texts = pd.Series(["1.5", "x", None, "-3e5, and more than is inline"] * 10)
    table = pa.table({name: COLUMNS[name].drop_null()[:10] for name in "vibstD"})
    return [
        lambda: goscore.score_series(v),
        lambda: goscore.parse_number(texts, errors="coerce"),
        lambda: louder(texts),
        lambda: run(FRAME, df=table),
    ]


def _look_at(value: Any) -> str:
    """Read all of a result, as who has it would."""
    if isinstance(value, pa.Table):
        value.validate(full=True)
        return repr(stream({name: value[name].combine_chunks() for name in value.column_names}))
    return repr(value.tolist())


def _cut(good: bytes, random: random.Random) -> bytes:
    marks = [at for at in range(0, len(good), 8) if good[at : at + 4] == b"\xff\xff\xff\xff"]
    return good[: random.choice((random.choice(marks), random.randrange(len(good) - 8)))]


def _bytes(good: bytes, random: random.Random) -> bytes:
    spoilt = bytearray(good)
    for _ in range(random.choice((1, 2, 8))):
        spoilt[random.randrange(len(spoilt))] = random.randrange(256)
    return bytes(spoilt)


def _bits_of_metadata(good: bytes, random: random.Random) -> bytes:
    """The beginning of a stream is its schema, and what follows the second mark the batch's."""
    start = random.choice((0, good.index(b"\xff\xff\xff\xff", 8)))
    spoilt = bytearray(good)
    for _ in range(random.choice((1, 1, 3))):
        at = min(len(spoilt) - 1, start + random.randrange(400))
        spoilt[at] ^= 1 << random.randrange(8)
    return bytes(spoilt)


def _extreme_number(good: bytes, random: random.Random) -> bytes:
    width, extreme = random.choice((4, 8)), random.choice(EXTREMES)
    at = random.randrange(0, len(good) - width, width)
    number = struct.pack("<q" if extreme < 2**63 else "<Q", extreme)[:width]
    return good[:at] + number + good[at + width :]


def _moved_piece(good: bytes, random: random.Random) -> bytes:
    at, length = random.randrange(0, len(good), 8), 8 * random.randrange(1, 20)
    piece, rest = good[at : at + length], good[:at] + good[at + length :]
    to = random.randrange(0, len(rest), 8)
    return random.choice((rest, rest[:to] + piece + rest[to:], good[:to] + piece + good[to:]))


def _zeroed(good: bytes, random: random.Random) -> bytes:
    at, length = random.randrange(0, len(good), 8), 8 * random.randrange(1, 20)
    fill = random.choice((b"\0", b"\xff")) * len(good[at : at + length])
    return good[:at] + fill + good[at + length :]


def _twice(good: bytes, random: random.Random) -> bytes:
    return random.choice(
        (good + good, good[:-8] + good, good[:-8] + good[good.index(b"\xff\xff\xff\xff", 8) :])
    )


MUTATIONS = (
    _cut,
    _bytes,
    _bytes,
    _bits_of_metadata,
    _extreme_number,
    _extreme_number,
    _moved_piece,
    _zeroed,
    _twice,
)
