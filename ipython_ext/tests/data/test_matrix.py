"""Every kind of function on every type, in every library: equal to Python, in the library that went in."""

import datetime as dt
import decimal
import functools
import itertools

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ..declared import functions

ZONE = dt.UTC
TIMES = [dt.datetime(2020, 2, 29, 12, 30, 1), dt.datetime(1969, 1, 1), dt.datetime(2020, 3, 1)]
SPANS = [dt.timedelta(seconds=1), dt.timedelta(days=-5), dt.timedelta(hours=3)]
WORDS = ["a", "é" * 20, ""]

# name: Go's type, Arrow's type, three values
TYPES = {
    **{
        f"int{bits}": (f"int{bits}", pa.from_numpy_dtype(f"i{bits // 8}"), [-(2 ** (bits - 1)), 5, 2 ** (bits - 1) - 1])
        for bits in (8, 16, 32, 64)
    },
    **{
        f"uint{bits}": (f"uint{bits}", pa.from_numpy_dtype(f"u{bits // 8}"), [0, 5, 2**bits - 1])
        for bits in (8, 16, 32, 64)
    },
    "float32": ("float32", pa.float32(), [1.5, -2.25, 0.0]),
    "float64": ("float64", pa.float64(), [0.1, -1e300, 3.0]),
    "bool": ("bool", pa.bool_(), [True, False, True]),
    "string": ("string", pa.string(), WORDS),
    "large": ("string", pa.large_string(), WORDS),
    "view": ("string", pa.string_view(), WORDS),
    "dictionary": ("string", pa.dictionary(pa.int8(), pa.string()), ["x", "y", "x"]),
    "binary": ("[]byte", pa.binary(), [b"a", b"\0" * 20, b""]),
    "decimal": ("goscore.Decimal", pa.decimal128(10, 2), [decimal.Decimal(text) for text in ("1.23", "-99999999.99", "0.00")]),
    "naive": ("time.Time", pa.timestamp("us"), TIMES),
    "zoned": ("time.Time", pa.timestamp("ns", "Europe/Paris"), [time.replace(tzinfo=ZONE) for time in TIMES]),
    "date": ("time.Time", pa.date32(), [time.date() for time in TIMES]),
    "duration": ("time.Duration", pa.duration("ns"), SPANS),
    "list": ("[]float64", pa.list_(pa.float64()), [[1.0, 2.0], [], [3.0]]),
    "struct": ("Point", pa.struct([("X", pa.float64()), ("S", pa.string())]), [{"X": 1.0, "S": "a"}, {"X": 2.0, "S": "b"}, {"X": 0.5, "S": ""}]),
}  # fmt: skip
MASKED = {
    kind: pd.api.types.pandas_dtype(name.replace("int", "Int").replace("uI", "UI"))
    for name, (_, kind, _) in TYPES.items()
    if "int" in name
} | {pa.bool_(): pd.BooleanDtype()}
KINDS = ("scalar", "nullable", "vector", "column", "aggregate", "scan", "row")
LIBRARIES = ("pandas", "arrow-backed", "polars", "arrow", "numpy")

# One function of each kind takes every type but those that have functions of their own.
SHARED = [name for name in TYPES if name not in ("naive", "zoned", "date", "list", "struct")]


def cell():
    """Write functions that give back what they are given, each kind in its own way."""
    go = [TYPES[name][0] for name in SHARED]
    number = range(len(go))

    def listed(pattern):
        return ", ".join(pattern.format(n=n, go=go[n]) for n in number)

    reversed_ = "".join(f"\tslices.Reverse(x{n})\n" for n in number)
    fields = "\n".join(f"\tX{n} {go[n]}" for n in number)
    code = f"""
type Point struct {{ X float64; S string }}
type All struct {{
{fields}
}}
func Scalar({listed("x{n} {go}")}) ({listed("{go}")}) {{ return {listed("x{n}")} }}
func Nullable({listed("x{n} *{go}")}) ({listed("*{go}")}) {{ return {listed("x{n}")} }}
func Vector({listed("x{n} []{go}")}) ({listed("[]{go}")}) {{
{reversed_}	return {listed("x{n}")}
}}
func Column({listed("x{n} []*{go}")}) ({listed("[]*{go}")}) {{
{reversed_}	return {listed("x{n}")}
}}
func Aggregate({listed("x{n} []{go}")}) ({listed("{go}")}) {{ return {listed("x{n}[len(x{n})-1]")} }}
//goscore:scan
func Scan(prev All, {listed("x{n} {go}")}) All {{ return All{{{listed("x{n}")}}} }}
func Row(r All) All {{ return r }}
"""
    for name, go in (("Time", "time.Time"), ("List", "[]float64"), ("Struct", "Point")):
        code += f"""
func Scalar{name}(x {go}) {go} {{ return x }}
func Nullable{name}(x *{go}) *{go} {{ return x }}
func Vector{name}(x []{go}) []{go} {{ slices.Reverse(x); return x }}
func Column{name}(x []*{go}) []*{go} {{ slices.Reverse(x); return x }}
func Aggregate{name}(x []{go}) {go} {{ return x[len(x)-1] }}
//goscore:scan
func Scan{name}(prev, x {go}) {go} {{ return x }}
type Row{name}Struct struct {{ X {go} }}
func Row{name}(r Row{name}Struct) {go} {{ return r.X }}
"""
    return code


@pytest.fixture(scope="module")
def go():
    return functions(cell())


@functools.cache
def column(name, library, nulls):
    """Make a column of three rows; with nulls the second has none."""
    _, kind, values = TYPES[name]
    made = pa.array([values[0], None, values[2]] if nulls else values, kind)
    if library == "arrow":
        return made
    if library == "polars":
        return pl.from_arrow(made)
    if library == "numpy":
        return made.to_numpy(zero_copy_only=False)
    if library == "arrow-backed":
        return pd.Series(pd.arrays.ArrowExtensionArray(made), index=list("abc"), name="x")
    plain = made.to_pandas(types_mapper=MASKED.get if nulls else None)
    return pd.Series(plain.array, index=list("abc"), name="x")


def frame(columns, library):
    """Make a frame of columns."""
    if library == "polars":
        return pl.DataFrame(columns)
    if library == "arrow":
        return pa.table(columns)
    return columns if library == "numpy" else pd.DataFrame(columns)


def parts(made):
    """Take a frame apart."""
    if isinstance(made, dict):
        return list(made.values())
    if isinstance(made, pl.DataFrame):
        return made.get_columns()
    if isinstance(made, pa.Table):
        return made.columns
    return [made[name] for name in made]


def plain(made):
    """Return Python's values, missing ones as None; a frame's rows as dicts."""
    if isinstance(made, dict):
        return [
            dict(zip(made, row, strict=True))
            for row in zip(*map(plain, made.values()), strict=True)
        ]
    if isinstance(made, pd.DataFrame):
        return made.to_dict("records")
    if isinstance(made, pl.DataFrame):
        return made.to_dicts()
    if isinstance(made, pl.Series):
        return made.to_list()
    if isinstance(made, pa.Table | pa.Array | pa.ChunkedArray):
        return made.to_pylist()
    if isinstance(made, pd.Series) and isinstance(made.dtype, pd.ArrowDtype):
        return made.array.__arrow_array__().to_pylist()
    return pa.array(made, from_pandas=True).to_pylist()


class Answers:
    """Calls each kind once for each library, with all the types that it takes at once."""

    def __init__(self, go):
        self.go = go
        self.shared = functools.cache(self._shared)

    def _shared(self, kind, library, names, nulls):
        """Call the function of a kind on columns of *names*; give it 0 rows' worth of the others."""
        call = getattr(self.go, kind.capitalize())
        columns = {
            f"X{n}": column(name, library, nulls and name in names) for n, name in enumerate(SHARED)
        }
        if kind == "row":
            made = parts(call(frame(columns, library)))
        else:
            made = call(*columns.values())
            made = parts(made) if kind == "scan" else made
        return dict(zip(SHARED, made, strict=True))

    def of(self, kind, name, library, nulls):
        if name in SHARED:
            names = tuple(n for n in SHARED if usable(n, library, nulls))
            return self.shared(kind, library, names, nulls)[name]
        own = {"naive": "Time", "zoned": "Time", "date": "Time"}.get(name, name.capitalize())
        call = getattr(self.go, kind.capitalize() + own)
        given = column(name, library, nulls)
        return call(frame({"X": given}, library) if kind == "row" else given)


@pytest.fixture(scope="module")
def answers(go):
    return Answers(go)


def usable(name, library, nulls):
    """Tell whether a library has such a column."""
    if library == "numpy":  # a NumPy array has neither zones nor nulls among integers
        return name != "zoned" and not (nulls and "int" in name)
    return True


def callable_on(kind, name):
    """Tell whether Go functions of the kind take the type."""
    if name == "struct":  # a struct parameter makes a row function; nil structs have no form
        return kind in ("vector", "aggregate", "scan", "row")
    return not (name == "list" and kind in ("aggregate", "scan"))  # slices of slices are vectors


def cases(kinds, nulls):
    """Give every kind, type and library that there is."""
    every = itertools.product(kinds, TYPES, LIBRARIES)
    return [
        case for case in every if usable(case[1], case[2], nulls) and callable_on(case[0], case[1])
    ]


@pytest.mark.parametrize(("kind", "name", "library"), cases(KINDS, False))
def test_values(answers, kind, name, library):
    """Without missing values."""
    made = answers.of(kind, name, library, False)
    wanted = [as_time(value) for value in TYPES[name][2]]
    if kind == "aggregate":
        assert made == wanted[-1]
        return
    assert plain(made) == (wanted[::-1] if kind in ("vector", "column") else wanted)
    same_library(made, column(name, library, False), name, kind in ("nullable", "column"))


WITH_NULLS = ("scalar", "nullable", "column", "row")


@pytest.mark.parametrize(("kind", "name", "library"), cases(WITH_NULLS, True))
def test_missing_values(answers, kind, name, library):
    """Missing values stay missing: as nil where Go can have it, else as a missing result."""
    made = answers.of(kind, name, library, True)
    first, _, last = (as_time(value) for value in TYPES[name][2])
    if name == "struct":
        assert [row["X"] for row in plain(made)][::2] == [first["X"], last["X"]]
        return
    assert plain(made) == ([last, None, first] if kind == "column" else [first, None, last])


def as_time(value):
    """A date is a time at midnight in Go."""
    return dt.datetime.combine(value, dt.time()) if type(value) is dt.date else value


# What comes back has the type that went in, where Go's type says it.
KEPT = {name for name in TYPES if name not in ("large", "view", "dictionary", "date", "decimal", "list", "struct")}  # fmt: skip


def same_library(made, given, name, nullable):
    """Compare library, index and type; pandas has types of its own for what may be missing."""
    if name == "struct":
        return
    kind = pa.Array | pa.ChunkedArray if isinstance(given, pa.Array) else type(given)
    assert isinstance(made, kind)
    if isinstance(given, pd.Series):
        assert made.index.equals(given.index)
    if name in KEPT and isinstance(given, pa.Array):
        assert made.type == given.type
    elif name in KEPT:
        wanted = given.dtype
        if nullable and isinstance(wanted, np.dtype) and isinstance(given, pd.Series):
            wanted = MASKED.get(TYPES[name][1], wanted)
        assert made.dtype == wanted
