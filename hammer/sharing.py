"""Several Pythons, and several versions of goscore, with one cache."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from goscore._worker import current

from .attack import Trials, attack

ROOT = Path(__file__).resolve().parent.parent
ADDED = 1000  # what the other version's Score gives beside the sum

CELL = """
// Shifted has a number of its own, so that it was never compiled before.
func Shifted(v float64) float64 {{ return 2*v + {number} }}

// Scored calls what differs between the versions.
func Scored(v []float64) float64 {{ return goscore.Score(v) + {number} }}
"""


@attack(20, "two Pythons compile a cell at once; two versions share a cache", count=100)
def sharing(trials: Trials) -> None:
    """Let two Pythons, of one version and of two, compile the same new cell at once."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gh-")))
        other = _other_version()
        pythons = [stack.enter_context(Python()) for _ in range(2)]
        later = stack.enter_context(Python(GOSCORE_WORKER=str(other)))
        for _ in trials:
            number = trials.random.randrange(1 << 40)
            mixed = trials.random.random() < 0.5
            pair = [pythons[0], later] if mixed else pythons
            trials.random.shuffle(pair := list(pair))
            with trials.trial("two versions" if mixed else "one version"):
                for python in pair:
                    python.ask(number)
                for python in pair:
                    wanted = [6.0 + number, 8.0 + number + ADDED * (python is later)]
                    got = python.answer()
                    trials.check(got == wanted, f"{got} and not {wanted}")
        if trials.scale >= 1:
            _first_builds(trials, place)


def _first_builds(trials: Trials, place: Path) -> None:
    """Let two Pythons build at once what all programs need, in an empty cache."""
    for number in range(2):
        cache = str(place / f"cache-{number}")
        with Python(GOSCORE_CACHE=cache) as one, Python(GOSCORE_CACHE=cache) as two:
            with trials.trial("an empty cache"):
                for python in (one, two):
                    python.ask(number)
                for python in (one, two):
                    got = python.answer()
                    trials.check(got == [6.0 + number, 8.0 + number], f"{got} of an empty cache")


def _other_version() -> Path:
    """Build a worker whose version differs, and with it what Score gives.

    It lies where the next run finds it: Go builds only what has changed.
    """
    source = ROOT / "build" / "hammer" / "source"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    for name in ("compute", "kernel", "magics"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("testdata"))
    for path in (*ROOT.glob("*.go"), ROOT / "go.mod", ROOT / "go.sum"):
        shutil.copy(path, source)
    file = source / "compute" / "score.go"
    before = file.read_text()
    after = before.replace("func Score[", "func unchanged[", 1)
    assert after != before
    file.write_text(
        f"{after}\n// Score adds something.\n"
        f"func Score[T Number](v []T) float64 {{ return unchanged(v) + {ADDED} }}\n"
    )
    worker = source.parent / "goscore"
    go = current.worker().about["go"]["path"]
    flags = ["-trimpath", "-buildvcs=false", "-ldflags=-s -w -X main.version=99.0"]
    subprocess.run(
        [go, "build", *flags, "-o", str(worker), "."], cwd=source, check=True, timeout=300
    )
    return worker


class Python:
    """A Python that compiles what it is asked to."""

    def __init__(self, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-s", "-m", "hammer.sharing"],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Python:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.communicate()

    def ask(self, number: int) -> None:
        """Let it compile the cell of a number."""
        assert self.process.stdin
        self.process.stdin.write(f"{number}\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        """Return what that gave."""
        assert self.process.stdout
        for line in self.process.stdout:
            if line.startswith("["):
                return json.loads(line)
        raise EOFError(f"the Python ended with {self.process.wait()}")


def _serve() -> None:
    """Compile, call and answer, for one number after the other."""
    from . import notebook

    for line in sys.stdin:
        number = int(line)
        try:
            go = notebook.functions(CELL.format(number=number), "Shifted", "Scored")
            answer: list[Any] = [go["Shifted"](3.0), go["Scored"]([4.0])]
        except Exception as error:
            answer = [f"{type(error).__name__}: {error}"]
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _serve()
