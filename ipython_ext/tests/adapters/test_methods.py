"""Go functions where other libraries call them: pandas, polars, DuckDB, scikit-learn, Dask's meta, batches."""

import functools
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import goscore
from goscore import ArgumentTypeError, ArgumentValueError

from ..declared import functions
from ..engines import AMOUNTS, GO, RIDES, ROWS, WANTED, listed, pandas_rides

MORE = functions("""
func Ratio(price, max_weight float64) float64 { return price / max_weight }
func Twice(v float64) float64 { return 2 * v }
func Size(s string) int { return len(s) }
func Both(v float64) (float64, string) { return -v, fmt.Sprint(v) }
func Largest(v []float64, q float64) float64 { return slices.Max(v) * q }
func Range(v []float64) (low, high float64) { return slices.Min(v), slices.Max(v) }
func Demean(v []float64) []float64 { m := goscore.Score(v); for i := range v { v[i] -= m }; return v }
func Longest(w []string) int { n := 0; for _, s := range w { n = max(n, len(s)) }; return n }
func Small(v float64) uint32 { return uint32(v) }
func Next(t time.Time) time.Time { return t.Add(24 * time.Hour) }
func Root(v float64) (float64, error) { if v < 0 { return 0, errors.New("negative") }; return math.Sqrt(v), nil }
type Pair struct { A, B float64 }
func Sum(p Pair) float64 { return p.A + p.B }
func Split(v float64) (Pair, error) { if v < 0 { return Pair{}, errors.New("negative") }; return Pair{v, -v}, nil }
""")
coerced = {"errors": "coerce"}


def test_equal_results():
    """One function gives equal results from every library of this process."""
    assert listed(GO.Price(pandas_rides(), **coerced)) == WANTED
    frame = pl.from_arrow(RIDES)
    assert listed(GO.Price(frame, **coerced)) == WANTED
    assert listed(GO.Price(RIDES, **coerced)) == WANTED
    assert listed(GO.Amount(frame["fare"], **coerced)) == AMOUNTS


def test_pandas():
    """Through pandas' engine=, map and apply give what calls give."""
    df = pandas_rides()
    made = df.apply(GO.Price, axis=1, engine=goscore.engine, **coerced)
    pd.testing.assert_frame_equal(made, GO.Price(df, **coerced))
    made = df.fare.map(GO.Amount, engine=goscore.engine, **coerced)
    pd.testing.assert_series_equal(made, GO.Amount(df.fare, **coerced))
    assert listed(made) == AMOUNTS and made.name == "fare"


def test_pandas_apply():
    """apply calls functions of values on rows by the columns' names, and functions of columns on each."""
    df = pd.DataFrame({"Max Weight": [2.0, 4.0], "price": [1.0, 3.0]}, index=[7, 7])
    rows = df.apply(MORE.Ratio, axis=1, engine=goscore.engine)
    pd.testing.assert_series_equal(rows, pd.Series([0.5, 0.75], [7, 7]))
    pd.testing.assert_frame_equal(df.apply(MORE.Twice, engine=goscore.engine), 2 * df)
    largest = df.apply(MORE.Largest, engine=goscore.engine, args=(10,))
    pd.testing.assert_series_equal(largest, 10 * df.max())


def test_pandas_na_action():
    """na_action="ignore" leaves missing values to pandas."""
    given = pd.Series([1.0, np.nan, 3.0], [5, 5, 6], name="v")
    made = given.map(MORE.Twice, na_action="ignore", engine=goscore.engine)
    pd.testing.assert_series_equal(made, 2 * given)
    words = pd.Series(["a", None, "abc"], name="w")
    sizes = words.map(MORE.Size, na_action="ignore", engine=goscore.engine)
    pd.testing.assert_series_equal(sizes, pd.Series([1, None, 3], name="w", dtype="Int64"))
    assert words[1:2].map(MORE.Size, na_action="ignore", engine=goscore.engine).isna().all()


def test_pandas_refusals():
    """What goscore.engine cannot run says what to do."""
    df, report = pd.DataFrame({"v": [1.0]}), {"errors": "report"}
    for call, message in (
        (lambda: df.v.map(len, engine=goscore.engine), "runs Go functions of cells"),
        (lambda: df.v.map(MORE.Largest, engine=goscore.engine), "map takes a scalar function"),
        (lambda: df.v.map(MORE.Both, engine=goscore.engine), "a function of one result"),
        (lambda: df.apply(MORE.Demean, axis=1, engine=goscore.engine), r"Demean\(df\)"),
        (lambda: df.apply(MORE.Twice, raw=True, engine=goscore.engine), "leave it out"),
        (lambda: df.v.map(MORE.Root, engine=goscore.engine, **report), "map has no room"),
        (lambda: df.apply(MORE.Root, engine=goscore.engine, **report), "axis=0. has no room"),
        (lambda: df.apply(MORE.Split, axis=1, engine=goscore.engine, **report), "axis=1. has no"),
    ):
        with pytest.raises((ArgumentTypeError, ArgumentValueError), match=message):
            call()


def test_polars_expressions():
    """Expressions of one column take the function, those of several its batches."""
    frame = pl.from_arrow(RIDES)
    amount = functools.partial(GO.Amount, **coerced)
    price = functools.partial(GO.Price.batches, **coerced)
    lazy = frame.lazy().select(
        pl.col("fare").map_batches(amount, return_dtype=GO.Amount.polars_dtype()).alias("amount"),
        pl.struct(pl.all())
        .map_batches(price, return_dtype=GO.Price.polars_dtype(frame))
        .alias("bill"),
    )
    found = lazy.collect()
    assert found.schema == lazy.collect_schema()
    assert listed(found["amount"]) == AMOUNTS
    assert listed(found["bill"].struct.unnest()) == WANTED
    both = pl.DataFrame({"v": [1.5]}).select(
        pl.struct("v").map_batches(MORE.Both.batches, return_dtype=MORE.Both.polars_dtype())
    )
    assert both.item() == {"Both": -1.5, "Both_2": "1.5"}
    largest = functools.partial(MORE.Largest.batches, q=2.0)
    groups = (
        pl.DataFrame({"k": ["a", "b", "a"], "v": [1.0, 2.0, 3.0]})
        .group_by("k")
        .agg(pl.struct("v").map_batches(largest, return_dtype=pl.Float64, returns_scalar=True))
    )
    assert sorted(groups.rows()) == [("a", 6.0), ("b", 4.0)]


def test_polars_lazy_frames():
    """Lazy frames are streamed through batches, in the types of the schema."""
    lazy = pl.from_arrow(RIDES).lazy()
    made = lazy.map_batches(
        functools.partial(GO.Price.batches, **coerced),
        schema=GO.Price.polars_schema(lazy),
        streamable=True,
    )
    found = made.collect(engine="streaming")
    assert listed(found) == WANTED and found.schema == made.collect_schema()


def test_polars_times():
    """Times have the unit and zone of the frame that the schema was asked for."""
    frame = pl.DataFrame(
        {"t": pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2024, 1, 3), eager=True)}
    )
    made = frame.lazy().map_batches(MORE.Next.batches, schema=MORE.Next.polars_schema(frame))
    assert made.collect().schema == made.collect_schema() == {"Next": pl.Datetime("us")}
    assert MORE.Next.polars_schema() == {"Next": pl.Datetime("ns", "UTC")}


def test_duckdb():
    """Relations are called on whole, and SQL calls functions of Arrow columns."""
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    con = duckdb.connect()
    con.register("rides", RIDES)
    assert listed(GO.Price(con.sql("select * from rides order by n"), **coerced)) == WANTED
    options = {"type": "arrow", "null_handling": "special"}
    con.create_function(
        "amount", GO.Amount.arrow_columns(**coerced), ["VARCHAR"], "DOUBLE", **options
    )
    bill = duckdb.struct_type({"Total": "DOUBLE", "Label": "VARCHAR", "Known": "BOOLEAN"})
    price = GO.Price.arrow_columns(**coerced)
    con.create_function("price", price, ["VARCHAR", "BIGINT", "VARCHAR"], bill, **options)
    found = con.sql(
        'select amount(fare), price(fare, count, "Pickup Zone") from rides order by n'
    ).fetchall()
    assert [amount for amount, _ in found] == AMOUNTS
    assert [price for _, price in found] == WANTED


def test_dask_meta():
    """meta is the empty frame or Series that a call gives, from an example or from dtypes."""
    df = pandas_rides()
    wanted = GO.Price(df, **coerced)[:0]
    pd.testing.assert_frame_equal(GO.Price.meta(df, **coerced), wanted)
    dtypes = {"fare": "str", "count": "Int64", "Pickup Zone": "str"}
    assert GO.Price.meta(dtypes).columns.equals(wanted.columns)
    pd.testing.assert_series_equal(MORE.Twice.meta(df.n), pd.Series([], dtype="f8", name="n"))
    by_key = MORE.Largest.meta(df.n, 2.0, by=df.fare)
    assert by_key.dtype == "float64" and by_key.index.name == "fare"
    with pytest.raises(ArgumentTypeError, match="say meta= yourself"):
        MORE.Largest.meta(df.n, 2.0)
    with pytest.raises(ArgumentTypeError, match=r'"coerce".*dask\.delayed\(Price\)\(part'):
        GO.Price.meta(df, errors="report")


def test_batches():
    """Batches find columns by name and come back in their library, of rows and of record batches."""
    table = pa.table({"Max Weight": [2.0, 4.0], "PRICE": [1.0, 3.0], "k": ["a", "b"]})
    wanted = [{"Ratio": 0.5}, {"Ratio": 0.75}]
    for batch in (table, table.to_batches()[0], table.to_pandas(), pl.from_arrow(table)):
        made = MORE.Ratio.batches(batch)
        assert type(made) is type(batch) and listed(made) == wanted
    arrays = {
        name: column.to_numpy()
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    np.testing.assert_equal(MORE.Ratio.batches(arrays), {"Ratio": np.array([0.5, 0.75])})
    assert MORE.Ratio.batches(table, price=8.0)["Ratio"].to_pylist() == [4.0, 2.0]
    assert MORE.Ratio.batches(table, keep="k").column_names == ["k", "Ratio"]
    assert MORE.Ratio.batches(table, keep=True).column_names == [*table.column_names, "Ratio"]
    assert MORE.Ratio.batches(table.slice(0, 0)).num_rows == 0
    assert pickle.loads(pickle.dumps(MORE.Ratio.batches)) == MORE.Ratio.batches
    framed = table.to_pandas().set_axis([3, 3])
    assert MORE.Ratio.batches(framed, keep=["k"]).index.tolist() == [3, 3]


def test_batches_of_groups():
    """Aggregates give one row, or one for each group behind its keys; the rest keeps its rows."""
    table = pa.table({"v": [1.0, 5.0, 3.0], "k": ["a", "a", "b"]})
    assert MORE.Largest.batches(table, q=2).to_pylist() == [{"Largest": 10.0}]
    assert MORE.Largest.batches(table, q=2, by="k").to_pydict() == {
        "k": ["a", "b"],
        "Largest": [10.0, 6.0],
    }
    assert MORE.Range.batches(table, by=["k"]).to_pydict() == {
        "k": ["a", "b"], "Range": [1.0, 3.0], "Range_2": [5.0, 3.0],
    }  # fmt: skip
    aligned = MORE.Demean.batches(table, by="k", keep=True)
    assert aligned.num_rows == 3 and aligned.column_names == ["v", "k", "Demean"]
    with pytest.raises(ArgumentTypeError, match="other rows than the batch"):
        MORE.Largest.batches(table, q=2, keep=True)


def test_batches_refusals():
    """A batch without the columns, and a report, which it has no room for, are refused."""
    table = pa.table({"prices": [1.0], "max_weight": [2.0], "MaxWeight": [2.0]})
    for call, message in (
        (lambda: MORE.Ratio.batches(table), r"parameter price .*did you mean 'prices'"),
        (lambda: MORE.Twice.batches([1.0]), "a batch is a frame with named columns"),
        (lambda: MORE.Split.batches(table, errors="report"), "a batch has no room"),
        (lambda: MORE.Ratio.batches(table, price=1.0, keep="maxweight"), "no column 'maxweight'"),
        (
            lambda: MORE.Twice.batches(pa.table({"v": [1.0], "Twice": ["x"]}), keep=True),
            r"keep= of Twice has a column 'Twice', and so have the results",
        ),
        (
            lambda: list(MORE.Largest.arrow_batches(iter(table.to_batches()), q=1.0)),
            r"Largest needs whole columns .*applyInArrow\(Largest\.arrow_groups",
        ),
    ):
        with pytest.raises((ArgumentTypeError, ArgumentValueError), match=message):
            call()
    twice = pa.table({"price": [1.0], "maxweight": [2.0], "MaxWeight": [2.0]})
    with pytest.raises(ArgumentValueError, match=r"fits several columns.*rename them"):
        MORE.Ratio.batches(twice)


def test_spark_schema():
    """A schema has the types of the results, wider where Spark has none of that size."""
    types = pytest.importorskip("pyspark.sql.types", reason="pyspark is not installed")
    assert [field.name for field in GO.Price.spark_schema] == ["Total", "Label", "Known"]
    for function, wanted in (
        (GO.Amount, types.DoubleType()),
        (MORE.Small, types.LongType()),
        (MORE.Next, types.TimestampType()),
        (MORE.Largest, types.DoubleType()),
        (MORE.Longest, types.LongType()),
    ):
        assert [field.dataType for field in function.spark_schema] == [wanted]
    batches = list(MORE.Small.arrow_batches(iter(pa.table({"v": [3.0]}).to_batches())))
    assert batches[0].schema.field("Small").type == pa.int64()
    lists = pa.table({"w": [["a", "abc"], ["ab"]]}).to_batches()
    assert [b.to_pydict() for b in MORE.Longest.arrow_batches(iter(lists))] == [{"Longest": [3, 2]}]


def test_transformer():
    """A transformer is a step of a pipeline: clonable, named, in the library of its input or another."""
    from sklearn.base import clone
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    df = pandas_rides()
    step = goscore.transformer(GO.Price, **coerced)
    assert clone(step).get_params() == step.get_params()
    assert listed(step.fit_transform(df)) == WANTED
    assert step.get_feature_names_out().tolist() == ["Total", "Label", "Known"]
    assert listed(pickle.loads(pickle.dumps(step)).transform(pl.from_arrow(RIDES))) == WANTED
    amounts = make_column_transformer(
        (goscore.transformer(GO.Amount, **coerced), ["fare"]), remainder="passthrough"
    )
    pipeline = make_pipeline(amounts, SimpleImputer(strategy="most_frequent")).set_output(
        transform="pandas"
    )
    made = pipeline.fit_transform(df[["fare", "n"]])
    assert made.columns.tolist() == ["gotransformer__fare", "remainder__n"]
    assert made.gotransformer__fare[AMOUNTS.index(None)] == 3.0 and len(made) == ROWS


def test_transformer_columns():
    """columns= says what parameters take, in order; a function of one column is called on each."""
    df = pd.DataFrame({"a": [1.0, 2.0], "b": [4.0, 8.0], "c": [0.5, 0.5]}, index=[5, 6])
    ratio = goscore.transformer(MORE.Ratio, ["b", "a"]).fit(df)
    pd.testing.assert_frame_equal(ratio.transform(df), pd.DataFrame({"Ratio": [4.0, 4.0]}, [5, 6]))
    twice = goscore.transformer(MORE.Twice, ["c", 0])
    assert twice.fit_transform(df).to_dict("list") == {"c": [1.0, 1.0], "a": [2.0, 4.0]}
    made = goscore.transformer(MORE.Split, ["a"]).set_output(transform="polars").fit_transform(df)
    assert isinstance(made, pl.DataFrame) and made.columns == ["a_A", "a_B"]
    for columns in ([2, 1], list(np.array([2, 1]))):
        made = goscore.transformer(MORE.Sum, columns).fit_transform(df.to_numpy())
        assert made.tolist() == [[4.5], [8.5]]
    one = goscore.transformer(MORE.Ratio, ["a", "a"]).fit_transform(df)
    assert one["Ratio"].tolist() == [1.0, 1.0]
    whole = goscore.transformer(MORE.Ratio, max_weight=2.0, columns=["b"])
    assert whole.fit_transform(df).to_dict("list") == {"b": [2.0, 4.0]}
    demean = goscore.transformer(MORE.Demean, ["a"])
    assert demean.fit_transform(df).shape == (2, 1)
    for step, message in (
        (goscore.transformer(MORE.Largest), "is an aggregate"),
        (goscore.transformer(MORE.Ratio, ["a"]), "takes 2 columns"),
        (goscore.transformer(MORE.Twice, ["a", 0]), "columns= has 'a' twice"),
        (goscore.transformer(MORE.Ratio), "parameter price"),
    ):
        with pytest.raises((ArgumentTypeError, ArgumentValueError), match=message):
            step.fit(df)
