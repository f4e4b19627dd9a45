"""Functions as people write them, on the themes of public exercises; annotations say what they take.

EXERCISES has them all; a second entry gives inputs that a generator would hardly find.
"""

# As people write them:
# ruff: noqa: B905, RUF007
from __future__ import annotations

import bisect
import heapq
import math
import re
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import datetime, timedelta
from itertools import accumulate, groupby, pairwise

GAP = timedelta(minutes=30)
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
ROMAN = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]  # fmt: skip
LINE = re.compile(r"(?P<host>\S+) \S+ \[([^\]]+)\] \"(GET|POST) ([^ \"]+)\" (\d{3}) (\d+)")


def sessions(times: list[datetime]) -> list[int]:
    """Number the visits: a new one begins after a gap of half an hour."""
    out, number, last = [], 0, None
    for t in sorted(times):
        if last is None or t - last > GAP:
            number += 1
        out.append(number)
        last = t
    return out


def session_lengths(times: list[datetime], minutes: int = 30) -> list[float]:
    lengths = []
    start = prev = None
    for t in sorted(times):
        if prev is not None and t - prev > timedelta(minutes=minutes):
            lengths.append((prev - start).total_seconds())
            start = t
        if start is None:
            start = t
        prev = t
    if start is not None:
        lengths.append((prev - start).total_seconds())
    return lengths


def fifo_cost(sides: list[str], amounts: list[int], prices: list[float]) -> float:
    """Cost of what was sold, first in, first out."""
    lots = deque()
    cost = 0.0
    for side, amount, price in zip(sides, amounts, prices):
        if side == "buy":
            lots.append((amount, price))
            continue
        while amount > 0 and lots:
            have, at = lots.popleft()
            used = min(have, amount)
            cost += used * at
            amount -= used
            if have > used:
                lots.appendleft((have - used, at))
    return cost


def levenshtein(a: str, b: str) -> int:
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, start=1):
            current.append(min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (x != y)))
        previous = current
    return previous[-1]


def edit_table(a: str, b: str) -> int:
    m, n = len(a), len(b)
    d = [[0] * (n + 1) for _ in range(m + 1)]
    for i in range(m + 1):
        d[i][0] = i
    for j in range(n + 1):
        d[0][j] = j
    for i in range(1, m + 1):
        for j in range(1, n + 1):
            cost = 0 if a[i - 1] == b[j - 1] else 1
            d[i][j] = min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost)
    return d[m][n]


def kalman(zs: list[float], q: float = 1e-3, r: float = 0.5) -> list[float]:
    x, p = None, 1.0
    out = []
    for z in zs:
        if x is None:
            x = z
        p += q
        k = p / (p + r)
        x = x + k * (z - x)
        p = (1 - k) * p
        out.append(x)
    return out


def run_lengths(s: str) -> list[str]:
    runs = []
    current, count = "", 0
    for c in s:
        if c == current:
            count += 1
        else:
            if count:
                runs.append(f"{current}{count}")
            current, count = c, 1
    if count:
        runs.append(f"{current}{count}")
    return runs


def longest_run(v: list[int]) -> int:
    best = 0
    for _, group in groupby(v):
        best = max(best, len(list(group)))
    return best


def luhn(number: str) -> bool:
    digits = [int(d) for d in number if d.isdigit()]
    total = 0
    for i, d in enumerate(reversed(digits)):
        if i % 2 == 1:
            d *= 2
            if d > 9:
                d -= 9
        total += d
    return len(digits) > 0 and total % 10 == 0


def nearest(x: float, y: float, xs: list[float], ys: list[float]) -> int:
    best, at = float("inf"), -1
    for i, (a, b) in enumerate(zip(xs, ys)):
        d = (a - x) * (a - x) + (b - y) * (b - y)
        if d < best:
            best, at = d, i
    return at


def haversine_nearest(lats: list[float], lons: list[float], lat: float, lon: float) -> int:
    """Index of the nearest place on a sphere; -1 where there is none."""
    best = None
    for i in range(len(lats)):
        p, q = math.radians(lat), math.radians(lats[i])
        a = (
            math.sin((q - p) / 2) ** 2
            + math.cos(p) * math.cos(q) * math.sin(math.radians(lons[i] - lon) / 2) ** 2
        )
        d = 2 * 6371.0 * math.asin(min(1.0, math.sqrt(a)))
        if best is None or d < best[0]:
            best = (d, i)
    return -1 if best is None else best[1]


def parse_line(line: str) -> tuple[str, int, int]:
    m = LINE.match(line)
    if not m:
        return "", 0, 0
    return m.group("host"), int(m.group(5)), int(m[6])


def bytes_by_status(lines: list[str]) -> list[str]:
    sizes = defaultdict(int)
    for line in lines:
        m = LINE.fullmatch(line.strip())
        if m is None:
            continue
        sizes[m.group(5)] += int(m.group(6))
    return [f"{status}={sizes[status]:,}" for status in sorted(sizes)]


def knapsack(weights: list[int], values: list[int], capacity: int) -> int:
    capacity = max(0, min(capacity, 60))
    best = [0] * (capacity + 1)
    for w, v in zip(weights, values):
        w = abs(w) % 20 + 1
        for c in range(capacity, w - 1, -1):
            best[c] = max(best[c], best[c - w] + v)
    return best[capacity]


def backoff(attempts: int, base: float = 0.5, cap: float = 30.0) -> list[float]:
    waits = []
    delay = base
    for _ in range(min(attempts, 20)):
        waits.append(min(delay, cap))
        delay *= 2
    return waits


def two_sum(v: list[int], target: int) -> tuple[int, int]:
    seen = {}
    for i, x in enumerate(v):
        if target - x in seen:
            return seen[target - x], i
        seen[x] = i
    return -1, -1


def word_counts(text: str) -> list[str]:
    counts = Counter(re.findall(r"[a-z']+", text.lower()))
    return [
        f"{word}:{n}" for word, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def most_common_letter(text: str) -> str:
    letters = Counter(c for c in text if c.isalpha())
    if not letters:
        return "-"
    return letters.most_common(1)[0][0]


def group_sums(keys: list[str], values: list[float]) -> list[str]:
    groups = {}
    for k, v in zip(keys, values):
        groups.setdefault(k, []).append(v)
    return [f"{k}: {len(vs)}, {sum(vs) / len(vs):.3f}" for k, vs in groups.items()]


def top_n(keys: list[str], amounts: list[int], n: int = 3) -> list[str]:
    totals = {}
    for k, a in zip(keys, amounts):
        totals[k] = totals.get(k, 0) + a
    ranked = sorted(totals, key=totals.get, reverse=True)
    return ranked[:n]


def running_median(v: list[int]) -> list[float]:
    out, window = [], []
    for x in v:
        bisect.insort(window, x)
        n = len(window)
        if n % 2:
            out.append(float(window[n // 2]))
        else:
            out.append((window[n // 2 - 1] + window[n // 2]) / 2)
    return out


def moving_average(v: list[float], n: int = 3) -> list[float]:
    window = deque(maxlen=3)
    out = []
    for x in v:
        window.append(x)
        out.append(sum(window) / len(window))
    return out


def schedule(starts: list[int], lengths: list[int]) -> int:
    """Rooms that are needed for all meetings."""
    busy = []
    most = 0
    for start, length in sorted(zip(starts, lengths)):
        while busy and busy[0] <= start:
            heapq.heappop(busy)
        heapq.heappush(busy, start + abs(length))
        most = max(most, len(busy))
    return most


def merge_intervals(starts: list[int], ends: list[int]) -> list[int]:
    merged = []
    for a, b in sorted(zip(starts, ends)):
        if a > b:
            a, b = b, a
        if merged and a <= merged[-1][1]:
            last = merged.pop()
            merged.append((last[0], max(last[1], b)))
        else:
            merged.append((a, b))
    return [b - a for a, b in merged]


def dijkstra(froms: list[int], tos: list[int], costs: list[int], n: int) -> list[int]:
    n = 5 + abs(n) % 5
    graph = [[] for _ in range(n)]
    for f, t, c in zip(froms, tos, costs):
        graph[f % n].append((t % n, abs(c)))
    dist = [-1] * n
    heap = [(0, 0)]
    while heap:
        d, node = heapq.heappop(heap)
        if dist[node] >= 0:
            continue
        dist[node] = d
        for other, c in graph[node]:
            if dist[other] < 0:
                heapq.heappush(heap, (d + c, other))
    return dist


def bfs_levels(froms: list[int], tos: list[int]) -> int:
    edges = defaultdict(set)
    for f, t in zip(froms, tos):
        edges[f % 8].add(t % 8)
        edges[t % 8].add(f % 8)
    seen = {0}
    queue = deque([(0, 0)])
    deepest = 0
    while queue:
        node, depth = queue.popleft()
        deepest = max(deepest, depth)
        for other in sorted(edges[node]):
            if other not in seen:
                seen.add(other)
                queue.append((other, depth + 1))
    return deepest


def balanced(text: str) -> bool:
    stack = []
    pairs = {")": "(", "]": "[", "}": "{"}
    for c in text:
        if c in "([{":
            stack.append(c)
        elif c in pairs:
            if not stack or stack.pop() != pairs[c]:
                return False
    return not stack


def rpn(tokens: list[str]) -> int:
    stack = []
    for t in tokens:
        if t in ("+", "-", "*") and len(stack) >= 2:
            b = stack.pop()
            a = stack.pop()
            if t == "+":
                stack.append(a + b)
            elif t == "-":
                stack.append(a - b)
            else:
                stack.append(a * b % 1000)
        elif t.isdigit():
            stack.append(int(t))
    return stack[-1] if stack else 0


def to_base(n: int, base: int) -> str:
    base = 2 + abs(base) % 35
    if n == 0:
        return "0"
    digits = []
    m = abs(n)
    while m:
        m, r = divmod(m, base)
        digits.append(DIGITS[r])
    if n < 0:
        digits.append("-")
    return "".join(reversed(digits))


def from_roman(s: str) -> int:
    total = 0
    for a, b in pairwise(s + "I"):
        value = VALUES.get(a, 0)
        total += -value if value < VALUES.get(b, 0) else value
    return total


def to_roman(n: int) -> str:
    n = abs(n) % 4000
    out = ""
    for value, letters in ROMAN:
        while n >= value:
            out += letters
            n -= value
    return out


def caesar(text: str, shift: int) -> str:
    out = []
    for c in text:
        if "a" <= c <= "z":
            out.append(chr((ord(c) - 97 + shift) % 26 + 97))
        elif "A" <= c <= "Z":
            out.append(chr((ord(c) - 65 + shift) % 26 + 65))
        else:
            out.append(c)
    return "".join(out)


def is_palindrome(s: str) -> bool:
    letters = [c.lower() for c in s if c.isalnum()]
    return letters == letters[::-1]


def anagrams(words: list[str]) -> int:
    groups = defaultdict(list)
    for w in words:
        groups["".join(sorted(w))].append(w)
    return max((len(g) for g in groups.values()), default=0)


def sieve(n: int) -> list[int]:
    n = abs(n) % 500
    prime = [True] * (n + 1)
    for p in range(2, int(n**0.5) + 1):
        if prime[p]:
            for m in range(p * p, n + 1, p):
                prime[m] = False
    return [p for p in range(2, n + 1) if prime[p]]


def is_prime(n: int) -> bool:
    n = abs(n)
    if n < 2:
        return False
    i = 2
    while i * i <= n:
        if n % i == 0:
            break
        i += 1
    else:
        return True
    return False


def prime_factors(n: int) -> list[int]:
    n = abs(n) % 100_000 + 1
    factors = []
    d = 2
    while d * d <= n:
        while n % d == 0:
            factors.append(d)
            n //= d
        d += 1
    if n > 1:
        factors.append(n)
    return factors


def greatest_common(v: list[int]) -> int:
    g = 0
    for x in v:
        g = math.gcd(g, x)
    return g


def longest_increasing(v: list[int]) -> int:
    tails = []
    for x in v:
        at = bisect.bisect_left(tails, x)
        if at == len(tails):
            tails.append(x)
        else:
            tails[at] = x
    return len(tails)


def common_prefix(words: list[str]) -> str:
    if not words:
        return ""
    first, last = min(words), max(words)
    for i, c in enumerate(first):
        if i >= len(last) or c != last[i]:
            return first[:i]
    return first


def longest_common(a: str, b: str) -> str:
    rows = [[""] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            if x == y:
                rows[i + 1][j + 1] = rows[i][j] + x
            else:
                rows[i + 1][j + 1] = max(rows[i][j + 1], rows[i + 1][j], key=len)
    return rows[-1][-1]


def drawdown(prices: list[float]) -> float:
    peak = None
    worst = 0.0
    for p in prices:
        if peak is None or p > peak:
            peak = p
        if peak > 0:
            worst = max(worst, (peak - p) / peak)
    return worst


def max_profit(prices: list[float]) -> tuple[float, int, int]:
    best, buy, sell, low = 0.0, -1, -1, 0
    for i, p in enumerate(prices):
        if p < prices[low]:
            low = i
        if p - prices[low] > best:
            best, buy, sell = p - prices[low], low, i
    return best, buy, sell


def kadane(v: list[int]) -> int:
    best = current = 0
    for x in v:
        current = max(x, current + x)
        best = max(best, current)
    return best


def rotate(v: list[int], k: int) -> list[int]:
    if not v:
        return []
    k %= len(v)
    return v[-k:] + v[:-k] if k else list(v)


def every_other(v: list[float]) -> list[float]:
    return v[::2] + v[1::2] + v[::-3] + v[-1:0:-2]


def chunks(v: list[int], size: int) -> list[int]:
    size = 1 + abs(size) % 5
    out, current = [], []
    for x in v:
        current.append(x)
        if len(current) == size:
            out.append(current)
            current = []
    if current:
        out.append(current)
    return [sum(c) for c in out]


def transpose_sum(v: list[int], width: int) -> list[int]:
    width = 1 + abs(width) % 4
    rows = []
    for i in range(0, len(v), width):
        rows.append(v[i : i + width])
    totals = [0] * width
    for row in rows:
        for j, x in enumerate(row):
            totals[j] += x
    return totals


def first_unique(s: str) -> str:
    counts = {}
    for c in s:
        counts[c] = counts.get(c, 0) + 1
    for c in counts:
        if counts[c] == 1:
            return c
    return ""


def first_repeat(v: list[int]) -> int | None:
    seen = set()
    for x in v:
        if x in seen:
            return x
        seen.add(x)
    return None


def jaccard(a: str, b: str) -> float:
    x, y = set(a.split()), set(b.split())
    if not x and not y:
        return 1.0
    return len(x & y) / len(x | y)


def missing_numbers(v: list[int]) -> list[int]:
    have = {abs(x) % 20 for x in v}
    return sorted(set(range(20)) - have)


def bigrams(text: str) -> list[str]:
    pairs = {}
    words = text.split()
    for pair in zip(words, words[1:]):
        pairs[pair] = pairs.get(pair, 0) + 1
    return [f"{a} {b} {n}" for (a, b), n in pairs.items() if n > 0]


def lru_hits(pages: list[int], size: int = 3) -> int:
    cache = OrderedDict()
    hits = 0
    for p in pages:
        p %= 7
        if p in cache:
            hits += 1
            del cache[p]
        elif len(cache) >= size:
            oldest = next_key(list(cache))
            cache.pop(oldest)
        cache[p] = True
    return hits


def next_key(keys: list[int]) -> int:
    return keys[0]


def clamp(x: float, low: float, high: float) -> float:
    return low if x < low else high if x > high else x


def normalise(v: list[float]) -> list[float]:
    low, high = min(v, default=0.0), max(v, default=0.0)
    if low == high:
        return [0.0 for _ in v]
    return [clamp((x - low) / (high - low), 0.0, 1.0) for x in v]


def bucket(x: float, edges: list[float]) -> int:
    return bisect.bisect_right(sorted(edges), x)


def age_group(age: int) -> str:
    labels = ["child", "teen", "adult", "senior"]
    limits = [13, 20, 65]
    for limit, label in zip(limits, labels):
        if age < limit:
            return label
    return labels[-1]


def tax(income: float) -> float:
    brackets = [(10_000.0, 0.0), (30_000.0, 0.2), (80_000.0, 0.4)]
    total, low = 0.0, 0.0
    for limit, rate in brackets:
        if income <= limit:
            return total + (income - low) * rate
        total += (limit - low) * rate
        low = limit
    return total + (income - low) * 0.45


def amortise(principal: float, rate: float, months: int) -> list[float]:
    months = abs(months) % 24
    left, out = principal, []
    for _ in range(months):
        interest = left * rate / 12
        left = left + interest - principal / 24
        if left <= 0:
            out.append(0.0)
            break
        out.append(round(left, 2))
    return out


def slug(title: str) -> str:
    words = re.split(r"[^a-z0-9]+", title.strip().lower())
    return "-".join(w for w in words if w)


def initials(name: str) -> str:
    return "".join(part[0].upper() + "." for part in name.split() if part[0].isascii())


def mask(card: str) -> str:
    digits = card.replace(" ", "").replace("-", "")
    return "*" * (len(digits) - 4) + digits[-4:] if len(digits) > 4 else digits


def parse_duration(text: str) -> int:
    """Seconds of 1h 30m 5s."""
    units = {"h": 3600, "m": 60, "s": 1}
    total = 0
    for part in text.split():
        if re.fullmatch(r"[0-9]{1,6}[hms]", part):
            total += int(part[:-1]) * units[part[-1]]
    return total


def valid_email(text: str) -> bool:
    return re.match(r"^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$", text) is not None


def key_values(text: str) -> list[str]:
    found = {}
    for part in text.split(";"):
        key, sep, value = part.partition("=")
        if sep:
            found[key.strip()] = value.strip()
    return [f"{k}->{v}" for k, v in found.items()]


def table(names: list[str], prices: list[float]) -> str:
    lines = []
    for name, price in zip(names, prices):
        lines.append(f"{name:<8}|{price:>10.2f}|{len(name):03d}")
    return "\n".join(lines)


def life(cells: list[int], width: int) -> int:
    """Live cells after a step of Conway's game, on a small torus."""
    n = 3 + abs(width) % 4
    grid = [[0] * n for _ in range(n)]
    for c in cells:
        grid[c // n % n][c % n] = 1
    alive = 0
    for i in range(n):
        for j in range(n):
            around = 0
            for di in (-1, 0, 1):
                for dj in (-1, 0, 1):
                    if di or dj:
                        around += grid[(i + di) % n][(j + dj) % n]
            if around == 3 or (around == 2 and grid[i][j]):
                alive += 1
    return alive


def pascal(n: int) -> list[int]:
    row = [1]
    for _ in range(abs(n) % 20):
        row = [1] + [a + b for a, b in zip(row, row[1:])] + [1]
    return row


def ewma(v: list[float], alpha: float = 0.3) -> list[float]:
    out = []
    for x in v:
        out.append(x if not out else alpha * x + (1 - alpha) * out[-1])
    return out


def crossings(v: list[float]) -> int:
    return sum(1 for a, b in zip(v, v[1:]) if (a < 0) != (b < 0))


def peaks(v: list[float]) -> list[int]:
    return [i for i in range(1, len(v) - 1) if v[i - 1] < v[i] > v[i + 1]]


def running_total(v: list[int]) -> list[int]:
    return list(accumulate(v))


def weekday_counts(times: list[datetime]) -> list[int]:
    counts = [0] * 7
    for t in times:
        counts[t.weekday()] += 1
    return counts


def due(start: datetime, days: int) -> datetime:
    """The date after so many working days."""
    left = abs(days) % 30
    day = start
    while left > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            left -= 1
    return day


def hours_between(a: datetime, b: datetime) -> float:
    return (b - a).total_seconds() / 3600


def day_label(t: datetime) -> str:
    return f"{t.year}-{t.month:02d}-{t.day:02d} {'am' if t.hour < 12 else 'pm'}"


def binary_search(v: list[int], x: int) -> int:
    v = sorted(v)
    low, high = 0, len(v) - 1
    while low <= high:
        mid = (low + high) // 2
        if v[mid] == x:
            return mid
        if v[mid] < x:
            low = mid + 1
        else:
            high = mid - 1
    return -1


def insertion_sort(v: list[int]) -> list[int]:
    out = list(v)
    for i in range(1, len(out)):
        x = out[i]
        j = i - 1
        while j >= 0 and out[j] > x:
            out[j + 1] = out[j]
            j -= 1
        out[j + 1] = x
    return out


def quick_select(v: list[int], k: int) -> int:
    items = list(v)
    if not items:
        return 0
    k = abs(k) % len(items)
    while True:
        pivot = items[len(items) // 2]
        low = [x for x in items if x < pivot]
        same = items.count(pivot)
        if k < len(low):
            items = low
        elif k < len(low) + same:
            return pivot
        else:
            k -= len(low) + same
            items = [x for x in items if x > pivot]


def checksum(text: str) -> int:
    a, b = 1, 0
    for c in text:
        a = (a + ord(c)) % 65521
        b = (b + a) % 65521
    return b << 16 | a


def water(heights: list[int]) -> int:
    left, right = 0, len(heights) - 1
    best = 0
    while left < right:
        best = max(best, (right - left) * min(heights[left], heights[right]))
        if heights[left] < heights[right]:
            left += 1
        else:
            right -= 1
    return best


def majority(v: list[int]) -> int | None:
    candidate, votes = None, 0
    for x in v:
        if votes == 0:
            candidate = x
        votes += 1 if x == candidate else -1
    return candidate


def spiral(n: int) -> list[int]:
    n = 1 + abs(n) % 5
    grid = [[i * n + j for j in range(n)] for i in range(n)]
    out = []
    top, left, bottom, right = 0, 0, n - 1, n - 1
    while top <= bottom and left <= right:
        for j in range(left, right + 1):
            out.append(grid[top][j])
        top += 1
        for i in range(top, bottom + 1):
            out.append(grid[i][right])
        right -= 1
        if top <= bottom:
            for j in range(right, left - 1, -1):
                out.append(grid[bottom][j])
            bottom -= 1
        if left <= right:
            for i in range(bottom, top - 1, -1):
                out.append(grid[i][left])
            left += 1
    return out


LOG = '10.0.0.1 - [01/Jan/2026] "GET /a" 200 512'
EXERCISES = [
    (one, extra)
    for one, extra in (
        (sessions, []), (session_lengths, []), (fifo_cost, [(["buy", "buy", "sell", "sell"], [10, 5, 12, 9], [1.5, 2.0, 0.0, 0.0])]),
        (levenshtein, [("kitten", "sitting"), ("日本", "本日")]), (edit_table, [("flaw", "lawn")]), (kalman, []), (run_lengths, [("aaabcc",)]),
        (longest_run, [([1, 1, 1, 2, 2],)]), (luhn, [("4539 1488 0343 6467",)]), (nearest, []), (haversine_nearest, []),
        (parse_line, [(LOG,), (LOG + "\n",), ('é - [x] "POST /" 404 7',)]), (bytes_by_status, [([LOG, LOG, " " + LOG.replace("200", "404")],)]),
        (knapsack, [([3, 4, 5], [30, 50, 60], 8)]), (backoff, []), (two_sum, [([2, 7, 11], 9)]), (word_counts, [("The cat, the dog's",)]),
        (most_common_letter, [("hello",)]), (group_sums, [(["a", "b", "a"], [1.0, 2.5, -0.25])]), (top_n, [(["a", "b", "a", "c"], [1, 2, 1, 2], 2)]),
        (running_median, []), (moving_average, []), (schedule, [([0, 5, 5, 9], [5, 5, 1, 3])]), (merge_intervals, [([1, 2, 8], [4, 6, 9])]), (dijkstra, []),
        (bfs_levels, []), (balanced, [("([{}])",), ("(]",)]), (rpn, [(["3", "4", "+", "2", "*"],)]), (to_base, [(255, 14)]), (from_roman, [("MCMXCIV",)]),
        (to_roman, []), (caesar, [("Hello", 3)]), (is_palindrome, [("A man, a plan, a canal: Panama",)]), (anagrams, [(["ab", "ba", "c"],)]), (sieve, []),
        (is_prime, [(97,), (91,)]), (prime_factors, []), (greatest_common, []), (longest_increasing, []), (common_prefix, [(["flow", "flower"],)]),
        (longest_common, [("abcde", "ace")]), (drawdown, []), (max_profit, []), (kadane, []), (rotate, []), (every_other, []), (chunks, []),
        (transpose_sum, []), (first_unique, [("aab",)]), (first_repeat, [([1, 2, 1],)]), (jaccard, [("a b", "b c")]), (missing_numbers, []),
        (bigrams, [("a b a b",)]), (lru_hits, []), (normalise, []), (bucket, []), (age_group, []), (tax, []), (amortise, []), (slug, [("Hello, World!",)]),
        (initials, []), (mask, [("4539 1488 0343",)]), (parse_duration, [("1h 30m x 5s",)]), (valid_email, [("a.b@c-d.org",), ("a@b",), ("a@b.de\n",)]),
        (key_values, [("a=1; b = 2;c",)]), (table, [(["été"], [1234.5])]), (life, []), (pascal, []), (ewma, []), (crossings, []), (peaks, []),
        (running_total, []), (weekday_counts, []), (due, []), (hours_between, []), (day_label, []), (binary_search, []), (insertion_sort, []),
        (quick_select, []), (checksum, []), (water, []), (majority, []), (spiral, []),
    )
]  # fmt: skip
ROUGH = {
    "haversine_nearest",
    "sieve",
}  # they take functions from the C library, and round what these give
