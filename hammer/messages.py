"""Messages that are malformed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from .attack import Trials, attack
from .byhand import CODE, DELIMITER, TRANSPORTS, ByHand, Wire, byhand, parts_of, signed
from .system import memory

CONTENTS: dict[str, Any] = {
    "kernel_info_request": {},
    "execute_request": {"code": CODE, "silent": False, "store_history": True},
    "complete_request": {"code": "goscore.Sc", "cursor_pos": 10},
    "inspect_request": {"code": CODE, "cursor_pos": 10, "detail_level": 0},
    "is_complete_request": {"code": "for {"},
    "history_request": {"hist_access_type": "tail", "n": 3, "pattern": "*", "session": 0},
    "comm_open": {"comm_id": "x", "target_name": "t", "data": {}},
    "comm_info_request": {"target_name": "t"},
    "interrupt_request": {"msg_id": "x"},
    "input_reply": {"value": "x"},
    "goscore_plan_request": {
        "code": CODE,
        "line": False,
        "cell": "In[1]",
        "outputs": [["a", "b"]],
        "inputs": [{"name": "df", "kind": "frame", "columns": ["v"]}],
    },
    "goscore_release_request": {"offsets": [0, 64]},
    "nonsense_request": {"x": [1]},
}
ARRAY = {"type": "g", "length": 3, "nulls": 0, "buffers": [None, [0, 64, 24]], "children": []}
METADATA = {
    "goscore": {
        "cell": "In[1]",
        "inputs": [
            {"name": "v", "kind": "column", "label": "v", "rows": 3, "array": ARRAY},
            {"name": "a", "kind": "matrix", "array": ARRAY, "shape": [3, 1]},
            {"name": "d", "kind": "map", "keys": ARRAY, "values": ARRAY},
            {"name": "w", "kind": "column", "ipc": 0},
            {"name": "df", "kind": "frame", "rows": 3, "columns": [{"name": "v", "array": ARRAY}]},
        ],
        "outputs": [["a", "b"]],
        "options": {
            "threads": 2,
            "timeout": 5.0,
            "inline": True,
            "output_region": [3, 4096, 64],
            "get": [],
        },
        "buffers": [{"length": 2, "sha256": "00"}],
    }
}
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**53, -(2**63), 1e308, 0.5, "", "x", "\0", "\ud800", "x" * 5000,
    [], {}, [[]], {"x": {}}, [None] * 50, {"": None},
)  # fmt: skip
SPOILT = (b"", b"{", b"}", b"[]", b"null", b"5", b'"x"', b"\xff\xfe", b"\0", b"{}{}", b'{"a":1,}')
SEQUENCE = 100  # messages between two good calls
GROWTH = 50 << 20  # bytes


@attack(1, "malformed Jupyter messages", count=100_000)
def malformed(trials: Trials) -> None:
    """Send what is no message, or none of sense; a good call comes behind it on the same connection."""
    for transport in TRANSPORTS:
        with byhand(transport) as worker:
            _malform(trials, worker, trials.of(trials.count // 2))


def _malform(trials: Trials, worker: ByHand, count: int) -> None:
    _sequence(trials.random, worker)  # what is paid once
    before = memory(worker.pid)
    for start in range(0, count, SEQUENCE):
        with trials.trial(worker.info["transport"]):
            wires = _sequence(trials.random, worker)
            for wire in wires:
                with trials.within(1.0, "next call"), wire:
                    wire.call("kernel_info_request", {}, seconds=30 * trials.patience)
            with trials.within(1.0, "next call"):
                worker.ask("control", 30 * trials.patience)
            trials.check(worker.alive, "the worker has ended")
            if start % (10 * SEQUENCE) == 0:
                _grown(trials, worker, before)
        trials.tried += SEQUENCE - 1
    _grown(trials, worker, before)


def _grown(trials: Trials, worker: ByHand, before: int) -> None:
    grown = memory(worker.pid) - before
    name = f"{worker.info['transport']} memory"
    trials.figures[name] = f"+{max(0, grown) >> 20} MB"
    trials.check(grown <= GROWTH, f"the worker has grown by {grown >> 20} MB")


def _sequence(random: random.Random, worker: ByHand) -> list[Wire]:
    """Send malformed messages; return the connections that should go on."""
    wires = {channel: worker.open(channel) for channel in ("shell", "control")}
    for _ in range(SEQUENCE):
        channel = random.choice(("shell", "shell", "control"))
        make = random.choices(tuple(MAKERS), tuple(MAKERS.values()))[0]
        frames = make(random, wires[channel])
        if make is _many:
            with worker.open(random.choice(("shell", "control", "stdin"))) as other:
                _send(other, frames)
        elif random.random() < 0.02:
            with worker.open(random.choice(("stdin", "iopub", "hb"))) as other:
                _send(other, frames)
        else:
            wires[channel].send(frames)
    return list(wires.values())


def _send(wire: Wire, frames: list[bytes]) -> None:
    """Send what the worker may hang up at."""
    try:
        wire.send(frames)
    except ConnectionError:
        pass


def _parts(random: random.Random) -> list[bytes]:
    kind = random.choice(tuple(CONTENTS))
    return parts_of(kind, CONTENTS[kind], METADATA if kind == "execute_request" else None)


def _good(random: random.Random, wire: Wire) -> list[bytes]:
    kind = random.choice(tuple(CONTENTS))
    return wire.message(kind, CONTENTS[kind])


def _few(random: random.Random, wire: Wire) -> list[bytes]:
    return _good(random, wire)[: random.randrange(1, 6)]


def _undelimited(random: random.Random, wire: Wire) -> list[bytes]:
    good = _good(random, wire)
    routing = [random.randbytes(5)] * random.choice((0, 1, 20))
    return [*routing, *good[1:]]


def _noise(random: random.Random, wire: Wire) -> list[bytes]:
    frames = [
        random.randbytes(random.choice((0, 1, 9, 300))) for _ in range(random.randrange(1, 9))
    ]
    if random.random() < 0.5:
        frames[0] = DELIMITER
    return frames


def _many(random: random.Random, wire: Wire) -> list[bytes]:
    filler = [random.choice((b"", b"x", DELIMITER))] * 10_000
    return filler + _good(random, wire) if random.random() < 0.5 else _good(random, wire) + filler


def _resigned(parts: list[bytes], wire: Wire) -> list[bytes]:
    return signed(wire.key, parts)


def _spoilt_json(random: random.Random, wire: Wire) -> list[bytes]:
    """One part, signed rightly, is no JSON object."""
    parts = _parts(random)
    place = random.randrange(4)
    how = random.randrange(3)
    if how == 0:
        parts[place] = random.choice(SPOILT)
    elif how == 1:
        parts[place] = parts[place][: random.randrange(len(parts[place]))]
    else:
        spoilt = bytearray(parts[place])
        spoilt[random.randrange(len(spoilt))] = random.randrange(256)
        parts[place] = bytes(spoilt)
    return _resigned(parts, wire)


def _deep(random: random.Random, wire: Wire) -> list[bytes]:
    parts = _parts(random)
    opening, closing = random.choice(((b'{"a":', b"}"), (b"[", b"]")))
    depth = random.choice((100, 9_000, 20_000))
    deep = opening * depth + b"1" + closing * depth
    parts[random.choice((0, 2, 3))] = b'{"code":' + deep + b"}"
    return _resigned(parts, wire)


def _wrong_types(random: random.Random, wire: Wire) -> list[bytes]:
    """Values of another type, anywhere in a request."""
    parts = _parts(random)
    for _ in range(random.choice((1, 1, 3))):
        place = random.choice((0, 2, 3, 3))
        parts[place] = json.dumps(distorted(json.loads(parts[place]), random)).encode()
    return _resigned(parts, wire)


def distorted(value: Any, random: random.Random) -> Any:
    """Return a JSON object with something in it replaced, left out or added."""
    places: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key in node if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                walk(node[key])

    walk(value)
    if not places:
        return {"code": random.choice(ODD)}
    node, key = random.choice(places)
    if random.random() < 0.2:
        del node[key]
    else:
        node[key] = random.choice(ODD)
    return value


# How they are made, and how often.
MAKERS: dict[Callable[[random.Random, Wire], list[bytes]], float] = {
    _few: 3,
    _undelimited: 3,
    _noise: 3,
    _spoilt_json: 6,
    _wrong_types: 10,
    _deep: 0.3,
    _many: 0.3,
}
