"""Containers and quotas: each condition is made for real, and goscore works on or says what it needs."""

from __future__ import annotations

import json
import os
import platform
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from goscore._worker import directory

from .refuse import NUMBERS
from .started import HANG, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="containers are Linux's")

REFUSE = (sys.executable, str(Path(__file__).parent / "refuse.py"))
GIB = 1 << 20  # in the KiB of ulimit -v

# What a notebook does, in a new process: a built-in, a cell that nobody has compiled yet, a function.
SCRIPT = """
import json, os
import numpy as np
import goscore
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "goscore")
shell.user_ns["v"] = np.arange(1e5)
said = {}

def step(name, call):
    try:
        said[name] = float(call())
    except goscore.GoscoreError as error:
        said[name] = f"{type(error).__name__}: {error}"

def cell(text):
    ran = shell.run_cell(text)
    if ran.error_in_exec:
        raise ran.error_in_exec
    return ran.result

step("built-in", lambda: goscore.score_series(np.arange(3e6)).sum())
os.system(os.environ.get("BETWEEN", "true"))
step("cell", lambda: cell('''%%goscore -i v
_ = "MARK"
total := 0.0
for _, x := range v { total += x }
total'''))
step("function", lambda: cell("%%goscore\\nfunc Half(x float64) float64 { return x/2 } // MARK") or 0)
step("call", lambda: shell.user_ns["Half"](np.arange(2e6)).sum() if "Half" in shell.user_ns else 0)
step("memory", lambda: len(bytearray(30 << 20)))
health = goscore.doctor()
print("SAID", json.dumps({**said, "advice": health.advice}))
"""
RESULTS = {
    "built-in": 6136354214892.604,
    "cell": 4999950000.0,
    "function": 0,
    "call": 999999500000.0,
}


def said(*before, env=None):
    """Run the script behind some words of a command line; return what it said."""
    text = SCRIPT.replace("MARK", secrets.token_hex(8))
    run = subprocess.run(
        [*before, sys.executable, "-s", "-c", text],
        capture_output=True,
        text=True,
        timeout=HANG,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"} | (env or {}),
    )
    assert run.returncode == 0, run.stdout + run.stderr
    (line,) = (line for line in run.stdout.splitlines() if line.startswith("SAID "))
    found = json.loads(line.removeprefix("SAID "))
    assert found.pop("memory") == 30 << 20  # Python lives, and has memory
    return found


def works(found):
    """Check all results; return the advice of doctor()."""
    advice = found.pop("advice")
    assert found == RESULTS
    return advice


def refuses(found, text):
    """Check that nothing ran, that each error is the one sentence, and that doctor() says it too."""
    assert text in found["built-in"] and text in found["cell"] and text in found["function"]
    assert all("\n" not in found[name] for name in ("built-in", "cell", "function"))
    assert any(text in advice for advice in found["advice"])


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the filter has x86_64's numbers")
@pytest.mark.parametrize(
    "rule", [*(f"{name}=EPERM" for name in NUMBERS), ",".join(NUMBERS) + "=ENOSYS"]
)
def test_refused_system_calls(rule):
    """A filter that refuses a system call takes nothing away, nor does one that knows none of them."""
    assert works(said(*REFUSE, rule, "--")) == []


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the filter has x86_64's numbers")
def test_sweeping_beside_a_worker_without_locks():
    """A process that can lock files leaves alone what a starting worker could not lock."""
    code = (
        "import goscore\nfrom goscore._worker import current\n"
        "current.begin(); print(current._own.directory.path, flush=True)\n"
        "input(); current.worker(); print('answers')\n"
    )
    with subprocess.Popen(
        [*REFUSE, "flock=ENOSYS", "--", sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        path = Path(run.stdout.readline().strip())
        until(lambda: (path / "s-5").exists())  # the last of the sockets
        directory.sweep(path.parent)
        assert run.communicate("\n", timeout=HANG)[0].strip() == "answers"


@pytest.mark.parametrize("gib", [4, 8])
def test_address_space(gib):
    """From 4 GiB of addresses on, everything works, and Python keeps its own."""
    assert works(said("prlimit", f"--as={gib << 30}")) == []


@pytest.mark.parametrize(
    ("option", "text"),
    [
        (f"--as={2 << 30}", "ulimit -v allows 2.0 GiB of address space"),
        ("--nofile=24", "ulimit -n allows 24 open files"),
        (f"--fsize={1 << 20}", "ulimit -f allows files of 1.0 MiB"),
    ],
)
def test_quotas(option, text):
    """Too small a quota is named in one sentence, before it ends Python or a compiler."""
    refuses(said("prlimit", option), text)


ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not ROOT, reason="another user and mounts want root")


@needs_root
def test_few_processes(tmp_path):
    """A user who may have few processes and threads is told so; libzmq would end Python."""
    os.chown(tmp_path, 65534, 65534)
    user = ("setpriv", "--reuid", "65534", "--clear-groups", "--inh-caps", "+dac_read_search")
    user += ("--ambient-caps", "+dac_read_search", "prlimit", "--nproc=12")
    refuses(said(*user, env={"HOME": str(tmp_path)}), "ulimit -u allows 12 processes and threads")


def mounted(*commands):
    """Return the words that run commands in a mount namespace, then the rest of the line."""
    if subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
        pytest.skip("no mount namespace can be made here")
    return ("unshare", "-m", "sh", "-ec", "\n".join([*commands, 'exec "$@"']), "sh")


@needs_root
@pytest.mark.parametrize(
    ("option", "text"),
    [("mode=0700,noexec", "cannot be executed (noexec)"), ("ro", "programs are kept in")],
)
def test_home_that_takes_no_programs(tmp_path, option, text):
    """With a home that is read-only or does not execute, programs are kept elsewhere, as doctor() says."""
    home = tmp_path / "home"
    home.mkdir()
    mount = mounted(f"mount -t tmpfs -o {option} tmpfs '{home}'")
    (advice,) = works(said(*mount, env={"HOME": str(home), "XDG_CACHE_HOME": ""}))
    assert text in advice


@needs_root
def test_programs_that_are_refused(tmp_path):
    """A system that executes no new files, as antivirus software may want, is said to."""
    env = {"GOSCORE_CACHE": str(tmp_path), "BETWEEN": f"mount -o remount,noexec '{tmp_path}'"}
    found = said(*mounted(f"mount -t tmpfs -o mode=0700 tmpfs '{tmp_path}'"), env=env)
    assert found["built-in"] == RESULTS["built-in"]
    for name in ("cell", "call"):
        assert "the system does not let programs run in" in found[name]
        assert "GOSCORE_CACHE" in found[name]


@needs_root
def test_without_proc():
    """Without /proc everything works."""
    assert works(said(*mounted("mount -t tmpfs tmpfs /proc"))) == []


@pytest.fixture
def group():
    """Give a control group of 512 MB, whose processes are in it and end before it does."""
    for parent, name in (("memory", "memory.limit_in_bytes"), ("", "memory.max")):
        path = Path("/sys/fs/cgroup") / parent / f"goscore-{secrets.token_hex(4)}"
        if not (path.parent / "cgroup.procs").exists():
            continue
        try:
            path.mkdir()
        except OSError:
            continue
        try:
            (path / name).write_text(str(512 << 20))
            yield path
            return
        except OSError:
            continue
        finally:
            until(lambda path=path: not (path / "cgroup.procs").read_text())
            path.rmdir()
    pytest.skip("no control group can be made here")


@needs_root
def test_little_memory(group):
    """In a container of 512 MB everything works, the compiler included."""
    inside = ("sh", "-ec", f"echo $$ >'{group}/cgroup.procs'; exec \"$@\"", "sh")
    assert works(said(*inside)) == []


def test_one_core():
    """On one core everything works."""
    assert works(said("taskset", "-c", str(min(os.sched_getaffinity(0))))) == []


def test_python_in_another_program(tmp_path):
    """Where sys.executable is no Python, as in a program that embeds it, everything works."""
    text = "import sys; sys.executable = '/usr/bin/R'; sys._base_executable = '/usr/bin/R'\n"
    (tmp_path / "sitecustomize.py").write_text(text)
    assert works(said(env={"PYTHONPATH": str(tmp_path)})) == []
