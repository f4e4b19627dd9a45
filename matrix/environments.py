"""Makes the environment of a row, and installs goscore's wheel beside what is there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "build" / "matrix"
_SHOWN = ("ipython", "ipykernel", "numpy", "pandas", "polars", "pyarrow")


class NotThereError(Exception):
    """What a row needs is not to be had on this machine."""


@dataclass
class Row:
    """A row of ``rows.toml``, whose comments say what its fields mean."""

    name: str
    python: list[str]
    extras: list[str] = field(default_factory=list)
    packages: list[str] = field(default_factory=list)
    script: bool = False
    remedy: str = ""

    @property
    def folder(self) -> Path:
        return PLACE / self.name

    @property
    def interpreter(self) -> Path:
        return self.folder / "bin" / "python"


def rows() -> dict[str, Row]:
    """Return the table."""
    with open(Path(__file__).with_name("rows.toml"), "rb") as file:
        return {name: Row(name, **fields) for name, fields in tomllib.load(file).items()}


def ran(*command: str | Path) -> str:
    """Run a command that has to succeed; return its output.

    Raises
    ------
    NotThereError
        It did not; with the end of what it said.
    """
    run = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd=ROOT)
    if run.returncode:
        said = (run.stderr.strip() or run.stdout.strip())[-1500:]
        raise NotThereError(f"{' '.join(str(word) for word in command[:4])} ...: {said}")
    return run.stdout


def build_wheel() -> Path:
    """Build the wheel of this machine."""
    folder = PLACE / "wheel"
    shutil.rmtree(folder, ignore_errors=True)
    ran(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def make(row: Row) -> None:
    """Make a row's environment, without goscore.

    Raises
    ------
    NotThereError
        The machine has no such Python, or a package cannot be had.
    """
    wanted = [*row.packages, "pip"]
    how = []
    if row.extras:
        wanted += requirements(row.extras)
        how = ["--resolution", "lowest-direct"]
        wanted.remove("pip")
        wanted.append("pip>=25")
    uv = [sys.executable, "-m", "uv"]
    ran(*uv, "venv", "--quiet", "--clear", "--python", find_python(row.python), row.folder)
    ran(*uv, "pip", "install", "--quiet", "--python", row.interpreter, *how, *wanted)


def requirements(extras: list[str]) -> list[str]:
    """Return what pyproject.toml lists for goscore itself and some extras."""
    with open(ROOT / "pyproject.toml", "rb") as file:
        project = tomllib.load(file)["project"]
    lines, todo = list(project["dependencies"]), list(extras)
    for extra in todo:
        for line in project["optional-dependencies"][extra]:
            inner = re.fullmatch(r"goscore\[(.*)\]", line)
            todo += [name for name in inner[1].split(",") if name not in todo] if inner else []
            lines += [] if inner else [line]
    return lines


def find_python(versions: list[str]) -> str:
    """Return the first of some versions of Python that runs here, on PATH or of pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for version in versions:
        for place in (
            shutil.which(f"python{version}"),
            *sorted(pyenv.glob(f"versions/{version}*/bin/python{version}")),
        ):
            if place and _is(str(place), version):
                return str(place)
    raise NotThereError(f"no Python {' or '.join(versions)} on PATH or of pyenv")


def _is(python: str, version: str) -> bool:
    code = "import ensurepip, sys; print('%d.%d' % sys.version_info[:2])"
    run = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return run.stdout.strip() == version


def packages(row: Row) -> dict[str, str]:
    """Return what is installed, by name."""
    listed: list[dict[str, Any]] = json.loads(
        ran(row.interpreter, "-m", "pip", "list", "--format=json", "--disable-pip-version-check")
    )
    return {one["name"].lower(): one["version"] for one in listed}


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return the packages that were there before, and are not as they were."""
    return [
        f"{name} {version} became {after.get(name, 'nothing')}"
        for name, version in before.items()
        if after.get(name) != version
    ]


def described(row: Row, installed: dict[str, str]) -> str:
    """Return the versions that a reader wants to see."""
    python = ran(row.interpreter, "-c", "import platform; print(platform.python_version())")
    shown = [f"{name} {installed[name]}" for name in _SHOWN if name in installed]
    return f"Python {python.strip()}, {', '.join(shown)}"
