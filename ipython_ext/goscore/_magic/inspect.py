"""Shows the signature, comment and Go source of a function for ``F?`` and ``F??``.

IPython finds the source of Python functions only; its hooks let goscore
provide that of Go functions.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from types import MethodType, SimpleNamespace
from typing import Any

from .._function import GoFunction

_TYPES = ("text/plain", "text/html")


def register(shell: Any) -> None:
    """Let *shell* show Go functions."""
    inspector = getattr(shell, "inspector", None)
    hooks = getattr(inspector, "mime_hooks", None)
    if hooks is not None:
        hooks["text/plain"] = _plain
        hooks["text/html"] = _html
    elif inspector is not None:
        inspector._get_info = MethodType(_inspecting(type(inspector)._get_info), inspector)


def unregister(shell: Any) -> None:
    """Undo `register`."""
    inspector = getattr(shell, "inspector", None)
    hooks = getattr(inspector, "mime_hooks", None)
    if hooks is None:
        getattr(inspector, "__dict__", {}).pop("_get_info", None)
        return
    for kind, hook in zip(_TYPES, (_plain, _html), strict=True):
        if hooks.get(kind) is hook:
            del hooks[kind]


def _inspecting(theirs: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the method of inspectors that have no hooks, those before IPython 8.4."""

    names = ("oname", "formatter", "info", "detail_level")

    def _get_info(self: Any, obj: Any, *rest: Any, **named: Any) -> Any:
        given = dict(zip(names, rest, strict=False)) | named
        fields = _fields(SimpleNamespace(obj=obj, detail_level=given.get("detail_level", 0)))
        if fields is None:
            return theirs(self, obj, *rest, **named)
        html = "".join(f"<h1>{head}</h1>\n<pre>{escape(text)}</pre>\n" for head, text in fields)
        return self.format_mime({"text/plain": fields, "text/html": html})

    return _get_info


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
