"""The two functions of a check: what they take, and one call of each on the same input."""

from __future__ import annotations

import inspect
import itertools
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._call.signature import python_names
from .._errors import ArgumentTypeError, ArgumentValueError
from .._function import GoFunction
from .._protocol.functions import ParamInfo
from . import columns
from .values import constants, go_type, resolved

_LIBRARIES = (None, "numpy", "pandas")


@dataclass
class Parameter:
    """A parameter or a field: what its values are.

    Attributes
    ----------
    name : str
        In Python.
    each : bool
        Whether it has a value for each row.
    kind : pyarrow.DataType or None
        None for a table.
    missing : bool
        Whether a value may be missing.
    seen : list
        Constants, and values of the example.
    """

    name: str
    info: ParamInfo
    each: bool
    kind: Any = None
    most: int | None = None
    missing: bool = False
    seen: list[Any] = field(default_factory=list)
    example: Any = None
    given: bool = False


class Row(dict[str, Any]):
    """A row of a frame for Python: fields by name, and as attributes; case, ``_`` and blanks do not matter."""

    def __missing__(self, name: str) -> Any:
        plain = _plain(name)
        for key, value in self.items():
            if _plain(key) == plain:
                return value
        raise KeyError(name)

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", str(name)).casefold()


class Subject:
    """A Python function and a Go function.

    Attributes
    ----------
    parameters : list of Parameter
        Those of the Go function; the fields of a row function's struct in place of the struct.
    by_row : bool
        Whether Python takes the values of one row; else whole columns, as Go does.
    """

    def __init__(
        self, py_func: Callable[..., Any], go_func: GoFunction, examples: Sequence[Any]
    ) -> None:
        self.py_func, self.go_func, self.info = py_func, go_func, go_func._info
        self.frame: Any = None  # an example of a row function
        self.library: Any = None
        self._step = False
        self.parameters = self._parameters(examples)
        self._fields = len(self.info.fields)
        self.example_rows, self.example_fixed = self._examples()
        self.by_row = False
        self._choose()

    @property
    def each(self) -> list[Parameter]:
        """The parameters with a value for each row."""
        return [one for one in self.parameters if one.each]

    @property
    def fixed(self) -> list[Parameter]:
        """Those with one value for all rows."""
        return [one for one in self.parameters if not one.each]

    def _parameters(self, examples: Sequence[Any]) -> list[Parameter]:
        info = self.info
        names = python_names(info)
        if examples and len(examples) != len(names):
            raise ArgumentTypeError(
                f"{info.name} takes {len(names)} argument{'s'[: len(names) != 1]}, and {len(examples)} examples were given: "
                "pass one for each, or none"
            )
        found: list[Parameter] = []
        for at, (name, parameter) in enumerate(zip(names, info.parameters, strict=True)):
            given = {"example": examples[at], "given": True} if examples else {}
            if parameter.shape == "row":
                found += self._of_fields(examples[at] if examples else None, bool(examples))
                continue
            whole = info.kind in ("scalar", "row", "scan") or parameter.shape == "column"
            found.append(Parameter(name, parameter, whole and parameter.table is None, **given))
        seen = constants(self.py_func, info.source)
        sources = "\n".join(one["text"] for one in info.sources)
        for one in found:
            self._resolve(one, seen, sources)
        return found

    def _of_fields(self, example: Any, given: bool) -> list[Parameter]:
        fields = self.info.fields
        own = {one.name: one.column or one.name for one in fields}
        if not given:
            return [Parameter(own[one.name], one, True) for one in fields]
        if not columns.is_frame(example) and not isinstance(example, dict):
            raise ArgumentTypeError(
                f"{self.info.name} takes rows: pass a frame or a dict as example, not a {type(example).__name__}"
            )
        self.frame = example
        there = {_plain(name): name for name in columns.names_of(example)}
        found = []
        for one in fields:
            name = there.get(_plain(own[one.name]))
            if name is None:
                raise ArgumentValueError(
                    f"the example has no column {own[one.name]} for {self.info.name}"
                )
            found.append(Parameter(name, one, True, example=example[name], given=True))
        return found

    def _resolve(self, one: Parameter, seen: list[Any], sources: str) -> None:
        if one.info.table is not None:
            if not one.given:
                raise ArgumentTypeError(f"{one.name} of {self.info.name} is a table: pass examples")
            return
        arrow = None
        one.seen, one.missing = list(seen), one.info.nullable
        if one.given:
            arrow = columns.to_arrow(one.example)
            one.seen += arrow.slice(0, 50).to_pylist()
            one.missing = one.missing or arrow.null_count > 0
        elem = one.info.elem or one.info.go
        go = go_type(elem, sources)
        one.kind, one.most = resolved(go, arrow and arrow.type, one.name, one.info.go)

    def _examples(self) -> tuple[list[tuple[Any, ...]], tuple[Any, ...]]:
        """Return the rows of the examples, and the values that are the same for all."""
        fixed = tuple(one.example for one in self.fixed)
        if not self.each or not self.each[0].given:
            return [], fixed
        lists = [columns.to_arrow(one.example).to_pylist() for one in self.each]
        longest = max(map(len, lists))
        whole = [one * longest if len(one) == 1 else one for one in lists]
        if len({*map(len, whole)}) > 1:
            raise ArgumentValueError("the examples have columns of different lengths")
        return list(zip(*whole, strict=True)), fixed

    # Which form Python takes

    def _choose(self) -> None:
        """Find out by calls whether Python takes one row or columns, and of which library."""
        first: BaseException | None = None
        given = [one.example for one in self.each if columns.is_column(one.example)]
        plain = [tuple(columns.ordinary(one, at) for one in self.each) for at in range(3)]
        fixed = tuple(one.example if one.given else columns.ordinary(one, 0) for one in self.fixed)
        forms: list[tuple[bool, Any]] = []
        if self.info.kind in ("scalar", "row"):
            forms.append((True, None))
        if self.info.kind == "scan" and self._takes(len(self.info.params)):
            self._step = True
        forms += [(False, given[0])] if given else [(False, one) for one in _LIBRARIES]
        samples = [one for one in (self.example_rows[:3], plain) if one]
        for form, rows in itertools.product(forms, samples):
            self.by_row, self.library = form
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    self.python(rows[:1] if self.by_row else rows, fixed)
                return
            except ImportError:
                continue
            except Exception as error:
                first = first or error
        self.by_row, self.library = forms[0]
        if isinstance(first, TypeError) and not self._takes(self._count()):
            raise ArgumentTypeError(
                f"{_name(self.py_func)} cannot be called as {self.info.name} is: {first}"
            ) from None

    def _count(self) -> int:
        return len(self.info.parameters)

    def _takes(self, count: int) -> bool:
        try:
            inspect.signature(self.py_func).bind(*[None] * count)
        except TypeError:
            return False
        except ValueError:  # a function of C tells nothing
            return True
        return True

    # Calls

    def python(self, rows: list[tuple[Any, ...]], fixed: tuple[Any, ...]) -> Any:
        """Call Python: on one row, or on all of them as columns."""
        if self.by_row:
            args = self._in_order(list(rows[0]), fixed)
            if self._fields and not self._spread():
                values = zip((one.name for one in self.each), rows[0], strict=True)
                args = [Row(values), *fixed]
            return self.py_func(*args)
        if self._step:
            return self._folded(rows)
        return self.py_func(*self._columns(rows, fixed))

    def _spread(self) -> bool:
        """Tell whether Python takes the fields of a row one by one."""
        return not self._takes(self._count()) and self._takes(len(self.parameters))

    def _folded(self, rows: list[tuple[Any, ...]]) -> list[Any]:
        state = inspect.signature(self.go_func).parameters["init"].default
        found = []
        for row in rows:
            state = self.py_func(state, *row)
            found.append(state)
        return found

    def go(self, rows: list[tuple[Any, ...]], fixed: tuple[Any, ...], **options: Any) -> Any:
        """Call Go on rows: in Arrow's columns where Python takes one row, else as Python is called."""
        if not self.by_row and not self._step:
            return self.go_func(*self._columns(rows, fixed), **options)
        return self.go_func(*self._columns(rows, fixed, "arrow"), **options)

    def _columns(
        self, rows: list[tuple[Any, ...]], fixed: tuple[Any, ...], library: Any = None
    ) -> list[Any]:
        library = library or self.library
        made = []
        for at, one in enumerate(self.each):
            own = library
            if library is self.library and columns.is_column(one.example):
                own = one.example
            made.append(columns.like(own, [row[at] for row in rows], one.kind))
        if not self._fields:
            return self._in_order(made, fixed)
        example = self.frame if library is self.library else {}
        if example is None:
            example = None if library == "pandas" else {}
        named = dict(zip((one.name for one in self.each), made, strict=True))
        return [columns.frame_like(example, named), *fixed]

    def _in_order(self, each: list[Any], fixed: tuple[Any, ...]) -> list[Any]:
        first, second = iter(each), iter(fixed)
        return [next(first if one.each else second) for one in self.parameters]

    def arguments(self, rows: list[tuple[Any, ...]], fixed: tuple[Any, ...]) -> list[Any]:
        """Return the arguments that a user would pass to repeat a call."""
        if not self.by_row:
            return self._columns(rows, fixed)
        if self._fields:
            return [dict(zip((one.name for one in self.each), rows[0], strict=True)), *fixed]
        return self._in_order(list(rows[0]), fixed)


def subject(py_func: Any, go_func: Any, examples: Sequence[Any]) -> Subject:
    """Check the functions and make a subject of them.

    Raises
    ------
    ArgumentTypeError
    """
    if isinstance(py_func, GoFunction) and not isinstance(go_func, GoFunction):
        raise ArgumentTypeError(
            f"check takes the Python function first: check({_name(go_func)}, {py_func.__name__})"
        )
    if not callable(py_func):
        raise ArgumentTypeError(f"check takes a function first, not a {type(py_func).__name__}")
    if not isinstance(go_func, GoFunction):
        raise ArgumentTypeError(
            f"the second argument of check is a {type(go_func).__name__}: pass a Go function"
        )
    if not go_func._info.kind or go_func._info.builtin:
        raise ArgumentTypeError(f"check takes a Go function of a cell, not {go_func.__name__}")
    return Subject(py_func, go_func, examples)


def _name(function: Any) -> str:
    return getattr(function, "__name__", None) or type(function).__name__
