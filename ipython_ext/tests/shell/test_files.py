"""Integers in files stay the integers that they are, however many digits they have."""

from decimal import Decimal

import pyarrow as pa
import pytest

from goscore import ArgumentValueError
from goscore._shell import files

OVER = 2**63 + 1


@pytest.mark.parametrize(
    ("ids", "kind"),
    [
        ([1, OVER], pa.uint64()),
        ([OVER, None, 2**64 - 1], pa.uint64()),
        ([-1, OVER], pa.decimal128(38, 0)),
        ([2**64, 5], pa.decimal128(38, 0)),
        ([10**37 + 1, -(10**37) - 1], pa.decimal128(38, 0)),
        ([1, 2**63 - 1], pa.int64()),
        ([1.5, 1e300], pa.float64()),
    ],
)
@pytest.mark.parametrize("extension", ["csv", "tsv", "jsonl"])
def test_large_integers(tmp_path, ids, kind, extension):
    """A column of which one integer is beyond int64 becomes no column of floats."""
    path = tmp_path / f"table.{extension}"
    if extension == "jsonl":
        lines = [f'{{"id": {"null" if i is None else i}, "x": 0.5}}' for i in ids]
    else:
        between = "," if extension == "csv" else "\t"
        lines = [f"id{between}x", *(f"{'' if i is None else i}{between}0.5" for i in ids)]
    path.write_text("\n".join(lines) + "\n")
    table = files.read(str(path))
    assert table["id"].type == kind and table["x"].type == pa.float64()
    decimals = pa.types.is_decimal(kind)
    assert table["id"].to_pylist() == [Decimal(i) if decimals and i is not None else i for i in ids]


@pytest.mark.parametrize("extension", ["csv", "jsonl"])
def test_integers_of_too_many_digits(tmp_path, extension):
    """What no type holds is refused by name."""
    path = tmp_path / f"table.{extension}"
    path.write_text(f'{{"id": 1{"0" * 38}}}\n' if extension == "jsonl" else f"id\n1{'0' * 38}\n")
    with pytest.raises(ArgumentValueError, match="column id has integers of more than 38 digits"):
        files.read(str(path))


@pytest.mark.parametrize(
    ("lines", "lost"),
    [
        (["9007199254740993", "1.5"], 2**53 + 1),
        (["0.5", "-9223372036854775809", "null"], -(2**63) - 1),
        ([f"[{OVER}]", "[1]"], OVER),
        (["[9007199254740993, 1.5]"], 2**53 + 1),
        ([f'{{"a": [{{"b": {OVER}}}]}}', '{"a": []}'], OVER),
        (["9007199254740992", "1.5"], None),
        (["[9007199254740993.0, 1e300]", "[1]"], None),
        (['{"a": 18446744073709551616, "b": null}'], None),
    ],
)
def test_integers_that_would_be_rounded(tmp_path, lines, lost):
    """An integer that is no float is refused where Arrow's readers make floats of it; one that is one is not."""
    path = tmp_path / "table.jsonl"
    path.write_text("".join(f'{{"id": {line}}}\n' for line in lines))
    paths = [path]
    if not set("[{") & set("".join(lines)):
        paths.append(tmp_path / "table.csv")
        paths[1].write_text("id,x\n" + "".join(f"{line.replace('null', '')},a\n" for line in lines))
    for path in paths:
        if lost is None:
            files.read(str(path))
            continue
        with pytest.raises(ArgumentValueError, match=f"column id has the integer {lost}, "):
            files.read(str(path))
