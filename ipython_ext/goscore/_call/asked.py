"""What a call sends of its arguments, and whether their shapes fit the function and each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._errors import ArgumentTypeError, ArgumentValueError
from .._run.outgoing import Entry
from .signature import parameters

if TYPE_CHECKING:
    from .call import Call


def plan(asked: Call) -> list[dict[str, Any]]:
    """Say which columns to send, and which of them can have missing values."""
    fields = asked.info.get("fields") if asked.info["kind"] == "row" else None
    if fields is not None:
        nullable = [at for at, one in enumerate(fields) if one["nullable"]]
        return [{"name": "p0", "columns": list(range(len(fields))), "nullable": nullable}]
    return [
        {"name": f"p{at}", "nullable": [0] if parameter["nullable"] else []}
        for at, parameter in enumerate(parameters(asked.info))
    ]


def check_shapes(asked: Call, entries: list[Entry]) -> None:
    """Refuse columns where one value is taken, and columns whose rows cannot belong together."""
    if asked.info["kind"] in ("vector", "aggregate") and not _by_rows(entries):
        for parameter, given in zip(parameters(asked.info), asked.arguments, strict=True):
            if parameter["shape"] == "value" and given.library:
                raise ArgumentTypeError(
                    f"{given.label} takes one {parameter['go']}, and a column was passed"
                )
    lengths: dict[int | None, str] = {}
    for given in asked.columns:
        lengths.setdefault(given.rows, given.label)
    if len(lengths) > 1:
        shown = " and ".join(
            f"{label} has {rows} row{'s' * (rows != 1)}" for rows, label in lengths.items()
        )
        hint = ""
        if isinstance(asked.options.by, list) and isinstance(next(iter(asked.options.by), 0), str):
            hint = f"\nby= takes columns, not their names: by=df[{asked.options.by[0]!r}]"
        raise ArgumentValueError(f"{shown}: columns of one call must have one length{hint}")


def _by_rows(entries: list[Entry]) -> bool:
    """Tell whether columns of lists or byte strings make slices the values of single rows."""
    wide = ("+", "z", "Z", "vz", "w:")
    return any(source.type.startswith(wide) for entry in entries for source in entry.sources)
