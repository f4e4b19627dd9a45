"""One table function from every library and engine: equal, also bound, pickled and in other processes."""

import copy
import functools
import inspect
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

import goscore
from goscore import ArgumentTypeError, ArgumentValueError

from ..started import HANG

GO = goscore.compile("""
//goscore:table slat slon
func Nearest(lat, lon float64, slat, slon []float64) int64 {
	best, at := math.Inf(1), int64(-1)
	for i := range slat {
		if d := (lat-slat[i])*(lat-slat[i]) + (lon-slon[i])*(lon-slon[i]); d < best {
			best, at = d, int64(i)
		}
	}
	return at
}

type Place struct { Lat, Lon float64 }

func Row(scale map[string]float64, p Place) float64 { return p.Lat * scale["lat"] }

//goscore:table edges
func Above(v []float64, edges []float64) int {
	n := 0
	for _, x := range v {
		if x > edges[0] {
			n++
		}
	}
	return n
}
func MergeAbove(a, b int) int { return a + b }

//goscore:table edges
func Bin(v float64, edges []float64) int { return sort.SearchFloat64s(edges, v) }

//goscore:scan init=0
//goscore:table w
func Decay(prev, v float64, w []float64) float64 { return prev*w[0] + v }

//goscore:default cap=10
func Capped(v, cap float64) float64 { return min(v, cap) }

func Counts(s string, seen map[string]int) int { seen[s]++; return seen[s] }
""")

RNG = np.random.default_rng(4)
PLACES = pd.DataFrame({"lat": RNG.random(500), "lon": RNG.random(500)})
STATIONS = pd.DataFrame({"lat": RNG.random(7), "lon": RNG.random(7)})
NEAREST = (
    np.hypot(
        PLACES.lat.to_numpy()[:, None] - STATIONS.lat.to_numpy(),
        PLACES.lon.to_numpy()[:, None] - STATIONS.lon.to_numpy(),
    )
    .argmin(axis=1)
    .tolist()
)
ARROW = pa.Table.from_pandas(PLACES)
GIVEN = {"slat": STATIONS.lat, "slon": STATIONS.lon}
BOUND = GO.Nearest.bind(**GIVEN)


def numbers(result):
    if isinstance(result, pa.RecordBatchReader):
        result = result.read_all().column(0)
    for frame in (pd.DataFrame, pl.DataFrame, pa.Table):
        if isinstance(result, frame):
            result = result["Nearest"]
    return result.to_pylist() if hasattr(result, "to_pylist") else list(result)


def of_polars_expression(function, **given):
    frame = pl.from_arrow(ARROW)
    batches = functools.partial(function.batches, **given)
    kind = function.polars_dtype(frame, **given)
    return frame.select(pl.struct(pl.all()).map_batches(batches, return_dtype=kind)).to_series()


def of_duckdb(function, **given):
    duckdb = pytest.importorskip("duckdb")
    con = duckdb.connect()
    con.create_function(
        "nearest", function.arrow_columns(**given), ["DOUBLE", "DOUBLE"], "BIGINT", type="arrow"
    )
    con.register("places", ARROW)
    return [one for (one,) in con.sql("select nearest(lat, lon) from places").fetchall()]


def of_spark_batches(function, **given):
    pytest.importorskip("pyspark")
    batches = function.arrow_batches(iter(ARROW.to_batches(max_chunksize=100)), **given)
    return [one for batch in batches for one in batch.column(0).to_pylist()]


WAYS = {
    "pandas": lambda f, **given: f(PLACES.lat, PLACES.lon, **given),
    "polars": lambda f, **given: f(*pl.from_arrow(ARROW), **given),
    "arrow": lambda f, **given: f(*ARROW.columns, **given),
    "dataset": lambda f, **given: f(ds.dataset(ARROW), **given),
    "batches": lambda f, **given: f.batches(ARROW, **given),
    "polars expression": of_polars_expression,
    "duckdb": of_duckdb,
    "spark": of_spark_batches,
}


@pytest.mark.parametrize("way", WAYS)
def test_equal_everywhere(way):
    """A table by name, and one that the function is bound to, give the same from everywhere."""
    assert numbers(WAYS[way](GO.Nearest, **GIVEN)) == NEAREST
    assert numbers(WAYS[way](BOUND)) == NEAREST


def test_bound():
    """A bound function has a snapshot, which its pickle and its copy have too."""
    edges = [1.0, 2.0]
    bound = GO.Bin.bind(edges=edges)
    edges[0] = 100.0
    for one in (bound, pickle.loads(pickle.dumps(bound)), copy.copy(bound)):
        assert one([0.0, 1.5, 3.0]) == [0, 1, 2]
        assert one == bound and hash(one) == hash(bound)
    assert bound([0.0], edges=[-1.0]) == [1]
    assert list(inspect.signature(bound).parameters) == ["v", "timeout", "threads"]
    assert bound != GO.Bin and "with edges" in repr(bound) and bound != GO.Bin.bind(edges=[1.0])


def test_bound_elsewhere():
    """A new process takes the snapshot with the function."""
    script = "import pickle, sys; print(pickle.load(sys.stdin.buffer)([0.0, 1.5, 3.0]))"
    found = subprocess.run(
        [sys.executable, "-c", script],
        input=pickle.dumps(GO.Bin.bind(edges=np.array([1.0, 2.0]))),
        capture_output=True,
        timeout=HANG,
        check=True,
    )
    assert found.stdout.decode().strip() == "[0, 1, 2]"


def test_streams():
    """Aggregates, scans and row functions have tables on streams."""
    both = pa.table({"v": [1.0, 2.0, 3.0], "edges": [9.0, 9.0, 9.0]})
    table = both.select(["v"])
    stream = ds.dataset(table)
    assert GO.Above(stream, edges=[1.5]) == 2 and GO.Above.bind(edges=[1.5])(stream) == 2
    assert GO.Decay(stream, w=[0.5]).read_all().column(0).to_pylist() == [1.0, 2.5, 4.25]
    places = pa.table({"lat": [1.0, 2.0], "lon": [0.0, 0.0]})
    assert GO.Row(ds.dataset(places), scale={"lat": 10}).read_all().column(0).to_pylist() == [
        10,
        20,
    ]
    parts = [GO.Above.partial(table.slice(at, 1), edges=[1.5]) for at in range(3)]
    assert GO.Above.result(*parts) == 2
    with pytest.raises(ArgumentTypeError, match=r"edges of Above is a table .*pass edges="):
        GO.Above(ds.dataset(both))  # a column of that name is none
    for call in (
        lambda: GO.Above(ds.dataset(both), edges=[1.0]),
        lambda: GO.Bin.batches(both, edges=[1]),
    ):
        with pytest.raises(
            ArgumentValueError, match=r"is a table, and the .* has a column 'edges' too"
        ):
            call()
    assert GO.Above.bind(edges=[1.5])(ds.dataset(both)) == 2
    with pytest.raises(ArgumentTypeError, match="edges of Bin is a table"):
        GO.Bin.batches(table)
    with pytest.raises(ArgumentTypeError, match="writes its table seen, which starts afresh"):
        GO.Counts(ds.dataset(pa.table({"s": ["a"]})), seen={})


def test_defaults_by_name():
    """A parameter with a default takes the column of its name, where there is one."""
    table = pa.table({"v": [5.0, 50.0]})
    assert GO.Capped.batches(table).column(0).to_pylist() == [5.0, 10.0]
    with_cap = table.append_column("cap", pa.array([1.0, 20.0]))
    assert GO.Capped.batches(with_cap).column(0).to_pylist() == [1.0, 20.0]
    assert GO.Capped(ds.dataset(table)).read_all().column(0).to_pylist() == [5.0, 10.0]
    assert GO.Capped(ds.dataset(table), cap=7).read_all().column(0).to_pylist() == [5.0, 7.0]


def test_meta_and_transformer():
    """Dask's meta and pipelines of scikit-learn take tables as they are."""
    assert GO.Nearest.meta(PLACES.lat, PLACES.lon, **GIVEN).dtype == np.int64
    assert len(GO.Nearest.meta(PLACES.lat, PLACES.lon, STATIONS.lat, STATIONS.lon)) == 0
    pytest.importorskip("sklearn")
    step = goscore.transformer(GO.Nearest, **GIVEN)
    assert step.fit_transform(PLACES)["Nearest"].tolist() == NEAREST
    binned = goscore.transformer(GO.Bin.bind(edges=[0.5])).fit_transform(PLACES)
    assert list(binned) == ["lat", "lon"]


@pytest.mark.parametrize(
    "given, message",
    [
        ({"edgs": [1.0]}, "Bin has no table edgs; did you mean edges?"),
        ({"v": [1.0]}, "Bin has no table v: its tables are edges"),
        ({"edges": 1.0}, "table edges of Bin takes a list, an array or a Series"),
    ],
)
def test_wrong_bindings(given, message):
    """Only tables can be bound, to what fits them."""
    with pytest.raises((ArgumentTypeError, ArgumentValueError)) as refused:
        GO.Bin.bind(**given)
    assert message in str(refused.value)
    with pytest.raises(ArgumentTypeError, match="Capped has no table cap, and has no tables"):
        GO.Capped.bind(cap=1)


@pytest.mark.engines
def test_dask_processes(monkeypatch):
    """Dask's processes get the table with the function."""
    # A shell of another test may stand for the main module, without what spawning asks of one.
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None, raising=False)
    dd = pytest.importorskip("dask.dataframe", reason="dask[dataframe] is not installed")
    places = dd.from_pandas(PLACES, npartitions=3)
    for function, given in ((GO.Nearest, GIVEN), (BOUND, {})):
        meta = function.meta(places.lat, places.lon, **given)
        made = dd.map_partitions(function, places.lat, places.lon, meta=meta, **given)
        assert made.compute(scheduler="processes", num_workers=2).tolist() == NEAREST
