"""Every attack in a short form, a tenth of its counts; times are the long form's matter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hammer.attack import ATTACKS
from hammer.rows import load

ROOT = Path(__file__).parent.parent
load()


@pytest.mark.hammer
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's /proc")
@pytest.mark.parametrize("number", sorted(ATTACKS))
def test_attack(number: int) -> None:
    """Nothing is lost."""
    command = [
        sys.executable,
        "-s",
        "-m",
        "hammer",
        "6",
        "--patience",
        "60",
    ]  # so that only a hang is a loss
    command += ["--only", str(number)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=590)
    assert done.returncode == 0, done.stdout + done.stderr
