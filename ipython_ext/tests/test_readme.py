"""The README's first screen, figures and commands are right; test_docs.py runs what it shows."""

import re
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from .started import HANG

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
RESULTS = (ROOT / "bench" / "RESULTS.md").read_text(encoding="utf-8")
PICTURE = "docs/images/draft.webp"
SECONDS = {"µs": 1e-6, "ms": 1e-3, "s": 1.0}


def contenders(workload: str) -> dict[str, dict[str, str]]:
    """Return a workload's rows of the benchmark's table of all contenders, its columns by their names."""
    found: dict[str, dict[str, str]] = {}
    for table in re.findall(r"(?:^\|.*\n)+", RESULTS, re.MULTILINE):
        names, _, *rows = (
            [cell.strip() for cell in line[1:-1].split("|")] for line in table.splitlines()
        )
        if {"workload", "contender", "median", "rounds"} <= set(names):
            read = [dict(zip(names, row, strict=True)) for row in rows]
            found |= {row["contender"]: row for row in read if row["workload"] == workload}
    return found


def seconds(time: str) -> float:
    number, unit = time.split()
    return float(number) * SECONDS[unit]


def test_figures_are_those_of_the_benchmark() -> None:
    """The README's times, machine and versions are those that the benchmark wrote last."""
    rows = contenders("score with memory, 10 M float64")
    go, python = rows["goscore scan"]["median"], rows["Python loop"]["median"]
    times = f"**{seconds(python) / seconds(go):.0f}× faster**: {go} instead of {python} "
    assert times in README
    assert f"numba takes {rows['numba']['median']}." in README
    said = re.findall(r"medians\s+of\s+(\d+)\s+runs", README)
    assert {row["rounds"] for row in rows.values()} == set(said)
    machine, cores = re.findall(r"^- machine: (.+?), (\d+) cores", RESULTS, re.MULTILINE)[0]
    assert f"on {cores} cores of an {machine} " in README
    version, go = re.findall(r"\(Python (\S+), Go (\S+)\)", README)[0]
    assert f"Python {version}" in RESULTS and f"go{go}," in RESULTS


@pytest.mark.parametrize("wanted", [PICTURE, "× faster**", "pip install"])
def test_first_screen_has(wanted: str) -> None:
    """Picture, number and installation are what one sees first."""
    assert wanted in README[:1500]


def test_first_screen_sells_nothing_else() -> None:
    """Before the first function nothing is said of tests and attacks, and no address is promised."""
    screen = README.partition("## A function")[0]
    assert screen != README
    assert not re.search(r"\b(test|attack|hammer|fuzz)", screen, re.IGNORECASE)
    assert not re.search(r"pip install '?goscore|https?:", screen)


def test_picture_moves() -> None:
    """The README's picture is an animation that is played without end, and is quickly there."""
    path = ROOT / PICTURE
    assert path.stat().st_size <= 1_500_000
    with Image.open(path) as image:
        assert getattr(image, "n_frames", 1) > 3 and image.info["loop"] == 0


def test_unknown_command_is_refused_with_the_usage() -> None:
    """A misspelt command changes nothing and shows the usage."""
    run = subprocess.run(
        ["bash", ROOT / "install.sh", "dmeo"], capture_output=True, text=True, timeout=HANG
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("usage: ./install.sh")
