"""The rooms: who imports whom, how large they are, and what DESIGN.md says of them.

``python ipython_ext/tests/test_rooms.py`` prints the sizes beside their limits, and
exits with 1 when one is exceeded.
"""

from __future__ import annotations

import ast
import os
import re
import statistics
import sys
from collections.abc import Callable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "ipython_ext" / "goscore"
DESIGN = (ROOT / "DESIGN.md").read_text(encoding="utf-8")

# The arrows of DESIGN.md: which rooms, or single modules at the top, each may import. All may import
# _errors, _record, and _protocol: messages are made and read in most rooms, and each is declared once.
ARROWS = {
    "__main__": "_shell _worker",
    "__init__": "_duckdb _adapters _builtin _check _compile _display _doctor _draft _export _function _jit _listing _magic _measure _run "
    "_share _version _worker",
    "_duckdb": "_adapters",
    "_listing": "_compile _builtin _display",
    "_shell": "_export _function _run _data _display _names",
    "_magic": "_compile _measure _profile _trace _draft _function _run _worker _names",
    "_compile": "_function _call _run _names",
    "_export": "_function _call _run _data _worker",
    "_jit": "_compile _draft _draft.values _function _stream _data",
    "_check": "_measure _function _call _run _data _display",
    "_measure": "_jit _function _run _data _display",
    "_function": "_adapters _observed _stream _call _worker",
    "_observed": "_stream _profile _trace _call",
    "_profile": "_display",
    "_trace": "_display",
    "_adapters": "_call _data",
    "_stream": "_call _run _data _worker",
    "_builtin": "_call _data _worker _names",
    "_call": "_trace _run _data _worker _names",
    "_run": "_data _worker _memory _display _names",
    "_share": "_data _worker _memory",
    "_doctor": "_worker _memory _display _version",
    "_draft": "_draft.library _draft.loops _draft.values _names",
    "_draft.library": "_draft.loops _draft.values",
    "_draft.loops": "_draft.values",
    "_draft.values": "_names",
    "_data": "_memory",
    "_worker": "_memory",
    "_memory": "_display",
    "_names": "",
    "_display": "",
    "_version": "",
    "_protocol": "",
    "_record": "",
    "_errors": "",
}


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE).with_suffix("").parts)


MODULES = {module_of(file): file for file in PACKAGE.rglob("*.py")}


def imported(name: str) -> Iterator[str]:
    """Yield the modules that one names in its import statements, lazy ones and those for types too."""
    file = MODULES[name]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = file.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            place = ".".join(base.relative_to(PACKAGE).parts)
            for alias in node.names:
                whole = f"{place}.{alias.name}".lstrip(".")
                yield (
                    whole
                    if whole in MODULES
                    else place
                    if place in MODULES
                    else f"{place}.__init__".lstrip(".")
                )


def room_of(name: str) -> str:
    return name.rpartition(".")[0] or name


def upward() -> list[str]:
    """Return the imports that no arrow allows."""
    found = []
    for name in sorted(MODULES):
        allowed = {
            "_errors",
            "_record",
            "_protocol",
            room_of(name),
            *ARROWS.get(room_of(name), "").split(),
        }
        found += [f"{name} imports {one}" for one in imported(name) if room_of(one) not in allowed]
    return found


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """Return the names on one circle of arrows, if there is one."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def by_file() -> dict[str, set[str]]:
    return {name: set(imported(name)) - {name} for name in MODULES}


def by_room() -> dict[str, set[str]]:
    everywhere = {"_protocol": {"_errors", "_record"}, "_record": set(), "_errors": set()}
    return {
        room: set(below.split()) | everywhere.get(room, {"_errors", "_record", "_protocol"})
        for room, below in ARROWS.items()
    }


def sources(folder: Path, ending: str) -> Iterator[Path]:
    """Yield the files below a folder that are neither tests nor made by a tool."""
    others = {"tests", "testdata", "build", "dist", "node_modules"}
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in others and name[0] != "."]
        for name in names:
            if name.endswith(ending) and not name.endswith("_test.go"):
                yield Path(place, name)


def lengths(folder: Path, ending: str) -> list[int]:
    """Return the lines of each source below a folder."""
    return [len(file.read_text(encoding="utf-8").splitlines()) for file in sources(folder, ending)]


def largest_room() -> int:
    folders = {file.parent for file in MODULES.values()} - {PACKAGE}
    return max(len(list(folder.glob("*.py"))) - 1 for folder in folders)


SIZES: tuple[tuple[str, Callable[[], float], int], ...] = (
    ("largest folder of Python, in modules", largest_room, 20),
    (
        "circles, among files and among rooms",
        lambda: sum(map(bool, map(circle, (by_file(), by_room())))),
        0,
    ),
    ("imports that point up", lambda: len(upward()), 0),
    ("README.md, in bytes", lambda: (ROOT / "README.md").stat().st_size, 6144),
    ("DESIGN.md, in bytes", lambda: (ROOT / "DESIGN.md").stat().st_size, 8192),
    ("Python modules, median lines", lambda: statistics.median(lengths(PACKAGE, ".py")), 130),
    ("longest Python module, in lines", lambda: max(lengths(PACKAGE, ".py")), 320),
    ("longest Go file, in lines", lambda: max(lengths(ROOT, ".go")), 500),
)


def section(heading: str) -> str:
    """Return a section of DESIGN.md."""
    return DESIGN.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_arrows_point_down():
    """A room imports only what stands below it."""
    assert set(ARROWS) == {room_of(name) for name in MODULES}
    assert upward() == []
    assert circle(by_room()) == []


def test_no_circle_of_files():
    """No module comes back to itself through its imports."""
    assert circle(by_file()) == []


def test_rooms_have_one_init():
    """The __init__ of a room is a docstring alone, and only rooms have names with an underscore."""
    for folder in {file.parent for file in MODULES.values()} - {PACKAGE}:
        (only,) = ast.parse((folder / "__init__.py").read_text(encoding="utf-8")).body
        assert isinstance(only, ast.Expr), folder
        assert not [file.name for file in folder.glob("_[!_]*.py")], folder


def test_sizes():
    """Rooms fit on a screen, and files and papers are read in one sitting."""
    for title, value, limit in SIZES:
        assert value() <= limit, title


def test_design_has_every_room():
    """The tables of DESIGN.md have the rooms of the code, and no others."""
    python = {
        room.replace(".", "/") + "/" if (PACKAGE / room.replace(".", "/")).is_dir() else room
        for room in ARROWS
    }
    folders = {file.parent for file in sources(ROOT, ".go") if PACKAGE not in file.parents}
    go = {f"{folder.relative_to(ROOT).as_posix()}/".replace(".//", "./") for folder in folders}
    firsts = re.findall(r"^\| (`.*?) \|", section("Rooms"), re.MULTILINE)
    assert sorted(re.findall(r"`(.+?)`", " ".join(firsts))) == sorted(python | go)


def test_design_draws_the_arrows():
    """In DESIGN.md's drawing, every room stands above those that it imports."""
    lines = section("Arrows").split("```")[1].splitlines()
    floors = {
        name.replace("/", "."): floor
        for floor, line in enumerate(lines)
        for name in re.findall(r"(?<!\w)_[\w/]+", line)
    }
    assert set(floors) == set(ARROWS)
    for room, below in by_room().items():
        assert [name for name in below if floors[name] <= floors[room]] == [], room


def test_design_names_files_that_exist():
    """A path to a file of Go or Python is one of the project, or of the package."""
    for page in (ROOT / "DESIGN.md", *(ROOT / "docs" / "design").glob("*.md")):
        for path in re.findall(r"[`(]([\w./]+/[a-z]\w*\.(?:py|go))[`)]", page.read_text("utf-8")):
            folders = (page.parent, ROOT, PACKAGE)
            assert any((folder / path).exists() for folder in folders), f"{page}: {path}"


if __name__ == "__main__":
    exceeded = False
    for title, value, limit in SIZES:
        size = value()
        exceeded |= size > limit
        print(f"{title:<40} {size:>6g}  at most {limit:>5}{'  EXCEEDED' if size > limit else ''}")
    sys.exit(exceeded)
