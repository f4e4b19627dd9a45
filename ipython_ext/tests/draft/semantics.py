"""Functions that ask for what Go and Python have differently: rounding, signs, slices, formats, text, order, ownership."""

# ruff: noqa
from __future__ import annotations

import bisect
import heapq
import itertools
import math
import re
from collections import Counter, defaultdict, deque
from datetime import datetime, timedelta


def fmt_f(x: float) -> str:
    return f"{x:>12.3f}|{x:<10.1f}|{x:^11.2f}|{x:+.2f}|{x:,.2f}|{x:010.2f}|{x:.3e}|{x:.1%}|{x:.4g}|{x}|{x:*>9.0f}|{x: .1f}"


def fmt_i(n: int) -> str:
    return (
        f"{n:5d}|{n:<6}|{n:^7}|{n:+d}|{n:,}|{n:08d}|{n:x}|{n:b}|{n:o}|{n:>+6d}|{n:_}|{n:.2f}|{n:_b}"
    )


def fmt_s(s: str) -> str:
    return f"{s:>8}|{s:<8}|{s:^8}|{s:.3}|{s:*^9.2}|{s!s}"


def str_methods(s: str) -> list[str]:
    return [
        s.strip(),
        s.lstrip("ab"),
        s.rstrip(),
        s.replace("a", "bb"),
        s.zfill(6),
        s.ljust(5, "*"),
        s.rjust(7),
        s.center(8, "-"),
        "|".join(s.partition("-")),
        "|".join(s.rpartition("-")),
        "|".join(s.split(",")),
        "|".join(s.rsplit("-", 1)),
        "|".join(s.splitlines()),
        s[::-1],
        s[1:-1:2],
        s[-3:],
        str(s.find("b")),
        str(s.rfind("b")),
        str(s.count("b")),
    ]


def str_tests(s: str) -> list[bool]:
    return [
        s.isdigit(),
        s.isalpha(),
        s.isalnum(),
        s.isspace(),
        s.isdecimal(),
        s.startswith(("a", "b")),
        s.endswith("c"),
        "a" in s,
        s < "b",
        s >= "abc",
        s == "",
        not s,
    ]


def str_case(s: str) -> str:
    return s.title() + s.capitalize() + s.swapcase() + s.upper() + s.lower()


def str_index(s: str, i: int) -> str:
    i = i % 15 - 7
    return s[i] + s[i:] + s[:i] + s[i : i + 3]


def slices(v: list[int], a: int, b: int, c: int) -> list[int]:
    a, b, c = a % 17 - 8, b % 17 - 8, c % 7 - 3
    return (
        v[a:b]
        + [-999]
        + v[a:b:c]
        + [-999]
        + v[::c]
        + [-999]
        + v[a::c]
        + [-999]
        + v[:b:c]
        + [-999]
        + v[b:]
    )


def arith_i(a: int, b: int) -> list[int]:
    return [
        a // b,
        a % b,
        -a // b,
        a // -b,
        divmod(a, b)[0],
        a & b,
        a | b,
        a ^ b,
        ~a,
        a >> 2,
        abs(a),
        min(a, b),
        max(a, b),
        -7 // 2,
        (a > b) + (a == b),
        pow(a, 2),
        pow(a, 3, 7),
    ]


def arith_f(a: float, b: float) -> list[float]:
    return [
        a // b,
        a % b,
        -a % b,
        a / b,
        abs(a),
        round(a, 2),
        round(a),
        int(a),
        math.floor(a),
        math.ceil(a),
        min(a, b),
        max(a, b),
        a * b - b,
        math.fmod(a, b),
        math.copysign(a, b),
    ]


def rounding(a: float, n: int) -> list[float]:
    return [round(a), round(a, 1), round(a / 8, 2), round(n / 8, 2), round(n / 2)]


def times(a: datetime, b: datetime, n: int) -> list[str]:
    d = a - b
    c = b + timedelta(days=n, hours=3) * 2
    return [
        str(d.days),
        str(d.seconds),
        str(d.microseconds),
        str(d.total_seconds()),
        str(c),
        a.isoformat(),
        str(a.date()),
        str(a.weekday()),
        str(a.isoweekday()),
        a.strftime("%Y/%m/%d %H:%M:%S.%f %j"),
        str(a > b),
        str(max(a, b)),
        str(d // timedelta(minutes=7)),
        str(d / timedelta(minutes=7)),
        str(abs(d) > timedelta(0)),
        str(a.toordinal()),
        str((-d).days),
        str((d // 3).days),
        str(a.date() == b.date()),
        str(d % timedelta(hours=5) == timedelta(0)),
    ]


def else_loops(v: list[int], t: int) -> list[int]:
    out = []
    for x in v:
        for y in range(2, 9):
            if x % y == 0:
                if y == 5:
                    continue
                break
        else:
            out.append(x)
            if x > 500:
                continue
        i = x % 7
        while i > 0:
            i -= 1
            if i == t % 4:
                break
        else:
            out.append(-1)
    else:
        out.append(-2)
    return out


def nested(v: list[int]) -> list[int]:
    rows = [[] for _ in range(4)]
    groups = defaultdict(list)
    tree = {}
    for i, x in enumerate(v):
        rows[x % 4].append(x)
        groups[x % 3].append(i)
        tree.setdefault(x % 5, []).append(x)
        if x % 4 == 1 and rows[1]:
            rows[2] = rows[1] + [x]
    cur, parts = [], []
    for x in v:
        if x < 0:
            parts.append(cur)
            cur = []
        else:
            cur.append(x)
    parts.append(cur)
    return (
        [len(r) for r in rows]
        + [sum(g) for g in groups.values()]
        + [k for k in tree]
        + [len(p) for p in parts]
        + [x for p in parts for x in p]
    )


def dicts(keys: list[str], v: list[int]) -> list[str]:
    d = {}
    for k, x in zip(keys, v):
        if k in d and x < 0:
            del d[k]
        elif x % 3 == 0:
            d.pop(k, None)
        else:
            d[k] = d.get(k, 0) + x
    e = {k: x for k, x in d.items() if x > 0}
    e.update({"z": 1, "a": 2})
    for k in d:
        d[k] *= 2
    return (
        [f"{k}={x}" for k, x in d.items()]
        + list(e)
        + sorted(d, key=lambda k: (-d[k], k))
        + [str(max(d.values(), default=-1)), str(len(d)), str(d.get("q") is None)]
    )


def counters(words: list[str]) -> list[str]:
    c = Counter(words)
    c["extra"] += 2
    c.update(["a", "b"])
    return (
        [f"{w}{n}" for w, n in c.most_common()]
        + [f"{w}{n}" for w, n in c.most_common(2)]
        + [str(c["nothing"]), str(len(c)), str(sum(c.values()))]
    )


def sets(a: list[int], b: list[int]) -> list[int]:
    x, y = {i % 10 for i in a}, set(i % 10 for i in b)
    z = x | y
    z.discard(3)
    z.add(11)
    x2 = x.copy()
    x2 -= y
    return (
        sorted(x & y)
        + [-1]
        + sorted(x - y)
        + [-1]
        + sorted(x ^ y)
        + [-1]
        + sorted(z)
        + [
            len(x),
            min(z),
            max(z),
            sum(z),
            int(x <= z),
            int(x.issubset(y)),
            int(x == y),
            int(3 in x),
        ]
        + sorted(x2)
    )


def heaps(v: list[int], k: int) -> list[int]:
    h = list(v)
    heapq.heapify(h)
    for x in v[:5]:
        heapq.heappush(h, -x)
        if len(h) > 3:
            heapq.heappop(h)
    a = heapq.heappushpop(h, k)
    b = heapq.heapreplace(h, k + 1) if h else 0
    t = []
    for i, x in enumerate(v):
        heapq.heappush(t, (x % 3, -i, x))
    return (
        h
        + [a, b]
        + heapq.nsmallest(3, v)
        + heapq.nlargest(2, v)
        + [x for _, _, x in t]
        + heapq.nlargest(2, v, key=lambda x: x % 10)
    )


def bisects(v: list[int], k: int) -> list[int]:
    s = sorted(v)
    bisect.insort(s, k)
    bisect.insort_left(s, k - 1)
    return [bisect.bisect_left(s, k), bisect.bisect_right(s, k), bisect.bisect(s, k, 1), *s]


def sorts(v: list[int], words: list[str]) -> list[str]:
    pairs = sorted(zip(words, v), key=lambda p: (len(p[0]), -p[1]), reverse=True)
    w = sorted(words, key=len)
    w.sort(key=str.lower, reverse=True)
    u = sorted(v, key=lambda x: (x % 3 == 0, abs(x) % 5))
    best = max(zip(v, words), default=(0, ""))
    return (
        [f"{a}{b}" for a, b in pairs]
        + w
        + [str(x) for x in u]
        + [f"{best[0]} {best[1]}", str(sorted(set(words))[:2] == sorted(words)[:2])]
    )


def optional(v: list[float], limit: float = 5.0) -> list[float]:
    last = None
    best = None
    at: int | None = None
    out = []
    for i, x in enumerate(v):
        if last is not None and x == last:
            at = i
        if best is None or x > best:
            best, at = x, i
        elif x < limit:
            last = None
            continue
        last = x
        out.append(best - x if best else 0.0)
    return out + [
        best if best is not None else -1.0,
        float(at or 0),
        -1.0 if last is None else last,
    ]


def multi(v: list[int]) -> tuple[int, float, str]:
    a = b = len(v)
    lo = a
    return a, b / 2, str(lo)


def chained(a: int, b: int, c: int) -> list[bool]:
    return [
        a < b < c,
        a <= b == c,
        not a < b,
        a != b != c,
        a < b and b < c or a == c,
        1 < a <= 10 < b,
    ]


def regexes(s: str) -> list[str]:
    out = re.findall(r"[a-z]+\d*", s)
    m = re.search(r"(\w+)[-=](\w*)", s)
    if m:
        out.append(m.group(1) + ":" + m.group(2) + str(m.start()) + str(m.end()))
    if re.fullmatch(r"\s*[abc]{2,4}\s*", s):
        out.append("full")
    if (n := re.match(r"(?P<x>[^ ]+) +(.*)$", s)) is not None:
        out.append(n["x"] + n.group(2))
    out.append(re.sub(r"\s+", "_", s))
    out += re.split(r"[,;]\s*", s)
    return out


def tuples(v: list[int]) -> list[int]:
    seen = {}
    pts = [(x, y) for x, y in zip(v, v[1:])]
    for p in pts:
        seen[p] = seen.get(p, 0) + 1
    t = (1, 2.5, "a")
    lo = min(pts, default=(0, 0))
    q = deque(pts)
    out = []
    while q:
        a, b = q.popleft()
        if a > 0 and len(q) < 20:
            q.append((a // 2 - 1, b))
        out.append(a + b)
    return (
        [n for n in seen.values()]
        + [lo[0], lo[1], t[0], len(t), int((1, 2) in seen), int((1, 2) < (1, 3))]
        + out
    )


def maps_(s: str) -> list[int]:
    return (
        list(map(len, s.split()))
        + list(map(lambda w: len(w) * 2, s.split(",")))
        + [len(w) for w in filter(lambda w: w > "b", s.split())]
        + list(itertools.accumulate(len(w) for w in s.split()))
    )


def inner(v: list[int], k: int) -> list[int]:
    memo = {}

    def f(n):
        if n < 2:
            return n
        if n in memo:
            return memo[n]
        memo[n] = (f(n - 1) + f(n - 2)) % 1000
        return memo[n]

    g = lambda x: x * k + len(v)
    return [f(abs(x) % 40) for x in v] + [g(x) for x in v] + [len(memo)]


def params(v: list[int], n: int) -> list[int]:
    v = list(v)
    v.append(n)
    n %= 7
    n += 1
    for i in range(len(v) - 1, 0, -n):
        v[i] += v[i - 1]
    for i in reversed(range(n)):
        v.append(i)
    for i, x in enumerate(reversed(v), 3):
        if i > 6:
            break
        v[0] += x * i
    return v


def bits(n: int) -> list[str]:
    return [
        bin(n),
        hex(n),
        oct(n),
        str(bin(n).count("1")),
        chr(abs(n) + 32),
        str(ord("é")),
        str(math.gcd(n, 36)),
        str(math.isqrt(abs(n))),
    ]


def swap_rows(v: list[int]) -> list[int]:
    g = [[x, x + 1] for x in v]
    if len(g) > 2:
        g[0], g[1] = g[1], g[0]
        g[0][0] = 99
        g[1] = [5] + g[2]
        g[2][1] = 7
    return [x for r in g for x in r]


def row_alias(v: list[int]) -> list[int]:
    g = [[0, 0] for _ in v]
    for i, x in enumerate(v):
        row = g[i]
        row[0] = x
        g[-1 - i][1] += x
        row[1] += 1
    return [sum(r) for r in g]


def prev_cur(v: list[int]) -> list[int]:
    prev, cur = [0, 0, 0], [1, 1, 1]
    for x in v:
        cur[0] = prev[1] + x
        cur[1] = cur[0] - prev[2]
        prev, cur = cur, prev
        if x % 3 == 0:
            cur = prev[:]
            cur.append(x)
            cur.pop(0)
    return prev + cur


def keep_last(v: list[int]) -> list[int]:
    best, cur = [], []
    for x in v:
        if cur and x < cur[-1]:
            if len(cur) > len(best):
                best = cur
            cur = []
        cur.append(x)
    if len(cur) > len(best):
        best = cur
    return best


def copy_best(v: list[int]) -> list[int]:
    best, cur = [], []
    for x in v:
        cur.append(x)
        if sum(cur) > sum(best):
            best = list(cur)
        if x < 0:
            cur.clear()
    return best + cur


def while_pop(v: list[int]) -> list[int]:
    todo = list(v)
    out = []
    while todo:
        x = todo.pop()
        if x > 400:
            todo.append(x // 2)
            continue
        out.append(x)
        if x == 13:
            break
    else:
        out.append(-1)
    return out


def merge(a: list[int], b: list[int]) -> list[int]:
    a, b = sorted(a), sorted(b)
    i = j = 0
    out = []
    while i < len(a) and j < len(b):
        if a[i] <= b[j]:
            out.append(a[i])
            i += 1
        else:
            out.append(b[j])
            j += 1
    out.extend(a[i:])
    out += b[j:]
    return out


def lifo(sides: list[str], n: list[int]) -> list[int]:
    lots = []
    gains = []
    for s, q in zip(sides, n):
        if s < "b":
            lots.append([q, abs(q) % 7])
        else:
            left = abs(q)
            while left > 0 and lots:
                lot = lots[-1]
                take = min(left, abs(lot[0]))
                left -= take
                lot[0] = abs(lot[0]) - take
                gains.append(take * lot[1])
                if lot[0] == 0:
                    lots.pop()
                elif left == 0:
                    break
    return gains


def state_machine(s: str) -> list[str]:
    state, token, out = "start", "", []
    for i, c in enumerate(s):
        if state == "start":
            if c.isalpha():
                state, token = "word", c
            elif c.isdigit():
                state, token = "num", c
        elif state == "word":
            if c.isalnum():
                token += c
            else:
                out.append(f"{token}@{i}")
                state = "start"
        else:
            if c.isdigit():
                token += c
            else:
                out.append(f"#{int(token)}")
                state, token = "start", ""
    return out + [state, token]


def ranks(v: list[float]) -> list[float]:
    order = sorted(range(len(v)), key=lambda i: v[i])
    r = [0.0] * len(v)
    i = 0
    while i < len(order):
        j = i
        while j + 1 < len(order) and v[order[j + 1]] == v[order[i]]:
            j += 1
        for k in range(i, j + 1):
            r[order[k]] = (i + j) / 2 + 1
        i = j + 1
    return r


def nested_dict(words: list[str], v: list[int]) -> list[str]:
    t = {}
    for w, x in zip(words, v):
        key = (w[:1], x % 2)
        if key not in t:
            t[key] = []
        t[key].append(x)
    return [f"{a}{b}:{min(xs)}..{max(xs)}" for (a, b), xs in sorted(t.items())]


def early(v: list[int], t: int) -> int | None:
    if not v:
        return None
    for i in range(len(v)):
        for j in range(i + 1, len(v)):
            if v[i] + v[j] == t:
                return i * 100 + j
    if t < 0:
        return None
    return -t


def windows(v: list[float], n: int) -> list[float]:
    n = abs(n) % 4 + 1
    out = []
    total = 0.0
    for i, x in enumerate(v):
        total += x
        if i >= n:
            total -= v[i - n]
        out.append(total / min(i + 1, n))
    return out


def gaps(ts: list[datetime]) -> list[float]:
    out = []
    for a, b in zip(ts, ts[1:]):
        d = b - a
        if d > timedelta(hours=1):
            out.append(-1.0)
        elif d == timedelta(0):
            continue
        else:
            out.append(d.seconds + d.microseconds / 1e6)
    longest = max((b - a for a, b in zip(ts, ts[1:])), default=timedelta(0))
    return out + [longest.total_seconds()]


def by_day(ts: list[datetime]) -> list[str]:
    days = defaultdict(list)
    for t in ts:
        days[t.strftime("%Y-%m-%d")].append(t.hour)
    return [f"{d} {len(h)} {max(h)}" for d, h in days.items()]


def opt_param(x: float, low: float = 1.0) -> float:
    if low < 0:
        low = 1.5
    return max(x, low)


def ret_tuple(v: list[int]) -> tuple[list[int], list[str]]:
    a, b = [], []
    for x in v:
        a.append(x)
        b.append(str(x))
    return a, b


def matrix(v: list[int]) -> list[int]:
    n = 3
    m = [[(v[(i * n + j) % len(v)] if v else 0) % 10 for j in range(n)] for i in range(n)]
    t = [[m[j][i] for j in range(n)] for i in range(n)]
    p = [[sum(m[i][k] * t[k][j] for k in range(n)) for j in range(n)] for i in range(n)]
    det = 0
    for i in range(n):
        det += m[0][i] * (
            m[1][(i + 1) % n] * m[2][(i + 2) % n] - m[1][(i + 2) % n] * m[2][(i + 1) % n]
        )
    return [x for r in p for x in r] + [det]


def strs(words: list[str]) -> str:
    s = ""
    for i, w in enumerate(words):
        s += w[0].upper() + w[1:] if w.isascii() and w else w
        if i < len(words) - 1:
            s += ", "
    return s


SEMANTICS = [
    fmt_f,
    fmt_i,
    fmt_s,
    str_methods,
    str_tests,
    str_case,
    str_index,
    slices,
    arith_i,
    arith_f,
    rounding,
    times,
    else_loops,
    nested,
    dicts,
    counters,
    sets,
    heaps,
    bisects,
    sorts,
    optional,
    multi,
    chained,
    regexes,
    tuples,
    maps_,
    inner,
    params,
    bits,
    swap_rows,
    row_alias,
    prev_cur,
    keep_last,
    copy_best,
    while_pop,
    merge,
    lifo,
    state_machine,
    ranks,
    nested_dict,
    early,
    windows,
    gaps,
    by_day,
    opt_param,
    ret_tuple,
    matrix,
    strs,
]
