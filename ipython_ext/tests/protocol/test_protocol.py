"""The messages are declared in Go and in Python: field by field the same."""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import NoneType
from typing import Any, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

import goscore._protocol

ROOT = Path(__file__).parents[3]
GO = [
    *(file for file in (ROOT / "magics/protocol").glob("*.go") if "_test" not in file.name),
    ROOT / "magics/frame/array.go",  # Array
    ROOT / "magics/compile/call.go",  # Source
    ROOT / "magics/compile/carry.go",  # Portable and Carried
    ROOT / "magics/compile/files.go",  # File
    ROOT / "magics/compile/table.go",  # TableType
]
_STRUCT = re.compile(r"^type (\w+) struct \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r'^\t\w+ +(\S+) +`json:"(\w+)(,omitempty)?"`', re.MULTILINE)
_PLAIN = {
    "string": "str",
    "int": "int",
    "int64": "int",
    "float64": "float",
    "bool": "bool",
    "json.RawMessage": "Any",
    "frame.Range": "tuple[int, int, int]",  # it writes itself as a list
    "Range": "tuple[int, int, int]",
}
Fields = dict[str, tuple[str, bool]]  # name: type as Python writes it, whether it may be left out


def of_go(text: str) -> dict[str, Fields]:
    """Read the structs that have JSON names."""
    structs = {}
    for name, body in _STRUCT.findall(text):
        found = {
            field: (type_of_go(kind, bool(omitted)), bool(omitted))
            for kind, field, omitted in _FIELD.findall(body)
        }
        if found:
            structs[name] = found
    return structs


def type_of_go(kind: str, omitted: bool = False) -> str:
    """Return a type of Go as Python declares it; a pointer may be null, if it is not left out."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if array := re.fullmatch(r"\[(\d+)\](\w+)", kind):
        return f"tuple[{', '.join([_PLAIN[array[2]]] * int(array[1]))}]"
    if kind.startswith("map[string]"):
        return f"dict[str, {type_of_go(kind.removeprefix('map[string]'))}]"
    if kind.startswith("[]*") and kind[3:] != "Range":  # of arrays, none of which is nil
        return f"list[{type_of_go(kind[3:])}]"
    if kind.startswith("[]"):
        return f"list[{type_of_go(kind[2:])}]"
    if kind.startswith("*"):
        return type_of_go(kind[1:]) + (" | None" if not omitted else "")
    return kind.rpartition(".")[2]


def of_python() -> dict[str, Fields]:
    """Read the TypedDicts and dataclasses of all modules."""
    declared = {}
    for module in pkgutil.iter_modules(goscore._protocol.__path__):
        whole = importlib.import_module(f"goscore._protocol.{module.name}")
        for name, value in vars(whole).items():
            if getattr(value, "__module__", "") == whole.__name__ and isinstance(value, type):
                if is_typeddict(value):
                    declared[name] = of_typed_dict(value)
                elif is_dataclass(value):
                    declared[name] = of_dataclass(value)
    return declared


def of_typed_dict(declared: Any) -> Fields:
    found = {}
    for name, hint in get_type_hints(declared, include_extras=True).items():
        optional = get_origin(hint) is NotRequired
        found[name] = (type_text(get_args(hint)[0] if optional else hint), optional)
    return found


def of_dataclass(declared: Any) -> Fields:
    hints = get_type_hints(declared)
    found = {}
    for one in fields(declared):
        if one.name == "json":  # the object that it was read from
            continue
        optional = one.default is not MISSING or one.default_factory is not MISSING
        text = type_text(hints[one.name])
        found[one.name] = (text.removesuffix(" | None") if optional else text, optional)
    return found


def type_text(hint: Any) -> str:
    origin, of = get_origin(hint), get_args(hint)
    if origin in (dict, list, tuple):
        return f"{origin.__name__}[{', '.join(map(type_text, of))}]"
    if NoneType in of:
        return f"{type_text(next(one for one in of if one is not NoneType))} | None"
    return "Any" if hint is Any else hint.__name__


def test_go_and_python_declare_the_same():
    """Every struct of Go with JSON names is declared in Python, with the same fields and types."""
    go = {name: own for file in GO for name, own in of_go(file.read_text()).items()}
    python = of_python()
    assert len(go) > 30 and set(go) == set(python)
    assert {name: go[name] for name in go} == python


def test_the_comparison_can_fail():
    """Another name, another type and another `omitempty` are each told."""
    text = (ROOT / "magics/protocol/results.go").read_text()
    python = of_python()
    assert of_go(text)["Field"] == python["Field"]
    for old, new in (
        ('json:"nullable,omitempty"', 'json:"nulls,omitempty"'),
        ('json:"nullable,omitempty"', 'json:"nullable"'),
        ("Nullable bool  ", "Nullable string"),
    ):
        assert old in text
        assert of_go(text.replace(old, new))["Field"] != python["Field"], new
