"""What `F.stream` takes: datasets, readers, files, lazy frames, relations; and what it refuses."""

import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset as ds
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from goscore import ArgumentTypeError, ArgumentValueError
from goscore._stream import reading, sources

from ..declared import functions

CELL = """
func Twice(v float64) float64 { return 2 * v }
func Length(s string) int { return len(s) }
func Sum(v []float64) float64 { s := 0.0; for _, x := range v { s += x }; return s }
func MergeSum(a, b float64) float64 { return a + b }
//goscore:table rates
func Rated(v float64, rates []float64) float64 { return v * rates[len(rates)-1] }
//goscore:scan init=0
func Total(prev, v float64) float64 { return prev + v }
"""
N = 900
TABLE = pa.table(
    {
        "v": [float(row % 97) for row in range(N)],
        "k": [row % 3 for row in range(N)],
        "s": ["x" * (row % 20) for row in range(N)],
        "unused": [None] * N,
    }
)


@pytest.fixture(scope="module")
def go():
    return functions(CELL)


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Let a batch have 100 rows, so that a small file has many."""
    monkeypatch.setattr(reading, "ROWS", 100)


@pytest.fixture
def files(tmp_path):
    """Write the table in three files, with a space and an upper-case suffix in their names."""
    for at, size in enumerate([40, 100, 300]):
        pq.write_table(
            TABLE.slice(at * 300, 300), tmp_path / f"part {at}.parquet", row_group_size=size
        )
    return tmp_path


def _lazy(path):
    return pl.scan_parquet(path / "*.parquet").filter(pl.col("v") >= 0)


def _relation(path):
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    return duckdb.sql(f"select * from read_parquet('{path}/*.parquet')")


SOURCES = {
    "folder": str,
    "path object": lambda path: path,
    "pattern": lambda path: str(path / "part*.parquet"),
    "dataset": ds.dataset,
    "scanner": lambda path: ds.dataset(path).scanner(),
    "reader": lambda path: ds.dataset(path).scanner().to_reader(),
    "table": lambda path: ds.dataset(path).to_table(),
    "LazyFrame": _lazy,
    "relation": _relation,
}


@pytest.mark.parametrize("name", SOURCES)
def test_sources(go, files, name):
    """Rows come in their order, a scan goes on from batch to batch, an aggregate gives its result."""
    made = SOURCES[name]

    def source():
        return made(files)

    rows = go.Twice.stream(source(), keep="k")
    assert isinstance(rows, pa.RecordBatchReader)
    table = rows.read_all()
    assert table["Twice"].to_pylist() == [2 * v for v in TABLE["v"].to_pylist()]
    assert table["k"].to_pylist() == TABLE["k"].to_pylist()
    lengths = go.Length.stream(source()).read_all()["Length"].to_pylist()
    assert lengths == [len(s) for s in TABLE["s"].to_pylist()]
    total = go.Total.stream(source()).read_all()["Total"].to_pylist()
    assert total == go.Total(TABLE["v"]).to_pylist()
    assert go.Sum.stream(source()) == sum(TABLE["v"].to_pylist())
    assert (
        go.Sum.stream(source(), by="k")["Sum"].to_pylist()
        == go.Sum(TABLE["v"], by=TABLE["k"])["Sum"].to_pylist()
    )


@pytest.mark.parametrize(
    ("suffix", "write"),
    [
        ("csv", lambda table, path: pa.csv.write_csv(table, path)),
        ("arrow", lambda table, path: pa.feather.write_feather(table, path, compression="lz4")),
    ],
)
def test_other_formats(go, tmp_path, suffix, write):
    """The suffix of a file says how it is read."""
    write(TABLE.select(["v", "k"]), str(tmp_path / f"one.{suffix}"))
    assert go.Sum.stream(tmp_path / f"one.{suffix}") == sum(TABLE["v"].to_pylist())


def test_bound_tables(go, files):
    """A table that is bound goes with every batch."""
    made = go.Rated.bind(rates=[1.0, 3.0]).stream(files).read_all()["Rated"]
    assert made.to_pylist() == [3 * v for v in TABLE["v"].to_pylist()]


def test_partitions(go, tmp_path):
    """Folders such as k=1 are columns."""
    ds.write_dataset(
        TABLE.select(["v", "k"]), tmp_path, format="parquet", partitioning=["k"], partitioning_flavor="hive"
    )  # fmt: skip
    made = go.Sum.stream(tmp_path, by="k")
    assert made["Sum"].to_pylist() == go.Sum(TABLE["v"], by=TABLE["k"])["Sum"].to_pylist()


def test_a_lazy_frame_is_collected_by_a_call(go, files):
    """Called on columns of a frame, nothing is a stream."""
    frame = _lazy(files).collect()
    assert go.Twice(frame["v"]).to_list() == [2 * v for v in TABLE["v"].to_pylist()]


def test_parts_are_read_on_several_cores(files):
    """Each part is of whole row groups, of about so many rows, across files."""
    found = list(sources.parts(ds.dataset(files), ["v"], 100, 1 << 20))
    assert [part.rows for part in found] == [80, 80, 80, 60, 100, 100, 100, 300]
    assert [sum(b.num_rows for b in part.read()) for part in found] == [p.rows for p in found]


def test_what_is_dropped_stops(go, files):
    """A lazy frame whose reader is closed is computed no further, and no thread is left."""
    reader = go.Twice.stream(_lazy(files))
    reader.read_next_batch()
    reader.close()
    assert go.Sum.stream(files) == sum(TABLE["v"].to_pylist())


class TestRefused:
    """One sentence, about what was given."""

    @pytest.mark.parametrize(
        ("name", "says"),
        [
            ("none/*.parquet", "no file matches"),
            ("absent.parquet", "no file matches"),
            ("notes.txt", "reads files that end with"),
            ("broken.parquet", "cannot be read"),
            ("*", "files of several kinds"),
        ],
    )
    def test_paths(self, go, files, name, says):
        """Files that are not there, or are no data."""
        (files / "notes.txt").write_text("no data")
        (files / "broken.parquet").write_text("PAR1 no data")
        with pytest.raises(ArgumentValueError, match=says) as caught:
            go.Twice.stream(files / name)
        assert "\n" not in str(caught.value)

    def test_empty_folder(self, go, tmp_path):
        """A folder without files."""
        with pytest.raises(ArgumentValueError, match="no file lies in"):
            go.Twice.stream(tmp_path)

    @pytest.mark.parametrize(
        ("later", "says"),
        [
            ({"v": ["1", "2"]}, r"column 'v' is string in .*z\.parquet, and double in .*part 0"),
            ({"k": [1, 2]}, r"z\.parquet has no column 'v', and .*part 0\.parquet has"),
        ],
    )
    def test_a_later_file(self, go, files, later, says):
        """A file that is not like the first, though Arrow would parse its text or give nulls."""
        pq.write_table(pa.table(later), files / "z.parquet")
        with pytest.raises(ArgumentValueError, match=says):
            go.Twice.stream(files)

    def test_columns(self, go, files):
        """A column that is not there, by the parameter's name."""
        pq.write_table(pa.table({"w": [1.0]}), files / "one.parquet")
        with pytest.raises(ArgumentValueError, match="v"):
            go.Twice.stream(files / "one.parquet")

    def test_types(self, go):
        """What is no source."""
        with pytest.raises(
            ArgumentTypeError, match=r"Twice.stream takes a dataset.*int was passed"
        ):
            go.Twice.stream(3)
