"""One function on Spark: equal results, also where a process was killed; nothing is left."""

import functools
import os
import shutil

import pytest

from ..declared import functions
from ..engines import AMOUNTS, GO, RIDES, ROWS, SLOW, TILLS, WANTED, killed

pytestmark = pytest.mark.engines
NEXT = list(range(1, ROWS + 1))


@pytest.fixture(scope="module")
def spark(started):
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("there is no Java, on which Spark runs")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
        "spark.local.dir": started,
        "spark.log.level": "OFF",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    # Without the 4, a task that was lost is not tried again.
    session = sql.SparkSession.builder.master("local[2,4]").config(map=settings).getOrCreate()
    yield session
    session.stop()
    session.sparkContext._gateway.shutdown()


def test_spark(spark):
    """Spark calls both on record batches, and its rows have the types of the schema."""
    from pyspark.sql.types import StructType

    df = spark.createDataFrame(RIDES)
    made = df.mapInArrow(
        functools.partial(GO.Price.arrow_batches, errors="coerce"), schema=GO.Price.spark_schema
    )
    assert [row.asDict() for row in made.collect()] == WANTED
    schema = StructType([*df.schema, *GO.Amount.spark_schema])
    keeping = functools.partial(GO.Amount.arrow_batches, keep=True, errors="coerce")
    found = df.mapInArrow(keeping, schema=schema).collect()
    assert [row.asDict() for row in found] == [
        row | {"Amount": amount} for row, amount in zip(RIDES.to_pylist(), AMOUNTS, strict=True)
    ]


def test_spark_groups(spark):
    """An aggregate is called on each group, whose key comes first."""
    from pyspark.sql.types import StructType

    table = RIDES.select(["Pickup Zone", "n"]).rename_columns(["k", "v"])
    df = spark.createDataFrame(table)
    df = df.withColumn("v", df.v.cast("double")).na.drop()
    groups = df.groupBy("k").applyInArrow(
        GO.Spread.arrow_groups("k", q=2.0),
        schema=StructType([df.schema["k"], *GO.Spread.spark_schema]),
    )
    found = {row.k: row.Spread for row in groups.collect()}
    assert found == {"Café": 2 * 2997.0 - 0, "dock": 2 * 2998.0 - 1}


def test_spark_reduction(spark):
    """Partial results of batches are combined for each key to what one call gives."""
    from pyspark.sql.types import StructField, StructType

    df = spark.createDataFrame(RIDES.rename_columns(["n", "zone", "count", "fare"]))
    key, till = df.schema["zone"], GO.Takings.spark_schema

    def partials(batches):
        for batch in batches:
            yield from GO.Takings.partial(batch, by="zone").to_batches()

    parts = df.mapInArrow(partials, StructType([key, StructField("Takings", till)]))
    made = parts.groupBy("zone").applyInArrow(
        lambda table: GO.Takings.result(table), StructType([key, *till])
    )
    assert [row.asDict() for row in made.orderBy("zone").collect()] == TILLS.to_pylist()


def test_spark_killed(spark, tmp_path):
    """A process of Spark's that is killed in mid-task takes goscore's with it, and its task runs again."""
    go = functions(SLOW % str(tmp_path / "mark")).Next
    call = spark.createDataFrame(RIDES).mapInArrow(go.arrow_batches, schema=go.spark_schema).collect
    assert [row.Next for row in killed(tmp_path / "mark", call)] == NEXT


def test_spark_tables(spark):
    """A function that is bound to its tables gives in Spark's processes what it gives here."""
    from .test_tables import BOUND, GIVEN, NEAREST, PLACES

    for call in (
        BOUND.arrow_batches,
        functools.partial(
            BOUND.arrow_batches, slat=GIVEN["slat"].tolist(), slon=GIVEN["slon"].tolist()
        ),
    ):
        found = spark.createDataFrame(PLACES).mapInArrow(call, schema=BOUND.spark_schema).collect()
        assert [row.Nearest for row in found] == NEAREST
