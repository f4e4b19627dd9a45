"""``goscore.doctor()``: what is there, and what to do about what is missing."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass, field
from html import escape
from importlib import metadata

from . import _current, _memory, _tables
from ._errors import GoscoreError

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
    """What `doctor` found.

    Attributes
    ----------
    facts : dict
        Name and finding, in order.
    advice : list of str
        What to do about what is missing; empty when all is well.
    """

    facts: dict[str, str] = field(default_factory=dict)
    advice: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is missing."""
        return not self.advice

    def __repr__(self) -> str:
        advice = [f"! {item}" for item in self.advice] or ["all is well"]
        return "\n".join([_tables.text(list(self.facts.items())), "", *advice])

    def _repr_html_(self) -> str:
        advice = [f"<p>⚠ {escape(item).replace(chr(10), '<br>')}</p>" for item in self.advice] or [
            "<p>✓ all is well</p>"
        ]
        return _tables.html([], list(self.facts.items())) + "".join(advice)


def doctor() -> Health:
    """Look at the toolchain, the worker, cores, memory and versions.

    Starts the worker when it is not running.

    Returns
    -------
    Health
        Prints as a table, with advice below it.
    """
    from . import __version__

    health = Health()
    health.facts["goscore"] = __version__
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
        worker = _current.worker()
        worker.channel()
    except GoscoreError as error:
        facts["worker"] = str(error).split("\n")[0]
        advice.append(str(error))
        return
    about = worker.about
    where = getattr(worker, "binary", None) or f"elsewhere, at {worker.info['ip']}"
    facts["worker"] = f"{where} (pid {about.get('pid', '?')})"
    facts["shared memory"] = "yes" if worker.allocator else "no: data travels in messages"
    if worker.allocator:
        facts["large columns"] = (
            "read where they lie, results written where they stay"
            if worker.reaches
            else "copied into shared memory and out of it: the system lets no process reach another's"
        )
    facts["cores"] = f"{about.get('cores', '?')} for Go, {os.cpu_count()} in the machine"
    go = about.get("go") or {}
    if go.get("path"):
        facts["go"] = f"{go.get('version', '')} ({go['path']})"
    else:
        facts["go"] = "none: built-in functions work, other cells cannot be compiled"
        advice.append(go.get("error") or "install Go: pip install 'goscore[go]'")


def _look_at_memory(health: Health) -> None:
    left, total = _memory.headroom(), _memory.total()
    if left is not None and total is not None:
        health.facts["memory"] = (
            f"{_memory.shown(left)} can still be taken of {_memory.shown(total)}"
        )
