"""The Go of exported functions as files, one for each cell, with the cell's line numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from .._worker.programs import package_files

_IMPORTS = re.compile(r'(?:import \w+ "[^"\n]*"; )*')  # the worker puts these before a cell's part
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DECLARED = re.compile(r"^(?:func|type|var|const)\s+((?:\([^)]*\)\s*)?\w+)", re.MULTILINE)
_NUMBER = re.compile(r"\d+")
_FOR_SOME = re.compile(
    r"_(?:test|aix|android|darwin|dragonfly|freebsd|illumos|ios|js|linux|netbsd|openbsd|plan9|solaris|"
    r"wasip1|windows|386|amd64|arm|arm64|loong64|mips\w*|ppc64\w*|riscv64|s390x|wasm)$"
)


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
        Below the folder of all; those of a second version of a declaration are in one of their own.
    parts : list of dict
        The entries of ``sources`` that it was made of.
    """

    cell: str
    text: str
    gets: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    name: str = ""
    parts: list[dict[str, Any]] = field(default_factory=list)

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
    needs: list[list[GoFile]] = []  # of each function, its own cell's last
    for info in infos:
        needs.append([])
        for source in _sources(info):
            file = next((file for file in files if file.merge(source)), None)
            if file is None:
                file = GoFile(source["cell"], source["text"], list(source.get("get") or []))
                files.append(file)
            needs[-1].append(file)
        needs[-1][-1].functions.append(info["name"])
    numbers = [_NUMBER.search(file.cell) for file in files]
    if all(numbers):
        files.sort(key=lambda file: [int(number) for number in _NUMBER.findall(file.cell)])
    width = len(str(len(files)))
    for number, file in enumerate(files, 1):
        named = file.functions[0] if file.functions else "declarations"
        stem = f"{number:0{max(2, width)}}_{_WORD.sub('_', named).lower()}"
        # Go reads ..._linux.go on Linux only, and ..._test.go in tests.
        file.name = f"{stem}{'_' if _FOR_SOME.search(stem) else ''}.go"
    files = _apart(files, infos, needs)
    for file in files:
        for source in file.parts:
            source["cell"] = file.name
    for info in infos:
        info["cell"] = info["sources"][0]["cell"]
    return files


def _apart(
    files: list[GoFile], infos: list[dict[str, Any]], needs: list[list[GoFile]]
) -> list[GoFile]:
    """Give functions that need different declarations of one name folders of their own."""
    folders: list[dict[str, GoFile]] = []
    for info, needed in zip(infos, needs, strict=True):
        sources = list(_sources(info))
        for number in range(1, len(folders) + 2):
            if number > len(folders):
                folders.append({})
            together = dict(folders[number - 1])
            for file, source in zip(needed, sources, strict=True):
                name = file.name if number == 1 else f"{number}/{file.name}"
                had = together.get(file.name)
                one = GoFile(file.cell, source["text"], file.gets, [], name, [source])
                if had:
                    one.text = _merged(had.text, one.text) or ""
                    one.functions, one.parts = list(had.functions), [*had.parts, source]
                together[file.name] = one
            declared = [name for one in together.values() for name in _names(one.text)]
            if len(set(declared)) == len(declared):
                break
        together[needed[-1].name].functions.append(info["name"])
        folders[number - 1] = together
    order = [file.name for file in files]
    return [folder[name] for folder in folders for name in order if name in folder]


def as_package(files: list[GoFile], package: str) -> None:
    """Make files of a Go package of the texts; the functions' sources become parts of these."""
    folders: dict[str, list[GoFile]] = {}
    for file in files:
        folders.setdefault(file.name.rpartition("/")[0], []).append(file)
    for together in folders.values():
        written = package_files(
            package.lower(),
            [
                {"name": file.name, "text": file.text, "parts": [one["text"] for one in file.parts]}
                for file in together
            ],
        )
        for file, made in zip(together, written, strict=True):
            file.text = made["text"]
            for source, part in zip(file.parts, made["parts"], strict=True):
                source["text"] = part


def go_mod(files: list[GoFile], package: str, go: str) -> str:
    """Return the file that makes a Go module of the folder."""
    versions = [get.split("@") for file in files for get in file.gets if re.search("@v[0-9]", get)]
    needed = sorted({f"require {module} {version}" for module, version in versions})
    return "\n\n".join([f"module {package.lower()}", f"go {go}", *needed]) + "\n"


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
    declared = _names(text)
    if len(set(declared)) < len(declared):
        return None
    imported = dict.fromkeys(re.findall(r"import [^;]*; ", "".join(heads)))
    return "".join(imported) + text


def _names(text: str) -> list[str]:
    """Return what a text declares, and may not be declared twice in a package."""
    return [name for name in _DECLARED.findall(text) if name not in ("init", "_")]


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
