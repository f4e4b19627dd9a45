"""Small Python functions of every kind that `goscore.draft` translates, and what to call them with.

Each entry of CASES is a function, its calls, and how far its floats may be
from Python's: 0 for the same bits. ROUGH is for what Python takes from the C
library, whose last bits are not those of Go's math package.
"""

from __future__ import annotations

import math
import random

RATE = 0.9
LIMIT = 3
ROUGH = 1e-15

_random = random.Random(20)
EDGES = [0.0, -0.0, 1.0, -1.5, 0.1, 1e-300, 5e-324, 1e308, -1e308, math.inf, -math.inf, math.nan]
FLOATS = EDGES + [_random.uniform(-100, 100) for _ in range(200)]
POSITIVE = [abs(x) for x in FLOATS if math.isfinite(x) and abs(x) < 1e200]
INTS = [0, 1, -1, 2, -2, 7, -7, 10**6, -(10**6), *(_random.randrange(-99, 99) for _ in range(50))]
TEXTS = [
    "",
    " ",
    "abc",
    "  Ab c\t",
    "été, é",
    "日本語 ",
    "a,b,,c",
    "x=1",
    "😀é😀",
    "\x1cword\x85",
    "NaN EUR",
]
NUMBERS = ["1", " 2.5 ", "-1e3", "1_000", "1__0", "_1", "0x10", "inf", "-Infinity", "nan", "+nan", "--1", "1e400", "", " ", "1.5e", ".5", "5.", "12 EUR", "1,234.50 EUR", "é"]  # fmt: skip
LISTS = [(FLOATS,), ([],), ([2.5],), (FLOATS[::-1],), (POSITIVE,)]


def score_series(values):
    """Climb with the values, and halve where they fall behind."""
    out = []
    prev = 0.0
    for v in values:
        if v > prev:
            prev = prev * 0.9 + v
        else:
            prev = prev * 0.5
        out.append(prev)
    return out


def score(v):
    total = 0
    for x in v:
        if x > 0:
            total += x**1.5
    return total


def score_of_generator(v):
    return sum(x**1.5 for x in v if x > 0)


def decay(v):
    prev, out = 0, [0] * len(v)
    for i in range(len(v)):
        prev = prev * RATE + v[i]  # RATE is the module's
        out[i] = prev / LIMIT
    return out


def differences(v):
    return [v[i] - v[i - 1] for i in range(1, len(v))]


def sign(x):
    if x > 0:
        return 1
    elif x < 0:
        return -1
    return 0


def ratio(a, b):
    return a / b


def floor_parts(a: int, b: int):
    return a // b, a % b


def float_parts(a, b):
    return a // b, a % b


def wrap(i: int):
    return (i - 3) % 7 + i // 4 * 2


def powers(n: int):
    return n**3 - n**0 + (-n) ** 2


def between(a, b, c):
    return a < b <= c


def clamp(x, low=0, high=10.5):
    return max(low, min(x, high))


def extremes(v):
    return min(v), max(v)


def mean(v):
    if not v:
        return None
    return sum(v) / len(v)


def first_above(v, limit):
    for i, x in enumerate(v):
        if x > limit:
            return i


def dot(a, b):
    total = 0.0
    for x, y in zip(a, b, strict=False):
        total += x * y
    return total


def collatz(n: int):
    steps = 0
    while n != 1 and steps < 1000:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def skip_and_stop(v):
    found = []
    for x in v:
        if math.isnan(x):
            continue
        if x == math.inf or len(found) >= 50:
            break
        found.append(-x)
    return found


def fibonacci(n: int):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def recursive(n: int) -> int:
    return n if n < 2 else recursive(n - 1) + recursive(n - 2)


def bubble(v):
    out = list(v)
    for i in range(len(out)):
        for j in range(len(out) - 1 - i):
            if out[j] > out[j + 1]:
                out[j], out[j + 1] = out[j + 1], out[j]
    return out


def backwards(v: list[float]):
    out = []
    for i in range(len(v) - 1, -1, -2):
        out.append(v[i])
    for x in reversed(v):
        out.append(x)
    return out + v[-2:] + v[1:3] + v[::-1]


def last_items(v, n: int):
    return v[-1] - v[n]


def rounded(x):
    return round(x, 2), round(x, 0), abs(x)


def whole(x):
    return round(x) + int(x) + math.floor(x) - math.ceil(x)


def roots(x):
    return math.sqrt(x) + math.fabs(x) + math.copysign(1, x)


def logs(x):
    return math.log(x) + math.exp(-x) + math.sin(x) ** 2


def classify(x):
    return ("none" if math.isnan(x) else "big") if not abs(x) < 10 else f"{x:.2f} is {x}"


def flags(v):
    return [(x > 0 and not x == 1) or x < -5 for x in v]


def positive(v):
    count = sum(x > 0 for x in v)
    return count, any(x > 50 for x in v), all(x < 1 for x in v)


def pairs(v):
    return [a * b for a in v for b in v if a < b]


def cumulative(v):
    total = 0.0
    total2 = 0
    out = []
    for x in v:
        total += x
        total2 += 1
        out.append(total / total2)
    return out


def tidy(s: str):
    return s.strip().lower().replace(",", ".")


def words(s: str):
    return s.split() + s.split(",")


def shorten(s: str):
    return s[:3] + "|" + s[-2:] + "|" + s[1:-1] + str(len(s))


def vowels(s):
    count = 0
    for c in s:
        if c in "aeiouéE":
            count += 1
    return count + s.find("b") + s.count("é")


def affixes(s: str):
    if s.startswith("x") or s.endswith("c"):
        return s.removesuffix("c").removeprefix("x") * 2
    return "-".join([c + "!" for c in s])


def price(s):
    try:
        return float(s.strip().removesuffix(" EUR").replace(",", ""))
    except ValueError:
        return None


def number_or_zero(s: str):
    try:
        n = int(s)
    except (ValueError, TypeError):
        n = -1
    return n + 1


def parsed(s: str):
    return float(s)


def checked(x):
    if x < 0:
        raise ValueError("negative")
    assert x != 1
    return x


def distinct(v: list[str]):
    seen = {}
    out = []
    for s in v:
        if s not in seen:
            seen[s] = 0
            out.append(s)
        seen[s] += 1
    return [f"{s}: {seen[s]}" for s in sorted(seen)] + out


def steps(n: int):
    out = []
    i = 0
    while True:
        i += 1
        if i > n:
            break
        if i % 3 == 0:
            kind = "fizz"
        elif i % 5 == 0:
            kind = "buzz"
        else:
            kind = str(i)
        out.append(kind)
    return out


def sorted_both(v):
    kept = [x for x in v if x == x]
    return sorted(kept) + sorted(kept, reverse=True)


def changing_counter(n: int):
    total = i = 0
    for i in range(n):
        total += i
        i = i * 2
        total -= i % 3
    for i in range(2, n):
        total += i
    return total + i


def bits(a: int, b: int):
    return (a & b) + (a | b) - (a ^ b) + (a >> 2) + (~b)


def grid(n: int):
    rows = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            rows[i][j] = i * j if i in (1, 3) else 1 << j
    return sum(sum(row) for row in rows)


def constants(x):
    return x * (0.1 + 0.2) + 1 / 3 - -0.0 + 2 * math.pi


PAIRS = [(a, b) for a in FLOATS[:20] for b in FLOATS[:20]]
WHOLE = [(a, b) for a in INTS[:15] for b in INTS[:15]]
CASES = [
    (score_series, LISTS, 0),
    (score, LISTS[1:3] + LISTS[4:] + [([math.nan, -1.0, math.inf],)], ROUGH),
    (score_of_generator, LISTS[1:3] + LISTS[4:], ROUGH),
    (decay, LISTS, 0),
    (differences, LISTS, 0),
    (sign, [(x,) for x in FLOATS], 0),
    (ratio, PAIRS, 0),
    (floor_parts, WHOLE, 0),
    (float_parts, PAIRS, 0),
    (wrap, [(n,) for n in INTS], 0),
    (powers, [(n,) for n in INTS[:7]], 0),
    (between, [(a, b, a + 1) for a, b in PAIRS], 0),
    (clamp, [(x, -1.0, 10.5) for x in FLOATS] + [(x, math.nan, 0.0) for x in EDGES], 0),
    (extremes, LISTS, 0),
    (mean, LISTS, 0),
    (first_above, [(FLOATS, 50.0), (FLOATS, math.nan), ([], 1.0), ([1.0], 1.0)], 0),
    (dot, [(FLOATS, FLOATS[::-1]), ([], [])], 0),
    (collatz, [(n,) for n in (1, 2, 7, 27, 97)], 0),
    (skip_and_stop, LISTS, 0),
    (fibonacci, [(n,) for n in (0, -3, 1, 2, 50, 90)], 0),
    (recursive, [(n,) for n in range(-1, 15)], 0),
    (bubble, LISTS, 0),
    (backwards, LISTS, 0),
    (last_items, [(FLOATS, n) for n in (0, 1, -1, -5, 500, -500)] + [([], 0)], 0),
    (rounded, [(x,) for x in (*FLOATS, 0.125, 2.675, 1.005, -0.4, 0.5, 1.5)], 0),
    (whole, [(x,) for x in (*FLOATS, 0.5, 1.5, 2.5, -0.5, -2.5)], 0),
    (roots, [(x,) for x in FLOATS], 0),
    (logs, [(x,) for x in FLOATS if not 0 < x < 1e-9], ROUGH),
    (classify, [(x,) for x in (*FLOATS, 1e-5, 1e-4, 9.995, 1 / 3)], 0),
    (flags, LISTS, 0),
    (positive, LISTS, 0),
    (pairs, [(FLOATS[:30],), ([],)], 0),
    (cumulative, LISTS, 0),
    (tidy, [(s,) for s in TEXTS], 0),
    (words, [(s,) for s in TEXTS], 0),
    (shorten, [(s,) for s in TEXTS], 0),
    (vowels, [(s,) for s in TEXTS], 0),
    (affixes, [(s,) for s in TEXTS], 0),
    (price, [(s,) for s in NUMBERS + TEXTS], 0),
    (number_or_zero, [(s,) for s in NUMBERS + TEXTS], 0),
    (parsed, [(s,) for s in NUMBERS + TEXTS], 0),
    (checked, [(x,) for x in FLOATS], 0),
    (distinct, [(TEXTS + TEXTS[::-2],), ([],)], 0),
    (steps, [(n,) for n in (0, 1, 20)], 0),
    (sorted_both, LISTS, 0),
    (changing_counter, [(n,) for n in (3, 4, 20)], 0),
    (bits, WHOLE, 0),
    (grid, [(n,) for n in (0, 1, 5)], 0),
    (constants, [(x,) for x in FLOATS], 0),
]
