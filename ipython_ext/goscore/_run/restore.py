"""Declares again what the cells of a worker declared that has ended."""

from __future__ import annotations

import sys

from .._errors import GoscoreError
from .execute import Execution
from .options import Options


def restore(execution: Execution) -> None:
    """Tell the worker what the one before it knew, if it was not told yet.

    A worker that answers an interrupt late is replaced, and one may be killed; restart()
    alone forgets what was declared. Only declarations are compiled: nothing of the cells runs.
    """
    declared = execution.worker.declared
    if not declared.owed:
        return
    lost = []
    with declared.lock:
        while declared.owed:
            one = declared.owed[0]
            again = Execution(
                execution.worker,
                execution.channel,
                one.code,
                Options(get=list(one.get)),
                one.line,
                one.cell,
                quiet=True,
                declares=True,
                changed=list(one.changed),
            )
            try:
                again.answer([])
            except GoscoreError:
                if execution.worker.ended:
                    raise
                lost.append(one.cell)
            del declared.owed[0]
    if lost:
        print(
            f"the worker was lost, and the declarations of {', '.join(lost)} with it: run again what "
            f"declares what you need",
            file=sys.stderr,
        )
