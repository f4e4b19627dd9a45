"""The suite on little data: it runs, and all contenders give the same."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.bench
@pytest.mark.timeout(1800)
def test_suite(tmp_path: Path) -> None:
    """Every workload runs, and results are equal."""
    command = [sys.executable, "-s", "-m", "bench", "--quick", "--to", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=1780)
    assert done.returncode == 0, done.stderr
    assert "score_series" in (tmp_path / "RESULTS.md").read_text()


@pytest.mark.bench
@pytest.mark.engines
def test_scale(tmp_path: Path) -> None:
    """Every engine gives the same, and the page and its chart are written."""
    for package in ("distributed", "ray", "pyspark"):
        pytest.importorskip(package)
    if shutil.which("java") is None:
        pytest.skip("there is no Java, on which Spark runs")
    command = [sys.executable, "-s", "-m", "bench", "--scale", "1000", "--to", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=580)
    assert done.returncode == 0, done.stderr
    assert "| Spark (pyspark" in (tmp_path / "scale.md").read_text()
    assert (tmp_path / "scale.svg").stat().st_size > 1000


@pytest.mark.bench
def test_large(tmp_path: Path) -> None:
    """Every way through a small dataset runs, and results are equal."""
    command = [sys.executable, "-s", "-m", "bench", "--large", "200000", "--to", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=580)
    assert done.returncode == 0, done.stderr
    assert "map_elements" in (tmp_path / "larger.md").read_text()
