"""Results that travel in the message, and what is wrong with some."""

import hashlib

import pyarrow as pa
import pytest

from goscore import GoscoreError
from goscore._run.incoming import Incoming, copy_out

from ..intervals import months


def stream(*columns):
    """Return a stream with one record batch."""
    batch = pa.RecordBatch.from_arrays(list(columns), [str(n) for n in range(len(columns))])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def read(*buffers, said=None, result=None):
    """Copy out a column that lies in the first buffer."""
    said = said if said is not None else buffers
    checksums = [{"length": len(b), "sha256": hashlib.sha256(b).hexdigest()} for b in said]
    incoming = Incoming(list(buffers), checksums, None, [])
    return copy_out(result or {"kind": "column", "ipc": 0}, incoming)


GOOD = stream(pa.array([1.5, 2.5]))


def test_whole():
    """What came as it was sent is read."""
    assert read(GOOD)["array"].numbers().tolist() == [1.5, 2.5]


@pytest.mark.parametrize("buffers", [[], [GOOD, b""], [GOOD, GOOD], [GOOD[:-1]]])
def test_other_buffers_than_were_sent(buffers):
    """One that is missing, too many or cut is told."""
    with pytest.raises(GoscoreError, match="changed on the way"):
        read(*buffers, said=[GOOD])


CORRUPT = {
    "nothing": b"",
    "cut": GOOD[:-40],
    "noise": b"\xff\xff\xff\xff\x10\0\0\0" + b"x" * 100,
    "no batch": GOOD[: GOOD.index(b"\xff\xff\xff\xff", 4)] + b"\xff\xff\xff\xff\0\0\0\0",
    "two columns": stream(pa.array([1.5]), pa.array([2.5])),
    "zone": stream(pa.array([0], pa.timestamp("s", "Europe/Paris"))).replace(
        b"Europe", b"\xff" * 6
    ),
    "offsets": stream(
        pa.Array.from_buffers(
            pa.string(),
            2,
            [
                None,
                pa.py_buffer(b"\0\0\0\0\xff\xff\xff\x7f\x02\0\0\0"),
                pa.py_buffer(b"ab"),
            ],
        )
    ),
}


@pytest.mark.parametrize("corrupt", CORRUPT)
def test_corrupt_streams(corrupt):
    """A stream that its sender made wrongly is refused, and crashes nothing."""
    with pytest.raises(GoscoreError, match="read a result"):
        read(CORRUPT[corrupt])


def test_wrong_buffer_number():
    """A result in a buffer that there is not is refused."""
    for number in (1, -1, "0", None):
        with pytest.raises(GoscoreError, match="read a result"):
            read(GOOD, result={"kind": "column", "ipc": number})


def test_type_without_arrays():
    """A stream with a type of which pyarrow makes no arrays is refused."""
    table = months()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    with pytest.raises(
        GoscoreError, match="corrupt Arrow IPC stream: has Arrow's type month_interval"
    ):
        read(sink.getvalue().to_pybytes())
