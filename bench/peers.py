"""Contenders that have to be built, and why one cannot take part."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "bench"


class AbsentError(Exception):
    """A contender cannot take part; the text says why."""


def absent(*packages: str) -> str:
    """Return why a contender that needs these packages cannot take part, or nothing."""
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    return f"skipped: {' and '.join(missing)} is not installed" if missing else ""


def pyo3() -> tuple[Any, str]:
    """Return the PyO3 extension, and why there is none."""
    return _built(_pyo3)


def cython() -> tuple[Any, str]:
    """Return the Cython extension, and why there is none."""
    return _built(_cython)


def _built(build: Any) -> tuple[Any, str]:
    try:
        return build(), ""
    except AbsentError as reason:
        return None, f"skipped: {reason}"


@functools.cache
def _pyo3() -> Any:
    if not shutil.which("cargo"):
        raise AbsentError("cargo is not on PATH")
    wheels = BUILD / "wheels"
    _run("maturin", "build", "--release", "--quiet", "--locked", "--interpreter", sys.executable,
         "--out", wheels, "--target-dir", BUILD / "target", "--manifest-path", HERE / "pyo3/Cargo.toml")  # fmt: skip
    newest = max(wheels.glob("pyo3_peer-*.whl"), key=lambda wheel: wheel.stat().st_mtime)
    with zipfile.ZipFile(newest) as wheel:
        wheel.extractall(BUILD / "site")
    return _imported("pyo3_peer")


@functools.cache
def _cython() -> Any:
    if why := absent("Cython", "setuptools"):
        raise AbsentError(why.removeprefix("skipped: "))
    build = "from setuptools import setup; from Cython.Build import cythonize; import sys;"
    build += "setup(ext_modules=cythonize(sys.argv.pop(1), build_dir=sys.argv.pop(1), quiet=True))"
    _run(sys.executable, "-c", build, HERE / "cython/cython_peer.pyx", BUILD / "cython", "--quiet",
         "build_ext", "--build-lib", BUILD / "site", "--build-temp", BUILD / "cython")  # fmt: skip
    return _imported("cython_peer")


def _imported(name: str) -> Any:
    site = str(BUILD / "site")
    if site not in sys.path:
        sys.path.append(site)
    importlib.invalidate_caches()
    return importlib.import_module(name)


def _run(*command: object) -> None:
    """Run a build; its last line is the reason when it does not succeed."""
    words = [str(word) for word in command]
    # A tool of this environment first: it need not be activated.
    beside = Path(sys.executable).parent / words[0]
    words[0] = str(beside) if beside.exists() else words[0]
    BUILD.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=300, cwd=BUILD)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AbsentError(f"{Path(words[0]).name}: {error}") from None
    if done.returncode:
        said = (done.stderr + done.stdout).strip().splitlines() or ["it says nothing"]
        raise AbsentError(f"{Path(words[0]).name} did not build it: {said[-1].strip()}")
