"""The cells that every environment runs, one after another in one session.

Each holds its own checks, so that a kernel and a plain script run the same text. A cell of
``%%goscore`` without options becomes ``goscore.compile`` in a script; other magics need IPython.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes
    ----------
    title : str
    code : str
    needs : tuple of str
        Modules without which it is left out.
    shows : str
        What its output, value or error has to contain.
    error : str
        The class of the error that it has to end with.
    kind : str
        ``run``; ``tab`` for the completions at its end; ``interrupt`` for a run that prints one
        line and is then interrupted.
    """

    title: str
    code: str
    needs: tuple[str, ...] = ()
    shows: str = ""
    error: str = ""
    kind: str = "run"


IPYTHON = ("IPython",)

CELLS = (
    Cell("load", "%load_ext goscore", IPYTHON),
    Cell(
        "import",
        """\
import io, pickle, subprocess, sys
import numpy as np
import pyarrow as pa
import goscore

v = np.array([3.0, -1.0, 4.0, 2.5])
table = pa.table({"v": v, "k": ["a", "b", "a", "b"]})
print(goscore.__version__)""",
        shows="0.",
    ),
    Cell(
        "doctor",
        """\
health = goscore.doctor()
assert health.ok, health
health""",
        shows="all is well",
    ),
    Cell("value", "%%goscore\n6 * 7", IPYTHON, shows="42"),
    Cell("print", '%%goscore\nfmt.Println("größer", math.Sqrt(2) < 1.5)', shows="größer true"),
    Cell(
        "inputs and outputs",
        "%%goscore -i v -o total,twice\n"
        "total := 0.0\ntwice := make([]float64, len(v))\n"
        "for i, x := range v {\n\ttotal += x\n\ttwice[i] = 2 * x\n}",
        IPYTHON,
    ),
    Cell("what came back", "assert total == 8.5 and (twice == 2 * v).all()", IPYTHON),
    Cell("line", "three = %goscore len(v) - 1\nassert three == 3, three", IPYTHON),
    Cell("columns of a frame", "%%goscore -i table\nlen(table.k[0]) + len(table.v)", IPYTHON, "5"),
    Cell(
        "built in",
        """\
loop, prev = [], 0.0
for x in v:
    prev = prev * 0.9 + x if x > prev else prev * 0.5
    loop.append(prev)
assert goscore.score_series(v).tolist() == loop
assert goscore.score_series(pa.array(v)).to_pylist() == loop""",
    ),
    Cell(
        "functions",
        """\
%%goscore
// Half is half of it.
func Half(x float64) float64 { return x / 2 }

func Largest(x []float64) float64 { return slices.Max(x) }

//goscore:scan init=0
func Total(sum, x float64) float64 { return sum + x }

type Row struct {
	K string
	V float64
}

func Describe(r Row) string { return fmt.Sprint(strings.ToUpper(r.K), r.V) }

func Root(x float64) (float64, error) {
	if x < 0 {
		return 0, errors.New("negative")
	}
	return math.Sqrt(x), nil
}

func Length(s *string) int {
	if s == nil {
		return -1
	}
	return utf8.RuneCountInString(*s)
}

func Month(t time.Time) int { return int(t.Month()) }

func Pair(x float64) (low, high float64) { return math.Floor(x), math.Ceil(x) }""",
    ),
    Cell("call on NumPy", "half = Half(v)\nassert type(half) is np.ndarray and (half == v / 2).all()"),
    Cell(
        "call on Arrow, a list and a value",
        """\
assert Half(table["v"]).to_pylist() == [1.5, -0.5, 2.0, 1.25]
assert Half([1.0, 2.0]) == [0.5, 1.0] and Half(3) == 1.5 and Largest(v) == 4""",
    ),
    Cell(
        "call on pandas",
        """\
import pandas as pd

series = pd.Series(v, index=list("wxyz"), name="v")
halves = Half(series)
assert halves.tolist() == [1.5, -0.5, 2.0, 1.25] and halves.index.equals(series.index)
groups = Largest(series, by=pd.Series(list("abab"), series.index, name="k"))
assert groups.to_dict() == {"a": 4.0, "b": 2.5} and groups.index.name == "k\"""",
        ("pandas",),
    ),
    Cell(
        "call on polars",
        """\
import polars as pl

frame = pl.DataFrame({"v": v, "k": ["a", "b", "a", "b"]})
assert Half(frame["v"]).to_list() == [1.5, -0.5, 2.0, 1.25]
assert Largest(frame["v"], by=frame["k"]).rows() == [("a", 4.0), ("b", 2.5)]
lazy = frame.lazy().select(pl.col("v").map_batches(Half, return_dtype=pl.Float64)).collect()
assert lazy["v"].to_list() == [1.5, -0.5, 2.0, 1.25]""",
        ("polars",),
    ),
    Cell(
        "by=",
        """\
keys, largest = Largest(v, by=np.array([2, 1, 2, 1]))
assert keys.tolist() == [1, 2] and largest.tolist() == [2.5, 4.0]
grouped = Largest(table["v"], by=table["k"])
assert [column.to_pylist() for column in grouped.columns] == [["a", "b"], [4.0, 2.5]]
keys, largest = Largest(v.tolist(), by=["x", 1, "x", 1])
assert keys == [1, "x"] and largest == [2.5, 4.0]""",
    ),
    Cell(
        "scan, and its groups",
        """\
assert Total(v).tolist() == np.cumsum(v).tolist()
assert Total(v, by=np.array([1, 2, 1, 2])).tolist() == [3.0, -1.0, 7.0, 1.5]""",
    ),
    Cell(
        "rows",
        'assert Describe(table.rename_columns(["V", "K"])).to_pylist() == ["A3", "B-1", "A4", "B2.5"]',
    ),
    Cell(
        "several results",
        """\
low, high = Pair(v)
assert low.tolist() == [3, -1, 4, 2] and high.tolist() == [3, -1, 4, 3]""",
    ),
    Cell("a row's error", "Root(v)", shows="row 1: -1.0: negative", error="GoError"),
    Cell(
        "errors=",
        """\
roots = Root(v, errors="coerce")
assert np.isnan(roots).tolist() == [False, True, False, False]
_, report = Root(pa.array(v), errors="report")
assert report.column("message").to_pylist() == ["negative"]""",
    ),
    Cell(
        "strings and missing values",
        """\
words = pa.array(["é", None, "日本", ""])
assert Length(words).to_pylist() == [1, -1, 2, 0] and Length(["é", None]) == [1, -1]""",
    ),
    Cell(
        "few of many long texts, and shared",
        """\
texts = pl.Series(["x" * 200 + str(row) for row in range(2000)])
assert Length(texts.gather([3, 5, 1])).to_list() == [201, 201, 201]
assert Length(pl.concat([texts.head(2), pl.Series(["é", None])], rechunk=False)).to_list() == [201, 201, 1, -1]
import warnings

with warnings.catch_warnings():  # older versions of pyarrow cannot share them, and it says so
    warnings.simplefilter("ignore")
    shared = goscore.share(pl.DataFrame({"s": texts}))
assert Length(shared["s"]).to_list()[:2] == [201, 201]
dtype = Length.polars_dtype(pl.LazyFrame({"s": texts}).rename({"s": "s"}))
assert dtype == pl.Int64""",
        ("polars",),
    ),
    Cell(
        "times",
        """\
days = np.array(["2024-02-29T23:00", "2025-12-31"], "M8[ns]")
assert Month(days).tolist() == [2, 12] and Month(pa.array(days)).to_pylist() == [2, 12]""",
    ),
    Cell(
        "times of pandas",
        """\
stamps = pd.Series(pd.to_datetime(["2024-02-29 23:30", "2025-12-31 23:30"])).dt.tz_localize("UTC")
assert Month(stamps.dt.tz_convert("Asia/Tokyo")).tolist() == [3, 1]""",
        ("pandas",),
    ),
    Cell(
        "missing in pandas",
        """\
made = Length(pd.Series(["é", None, "日本"], dtype="string[pyarrow]"))
assert made.tolist() == [1, -1, 2]
assert goscore.parse_number(pd.Series(["1,5", None]), decimal=",").isna().tolist() == [False, True]""",
        ("pandas",),
    ),
    Cell("compile error", "%%goscore\nx := 1\nx + nothing", error="GoNameError", shows="line 3: undefined: nothing"),
    Cell("panic", "%%goscore\nvar none []int\nnone[3]", error="GoPanic", shows="line 3"),
    Cell("what follows an error", "assert Half(1) == 0.5"),
    Cell(
        "frame of structs",
        """\
%%goscore -o people
type Person struct {
	Name string
	Age  int
}
people := []Person{{"Ada", 36}, {"Alan", 41}}""",
        IPYTHON,
    ),
    Cell(
        "its library",
        """\
expected = next((name for name in ("pandas", "polars", "pyarrow") if name in installed), "")
if expected == "polars" and "polars" not in sys.modules:
    expected = "pyarrow"
assert type(people).__module__.split(".")[0] == expected, type(people)
assert people["Age"].sum() == 77 if expected != "pyarrow" else people["Age"].to_pylist() == [36, 41]""",
        IPYTHON,
    ),
    Cell("-t", "made = %goscore -t arrow []int64{1, 2}\nassert made.equals(pa.array([1, 2]))", IPYTHON),
    Cell("map", 'counts = {"a": 1}\nmade = %goscore map[string]int64{"a": counts["a"] + 1}\nassert made == {"a": 2}', IPYTHON),
    Cell(
        "stream",
        """\
reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=2) * 3)
renamed = (batch.rename_columns(["x", "k"]) for batch in reader)
schema = pa.schema([("x", pa.float64()), ("k", pa.string())])
made = Half(pa.RecordBatchReader.from_batches(schema, renamed)).read_all()
assert made.num_rows == 12 and made.columns[-1].to_pylist()[:4] == [1.5, -0.5, 2.0, 1.25]""",
    ),
    Cell(
        "large columns",
        """\
large = np.arange(2_000_000.0)
assert (Half(large) == large / 2).all() and np.shares_memory(goscore.share(large), large) is False""",
    ),
    Cell(
        "another process",
        """\
code = "import pickle, sys; print(pickle.load(sys.stdin.buffer)([8.0]))"
run = subprocess.run([sys.executable, "-c", code], input=pickle.dumps(Half), capture_output=True)
assert run.stdout.strip() == b"[4.0]", run.stderr.decode()""",
    ),
    Cell(
        "compile",
        """\
cell = goscore.compile("func Thrice(x int) int { return 3 * x }")
assert cell.Thrice([1, 2]) == [3, 6] and dir(cell) == ["Thrice"]
names = {row["name"] for row in goscore.functions()}
assert names >= {"Half", "Thrice", "goscore.score"}, names""",
    ),
    Cell(
        "compare",
        """\
def half(x):
    return [value / 2 for value in x]

found = goscore.compare(half, Half, v.tolist())
assert all(found.verdicts.values()), found
repr(found), found._repr_html_()""",
        shows="half",
    ),
    Cell(
        "validate",
        """\
broken = goscore.validate(table, {"v": ("between", 0, None)})
assert broken.column("row").to_pylist() == [1] and broken.column("value").to_pylist() == ["-1.0"]""",
    ),
    Cell("progress", "%%goscore\ntime.Sleep(1300 * time.Millisecond)\n7", IPYTHON, shows="7"),
    Cell("module", "%%goscore -m matrix_of_cells\nfunc Fourth(x float64) float64 { return x / 4 }", IPYTHON),
    Cell("its import", "from matrix_of_cells import Fourth\nassert Fourth(8) == 2", IPYTHON),
    Cell("source", "Half??", IPYTHON),
    Cell("Tab: options", "%%goscore --thr", IPYTHON, "--threads", kind="tab"),
    Cell("Tab: Go", "%%goscore -i v\nstrings.ToUpperSp", IPYTHON, "ToUpperSpecial", kind="tab"),
    Cell("Tab: columns", "%%goscore -i table\ntable.", IPYTHON, "v", kind="tab"),
    Cell("Tab: no Python", "%%goscore\nnothing.whatev", IPYTHON, kind="tab"),
    Cell("Tab: Python", "goscore.score_ser", IPYTHON, "score_series", kind="tab"),
    Cell(
        "interrupt",
        '%%goscore\nfmt.Println("begun")\nfor {\n}',
        IPYTHON,
        "the cell was interrupted",
        "KeyboardInterrupt",
        "interrupt",
    ),
    Cell("what follows an interrupt", "assert Half(4) == 2.0\n%goscore Half(4)", IPYTHON, "2.0"),
    Cell(
        "DuckDB",
        """\
import duckdb

connection = duckdb.connect()
connection.create_function("Half", Half.arrow_columns(), ["DOUBLE"], "DOUBLE", type="arrow")
assert connection.sql("select Half(5.0)").fetchall() == [(2.5,)]""",
        ("duckdb",),
    ),
    Cell(
        "Dask",
        """\
import dask.dataframe as dd

parts = dd.from_pandas(pd.DataFrame({"v": v}), npartitions=2)
assert parts.v.map_partitions(Half).compute().tolist() == [1.5, -0.5, 2.0, 1.25]""",
        ("dask",),
    ),
    Cell(
        "scikit-learn",
        """\
from sklearn.pipeline import make_pipeline

assert make_pipeline(goscore.transformer(Half)).fit_transform(v.reshape(-1, 1)).ravel().tolist() == [1.5, -0.5, 2.0, 1.25]""",
        ("sklearn",),
    ),
    Cell(
        "export",
        """\
import os, tempfile, zipfile

with tempfile.TemporaryDirectory() as folder:
    wheel = goscore.export(Half, Length, name="matrix_export", path=folder)
    with zipfile.ZipFile(wheel) as files:
        for file in files.infolist():  # as pip does; some environments have none
            os.chmod(files.extract(file, folder + "/installed"), file.external_attr >> 16)
    code = "import matrix_export as m; print(m.Half([8.0]), m.Length(['é', None]))"
    run = subprocess.run([sys.executable, "-c", code], cwd=folder + "/installed", capture_output=True, text=True)
    assert run.stdout.strip() == "[4.0] [1, -1]", run.stderr""",
        ("hatchling",),
    ),
    Cell("unload", "%unload_ext goscore", IPYTHON),
)  # fmt: skip
