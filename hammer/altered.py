"""Inline buffers that were altered on the way, under the right signature of their message."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np

import goscore

from .attack import Trials, attack
from .between import Between, Change, between
from .byhand import TRANSPORTS, ByHand, byhand

V = np.array([4.0, 1.0, 9.0, 2.0] * 50)
W = np.array([1.0, 2.0, 3.0, 4.0] * 50)
DETECTED = ("is not the one that was signed", "bytes changed on the way", "buffers were announced")
RIGHT_EVERY = 100  # trials
Alteration = Callable[[list[bytes], random.Random], list[bytes]]


@attack(4, "inline buffers altered under a valid signature", count=10_000)
def altered(trials: Trials) -> None:
    """Change the buffers of real calls, of requests and replies in turn."""
    for transport in TRANSPORTS:
        with byhand(transport) as worker, between(worker, resigned=False) as man:
            for number in range(trials.of(trials.count // 2)):
                _alter(trials, man, asking=bool(number % 2), two=number % 4 == 1)
                if number % RIGHT_EVERY == 0:
                    _right(trials, man, worker)


def _alter(trials: Trials, man: Between, asking: bool, two: bool) -> None:
    how = trials.random.choice(ALTERATIONS)
    change = _changing(how, trials.random)
    name = f"{how.__name__}, {'a request' if asking else 'a reply'}"
    with trials.trial(name):
        man.asking, man.answering = (change, None) if asking else (None, change)
        before = man.changed
        try:
            got = goscore.weighted_sum(V, W) if two else goscore.score_series(V)
            trials.lose(f"{name}: not detected, gave {got!r:.100}")
        except goscore.GoscoreError as error:
            trials.check(
                any(words in str(error) for words in DETECTED), f"{name}: detected as {error}"
            )
        trials.check(man.changed == before + 1, f"{name}: nothing was altered")


def _right(trials: Trials, man: Between, worker: ByHand) -> None:
    man.asking = man.answering = None
    with trials.trial("unaltered"):
        trials.check(goscore.weighted_sum(V, W) == float((V * W).sum()), "the next call is wrong")
        trials.check(worker.alive, "the worker has ended")


def _changing(how: Alteration, random: random.Random) -> Change:
    """Return an alteration that does alter."""

    def change(buffers: list[bytes]) -> list[bytes]:
        made = how(buffers, random)
        return _bit(buffers, random) if made == buffers else made

    return change


def _bit(buffers: list[bytes], random: random.Random) -> list[bytes]:
    place = random.randrange(len(buffers))
    spoilt = bytearray(buffers[place])
    spoilt[random.randrange(len(spoilt))] ^= 1 << random.randrange(8)
    return [*buffers[:place], bytes(spoilt), *buffers[place + 1 :]]


def _cut(buffers: list[bytes], random: random.Random) -> list[bytes]:
    return [*buffers[:-1], buffers[-1][: random.randrange(len(buffers[-1]))]]


def _longer(buffers: list[bytes], random: random.Random) -> list[bytes]:
    return [*buffers[:-1], buffers[-1] + bytes(random.choice((1, 8, 10_000)))]


def _dropped(buffers: list[bytes], random: random.Random) -> list[bytes]:
    return buffers[:-1]


def _added(buffers: list[bytes], random: random.Random) -> list[bytes]:
    return [*buffers, random.choice((b"", buffers[0]))]


def _before(buffers: list[bytes], random: random.Random) -> list[bytes]:
    return [random.choice((b"", buffers[0][:-8])), *buffers]


def _turned(buffers: list[bytes], random: random.Random) -> list[bytes]:
    return buffers[::-1]


def _one_for_all(buffers: list[bytes], random: random.Random) -> list[bytes]:
    return [random.choice(buffers)] * len(buffers)


ALTERATIONS = (_bit, _bit, _cut, _longer, _dropped, _added, _before, _turned, _one_for_all)
