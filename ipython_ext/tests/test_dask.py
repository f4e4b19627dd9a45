"""One function on Dask: equal results, also where a process was killed; nothing is left."""

import pytest

from . import engines
from .declared import functions
from .engines import AMOUNTS, GO, ROWS, SLOW, WANTED, killed, listed

pytestmark = pytest.mark.engines
NEXT = list(range(1, ROWS + 1))


@pytest.fixture(scope="module")
def dask(started):
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    pytest.importorskip("dask.dataframe", reason="dask[dataframe] is not installed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=started
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
    options = {"scheduler": scheduler} if scheduler else {}
    ddf = rides(dask)
    meta = GO.Price.meta(ddf, errors="coerce")
    made = ddf.map_partitions(GO.Price, errors="coerce", meta=meta)
    found = made.compute(**options)
    assert listed(found) == WANTED
    assert (found.dtypes == meta.dtypes).all() and found.index.equals(engines.pandas_rides().index)
    amounts = ddf.fare.map_partitions(
        GO.Amount, errors="coerce", meta=GO.Amount.meta(ddf.fare, errors="coerce")
    )
    assert listed(amounts.compute(**options)) == AMOUNTS and amounts.name == "fare"


def test_dask_enforces_meta(dask):
    """Columns in another order than meta says are an error of Dask's."""
    ddf = rides(dask)
    meta = GO.Price.meta(ddf)
    with pytest.raises(ValueError, match=r"[Oo]rder of columns does not match"):
        ddf.map_partitions(GO.Price, errors="coerce", meta=meta[meta.columns[::-1]]).compute(
            scheduler="threads"
        )


def test_dask_killed(dask, tmp_path):
    """A worker of Dask's that is killed in mid-task takes goscore's with it, and its task runs again."""
    go = functions(SLOW % str(tmp_path / "mark")).Next
    ddf = rides(dask)
    call = ddf.n.map_partitions(go, meta=go.meta(ddf.n)).compute
    assert listed(killed(tmp_path / "mark", call)) == NEXT
