"""Wheels: made of the sdist, and taken by pip where they run.

``./install.sh wheels`` makes those of all platforms and runs these tests on them, in the folder that
GOSCORE_DIST names. By themselves they make this machine's alone: a first build for a platform compiles
Go's standard library for it.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

import goscore

from .documents import ROOT
from .started import started

HANG = 500  # s; a first build for a platform takes minutes

pytestmark = pytest.mark.wheels

LINUX = "linux/arm64" if platform.machine() in ("arm64", "aarch64") else "linux/amd64"
PLATFORMS = {
    "manylinux2014_x86_64": "linux/amd64",
    "manylinux_2_17_x86_64": "linux/amd64",
    "musllinux_1_2_x86_64": "linux/amd64",
    "manylinux2014_aarch64": "linux/arm64",
    "musllinux_1_2_aarch64": "linux/arm64",
    "macosx_15_0_arm64": "darwin/arm64",
    "macosx_15_0_x86_64": "darwin/amd64",
}
LARGEST = 6 << 20  # bytes of a wheel
DIST = os.environ.get("GOSCORE_DIST")
BUILT = set(PLATFORMS.values()) if DIST else {LINUX}
ELF_MACHINES = {"linux/amd64": 62, "linux/arm64": 183}  # elf.h: EM_X86_64, EM_AARCH64
MACH_O_MACHINES = {
    "darwin/arm64": 0x0100000C,
    "darwin/amd64": 0x01000007,
}  # mach/machine.h: CPU_TYPE_ARM64, _X86_64


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
    """Give a folder with the wheels of the platforms of BUILT."""
    if DIST:
        return Path(DIST)
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


@pytest.mark.parametrize("tag", PLATFORMS)
def test_pip_takes_the_wheel_of_a_platform(dist, tmp_path, tag):
    """On each platform pip takes the wheel with its executable, and none where there is none."""
    target = PLATFORMS[tag]
    run = take(dist, tmp_path / "taken", tag)
    if target not in BUILT:
        assert run.returncode and "No matching distribution found for goscore" in run.stderr
        return
    assert run.returncode == 0, run.stderr
    worker = executable(tmp_path / "taken")
    if target.startswith("linux/"):
        assert worker[:6] == b"\x7fELF\x02\x01"
        assert struct.unpack_from("<H", worker, 18) == (ELF_MACHINES[target],)
    else:
        assert struct.unpack_from("<2I", worker) == (0xFEEDFACF, MACH_O_MACHINES[target])


def test_linux_worker_needs_no_library(dist, tmp_path):
    """No program header asks for a loader: the executable is static, whatever C library is there."""
    assert (
        take(
            dist, tmp_path / "taken", next(tag for tag, of in PLATFORMS.items() if of == LINUX)
        ).returncode
        == 0
    )
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
    words = ("--no-deps", "--no-index", "--pre", "--find-links", dist, "goscore")
    ran(python, "-m", "pip", "install", *words)
    said = ran(tmp_path / "venv" / "bin" / "goscore", "version")
    (wheel,) = dist.glob(f"*linux*_{platform.machine()}.whl")
    assert said == f"goscore {wheel.name.split('-')[1]}\n"


def test_names_and_tags_agree(dist):
    """The tags in a wheel are those of its name, and it is no wheel of pure Python."""
    for wheel in dist.glob("*.whl"):
        with zipfile.ZipFile(wheel) as file:
            (name,) = (name for name in file.namelist() if name.endswith(".dist-info/WHEEL"))
            said = file.read(name).decode()
        platforms = wheel.name.removesuffix(".whl").split("-")[-1].split(".")
        assert sorted(re.findall(r"^Tag: py3-none-(\S+)$", said, re.MULTILINE)) == sorted(platforms)
        assert "Root-Is-Purelib: false" in said


def test_worker_is_there_once(dist):
    """A wheel has one executable, is small, and all of its files have the same date."""
    for wheel in dist.glob("*.whl"):
        assert wheel.stat().st_size <= LARGEST, wheel
        with zipfile.ZipFile(wheel) as file:
            large = [info.filename for info in file.infolist() if info.file_size > 1 << 20]
            assert large == ["goscore/_bin/goscore"]
            assert len({info.date_time for info in file.infolist()}) == 1


def test_wheels_can_be_published(dist):
    """The package index's checks find nothing to complain of."""
    ran(sys.executable, "-m", "twine", "check", "--strict", *dist.iterdir())
    ran(sys.executable, "-m", "check_wheel_contents", *dist.glob("*.whl"))


@pytest.mark.skipif(not DIST, reason="./install.sh wheels builds twice")
def test_same_sources_make_the_same_wheel(sources, dist, tmp_path):
    """Built again of sources at another path, with an empty cache, a wheel has the same bytes."""
    elsewhere = tmp_path / "a longer name" / "goscore"
    shutil.copytree(sources, elsewhere, ignore=shutil.ignore_patterns("build"))
    env = os.environ | {"GOSCORE_TARGET": LINUX, "GOCACHE": str(tmp_path / "cache")}
    build = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist")
    ran(*build, cwd=elsewhere, env=env)
    (again,) = (tmp_path / "dist").iterdir()
    assert again.read_bytes() == (dist / again.name).read_bytes()


@pytest.mark.skipif("linux/arm64" not in BUILT, reason="./install.sh wheels builds for linux/arm64")
@pytest.mark.skipif(LINUX == "linux/arm64", reason="that is this machine's own")
def test_worker_of_another_processor(dist, tmp_path, monkeypatch):
    """Emulated, the worker for aarch64 gives what this machine's own gives.

    It is connected to, which shares no memory: the emulator keeps a note on each page of a segment.
    """
    if not (emulator := shutil.which("qemu-aarch64")):
        pytest.skip("there is no qemu-aarch64: apt-get install qemu-user")
    assert take(dist, tmp_path / "taken", "manylinux2014_aarch64").returncode == 0
    worker = tmp_path / "worker"
    worker.write_text(f'#!/bin/sh\nexec {emulator} {tmp_path}/taken/goscore/_bin/goscore "$@"\n')
    worker.chmod(0o700)
    v = np.random.default_rng(1).normal(size=10_000)
    own = [call(v).tobytes() for call in (goscore.score_series, goscore.zscore)]
    monkeypatch.setenv("GOSCORE_WORKER", str(worker))
    with started(tmp_path) as emulated:
        goscore.connect(emulated.file)
        try:
            assert [call(v).tobytes() for call in (goscore.score_series, goscore.zscore)] == own
        finally:
            goscore.connect(None)


def test_other_platforms_are_refused(sources):
    """A platform that goscore does not run on is named, with those that it does."""
    env = os.environ | {"GOSCORE_TARGET": "windows/amd64"}
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    run = subprocess.run(build, cwd=sources, env=env, capture_output=True, text=True, timeout=HANG)
    assert run.returncode
    assert "GOSCORE_TARGET=windows/amd64 is none of linux/amd64, linux/arm64" in run.stderr
