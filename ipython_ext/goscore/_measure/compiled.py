"""Calls of compiled libraries in a line of Python: Go does such work no faster."""

from __future__ import annotations

import dis
from types import CodeType, FunctionType, ModuleType
from typing import Any

# What a line of Python costs beside their work is what Go saves.
_OWN = frozenset(
    "builtins math cmath itertools operator functools collections bisect heapq random time datetime string copy "
    "typing types enum abc contextlib dataclasses __main__ goscore".split()
)
_KNOWN = frozenset(
    "re json hashlib hmac zlib gzip bz2 lzma csv struct pickle base64 binascii sqlite3 numpy pandas polars pyarrow scipy "
    "sklearn orjson ujson simplejson regex lxml urllib html xml".split()
)
_NAMES = {"numpy": "NumPy", "sre": "re"}
# These run Python for each row.
_BY_ROWS = frozenset(
    "apply map applymap transform pipe iterrows itertuples items iter_rows map_elements agg aggregate tolist to_list "
    "to_pylist to_numpy to_dict keys values append".split()
)
_ROOTS = frozenset("LOAD_GLOBAL LOAD_NAME LOAD_FAST LOAD_DEREF LOAD_FAST_BORROW LOAD_CLASSDEREF".split())  # fmt: skip
_PARTS = frozenset(("LOAD_ATTR", "LOAD_METHOD"))


def libraries(code: CodeType, line: int, names: dict[str, Any]) -> list[str]:
    """Return the libraries whose functions or methods a line calls, as people name them.

    Parameters
    ----------
    code : code
    line : int
    names : dict
        Its global and local names, and what they were; for locals the types.
    """
    found: list[str] = []
    at = code.co_firstlineno
    root: Any = None
    for one in dis.get_instructions(code):
        at = one.starts_line if isinstance(one.starts_line, int) and one.starts_line > 1 else at
        position = getattr(one, "positions", None)
        if (position.lineno if position else at) != line:
            continue
        for name in _loaded(one):
            root = names.get(name)
        if one.opname in _PARTS and root is not None:
            part = str(one.argval)
            library = "" if part in _BY_ROWS else _library(root)
            called = one.opname == "LOAD_METHOD" or "NULL" in one.argrepr or "self" in one.argrepr
            root = getattr(root, part, None) if isinstance(root, ModuleType) else None
            if library and (called or callable(root)):
                found.append(library)
        elif one.opname in _ROOTS and isinstance(root, FunctionType | type(len) | type):
            library = _library(root, function=True) if name in code.co_names else ""
            if library:
                found.append(library)
    return list(dict.fromkeys(found))


def _loaded(instruction: dis.Instruction) -> list[str]:
    if instruction.opname in _ROOTS:
        return [str(instruction.argval)]
    if instruction.opname.startswith("LOAD_FAST") and isinstance(instruction.argval, tuple):
        return [str(one) for one in instruction.argval]
    return []


def _library(root: Any, function: bool = False) -> str:
    """Return the library of a module, a function, or an object's type."""
    module = (
        root.__name__
        if isinstance(root, ModuleType)
        else getattr(root, "__module__", None)
        if function or isinstance(root, type)
        else type(root).__module__
    )
    top = str(module or "").partition(".")[0].lstrip("_")
    if isinstance(root, type) and issubclass(root, _scalars()):
        return ""
    if top in _OWN or (top not in _KNOWN and not _is_extension(root)):
        return ""
    return _NAMES.get(top, top)


def _scalars() -> tuple[type, ...]:
    import numpy as np

    return (np.generic, Exception)


def _is_extension(root: Any) -> bool:
    """Tell whether a module or function is compiled, of a library that is not known by name."""
    if isinstance(root, ModuleType):
        return str(getattr(root, "__file__", "")).endswith((".so", ".pyd"))
    return isinstance(root, type(len)) and bool(getattr(root, "__module__", None))
