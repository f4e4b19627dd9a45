"""Runs the attacks: ``python -m hammer``, or ``./install.sh hammer``."""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from .attack import ATTACKS, Attack, Trials
from .rows import load

HOUR = 60.0  # minutes in which the table's counts fit on two cores
SEED = 20261124
ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Attack, print the table; return 1 when something was lost."""
    asked = _asked()
    load()
    if asked.one:
        return _one(ATTACKS[asked.one], asked)
    begin, failed = time.monotonic(), 0
    print(f"seed {asked.seed}, {asked.minutes / HOUR:.2g} of the counts", flush=True)
    print(f"{'':>2}  {'attack':<58} {'tried':>7} {'lost':>5} {'took':>6}", flush=True)
    for number in asked.only or sorted(ATTACKS):
        row = _apart(ATTACKS[number], asked)
        failed += row["lost"] > 0
        _print(ATTACKS[number], row)
    print(f"{failed} attacks with losses, {(time.monotonic() - begin) / 60:.1f} min", flush=True)
    return 1 if failed else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hammer", description="Attack goscore from outside.")
    parser.add_argument(
        "minutes",
        nargs="?",
        type=float,
        default=HOUR,
        help="about how long; the counts shrink and grow with it (default: %(default)s)",
    )
    parser.add_argument("--only", type=int, nargs="+", metavar="N", help="only these attacks")
    parser.add_argument("--seed", type=int, default=SEED, help="(default: %(default)s)")
    parser.add_argument(
        "--patience", type=float, default=1.0, help="how many times longer than said all may take"
    )
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--to", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _apart(attack: Attack, asked: argparse.Namespace) -> dict[str, Any]:
    """Run an attack in a Python of its own; a hang and a crash are losses."""
    limit = attack.limit * max(0.25, asked.minutes / HOUR) * max(1.0, asked.patience)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hammer-") as directory:
        to = Path(directory) / "row.json"
        command = [sys.executable, "-s", "-m", "hammer", str(asked.minutes)]
        command += ["--one", str(attack.number), "--to", str(to)]
        command += ["--seed", str(asked.seed), "--patience", str(asked.patience)]
        try:
            done = subprocess.run(
                command, cwd=ROOT, timeout=limit, capture_output=True, text=True, errors="replace"
            )
            why = f"the attack's own Python ended with {done.returncode}: {done.stderr[-2000:]}"
        except subprocess.TimeoutExpired:
            why = f"no end after {limit:.0f} s"
        if to.exists():
            row: dict[str, Any] = json.loads(to.read_text())
        else:
            row = {"tried": 0, "lost": 1, "losses": [why], "figures": {}}
    return row | {"took": time.monotonic() - begin}


def _one(attack: Attack, asked: argparse.Namespace) -> int:
    """Run an attack here, and write its row."""
    trials = Trials(
        attack.count,
        scale=asked.minutes / HOUR,
        patience=asked.patience,
        random=random.Random(asked.seed * 100 + attack.number),
    )
    attack.run(trials)
    if not trials.tried:
        trials.lose("nothing was tried")
    row = {name: getattr(trials, name) for name in ("tried", "lost", "losses", "figures")}
    asked.to.write_text(json.dumps(row))
    return 0


def _print(attack: Attack, row: dict[str, Any]) -> None:
    figures = ", ".join(f"{name} {value}" for name, value in row["figures"].items())
    print(
        f"{attack.number:>2}  {attack.name:<58} {row['tried']:>7,} {row['lost']:>5} "
        f"{row['took']:>5.0f}s  {figures}",
        flush=True,
    )
    for loss in row["losses"]:
        print(f"      lost: {loss}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
