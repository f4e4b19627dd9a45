"""Twelve functions as they are written for problems, none of them for the translator: what `goscore.jit` does with each."""

from __future__ import annotations

import itertools
import math
import random
import warnings
from collections import defaultdict
from typing import NamedTuple

import pytest

import goscore

_random = random.Random(18)
PRICES = [round(_random.gauss(100, 5), 2) for _ in range(3000)]
TICKS = [_random.randrange(0, 300) for _ in range(3000)]
STOCK = _random.choices(["pear", "fig", "Plum", "", "nut-mix", "oat  bar"], k=3000)
NOTES: list[str] = []


def candles(prices, size=60):
    """Open, high, low and close of each so many."""
    bars = []
    for at in range(0, len(prices), size):
        first, *_, last = prices[at : at + size]
        bars.append((first, max(prices[at : at + size]), min(prices[at : at + size]), last))
    return bars


class Lot(NamedTuple):
    left: int
    price: float


def average_cost(ticks, prices):
    lots: list[Lot] = []
    for amount, price in zip(ticks, prices, strict=True):
        match amount % 4:
            case 0:
                continue
            case 1 | 2 if lots:
                lots = lots[1:]
            case _:
                lots.append(Lot(amount, price))
    held = sum(lot.left for lot in lots)
    return sum(lot.left * lot.price for lot in lots) / held if held else None


def shelf(stock):
    kinds = defaultdict(int)
    for name in stock:
        kinds[name.strip().title() or "?"] += 1
    best = sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join("%s: %d" % pair for pair in best)  # noqa: UP031


def label(name):
    try:
        head, tail = name.split("-")
    except ValueError:
        return name.upper()
    return f"{tail}/{head:>6}"


def steady(prices, near=0.5):
    """The longest run of prices that stay near the one before."""
    best = run = 1
    for a, b in itertools.pairwise(prices):
        run = run + 1 if abs(b - a) <= near else 1
        if run > best:
            best = run
    return best


def quota(tick, limits=(50, 120, 250)):
    for at, limit in enumerate(limits):
        if tick <= limit:
            return at
    return len(limits)


def busiest(ticks):
    """How many ticks each decade has, the first of the fullest, and which have none."""
    by = {d: len(list(g)) for d, g in itertools.groupby(sorted(ticks), key=lambda t: t // 10)}
    return max(by, key=lambda d: by[d]), [d for d in range(31) if d not in by]


def hashed(ticks):
    h = 5381
    for at, t in enumerate(ticks):
        h = h * 33 + t
        if at < 1200:
            h %= 2**40
    return h


def noted(stock):
    for name in stock:
        NOTES.append(name)
    return len(stock)


def reported(ticks):
    total = sum(ticks)
    print("total", total)
    return total


def pendulum(price):
    return 2 * math.pi * math.sqrt(price / 9.81) * (1 + math.sin(price / 2) ** 2 / 4)


def opened(ticks, path="/dev/null"):
    with open(path) as file:
        return len(file.read()) + len(ticks)


IN_GO = [
    (candles, (PRICES,), False),
    (average_cost, (TICKS, PRICES), False),
    (shelf, (STOCK,), False),
    (label, (STOCK,), True),
    (steady, (PRICES,), False),
    (quota, (TICKS,), True),
    (busiest, (TICKS,), False),
]
IN_PYTHON = [
    (noted, (STOCK,), False, "NOTES is a list outside the function"),
    (reported, (TICKS,), False, "print is no function that draft knows"),
    (pendulum, (PRICES,), True, "the last bits of .*math.sin may differ from Python's"),
    (opened, (TICKS,), False, "no translation of With"),
]


def python(function, args, rows):
    """Return what Python gives."""
    return [function(one, *args[1:]) for one in args[0]] if rows else function(*args)


@pytest.mark.parametrize(
    ("function", "args", "rows"), IN_GO, ids=lambda one: getattr(one, "__name__", "")
)
def test_runs_in_go(function, args, rows):
    """It runs in Go, without a word, and gives what Python gives."""
    jitted = goscore.jit(function)
    want = python(function, args, rows)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            assert repr(jitted(*args)) == repr(want)
    assert ": Go, equal to Python on the first 1,000 rows" in jitted.explain()


@pytest.mark.parametrize(
    ("function", "args", "rows", "reason"), IN_PYTHON, ids=lambda one: getattr(one, "__name__", "")
)
def test_stays_python(function, args, rows, reason, capsys):
    """It stays Python, and a warning says once why."""
    jitted = goscore.jit(function)
    with pytest.warns(UserWarning, match=f"stays Python: .*{reason}") as said:
        got = jitted(*args)
        jitted(*args)
    assert len(said) == 1
    assert got == python(function, args, rows)


def test_beyond_64_bits_after_the_first_rows():
    """What fits on the rows that are compared, and later does not, is Python's number."""
    jitted = goscore.jit(hashed)
    with pytest.warns(UserWarning, match="was handed to Python: .*an int beyond 64 bits"):
        got = jitted(TICKS)
    assert got == hashed(TICKS) and got.bit_length() > 64
    assert ": Go, equal" in jitted.explain()
