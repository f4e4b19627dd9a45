"""Shows the signature, comment and Go source of a function for ``F?`` and ``F??``.

IPython finds the source of Python functions only; its hooks let goscore
provide that of Go functions.
"""

from __future__ import annotations

from html import escape
from typing import Any

from .._function import GoFunction

_TYPES = ("text/plain", "text/html")


def register(shell: Any) -> None:
    """Let *shell* show Go functions."""
    hooks = getattr(getattr(shell, "inspector", None), "mime_hooks", None)
    if hooks is not None:
        hooks["text/plain"] = _plain
        hooks["text/html"] = _html


def unregister(shell: Any) -> None:
    """Undo `register`."""
    hooks = getattr(getattr(shell, "inspector", None), "mime_hooks", None) or {}
    for kind, hook in zip(_TYPES, (_plain, _html), strict=True):
        if hooks.get(kind) is hook:
            del hooks[kind]


def _fields(data: Any) -> list[tuple[str, str]] | None:
    """Return headings and texts; None for anything but a Go function.

    Before IPython 8.22, *data* is the object itself, without a level of detail.
    """
    function = getattr(data, "obj", data)
    if not isinstance(function, GoFunction):
        return None
    fields = [
        ("Signature", f"{function.__name__}{function.__signature__}"),
        ("Docstring", function.__doc__ or ""),
    ]
    if getattr(data, "detail_level", 1):
        fields.append(("Source", function.go_source))
    return [*fields, ("Type", f"Go function ({function.kind})")]


def _plain(data: Any, info: Any = None) -> list[tuple[str, str]] | None:
    return _fields(data)


def _html(data: Any, info: Any = None) -> list[tuple[str, str]] | None:
    fields = _fields(data)
    return fields and [(head, f"<pre>{escape(text)}</pre>") for head, text in fields]
