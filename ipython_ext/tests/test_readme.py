"""The README's figures and commands are right; test_docs.py runs what it shows."""

import re
import subprocess
from pathlib import Path

from .started import HANG

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
RESULTS = (ROOT / "bench" / "RESULTS.md").read_text(encoding="utf-8")


def test_figures_are_those_of_the_benchmark() -> None:
    """The README's times, machine and versions are those that the benchmark wrote last."""
    rows = re.findall(
        r"^\| score with memory, 10 M float64 +\| (.+?) +\| (.+?) +\| .+? +\| (\d+) ",
        RESULTS,
        re.MULTILINE,
    )
    times = {contender: time for contender, time, _ in rows}
    assert f"**{times['goscore scan']} instead of {times['Python loop']}**" in README
    assert f"numba takes {times['numba']}." in README
    assert {rounds for *_, rounds in rows} == {re.findall(r"medians of (\d+) runs", README)[0]}
    machine, cores = re.findall(r"^- machine: (.+?), (\d+) cores", RESULTS, re.MULTILINE)[0]
    assert f"on {cores} cores of an {machine} " in README
    python, go = re.findall(r"\(Python (\S+), Go (\S+)\)", README)[0]
    assert f"Python {python}" in RESULTS and f"go{go}," in RESULTS


def test_unknown_command_is_refused_with_the_usage() -> None:
    """A misspelt command changes nothing and shows the usage."""
    run = subprocess.run(
        ["bash", ROOT / "install.sh", "dmeo"], capture_output=True, text=True, timeout=HANG
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("usage: ./install.sh")
