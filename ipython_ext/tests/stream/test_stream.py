"""Functions on datasets and readers: what one call on all rows gives, whatever the batches are."""

import datetime as dt
import decimal
import gc
import pickle
import threading
import time

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from goscore import ArgumentTypeError, ArgumentValueError, GoError, GoPanic
from goscore._stream import reading, sources

from ..declared import functions
from ..started import until

CELL = """
type Stats struct {
	N        int64
	Sum      float64
	Min, Max float64
	Seen     []string
	Last     time.Time
	Note     *string
}

func Describe(v []float64, s []*string, at []time.Time) Stats {
	out := Stats{Min: math.Inf(1), Max: math.Inf(-1)}
	for i, x := range v {
		one := Stats{N: 1, Sum: x, Min: x, Max: x, Last: at[i], Note: s[i]}
		if s[i] != nil { one.Seen = []string{*s[i]} }
		out = Merge(out, one)
	}
	return out
}

func Merge(a, b Stats) Stats {
	out := Stats{N: a.N + b.N, Sum: a.Sum + b.Sum, Min: min(a.Min, b.Min), Max: max(a.Max, b.Max), Last: a.Last, Note: a.Note}
	if b.Last.After(out.Last) { out.Last = b.Last }
	if b.Note != nil { out.Note = b.Note } // the last of them: the order of the rows matters
	out.Seen = append(slices.Clone(a.Seen), b.Seen...)
	slices.Sort(out.Seen)
	out.Seen = slices.Compact(out.Seen)
	return out
}

func Sum(v []float64) float64 { s := 0.0; for _, x := range v { s += x }; return s }
func MergeSum(a, b float64) float64 { return a + b }
func Above(v []float64, limit float64) int64 { n := int64(0); for _, x := range v { if x > limit { n++ } }; return n }
func MergeAbove(a, b int64) int64 { return a + b }
func Top(v []float64) *float64 { if len(v) == 0 { return nil }; x := slices.Max(v); return &x }
func MergeTop(a, b *float64) *float64 {
	if a == nil || b != nil && *b > *a { return b }
	return a
}

func Twice(v float64) float64 { return 2 * v }
func Named(v float64, s *string, unit string) string {
	if s == nil { return "none" }
	return fmt.Sprint(*s, v, unit)
}
func Plus(x, y float64) float64 { return x + y }
func Late(at time.Time) time.Time { return at.Add(time.Duration(at.Unix()) * time.Millisecond) }
func Two(v float64) (float64, string) { return -v, fmt.Sprint(v) }
type Row struct { V float64; S *string }
type Out struct { A float64; B *string }
func Both(r Row) Out { return Out{r.V, r.S} }
func Checked(v float64) (float64, error) {
	if v == 24.75 { return 0, fmt.Errorf("%g is too much", v) }
	return v + 1, nil
}
func Larger(x, y goscore.Decimal) goscore.Decimal { if x.Cmp(y) < 0 { return y }; return x }
func Bursts(v float64) float64 { if v == 24.75 { panic("too much") }; return v }

//goscore:scan init=0
func Total(prev, v float64) float64 { return prev + v }
//goscore:scan init=""
func Joined(prev string, v float64) (string, error) {
	if v == 24.75 { return "", errors.New("too much") }
	return (prev + fmt.Sprint(int(v)))[max(0, len(prev)-3):], nil
}

func Shares(v []float64) []float64 { return v }
func Median(v []float64) float64 { slices.Sort(v); return v[len(v)/2] }
var calls int
func Counted(v float64) float64 { calls++; return float64(calls) }
"""

N = 1_000
RANDOM = np.random.default_rng(1)
MISSING = RANDOM.random(N) < 0.1
TABLE = pa.table({
    "unused": np.arange(N),
    "v": RANDOM.integers(0, 100, N) / 4,  # sums of these are exact in any order
    "s": pa.array(RANDOM.choice(["é", "b", ""], N), mask=RANDOM.random(N) < 0.2),
    "at": pa.array(dt.datetime(2020, 1, 1) + np.arange(N) * dt.timedelta(hours=1), pa.timestamp("us")),
    "k": pa.array(RANDOM.integers(0, 5, N), mask=MISSING),
    "word": pa.array(RANDOM.choice(["x", "y"], N)).dictionary_encode(),
})  # fmt: skip
SIZES = [1, 7, 333, 5 * N]


@pytest.fixture(scope="module")
def go():
    return functions(CELL)


@pytest.fixture(params=SIZES)
def batches(request, monkeypatch):
    """Give readers of batches of several sizes, each of them a batch of the stream too."""
    monkeypatch.setattr(reading, "ROWS", request.param)
    rows = min(N, 30 * request.param)  # each batch is a call

    def make(table=TABLE):
        found = table.slice(0, rows).to_batches(max_chunksize=request.param)
        empty = table.schema.empty_table().to_batches() or [
            pa.RecordBatch.from_pylist([], table.schema)
        ]
        return pa.RecordBatchReader.from_batches(table.schema, iter([*empty, *found, *empty]))

    make.table = TABLE.slice(0, rows)
    return make


def keyed(made, *names):
    """Name the columns of keys of a call on all rows as the stream's are."""
    return made.rename_columns([*names, *made.column_names[len(names) :]])


def threads():
    return [thread.name for thread in threading.enumerate() if thread.name == "goscore-read"]


class TestRows:
    """Functions on rows, and scans."""

    def test_scalar(self, go, batches):
        """Parameters are matched with columns; plain values are named."""
        whole = batches.table
        assert go.Twice(batches()).read_all().equals(pa.table({"Twice": go.Twice(whole["v"])}))
        made = go.Named(batches(), unit="kg").read_all()
        assert (
            made.column("Named").to_pylist() == go.Named(whole["v"], whole["s"], "kg").to_pylist()
        )

    def test_row(self, go, batches):
        """A row function's fields are, and its struct gives columns."""
        made = go.Both(batches()).read_all()
        assert made.combine_chunks().equals(go.Both(batches.table).combine_chunks())

    def test_several_results(self, go, batches):
        """They are columns, numbered."""
        first, second = go.Two(batches.table["v"])
        made = go.Two(batches()).read_all()
        assert made.column_names == ["Two_0", "Two_1"]
        assert made.column(0).to_pylist() == first.to_pylist()
        assert made.column(1).to_pylist() == second.to_pylist()

    def test_keep(self, go, batches):
        """Columns that are kept stand beside their rows."""
        made = go.Twice(batches(), keep=["k", "word"]).read_all()
        assert made.column_names == ["k", "word", "Twice"]
        for name in ("k", "word"):
            assert made.column(name).to_pylist() == batches.table.column(name).to_pylist()

    def test_scan(self, go, batches):
        """The state goes on from batch to batch, past rows that fail, from the given one."""
        v = batches.table["v"]
        assert go.Total(batches()).read_all().column(0).to_pylist() == go.Total(v).to_pylist()
        made = go.Total(batches(), init=0.25).read_all().column(0)
        assert made.to_pylist() == go.Total(v, init=0.25).to_pylist()
        made = go.Joined(batches(), errors="coerce").read_all().column(0)
        assert made.to_pylist() == go.Joined(v, errors="coerce").to_pylist()
        assert made.null_count > 0 or len(v) < N

    def test_no_rows(self, go):
        """A stream without batches has the schema that rows would have had."""
        none = pa.RecordBatchReader.from_batches(TABLE.schema, iter([]))
        made = go.Both(none)
        assert made.schema == go.Both(TABLE).schema
        assert made.read_all().num_rows == 0

    def test_missing(self, go, batches):
        """A row with a missing value has none in the result, as in one call."""
        v = pa.array(np.arange(N) / 4, mask=MISSING).slice(0, batches.table.num_rows)
        made = go.Twice(batches(pa.table({"v": v}))).read_all()
        assert made.column(0).to_pylist() == go.Twice(v).to_pylist()
        assert made.column(0).null_count == v.null_count > 0


class TestErrors:
    """``errors=`` across batches, by positions in the stream."""

    def wrong(self):
        return np.flatnonzero(TABLE["v"].to_numpy() == 24.75)

    def test_raise(self, go, monkeypatch):
        """The exception names rows of the whole stream."""
        monkeypatch.setattr(reading, "ROWS", 7)
        with pytest.raises(
            GoError, match=rf"row {self.wrong()[0]}: 24.75: 24.75 is too much"
        ) as caught:
            go.Checked(ds.dataset(TABLE)).read_all()
        begin = self.wrong()[0] // 7 * 7
        assert caught.value.rows == [row for row in self.wrong() if row < begin + 7]
        assert f"of the first {begin + 7} rows" in str(caught.value)

    def test_coerce(self, go, batches):
        """What failed is missing."""
        made = go.Checked(batches(), errors="coerce").read_all().column(0)
        assert made.to_pylist() == go.Checked(batches.table["v"], errors="coerce").to_pylist()

    def test_report(self, go, batches):
        """The message of each row stands beside its result."""
        made = go.Checked(batches(), errors="report").read_all()
        result, report = go.Checked(batches.table["v"], errors="report")
        assert made.column("Checked").to_pylist() == result.to_pylist()
        messages = made.column("error").to_pylist()
        rows = [row for row, text in enumerate(messages) if text is not None]
        assert rows == report["row"].to_pylist()
        assert [messages[row] for row in rows] == report["message"].to_pylist()

    def test_panic(self, go, batches):
        """A panic names the row of the stream, and ends it."""
        if 24.75 not in batches.table["v"].to_pylist():
            return
        with pytest.raises(GoPanic, match=rf"at row {self.wrong()[0]}: 24.75"):
            go.Bursts(batches()).read_all()
        assert not threads()


class TestAggregates:
    """Partial results of batches, combined."""

    def test_whole(self, go, batches):
        """Without keys it is one call's result, of structs and of plain values."""
        whole = batches.table
        assert go.Describe(batches()) == go.Describe(whole["v"], whole["s"], whole["at"])
        assert go.Sum(batches()) == go.Sum(whole["v"])
        assert go.Above(batches(), limit=10.0) == go.Above(whole["v"], 10.0)
        assert go.Top(batches()) == go.Top(whole["v"])

    @pytest.mark.parametrize("dropna", [True, False])
    @pytest.mark.parametrize("by", ["k", "word", ["k", "word"], ["word", "s", "k"]])
    def test_by(self, go, batches, by, dropna):
        """With keys, one or several and missing ones too, it has their order and names."""
        whole = batches.table
        names = [by] if isinstance(by, str) else by
        keys = [whole[name] for name in names]
        wanted = go.Describe(whole["v"], whole["s"], whole["at"], by=keys, dropna=dropna)
        made = go.Describe(batches(), by=by, dropna=dropna)
        assert made.to_pylist() == keyed(wanted, *names).to_pylist()
        wanted = go.Above(whole["v"], 10.0, by=keys, dropna=dropna)
        made = go.Above(batches(), limit=10.0, by=by, dropna=dropna)
        assert made.to_pylist() == keyed(wanted, *names).to_pylist()
        assert made.column_names == [*names, "Above"]

    def test_ordered_categories(self, go, batches):
        """Keys with an order of their own keep it, whatever each batch calls its codes."""
        kinds = pa.dictionary(pa.int8(), pa.string(), ordered=True)
        codes = RANDOM.integers(0, 3, batches.table.num_rows).astype("i1")
        key = pa.DictionaryArray.from_arrays(codes, ["low", "mid", "high"], ordered=True)
        assert key.type == kinds
        table = pa.table({"v": batches.table["v"], "key": key})
        made = go.Sum(batches(table), by="key")
        assert made["key"].to_pylist() == ["low", "mid", "high"]
        assert made["Sum"].to_pylist() == go.Sum(table["v"], by=table["key"])["Sum"].to_pylist()

    def test_many_keys(self, go, monkeypatch):
        """Partial results are combined while they come, not all at the end."""
        monkeypatch.setattr(reading, "ROWS", 50_000)
        rows = 400_000
        table = pa.table({"v": np.ones(rows), "k": np.arange(rows) % 90_000})
        made = go.Sum(ds.dataset(table), by="k")
        assert made.equals(keyed(go.Sum(table["v"], by=table["k"]), "k").combine_chunks())

    def test_no_rows(self, go):
        """Without rows, the function itself says what that gives."""
        none = TABLE.schema.empty_table()
        assert go.Sum(ds.dataset(none)) == 0
        assert go.Top(ds.dataset(none)) is None
        assert go.Sum(ds.dataset(none), by="k").num_rows == 0

    def test_times_and_decimals(self, monkeypatch):
        """What needs a unit or scale of its own in some batches only is still combined."""
        made = functions(
            "func Latest(at []time.Time) time.Time { return slices.MaxFunc(at, time.Time.Compare).Add(time.Duration(at[0].Day()%2)) }\n"
            "func MergeLatest(a, b time.Time) time.Time { if a.After(b) { return a }; return b }\n"
            "func First(d []goscore.Decimal) goscore.Decimal { return d[0] }\n"
            "func MergeFirst(a, b goscore.Decimal) goscore.Decimal { return a }\n"
        )
        at = TABLE["at"].slice(0, 48).cast(pa.timestamp("us", "Europe/Paris"))
        table = pa.table(
            {"at": at, "d": pa.array(range(48)).cast(pa.decimal128(30, 2)), "k": [1, 2] * 24}
        )
        monkeypatch.setattr(reading, "ROWS", 24)
        parts = [made.Latest(at.slice(begin, 24)) for begin in (0, 24)]
        assert {type(part) for part in parts} == {dt.datetime, np.datetime64}  # one has nanoseconds

        def instant(time):
            return pd.to_datetime(time, utc=True)

        assert instant(made.Latest(ds.dataset(table))) == max(map(instant, parts))
        found = made.Latest(ds.dataset(table), by="k")
        assert found["Latest"].type == pa.timestamp("ns", "Europe/Paris")
        assert made.First(ds.dataset(table)) == made.First(table["d"])

    @pytest.mark.parametrize("library", ["arrow", "pandas", "polars"])
    def test_partial_and_merge(self, go, library):
        """Engines take the steps one by one, in other processes, and get the same."""
        make = {"arrow": pa.table, "pandas": pa.Table.to_pandas, "polars": pl.from_arrow}[library]
        function = pickle.loads(pickle.dumps(go.Sum))
        parts = [
            function.partial(make(TABLE.slice(at, 300)), by=["word", "k"])
            for at in range(0, N, 300)
        ]
        parts = pickle.loads(pickle.dumps(parts))
        merged = function.merge(function.merge(*parts[:2]), function.merge(*parts[2:]))
        assert merged.column_names == ["word", "k", "Sum"]
        made = function.result(merged)
        expected = go.Sum(ds.dataset(TABLE), by=["word", "k"]).to_pylist()
        if library == "pandas":  # whose categories have the order in which they came
            order = TABLE.to_pandas()["word"].cat.categories.tolist()
            expected.sort(key=lambda row: order.index(row["word"]))
        assert made.to_pylist() == expected
        assert function.result(*parts).to_pylist() == made.to_pylist()

    @pytest.mark.parametrize(
        "kind, keys",
        [
            (None, (np.array([0.1, 2.0], "f4"), [0.1, 3.0])),
            (None, (np.array([1, 2], "i1"), [1, 300])),
            (object, ([], ["a", "b"])),
            (object, ([None, None], ["a", "b"])),
            (None, ([1, 2], [1.5, None])),
        ],
    )
    def test_types_of_keys_differ_by_part(self, go, kind, keys):
        """Parts of one column of pandas may have no values, or other types, than the next."""
        frames = [
            pd.DataFrame({"v": np.arange(len(k), dtype=float), "k": pd.Series(k, dtype=kind)})
            for k in keys
        ]
        whole = go.Sum.result(go.Sum.partial(pd.concat(frames), by="k"))
        for order in (frames, frames[::-1]):
            parts = [go.Sum.partial(frame, by="k") for frame in order]
            assert go.Sum.result(*parts).to_pylist() == whole.to_pylist()

    @pytest.mark.parametrize("ordered", [False, True])
    def test_categories_stay_in_their_order(self, go, ordered):
        """Groups of parts are sorted as those of the whole: by the order of the categories."""
        keys = pd.Categorical(["a", "c", None, "b", "a"], ["c", "z", "b", "a"], ordered=ordered)
        frame = pd.DataFrame({"v": np.arange(5.0), "k": keys})
        whole = go.Sum(frame.v, by=frame.k)
        parts = [go.Sum.partial(part, by="k") for part in (frame[:2], frame[2:])]
        merged = go.Sum.result(*parts)
        assert merged["k"].to_pylist() == whole.index.tolist() == ["c", "b", "a"]
        assert merged["Sum"].to_pylist() == whole.tolist()
        assert merged["k"].type.ordered

    def test_partials_that_do_not_belong_together(self, go):
        """What is no partial result, or has other keys, is refused and not combined."""
        parts = [go.Sum.partial(TABLE, by=by) for by in (["word", "k"], ["k", "word"], "k")]
        for tables, says in (
            ([], "no partial results to combine: Sum.partial makes them"),
            ([parts[0].to_pandas()], "tables of Arrow, .* a DataFrame was passed"),
            (parts[:2], r"columns \['word', 'k', 'Sum'\] and \['k', 'word', 'Sum'\]"),
            (parts[1:], r"columns \['k', 'word', 'Sum'\] and \['k', 'Sum'\]"),
        ):
            with pytest.raises(ArgumentTypeError, match=says):
                go.Sum.merge(*tables)
            with pytest.raises(ArgumentTypeError, match=says):
                go.Sum.result(*tables)

    def test_partial_without_keys(self, go):
        """A part without keys has one row."""
        parts = [go.Describe.partial(TABLE.slice(at, 500)) for at in (0, 500)]
        assert [part.num_rows for part in parts] == [1, 1]
        assert go.Describe.result(*parts) == go.Describe(TABLE["v"], TABLE["s"], TABLE["at"])
        assert go.Above.partial(TABLE, limit=3.0)["Above"][0].as_py() == go.Above(TABLE["v"], 3.0)


class TestSources:
    """Datasets, scanners, readers of other libraries."""

    @pytest.fixture
    def files(self, tmp_path):
        for at in range(3):
            pq.write_table(
                TABLE.slice(at * 400, 400), tmp_path / f"{at}.parquet", row_group_size=90
            )
        return tmp_path

    def test_parquet(self, go, files):
        """A dataset of files has its rows in order."""
        made = go.Total(ds.dataset(files), keep="v").read_all()
        assert made["v"].to_pylist() == TABLE["v"].to_pylist()
        assert made["Total"].to_pylist() == go.Total(TABLE["v"]).to_pylist()

    def test_only_what_is_needed_is_read(self, go, files, monkeypatch):
        """Other columns stay on the disk."""
        read = []
        batches = sources.Part.read

        def watched(part):
            found = batches(part)
            read.extend(batch.schema.names for batch in found)
            return found

        monkeypatch.setattr(sources.Part, "read", watched)
        go.Sum(ds.dataset(files), by="k")
        go.Both(ds.dataset(files)).read_all()
        assert {tuple(sorted(names)) for names in read} == {("k", "v"), ("s", "v")}

    def test_scanner_renames(self, go, files):
        """A scanner gives columns the names that parameters have, and rows that are wanted."""
        scanner = ds.dataset(files).scanner(
            columns={"v": ds.field("unused").cast("float64")}, filter=ds.field("unused") < 10
        )
        assert go.Sum(scanner) == sum(range(10))

    def test_filtered_dataset(self, go, files):
        """So does a dataset with a filter."""
        assert go.Sum(ds.dataset(files).filter(ds.field("v") > 20)) == sum(
            v for v in TABLE["v"].to_pylist() if v > 20
        )

    def test_partitions(self, go, tmp_path):
        """Columns that are names of folders are keys like others."""
        ds.write_dataset(
            TABLE.select(["v", "word"]),
            tmp_path,
            format="parquet",
            partitioning=["word"],
            partitioning_flavor="hive",
        )
        made = go.Sum(ds.dataset(tmp_path, partitioning="hive"), by="word")
        assert made.to_pylist() == keyed(go.Sum(TABLE["v"], by=TABLE["word"]), "word").to_pylist()

    def test_written_again(self, go, tmp_path, files):
        """The reader goes where readers go."""
        ds.write_dataset(go.Twice(ds.dataset(files), keep="v"), tmp_path / "out", format="parquet")
        back = ds.dataset(tmp_path / "out").to_table()
        assert back["Twice"].to_pylist() == [2 * v for v in TABLE["v"].to_pylist()]

    def test_a_stream_of_a_stream(self, go):
        """A result is a stream for the next function."""
        first = go.Both(ds.dataset(TABLE)).read_all().rename_columns(["v", "s"])
        assert go.Sum(first.to_reader()) == go.Sum(TABLE["v"])


def endless(read):
    while True:
        read.append(1)
        yield pa.record_batch({"v": np.ones(100_000)})


class TestFlow:
    """Nothing is read that nobody asked for, and nothing is left."""

    def stream(self, read):
        return pa.RecordBatchReader.from_batches(pa.schema({"v": pa.float64()}), endless(read))

    def test_lazy(self, go):
        """Before the first batch is asked for nothing is read, then one batch ahead."""
        read = []
        reader = go.Twice(self.stream(read))
        assert not read
        for at in range(1, 4):
            rows = reader.read_next_batch().num_rows
            assert rows == reading.ROWS // 100_000 * 100_000  # batches that come are not cut
            time.sleep(0.2)  # were more read ahead than one batch, it would be now
            assert len(read) <= (at + 1) * (reading.ROWS // 100_000 + 1)

    def test_dropped_early(self, go):
        """A reader that is dropped leaves neither thread nor batches."""
        read = []
        reader = go.Twice(self.stream(read))
        reader.read_next_batch()
        reader.close()
        del reader
        gc.collect()
        assert not threads()
        seen = len(read)
        time.sleep(0.1)
        assert len(read) == seen

    @pytest.mark.parametrize("name", ["Sum", "Twice"])
    def test_interrupt(self, go, name):
        """The stop button in the middle of reading ends it, and the next call works."""
        read = []

        def interrupted():
            for at, batch in enumerate(endless(read)):
                if at == 25:
                    import _thread

                    _thread.interrupt_main()
                    time.sleep(0.2)
                yield batch

        stream = pa.RecordBatchReader.from_batches(pa.schema({"v": pa.float64()}), interrupted())
        with pytest.raises(KeyboardInterrupt):
            made = getattr(go, name)(stream)
            for _ in made:
                pass
        until(lambda: not threads())
        assert go.Sum([1.0, 2.0]) == 3

    def test_source_fails(self, go):
        """An error of the source is the caller's."""

        def broken():
            yield pa.record_batch({"v": [1.0]})
            raise OSError("the disk is gone")

        for name in ("Sum", "Twice"):
            stream = pa.RecordBatchReader.from_batches(pa.schema({"v": pa.float64()}), broken())
            with pytest.raises(OSError, match="the disk is gone"):
                list(getattr(go, name)(stream))
        assert not threads()


class TestRefusals:
    """What cannot be worked out batch by batch is refused, in the user's own names, before it runs."""

    @pytest.mark.parametrize(
        "name, options, says",
        [
            ("Shares", {}, "Shares sees whole columns"),
            ("Median", {}, r"func MergeMedian\(a, b float64\) float64"),
            ("Counted", {}, "Counted writes package variables"),
            ("Total", {"by": "k"}, "Total is a scan, and by= would keep a state"),
            ("Above", {}, "limit of Above takes one float64, the same for all of the stream: pass limit="),
            ("Sum", {"by": TABLE["k"]}, "by= takes names of columns here, such as by='unused'"),
            ("Sum", {"keep": "k"}, r"Sum\(\) takes no keep="),
            ("Sum", {"errors": "coerce"}, r"Sum\(\) takes no errors="),
            ("Twice", {"by": "k"}, r"Twice\(\) takes no by="),
            ("Plus", {"y": np.ones(N)}, "y of Plus is a column in memory"),
            ("Plus", {"y": TABLE["v"]}, "y of Plus is a column in memory"),
        ],
    )  # fmt: skip
    def test_types(self, go, name, options, says):
        with pytest.raises(ArgumentTypeError, match=says):
            getattr(go, name)(ds.dataset(TABLE), **options)

    def test_no_column(self, go):
        """With a value for each parameter nothing of the stream is left."""
        for function, value in ((go.Twice, 2.0), (go.Sum, [1.0, 2.0])):
            with pytest.raises(ArgumentTypeError, match=r"takes no column of the stream.* v="):
                function(ds.dataset(TABLE), v=value)

    def test_columns(self, go):
        """A column that is not there is named, with the nearest that is."""
        with pytest.raises(
            ArgumentValueError, match=r"Twice: the parameter v .* has no column 'v' in the stream"
        ):
            go.Twice(ds.dataset(TABLE.drop_columns("v")))
        with pytest.raises(ArgumentValueError, match="by='kk': there is no column of that name"):
            go.Sum(ds.dataset(TABLE), by="kk")
        with pytest.raises(
            ArgumentTypeError, match="argument v: strings where the function takes float64"
        ):
            go.Twice(ds.dataset(pa.table({"v": ["a"]})))

    def test_times(self, go, monkeypatch):
        """Times that a later batch cannot give in the reader's unit are told, with their rows."""
        monkeypatch.setattr(reading, "ROWS", 2)
        table = pa.table({"at": pa.array([0, 1000, 2000, 2001], pa.timestamp("s"))})
        reader = go.Late(ds.dataset(table))
        assert reader.schema.field("Late").type == pa.timestamp("s")
        assert reader.read_next_batch().num_rows == 2
        says = (
            r"Late: in rows 2 to 3 of the stream Late is timestamp\[ms\], and timestamp\[s\] before"
        )
        with pytest.raises(ArgumentValueError, match=says):
            reader.read_next_batch()
        fine = go.Late(ds.dataset(table.cast(pa.schema({"at": pa.timestamp("ms")})))).read_all()
        assert fine.column(0).to_pylist() == go.Late(table["at"]).to_pylist()

    def test_positions(self, go):
        """What stands behind a stream has no name."""
        with pytest.raises(ArgumentTypeError, match=r"as in Above\(dataset, limit=...\)"):
            go.Above(ds.dataset(TABLE), 3.0)

    @pytest.mark.parametrize(
        "code, says",
        [
            ("func F(v []float64) float64 { return 0 }\nfunc G(v []float64) float64 { return 1 }\nfunc Merge(a, b float64) float64 { return a }",
             "Merge could combine results of F and of G, both float64: write MergeF and MergeG"),
            ("func F(v []float64) float64 { return 0 }\nfunc Merge(a, b int) int { return a }",
             r"write func MergeF\(a, b float64\) float64"),
            ("func F(v []float64) float64 { return 0 }\nfunc MergeF(a float64) float64 { return a }",
             r"MergeF is func\(a float64\) float64, and has to be func\(a, b float64\) float64"),
            ("type S struct{ n int }\nfunc F(v []float64) S { return S{} }\nfunc Merge(a, b S) S { return a }",
             "the field n of S is not exported"),
            ("type S struct{ N [4]int }\nfunc F(v []float64) S { return S{} }\nfunc Merge(a, b S) S { return a }",
             r"the field N of S is an array: take a slice, \[\]int"),
            ("type S struct{ N int }\ntype T struct{ S; M int }\nfunc F(v []float64) T { return T{} }\nfunc Merge(a, b T) T { return a }",
             "the field S of T is embedded"),
            ("func F(v []float64) goscore.Null[int] { return goscore.Null[int]{} }\nfunc Merge(a, b goscore.Null[int]) goscore.Null[int] { return a }",
             r"is a goscore.Null: take \*int"),
            ("func F(v []float64) (int, error) { return 0, nil }\nfunc Merge(a, b int) int { return a }",
             "the last result of F is an error"),
            ("func F(v []float64) (int, int) { return 0, 0 }\nfunc MergeF(a, b int) int { return a }",
             r"has to be func\(a, b S\) S, where F gives one S"),
        ],
    )  # fmt: skip
    def test_merges(self, code, says):
        """A Merge that does not fit, or could mean two functions, is refused by name."""
        made = functions(code)
        with pytest.raises(ArgumentTypeError, match=says):
            made.F(ds.dataset(TABLE))

    def test_one_merge_for_a_type_of_the_cell(self):
        """A struct of the cell has one Merge for all functions that give it; a name comes first."""
        made = functions(
            "type S struct{ N int }\n"
            "func F(v []float64) S { return S{len(v)} }\n"
            "func G(v []float64) S { return S{2 * len(v)} }\n"
            "func H(v []float64) S { return S{len(v)} }\n"
            "func Merge(a, b S) S { return S{a.N + b.N} }\n"
            "func MergeH(a, b S) S { return S{max(a.N, b.N)} }\n"
        )
        parts = [TABLE.slice(0, 300), TABLE.slice(300)]
        for function, wanted in ((made.F, N), (made.G, 2 * N), (made.H, 700)):
            assert function.result(*map(function.partial, parts)) == {"N": wanted}

    def test_no_partial(self, go):
        """Functions on rows have no partial results."""
        with pytest.raises(ArgumentTypeError, match="Twice is no aggregate"):
            go.Twice.partial(TABLE)
        with pytest.raises(ArgumentTypeError, match="is no DataFrame"):
            go.Sum.partial(TABLE["v"])


def test_decimals(go):
    """Decimals have the scale of their columns, also where the first batch says it of no rows."""
    prices = pa.array(
        [decimal.Decimal(text) for text in ("1.25", "-3.50", "0.00")], pa.decimal128(12, 2)
    )
    table = pa.table({"x": prices, "y": pa.array([decimal.Decimal(1)] * 3, pa.decimal128(5, 0))})
    batches = [table.to_batches()[0].slice(at, count) for at, count in ((0, 0), (0, 1), (1, 2))]
    result = go.Larger(pa.RecordBatchReader.from_batches(table.schema, batches)).read_all()
    assert result.column(0).to_pylist() == [max(value, 1) for value in prices.to_pylist()]


def test_in_memory_calls_stay(go):
    """Frames and columns are called as before."""
    assert isinstance(go.Both(TABLE), pa.Table)
    assert isinstance(go.Twice(pd.Series([1.0])), pd.Series)
