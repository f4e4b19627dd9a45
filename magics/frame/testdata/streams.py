"""Write the streams that other libraries' writers make: pyarrow 26.0.1, polars 2.1.0."""

import datetime as dt
import decimal
import pathlib

import numpy as np
import polars as pl
import pyarrow as pa

HERE = pathlib.Path(__file__).parent


def write(name: str, table: pa.Table | pa.RecordBatch, **options: object) -> None:
    """Write *table* as one stream."""
    with pa.OSFile(str(HERE / f"{name}.arrows"), "wb") as sink:
        with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
            writer.write(table)


def every(n: int) -> pa.Table:
    """Return a table of *n* rows with a column of every type that is supported."""

    def column(values: list, type_: pa.DataType) -> pa.Array:
        return pa.array([values[i % len(values)] for i in range(n)], type_)

    now = dt.datetime(2026, 2, 3, 4, 5, 6)
    columns = {str(t): column([1, None, 3], t) for t in (
        pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(),
        pa.float32(), pa.float64())}
    columns["float16"] = column([np.float16(1), None], pa.float16())
    columns["bool"] = column([True, None, False], pa.bool_())
    for t in (pa.string(), pa.large_string(), pa.string_view()):
        columns[str(t)] = column(["a", None, "a longer string than a view has inline", ""], t)
    for t in (pa.binary(), pa.large_binary(), pa.binary_view()):
        columns[str(t)] = column([b"a", None, b"\xff" * 40, b""], t)
    columns["fixed"] = column([b"abc", None], pa.binary(3))
    columns["date32"] = column([now.date(), None], pa.date32())
    columns["date64"] = column([now.date(), None], pa.date64())
    for unit in ("s", "ms", "us", "ns"):
        columns["timestamp " + unit] = column([now, None], pa.timestamp(unit))
        columns["zone " + unit] = column([now, None], pa.timestamp(unit, "Europe/Paris"))
        columns["duration " + unit] = column([dt.timedelta(seconds=5), None], pa.duration(unit))
    columns["time32"] = column([dt.time(1, 2, 3), None], pa.time32("ms"))
    columns["time64"] = column([dt.time(1, 2, 3), None], pa.time64("ns"))
    columns["decimal"] = column([decimal.Decimal("1.25"), None], pa.decimal128(10, 2))
    columns["decimal256"] = column([decimal.Decimal("1.25"), None], pa.decimal256(50, 2))
    columns["dictionary"] = column(["x", None, "y"], pa.string()).dictionary_encode()
    columns["list"] = column([[1, None], None, []], pa.list_(pa.int64()))
    columns["large_list"] = column([["a"], None, []], pa.large_list(pa.string()))
    columns["fixed_list"] = column([[1, 2], None], pa.list_(pa.float32(), 2))
    columns["struct"] = column([{"x": 1, "y": "a"}, None], pa.struct({"x": pa.int8(), "y": pa.string()}))
    columns["null"] = pa.nulls(n)
    columns["bool8"] = pa.ExtensionArray.from_storage(pa.bool8(), column([0, 1, None], pa.int8()))
    return pa.table(columns)


table = every(20)
write("every", table.combine_chunks())
write("sliced", table.slice(3, 12).combine_chunks())
write("empty", every(0))
write("compressed", table, compression="zstd")

# What pandas makes of a missing category: an index of -1 under a null.
codes = pa.array(np.array([0, -1, 1], np.int8), mask=np.array([False, True, False]))
write("category", pa.table({"c": pa.DictionaryArray.from_arrays(codes, ["x", "y"])}))

frame = pl.DataFrame({
    "s": ["a", None, "a longer string than a view has inline"] * 5,
    "v": [1.5, None, float("nan")] * 5,
    "c": pl.Series(["x", None, "y"] * 5, dtype=pl.Categorical),
    "e": pl.Series(["x", None, "y"] * 5, dtype=pl.Enum(["x", "y"])),
    "l": [[1], None, []] * 5,
    "d": [dt.date(2026, 2, 3), None, None] * 5,
})
frame[1:].rechunk().write_ipc_stream(HERE / "polars.arrows")
