"""The modules that hold the attacks."""

from __future__ import annotations

import importlib

MODULES = (
    "deaths",
    "faults",
    "leaks",
    "limits",
)


def load() -> None:
    """Let every module enter its attacks into the table."""
    for name in MODULES:
        importlib.import_module(f"hammer.{name}")
