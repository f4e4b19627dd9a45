"""What the tests share: an IPython, and a worker that knows no Go for those that ask for it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import goscore
from goscore._worker import current

from .started import HANG

# What a shell runs in the background begins with interrupts ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)

PEER = Path(__file__).parent / "peer.py"


@pytest.fixture(scope="module")
def peer(tmp_path_factory):
    """Run everything on the worker of peer.py."""
    script = tmp_path_factory.mktemp("peer") / "goscore"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} {PEER} "$@"\n')
    script.chmod(0o700)
    before = os.environ.get("GOSCORE_WORKER")
    os.environ["GOSCORE_WORKER"] = str(script)
    stop_worker()
    yield script
    stop_worker()
    if before is None:
        del os.environ["GOSCORE_WORKER"]
    else:
        os.environ["GOSCORE_WORKER"] = before


def stop_worker() -> None:
    """Let the next call start a worker."""
    goscore.connect(None)
    if current._own is not None:
        current._own.close()
        current._own = None


@pytest.fixture(scope="session")
def module_proxy(tmp_path_factory):
    """Say why Go's module proxy cannot be reached; nothing where it can."""
    go = current.worker().about["go"].get("path", "go")
    asked = subprocess.run(
        [go, "list", "-m", "github.com/mmcloughlin/geohash@v0.10.0"],
        cwd=tmp_path_factory.mktemp("module"),
        capture_output=True,
        text=True,
        timeout=HANG,
    )
    return asked.stderr.strip() or "go list says nothing" if asked.returncode else ""


@pytest.fixture(scope="module")
def started():
    """Give what is started for a module's tests a mark and a temporary directory, and check that all ends."""
    from .engines import MARK, left
    from .started import until

    folder = tempfile.mkdtemp(prefix="gs-")  # short, as the paths of sockets have to be
    changed = {
        MARK: folder,
        "TMPDIR": folder,
        "RAY_AUTH_TOKEN": secrets.token_hex(32),  # Ray would write one into the home directory
        "PYSPARK_PYTHON": sys.executable,
    }
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    yield folder
    with contextlib.suppress(AssertionError):
        until(lambda: not left())
    assert left() == []
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def run(shell):
    """Give a function that runs a cell as a notebook does, and returns its value or raises."""

    def run_cell(source, **names):
        shell.user_ns.update(names)
        outcome = shell.run_cell(source)
        outcome.raise_error()
        return outcome.result

    return run_cell


@pytest.fixture
def shell():
    """Give a fresh namespace in a real IPython."""
    from IPython.core.interactiveshell import InteractiveShell

    made = InteractiveShell.instance()
    made.run_line_magic("load_ext", "goscore")
    made.user_ns.clear()
    made.init_user_ns()
    return made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Keep what the browser showed when a test failed."""
    report = yield
    if report.failed and "page" in item.funcargs:
        item.funcargs["page"].screenshot(item.name)
    return report
