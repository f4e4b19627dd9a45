"""The modules that hold the attacks."""

from __future__ import annotations

import importlib

MODULES = (
    "altered",
    "arrow",
    "deaths",
    "faults",
    "forged",
    "forks",
    "interrupts",
    "kept",
    "lanes",
    "leaks",
    "limits",
    "load",
    "messages",
    "orphans",
    "places",
    "races",
    "sharing",
    "sizes",
    "sockets",
    "threads",
    "times",
)


def load() -> None:
    """Let every module enter its attacks into the table."""
    for name in MODULES:
        importlib.import_module(f"hammer.{name}")
