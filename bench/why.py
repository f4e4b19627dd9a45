"""Why targets are missed: what profiles and receipts show, printed only where one is missed."""

from __future__ import annotations

_REASONS: dict[str, str] = {
    "score_series, 10 M": "The two copies, block by block, take as long as the steps; numba makes none.",
    "the same step as a //goscore:scan": (
        "The user's step has a branch that the processor cannot foresee, so that lanes gain less than in the built-in."
    ),
    "the same loop as a vector function": (
        "Go keeps the loop's branch, and half of its time is branches foreseen wrongly: 46 to 53 ms, where numba's "
        "branch-free 22 ms are followed by 45 of page faults of its result. Ours are two copies and the zeroing of make, "
        "6 ms each, on a column that is taken whole. Tried: choosing among bits (69 ms), huge pages for both (no gain)."
    ),
    "score, 10 M": "What is left is the copy of 80 MB and the messages.",
    "weighted_sum, 10 M": "Both read 160 MB once; what is left is the memory's own speed.",
    'parse "123.45 USD"': (
        "strconv.ParseFloat alone takes 49 ns a row in a plain loop, 25 on two cores: that is two thirds of polars' whole "
        "time, whose cast parses faster. A function that returns the length takes 6 ns a row, 10 from string views."
    ),
    "custom aggregate": "Grouping (hashing the keys, sorting the groups) takes longer than the function.",
    "a Python list": (
        "Reading a million floats out of a list takes pyarrow 17 ms and making a million new ones takes NumPy 10 to 16: as "
        "long as PyO3's whole call. np.fromiter, array.array, struct and marshal are no faster."
    ),
    "small call": (
        "What pandas does for its own objects: an index of the keys, their values in the groups' first rows, a Series of the result."
    ),
    "DuckDB, a function called": (
        "DuckDB's own way to a Python function is most of the peer's time; a call adds the message, waking a process and Python's steps around it."
    ),
    "first call of a new small function": (
        "About 25 ms are Go's compiler and 75 its linker, each a process of its own; an empty main links in 44. The build begins when "
        "the function's cell is done, so that a call half a second later waits for nothing; here it follows at once."
    ),
    "very first call on 10 M rows, built-in, with the worker's start": (
        "Half of it is the worker's start and half the import of goscore's own modules, both once in a session."
    ),
    "very first call": "New pages: of the output region, and of a program's heap where it makes its result itself.",
    "100 M rows": "What is taken whole is there twice.",
    "time per row at 100 M": (
        "Below 0.9 the large call is the better one: what a call costs at all weighs less in it. Above 1.1, what lies "
        "beyond the caches and spare pages costs more."
    ),
}
"""What a row's name begins with, and the reason."""


def of(row: str) -> str:
    """Return the reason for a row; the longest beginning counts."""
    found = [begin for begin in _REASONS if row.startswith(begin)]
    return _REASONS[max(found, key=len)] if found else ""
