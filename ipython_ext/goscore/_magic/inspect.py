"""What IPython shows for ``F?`` and ``F??``: the signature, the comment, and the Go source.

IPython knows the source of Python's own functions only; its hooks let an
object say it itself.
"""

from __future__ import annotations

from html import escape
from typing import Any

from .._function import GoFunction

_TYPES = ("text/plain", "text/html")


def register(shell: Any) -> None:
    """Let an IPython show Go functions."""
    hooks = getattr(getattr(shell, "inspector", None), "mime_hooks", None)
    if hooks is not None:
        hooks["text/plain"] = _plain
        hooks["text/html"] = _html


def unregister(shell: Any) -> None:
    """Take that away again."""
    hooks = getattr(getattr(shell, "inspector", None), "mime_hooks", None) or {}
    for kind, hook in zip(_TYPES, (_plain, _html), strict=True):
        if hooks.get(kind) is hook:
            del hooks[kind]


def _fields(data: Any) -> list[tuple[str, str]] | None:
    """Return headings and texts; None for what is no Go function.

    Before IPython 8.22 *data* is the object itself, without a level of detail.
    """
    function = getattr(data, "obj", data)
    if not isinstance(function, GoFunction):
        return None
    found = [
        ("Signature", f"{function.__name__}{function.__signature__}"),
        ("Docstring", function.__doc__ or ""),
    ]
    if getattr(data, "detail_level", 1):
        found.append(("Source", function.go_source))
    return [*found, ("Type", f"Go function ({function.kind})")]


def _plain(data: Any, info: Any = None) -> list[tuple[str, str]] | None:
    return _fields(data)


def _html(data: Any, info: Any = None) -> list[tuple[str, str]] | None:
    fields = _fields(data)
    return fields and [(head, f"<pre>{escape(text)}</pre>") for head, text in fields]
