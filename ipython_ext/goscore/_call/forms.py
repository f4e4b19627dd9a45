"""Arguments of a call like an earlier one: what their types decide, and their bytes."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from .._data import datatype
from .._data.arrays import Source
from .._protocol.functions import ParamInfo
from .._run.small import MOST, Given, given
from .arguments import argument

# Gives what a call on a lane says of a value; None of one that takes another way.
Reader = Callable[[Any], Given | None]

_SCALARS = (float, int, bool, str, bytes, *(np.dtype(code).type for code in "?bhilBHILfd"))
_FEW = 8192  # rows of columns that are looked at one by one
_FLOAT, _INT = struct.Struct("<d").pack, struct.Struct("<q").pack
_ONE = (1, 0, 2, -1, 8)


def form(value: Any) -> Any:
    """Return what tells values of one type, and one type of items, from others; None of rarer ones."""
    kind = type(value)
    if kind is np.ndarray:
        dtype = value.dtype
        return (kind, dtype if dtype.kind in "biuf" else dtype.type) if value.ndim == 1 else None
    if kind in _SCALARS:
        return kind
    if kind is list:
        return kind if 0 < len(value) <= _FEW else None
    if library := series_library(kind):
        dtype = value.dtype
        plain = library == "pandas" and isinstance(dtype, np.dtype)
        return kind, dtype if plain or isinstance(dtype, type) else type(dtype)
    pa = sys.modules.get("pyarrow")
    if pa is not None and kind.__module__ == "pyarrow.lib":
        return kind if issubclass(kind, pa.Array | pa.ChunkedArray) else None
    return None


def series_library(kind: type) -> str:
    """Return the library whose Series a type is; empty of any other type."""
    for library in ("pandas", "polars"):
        module = sys.modules.get(library)
        if module is not None and kind is getattr(module, "Series", None):
            return library
    return ""


def reader(name: str, parameter: ParamInfo, label: str, value: Any, source: Source) -> Reader:
    """Return what reads values of the form of one, which gave *source*."""
    general = anyhow(name, parameter, label, source.type)
    plain = _plain(parameter, value)
    if plain is None:
        return general
    wanted, found = given(source), plain(value)
    if wanted is None or found is None or wanted.numbers != found.numbers:
        return general

    def read(value: Any) -> Given | None:
        return plain(value) or general(value)

    return read


def anyhow(name: str, parameter: ParamInfo, label: str, kind: str, missing: bool = True) -> Reader:
    """Return what reads values as an ordinary call does, if they become arrays of that type."""

    def read(value: Any) -> Given | None:
        if hasattr(value, "__len__") and len(value) > _FEW:
            return None
        source = argument(name, parameter, label, value).source(0, missing and parameter.nullable)
        return given(source) if source.type == kind else None

    return read


def constant(source: Source) -> Reader:
    """Return what gives a parameter its default."""
    made = given(source)
    return lambda value: made


def _plain(parameter: ParamInfo, value: Any) -> Callable[[Any], Given | None] | None:
    """Return what reads numbers without missing ones; None for other values."""
    kind = type(value)
    if kind is np.ndarray:
        return _numbers if _is_plain(value.dtype) else None
    if kind is float:
        return lambda value: Given(1, 64, _ONE, (_FLOAT(value),))
    if kind is int:
        return _integer
    library = series_library(kind)
    if library == "pandas" and isinstance(value.dtype, np.dtype) and _is_plain(value.dtype):
        if parameter.nullable and value.dtype.kind == "f":  # a NaN is a null
            return None
        return lambda value: _numbers(value.to_numpy())
    if library == "polars" and str(value.dtype) in _NUMBERS_OF_POLARS:
        return lambda value: None if value.null_count() else _numbers(value.to_numpy())
    if kind.__module__ == "pyarrow.lib" and str(value.type) in _NUMBERS_OF_ARROW:
        return _arrow_reader(value.type)
    return None


def _arrow_reader(kind: Any) -> Callable[[Any], Given | None]:
    def read(value: Any) -> Given | None:
        if value.null_count or value.type != kind:
            return None
        return _numbers(value.to_numpy())

    return read


_NUMBERS_OF_POLARS = {
    *(f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)),
    "Float32",
    "Float64",
}
_NUMBERS_OF_ARROW = {
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
    "float",
    "double",
}


def _is_plain(dtype: np.dtype[Any]) -> bool:
    number = dtype.kind in "iuf" and datatype.of_numpy(dtype) is not None
    return dtype.isnative and (number or dtype.kind == "b")


def _numbers(values: np.ndarray) -> Given | None:
    nbytes = values.nbytes
    if nbytes > MOST:
        return None
    rows = len(values)
    return Given(rows, nbytes + 63 & -64, (rows, 0, 2, -1, nbytes), (values.tobytes(),))


def _integer(value: int) -> Given | None:
    if not -(1 << 63) <= value < 1 << 63:
        return None
    return Given(1, 64, _ONE, (_INT(value),))
