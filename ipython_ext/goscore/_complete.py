"""Tab completion of the options."""

from __future__ import annotations

import re
from typing import Any

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

from ._names import is_data
from ._options import LIBRARIES, OPTIONS

_MAGIC = re.compile(r"(?:^|.*=\s*)%%?goscore\s(?P<options>.*)$")
_VALUE = re.compile(r"(?P<flag>-[a-zA-Z]|--[a-z]+)[ =](?P<before>\S*,\s*|\S*=)?(?P<word>\S*)$")


def matcher(shell: Any) -> Any:
    """Return a completer of the options for one IPython."""

    @context_matcher(  # type: ignore[untyped-decorator, unused-ignore]
        identifier="goscore.options", priority=100
    )
    def complete_options(context: CompletionContext) -> SimpleMatcherResult:
        found = _MAGIC.match(context.line_with_cursor[: context.cursor_position])
        words, typed = _words(found["options"], shell.user_ns) if found else ([], "")
        completions = [
            SimpleCompletion(word, type="goscore") for word in words if word.startswith(typed)
        ]
        return {
            "completions": completions,
            "matched_fragment": typed,
            "suppress": bool(completions),
        }

    return complete_options


def _words(options: str, names: dict[str, Any]) -> tuple[list[str], str]:
    """Return the words that may stand at the end of *options*, and what is typed of one."""
    last = re.split(r"\s", options)[-1]
    if last.startswith("-") and "=" not in last:
        return [option.long for option in OPTIONS] if last != "-" else _flags(), last
    value = _VALUE.search(options)
    if value is None:
        return [], last
    if value["flag"] in ("-t", "--to"):
        return list(LIBRARIES), value["word"]
    if value["flag"] in ("-i", "--input") and "." not in value["word"]:
        return sorted(
            name for name, item in names.items() if not name.startswith("_") and is_data(item)
        ), value["word"]
    return [], last


def _flags() -> list[str]:
    return [flag for option in OPTIONS for flag in option.flags]
