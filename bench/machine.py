"""What the suite ran on."""

from __future__ import annotations

import datetime as dt
import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

_PACKAGES = ("goscore", "numpy", "pandas", "polars", "pyarrow", "numba", "Cython")


def machine() -> dict[str, str]:
    """Return the facts that a reader of the figures asks for, in order."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return {
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "load average at start": f"{load} (1, 5, 15 minutes)",
        "versions": ", ".join(_versions()),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), "")


def _versions() -> list[str]:
    found = [f"Python {platform.python_version()}"]
    for package in _PACKAGES:
        try:
            found.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            continue
    for command in (os.environ.get("GOSCORE_GO") or "go", "version"), ("rustc", "--version"):
        try:
            said = subprocess.run(command, capture_output=True, text=True, timeout=30).stdout
        except OSError:
            continue
        found += [said.strip().removeprefix("go version ").split(" linux")[0].split(" (")[0]]
    return [one for one in found if one]
