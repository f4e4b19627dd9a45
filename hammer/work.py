"""Calls of all kinds, each with the result that it must have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import goscore

from . import notebook

SOURCE = """
// Scaled is a scalar function: it is streamed over its column.
func Scaled(v float64) float64 { return v*v + 1 }

// Turned is a vector function.
func Turned(v []float64) []float64 {
	turned := make([]float64, len(v))
	for i, x := range v {
		turned[len(v)-1-i] = x
	}
	return turned
}

// Total is an aggregate function.
func Total(v []float64) float64 {
	total := 0.0
	for _, x := range v {
		total += x
	}
	return total
}

// Highest is a scan whose step forgets.
//
//goscore:scan init=0
func Highest(prev, v float64) float64 {
	if v > prev {
		return v
	}
	return prev
}

// Summed is a scan whose step does not.
//
//goscore:scan init=0
func Summed(prev, v float64) float64 { return prev + v }
"""

VALUE = "%%goscore -i v\ntotal := 0.0\nfor _, x := range v {\n\ttotal += x\n}\ntotal\n"
OUTPUT = "%%goscore -i v -o made\nmade := make([]float64, len(v))\nfor i, x := range v {\n\tmade[i] = -x\n}\n"


@dataclass(frozen=True)
class Kind:
    """A way to call Go.

    Attributes
    ----------
    name : str
    run : callable
        Calls it.
    wanted : object
        What that must give, to the bit.
    """

    name: str
    run: Callable[[], Any]
    wanted: Any

    def right(self, got: Any) -> bool:
        """Tell whether a call gave what it must."""
        if isinstance(self.wanted, np.ndarray):
            return isinstance(got, np.ndarray) and np.array_equal(got, self.wanted)
        return bool(got == self.wanted)


def functions() -> dict[str, Any]:
    """Declare `SOURCE`; return its callables by name."""
    return notebook.functions(
        SOURCE,
        "Scaled",
        "Turned",
        "Total",
        "Highest",
        "Summed",
    )


def column(rows: int) -> np.ndarray:
    """Return whole numbers whose sums are exact in any order."""
    return (np.arange(rows) * 2654435761 % 1009).astype(np.float64)


def programs(rows: int) -> list[Kind]:
    """Return the kinds that run in a program, each called once before."""
    go, v = functions(), column(rows)
    kinds = [
        Kind("scalar", lambda: go["Scaled"](v), v * v + 1),
        Kind("vector", lambda: go["Turned"](v), v[::-1].copy()),
        Kind("aggregate", lambda: go["Total"](v), float(v.sum())),
        Kind("scan", lambda: go["Highest"](v), np.maximum.accumulate(v)),
        Kind("scan that remembers", lambda: go["Summed"](v), np.cumsum(v)),
        Kind("value of a cell", lambda: notebook.run(VALUE, v=v), float(v.sum())),
        Kind("output of a cell", lambda: notebook.output(OUTPUT, "made", v=v), -v),
    ]
    for kind in kinds:
        assert kind.right(kind.run()), f"{kind.name}: wrong before anything was attacked"
    return kinds


def built_in(rows: int) -> list[Kind]:
    """Return kinds that run in the worker itself."""
    v = column(rows)
    kinds = [
        Kind("built-in aggregate", lambda: goscore.weighted_sum(v, v), float((v * v).sum())),
        Kind("built-in scan", lambda: goscore.score_series(v), goscore.score_series(v)),
    ]
    for kind in kinds:
        assert kind.right(kind.run()), f"{kind.name}: wrong before anything was attacked"
    return kinds
