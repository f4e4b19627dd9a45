"""The workloads, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable

from ..cells import Cells
from ..contest import Results, Size
from . import calls, fresh, groups, lists, parse, rows, scan, score, small, sql, tables, weighted

Family = Callable[[Cells, Size], Results]

FAMILIES: dict[str, Family] = {
    "scan": scan.run,
    "score": score.run,
    "weighted": weighted.run,
    "parse": parse.run,
    "groups": groups.run,
    "rows": rows.run,
    "tables": tables.run,
    "sql": sql.run,
    "lists": lists.run,
    "calls": calls.run,
    "small": small.run,
    "fresh": fresh.run,
}
"""Each takes the cells' IPython and how much to measure."""
