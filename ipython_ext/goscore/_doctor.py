"""``goscore.doctor()``: what goscore finds on this machine, and how to add what is missing."""

from __future__ import annotations

import contextlib
import os
import platform
import stat
import sys
from dataclasses import dataclass, field
from html import escape
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from . import _display
from ._display import byte_size
from ._errors import GoscoreError
from ._memory import headroom
from ._version import version
from ._worker import current

if TYPE_CHECKING:
    from ._protocol.messages import About, Cache
    from ._worker.worker import Worker

_PACKAGES = (
    "ipython",
    "ipykernel",
    "jupyter_client",
    "pyzmq",
    "numpy",
    "pyarrow",
    "pandas",
    "polars",
)


@dataclass
class Health:
    """The findings of `doctor`.

    Attributes
    ----------
    facts : dict
        Name and finding, in order.
    advice : list of str
        How to install or set what is missing; empty if nothing is.
    """

    facts: dict[str, str] = field(default_factory=dict)
    advice: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is missing."""
        return not self.advice

    def __repr__(self) -> str:
        advice = [f"! {item}" for item in self.advice] or ["all is well"]
        return "\n".join([_display.text(list(self.facts.items())), "", *advice])

    def _repr_html_(self) -> str:
        advice = [f"<p>⚠ {escape(item).replace(chr(10), '<br>')}</p>" for item in self.advice] or [
            "<p>✓ all is well</p>"
        ]
        return _display.html([], list(self.facts.items())) + "".join(advice)


def doctor() -> Health:
    """Check the Go toolchain, the worker, cores, memory and versions.

    Starts the worker if it is not running.

    Returns
    -------
    Health
        Prints as a table, with advice about what is missing below it.
    """
    health = Health()
    health.facts["goscore"] = version()
    health.facts["python"] = f"{platform.python_version()} ({sys.executable})"
    _look_at_worker(health)
    _look_at_memory(health)
    for package in _PACKAGES:
        try:
            health.facts[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            health.facts[package] = "not installed"
    return health


def _look_at_worker(health: Health) -> None:
    facts, advice = health.facts, health.advice
    try:
        worker = current.worker()
        state = worker.health()
    except GoscoreError as error:
        facts["worker"] = str(error).split("\n")[0]
        advice.append(str(error))
        return
    about = worker.about
    where = getattr(worker, "binary", None) or f"elsewhere, at {worker.info['ip']}"
    facts["worker"] = f"{where} (pid {about['pid']})"
    facts["sockets"] = _sockets(worker)
    facts["shared memory"] = _segments(worker)
    if worker.allocator:
        facts["large columns"] = (
            "read where they lie, results written where they stay"
            if worker.reaches
            else "copied into shared memory and out of it: the system lets no process reach another's"
        )
    facts["cores"] = f"{about['cores']} for Go, {os.cpu_count()} in the machine"
    facts["memory of a run"] = f"at most {state['memory']['text']}"
    facts["when memory is full"] = _first_to_go(about)
    _look_at_cache(health, state["cache"])
    go = about["go"]
    if go.get("path"):
        facts["go"] = f"{go.get('version', '')} ({go['path']})"
    else:
        facts["go"] = "none: built-in functions work, other cells cannot be compiled"
        advice.append(go.get("error") or "install Go: pip install 'goscore[go]'")


def _sockets(worker: Worker) -> str:
    directory = getattr(worker, "directory", None)
    if directory is None:
        return f"{worker.info['transport']}, to {worker.info['ip']}"
    if "paths" in worker.info:
        return "without names: no path leads to them"
    with contextlib.suppress(OSError):
        return f"{directory.path} (mode {stat.S_IMODE(os.stat(directory.path).st_mode):04o})"
    return f"{directory.path}, which is gone"


def _segments(worker: Worker) -> str:
    if worker.allocator is None or worker.results is None:
        return "no: data travels in messages"
    sizes = (byte_size(ranges.mapping.size) for ranges in (worker.allocator, worker.results))
    return "yes: {} for inputs, {} for results".format(*sizes)


def _first_to_go(about: About) -> str:
    """Say which process Linux kills first: the one with the highest score."""
    scores = {"Python": os.getpid(), "the worker": about["pid"]}
    listed = []
    for name, pid in scores.items():
        with contextlib.suppress(OSError):
            listed.append(f"{name} {Path(f'/proc/{pid}/oom_score_adj').read_text().strip()}")
    if not listed:
        return "an error where there is a limit; else as the system decides"
    return f"an error; should Linux end a process, a run's first (score 1000, {', '.join(listed)})"


def _look_at_cache(health: Health, cache: Cache) -> None:
    if "path" not in cache:
        health.facts["cache"] = "none"
        health.advice.append(cache.get("error", "the worker names no cache"))
        return
    path = Path(cache["path"])
    size = 0
    for folder, _, files in os.walk(path):
        for name in files:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(folder, name)).st_blocks * 512
    health.facts["cache"] = f"{path} ({byte_size(size)}, writable)"
    if shared := cache.get("shared"):
        health.facts["shared cache"] = (
            f"{', '.join(shared)} (only read; what it lacks goes to {path})"
        )
    if cache.get("passed"):
        health.advice.append(f"programs are kept in {path}, since elsewhere: {cache['passed']}")


def _look_at_memory(health: Health) -> None:
    left, total = headroom.headroom(), headroom.total()
    if left is not None and total is not None:
        health.facts["memory"] = f"{byte_size(left)} can still be taken of {byte_size(total)}"
