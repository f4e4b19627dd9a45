"""The rooms of the Python package: who imports whom, and how large they are."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "ipython_ext" / "goscore"

# The arrows of DESIGN.md: which rooms, or single modules at the top, each may import. All may import _errors.
ARROWS = {
    "__main__": "_shell",
    "__init__": "_adapters _builtin _display _doctor _draft _export _function _listing _magic _measure _run "
    "_share _version _worker",
    "_listing": "_magic _builtin _display",
    "_shell": "_export _function _run _data _names",
    "_magic": "_measure _draft _function _run _worker _names",
    "_export": "_function _run _worker",
    "_measure": "_function _run _display",
    "_function": "_adapters _stream _call _worker",
    "_adapters": "_call _data",
    "_stream": "_call _run _data _worker",
    "_builtin": "_call _data _names",
    "_call": "_run _data _worker _names",
    "_run": "_data _worker _memory _display _names",
    "_share": "_data _worker _memory",
    "_doctor": "_worker _memory _display _version",
    "_draft": "_draft.values _names",
    "_draft.values": "_names",
    "_data": "_memory",
    "_worker": "_memory",
    "_memory": "_display",
    "_names": "",
    "_display": "",
    "_version": "",
    "_errors": "",
}
LARGEST_ROOM = 20
MIDDLE_MODULE, LARGEST_MODULE = 130, 320


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
        allowed = {"_errors", room_of(name), *ARROWS.get(room_of(name), "").split()}
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


def sizes(folder: Path, ending: str) -> dict[str, int]:
    """Return the lines of each file below a folder that is no test."""
    return {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines())
        for file in folder.rglob(f"*{ending}")
        if not file.name.endswith("_test.go")
        and not {"tests", "testdata", "build", ".venv"} & set(file.parts)
    }


def test_arrows_point_down():
    """A room imports only what stands below it."""
    assert set(ARROWS) == {room_of(name) for name in MODULES}
    assert upward() == []
    rooms = {room: set(below.split()) | ({"_errors"} - {room}) for room, below in ARROWS.items()}
    assert circle(rooms) == []


def test_no_circle_of_files():
    """No module comes back to itself through its imports."""
    assert circle(by_file()) == []


def test_room_sizes():
    """A room fits on one screen, and its __init__ is a docstring alone."""
    for folder in {file.parent for file in MODULES.values()} - {PACKAGE}:
        assert len(list(folder.glob("*.py"))) - 1 <= LARGEST_ROOM, folder
        (only,) = ast.parse((folder / "__init__.py").read_text(encoding="utf-8")).body
        assert isinstance(only, ast.Expr), folder
        assert not [file.name for file in folder.glob("_[!_]*.py")], folder


def test_modules_are_short():
    """A module is read in one sitting."""
    lines = sizes(PACKAGE, ".py")
    assert statistics.median(lines.values()) <= MIDDLE_MODULE
    assert {name: count for name, count in lines.items() if count > LARGEST_MODULE} == {}
