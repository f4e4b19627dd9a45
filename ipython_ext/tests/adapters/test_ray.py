"""One function on Ray: equal results, also where a process was killed; nothing is left."""

import pytest

import goscore

from ..declared import functions
from ..engines import GO, RIDES, ROWS, SLOW, TILLS, WANTED, killed

pytestmark = pytest.mark.engines
NEXT = list(range(1, ROWS + 1))


@pytest.fixture(scope="module")
def ray(started):
    ray = pytest.importorskip("ray", reason="ray[data] is not installed")
    pytest.importorskip("ray.data", reason="ray[data] is not installed")
    for attempt in range(
        3
    ):  # Ray gives processes of its own 15 s to start, too few on a busy machine
        try:
            ray.init(
                num_cpus=2,
                object_store_memory=80 * 2**20,
                include_dashboard=False,
                log_to_driver=False,
                _temp_dir=started,
            )
            break
        except Exception as error:
            ray.shutdown()
            if attempt == 2 or "timed out during startup" not in str(error):
                raise
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = True
    yield ray
    ray.shutdown()


ARROW = {"batch_format": "pyarrow", "batch_size": None}


def blocks(ray):
    """Return the data in three blocks."""
    return ray.data.from_arrow([RIDES.slice(at, 1000) for at in range(0, ROWS, 1000)])


def batches(ray, function, actors, **arguments):
    """Map batches of the data by tasks, or by an actor."""
    options = ARROW | {"fn_kwargs": arguments}
    dataset = blocks(ray)
    if not actors:
        return dataset.map_batches(function.batches, **options)
    compute = ray.data.ActorPoolStrategy(size=1)
    return dataset.map_batches(
        goscore.Batches, fn_constructor_args=[function], compute=compute, **options
    )


@pytest.mark.parametrize("actors", [False, True], ids=["tasks", "actors"])
def test_ray(ray, actors):
    """Ray's tasks and actors call it on batches."""
    found = batches(ray, GO.Price, actors, errors="coerce", keep="n").take_all()
    assert found == [{"n": at, **bill} for at, bill in enumerate(WANTED)]


def test_ray_reduction(ray):
    """Partial results of blocks are combined by a task to what one call gives."""
    dataset = blocks(ray).rename_columns({"Pickup Zone": "zone"})
    partials = dataset.map_batches(GO.Takings.partial, fn_kwargs={"by": "zone"}, **ARROW)
    made = partials.repartition(1).map_batches(GO.Takings.result, **ARROW)
    assert made.take_all() == TILLS.to_pylist()


@pytest.mark.parametrize("actors", [False, True], ids=["tasks", "actors"])
def test_ray_killed(ray, tmp_path, actors):
    """A process of Ray's that is killed in mid-task takes goscore's with it, and its task runs again."""
    go = functions(SLOW % str(tmp_path / "mark")).Next
    found = killed(tmp_path / "mark", batches(ray, go, actors).take_all)
    assert [row["Next"] for row in found] == NEXT
