"""Memory, disk, descriptors and the cache taken away: clear errors, and all right when they are back."""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import goscore

from . import mounts, spoils
from .attack import Trials, attack
from .cgroup import MemoryGroup
from .notebook import function, restart, run, worker_pid

EACH = 20
ROOM = 700 << 20  # bytes that Python, the worker and programs may have together
DISK = 48 << 20  # bytes of the file system on which programs are compiled
GO = "func Twice(v float64) float64 { return 2 * v }\nfunc Sum(v []float64) float64 {\n\ts := 0.0\n\tfor _, x := range v { s += x }\n\treturn s\n}"


@dataclass
class Place:
    """Caches of this attack's own, that have Go's packages from the user's.

    Attributes
    ----------
    base : Path
        Everything lies in it.
    cache, next : Path
        What GOSCORE_CACHE names, and what is taken when that cannot be.
    """

    base: Path
    cache: Path = field(init=False)
    next: Path = field(init=False)

    def __post_init__(self) -> None:
        packages = Path(goscore.doctor().facts["cache"].split(" (")[0]) / "go-build"
        self.cache, self.next = self.base / "cache", self.base / "home" / "goscore"
        for place in (self.cache, self.next):
            place.mkdir(parents=True)
            (place / "go-build").symlink_to(packages)
        os.environ["GOSCORE_CACHE"] = str(self.cache)
        os.environ["XDG_CACHE_HOME"] = str(self.base / "home")


class Calls:
    """What is called while something is missing, and afterwards."""

    def __init__(self, trials: Trials) -> None:
        self._trials, self._made = trials, 0
        self.column = np.arange(100_000.0)
        self.twice = function("Twice", GO)
        self.sum = function("Sum", GO)
        self.all_right()

    def new_cell(self) -> None:
        """Run a cell that nobody has compiled."""
        self._made += 1
        mark = self._trials.random.randrange(1 << 60)
        assert run(f"%%goscore\n{self._made} + {mark}") == self._made + mark

    def built_in(self) -> None:
        assert goscore.score(np.full(1000, 4.0)) == 8000.0

    def call(self) -> None:
        assert (self.twice(self.column) == 2 * self.column).all()

    def of_thread(self) -> None:
        """Call from a thread that has no sockets yet."""
        raised: list[BaseException] = []

        def body() -> None:
            try:
                self.call()
            except BaseException as error:
                raised.append(error)

        thread = threading.Thread(target=body)
        thread.start()
        thread.join()
        if raised:
            raise raised[0]

    def all_right(self) -> None:
        """See that everything works."""
        for one in (self.call, self.of_thread, self.built_in, self.new_cell):
            one()
        assert self.sum(self.column) == self.column.sum()


def clear(trials: Trials, act: Callable[[], Any], *says: str) -> None:
    """Do something that may work, or gives an error that has one of the words *says*."""
    try:
        act()
    except goscore.GoscoreError as error:
        died = isinstance(error, goscore.WorkerDiedError)
        named = any(word in str(error) for word in says)
        trials.check(named and not died, f"no clear error: {type(error).__name__}: {error}")


@attack(13, "memory, disk or descriptors full; cache read-only, corrupt", count=EACH, limit=900)
def limits(trials: Trials) -> None:
    """Take away one after the other."""
    with tempfile.TemporaryDirectory(prefix="hammer-", ignore_cleanup_errors=True) as base:
        place = Place(Path(base))
        restart()
        calls = Calls(trials)
        for part in (_descriptors, _cache, _disk, _memory):
            part(trials, calls, place)


def _memory(trials: Trials, calls: Calls, place: Place) -> None:
    group = MemoryGroup.join(ROOM)
    trials.figures["memory bounded by"] = group.name if group else "GOSCORE_MEMORY"
    if group is None:
        os.environ["GOSCORE_MEMORY"] = "300MiB"
    restart()
    worker = worker_pid()
    for _ in range(trials.of(EACH)):
        with trials.trial("memory"):
            act = trials.random.choice(_GREEDY)
            size = trials.random.randrange(ROOM // 10, 3 * ROOM)
            clear(trials, partial(act, size), "memory")
            trials.check(worker_pid() == worker, f"the worker died of {act.__name__}({size})")
            calls.all_right()
    if group is not None:
        trials.figures["ended by Linux"] = str(group.killed())
        group.leave()
    os.environ.pop("GOSCORE_MEMORY", None)
    restart()


def _written(size: int) -> None:
    """Write to memory in a cell."""
    run(f"%%goscore\nb := make([]byte, {size})\nfor i := range b {{\n\tb[i] = 1\n}}\nlen(b)")


def _result(size: int) -> None:
    """Bring a column back; it is shown nowhere, and not kept."""
    run(f"%%goscore -o made\nmade := make([]float64, {size // 8})")
    run("del made")


def _results(size: int) -> None:
    """Make a long column of a short one."""
    run(f"%%goscore -i v -o made\nmade := slices.Repeat(v, {size >> 20})", v=np.ones(1 << 17))
    run("del made")


def _shared(size: int) -> None:
    """Copy what Python has to shared memory; itself it stays below the limit."""
    goscore.share(np.ones(size // 9, np.uint8))


def _series(size: int) -> None:
    """Let a built-in function make a column."""
    goscore.score_series(np.ones(size // 9 // 8))


_GREEDY = (_written, _result, _results, _shared, _series)


def _descriptors(trials: Trials, calls: Calls, place: Place) -> None:
    for at in range(trials.of(EACH)):
        with trials.trial("descriptors"):
            pid = worker_pid() if at % 2 else os.getpid()
            before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
            few = len(os.listdir(f"/proc/{pid}/fd")) + trials.random.randrange(12)
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (few, before[1]))
            try:
                for act in (calls.call, calls.new_cell, calls.of_thread, calls.built_in):
                    clear(trials, act, "too many open files")
            finally:
                resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
            calls.all_right()


def _disk(trials: Trials, calls: Calls, place: Place) -> None:
    with _small_disk(place) as (room, name):
        trials.figures["disk"] = name
        restart()
        calls.all_right()
        for _ in range(trials.of(EACH)):
            with trials.trial("disk"):
                for old in place.cache.glob("programs/*"):  # of earlier trials
                    old.unlink()
                calls.all_right()
                with room(trials.random.randrange(6 << 20)):
                    clear(trials, calls.new_cell, "disk is full")
                    calls.call()
                    calls.built_in()
                calls.all_right()
    restart()


@contextmanager
def _small_disk(place: Place) -> Iterator[tuple[Callable[[int], Any], str]]:
    """Put the cache on a file system of few bytes; give what leaves only some of them."""
    shutil.rmtree(place.cache / "programs", ignore_errors=True)
    if mounts.small(place.cache, DISK):
        try:
            (place.cache / "go-build").symlink_to((place.next / "go-build").readlink())
            yield lambda left: _filled(place.cache, left), f"{DISK >> 20} MiB tmpfs"
        finally:
            mounts.undo(place.cache)
    else:
        yield _shortened, "RLIMIT_FSIZE of the worker"


@contextmanager
def _filled(directory: Path, left: int) -> Iterator[None]:
    """Leave *left* bytes of a disk free."""
    file = directory / "filling"
    at = os.open(file, os.O_CREAT | os.O_WRONLY)
    try:
        free = os.statvfs(directory)
        os.posix_fallocate(at, 0, max(4096, free.f_bavail * free.f_bsize - left))
        yield
    finally:
        os.close(at)
        file.unlink()


@contextmanager
def _shortened(left: int) -> Iterator[None]:
    """Let nothing that the worker starts write a longer file."""
    pid = worker_pid()
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (left // 2, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def _cache(trials: Trials, calls: Calls, place: Place) -> None:
    ways = trials.random.sample(spoils.ALL, len(spoils.ALL))
    for at in range(trials.of(EACH * 2)):
        with trials.trial("cache"):
            with ways[at % len(ways)](trials, place.cache):
                if trials.random.randrange(2):
                    restart()
                calls.all_right()
            calls.all_right()
