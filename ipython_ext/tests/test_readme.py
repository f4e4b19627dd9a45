"""What the README lists is there; test_docs.py runs what it shows."""

import re
import subprocess
from pathlib import Path

from goscore._run.options import OPTIONS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_options_are_those_of_the_magic() -> None:
    """The table of options names every option of the magic, and no other."""
    rows = re.findall(r"^\| (`-.*?) \|", README, re.MULTILINE)
    assert [", ".join(f"`{flag}`" for flag in option.flags) for option in OPTIONS] == rows


def test_unknown_command_is_refused_with_the_usage() -> None:
    """A misspelt command changes nothing and shows the usage."""
    run = subprocess.run(
        ["bash", ROOT / "install.sh", "dmeo"], capture_output=True, text=True, timeout=30
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("usage: ./install.sh")
