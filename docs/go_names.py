"""What a cell may name: Go's comments on it, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import groupby
from pathlib import Path

COMPUTE = Path(__file__).parents[1] / "compute"
TYPES = ("Nullable", "Column", "Null", "Decimal", "NewDecimal", "ParseDecimal")
INNER = {"Arrow", "Words"}  # methods that programs need, and cells do not
HEAD = """\
## In a cell

What the Go of a cell may name of goscore, as Go's comments tell it. `[T Number]` behind a function's name means that it takes any type of numbers. From Python, the
built-in functions take more: columns with missing values, `by=` and `errors=`; see [Functions](#functions)."""
_DECLARED = re.compile(
    r"((?:^//.*\n)+)^((?:func|type) (?:\((?P<of>[^)]*)\) )?(?P<name>[A-Z]\w*).*?)(?: \{.*)?$",
    re.MULTILINE,
)
_LABEL = re.compile(r"^(?=(?:Shape|Nulls|Units|Order|Errors|Owner|Source): )", re.MULTILINE)


def in_a_cell(python: Collection[str]) -> str:
    """Describe the Go of a cell, and the built-in functions among those of Python."""
    found = [match for file in _files() for match in _DECLARED.finditer(_text(file))]
    plain = {match["name"]: match for match in found if not match["of"]}
    known = {name.replace("_", "") for name in python}
    built_in = sorted(name for name in plain if name.lower() in known)
    package = _text(COMPUTE / "doc.go").partition("\npackage ")[0].partition("// # ")
    parts = [HEAD, *_markdown("".join(package[1:]))]
    for name in TYPES:
        parts += [*_described(plain[name]), *_methods(name, found)]
    parts.append("### Built-in functions, in Go")
    for name in built_in:
        parts += [f"#### `goscore.{name}`", *_described(plain[name])[1:]]
    return "\n\n".join(parts)


def _files() -> Iterator[Path]:
    return (file for file in sorted(COMPUTE.glob("*.go")) if not file.stem.endswith("_test"))


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _described(match: re.Match[str]) -> list[str]:
    return [
        f"### `goscore.{match['name']}` in Go",
        f"`{match[2].removesuffix(' struct')}`",
        *_markdown(match[1]),
    ]


def _methods(name: str, found: list[re.Match[str]]) -> Iterator[str]:
    """Write a table of a type's methods, with what is said of them first."""
    rows = []
    for match in found:
        if re.search(rf"\b{name}\b", match["of"] or "") and match["name"] not in INNER:
            about = next(_markdown(match[1])).replace("|", "\\|")
            rows.append(f"| `{match[2].partition(') ')[2]}` | {about} |")
    if rows:
        yield "\n".join(["| method | meaning |", "| --- | --- |", *rows])


def _markdown(comment: str) -> Iterator[str]:
    """Turn a doc comment into Markdown: headings, blocks, and a list of what has labels."""
    lines = re.sub(r"^// ?", "", comment, flags=re.MULTILINE).splitlines()
    for block, held in groupby(lines, lambda line: line.startswith("\t")):
        whole = "\n".join(line.removeprefix("\t") for line in held).strip("\n")
        if block:
            yield f"```text\n{whole}\n```"
            continue
        for paragraph in re.split(r"\n{2,}", whole):
            labelled = [_joined(part) for part in _LABEL.split(paragraph) if part]
            if len(labelled) > 1 or _LABEL.match(paragraph):
                yield "\n".join(f"- {part}" for part in labelled)
            elif paragraph.startswith("# "):
                yield f"##{_joined(paragraph)}"
            elif paragraph:
                yield _joined(paragraph)


def _joined(text: str) -> str:
    return " ".join(text.split()).replace("*", r"\*")
