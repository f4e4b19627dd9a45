"""Messages that are signed wrongly or not at all, or that came before."""

from __future__ import annotations

import json
import random
import time

from .attack import Trials, attack
from .byhand import CODE, DELIMITER, TRANSPORTS, ByHand, Wire, byhand, parts_of, signed

SEQUENCE = 100  # messages between two good calls


@attack(3, "wrong, empty and missing signatures, and replays", count=20_000)
def unsigned(trials: Trials) -> None:
    """Send requests to execute that would show, were they executed."""
    for transport in TRANSPORTS:
        with byhand(transport) as worker:
            _Forger(trials, worker).attack(trials.of(trials.count // 2))


class _Forger:
    """Who has seen good messages, and does not know the key.

    What a worker executes shows in three ways: a reply, the number of the next
    execution, and a file that the Go of a forged cell would make.
    """

    def __init__(self, trials: Trials, worker: ByHand) -> None:
        self.trials, self.worker, self.random = trials, worker, trials.random
        self.mark = worker.file.parent / "executed"
        self.count = 0
        self.heard: list[list[bytes]] = []  # good messages that the worker has had

    def attack(self, count: int) -> None:
        with self.worker.open() as wire, self.worker.open("control") as control:
            for _ in range(4):
                self._good(wire)
            for _ in range(0, count, SEQUENCE):
                with self.trials.trial(self.worker.info["transport"]):
                    self._sequence(wire, control)
                self.trials.tried += SEQUENCE - 1
            time.sleep(1)  # a cell that should not have run has had the time to
            with self.trials.trial("the last"):
                self._good(wire)
        self.trials.check(not self.mark.exists(), "a forged cell was executed")

    def _sequence(self, wire: Wire, control: Wire) -> None:
        for _ in range(SEQUENCE):
            forged = self._forged()
            where = self.random.random()
            if where < 0.8:
                wire.send(forged)
            elif where < 0.95:
                control.send(forged)
            else:
                with self.worker.open() as other:
                    other.send(forged)
                    other.socket.shutdown(1)
                    if self.random.random() < 0.1:
                        self.trials.check(_silent(other), "a forged message was answered")
        self._good(wire)
        info = control.message("kernel_info_request", {})
        control.send(info)
        self.trials.check(
            control.receive().parent_header == json.loads(info[2]),
            "a forged message was answered on control",
        )

    def _good(self, wire: Wire) -> None:
        """Execute rightly: nothing else was answered or executed before."""
        request = wire.message("execute_request", {"code": CODE, "silent": False})
        wire.send(request)
        self.heard = [*self.heard[-50:], request]
        got = wire.receive()
        self.trials.check(
            got.parent_header == json.loads(request[2]), "a forged message was answered"
        )
        self.count += 1
        executed = got.content["execution_count"] - self.count
        self.trials.check(got.content["status"] == "ok", f"a good cell: {got.content}")
        self.trials.check(executed == 0, f"{executed} forged requests were executed")
        self.count += executed

    def _forged(self) -> list[bytes]:
        forge = self.random.choice(
            (
                self._wrong_key,
                self._no_signature,
                self._missing,
                self._altered,
                self._borrowed,
                self._replay,
            )
        )
        return forge()

    def _parts(self) -> list[bytes]:
        code = f"os.WriteFile({json.dumps(str(self.mark))}, nil, 0o600)"
        return parts_of("execute_request", {"code": code, "silent": False})

    def _wrong_key(self) -> list[bytes]:
        key = self.random.choice(
            (b"", b"0", b"another key", self.random.randbytes(64).hex().encode())
        )
        return signed(key, self._parts())

    def _no_signature(self) -> list[bytes]:
        empty = self.random.choice(
            (b"", b"0" * 64, b" " * 64, b"\0" * 64, b"g" * 64, b"0" * 63, b"null")
        )
        return [DELIMITER, empty, *self._parts()]

    def _missing(self) -> list[bytes]:
        parts = self._parts()
        return self.random.choice(
            (
                [DELIMITER, *parts],
                [DELIMITER, *parts, b""],
                [b"", *parts],
                [DELIMITER, DELIMITER, *parts],
            )
        )

    def _altered(self) -> list[bytes]:
        """A message that was heard, with something changed under its signature."""
        good = list(self.random.choice(self.heard))
        how = self.random.randrange(4)
        if how == 0:  # another cell
            good[5] = self._parts()[3]
        elif how == 1:  # another msg_id, as if it were new
            good[2] = self._parts()[0]
        elif how == 2:  # a bit of the signature
            good[1] = _flipped(good[1], self.random)
        else:
            good[1] = good[1][: self.random.randrange(64)]
            good[2] = self._parts()[0]
        return good

    def _borrowed(self) -> list[bytes]:
        """A right signature of another message."""
        return [DELIMITER, self.random.choice(self.heard)[1], *self._parts()]

    def _replay(self) -> list[bytes]:
        """A good message once more, also in ways that leave its signature right."""
        good = list(self.random.choice(self.heard))
        how = self.random.randrange(5)
        if how == 0:
            good[1] = good[1].upper()
        elif how == 1:
            good = [b"route", *good]
        elif how == 2:
            good = [*good, b"a buffer"]
        elif how == 3:  # the signature covers the parts as one text
            good[2], good[3] = good[2] + good[3][:1], good[3][1:]
        return good


def _flipped(signature: bytes, random: random.Random) -> bytes:
    place = random.randrange(len(signature))
    digit = b"0123456789abcdef"[
        (int(signature[place : place + 1], 16) + random.randrange(1, 16)) % 16
    ]
    return signature[:place] + bytes([digit]) + signature[place + 1 :]


def _silent(wire: Wire) -> bool:
    try:
        wire.receive(5)
    except (EOFError, ConnectionError):
        return True
    return False
