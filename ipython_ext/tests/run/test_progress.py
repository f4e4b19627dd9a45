"""Progress: shown after a second, right, and gone at the end."""

import io
import os
import re
import shutil
import subprocess
import sys

import nbformat
import numpy as np
import polars as pl
import pytest
import tqdm.auto
from nbclient import NotebookClient

import goscore
from goscore._run import progress
from goscore._worker import current

from ..declared import functions
from ..started import HANG

SLOW = "func Slow(v float64) float64 { time.Sleep(time.Millisecond); return v }"


@pytest.fixture
def terminal(monkeypatch):
    """Let somebody look at a terminal; give what is written there."""
    written = io.StringIO()
    monkeypatch.setattr(progress, "_watched", lambda: True)
    monkeypatch.setattr(tqdm.auto, "tqdm", lambda **how: tqdm.std.tqdm(**how, file=written))
    return written


def test_rows_are_counted(terminal):
    """A function of rows says how many are done, and how fast; then its line is empty."""
    slow = functions(SLOW).Slow
    if not current.worker().reaches:
        pytest.skip("this system does not let one process reach another's memory")
    slow(np.zeros(8000))
    shown = terminal.getvalue().split("\r")
    counts = [line for line in shown if "of 8.00k rows" in line]
    assert len(set(counts)) > 3
    assert all("rows/s" in line and line.startswith("In[1]: ") for line in counts)
    assert shown[-1] == "" and not shown[-2].strip()


@pytest.mark.parametrize("calls", [1, 2])
def test_rows_of_built_in_functions(terminal, monkeypatch, run, calls):
    """The worker counts too; the calls of a cell count together."""
    if not current.worker().reaches:
        pytest.skip("this system does not let one process reach another's memory")
    monkeypatch.setattr(progress, "_AFTER", 0)
    if calls == 1:
        texts = pl.DataFrame(
            {"s": ["of sixty letters, which a pattern goes through more than once"] * 2_000_000}
        )
        goscore.validate(texts, {"s": ("matches", "(([a-z]+|,| )*[a-z]+)*")}, threads=1)
    else:
        rows = np.arange(500_000) % 1000 * 1.0
        code = "%%goscore -i v -j 1\na := goscore.HashEncode(v, 9)\ngoscore.Rolling(v, 100000, `max`, 1)"
        run(code, v=np.tile(rows, 60))
    counts = [line for line in terminal.getvalue().split("\r") if "rows/s" in line]
    shown = [float(re.search(r"(\d+) %", line)[1]) for line in counts]
    assert len(set(shown)) > 3 and shown == sorted(shown) and shown[-1] <= 100
    if calls == 2:
        assert any(0 < percent < 50 for percent in shown)


SLOW_GO = """#!/bin/sh
case "$*" in *-export*) for package in runtime fmt strings; do echo $package >&2; sleep 1; done ;; esac
exec {go} "$@"
"""

WATCHED = """
from IPython.core.interactiveshell import InteractiveShell
from goscore._run import progress

progress._watched = lambda: True
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "goscore")
print(shell.run_cell_magic("goscore", "", 'x := strings.ToUpper("go")\\nx'))
"""


def test_compiling_is_shown(tmp_path):
    """While Go's packages are compiled, the bar says so, and how many are done."""
    about = current.worker().about["go"]
    if "path" not in about or shutil.which("sh") is None:
        pytest.skip("no Go to be slow")
    go = tmp_path / "go"
    go.write_text(SLOW_GO.format(go=about["path"]))
    go.chmod(0o755)
    cache = tmp_path / "cache"
    cache.mkdir()
    kept = current.worker().health()["cache"]["path"]
    os.symlink(os.path.join(kept, "go-build"), cache / "go-build")
    env = os.environ | {"GOSCORE_GO": str(go), "GOSCORE_CACHE": str(cache)}
    run = subprocess.run(
        [sys.executable, "-c", WATCHED], env=env, capture_output=True, text=True, timeout=HANG
    )
    assert run.stdout.split()[-1] == "GO", run.stderr
    shown = re.findall(
        r"In\[\d+\]: compiling packages of (Go [\d.]+) for the first time, (\d+)", run.stderr
    )
    assert {version for version, _ in shown} == {"Go " + about["version"].removeprefix("go")}
    assert {"1", "2", "3"} & {count for _, count in shown}


def test_time_is_shown(terminal):
    """What has no rows to count shows the time that it takes."""
    go = functions(
        "func Long(v []float64) float64 { time.Sleep(1500 * time.Millisecond); return v[0] }"
    )
    go.Long(np.ones(1500))
    assert "\rIn[1]: 00:01\r" in terminal.getvalue()


def test_short_runs_show_nothing(terminal):
    """What ends within a second is not worth a bar."""
    functions(SLOW).Slow(np.zeros(100))
    assert not terminal.getvalue()


def test_nobody_looks(capfd):
    """Without a notebook or a terminal nothing is written."""
    functions(SLOW).Slow(np.zeros(4000))
    assert not capfd.readouterr().err


def test_each_run_counts_anew(terminal):
    """A process that takes the next call begins at nothing."""
    slow = functions(SLOW).Slow
    for _ in range(2):
        terminal.truncate(terminal.seek(0))
        slow(np.zeros(4000))
        first, shown, _ = terminal.getvalue().partition("rows/s")
        assert shown and "100 %" not in first


def test_nothing_is_left_in_a_notebook(tmp_path):
    """A notebook that is saved shows the bar of no run that is over, were all rows counted or not."""
    pytest.importorskip("ipywidgets")
    cells = [
        "%load_ext goscore",
        "%%goscore\n" + SLOW,
        "sum(Slow([1.0] * 4000))",
        "%goscore -n time.Sleep(1500 * time.Millisecond)",
    ]
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=HANG,
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()
    for cell in notebook.cells[2:]:
        drawn = [one.data for one in cell.outputs if one.output_type == "display_data"]
        assert drawn and not any(text for data in drawn for text in data.values())
