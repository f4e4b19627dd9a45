"""The suite on little data: it runs, all contenders give the same, and the page says what was measured."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from . import noise, report
from .contest import Results, Row, Times

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


@pytest.mark.bench
def test_why() -> None:
    """What is serial is printed for every way."""
    command = [sys.executable, "-s", "-m", "bench", "--why", "--quick"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=580)
    assert done.returncode == 0, done.stderr
    shares = [int(one) for one in re.findall(r" (\d+)% ", done.stdout)]
    assert len(shares) == 10 and all(share <= 100 for share in shares), done.stdout


def _results() -> Results:
    ours = Times(workload="a sum, 1 M rows", name="goscore", seconds=[0.010, 0.012, 0.011])
    slow = Times(workload="a sum, 1 M rows", name="Python", seconds=[0.9])
    fast = Times(workload="a sum, 1 M rows", name="numba", seconds=[0.022])
    bound = Times(workload="a sum, 1 M rows", name="a copy", seconds=[0.001], peer=False)
    row = Row("a sum, 1 M rows", "numba", 0.5, 0.6, ours=ours, other=fast, band=(0.9, 1.1))
    return Results(rows=[row], times=[ours, slow, fast, bound])


def test_headline() -> None:
    """Each way of goscore stands beside the fastest of its peers, above everything else."""
    page = report.markdown(_results(), {"machine": "one"}, 1, "", {})
    first = page.index("| a sum, 1 M rows | 11 ms   | numba 22 ms | 0.5   |")
    assert first < page.index("./install.sh bench") < page.index("- machine: one")
    assert page.index("- machine: one") < page.index("## Targets")


@pytest.mark.parametrize(
    ("figure", "said"), [(0.5, ""), (0.54, ""), (0.46, ""), (0.6, "1.20 of"), (0.4, "0.80 of")]
)
def test_noise(tmp_path: Path, figure: float, said: str) -> None:
    """A figure that has left the noise of the committed one says so in the table."""
    results = _results()
    place = report.write(report.markdown(results, {}, 1, "", {}), tmp_path)
    known = noise.committed(place)
    assert known == {("a sum, 1 M rows", "numba"): (0.5, 0.9, 1.1)}
    results.rows[0].figure = figure
    table = report.table(results.rows, known)
    assert (said in table) if said else (" of the last" not in table)
