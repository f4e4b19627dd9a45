"""Streams and what goes wrong around them: files that differ, workers that die, several at once."""

import contextlib
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from goscore import GoPanic, WorkerDiedError
from goscore._stream import reading as reading_module
from goscore._worker import current

from ..declared import functions

CELL = """
func Twice(v float64) float64 { return 2 * v }
func Sum(v []float64) float64 { s := 0.0; for _, x := range v { s += x }; return s }
func MergeSum(a, b float64) float64 { return a + b }
func Until(v, most float64) float64 { if v >= most { panic("too much") }; return v }
//goscore:scan init=0
func Total(prev, v float64) float64 { return prev + v }
"""
N = 4_000


@pytest.fixture(scope="module")
def go():
    return functions(CELL)


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Let a batch have 100 rows, so that a small file has many."""
    monkeypatch.setattr(reading_module, "ROWS", 100)


def numbers(begin, end):
    return pa.table({"v": np.arange(begin, end, dtype="f8"), "k": np.arange(begin, end) % 3})


def reading():
    return [thread for thread in threading.enumerate() if thread.name == "goscore-read"]


def test_interrupt_before_the_thread_begins(monkeypatch):
    """Ctrl-C between making and starting the thread that reads is raised as it is."""

    def start(thread):
        raise KeyboardInterrupt

    one = reading_module.Reading(numbers(0, 300).to_reader(), ["v"])
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", start)
        with pytest.raises(KeyboardInterrupt):
            next(iter(one))
    assert not reading()


@pytest.fixture
def files(tmp_path):
    """Give a dataset of files whose row groups are shorter and longer than a batch."""
    for at, size in enumerate([7, 90, 100, 350]):
        pq.write_table(
            numbers(at * N // 4, (at + 1) * N // 4), tmp_path / f"{at}.parquet", row_group_size=size
        )
    return ds.dataset(tmp_path)


class TestFiles:
    """Row groups of any size, and files that are not alike."""

    def test_row_groups(self, go, files):
        """Rows come in their order, each once, in batches of no more than there may be."""
        batches = list(go.Total(files, keep="v"))
        assert max(batch.num_rows for batch in batches) == 100
        made = pa.Table.from_batches(batches)
        assert made["v"].to_pylist() == list(range(N))
        assert made["Total"].to_pylist() == np.arange(N).cumsum().tolist()
        assert go.Sum(files) == N * (N - 1) / 2

    def test_no_files(self, go, tmp_path):
        """A dataset without files, and files without rows, have no rows."""
        schema = numbers(0, 0).schema
        none = ds.dataset(tmp_path, schema=schema, format="parquet")
        assert go.Twice(none).read_all().num_rows == go.Sum(none) == 0
        pq.write_table(numbers(0, 0), tmp_path / "0.parquet")
        empty = ds.dataset(tmp_path)
        assert go.Twice(empty).read_all().num_rows == go.Sum(empty, by="k").num_rows == 0

    def test_missing_column(self, go, tmp_path):
        """A file that lacks a column has missing values there."""
        pq.write_table(numbers(0, 250), tmp_path / "0.parquet")
        pq.write_table(numbers(250, 500).select(["k"]), tmp_path / "1.parquet")
        made = go.Twice(ds.dataset(tmp_path), keep="k").read_all()
        assert made["Twice"].to_pylist() == [*range(0, 500, 2), *[None] * 250]
        assert made["k"].to_pylist() == [row % 3 for row in range(500)]

    def test_other_type(self, go, tmp_path):
        """A file whose numbers have another type is read as the dataset's; text is no number."""
        pq.write_table(numbers(0, 250), tmp_path / "0.parquet")
        whole = pa.table({"v": pa.array(range(250, 500), "i4"), "k": pa.array([0] * 250)})
        pq.write_table(whole, tmp_path / "1.parquet")
        assert go.Sum(ds.dataset(tmp_path)) == sum(range(500))
        pq.write_table(pa.table({"v": ["no number"], "k": [0]}), tmp_path / "2.parquet")
        for call in (go.Sum, lambda stream: go.Twice(stream).read_all()):
            with pytest.raises((pa.ArrowException, TypeError), match=r"no number|string"):
                call(ds.dataset(tmp_path))
        assert not reading()

    def test_broken_file(self, go, files, tmp_path):
        """A file that breaks off is an error with its name."""
        (tmp_path / "3.parquet").write_bytes(b"PAR1 and no more")
        for name in ("Sum", "Twice"):
            with pytest.raises(pa.ArrowInvalid, match=r"3\.parquet"):
                getattr(go, name)(files)
        assert not reading()

    def test_file_goes_away(self, go, files, tmp_path):
        """So is one that goes while the files before it are read."""
        reader = go.Twice(ds.dataset(sorted(map(str, tmp_path.iterdir())), schema=files.schema))
        reader.read_next_batch()
        (tmp_path / "3.parquet").unlink()
        with pytest.raises(OSError, match=r"3\.parquet"):
            reader.read_all()
        assert not reading()


class TestErrors:
    """What happens in the middle."""

    def test_panic_in_a_late_batch(self, go, files):
        """A panic names its row of the stream, and nothing is left."""
        with pytest.raises(GoPanic, match=r"at row 3650: 3650"):
            go.Until(files, most=3650.0).read_all()
        assert not reading()
        assert go.Sum(files) == N * (N - 1) / 2

    def test_break(self, go, files):
        """A loop that is left leaves no thread."""
        for _ in go.Twice(files):
            break
        assert not reading()

    @pytest.mark.parametrize("name", ["Twice", "Total"])
    def test_worker_dies_between_batches(self, go, files, name):
        """The next batch has a worker of its own, and the state of a scan is here."""
        reader = getattr(go, name)(files)
        first = [reader.read_next_batch() for _ in range(3)]
        os.kill(current._own.process.pid, signal.SIGKILL)
        with contextlib.suppress(WorkerDiedError):  # where its death is seen in the call
            made = pa.Table.from_batches([*first, *reader])
            assert made.column(0).equals(getattr(go, name)(files).read_all().column(0))
        assert not reading()
        assert go.Sum(files) == N * (N - 1) / 2


class TestTogether:
    """Several streams at once."""

    def test_interleaved(self, go, files):
        """Two readers have a state each."""
        one, other = go.Total(files), go.Total(files, init=1.0)
        pairs = [
            (a, b)
            for left, right in zip(one, other, strict=True)
            for a, b in zip(left.column(0).to_pylist(), right.column(0).to_pylist(), strict=True)
        ]
        assert len(pairs) == N
        assert all(b == a + 1 for a, b in pairs)

    def test_threads(self, go, files):
        """So do those of several threads, on one dataset."""
        with ThreadPoolExecutor(4) as pool:
            sums = list(pool.map(lambda _: go.Sum(files), range(8)))
            totals = list(pool.map(lambda _: go.Total(files).read_all().column(0)[-1], range(4)))
        assert sums == [N * (N - 1) / 2] * 8
        assert [total.as_py() for total in totals] == [N * (N - 1) / 2] * 4
        assert not reading()

    def test_within_a_stream(self, go, files):
        """A result is the stream of an aggregate, read while it is made."""
        assert go.Sum(pa.RecordBatchReader.from_batches(
            pa.schema({"v": pa.float64()}),
            (batch.rename_columns(["v"]) for batch in go.Twice(files)),
        )) == N * (N - 1)  # fmt: skip
