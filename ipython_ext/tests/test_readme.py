"""What the README shows runs, and what it lists is there."""

import re
import subprocess
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from goscore._options import OPTIONS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CELL = re.compile(r"<!-- cell -->\n```\w+\n(.*?)```", re.DOTALL)


def test_cells_run() -> None:
    """The cells of the README run in order in an IPython kernel."""
    cells = [nbformat.v4.new_code_cell(source.rstrip()) for source in CELL.findall(README)]
    assert len(cells) == README.count("<!-- cell -->") > 0
    NotebookClient(
        nbformat.v4.new_notebook(cells=cells), kernel_name="python3", timeout=100
    ).execute()


def test_options_are_those_of_the_magic() -> None:
    """The table of options names every option of the magic, and no other."""
    rows = re.findall(r"^\| (`-.*?) \|", README, re.MULTILINE)
    assert [", ".join(f"`{flag}`" for flag in option.flags) for option in OPTIONS] == rows


def test_install_commands_are_those_of_its_usage() -> None:
    """Every ./install.sh command of the README is in its usage."""
    usage = subprocess.run(
        ["bash", ROOT / "install.sh", "--help"],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    ).stdout
    for command in re.findall(r"\./install\.sh ([a-z]+)", README):
        assert re.search(rf"^  {command} ", usage, re.MULTILINE), command


def test_unknown_command_is_refused_with_the_usage() -> None:
    """A misspelt command changes nothing and shows the usage."""
    run = subprocess.run(
        ["bash", ROOT / "install.sh", "dmeo"], capture_output=True, text=True, timeout=30
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("usage: ./install.sh")


def test_links_lead_somewhere() -> None:
    """Every relative link of the README is a file."""
    for target in re.findall(r"\]\((?!https?:)([^)#\s]+)\)", README):
        assert (ROOT / target).exists(), target
