"""The table of types: every row is read, written and used as keys, or refused by name with advice."""

import datetime as dt
import decimal

import numpy as np
import pyarrow as pa
import pytest

from goscore import ArgumentTypeError
from goscore._data import datatype, from_arrow

from ..declared import functions

TIME = dt.datetime(2020, 2, 29, 12, 30, 1)
SPAN = dt.timedelta(days=-5)
WORDS = ["b", "a" * 20, "b"]

# What stands in a column, by the Go type that reads it; the second value is missing there.
VALUES = {
    "bool": [True, False, True],
    "string": WORDS,
    "[]byte": [word.encode() for word in WORDS],
    "time.Time": [TIME, dt.datetime(1969, 1, 1), TIME],
    "time.Duration": [SPAN, dt.timedelta(0), SPAN],
    "goscore.Decimal": [decimal.Decimal("1.20"), decimal.Decimal("-3.40"), decimal.Decimal("1.20")],
    "[]float64": [[1.0, 2.0], [], [1.0, 2.0]],
    "Point": [{"X": 1.0}, {"X": 2.5}, {"X": 1.0}],
    **{f"{sign}int{bits}": [3, 1, 3] for sign in ("", "u") for bits in (8, 16, 32, 64)},
    "float32": [1.5, -2.0, 1.5],
    "float64": [1.5, -2.0, 1.5],
}
PARAMETERS = {"zone": "Europe/Paris", "size": "2", "digits": "10,2"}
CHILDREN = [("X", pa.float64())]
# Formats that no cell takes, and what the message says to do.
REFUSED = {
    "w": ("fixed-size binary", "convert the column to binary first"),
    "tts": ("time of day", "convert the column to integers or strings first"),
    "ttm": ("time of day", "convert the column to integers or strings first"),
    "ttu": ("time of day", "convert the column to integers or strings first"),
    "ttn": ("time of day", "convert the column to integers or strings first"),
    "n": ("null", "the column has no value at all"),
}
# Values of these have no nil in Go, or items where they are missing.
WHOLE = ("+s", "+w")
READ = [row.format for row in datatype.TABLE if row.format not in REFUSED]


def go_type(row):
    """Return the Go type that reads a row's columns."""
    if row.is_number:
        return {"float16": "float32"}.get(row.numpy.name, row.numpy.name)
    names = {"b8": "bool", "d": "goscore.Decimal", "vu": "string", "U": "string"}
    by_layout = {"offsets": "[]byte", "views": "[]byte", "lists": "[]float64", "struct": "Point"}
    if row.format.startswith("td"):
        return "time.Time"
    return row.go or names.get(row.format) or by_layout[row.layout]


def column(row):
    """Make a column of three rows that has the row's format."""
    parameter = PARAMETERS.get(row.parameter, "")
    kind = datatype.to_arrow(f"{row.format}:{parameter}" if parameter else row.format, CHILDREN)
    first, second, last = values(row)
    if row.format in WHOLE:
        return pa.array([first, second, last], kind)
    if row.format == "b8":
        storage = pa.array([int(first), None, int(last)], pa.int8())
        return pa.ExtensionArray.from_storage(pa.bool8(), storage)
    return pa.array([first, None, last], kind)


def values(row):
    if row.format.startswith("tdm") or row.format == "tdD":
        return [dt.date(2020, 2, 29), dt.date(1969, 1, 1), dt.date(2020, 2, 29)]
    if row.format == "w":
        return [b"ab", b"cd", b"ab"]
    if row.format.startswith("tt"):
        return [dt.time(1), dt.time(2), dt.time(1)]
    if row.format == "n":
        return [None] * 3
    if row.format == "+w":
        return [[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]]
    return VALUES[go_type(row)]


def plain(value):
    """A date is a time in Go; a zone is another way to write a time."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).replace(tzinfo=None) if value.tzinfo else value
    return dt.datetime.combine(value, dt.time()) if isinstance(value, dt.date) else value


@pytest.fixture(scope="module")
def go():
    """One program reads and writes all types, and one more groups by each."""
    rows = [datatype.of(format) for format in READ if datatype.of(format).layout != "struct"]
    names = ", ".join(f"x{n}" for n in range(len(rows)))
    parameters = ", ".join(f"x{n} []*{go_type(row)}" for n, row in enumerate(rows))
    results = ", ".join(f"[]*{go_type(row)}" for row in rows)
    return functions(f"""
type Point struct {{ X float64 }}
func Same({parameters}) ({results}) {{ return {names} }}
func Structs(x []Point) []Point {{ return x }}
func Count(v []float64) int {{ return len(v) }}
""")


@pytest.fixture(scope="module")
def returned(go):
    """Give each type's column to Go and back."""
    rows = [datatype.of(format) for format in READ]
    flat = [row for row in rows if row.layout != "struct"]
    made = dict(
        zip([row.format for row in flat], go.Same(*[column(row) for row in flat]), strict=True)
    )
    made["+s"] = go.Structs(column(datatype.of("+s")))
    return made


@pytest.mark.parametrize("format", READ)
def test_read_and_written(returned, format):
    """A column of each type that goes to Go and back has the values that it had."""
    row = datatype.of(format)
    first, second, last = map(plain, values(row))
    wanted = [first, second if format in WHOLE else None, last]
    assert [plain(value) for value in returned[format].to_pylist()] == wanted


@pytest.mark.parametrize("row", datatype.TABLE, ids=lambda row: row.format)
def test_keys(go, row):
    """Rows are grouped by a column of each type, by Go or by what Python numbers, or the type is named."""
    keys = column(row)
    if row.layout in ("lists", "struct"):
        with pytest.raises(
            ArgumentTypeError, match=r"by= holds (lists|structs), which cannot be keys"
        ):
            go.Count(pa.array([1.0, 2.0, 3.0]), by=keys)
        return
    groups, counts = go.Count(np.array([1.0, 2.0, 3.0]), by=keys)
    assert len(groups) == len(counts)
    assert counts.tolist() == ([] if row.format == "n" else [2])


@pytest.mark.parametrize("format", REFUSED)
def test_refused(run, format):
    """A cell that names a column of a type without a Go type is told what to do."""
    table = pa.table({"x": column(datatype.of(format))})
    what, advice = REFUSED[format]
    with pytest.raises(ArgumentTypeError, match=f'column "x" of table: .*{what}') as raised:
        run("%%goscore -i table\nlen(table.x)", table=table)
    assert advice in str(raised.value)


@pytest.mark.parametrize("row", datatype.TABLE, ids=lambda row: row.format)
def test_rows_lead_to_arrow_and_back(row):
    """The format of each row's Arrow type is the row's."""
    if row.format == "b8":
        assert from_arrow.source(pa.bool8(), [column(row)]).type == "b8"
        return
    kind = column(row).type
    format = datatype.of_arrow(kind)
    assert datatype.of(format) is row
    assert datatype.to_arrow(format, CHILDREN) == kind
    assert from_arrow.source(kind, [column(row)]).type == format


def test_types_outside_of_the_table():
    """A type that has no row is refused by its name."""
    kind = pa.month_day_nano_interval()
    assert datatype.of_arrow(kind) is None
    with pytest.raises(
        from_arrow.Refused, match="month_day_nano_interval, which is not sent to Go"
    ):
        from_arrow.source(kind, [pa.array([None], kind)])
    with pytest.raises(ValueError, match="unknown type 'x'"):
        datatype.of("x")
