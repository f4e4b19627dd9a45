"""Many requests of many clients at once: what is published of each, in which order, for whom."""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from .arrow import stream
from .attack import Trials, attack
from .byhand import CODE, TRANSPORTS, ByHand, Got, Wire, byhand, id_of

CLIENTS = 8
EACH = 12  # requests that a client sends before it reads an answer
WATCHERS = 2  # subscribers to all of iopub
PRINTS = "for i := range int64(3) {\n\tfmt.Println(n + i)\n}"
OTHER: tuple[tuple[str, Any], ...] = (
    ("kernel_info_request", {}),
    ("complete_request", {"code": "goscore.Sc", "cursor_pos": 10}),
    ("inspect_request", {"code": CODE, "cursor_pos": 10}),
    ("is_complete_request", {"code": "for {"}),
    ("history_request", {"hist_access_type": "tail", "n": 1}),
    ("comm_info_request", {}),
    ("interrupt_request", {"msg_id": "of nobody"}),
    ("nonsense_request", {}),
)
ODD_STATUS = ("is_complete_request", "nonsense_request")


@dataclass
class _Asked:
    """A request, and what has to come of it.

    Attributes
    ----------
    published : tuple of str
        The types of what it publishes between its states, in order.
    text : str
        What it prints.
    """

    frames: list[bytes]
    published: tuple[str, ...] = ()
    text: str = ""
    status: str = "ok"
    answered: bool = True
    header: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.header = json.loads(self.frames[2])


@attack(18, "busy/idle order and parent ids under load", count=10_000)
def order(trials: Trials) -> None:
    """Let clients ask without waiting, and compare all that is published."""
    for transport in TRANSPORTS:
        with byhand(transport) as worker, contextlib.ExitStack() as stack:
            crowd = _Crowd(trials, worker, stack)
            for _ in range(0, trials.of(trials.count // 2), CLIENTS * EACH):
                crowd.round()


class _Crowd:
    """Clients, the last of whom asks on the control channel, and who watches."""

    def __init__(self, trials: Trials, worker: ByHand, stack: contextlib.ExitStack) -> None:
        self.trials, self.random = trials, trials.random
        self.concurrent = worker.info["transport"] == "ipc"
        channels = ["shell"] * (CLIENTS - 1) + ["control"]
        self.clients = [stack.enter_context(worker.open(channel)) for channel in channels]
        self.topics = [
            client.call("kernel_info_request", {}).metadata["topic"] for client in self.clients
        ]
        self.clients[0].call("execute_request", {"code": PRINTS}, *_printing(0)[1:])  # compiles it
        self.watchers = [stack.enter_context(worker.open("iopub")) for _ in range(WATCHERS)]
        for watcher in self.watchers:
            watcher.send([b"\x01"])
            assert watcher.receive().kind == "iopub_welcome"

    def round(self) -> None:
        """Let each client ask several times, then look at all that came of it."""
        asked = [[self._ask(client) for _ in range(EACH)] for client in range(CLIENTS)]
        for place in range(EACH):
            for client, requests in zip(self.clients, asked, strict=True):
                client.send(requests[place].frames)
        with self.trials.trial("replies"):
            for client, requests in zip(self.clients, asked, strict=True):
                self._replies(client, requests)
        with self.trials.trial("published"):
            self._published(asked)
        self.trials.tried += CLIENTS * EACH - 2

    def _ask(self, number: int) -> _Asked:
        """Make a request."""
        client = self.clients[number]
        kind = (
            "other"
            if number == CLIENTS - 1
            else self.random.choices(*zip(*KINDS.items(), strict=True))[0]
        )
        made: _Asked = getattr(self, f"_{kind}")(client)
        return made

    def _call(self, client: Wire) -> _Asked:
        content = {"code": CODE, "stop_on_error": False}
        frames = client.message("execute_request", content)
        return _Asked(frames, ("execute_input", "execute_result"))

    def _silent(self, client: Wire) -> _Asked:
        return _Asked(client.message("execute_request", {"code": CODE, "silent": True}))

    def _print(self, client: Wire) -> _Asked:
        number = self.random.randrange(1 << 40)
        frames = client.message("execute_request", *_printing(number))
        text = "".join(f"{number + i}\n" for i in range(3))
        return _Asked(frames, ("execute_input", "stream"), text)

    def _fail(self, client: Wire) -> _Asked:
        content = {"code": "1 +", "stop_on_error": False}
        frames = client.message("execute_request", content)
        return _Asked(frames, ("execute_input", "error"), status="error")

    def _comm(self, client: Wire) -> _Asked:
        frames = client.message("comm_open", {"comm_id": "c", "target_name": "t", "data": {}})
        return _Asked(frames, ("comm_close",), answered=False)

    def _other(self, client: Wire) -> _Asked:
        kind, content = self.random.choice(OTHER)
        return _Asked(client.message(kind, content), status="" if kind in ODD_STATUS else "ok")

    def _replies(self, client: Wire, asked: list[_Asked]) -> None:
        """A client gets its own replies, each once, in order."""
        control = client is self.clients[-1]
        waiting = {id_of(one.frames): one for one in asked if one.answered}
        for one in [one for one in asked if one.answered]:
            got = client.receive()
            if control:  # where some are answered at once
                one = waiting.pop(got.parent)
            kind = one.header["msg_type"].replace("_request", "_reply")
            self.trials.check(
                got.parent_header == one.header, f"{kind}: parent {got.parent_header}"
            )
            self.trials.check(got.kind == kind, f"{got.kind} instead of {kind}")
            status = got.content.get("status")
            self.trials.check(one.status in ("", status), f"{kind}: {got.content}")

    def _published(self, asked: list[list[_Asked]]) -> None:
        """Who watches sees each request between its busy and its idle, the same as others see."""
        requests = {
            id_of(one.frames): (one, client) for client, all_ in enumerate(asked) for one in all_
        }
        seen = [self._watch(watcher, len(requests)) for watcher in self.watchers]
        order = [[(got.parent, got.kind, got.header["msg_id"]) for got in one] for one in seen]
        self.trials.check(order.count(order[0]) == len(order), "watchers saw different orders")
        of: dict[str, list[Got]] = {}
        for got in seen[0]:
            of.setdefault(got.parent, []).append(got)
        self.trials.check(of.keys() == requests.keys(), f"parents {of.keys() ^ requests.keys()}")
        for parent, (one, client) in requests.items():
            self._one(of.get(parent, []), one, self.topics[client])
        lanes = list(asked[:-1])
        if not self.concurrent:
            lanes.append([one for all_ in zip(*lanes, strict=True) for one in all_])
        for lane in lanes:
            self._apart({id_of(one.frames) for one in lane}, seen[0])

    def _watch(self, watcher: Wire, requests: int) -> list[Got]:
        """Return what is published until so many requests are idle."""
        seen = []
        while requests:
            got = watcher.receive()
            seen.append(got)
            requests -= got.content.get("execution_state") == "idle"
        return seen

    def _one(self, seen: list[Got], one: _Asked, topic: str) -> None:
        """Check what one request published."""
        name = one.header["msg_type"]
        states = [got.content.get("execution_state") for got in seen]
        outer = [states[0], states[-1]] == ["busy", "idle"] and not any(states[1:-1])
        self.trials.check(outer, f"{name}: states {states}")
        between = [got.kind for got in seen[1:-1]]
        once = tuple(
            kind for n, kind in enumerate(between) if kind != "stream" or between[n - 1] != kind
        )
        self.trials.check(once == one.published, f"{name}: published {between}")
        text = "".join(got.content["text"] for got in seen if got.kind == "stream")
        self.trials.check(text == one.text, f"{name}: printed {text!r}, not {one.text!r}")
        for got in seen:
            self.trials.check(
                got.parent_header == one.header, f"{name}: parent {got.parent_header}"
            )
            self.trials.check(got.topic == f"{topic}.{got.kind}", f"{name}: topic {got.topic}")

    def _apart(self, lane: set[str], seen: list[Got]) -> None:
        """Requests that run one after another are busy one after another."""
        running = ""
        for got in seen:
            if got.parent not in lane:
                continue
            self.trials.check(running in ("", got.parent), f"{got.kind} while another is busy")
            running = "" if got.content.get("execution_state") == "idle" else got.parent


KINDS = {"call": 30, "silent": 5, "print": 15, "fail": 10, "comm": 5, "other": 35}


def _printing(number: int) -> tuple[Any, Any, list[bytes]]:
    """Return content, metadata and buffers of a cell that prints a number and the next ones."""
    sent = stream({"n": pa.array([number])})
    goscore = {
        "cell": "In[1]",
        "inputs": [{"name": "n", "kind": "value", "ipc": 0}],
        "options": {"inline": True},
        "buffers": [{"length": len(sent), "sha256": hashlib.sha256(sent).hexdigest()}],
    }
    return {"code": PRINTS, "stop_on_error": False}, {"goscore": goscore}, [sent]
