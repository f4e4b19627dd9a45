"""Write reference.md from the package's docstrings and Go's comments: ``python docs/generate.py``."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Collection, Iterator
from inspect import cleandoc
from itertools import groupby
from pathlib import Path
from typing import Any

import griffe
from go_names import in_a_cell

import goscore
from goscore._magic.magic import GoscoreMagics
from goscore._run.options import OPTIONS, Option

PAGE = Path(__file__).parent / "reference.md"
HEAD = """\
# Reference

<!-- Written by docs/generate.py from the docstrings and Go's comments: change those, and run it again. -->

What goscore offers to Python. The [tutorial](tutorial.md) and the [questions](README.md) show how to use it. Examples
on this page begin with:

<!-- cell -->
```python
%load_ext goscore
import numpy as np
import pandas as pd

import goscore
```
"""
HEADINGS = {
    "parameters": ("parameter", "type", "meaning"),
    "attributes": ("attribute", "type", "meaning"),
    "returns": ("returns", "", "meaning"),
    "raises": ("raises", "", "when"),
    "warns": ("warns", "", "when"),
}


def reference() -> str:
    """Return the page."""
    public = [_target(package[name]) for name in sorted(goscore.__all__)]
    rest = [made for made in public if not _is_error(made)]
    functions = [made for made in rest if made.is_function]
    others = [made for made in rest if not made.is_function]
    parts = [HEAD, *magics(), "## Functions"]
    parts += [f"### `goscore.{_call(made)}`\n\n{sections(made)}" for made in functions]
    register = _target(package["_duckdb.register"])
    parts += [f"### `goscore.duckdb.{_call(register)}`\n\n{sections(register)}"]
    parts += ["## Other names"]
    for made in others:
        parts += [f"### `goscore.{made.name}`", sections(made)]
        if made.is_class:
            parts += ["Called:", sections(made.members["__call__"])]
    parts += ["## Go functions", go_function(package["_function.GoFunction"])]
    parts += [in_a_cell([made.name for made in functions])]
    results = [described_class(made) for made in _results(rest)]
    parts += ["## What functions return", *results, "## Exceptions", *exceptions()]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def magics() -> Iterator[str]:
    """Describe the magics, and the options of ``%%goscore``."""
    yield "## Magics"
    names = sorted({*GoscoreMagics.magics["cell"], *GoscoreMagics.magics["line"]})
    for name in names:
        ways = [
            mark
            for mark, kind in (("%%", "cell"), ("%", "line"))
            if name in GoscoreMagics.magics[kind]
        ]
        yield "### " + ", ".join(f"`{mark}{name}`" for mark in ways)
        # IPython's magic_arguments put the options before the docstring; the sources have it alone.
        yield text(package["_magic.magic.GoscoreMagics"].members[name].docstring.value)
        if name == "goscore":
            yield table(("option", "value", "meaning"), [_option(one) for one in OPTIONS])


def _option(one: Option) -> tuple[str, str, str]:
    flags = ", ".join(f"`{flag}`" for flag in one.flags)
    return flags, f"`{one.metavar}`" if one.metavar else "", one.help


def go_function(made: Any) -> str:
    """Describe what a cell's functions are in Python, and how they are called."""
    called = sections(made.members["__call__"])
    parts = [described_class(made), "### Calling a Go function", called]
    for name, member in made.all_members.items():
        if member.is_function and not name.startswith("_"):
            parts += [f"### `.{_call(member)}`", sections(member)]
    return "\n\n".join(parts)


def described_class(made: Any) -> str:
    """Describe a class that the user does not make: attributes, and what is called without arguments."""
    parts = [f"### `{made.name}`", sections(made, {"parameters"})]
    rows = []
    for name, member in made.all_members.items():
        if name.startswith("_") or not member.docstring or name in _attributes(made):
            continue
        if member.is_function and any(one.required for one in list(member.parameters)[1:]):
            continue
        shown = f".{_call(member)}" if member.is_function else f".{name}"
        rows.append((f"`{shown}`", text(member.docstring.value.partition("\n\n")[0])))
    return "\n\n".join([*parts, table(("also", "meaning"), rows)] if rows else parts)


def exceptions() -> Iterator[str]:
    """Draw the tree of exceptions, and describe each."""
    yield "```text\n" + "\n".join(_tree(goscore.GoscoreError)) + "\n```"
    for kind in _kinds(goscore.GoscoreError):
        yield f"### `{kind.__name__}`"
        yield sections(package["_errors"][kind.__name__])


def sections(made: Any, without: Collection[str] = ()) -> str:
    """Write a docstring's sections."""
    parts = []
    for section in made.docstring.parse("numpy", warnings=False) if made.docstring else ():
        kind, value = section.kind.value, section.value
        if kind in without:
            continue
        if kind == "text":
            parts.append(text(value))
        elif kind == "examples":
            parts += [(example if one.value == "examples" else text)(held) for one, held in value]
        elif kind == "admonition":
            parts.append(f"**{section.title}.** {text(value.description)}")
        else:
            headings = HEADINGS.get(kind, (kind, "type", "meaning"))
            parts.append(table(headings, [_row(item) for item in value]))
    return "\n\n".join(parts)


def text(written: str) -> str:
    """Turn a docstring's reStructuredText into Markdown."""
    return "\n\n".join(_paragraphs(cleandoc(written)))


def _paragraphs(written: str) -> Iterator[str]:
    for literal, lines in groupby(_blocks(written), _is_literal):
        block = "\n\n".join(lines)
        if not literal:
            yield re.sub(r"::$", ":", re.sub(r"``(.+?)``", r"`\1`", block), flags=re.MULTILINE)
        elif _is_python(cleandoc(block)):
            yield f"<!-- syntax -->\n```python\n{cleandoc(block)}\n```"
        else:
            yield f"```text\n{cleandoc(block)}\n```"


def _blocks(written: str) -> list[str]:
    return [block for block in re.split(r"\n\s*\n", written) if block.strip()]


def _is_literal(block: str) -> bool:
    """Tell what is indented, and how a magic is called."""
    return block.startswith((" ", "%"))


def _is_python(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def example(written: str) -> str:
    """Write a doctest as a cell and its output."""
    parts = []
    for one in doctest.DocTestParser().get_examples(written):
        parts.append(f"<!-- cell -->\n```python\n{one.source.rstrip()}\n```")
        if one.want:
            parts.append(f"<!-- output -->\n```text\n{one.want.rstrip()}\n```")
    return "\n\n".join(parts)


def table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Write a table, without the columns that are empty."""
    columns = zip(headings, *rows, strict=True)
    lines = list(zip(*(column for column in columns if any(column[1:])), strict=True))
    lines.insert(1, ("---",) * len(lines[0]))
    return "\n".join("| " + " | ".join(map(_in_table, line)) + " |" for line in lines)


def _in_table(cell: str) -> str:
    return " ".join(cell.split()).replace("|", "\\|")


def _row(item: Any) -> tuple[str, str, str]:
    name, kind = getattr(item, "name", ""), getattr(item, "annotation", None)
    kind = text(re.sub(r"^\((.*)\)$", r"\1", str(kind))) if kind else ""
    about = text(item.description)
    return (f"`{name}`", kind, about) if name else (kind, "", about)


def _call(made: Any) -> str:
    """Write a call with all parameters and their defaults."""
    stars = {"variadic positional": "*", "variadic keyword": "**"}
    shown: list[str] = []
    starred = False
    for one in list(made.parameters)[made.parent.is_class :]:
        star = stars.get(one.kind.value, "")
        if one.kind.value == "keyword-only" and not starred:
            shown.append("*")
        starred = starred or bool(star) or one.kind.value == "keyword-only"
        shown.append(star + one.name + (f"={one.default}" if one.default and not star else ""))
    return f"{made.name}({', '.join(shown)})"


def _target(made: Any) -> Any:
    return made.final_target if made.is_alias else made


def _is_error(made: Any) -> bool:
    kind = getattr(goscore, made.name, None)
    return isinstance(kind, type) and issubclass(kind, goscore.GoscoreError)


def _results(made: list[Any]) -> list[Any]:
    """Return the package's classes that public names give, in order of their names."""
    found = {}
    for one in made:
        if one.is_class:
            continue
        annotation = one.returns if one.is_function else one.annotation
        for part in annotation.iterate(flat=True) if hasattr(annotation, "iterate") else ():
            path = getattr(part, "canonical_path", "")
            if path.startswith("goscore."):
                found[path] = package[path.removeprefix("goscore.")]
    return sorted(found.values(), key=lambda kind: kind.name)


def _attributes(made: Any) -> set[str]:
    parsed = made.docstring.parse("numpy", warnings=False) if made.docstring else ()
    return {item.name for part in parsed if part.kind.value == "attributes" for item in part.value}


def _kinds(root: type) -> list[type]:
    found = [root]
    for kind in sorted(root.__subclasses__(), key=lambda kind: kind.__name__):
        found += _kinds(kind) if kind.__name__ in goscore.__all__ else []
    return found


def _tree(root: type, before: str = "", branch: str = "") -> Iterator[str]:
    """Draw a class and those below it; what else a class is stands behind it."""
    also = [base.__name__ for base in root.__bases__ if not issubclass(base, goscore.GoscoreError)]
    also = [name for name in also if name != "Exception"]
    yield f"{before}{branch}{root.__name__}" + (f"  (also a {', '.join(also)})" if also else "")
    below = [kind for kind in _kinds(root)[1:] if root in kind.__bases__]
    before += {"": "", "├── ": "│   ", "└── ": "    "}[branch]
    for kind in below:
        yield from _tree(kind, before, "└── " if kind is below[-1] else "├── ")


package: Any = griffe.load("goscore", resolve_aliases=True)

if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
