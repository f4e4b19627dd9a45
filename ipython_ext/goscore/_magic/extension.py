"""Implements ``%load_ext goscore`` and ``%unload_ext goscore``."""

from __future__ import annotations

from typing import Any


def load_ipython_extension(shell: Any) -> None:
    """Register the magics for ``%load_ext goscore``. The worker starts at its first use."""
    from . import completer, inspect
    from .magic import GoscoreMagics

    shell.register_magics(GoscoreMagics)
    inspect.register(shell)
    completer.register(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Remove the magics for ``%unload_ext goscore``."""
    from . import completer, inspect

    inspect.unregister(shell)
    completer.unregister(shell)
    for kind in ("line", "cell"):
        for name in ("goscore", "goscore_draft"):
            shell.magics_manager.magics[kind].pop(name, None)
