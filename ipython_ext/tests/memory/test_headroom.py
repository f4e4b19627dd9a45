"""What a run may take: memory, and descriptors."""

import os
import resource
import threading

import numpy as np
import pytest

import goscore
from goscore import GoscoreError, ProgramDiedError, WorkerDiedError
from goscore._memory import headroom

from ..conftest import stop_worker
from ..started import HANG

TEN_GIB = """%%goscore
all := [][]byte{}
for range 10 {
	block := make([]byte, 1<<30)
	for i := 0; i < len(block); i += 4096 {
		block[i] = 1
	}
	all = append(all, block)
}
"""


@pytest.fixture
def limited(monkeypatch):
    """Start workers with GOSCORE_MEMORY set."""

    def start(amount):
        stop_worker()
        monkeypatch.setenv("GOSCORE_MEMORY", amount)

    yield start
    monkeypatch.delenv("GOSCORE_MEMORY", raising=False)
    stop_worker()


def test_memory_limit(run, limited):
    """Exceeding GOSCORE_MEMORY raises an error that names it, and the line; the worker lives."""
    limited("600MiB")
    pid = goscore.doctor().facts["worker"]
    with pytest.raises(ProgramDiedError) as caught:
        run(TEN_GIB)
    text = str(caught.value)
    # Where it takes the memory, or where it first writes to it.
    assert caught.value.line in (4, 5, 6) and "block" in text and "ran out of memory" in text
    assert "GOSCORE_MEMORY=600MiB" in text and 'os.environ["GOSCORE_MEMORY"] = "1.2GiB"' in text
    assert run("%%goscore\n1 + 1") == 2 and goscore.doctor().facts["worker"] == pid
    assert "600MiB" in goscore.doctor().facts["memory of a run"]


def test_memory_of_results(run, limited):
    """Results count too, where they lie in shared memory; one that fits comes."""
    limited("300MiB")
    with pytest.raises(ProgramDiedError, match=r"(?s)GOSCORE_MEMORY"):
        run("%%goscore\nmake([]float64, 100<<20)")
    assert run("%%goscore\nlen(make([]float64, 10<<20))") == 10 << 20


def test_memory_of_inputs(run, limited):
    """Columns that are read block by block do not count: they may be larger than the limit."""
    limited("300MiB")
    column = np.ones(50_000_000)
    run(
        "%%goscore\nfunc OneMore(v float64) float64 { return v + 1 }\nfunc Count(v []float64) int { return len(v) }"
    )
    made = run("OneMore(column).sum()", column=column)
    assert made == 2 * len(column)
    with pytest.raises(
        ProgramDiedError, match=r"(?s)copy a column of 400000000 bytes.*GOSCORE_MEMORY=300MiB"
    ):
        run("Count(column)")
    assert run("Count(column[:1000])") == 1000


@pytest.mark.parametrize("amount", ["lots", "10MiB", "-1GiB"])
def test_no_amount(limited, amount):
    """What is no amount of memory is told when the worker starts."""
    limited(amount)
    with pytest.raises(WorkerDiedError, match=f"GOSCORE_MEMORY={amount}"):
        goscore.score([1.0])


def test_doctor():
    """doctor() shows the limits, and where things are kept."""
    facts = goscore.doctor().facts
    assert facts["memory of a run"].startswith("at most ")
    assert facts["sockets"].endswith(("without names: no path leads to them", "(mode 0700)"))
    assert facts["cache"].endswith("writable)")
    assert "score 1000, Python " in facts["when memory is full"]
    assert facts["shared memory"].startswith("yes: ")


def test_doctor_names_a_shared_cache(tmp_path, monkeypatch):
    """doctor() names the cache that is only read, and where the programs that it lacks go."""
    assert "shared cache" not in goscore.doctor().facts
    (tmp_path / "SHARED").touch()
    stop_worker()
    with monkeypatch.context() as patch:
        patch.setenv("GOSCORE_CACHE", str(tmp_path))
        facts = goscore.doctor().facts
    stop_worker()
    own = facts["cache"].split(" (")[0]
    assert own != str(tmp_path)
    assert facts["shared cache"] == f"{tmp_path} (only read; what it lacks goes to {own})"


@pytest.fixture
def few_descriptors():
    """Let this process open only so many more files."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)

    def limit(more=None):
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        if more is None:
            return
        now = len(os.listdir("/proc/self/fd")) + more
        resource.setrlimit(resource.RLIMIT_NOFILE, (now, before[1]))

    yield limit
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize("more", range(-1, 9))
def test_no_descriptors(few_descriptors, more):
    """A thread that cannot open sockets is told so, and can when there are descriptors again."""
    goscore.score([1.0])
    outcome = []

    def call():
        try:
            outcome.append(goscore.score([4.0]))
        except GoscoreError as error:
            outcome.append(str(error))

    few_descriptors(more)
    thread = threading.Thread(target=call)
    thread.start()
    thread.join(HANG)
    few_descriptors()
    assert outcome[0] == 8.0 or "too many open files" in outcome[0]
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    assert outcome[1] == 8.0


def test_no_memory_for_results(run, monkeypatch):
    """Results that Python has no room for are refused before they are copied: Linux would end Python."""
    run("%%goscore\nmake([]byte, 8<<20)")
    monkeypatch.setattr(headroom, "headroom", lambda: 100 << 20)
    with pytest.raises(MemoryError, match=r"copying the results .* takes 64.0 MiB and 100.0 MiB"):
        run("%%goscore\nmake([]byte, 64<<20)")
    monkeypatch.undo()
    assert len(run("%%goscore\nmake([]byte, 64<<20)")) == 64 << 20
