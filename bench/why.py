"""Why targets are missed: what profiles and receipts show, printed only where one is missed."""

from __future__ import annotations

_REASONS: dict[str, str] = {
    "score_series, 10 M": (
        "More than half of the time goes into the two copies and the messages, and numba makes none: "
        "whole columns are copied in and out, one after the other."
    ),
    "the same step as a //goscore:scan": (
        "The user's step has a branch that the processor cannot foresee, so that lanes gain less than in the "
        "built-in; the copies take as long as there."
    ),
    "the same loop as a vector function": (
        "The loop itself takes as long as numba's. A slice from make is new memory of a new heap, and its page faults cost "
        "about as much as the loop; the input's private mapping costs 8 ms more."
    ),
    "score, 10 M": "It is plain Go, one value at a time: Go's compiler does not vectorise it, and numba's does.",
    "weighted_sum, 10 M": (
        "160 MB go through one copy before the first product; on a shared frame the messages are a quarter of the time."
    ),
    'parse "123.45 USD"': (
        "strconv.ParseFloat takes 35 ns a row on one core. A function that returns the length alone takes 18 to 25 ns a "
        "row on two: a string's way into Go costs as much as parsing it, and that of a string_view more."
    ),
    "custom aggregate": "Grouping (hashing the keys, sorting the groups) takes longer than the function.",
    "a Python list": (
        "The two conversions alone, list to array and array to list, take as long as the whole call of PyO3: "
        "it writes into the list's new floats at once."
    ),
    "call with 100 rows": (
        "A call is four messages from the worker, each of which Jupyter's session class takes apart in 0.1 ms, "
        "dates and all; a function has its program's process to wake besides."
    ),
    "first call of a new small function": (
        "Nearly all of it is compile and link, each a process of the Go toolchain; numba compiles in the process that is there."
    ),
    "very first call": (
        "Segments are new memory: the copy in, the results and Python's copy of them are paid in page faults, once each. "
        "Columns are taken whole, not block by block through pages that stay warm."
    ),
    "100 M rows": "Columns are taken whole: input, its copy, the result and its copy are there at once.",
    "time per row at 100 M": (
        "Above 256 MB a segment's pages are given back after each call and faulted in again by the next, and huge pages do not "
        "cover them; 10 M rows fit into what stays warm."
    ),
}
"""What a row's name begins with, and the reason."""


def of(row: str) -> str:
    """Return the reason for a row; the longest beginning counts."""
    found = [begin for begin in _REASONS if row.startswith(begin)]
    return _REASONS[max(found, key=len)] if found else ""
