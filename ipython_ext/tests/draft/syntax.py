"""Functions that use what Python's grammar and itertools have beside plain loops."""

# ruff: noqa
from __future__ import annotations

import collections
import functools
import itertools
import operator
from dataclasses import dataclass
from typing import NamedTuple


class Trade(NamedTuple):
    side: str
    amount: int
    price: float = 1.5


@dataclass
class Span:
    low: float
    high: float


def rest(v: list[int]) -> list[int]:
    first, *middle, last = v
    a, *more = (first, last, len(middle))
    *most, end = v
    return [first, last, a, end, sum(middle), sum(more), sum(most)]


def walrus(v: list[int]) -> list[int]:
    out = [y for x in v if (y := x * x % 7) > 2]
    if (n := len(out)) > 3:
        out.append(n)
    elif (m := n * 2) > 2:
        out.append(m)
    rest = list(v)
    while rest and (top := rest[-1]) != 0:
        out.append(top)
        rest.pop()
    return out


def matched(n: int, word: str) -> str:
    match n % 6:
        case 0:
            kind = "none"
        case 1 | 2:
            kind = "few"
        case k if k > 4:
            kind = f"many {k}"
        case _:
            kind = "some"
    match word.split():
        case []:
            return kind
        case [one]:
            return kind + one
        case ["a", other]:
            return other
        case [first, *others]:
            return first + str(len(others))
    return "never"


def matched_pairs(a: int, b: int) -> str:
    match (a % 3, b % 3):
        case (0, 0):
            return "both"
        case (0, x) | (x, 0):
            return f"one {x}"
        case (x, y) if x == y:
            return "same"
    return "other"


def groups_by(words: list[str]) -> list[str]:
    out = []
    for k, g in itertools.groupby(sorted(words, key=len), key=len):
        out.append(f"{k} {'|'.join(g)}")
    for first, g in itertools.groupby(words, key=lambda w: w[:1]):
        out.append(first + str(len(list(g))))
    return out


def pairs(v: list[int], w: list[int]) -> list[int]:
    some = v[:5]
    out = [a * b for a, b in itertools.combinations(some, 2)]
    out += [a - b for a, b in itertools.permutations(some, 2)]
    for a, b in itertools.product(some, range(3)):
        out.append(a + b)
    for x in itertools.chain(some, w, [7]):
        out.append(x)
    return out + list(itertools.islice(w, 2)) + list(itertools.islice(w, 1, 3))


def folded(v: list[int], x: float) -> tuple[int, int, float]:
    a = functools.reduce(lambda total, n: (total * 31 + n) % 1009, v, 7)
    b = functools.reduce(operator.add, v, 0)
    c = functools.reduce(lambda total, n: total / 2 + n, v, x)
    return a, b, c


def folded_from_first(v: list[int]) -> int:
    return functools.reduce(max, v)


def percents(x: float, n: int, s: str) -> str:
    return (
        "%.2f|%8.3f|%-8.1f|%+.1f|%d%%|%5d|%-5d|%05d|%s|%10s|%-10s|%.3s|%x|%e|%g"
        % (x, x, x, x, n, n, n, n, s, s, s, s, n, x, x)
        + "%s" % n
        + "%d" % x
    )


def caught(v: list[float], at: int) -> list[float]:
    out = []
    for x in v:
        try:
            y = 1 / int(x)
            out.append(y)
        except (ZeroDivisionError, OverflowError):
            out.append(-1.0)
    try:
        out.append(v[at])
    except IndexError:
        out.append(0.0)
    else:
        out.append(1.0)
    return out


def caught_by_kind(key: str, s: str) -> int:
    prices = {"a": 3, "buy": 4}
    try:
        return prices[key] // (len(s) - 1)
    except KeyError:
        return -1
    except ArithmeticError:
        return -2


def caught_any(s: str) -> str:
    try:
        a, b = s.split("-")
        return b + a
    except Exception:
        return "?"


def caught_inside(v: list[int]) -> int:
    total = 0
    for x in v:
        try:
            if x < 0:
                raise ValueError("below")
            total += x
        except ValueError:
            total -= 1
            continue
        total += 1
    return total


def records(sides: list[str], amounts: list[int]) -> list[float]:
    trades = [Trade(side, amount) for side, amount in zip(sides, amounts)]
    trades.append(Trade("b", amount=2, price=0.5))
    best = max(trades, key=lambda t: t.amount)
    spans = [Span(t.price, t.price + t.amount) for t in trades if t.side != "buy"]
    return [sum(t.amount * t.price for t in trades), best.price, *[s.high - s.low for s in spans]]


def named_lambda(v: list[int]) -> list[int]:
    twice = lambda x: x * 2

    def shifted(x, by=3, times=1):
        return (x + by) * times

    return [twice(x) + shifted(x) + shifted(x, times=2) for x in v]


def pairs_of_text(s: str) -> int:
    found = dict(part.split("=") for part in s.split(";") if part.count("=") == 1)
    return len(found) + len(found.get("x", ""))


def sorted_out_of_sets(v: list[int]) -> list[int]:
    seen = set(v)
    return sorted(x * 2 for x in seen if x > 3) + [max(x % 5 for x in seen | {1})]


def recent(keys: list[int]) -> list[int]:
    cache: collections.OrderedDict[int, bool] = collections.OrderedDict()
    hits = 0
    for k in keys:
        k %= 7
        if k in cache:
            hits += 1
            cache.move_to_end(k)
        else:
            cache[k] = True
            if len(cache) > 3:
                cache.popitem(last=False)
    out = [hits, *cache]
    while cache:
        k, _ = cache.popitem()
        out.append(k)
    return out


def letters(s: str) -> list[bool]:
    return [c.isupper() for c in s] + [c.islower() for c in s]


SYNTAX = [
    rest,
    walrus,
    matched,
    matched_pairs,
    groups_by,
    pairs,
    folded,
    folded_from_first,
    percents,
    caught,
    caught_by_kind,
    caught_any,
    caught_inside,
    records,
    named_lambda,
    pairs_of_text,
    sorted_out_of_sets,
    recent,
    letters,
]
