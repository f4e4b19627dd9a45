"""Faults that are put in, one at a time, to prove that the comparison finds them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATCHES = sorted((Path(__file__).parent / "mutants").glob("*.patch"))
SECONDS = 120  # within which each has to be found
ROOMS = ("compute", "kernel", "magics", "ipython_ext/goscore", "fuzz")


def copy_of_sources(folder: Path) -> None:
    """Copy what the worker and the package are made of."""
    for room in ROOMS:
        shutil.copytree(
            ROOT / room,
            folder / room,
            ignore=shutil.ignore_patterns("__pycache__", "_bin", "generate"),
        )
    for file in [*ROOT.glob("*.go"), ROOT / "go.mod", ROOT / "go.sum"]:
        shutil.copy(file, folder)


def build(folder: Path) -> None:
    """Build the worker into the package, as a wheel has it; what Go has built of other copies is used."""
    target = folder / "ipython_ext" / "goscore" / "_bin" / "goscore"
    target.parent.mkdir()
    command = [os.environ.get("GOSCORE_GO", "go"), "build", "-trimpath", "-o", str(target), "."]
    env = os.environ | {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
    subprocess.run(command, cwd=folder, env=env, check=True, timeout=900)


def found(patch: Path | None, seed: int) -> tuple[float, str] | None:
    """Return the seconds after which the comparison found a fault, and where; None when it did not.

    Parameters
    ----------
    patch : Path, optional
        The fault; without one, the sources are as they are.
    """
    with tempfile.TemporaryDirectory(prefix="mutant-") as place:
        folder = Path(place)
        copy_of_sources(folder)
        if patch is not None:
            subprocess.run(["git", "apply", patch], cwd=folder, check=True, timeout=60)
        build(folder)
        env = os.environ | {"PYTHONPATH": f"{folder / 'ipython_ext'}{os.pathsep}{folder}"}
        env.pop("GOSCORE_WORKER", None)
        # What all programs link is compiled here, not while the clock runs.
        worker = folder / "ipython_ext" / "goscore" / "_bin" / "goscore"
        subprocess.run([worker, "warm"], env=env, check=True, timeout=900)
        command = [
            sys.executable,
            "-P",
            "-m",
            "fuzz",
            str(SECONDS / 60),
            "--seed",
            str(seed),
            "--most",
            "1",
            "--raw",
        ]
        begin = time.monotonic()
        run = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, timeout=SECONDS * 5
        )
        last = run.stdout.strip().splitlines()[-1:]
        if run.returncode not in (0, 1) or not last or not last[0].startswith("seed"):
            raise RuntimeError(f"the comparison itself failed: {run.stderr}")
        if not run.returncode:
            return None
        where = next(line for line in run.stdout.splitlines() if line.startswith("== "))
        return time.monotonic() - begin, where.removeprefix("== ")


def main(seed: int, only: str = "") -> int:
    """Put in one fault after another, or the one of a name; 1 when one was not found."""
    missed = 0
    patches = [patch for patch in PATCHES if only in (patch.stem, "")]
    for patch in patches:
        result = found(patch, seed)
        missed += result is None or result[0] > SECONDS
        said = "NOT FOUND" if result is None else f"found after {result[0]:.0f} s: {result[1]}"
        print(f"{patch.stem:40} {said}", flush=True)
    print(f"\nseed {seed}: {len(patches) - missed} of {len(patches)} faults were found in time")
    return bool(missed)
