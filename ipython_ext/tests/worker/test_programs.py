"""Functions whose programs travel with them, to processes that have no Go."""

from __future__ import annotations

import json
import os
import pickle
import secrets
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow.dataset import dataset

import goscore
from goscore._run import execute
from goscore._worker import current

from ..declared import functions
from ..started import HANG

CELL = """%%goscore
// Spread returns how far apart the values lie.
func Spread(v []float64) float64 { return slices.Max(v) - slices.Min(v) }

// Twice returns 2 v.
func Twice(v float64) float64 { return 2 * v }
"""

ELSEWHERE = """
import pickle, sys
import goscore
with open(sys.argv[1], "rb") as file:
    calls = pickle.load(file)
made = []
for function, args, kwargs in calls:
    try:
        made.append(function(*args, **kwargs))
        assert goscore.last.cached, "it was compiled"
    except goscore.GoscoreError as error:
        made.append((type(error).__name__, str(error)))
with open(sys.argv[2], "wb") as file:
    pickle.dump((made, "go" in goscore.doctor().facts["go"][:3]), file)
"""


@pytest.fixture
def elsewhere(tmp_path):
    """Give a function that makes calls in a Python whose worker finds no Go and an empty cache."""

    def call(*calls, **environment):
        (tmp_path / "calls").write_bytes(pickle.dumps(calls))
        environment = {
            "GOSCORE_GO": str(tmp_path / "no" / "go"),
            "GOSCORE_CACHE": str(tmp_path / "cache"),
            **environment,
        }
        subprocess.run(
            [sys.executable, "-c", ELSEWHERE, tmp_path / "calls", tmp_path / "made"],
            env=os.environ | environment,
            check=True,
            timeout=HANG,
        )
        made, go = pickle.loads((tmp_path / "made").read_bytes())
        assert not go, "there is a Go"
        return made

    return call


@pytest.fixture
def declared(run, shell):
    """Give the functions of the cell."""
    run(CELL)
    return shell.user_ns


def test_without_go(declared, elsewhere):
    """A function runs where there is no Go, with plain columns and with keys."""
    frame = pd.DataFrame({"v": [1.0, 4.0, 2.0, 9.0], "k": ["a", "a", "b", "b"]})
    spread, twice = declared["Spread"], declared["Twice"]
    plain, grouped, rows = elsewhere(
        (spread, (frame.v,), {}), (spread, (frame.v,), {"by": frame.k}), (twice, (frame.v,), {})
    )
    assert plain == 8.0
    assert grouped.to_dict() == {"a": 3.0, "b": 7.0}
    pd.testing.assert_series_equal(rows, frame.v * 2)


def test_lists_without_go(declared, elsewhere):
    """What was called here with a column of lists can be called so there."""
    lists = pd.Series([[1.0, 5.0], [2.0, 2.5]])
    here = declared["Spread"](lists)
    (there,) = elsewhere((declared["Spread"], (lists,), {}))
    assert list(here) == [4.0, 0.5]
    pd.testing.assert_series_equal(here, there)


def test_passed_on(declared):
    """A function that was never called passes on what it came with, without a worker."""
    once = pickle.loads(pickle.dumps(declared["Twice"]))
    again = pickle.loads(pickle.dumps(once))
    assert again._programs.packed == once._programs.packed
    assert again == declared["Twice"]
    assert again(21.0) == 42.0


EMPTIED = """
import os, pickle, shutil, sys
with open(sys.argv[1], "rb") as file:
    function = pickle.load(file)
function(1.0)
shutil.rmtree(os.environ["GOSCORE_CACHE"])
print(function(2.0))
"""


def test_cache_emptied(declared, tmp_path):
    """Where there is no Go, a function still runs when somebody empties the cache."""
    (tmp_path / "function").write_bytes(pickle.dumps(declared["Twice"]))
    places = {"GOSCORE_GO": str(tmp_path / "no-go"), "GOSCORE_CACHE": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", EMPTIED, tmp_path / "function"],
        env=os.environ | places,
        capture_output=True,
        text=True,
        timeout=HANG,
    )
    assert (done.stdout, done.stderr) == ("4.0\n", "")


def test_other_platform(declared, elsewhere):
    """A program that does not run there is said to be no use, and what to install."""
    other = pickle.loads(pickle.dumps(declared["Twice"]))
    for program in other._programs.descriptions:
        program["arch"] = "mips"
    (error,) = elsewhere((other, (1.0,), {}))
    assert error[0] == "GoToolchainError"
    assert "pip install 'goscore[go]'" in error[1]
    assert "the program that it carries is for" in error[1]
    assert "/mips" in error[1]


def test_other_platform_compiles(declared):
    """Where there is Go, a program that does not fit is compiled."""
    other = pickle.loads(pickle.dumps(declared["Twice"]))
    for program in other._programs.descriptions:
        program["tree"] = "older"
    assert other(4.0) == 8.0


def test_spoilt(declared, elsewhere):
    """A program that was changed on its way is refused."""
    other = pickle.loads(pickle.dumps(declared["Twice"]))
    other._programs.packed[0] = other._programs.packed[0][:-100] + bytes(100)
    (error,) = elsewhere((other, (1.0,), {}))
    assert "is not the one that was packed" in error[1]


POOL = """
import pickle, sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
import goscore
from goscore._run.cores import share

def taken(function):
    function([1.0, 2.0])
    return goscore.last.cores, share()

if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        function = pickle.load(file)
    assert taken(function)[1] is None, "a process of its own divides the cores"
    with ProcessPoolExecutor(2, mp_context=get_context(sys.argv[2])) as pool:
        print(list(pool.map(taken, [function] * 4))[-1])
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's /proc")
def test_pool_shares_cores(declared, method, tmp_path):
    """Processes of a pool divide the machine's cores."""
    (tmp_path / "function").write_bytes(pickle.dumps(declared["Twice"]))
    (tmp_path / "pool.py").write_text(POOL)
    command = [sys.executable, tmp_path / "pool.py", tmp_path / "function", method]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG)
    assert done.returncode == 0, done.stderr
    share = max(1, os.cpu_count() // 2)
    assert done.stdout.strip() == str((share, share))


def test_given_once(declared, monkeypatch):
    """A worker is given programs once, however often the function is unpickled, as for each task."""
    given = []
    import_programs = execute.import_programs

    def counted(programs, worker, channel):
        given.append(programs)
        import_programs(programs, worker, channel)

    monkeypatch.setattr(execute, "import_programs", counted)
    goscore.restart()
    packed = {name: pickle.dumps(declared[name]) for name in ("Twice", "Spread")}
    for _ in range(3):
        assert pickle.loads(packed["Twice"])(4.0) == 8.0
    assert len(given) == 1
    assert pickle.loads(packed["Spread"])(pd.Series([1.0, 4.0])) == 3.0
    assert len(given) == 2


def test_tokens(declared):
    """Dask's name for a task is the same for the same function, and no other's."""
    twice = declared["Twice"]
    token = twice.__dask_tokenize__()
    assert pickle.loads(pickle.dumps(twice)).__dask_tokenize__() == token
    assert declared["Spread"].__dask_tokenize__() != token


def test_partials_without_go(run, shell, elsewhere, tmp_path):
    """What combines partial results travels along, for parts and for streams."""
    run("""%%goscore
    func Highest(v []float64) float64 { return slices.Max(v) }
    func MergeHighest(a, b float64) float64 { return max(a, b) }
    """)
    highest = shell.user_ns["Highest"]
    table = pa.table({"v": [1.0, 4.0, 2.0, 9.0], "k": ["a", "a", "b", "b"]})
    pq.write_table(table, tmp_path / "table.parquet", row_group_size=2)
    stored = dataset(tmp_path / "table.parquet")
    part, whole, grouped = elsewhere(
        (highest.partial, (table,), {"by": "k"}),
        (highest, (stored,), {}),
        (highest, (stored,), {"by": "k"}),
    )
    assert part.to_pydict() == {"k": ["a", "b"], "Highest": [4.0, 9.0]}
    assert whole == 9.0
    assert dict(zip(*grouped.to_pydict().values(), strict=True)) == {"a": 4.0, "b": 9.0}


def test_edit_of_one_function():
    """An edit of one function among ten compiles exactly one program; what the others are stays."""
    mark = secrets.token_hex(8)
    names = [f"F{at}x{mark}" for at in range(10)]
    programs = Path(current.worker().health()["cache"]["path"], "programs")

    def called(*factors):
        code = "".join(
            f"func {name}(x float64) float64 {{ return {factor} * x }}\n"
            for name, factor in zip(names, factors, strict=True)
        )
        go = functions(code)
        assert [getattr(go, name)(1.5) for name in names] == [1.5 * one for one in factors]
        notes = {note.name: note.read_text() for note in programs.glob("*.json")}
        return {
            name for name, text in notes.items() if mark in text and json.loads(text)["Function"]
        }

    ten = called(*range(10))
    assert len(ten) == 10
    assert called(*range(10)) == ten
    edited = called(*range(4), 44, *range(5, 10))
    assert ten < edited and len(edited) == 11
    assert called(*range(10)) == edited
