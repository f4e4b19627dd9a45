"""The Go functions that drafts name, read from ``support.go``."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

NAME = re.compile(r"\bpy[A-Z]\w*")
_FUNCTION = re.compile(r"^(?://.*\n)+func (py\w+)(?:.*\n)+?}$", re.MULTILINE)


@cache
def _functions() -> dict[str, str]:
    text = Path(__file__).with_name("support.go").read_text(encoding="utf-8")
    return {match.group(1): match.group() for match in _FUNCTION.finditer(text)}


def support(code: str) -> list[str]:
    """Return the functions that *code* names, and those that these name, in order."""
    known = _functions()
    wanted = set(NAME.findall(code)) & set(known)
    while True:
        more = {name for name_ in wanted for name in NAME.findall(known[name_])} & set(known)
        if more <= wanted:
            return [text for name, text in known.items() if name in wanted]
        wanted |= more
