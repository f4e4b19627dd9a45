"""Wheels: made of the sdist, for this platform and for another, and taken by pip where they run.

``./install.sh wheels`` makes those of all platforms; two kinds of executables are enough here, since
a first build for a platform compiles Go's standard library for it.
"""

from __future__ import annotations

import os
import platform
import re
import struct
import subprocess
import sys
import tarfile
import zipfile

import pytest

from .documents import ROOT

HANG = 500  # s; a first build for a platform takes minutes

pytestmark = pytest.mark.wheels

LINUX = "linux/arm64" if platform.machine() in ("arm64", "aarch64") else "linux/amd64"
PLATFORMS = {
    "linux/amd64": "manylinux2014_x86_64",
    "linux/arm64": "manylinux2014_aarch64",
    "darwin/arm64": "macosx_15_0_arm64",
    "darwin/amd64": "macosx_15_0_x86_64",
}
BUILT = (LINUX, "darwin/arm64")
ELF_MACHINES = {"linux/amd64": 62, "linux/arm64": 183}  # elf.h: EM_X86_64, EM_AARCH64
MACH_O_ARM64 = 0x0100000C  # mach/machine.h: CPU_TYPE_ARM64


def ran(*command, **how):
    """Run a command that must succeed, and return what it printed."""
    how = {"capture_output": True, "text": True, "timeout": HANG} | how
    run = subprocess.run(command, **how)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Give the sources as the sdist has them."""
    folder = tmp_path_factory.mktemp("sdist")
    ran(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=ROOT)
    (archive,) = folder.glob("goscore-*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(folder)
    (unpacked,) = (path for path in folder.iterdir() if path.is_dir())
    return unpacked


@pytest.fixture(scope="module")
def dist(sources, tmp_path_factory):
    """Give a folder with the wheels of two platforms."""
    folder = tmp_path_factory.mktemp("dist")
    for target in BUILT:
        env = os.environ | {"GOSCORE_TARGET": target}
        build = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
        ran(*build, cwd=sources, env=env)
    return folder


def take(dist, folder, platform):
    """Let pip install what fits a platform, of any; return how that went."""
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--pre"]
    command += ["--find-links", dist, "--target", folder, "--only-binary=:all:"]
    command += ["--platform", platform, "--python-version", "3.12", "goscore"]
    return subprocess.run(command, capture_output=True, text=True, timeout=HANG)


def executable(folder):
    """Return the worker's bytes as pip installed it."""
    worker = folder / "goscore" / "_bin" / "goscore"
    assert worker.stat().st_mode & 0o111
    return worker.read_bytes()


@pytest.mark.parametrize("target", PLATFORMS)
def test_pip_takes_the_wheel_of_a_platform(dist, tmp_path, target):
    """On each platform pip takes the wheel with its executable, and none where there is none."""
    run = take(dist, tmp_path / "taken", PLATFORMS[target])
    if target not in BUILT:
        assert run.returncode and "No matching distribution found for goscore" in run.stderr
        return
    assert run.returncode == 0, run.stderr
    worker = executable(tmp_path / "taken")
    if target.startswith("linux/"):
        assert worker[:6] == b"\x7fELF\x02\x01"
        assert struct.unpack_from("<H", worker, 18) == (ELF_MACHINES[target],)
    else:
        assert struct.unpack_from("<2I", worker) == (0xFEEDFACF, MACH_O_ARM64)


def test_linux_worker_needs_no_library(dist, tmp_path):
    """No program header asks for a loader: the executable is static, whatever C library is there."""
    assert take(dist, tmp_path / "taken", PLATFORMS[LINUX]).returncode == 0
    worker = executable(tmp_path / "taken")
    (start,) = struct.unpack_from("<Q", worker, 32)
    size, count = struct.unpack_from("<2H", worker, 54)
    kinds = {struct.unpack_from("<I", worker, start + at * size)[0] for at in range(count)}
    assert 1 in kinds and not kinds & {2, 3}  # PT_LOAD, but neither PT_DYNAMIC nor PT_INTERP


def test_older_systems_take_none(dist, tmp_path):
    """pip refuses where the worker would not run."""
    for older in ("manylinux2010_x86_64", "macosx_11_0_arm64"):
        assert take(dist, tmp_path / older, older).returncode


@pytest.mark.skipif(sys.platform != "linux", reason="the wheel for this platform is of Linux")
def test_wheel_runs_in_a_new_environment(dist, tmp_path):
    """Installed in a new environment, the command is there and says its version."""
    ran(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    ran(
        python,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-index",
        "--pre",
        "--find-links",
        dist,
        "goscore",
    )
    said = ran(tmp_path / "venv" / "bin" / "goscore", "version")
    (wheel,) = (file for file in dist.iterdir() if "linux" in file.name)
    assert said == f"goscore {wheel.name.split('-')[1]}\n"


def test_names_and_tags_agree(dist):
    """The tags in a wheel are those of its name, and it is no wheel of pure Python."""
    for wheel in dist.iterdir():
        with zipfile.ZipFile(wheel) as file:
            (name,) = (name for name in file.namelist() if name.endswith(".dist-info/WHEEL"))
            said = file.read(name).decode()
        platforms = wheel.name.removesuffix(".whl").split("-")[-1].split(".")
        assert sorted(re.findall(r"^Tag: py3-none-(\S+)$", said, re.MULTILINE)) == sorted(platforms)
        assert "Root-Is-Purelib: false" in said


def test_other_platforms_are_refused(sources):
    """A platform that goscore does not run on is named, with those that it does."""
    env = os.environ | {"GOSCORE_TARGET": "windows/amd64"}
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    run = subprocess.run(build, cwd=sources, env=env, capture_output=True, text=True, timeout=HANG)
    assert run.returncode
    assert "GOSCORE_TARGET=windows/amd64 is none of linux/amd64, linux/arm64" in run.stderr
