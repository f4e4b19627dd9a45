"""Implements ``%load_ext goscore`` and ``%unload_ext goscore``."""

from __future__ import annotations

from typing import Any


def load_ipython_extension(shell: Any) -> None:
    """Register the magics for ``%load_ext goscore``. The worker starts at its first use."""
    from . import inspect
    from .complete import matcher
    from .magic import GoscoreMagics

    shell.register_magics(GoscoreMagics)
    inspect.register(shell)
    completer = getattr(shell, "Completer", None)
    if completer is not None and not any(
        getattr(known, "matcher_identifier", "") == "goscore" for known in completer.custom_matchers
    ):
        completer.custom_matchers.append(matcher(shell))


def unload_ipython_extension(shell: Any) -> None:
    """Remove the magics for ``%unload_ext goscore``."""
    from . import inspect

    inspect.unregister(shell)
    for kind in ("line", "cell"):
        for name in ("goscore", "goscore_draft"):
            shell.magics_manager.magics[kind].pop(name, None)
    shell.Completer.custom_matchers[:] = [
        known
        for known in shell.Completer.custom_matchers
        if getattr(known, "matcher_identifier", "") != "goscore"
    ]
