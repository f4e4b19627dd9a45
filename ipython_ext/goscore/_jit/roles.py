"""What a function's parameters are: whole columns, values of a row, or tables."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._data.columns import is_column
from .._draft.parameters import of_annotation, of_value
from .._draft.values.source import Source, read
from .._draft.values.types import STR, UNKNOWN, Type
from .._errors import GoscoreError

_TAKE_LISTS = frozenset(
    "len sum min max enumerate zip sorted reversed list tuple set any all deque Counter bisect_left bisect_right bisect "
    "accumulate pairwise groupby map filter reduce combinations permutations product chain islice join prod fsum "
    "heapify nlargest nsmallest insort".split()
)
# Which arguments of these are lists, where not all are.
_ALL, _FIRST, _SECOND = slice(None), slice(1), slice(1, 2)
_LISTS = {
    "reduce": _SECOND, "map": slice(1, None), "filter": _SECOND, "nlargest": _SECOND, "nsmallest": _SECOND,
    "islice": _FIRST, "combinations": _FIRST, "permutations": _FIRST, "groupby": _FIRST, "insort": _FIRST,
    "bisect": _FIRST, "bisect_left": _FIRST, "bisect_right": _FIRST, "enumerate": _FIRST,
}  # fmt: skip
_OF_TEXT = frozenset(
    "upper lower strip lstrip rstrip split rsplit splitlines startswith endswith isdigit isalpha isalnum isupper islower "
    "replace isspace isdecimal isnumeric capitalize swapcase casefold removeprefix removesuffix partition rpartition zfill".split()
)
CHECKED = 1000  # rows on which Python runs beside Go


@dataclass(frozen=True)
class Roles:
    """How the arguments of a call are taken.

    Attributes
    ----------
    rows : tuple of str
        Parameters that have another value for each row; empty for a call of whole columns or
        plain values.
    tables : tuple of str
        Parameters that are the same for every row, and are given to each as a whole.
    types : tuple of Type
        Of all parameters, in their order.
    """

    rows: tuple[str, ...]
    tables: tuple[str, ...]
    types: tuple[Type, ...]


def gone_through(source: Source, seen: tuple[str, ...] = ()) -> set[str]:
    """Return the names of parameters that are iterated, indexed or measured, here or in what is called."""
    names = {one.arg for one in _parameters(source.tree)}
    found = set()
    for node in ast.walk(source.tree):
        over: list[ast.expr] = []
        if isinstance(node, ast.For | ast.comprehension):
            over = [node.iter]
        elif isinstance(node, ast.Subscript):
            over = [node.value]
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple | ast.List):
            over = [node.value]
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            single = called not in ("min", "max") or len(node.args) == 1
            taken = called in _TAKE_LISTS and single
            over = node.args[_LISTS.get(called, _ALL)] if taken else _passed_on(source, node, seen)
        elif isinstance(node, ast.Compare):
            asked = zip(node.ops, node.comparators, strict=True)
            over = [one for op, one in asked if isinstance(op, ast.In | ast.NotIn)]
        found |= {one.id for one in over if isinstance(one, ast.Name)} & names
    return found


def _parameters(tree: ast.FunctionDef) -> list[ast.arg]:
    return [*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs]


def _passed_on(source: Source, node: ast.Call, seen: tuple[str, ...]) -> list[ast.expr]:
    """Return the arguments of a call that the user's function that is called goes through."""
    if not isinstance(node.func, ast.Name) or node.func.id in seen or node.func.id == source.name:
        return []
    name = node.func.id
    for one in ast.walk(source.tree):
        if isinstance(one, ast.FunctionDef) and one.name == name:
            called = Source(source.function, one, source.text, True)
            break
    else:
        try:
            known = source.closed(name) if name in source.closed_over else source.look_up(name)
            called = read(known)
        except (KeyError, GoscoreError):
            return []
    whole = gone_through(called, (*seen, source.name))
    own = [one.arg for one in _parameters(called.tree)]
    given = dict(zip(own, node.args, strict=False))
    given |= {str(one.arg): one.value for one in node.keywords}
    return [value for name, value in given.items() if name in whole]


def annotated(source: Source) -> dict[str, Type]:
    """Return what the annotations say, or methods that only text has."""
    said = {one.arg: of_annotation(one.annotation, None) for one in _parameters(source.tree)}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = node.value.id
            if node.attr in _OF_TEXT and said.get(name) == UNKNOWN:
                said[name] = STR
    return said


def roles(whole: set[str], said: dict[str, Type], given: Mapping[str, Any]) -> Roles:
    """Decide what each argument of a call is.

    Raises
    ------
    ArgumentTypeError
        A draft knows no type for one.
    """
    columns = {name for name, value in given.items() if is_list(value)}
    kinds = {name: of_value(first(value), f"the argument {name}") for name, value in given.items()}
    # a text is iterable as well; one of a column of them is a row's.
    texts = {
        name
        for name in whole & columns
        if said.get(name, UNKNOWN) == STR and kinds[name].item in (STR, UNKNOWN)
    }
    rows = (columns - whole) | texts
    tables = (columns & whole) - texts if rows else set()
    types = [of.item if name in rows else of for name, of in kinds.items()]
    return Roles(tuple(sorted(rows)), tuple(sorted(tables)), tuple(types))


def is_list(value: Any) -> bool:
    """Tell whether a value is a column or a list."""
    return isinstance(value, list | tuple) or (not isinstance(value, str) and is_column(value))


def first(value: Any, count: int = CHECKED) -> Any:
    """Return the first items of a column or a list; another value as it is."""
    if not is_list(value) or len(value) <= count:
        return value
    iloc = getattr(value, "iloc", None)
    return value[:count] if iloc is None else iloc[:count]


def missing(value: Any) -> bool:
    """Tell whether a column has missing values, which Go and Python take differently."""
    if isinstance(value, list | tuple):
        return None in value
    for name in ("null_count", "isna", "is_null"):
        found = getattr(value, name, None)
        if found is None or (name == "isna" and str(value.dtype).startswith("float")):
            continue
        found = found() if callable(found) else found
        return bool(found.any() if hasattr(found, "any") else found)
    return False


def unlike(source: Source, name: str, value: Any) -> str:
    """Say why the items of a column are no values of Python's, where they are none."""
    dtype = str(getattr(value, "dtype", ""))
    pandas, polars = sys.modules.get("pandas"), sys.modules.get("polars")
    series = pandas is not None and isinstance(value, pandas.Series | pandas.Index)
    known = ("float64", "int64", "bool", "str", "object", "string")
    if polars is not None and isinstance(value, polars.Series):
        return ""
    if not hasattr(value, "dtype"):
        return (
            ""
            if isinstance(value, list | tuple)
            else f"{name} is an Arrow array, whose items are no values of Python's"
        )
    if (
        dtype not in known
        and not dtype.startswith(("<U", "str", "string"))
        and not (series and dtype.startswith("datetime"))
    ):
        return f"{name} holds {dtype}, with which NumPy calculates in its own way"
    if series and _indexed(source, name) and not _counts(value):
        return f"{name}[...] of a Series is by its labels, and these are not 0, 1, 2"
    if series and _from_end(source, name):
        return f"a negative index of {name}, a Series, is a label"
    return ""


def _counts(value: Any) -> bool:
    index = getattr(value, "index", None)
    return (
        index is not None
        and type(index).__name__ == "RangeIndex"
        and (index.start, index.step) == (0, 1)
    )


def _indexed(source: Source, name: str) -> bool:
    return any(_is_item(node, name) for node in ast.walk(source.tree))


def _from_end(source: Source, name: str) -> bool:
    return any(
        _is_item(node, name)
        and isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.UnaryOp)
        and isinstance(node.slice.op, ast.USub)
        for node in ast.walk(source.tree)
    )


def _is_item(node: ast.AST, name: str) -> bool:
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        and not isinstance(node.slice, ast.Slice)
    )
