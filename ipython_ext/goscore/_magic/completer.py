"""Tab completion in IPython's completer: a matcher of IPython 8.6 and newer, and what older ones have."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any

from IPython.core import completer as theirs

from .complete import complete

_NAME = "goscore"


class _Only(list[Any]):
    """Completions that replace IPython's own, even when there are none.

    IPython lets a matcher suppress others only if it has completions, and
    Python's names do not belong in Go.
    """

    def __len__(self) -> int:
        return super().__len__() or 1


def register(shell: Any) -> None:
    """Let the completer of *shell* complete the magics."""
    completer = getattr(shell, "Completer", None)
    if completer is None or _registered(completer):
        return
    if hasattr(theirs, "context_matcher"):
        completer.custom_matchers.append(_matcher(shell))
    else:
        completer._complete = MethodType(_completing(type(completer)._complete), completer)


def unregister(shell: Any) -> None:
    """Undo `register`."""
    completer = getattr(shell, "Completer", None)
    if completer is None:
        return
    if getattr(vars(completer).get("_complete"), "matcher_identifier", "") == _NAME:
        del completer._complete
    completer.custom_matchers[:] = [
        known
        for known in completer.custom_matchers
        if getattr(known, "matcher_identifier", "") != _NAME
    ]


def _registered(completer: Any) -> bool:
    known = [*completer.custom_matchers, vars(completer).get("_complete")]
    return any(getattr(one, "matcher_identifier", "") == _NAME for one in known)


def _matcher(shell: Any) -> Any:
    """Return a matcher for IPython 8.6 and newer."""
    from IPython.core.completer import (
        CompletionContext,
        SimpleCompletion,
        SimpleMatcherResult,
        context_matcher,
    )

    @context_matcher(identifier=_NAME, priority=100)  # type: ignore[untyped-decorator, unused-ignore]
    def complete_goscore(context: CompletionContext) -> SimpleMatcherResult:
        found = complete(context.full_text, context.cursor_line, context.cursor_position, shell)
        if found is None:
            return {"completions": [], "suppress": False}
        return {
            "completions": _Only(SimpleCompletion(text, type=kind) for text, kind in found.words),
            "matched_fragment": found.written,
            "suppress": True,
            "ordered": True,
        }

    return complete_goscore


def _completing(method: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the method of older completers: it alone sees the whole cell, and no matcher can
    keep Jedi's names out."""

    def _complete(self: Any, *, cursor_line: int, cursor_pos: int | None, **rest: Any) -> Any:
        text = rest.get("full_text") or rest.get("line_buffer")
        if text:
            line = text.split("\n")[cursor_line]
            column = len(line) if cursor_pos is None else cursor_pos
            found = complete(text, cursor_line, column, self.shell)
            if found is not None:
                words = [word for word, _ in found.words]
                return found.written, words, [_NAME] * len(words), ()
        return method(self, cursor_line=cursor_line, cursor_pos=cursor_pos, **rest)

    _complete.matcher_identifier = _NAME  # type: ignore[attr-defined]
    return _complete
