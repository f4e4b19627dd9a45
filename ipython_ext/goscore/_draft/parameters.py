"""Types of parameters: from annotations, from example arguments, or from what is done with them."""

from __future__ import annotations

import ast
import datetime
import inspect
from typing import Any

from .._errors import ArgumentTypeError, ArgumentValueError
from .values.source import Source
from .values.strings import METHODS
from .values.types import (
    BOOL,
    DATE,
    DURATION,
    FLOAT,
    INT,
    NONE,
    STR,
    TIME,
    UNKNOWN,
    Type,
    join,
    list_of,
    optional,
    tuple_of,
)  # fmt: skip

_LISTS = frozenset("list List Sequence Iterable Collection MutableSequence tuple".split())
_ARRAYS = frozenset("ndarray NDArray Series Index Array ChunkedArray Expr".split())
_SCALARS = {
    "float": FLOAT,
    "int": INT,
    "str": STR,
    "bool": BOOL,
    "double": FLOAT,
    "string": STR,
    "utf8": STR,
    "datetime": TIME,
    "Timestamp": TIME,
    "date": DATE,
    "timedelta": DURATION,
    "Timedelta": DURATION,
    "None": NONE,
}
_MAPS = frozenset("dict Dict Mapping MutableMapping defaultdict Counter".split())
_TAKE_LISTS = frozenset("len sum min max enumerate zip sorted reversed list any all".split())


def parameters(source: Source, examples: tuple[Any, ...]) -> tuple[dict[str, Type], set[str]]:
    """Return the types of a function's parameters, and the names of those that nobody has said.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        It takes what a Go function cannot, or an example does not fit.
    """
    args = source.tree.args
    if args.vararg or args.kwarg:
        raise ArgumentValueError(
            f"{source.name} takes *args or **kwargs: Go functions on columns take fixed parameters"
        )
    args_ = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    if len(examples) > len(args_):
        raise ArgumentTypeError(
            f"{len(examples)} examples for the {len(args_)} parameters of {source.name}"
        )
    defaults = inspect.signature(source.function).parameters
    types: dict[str, Type] = {}
    guessed: set[str] = set()
    for at, parameter in enumerate(args_):
        if at < len(examples):
            example_type = of_value(
                examples[at], f"the example for {parameter.arg} of {source.name}"
            )
        else:
            example_type = _of_default(defaults[parameter.arg].default)
        annotated = of_annotation(parameter.annotation)
        chosen = _chosen(annotated, example_type)
        found = chosen or _by_use(source.tree, parameter.arg)
        types[parameter.arg] = optional(found) if example_type == NONE else found
        if chosen is None:
            guessed.add(parameter.arg)
    return types, guessed


def _of_default(value: Any) -> Type:
    """Return the type that a default says; an int may stand for any number."""
    if value is None:
        return NONE
    return {bool: BOOL, float: FLOAT, str: STR}.get(type(value), UNKNOWN)


def _chosen(annotated: Type, example_type: Type) -> Type | None:
    """Prefer the annotation, completed by the example."""
    if annotated == UNKNOWN:
        return example_type if example_type not in (UNKNOWN, NONE) else None
    if annotated.is_list and not annotated.item.known:
        return Type(annotated.kind, (example_type.item if example_type.is_list else FLOAT,))
    if not annotated.known and annotated.kind == example_type.kind:
        return example_type
    if example_type == NONE:
        return optional(annotated)
    return annotated if annotated.known else None


def of_annotation(node: ast.expr | None, bare: Type | None = FLOAT) -> Type:
    """Return the type that an annotation names, `UNKNOWN` where it names none of a draft's.

    Parameters
    ----------
    node : ast.expr or None
    bare : Type or None
        What an array holds of which nothing is said; None for what is not known.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return of_annotation(ast.parse(node.value, mode="eval").body, bare)
        except SyntaxError:
            return UNKNOWN
    if isinstance(node, ast.Constant) and node.value is None:
        return NONE
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _either([of_annotation(side, bare) for side in (node.left, node.right)])
    name = (
        node.attr
        if isinstance(node, ast.Attribute)
        else node.id
        if isinstance(node, ast.Name)
        else ""
    )
    if isinstance(node, ast.Subscript):
        return _of_generic(node, bare)
    if name in _LISTS:
        return list_of(UNKNOWN) if bare is not None else UNKNOWN
    if name in _ARRAYS:
        return Type("array", (UNKNOWN,)) if bare is not None else UNKNOWN
    return _SCALARS.get(name, _SCALARS.get(name.rstrip("0123456789_"), UNKNOWN))


def _either(sides: list[Type]) -> Type:
    made = join(*sides)
    return UNKNOWN if made.mixed or UNKNOWN in sides else made


def _of_generic(node: ast.Subscript, bare: Type | None) -> Type:
    """Return the type of ``list[float]``, ``dict[str, int]`` or ``Optional[float]``."""
    head = (
        node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    )
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    items = [of_annotation(one, bare) for one in inner]
    if head == "Optional":
        return optional(items[0]) if items[0].known else UNKNOWN
    if head == "Union" and len(items) == 2:
        return _either(items)
    if head in ("tuple", "Tuple") and not (
        isinstance(inner[-1], ast.Constant) and inner[-1].value is Ellipsis
    ):
        return tuple_of(*items) if all(item.known for item in items) else UNKNOWN
    if head in _MAPS and len(items) == 2 and all(item.known for item in items):
        return Type("map", tuple(items)) if bare is not None else UNKNOWN
    if head in ("set", "Set", "frozenset") and items[0].known and bare is not None:
        return Type("set", (items[0],))
    if head in _LISTS or head in _ARRAYS:
        return Type("list" if head in _LISTS else "array", (items[0],))
    return UNKNOWN


_VALUES: tuple[tuple[type, Type], ...] = (
    (bool, BOOL), (int, INT), (float, FLOAT), (str, STR), (datetime.datetime, TIME), (datetime.date, DATE),
    (datetime.timedelta, DURATION),
)  # fmt: skip


def of_value(value: Any, label: str) -> Type:
    """Return the type of a value of Python's.

    Raises
    ------
    ArgumentTypeError
        A draft knows none for it.
    """
    for kind, of in _VALUES:
        if isinstance(value, kind):
            return of
    if value is None:
        return NONE
    if isinstance(value, dict) and value:
        key, held = UNKNOWN, UNKNOWN
        for one, other in value.items():
            key = join(key, of_value(one, f"a key of {label}"))
            held = join(held, of_value(other, f"a value of {label}"))
        if not (key.known and held.known and key.plain):
            raise ArgumentTypeError(f"{label} holds values of several types")
        return Type("map", (key, held))
    if isinstance(value, list | tuple):
        item = UNKNOWN
        for element in value:
            item = join(item, of_value(element, f"an item of {label}"))
        if item == NONE or item.mixed:
            raise ArgumentTypeError(f"{label} holds values of several types")
        return list_of(FLOAT if item == UNKNOWN else item)
    of_column = getattr(value, "dtype", getattr(value, "type", None))
    if of_column is None or getattr(value, "ndim", 1) > 1:
        raise ArgumentTypeError(
            f"{label} is a {type(value).__name__}: draft knows float, int, str, bool, and one column or list of them"
        )
    item = _of_dtype(str(of_column).lower(), value)
    if item == UNKNOWN:
        raise ArgumentTypeError(
            f"{label} holds {of_column}: draft knows float, int, str, bool, datetime and timedelta"
        )
    is_column = hasattr(value, "__len__") and getattr(value, "ndim", 1) == 1
    return Type("array", (item,)) if is_column else item


def _of_dtype(name: str, value: Any) -> Type:
    if name in ("object", "o"):
        return STR if all(isinstance(element, str) for element in value) else UNKNOWN
    for begin, of in (
        ("float", FLOAT),
        ("double", FLOAT),
        ("int", INT),
        ("uint", INT),
        ("bool", BOOL),
        ("halffloat", FLOAT),
        ("datetime", TIME),
        ("timestamp", TIME),
        ("date", DATE),
        ("timedelta", DURATION),
        ("duration", DURATION),
    ):
        if name.startswith(begin):
            return of
    return (
        STR
        if name.startswith(("str", "string", "large_string", "utf8", "<u", "large_utf8"))
        else UNKNOWN
    )


def _by_use(tree: ast.FunctionDef, name: str) -> Type:
    """Return the type that fits what is done with a name; float where nothing says another."""
    if _is_text(tree, name):
        return STR
    for node in ast.walk(tree):
        over = [node.iter] if isinstance(node, ast.For | ast.comprehension) else []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "range" and any(_is(arg, name) for arg in node.args):
                return INT
            single = node.func.id not in ("min", "max") or len(node.args) == 1
            over += node.args if node.func.id in _TAKE_LISTS and single else []
        if isinstance(node, ast.Subscript):
            over.append(node.value)
            if any(_is(one, name) for one in ast.walk(node.slice)):
                return INT
        if any(_is(one, name) for one in over):
            return list_of(
                STR if any(_is_text(tree, item) for item in _items(tree, name)) else FLOAT
            )
    return FLOAT


def _items(tree: ast.AST, name: str) -> list[str]:
    """Return the names of loops that go through a name."""
    return [
        node.target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.For | ast.comprehension)
        and _is(node.iter, name)
        and isinstance(node.target, ast.Name)
    ]


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_text(tree: ast.AST, name: str) -> bool:
    """Tell whether a name has methods of str, or stands beside a literal one."""
    methods = {method for method, _ in METHODS} - {"count"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is(node.value, name) and node.attr in methods:
            return True
        sides: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            sides = [node.left, node.right]
        literal = any(
            isinstance(side, ast.Constant) and isinstance(side.value, str) for side in sides
        )
        if literal and any(_is(side, name) for side in sides):
            return True
    return False
