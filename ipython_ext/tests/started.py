"""Workers that tests start by hand, and what the system says about processes."""

from __future__ import annotations

import subprocess
from pathlib import Path

from goscore._worker import find_binary


def installed(prefix):
    """Register the Jupyter kernel below *prefix*; return what belongs in ``JUPYTER_PATH``."""
    for command in (["install", "--prefix", prefix], ["warm"]):
        subprocess.run([find_binary(), *command], check=True, capture_output=True, timeout=60)
    return Path(prefix) / "share" / "jupyter"
