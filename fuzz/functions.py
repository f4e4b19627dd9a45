"""Random functions: one for each kind and type, in Go and in Python."""

from __future__ import annotations

import decimal
import random
from collections.abc import Callable
from dataclasses import dataclass
from string import Template
from typing import Any

from .values import TYPES, Step, Type

ZERO = {"bool": False, "string": "", "[]byte": b"", "time.Time": None, "[]int64": []}


@dataclass(frozen=True)
class Function:
    """A function of a cell.

    Attributes
    ----------
    kind : str
        Of `KINDS`.
    step : callable
        What it does with two values.
    fails : callable
        For parsers: whether a row returns an error.
    statements : str
        For cells: what they do with x.
    """

    kind: str
    type: Type
    name: str
    go: str
    step: Step
    fails: Callable[[Any], bool] = bool
    statements: str = ""


def zero(kind: Type) -> Any:
    """Return Go's zero value."""
    if kind.go == "goscore.Decimal":
        return decimal.Decimal(0)
    return ZERO.get(kind.go, 0.0 if kind.is_float else 0)


def fold(kind: Type, step: Step, values: list[Any]) -> Any:
    """Return what an aggregate of the step gives for a column."""
    if not values:
        return zero(kind)
    result = values[0]
    for value in values[1:]:
        result = step(result, value)
    return result


# What each kind is in Go: N is the function's name, T its type, S its step of two values.
KINDS = {
    "scalar": "func $N(x, y $T) $T { return $S(x, y) }",
    "nullable": "func $N(x, y *$T) *$T {\n\tif x == nil { return y }\n\tif y == nil { return nil }\n"
    "\tz := $S(*x, *y)\n\treturn &z\n}",
    "parser": "func $N(x, y $T) ($T, error) {\n"
    '\tif $FAILS { return x, errors.New("no") }\n\treturn $S(x, y), nil\n}',
    "row": "type ${N}Row struct { X, Y $T }\nfunc $N(r ${N}Row) $T { return $S(r.X, r.Y) }",
    "row struct": "type ${N}Row struct { X *$T; Y $T }\ntype ${N}Out struct { A $T; B *$T }\n"
    "func $N(r ${N}Row) ${N}Out {\n\tif r.X == nil { return ${N}Out{r.Y, nil} }\n"
    "\treturn ${N}Out{$S(*r.X, r.Y), r.X}\n}",
    "vector": "func $N(x []$T) []$T {\n\tz := make([]$T, len(x))\n"
    "\tfor i := range x { z[i] = $S(x[i], x[len(x)-1-i]) }\n\treturn z\n}",
    "column": "func $N(x []*$T) []*$T {\n\tz := make([]*$T, len(x))\n\tfor i := range x {\n"
    "\t\tif y := x[len(x)-1-i]; x[i] != nil && y != nil { v := $S(*x[i], *y); z[i] = &v }\n"
    "\t}\n\treturn z\n}",
    "aggregate": "func $N(x []$T) (z $T) {\n"
    "\tfor i, v := range x { if i == 0 { z = v } else { z = $S(z, v) } }\n\treturn z\n}\n"
    "func Merge$N(a, b $T) $T { return $S(a, b) }",
    "cell": "",  # its statements are those of `STATEMENTS`
    "scan": "//goscore:scan\nfunc $N(x, y $T) $T { return $S(x, y) }",
}
# What a cell with -i x -o z does.
STATEMENTS = "z := make([]$T, len(x))\nfor i := range x { z[i] = $S(x[i], x[len(x)-1-i]) }"
# No slices of slices.
NOT_OF_LISTS = ("vector", "column", "aggregate", "scan", "cell")


def make(seed: int, number: int) -> list[Function]:
    """Make a function of each kind for each type; *number* tells generations apart."""
    rng = random.Random(f"{seed} {number}")
    functions = []
    for at, kind in enumerate(TYPES):
        for place, (name, text) in enumerate(KINDS.items()):
            if kind.go == "[]int64" and name in NOT_OF_LISTS:
                continue
            body, step = kind.body(rng)
            fails, condition = _failing(kind)
            own = f"F{number}x{at}x{place}"
            names = {"N": own, "S": f"s{own}", "T": kind.go, "FAILS": condition}
            go = f"func s{own}(x, y {kind.go}) {kind.go} {{ {body} }}\n" + Template(
                text
            ).substitute(names)
            statements = Template(STATEMENTS).substitute(names)
            functions.append(Function(name, kind, own, go, step, fails, statements))
    return functions


def _failing(kind: Type) -> tuple[Callable[[Any], bool], str]:
    """Give a condition on x that some values meet, in both languages."""
    if kind.go in ("string", "[]byte", "[]int64"):
        return (lambda x: len(x.encode() if isinstance(x, str) else x) == 1), "len(x) == 1"
    if kind.go == "bool":
        return (lambda x: x), "x"
    if kind.go == "time.Time":
        return (lambda x: x // 10**9 % 3 == 0), "((x.Unix() % 3) + 3) % 3 == 0"
    if kind.go == "goscore.Decimal":
        return (lambda x: x < 0), 'strings.HasPrefix(x.String(), "-")'
    number = "x.Nanoseconds()" if kind.go == "time.Duration" else "x"
    return (lambda x: x > 3), f"{number} > 3"
