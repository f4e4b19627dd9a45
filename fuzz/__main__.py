"""``python -m fuzz [MINUTES] [--seed N]``: compare Go with plain Python, and print what was tried."""

from __future__ import annotations

import argparse
import concurrent.futures
import itertools
import multiprocessing
import os
import random
import sys
import time

from . import mutants
from .places import check
from .table import ROWS, Tried


def fuzz(seconds: float, seed: int, most: int = 20, only: str = "", smaller: bool = True) -> Tried:
    """Try one row of the table after another until the time is over, on all cores.

    No row is tried again before all are.

    Parameters
    ----------
    most : int
        Failures after which it ends.
    only : str
        Kind, type or library to try alone.
    smaller : bool
        Whether to look for the smallest example of a failure.
    """
    tried, end = Tried(), time.monotonic() + seconds
    work = ((number, at) for number in itertools.count() for at in range(len(ROWS)))
    cores = os.cpu_count() or 1
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(cores, mp_context=spawn) as processes:
        running = {processes.submit(check, seed, *next(work), only, smaller) for _ in range(cores)}
        while running:
            done, running = concurrent.futures.wait(
                running, return_when=concurrent.futures.FIRST_COMPLETED
            )
            for one in done:
                tried.add(one.result())
                if time.monotonic() < end and len(tried.failures) < most:
                    running.add(processes.submit(check, seed, *next(work), only, smaller))
    return tried


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser("fuzz", description=__doc__)
    parser.add_argument("minutes", nargs="?", type=float, default=10)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument(
        "--only",
        default="",
        help="a kind, a type, a library, or with --mutants a fault, to try alone",
    )
    parser.add_argument("--most", type=int, default=20, help="failures after which it ends")
    parser.add_argument("--raw", action="store_true", help="show failures as they were found")
    parser.add_argument("--mutants", action="store_true", help="put faults in, and find them")
    arguments = parser.parse_args(words)
    if arguments.mutants:
        return mutants.main(arguments.seed, arguments.only)
    seconds, smaller = 60 * arguments.minutes, not arguments.raw
    tried = fuzz(seconds, arguments.seed, arguments.most, arguments.only, smaller)
    print(tried.table())
    for failure in tried.failures:
        print(f"\n== {failure}")
    print(
        f"\nseed {arguments.seed}: {tried.checks.total():,} checks, {len(tried.failures)} differ, "
        f"{tried.empty()} cells of the table empty"
    )
    return bool(tried.failures)


if __name__ == "__main__":
    sys.exit(main())
