"""Templates of an exported package: its project file, modules, tests and README."""

from __future__ import annotations

import json
from collections.abc import Sequence
from inspect import Parameter, Signature

from .._function import GoFunction
from .sources import GoFile

PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = {name}
version = {version}
description = {description}
readme = "README.md"
requires-python = {python}
dependencies = {dependencies}

[tool.hatch.build]
ignore-vcs = true

[tool.hatch.build.targets.wheel]
packages = [{name}]

[tool.hatch.build.targets.wheel.hooks.custom]
path = "hatch_build.py"
"""

HOOK = """\
\"\"\"Says that the wheel has executables, and for which platform.\"\"\"

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Platform(BuildHookInterface):
    def initialize(self, version, build_data):
        build_data["pure_python"] = False
        build_data["tag"] = {tag!r}
"""

TESTS = '''\
"""The functions of {name} give what they gave when they were exported, and what their comments show."""

from pathlib import Path

import pytest

import {name}
from {name}._goscore._export import examples

EXAMPLES = examples.read(Path({name}.__file__).parent / "examples")


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example):
    example.check(getattr({name}, example.function))


@pytest.mark.parametrize("function", {name}.__all__)
def test_comment(function):
    examples.check_comment(getattr({name}, function), vars({name}))
'''

SELF_TEST = '''\
"""Makes the example calls again: ``python -m {name}.test``."""

import sys
from pathlib import Path

import {name}
from {name}._goscore._export import examples

if __name__ == "__main__":
    found = {{name: getattr({name}, name) for name in {name}.__all__}}
    sys.exit(1 if examples.run(found, Path(__file__).parent / "examples") else 0)
'''

ERRORS = '''\
"""What the functions of {name} raise."""

from ._goscore._errors import (
    {names},
)

__all__ = [
    {quoted},
]
'''


def toml(value: str | Sequence[str]) -> str:
    """Return a string or a list of strings as TOML, which writes them as JSON does."""
    return json.dumps(value, ensure_ascii=False)


def errors(name: str) -> str:
    """Return the module of exceptions."""
    from .. import _errors

    names = sorted(kind.__name__ for kind in _errors._KINDS)
    return ERRORS.format(
        name=name,
        names=",\n    ".join(names),
        quoted=",\n    ".join(f'"{error}"' for error in names),
    )


def package(name: str, version: str, functions: Sequence[GoFunction], made_by: str) -> str:
    """Return the package's ``__init__.py``."""
    lines = [
        f'"""Go functions, compiled. Exported by goscore {made_by}."""',
        "",
        "from pathlib import Path as _Path",
        "",
        "from ._goscore._export.exported import functions as _functions",
        "",
        f'__version__ = "{version}"',
        "__all__ = [",
        *(f'    "{function}",' for function in sorted(function.__name__ for function in functions)),
        "]",
        "",
        "_found = _functions(__name__, _Path(__file__).parent)",
        *(f'{function.__name__} = _found["{function.__name__}"]' for function in functions),
        "",
    ]
    return "\n".join(lines)


def readme(
    name: str, version: str, functions: Sequence[GoFunction], files: Sequence[GoFile], made_by: str
) -> str:
    """Return the package's README."""
    names = [function.__name__ for function in functions]
    gets = dict.fromkeys(get for file in files for get in file.gets)
    places = ["go/*.go", *(["go/*/*.go"] if any("/" in file.name for file in files) else [])]
    rebuild = " ".join(["python -m goscore export", *places, *(f"--get {get}" for get in gets)])
    parts = [
        f"# {name}",
        "Functions on columns, written in Go and compiled. They take pandas, polars, Arrow and NumPy "
        f"columns, and lists, and give the same back. Made by goscore {made_by}.",
        f"```sh\npip install {name.lower()}-{version}-*.whl\n```",
        f"```python\nfrom {name} import {', '.join(names)}\n```",
        "It needs no Go, no goscore and no notebook. The wheel is for one platform, that of its name.",
        "## Functions",
    ]
    for function in functions:
        parts += [f"### `{_call(function)}`", _documentation(function)]
    parts += [
        "## From the sources",
        "| file | functions | was |\n|---|---|---|\n"
        + "\n".join(
            f"| [go/{file.name}](go/{file.name}) | {', '.join(file.functions)} | {file.cell} |"
            for file in files
        ),
        "Error messages name these files and their lines. Change them, and build the package again:",
        "```sh\npip install 'goscore[export,go]'\n"
        f"{rebuild} --name {name} --path rebuilt {' '.join(names)}\n```",
        f"`python -m {name}.test` makes the example calls again, also where the wheel is installed; so does "
        "`python -m pytest tests`.",
    ]
    return "\n\n".join(parts) + "\n"


def _call(function: GoFunction) -> str:
    """Return the signature without types, which the Go below it shows."""
    signature = function.__signature__
    bare = [
        parameter.replace(annotation=Parameter.empty) for parameter in signature.parameters.values()
    ]
    return f"{function.__name__}{Signature(bare)}"


def _documentation(function: GoFunction) -> str:
    """Return a function's documentation as a code block."""
    return "```text\n" + (function.__doc__ or "").replace("```", "'''") + "\n```"
