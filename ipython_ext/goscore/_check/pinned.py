"""A file of tests that repeats a check on the input that it found."""

from __future__ import annotations

import inspect
import keyword
import math
import re
import sys
import textwrap
from importlib.machinery import PathFinder
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from .._data.libraries import ARROW, POLARS
from .._errors import ArgumentValueError

if TYPE_CHECKING:
    from .outcomes import Difference
    from .subject import Subject


def source(subject: Subject, difference: Difference | None, rows: int, seed: int) -> str:
    """Return the file."""
    go = subject.info.name
    imports = {"import goscore"}
    python, name = _python(subject.py_func, imports)
    if difference is None:
        call, told = f"rows={rows}, seed={seed}", "same on all inputs that are tried"
        arguments: list[str] = []
    else:
        given = subject.arguments(difference.rows, difference.fixed)
        arguments = [literal(one, imports) for one in given]
        call, told = "rows=0", "same on this input"
    called = ", ".join([name, f"GO.{go}", *arguments, call])
    test = re.sub(r"\W", "_", f"test_{name}_and_{go}".lower())
    if keyword.iskeyword(name):
        raise ArgumentValueError(f"{name} is no name for a test")
    text = "\n".join(one["text"].strip("\n") for one in subject.info.sources)
    modules = sorted(imports, key=lambda line: (line.startswith("from"), line))
    parts = [
        f'"""{name} in Python and {go} in Go give the same; `goscore.check` wrote this."""',
        "\n".join(modules),
        f"GO = goscore.compile(\n    {_quoted(text)}\n)",
        *([python] if python else []),
        f'def {test}():\n    """They give the {told}."""\n'
        f"    found = goscore.check({called})\n    assert found.equal, found",
    ]
    return "\n\n".join(parts[:3]) + "".join(f"\n\n\n{one}" for one in parts[3:]) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if escaped.endswith('"'):
        escaped = escaped[:-1] + '\\"'
    return f'"""\n{escaped}\n"""'


def _python(function: Any, imports: set[str]) -> tuple[str, str]:
    """Return the source of a function and what it uses, or import it; and its name."""
    name = getattr(function, "__name__", "")
    module = getattr(function, "__module__", None) or ""
    if module != "__main__" and getattr(sys.modules.get(module), name, 0) is function:
        spec = PathFinder.find_spec(module.partition(".")[0]) if module != "builtins" else None
        if spec is not None and spec.origin is not None:
            imports.add(f"from {module} import {name}")
            return "", name
        if module == "builtins":
            return "", name
    parts: dict[str, str] = {}
    _collect(function, parts, imports)
    return "\n\n\n".join(parts.values()), name


def _collect(function: Any, parts: dict[str, str], imports: set[str]) -> None:
    """Gather the sources of a function, and of what it uses of its module."""
    name = getattr(function, "__name__", "")
    try:
        text = textwrap.dedent(inspect.getsource(function)).rstrip()
    except (OSError, TypeError):
        text = ""
    if not text.startswith(("def ", "@")):
        raise ArgumentValueError(
            f"to_pytest needs the source of {name or 'the Python function'}: define it with def"
        )
    for used in _names(function.__code__):
        value = function.__globals__.get(used, function)
        if value is function or used in parts:
            continue
        if isinstance(value, ModuleType):
            same = value.__name__ == used
            imports.add(f"import {used}" if same else f"import {value.__name__} as {used}")
        elif isinstance(value, FunctionType) and value.__module__ == function.__module__:
            parts[used] = ""  # it may call back
            del parts[used]
            _collect(value, parts, imports)
        elif hasattr(value, "__module__") and hasattr(value, "__qualname__"):
            imports.add(f"from {value.__module__} import {value.__qualname__} as {used}")
        else:
            parts[used] = f"{used} = {literal(value, imports)}"
    parts[name] = text


def _names(code: CodeType) -> list[str]:
    found = list(code.co_names)
    for one in code.co_consts:
        if isinstance(one, CodeType):
            found += _names(one)
    return found


def literal(value: Any, imports: set[str]) -> str:
    """Write a value as Python."""
    if isinstance(value, float) and not math.isfinite(value):
        imports.add("import math")
        return "math.nan" if math.isnan(value) else "math.inf" if value > 0 else "-math.inf"
    if isinstance(value, np.generic):
        return literal(value.item(), imports)
    if isinstance(value, np.ndarray):
        imports.add("import numpy as np")
        return f"np.array({literal(value.tolist(), imports)}, dtype={str(value.dtype)!r})"
    if isinstance(value, list | tuple | set):
        inside = ", ".join(literal(one, imports) for one in value)
        begin, end = {list: ("[", "]"), set: ("{", "}")}.get(type(value), ("(", ")"))
        return f"{begin}{inside}{',' if isinstance(value, tuple) and len(value) == 1 else ''}{end}"
    if isinstance(value, dict):
        pairs = (f"{literal(k, imports)}: {literal(v, imports)}" for k, v in value.items())
        return f"{{{', '.join(pairs)}}}"
    if POLARS.has_column(value) or ARROW.has_column(value) or hasattr(type(value), "iloc"):
        return _column(value, imports)
    if hasattr(type(value), "column_names") or hasattr(type(value), "columns"):
        return _frame(value, imports)
    module = type(value).__module__
    if module in ("datetime", "decimal", "zoneinfo"):
        text = repr(value)
        if module == "datetime":
            imports.add("import datetime")
            return re.sub(r"zoneinfo\.ZoneInfo\(key=", "zoneinfo.ZoneInfo(key=", text)
        imports.add(f"from {module} import {type(value).__name__}")
        return text
    return repr(value)


def _column(value: Any, imports: set[str]) -> str:
    if hasattr(type(value), "columns"):
        return _frame(value, imports)
    if POLARS.has_column(value):
        imports.add("import polars as pl")
        name = literal(value.name, imports)
        return f"pl.Series({name}, {literal(value.to_list(), imports)}, dtype=pl.{value.dtype})"
    if ARROW.has_column(value):
        imports.add("import pyarrow as pa")
        return f"pa.array({literal(value.to_pylist(), imports)}, {str(value.type)!r})"
    imports.add("import pandas as pd")
    name = "" if value.name is None else f", name={value.name!r}"
    return f"pd.Series({literal(value.tolist(), imports)}, dtype={str(value.dtype)!r}{name})"


def _frame(value: Any, imports: set[str]) -> str:
    library = type(value).__module__.partition(".")[0]
    short, call = {"polars": ("pl", "DataFrame"), "pyarrow": ("pa", "table")}.get(
        library, ("pd", "DataFrame")
    )
    imports.add(f"import {library} as {short}")
    names = getattr(value, "column_names", None) or list(value.columns)
    inside = {name: value[name] for name in names}
    return f"{short}.{call}({literal(inside, imports)})"
