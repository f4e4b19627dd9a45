"""The Go of exported functions as files, one for each cell, with the cell's line numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

_IMPORTS = re.compile(r'(?:import \w+ "[^"\n]*"; )*')  # the worker puts these before a cell's part
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DECLARED = re.compile(r"^(?:func|type|var|const)\s+((?:\([^)]*\)\s*)?\w+)", re.MULTILINE)
_NUMBER = re.compile(r"\d+")


@dataclass
class GoFile:
    """The parts of one cell that exported functions need.

    Attributes
    ----------
    cell : str
        Its name in messages.
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

    def merge(self, source: dict[str, Any]) -> bool:
        """Add a part of the same cell; return False if it is of another cell of that name."""
        both = _merged(self.text, source["text"]) if source["cell"] == self.cell else None
        if both is None:
            return False
        self.text = both
        self.gets += [get for get in source.get("get") or [] if get not in self.gets]
        return True


def go_files(infos: list[dict[str, Any]]) -> list[GoFile]:
    """Collect the Go of functions; their infos then name files in place of cells.

    Parameters
    ----------
    infos : list of dict
        Entries of ``functions`` of the protocol; changed in place.

    Returns
    -------
    list of GoFile
        In the order in which their cells ran, if all are numbered, so that a file comes behind
        those that it needs.
    """
    files: list[GoFile] = []
    places: list[tuple[dict[str, Any], GoFile]] = []
    for info in infos:
        for source in _sources(info):
            file = next((file for file in files if file.merge(source)), None)
            if file is None:
                file = GoFile(source["cell"], source["text"], list(source.get("get") or []))
                files.append(file)
            places.append((source, file))
        places[-1][1].functions.append(info["name"])  # its own cell's comes last
    numbers = [_NUMBER.search(file.cell) for file in files]
    if all(numbers):
        files.sort(key=lambda file: [int(number) for number in _NUMBER.findall(file.cell)])
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
    """Yield the sources that a function needs, its own cell's part last."""
    merge = info.get("merge") or {}
    yield from reversed(merge.get("sources") or [])
    yield from reversed(info["sources"])


def _merged(first: str, second: str) -> str | None:
    """Merge two parts of a cell into one text; None if they are of different cells.

    A part has blanks in place of each byte that it leaves out.
    """
    imports = [_IMPORTS.match(text) for text in (first, second)]
    heads = [match[0] if match else "" for match in imports]
    pairs = zip_longest(
        first[len(heads[0]) :].split("\n"), second[len(heads[1]) :].split("\n"), fillvalue=""
    )
    lines = [_merged_line(mine.encode(), theirs.encode()) for mine, theirs in pairs]
    if None in lines:
        return None
    text = "\n".join(line for line in lines if line is not None)
    declared = _DECLARED.findall(text)
    if len(set(declared)) < len(declared):
        return None
    imported = dict.fromkeys(re.findall(r"import [^;]*; ", "".join(heads)))
    return "".join(imported) + text


def _merged_line(mine: bytes, theirs: bytes) -> str | None:
    if not theirs.strip() or mine == theirs:
        return mine.decode()
    if not mine.strip():
        return theirs.decode()
    width = max(len(mine), len(theirs))
    merged = bytearray()
    for a, b in zip(mine.ljust(width), theirs.ljust(width), strict=True):
        if a != b and not bytes([a]).isspace() and not bytes([b]).isspace():
            return None
        merged.append(b if bytes([a]).isspace() else a)
    return merged.decode().rstrip()
