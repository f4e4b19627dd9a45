"""Integers of text files of which Arrow's readers make floats, rounded: those beyond int64, or beside fractions."""

from __future__ import annotations

import decimal
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_EXACT = 2.0**53  # up to here a float holds each integer
_INTEGER = re.compile(r"\s*[+-]?[0-9]+\s*")


def rounded(table: pa.Table) -> list[str]:
    """Return the columns whose floats may stand for integers that they do not hold."""
    return [
        name
        for name, column in zip(table.column_names, table.columns, strict=True)
        if table.column_names.count(name) == 1
        and any(_largest(chunk) >= _EXACT for chunk in column.chunks)
    ]


def _largest(array: pa.Array) -> float:
    """Return the largest float within an array, in lists and structs, too."""
    import pyarrow as pa
    from pyarrow import compute

    if pa.types.is_float64(array.type):
        finite = array.filter(compute.is_finite(array))
        return float(compute.max(compute.abs(finite)).as_py() or 0)
    if pa.types.is_list(array.type):
        return _largest(array.flatten())
    if pa.types.is_struct(array.type):
        return max(map(_largest, array.flatten()), default=0.0)
    return 0.0


def parse(texts: list[str | None]) -> list[Any]:
    """Return integers where texts are such."""
    return [int(text) if text is not None and _INTEGER.fullmatch(text) else text for text in texts]


def replace(table: pa.Table, name: str, values: list[Any]) -> pa.Table:
    """Put integers in the place of floats, if all values are such: of 64 bits without a sign, or decimals.

    Raises
    ------
    ValueError
        One has more digits than a decimal, or stands beside fractions and is no float64.
    """
    import pyarrow as pa

    there = [value for value in values if value is not None]
    if not all(type(value) is int for value in there):
        if (lost := _lost(there)) is not None:
            raise ValueError(
                f"column {name} has the integer {lost}, which would be rounded beside fractions or in a list: "
                f"write it as text, in quotes in JSON, or with a decimal point if it is no exact number"
            )
        return table
    if max(map(abs, there)) >= 10**38:
        raise ValueError(f"column {name} has integers of more than 38 digits")
    if min(there) >= 0 and max(there) < 2**64:
        column = pa.array(values, pa.uint64())
    else:
        decimals = [None if value is None else decimal.Decimal(value) for value in values]
        column = pa.array(decimals, pa.decimal128(38, 0))
    return table.set_column(table.column_names.index(name), name, column)


def _lost(value: Any) -> int | None:
    """Return the first integer within a value that is no float64."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return next((lost for lost in map(_lost, value) if lost is not None), None)
    if type(value) is not int:
        return None
    return value if abs(value) >= 2**1023 or int(float(value)) != value else None
