"""One function on Dask: equal results, also without Go and where a process was killed; nothing is left."""

import pytest

import goscore

from .. import engines
from ..declared import functions
from ..engines import AMOUNTS, GO, ROWS, SLOW, TILLS, WANTED, killed, listed

pytestmark = pytest.mark.engines
NEXT = list(range(1, ROWS + 1))


@pytest.fixture(scope="module")
def dask(started):
    """Start two workers in an environment without Go, with a cache that is empty."""
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    pytest.importorskip("dask.dataframe", reason="dask[dataframe] is not installed")
    environment = {"GOSCORE_GO": f"{started}/no/go", "GOSCORE_CACHE": f"{started}/cache"}
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=":0",
            local_directory=started,
            env=environment,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def rides(dask):
    import dask.dataframe as dd

    return dd.from_pandas(engines.pandas_rides(), npartitions=3)


@pytest.mark.parametrize("scheduler", ["threads", "processes", None])
def test_dask(dask, scheduler):
    """Dask's threads, processes and clusters call both on partitions, and find them of the type of meta."""
    import dask as library

    ddf = rides(dask)
    meta = GO.Price.meta(ddf, errors="coerce")
    made = ddf.map_partitions(GO.Price, errors="coerce", meta=meta)
    amounts = ddf.fare.map_partitions(
        GO.Amount, errors="coerce", meta=GO.Amount.meta(ddf.fare, errors="coerce")
    )
    options = {"scheduler": scheduler} if scheduler else {}
    found, read = library.compute(made, amounts, **options)
    assert listed(found) == WANTED
    assert (found.dtypes == meta.dtypes).all() and found.index.equals(engines.pandas_rides().index)
    assert listed(read) == AMOUNTS and read.name == "fare"


def test_dask_without_go(dask):
    """A worker that has no Go runs what was compiled here."""

    def asked(function, column):
        made = function(column, errors="coerce")
        return made, goscore.last.cached, goscore.doctor().facts["go"]

    column = engines.pandas_rides().fare
    made, cached, go = dask.submit(asked, GO.Amount, column).result(60)
    assert cached and go.startswith("none")
    assert listed(made) == AMOUNTS


def test_dask_enforces_meta(dask):
    """Columns in another order than meta says are an error of Dask's."""
    ddf = rides(dask)
    meta = GO.Price.meta(ddf)
    with pytest.raises(ValueError, match=r"[Oo]rder of columns does not match"):
        ddf.map_partitions(GO.Price, errors="coerce", meta=meta[meta.columns[::-1]]).compute(
            scheduler="threads"
        )


def test_dask_reduction(dask):
    """Partial results of partitions are combined on the cluster to what one call gives."""
    from dask import delayed

    ddf = rides(dask).rename(columns={"Pickup Zone": "zone"})
    parts = [delayed(GO.Takings.partial)(part, by="zone") for part in ddf.to_delayed()]
    merged = [delayed(GO.Takings.merge)(*parts[at : at + 2]) for at in range(0, len(parts), 2)]
    made = delayed(GO.Takings.result)(*merged).compute()
    assert made.to_pylist() == TILLS.to_pylist()


def test_dask_killed(dask, tmp_path):
    """A worker of Dask's that is killed in mid-task takes goscore's with it, and its task runs again."""
    go = functions(SLOW % str(tmp_path / "mark")).Next
    ddf = rides(dask)
    call = ddf.n.map_partitions(go, meta=go.meta(ddf.n)).compute
    assert listed(killed(tmp_path / "mark", call)) == NEXT


@pytest.mark.parametrize(
    "ask",
    [
        lambda ddf: ddf.map_partitions(GO.Price, errors="report", meta=GO.Price.meta(ddf)),
        lambda ddf: ddf.fare.map_partitions(GO.Amount, errors="report"),
        lambda ddf: ddf.fare.map_partitions(GO.Amount, errors="report", meta=(None, float)),
        lambda ddf: ddf.fare.apply(GO.Amount, errors="report", meta=(None, float)),
        lambda ddf: ddf.groupby("n").fare.apply(GO.Amount, errors="report", meta=(None, float)),
    ],
    ids=["frame", "emulated", "column", "apply", "groups"],
)
def test_dask_has_no_room_for_a_report(dask, ask):
    """Where Dask is promised one frame, a result that comes with a report is refused, and says what to do."""
    # Where Dask calls it for its meta, the error is in one of Dask's.
    refused = goscore.ArgumentTypeError, ValueError
    with pytest.raises(refused, match=r'errors="coerce".*to_delayed\(\)'):
        ask(rides(dask)).compute()


def test_dask_report_of_parts(dask):
    """The report of each part comes from delayed calls, and from functions that keep what they promise."""
    from dask import delayed

    ddf = rides(dask)
    parts = [delayed(GO.Amount)(part, errors="report") for part in ddf.fare.to_delayed()]
    found = delayed(list)(parts).compute()
    assert [value for amounts, _ in found for value in listed(amounts)] == AMOUNTS
    unread = [at for at, fare in enumerate(engines.RIDES["fare"].to_pylist()) if fare == "free"]
    assert [row for _, report in found for row in report["row"]] == unread

    def failed(part):
        return GO.Amount(part, errors="report")[1]

    reports = ddf.fare.map_partitions(failed, meta=failed(ddf.fare._meta)).compute()
    assert reports["row"].tolist() == unread
