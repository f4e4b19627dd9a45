"""Where the worker's executable lies. It imports little: the ``goscore`` command needs no NumPy."""

from __future__ import annotations

import os
from pathlib import Path

from .._errors import WorkerDiedError


def find_binary() -> str:
    """Return the path of the worker's binary.

    Raises
    ------
    WorkerDiedError
        There is none.
    """
    # An exported package has a copy of this module, and the worker that fits it.
    named = os.environ.get("GOSCORE_WORKER") if __package__.partition(".")[0] == "goscore" else None
    path = Path(named) if named else Path(__file__).parents[1] / "_bin" / "goscore"
    if os.access(path, os.X_OK) and path.is_file():
        return str(path)
    why = "GOSCORE_WORKER names it" if named else "reinstall goscore, or name one in GOSCORE_WORKER"
    raise WorkerDiedError(f"there is no worker at {path}: {why}")
