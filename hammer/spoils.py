"""Caches that cannot be written, or hold what nobody wrote."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from . import mounts
from .attack import Trials
from .notebook import restart

Spoil = Callable[[Trials, Path], AbstractContextManager[None]]  # of a cache's directory


@contextmanager
def read_only(trials: Trials, cache: Path) -> Iterator[None]:
    """Let the cache be read and not written; root is stopped by a mount only."""
    if mounts.read_only(cache):
        with suppress(OSError):
            (cache / "try").touch()
            trials.lose("the cache can be written")
        try:
            yield
        finally:
            restart()
            mounts.undo(cache)
    else:
        cache.chmod(0o500)
        yield
        cache.chmod(0o700)


@contextmanager
def no_directory(trials: Trials, cache: Path) -> Iterator[None]:
    """Put a file where the cache was."""
    away = cache.with_name("away")
    cache.rename(away)
    cache.touch()
    try:
        yield
    finally:
        cache.unlink()
        away.rename(cache)


def _made_directory(path: Path, size: int) -> None:
    path.unlink()
    (path / "in").mkdir(parents=True)


SPOILS: dict[str, Callable[[Path, int], object]] = {
    "truncated": lambda path, size: os.truncate(path, size // 2),
    "empty": lambda path, size: os.truncate(path, 0),
    "garbage": lambda path, size: path.write_bytes(b"no program"),
    "garbage of its size": lambda path, size: path.write_bytes(b"x" * size),
    "forbidden": lambda path, size: path.chmod(0),
    "a directory": _made_directory,
    "gone": lambda path, size: path.unlink(),
}


def spoilt(how: str) -> Spoil:
    """Spoil everything in the cache that goscore itself wrote."""

    @contextmanager
    def spoil(trials: Trials, cache: Path) -> Iterator[None]:
        files = [*cache.glob("programs/*"), *cache.glob("exports-*.json")]
        files += [path for path in cache.glob("src-*/**/*.go") if trials.random.random() < 0.1]
        assert files
        for path in files:
            if path.is_file():  # another one in its place: a program that runs cannot be written
                path.rename(aside := path.with_suffix(".aside"))
                shutil.copy2(aside, path)
                aside.unlink()
                SPOILS[how](path, path.stat().st_size)
        if how != "forbidden" or os.getuid() == 0:
            restart()  # sources are read when a worker starts
        yield

    return spoil


ALL: list[Spoil] = [read_only, no_directory, *(spoilt(how) for how in SPOILS)]
