"""The Go of exported functions as files: one for each cell, its lines where the cell had them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

_IMPORTS = re.compile(r'(?:import \w+ "[^"\n]*"; )*')  # what the worker puts before a cell's part
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DECLARED = re.compile(r"^(?:func|type|var|const)\s+((?:\([^)]*\)\s*)?\w+)", re.MULTILINE)
_NUMBER = re.compile(r"\d+")


@dataclass
class GoFile:
    """What exported functions need of one cell.

    Attributes
    ----------
    cell : str
        What messages called it.
    text : str
    gets : list of str
        Third-party modules, as ``--get`` takes them.
    functions : list of str
        Exported functions that it declares.
    name : str
    """

    cell: str
    text: str
    gets: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    name: str = ""

    def join(self, source: dict[str, Any]) -> bool:
        """Add a part of the same cell; False where it is another cell of that name."""
        both = _joined(self.text, source["text"]) if source["cell"] == self.cell else None
        if both is None:
            return False
        self.text = both
        self.gets += [get for get in source.get("get") or [] if get not in self.gets]
        return True


def go_files(infos: list[dict[str, Any]]) -> list[GoFile]:
    """Collect the Go of functions, and let their descriptions name its files in place of cells.

    Parameters
    ----------
    infos : list of dict
        Entries of ``functions`` of the protocol; they are changed.

    Returns
    -------
    list of GoFile
        In the order in which their cells ran, so far as those are numbered: what one file takes
        from another is declared before.
    """
    files: list[GoFile] = []
    places: list[tuple[dict[str, Any], GoFile]] = []
    for info in infos:
        for source in _sources(info):
            file = next((one for one in files if one.join(source)), None)
            if file is None:
                file = GoFile(source["cell"], source["text"], list(source.get("get") or []))
                files.append(file)
            places.append((source, file))
        places[-1][1].functions.append(info["name"])  # its own cell's comes last
    numbers = [_NUMBER.search(file.cell) for file in files]
    if all(numbers):
        files.sort(key=lambda file: [int(one) for one in _NUMBER.findall(file.cell)])
    width = len(str(len(files)))
    for number, file in enumerate(files, 1):
        named = file.functions[0] if file.functions else "declarations"
        file.name = f"{number:0{max(2, width)}}_{_WORD.sub('_', named).lower()}.go"
    for info in infos:
        own = info["sources"][0]
        info["cell"] = next(file.name for source, file in places if source is own)
    for source, file in places:
        source["cell"] = file.name
    return files


def _sources(info: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a function needs, its own cell's part last."""
    merge = info.get("merge") or {}
    yield from reversed(merge.get("sources") or [])
    yield from reversed(info["sources"])


def _joined(one: str, other: str) -> str | None:
    """Put two parts of a cell into one text; None where they are of different cells.

    What a part leaves out is blank in it, byte by byte.
    """
    imports = [_IMPORTS.match(text) for text in (one, other)]
    heads = [found[0] if found else "" for found in imports]
    pairs = zip_longest(
        one[len(heads[0]) :].split("\n"), other[len(heads[1]) :].split("\n"), fillvalue=""
    )
    lines = [_joined_line(mine.encode(), theirs.encode()) for mine, theirs in pairs]
    if None in lines:
        return None
    made = "\n".join(line for line in lines if line is not None)
    declared = _DECLARED.findall(made)
    if len(set(declared)) < len(declared):
        return None
    said = dict.fromkeys(re.findall(r"import [^;]*; ", "".join(heads)))
    return "".join(said) + made


def _joined_line(mine: bytes, theirs: bytes) -> str | None:
    if not theirs.strip() or mine == theirs:
        return mine.decode()
    if not mine.strip():
        return theirs.decode()
    width = max(len(mine), len(theirs))
    made = bytearray()
    for a, b in zip(mine.ljust(width), theirs.ljust(width), strict=True):
        if a != b and not bytes([a]).isspace() and not bytes([b]).isspace():
            return None
        made.append(b if bytes([a]).isspace() else a)
    return made.decode().rstrip()
