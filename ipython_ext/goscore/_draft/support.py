"""The Go functions and types that drafts name, read from ``support/``."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

NAME = re.compile(r"\bpy[A-Z]\w*")
_BEGIN = re.compile(r"\n\n(?=//|func|type|var)")
_NAMED = re.compile(r"^(?:func (?:\(\w+ \*?(?=py\w+\[))?|type |var )(py\w+)", re.MULTILINE)


@cache
def _declarations() -> dict[str, str]:
    """Return Go's declarations by their names; methods stand with their type."""
    found: dict[str, str] = {}
    for file in sorted(Path(__file__).with_name("support").glob("*.go")):
        for text in _BEGIN.split(file.read_text(encoding="utf-8")):
            named = _NAMED.search(text)
            if named:
                name = named.group(1)
                found[name] = (
                    f"{found[name]}\n\n{text.rstrip()}" if name in found else text.rstrip()
                )
    return found


def support(code: str) -> list[str]:
    """Return the declarations that *code* names, and those that these name, in order."""
    known = _declarations()
    wanted = set(NAME.findall(code)) & set(known)
    while True:
        more = {name for name_ in wanted for name in NAME.findall(known[name_])} & set(known)
        if more <= wanted:
            return [text for name, text in known.items() if name in wanted]
        wanted |= more
