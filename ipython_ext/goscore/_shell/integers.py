"""Integers of files beyond int64, of which Arrow's readers make floats."""

from __future__ import annotations

import decimal
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_INTEGER = re.compile(r"\s*[+-]?[0-9]+\s*")


def rounded(table: pa.Table) -> list[str]:
    """Return the columns that may be floats only because an integer is beyond int64."""
    import pyarrow as pa
    from pyarrow import compute

    names = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_float64(column.type) and table.column_names.count(name) == 1:
            largest = compute.max(compute.abs(column)).as_py()
            if largest is not None and largest >= 2.0**63:
                names.append(name)
    return names


def parse(texts: list[str | None]) -> list[Any]:
    """Return integers where texts are such."""
    return [int(text) if text is not None and _INTEGER.fullmatch(text) else text for text in texts]


def replace(table: pa.Table, name: str, values: list[Any]) -> pa.Table:
    """Put integers in the place of floats, if all values are such: of 64 bits without a sign, or decimals.

    Raises
    ------
    ValueError
        One has more digits than a decimal.
    """
    import pyarrow as pa

    there = [value for value in values if value is not None]
    if not all(type(value) is int for value in there):
        return table
    if max(map(abs, there)) >= 10**38:
        raise ValueError(f"column {name} has integers of more than 38 digits")
    if min(there) >= 0 and max(there) < 2**64:
        column = pa.array(values, pa.uint64())
    else:
        decimals = [None if value is None else decimal.Decimal(value) for value in values]
        column = pa.array(decimals, pa.decimal128(38, 0))
    return table.set_column(table.column_names.index(name), name, column)
