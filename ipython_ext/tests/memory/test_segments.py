"""Segments grow, are reused while warm, and give their memory back."""

import fcntl
import os
import random

import numpy as np
import pytest

from goscore import GoscoreError, OutOfMemoryError
from goscore._display import byte_size
from goscore._memory import allocator as allocator_module
from goscore._memory import headroom
from goscore._memory.allocator import Allocator
from goscore._memory.segments import Mapping

MIB = 1 << 20


@pytest.fixture
def allocator():
    made = Allocator(Mapping("test", writable=True))
    yield made
    made.mapping.close()


def fill(allocator, nbytes, value):
    offset, length = allocator.take(nbytes)
    allocator.mapping.view(offset, nbytes)[:] = value
    return offset, length


def resident(mapping):
    return os.fstat(mapping.fd).st_blocks * 512


def test_others_see_what_is_written(allocator):
    """What Python writes is in the file that the worker inherits."""
    offset, _ = fill(allocator, 5, 7)
    assert os.pread(allocator.mapping.fd, 5, offset) == bytes([7] * 5)


def test_growing_moves_nothing(allocator):
    """A range keeps its bytes while others are taken."""
    first = fill(allocator, 3 * MIB, 1)
    view = allocator.mapping.view(first[0], 3 * MIB)
    second = fill(allocator, 5 * MIB, 2)
    assert (view == 1).all() and second == (3 * MIB, 5 * MIB)
    assert allocator.mapping.size == 8 * MIB


def test_ranges_are_reused(allocator):
    """A freed range is the next one's, and neighbours are joined."""
    first, second, third = (allocator.take(MIB) for _ in range(3))
    allocator.release(*first)
    assert allocator.take(10) == first
    allocator.release(*first)
    allocator.release(*second)
    assert allocator.take(2 * MIB) == (0, 2 * MIB)
    assert third == (2 * MIB, MIB)


def test_memory_is_given_back(allocator, monkeypatch):
    """Beyond the stated size, freed memory goes back to the system, and can be taken again."""
    monkeypatch.setattr(allocator_module, "KEEP_WARM", 4 * MIB)
    ranges = [fill(allocator, 4 * MIB, 3) for _ in range(4)]
    assert resident(allocator.mapping) == 16 * MIB
    for piece in ranges:
        allocator.release(*piece)
    assert resident(allocator.mapping) <= 4 * MIB
    assert allocator._holes == [(4 * MIB, 12 * MIB)]
    assert fill(allocator, 6 * MIB, 4) == (0, 6 * MIB)
    assert resident(allocator.mapping) == 6 * MIB
    offset, _ = fill(allocator, 10 * MIB, 5)
    assert offset == 6 * MIB and allocator._free == allocator._holes == []
    assert (allocator.mapping.view(0, 16 * MIB)[::MIB] == [4] * 6 + [5] * 10).all()


def test_any_order(allocator, monkeypatch):
    """Ranges in use never overlap and keep their bytes, in whatever order they come and go."""
    monkeypatch.setattr(allocator_module, "KEEP_WARM", 3 * MIB)
    dice = random.Random(1)
    used = {}
    for turn in range(300):
        if used and dice.random() < 0.5:
            offset = dice.choice(list(used))
            length, value = used.pop(offset)
            assert (allocator.mapping.view(offset, length)[::4096] == value).all()
            allocator.release(offset, length)
        else:
            offset, length = fill(allocator, dice.randint(1, 4 * MIB), turn % 256)
            allocator.mapping.view(offset, length)[:] = turn % 256
            used[offset] = length, turn % 256
    for offset, (length, _) in used.items():
        allocator.release(offset, length)
    assert allocator._free == [(0, allocator._end)]
    assert resident(allocator.mapping) <= 3 * MIB


def test_sealed(allocator):
    """Nobody can cut the file under a mapping."""
    allocator.take(MIB)
    assert fcntl.fcntl(allocator.mapping.fd, fcntl.F_GET_SEALS) & 2
    with pytest.raises(PermissionError):
        os.ftruncate(allocator.mapping.fd, 0)


def test_no_view_beyond_the_file():
    """A range that the file does not have is an error, not a SIGBUS."""
    mapping = Mapping("test", writable=False)
    os.ftruncate(mapping.fd, MIB)
    assert mapping.view(0, MIB).sum() == 0
    for where in ((0, MIB + 1), (MIB, 1), (-1, 1), (0, -1)):
        with pytest.raises(GoscoreError):
            mapping.view(*where)
    assert not mapping.view(0, 1).flags.writeable


def test_too_little_memory(allocator, monkeypatch):
    """What does not fit is refused before it is taken, and nothing is lost."""
    monkeypatch.setattr(headroom, "headroom", lambda: 100 * MIB)
    with pytest.raises(
        OutOfMemoryError, match=r"takes 200\.0 MiB and 100\.0 MiB of memory are left"
    ):
        allocator.take(200 * MIB)
    assert allocator.take(MIB) == (0, MIB)


def test_without_memfd(monkeypatch):
    """Where memfd is missing, an unlinked temporary file serves."""
    monkeypatch.delattr(os, "memfd_create")
    allocator = Allocator(Mapping("goscore-test", writable=True))
    offset, length = fill(allocator, MIB, 9)
    assert np.all(allocator.mapping.view(offset, length) == 9)


def test_headroom(tmp_path):
    """The tightest of the machine's and the cgroups' limits counts, less what is reclaimable."""

    def write(path, text):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    assert headroom.headroom(tmp_path) is None
    write("proc/meminfo", "MemTotal: 100 kB\nMemAvailable:  1000 kB\n")
    assert headroom.headroom(tmp_path) == 1000 * 1024
    write("proc/self/cgroup", "0::/a/b\n")
    write("sys/fs/cgroup/a/memory.max", "900000\n")
    write("sys/fs/cgroup/a/memory.current", "500000\n")
    write("sys/fs/cgroup/a/memory.stat", "anon 5\ninactive_file 100000\n")
    write("sys/fs/cgroup/a/b/memory.max", "max\n")
    write("sys/fs/cgroup/a/b/memory.current", "500000\n")
    assert headroom.headroom(tmp_path) == 500_000
    write("proc/self/cgroup", "5:cpu,memory:/docker/x\n")
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "300000\n")
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", "100000\n")
    assert headroom.headroom(tmp_path) == 200_000
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
    assert headroom.headroom(tmp_path) == 1000 * 1024
    assert headroom.headroom() > 0


def test_byte_size():
    """Bytes are written for people."""
    assert [byte_size(n) for n in (0, 1536, 80 * MIB, 3 << 40)] == [
        "0 B",
        "1.5 KiB",
        "80.0 MiB",
        "3.0 TiB",
    ]
