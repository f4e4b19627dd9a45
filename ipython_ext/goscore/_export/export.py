"""Go functions as a Python package of their own, which needs neither Go nor goscore."""

from __future__ import annotations

import copy
import importlib.util
import json
import keyword
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .._errors import ArgumentTypeError, ArgumentValueError, GoscoreError, GoToolchainError
from .._function import GoFunction
from .._protocol.check import checked
from .._protocol.functions import FunctionInfo
from .._worker.current import worker
from .._worker.programs import Programs, export_programs
from . import folder, runtime, stubs, texts
from .examples import CALLS, Store
from .exported import DESCRIPTIONS, PROGRAMS, TABLES, file_name
from .sources import GoFile, as_package, go_files, go_mod

Examples = Mapping[GoFunction, Sequence[tuple[Sequence[Any], Mapping[str, Any]]]]

_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?")
_TAKEN = {"goscore", "numpy", "pyarrow", "zmq", "pandas", "polars"}
EXAMPLES = "examples"  # a folder of the package
_FOLDERS = {"go", "tests"}  # beside the package's own


def export(
    *functions: GoFunction,
    name: str,
    path: str | os.PathLike[str] = "dist",
    version: str = "0.1.0",
    examples: Mapping[GoFunction, Sequence[tuple[Sequence[Any], Mapping[str, Any]]]] | None = None,
) -> Path:
    """Make a Python package of Go functions, which runs where there is neither Go nor goscore.

    A folder of its name gets the Go, tests and a README, and beside it lies a wheel for this
    platform. An earlier export of the name is replaced, unless its files were changed since.
    The examples, and those in the functions' comments behind ``>>>``, are made in a new process
    without Go before anything is written; they are the package's tests.

    Parameters
    ----------
    *functions : GoFunction
        Of cells. Calls with columns of lists need one like it made before.
    name : str
        The package's, as in ``from fast_scores import ScoreSeries``.
    path : path
        Where folder and wheel are written.
    version : str
        The package's.
    examples : dict of GoFunction to list of (tuple, dict), optional
        Calls by arguments and named arguments, as in ``{F: [((df.v,), {"by": df.k})]}``. They are
        kept with what they give, on columns of Arrow.

    Returns
    -------
    Path
        The wheel.

    Raises
    ------
    ArgumentTypeError, ArgumentValueError
        Something is no function of a cell, a name cannot be a package's, or there is something
        else where the package would be.
    GoToolchainError
        A function is not compiled, and there is no Go.
    GoscoreError
        An example gives something else in the new process.
    """
    calls = examples or {}
    out, target = Path(path), Path(path) / name
    _check(functions, name, version)
    folder.check(target, name)
    unknown = [key for key in calls if not any(key is function for function in functions)]
    if unknown:
        raise ArgumentValueError(f"examples= has {unknown[0]!r}, which is not exported")
    infos = [copy.deepcopy(function._info.json) for function in functions]
    files = go_files(infos)
    compiled = _compiled(functions, infos, files, name)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.resolve(), prefix=f".{name}-") as temporary:
        staging = Path(temporary) / name
        _write_sources(staging, name, version, functions, infos, files, compiled)
        _store_examples(staging / name / EXAMPLES, functions, calls)
        _check_examples(staging, name, Path(temporary))
        readme = texts.readme(name, version, functions, files, runtime.version())
        (staging / "README.md").write_text(readme, encoding="utf-8")
        staged_wheel = _build_wheel(staging, name, Path(temporary))
        replaces = target.exists() and any(target.iterdir())
        folder.replace(target, staging, name)
        wheel = out / staged_wheel.name
        shutil.copy(staged_wheel, wheel)
    if replaces:
        print(f"{target} replaces an earlier export of {name}")
    return wheel


def _check(functions: Sequence[GoFunction], name: str, version: str) -> None:
    """Refuse functions, names and versions that cannot become a package."""
    if not functions:
        raise ArgumentValueError("export takes the Go functions of cells, and none was passed")
    for number, function in enumerate(functions, 1):
        if not isinstance(function, GoFunction):
            raise ArgumentTypeError(
                f"export takes the Go functions of cells, and argument {number} is a "
                f"{type(function).__name__}: goscore.draft writes a first Go version of a Python "
                f"function"
            )
    names = [function.__name__ for function in functions]
    for function_name in names:
        if names.count(function_name) > 1:
            raise ArgumentValueError(
                f"export {function_name}: two functions have that name, and a package can have one"
            )
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise ArgumentValueError(
            f"export: {name!r} is not a name for a package: letters, digits and _ make one, such as "
            f"fast_scores"
        )
    if name.lower() in _FOLDERS:
        raise ArgumentValueError(
            f"export: there is a folder {name.lower()} beside the package: choose another name"
        )
    if name in _TAKEN or name in sys.stdlib_module_names:
        raise ArgumentValueError(f"export: there is a package {name} already: choose another name")
    if importlib.util.find_spec("hatchling") is None:
        raise GoscoreError(
            "export: building a wheel needs hatchling: pip install 'goscore[export]'"
        )
    from packaging.version import InvalidVersion, Version

    try:
        Version(version)
    except InvalidVersion as error:
        raise ArgumentValueError(f"export: {version!r} is not a version, such as 0.1.0") from error


def _compiled(
    functions: Sequence[GoFunction], infos: list[dict[str, Any]], files: list[GoFile], name: str
) -> list[Programs]:
    """Make files of a Go package of the functions' sources, and compile these.

    Where there is no Go, functions that came with their programs keep these and their sources.
    """
    if worker().about.get("go", {}).get("path"):
        as_package(files, name)
        compiled = []
        for function, info in zip(functions, infos, strict=True):
            programs = export_programs(checked(info, FunctionInfo, "a function"), function._info)
            if not programs:
                raise GoscoreError(
                    f"export {function.__name__}: it could not be compiled; a call says why"
                )
            compiled.append(programs)
        return compiled
    came = []
    for function in functions:
        programs = export_programs(function._info) or function._programs or Programs()
        if not programs:
            raise GoToolchainError(
                f"export {function.__name__}: there is no Go to compile it with: pip install "
                f"'goscore[go]'"
            )
        came.append(programs)
    originals = copy.deepcopy(infos)
    as_package(files, name)
    for info, original in zip(infos, originals, strict=True):
        info.update(original)
    return came


def _write_sources(
    staging: Path,
    name: str,
    version: str,
    functions: Sequence[GoFunction],
    infos: list[dict[str, Any]],
    files: list[GoFile],
    compiled: Sequence[Programs],
) -> None:
    """Write everything but the examples and the README."""
    package = staging / name
    (package / PROGRAMS).mkdir(parents=True)
    runtime.copy(package / "_goscore", name)
    descriptions = []
    for function, info, packed_programs in zip(functions, infos, compiled, strict=True):
        entries = packed_programs.descriptions
        for program, packed in zip(entries, packed_programs.packed, strict=True):
            (package / PROGRAMS / file_name(program)).write_bytes(packed)
        options = function._options
        descriptions.append(
            {
                "info": info,
                "threads": options.threads,
                "timeout": options.timeout,
                "programs": entries,
                "tables": _write_tables(package / TABLES, function),
            }
        )
    content = {"goscore": runtime.version(), "functions": descriptions}
    metadata = runtime.installed().metadata
    _write_texts(
        staging,
        {
            f"{name}/{DESCRIPTIONS}": json.dumps(content, indent=1, ensure_ascii=False) + "\n",
            f"{name}/__init__.py": texts.package(name, version, functions, runtime.version()),
            f"{name}/errors.py": texts.errors(name),
            "pyproject.toml": texts.PYPROJECT.format(
                name=texts.toml(name),
                version=texts.toml(version),
                description=texts.toml(f"Go functions, compiled by goscore {runtime.version()}"),
                python=texts.toml(metadata["Requires-Python"]),
                dependencies=texts.toml(runtime.requirements()),
            ),
            "hatch_build.py": texts.HOOK.format(tag=runtime.tag()),
            f"tests/test_{name}.py": texts.TESTS.format(name=name),
            f"{name}/test.py": texts.SELF_TEST.format(name=name),
            f"{name}/__init__.pyi": stubs.stubs(name, functions),
            f"{name}/py.typed": "",
            "go/go.mod": go_mod(files, name, _go_version(compiled)),
            **{f"go/{file.name}": file.text for file in files},
        },
    )


def _go_version(compiled: Sequence[Programs]) -> str:
    """Return the language version of the Go that compiled the programs."""
    versions = [
        re.findall(r"\d+", entry["go"])[:2] for one in compiled for entry in one.descriptions
    ]
    return ".".join(max(versions, key=lambda version: [int(part) for part in version]))


def _write_tables(target: Path, function: GoFunction) -> dict[str, Any]:
    """Write the tables that a function is bound to, and return their descriptions."""
    described = {}
    for name, table in function._tables.items():
        content, *packed = table.packed()
        described[name] = packed
        target.mkdir(exist_ok=True)
        (target / table.digest).write_bytes(content)
    return described


def _write_texts(folder: Path, written: Mapping[str, str]) -> None:
    for file, text in written.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")


def _store_examples(place: Path, functions: Sequence[GoFunction], examples: Examples) -> None:
    """Make the example calls on Arrow columns, as the package's tests do, and store the results."""
    place.mkdir(parents=True)
    store, calls = Store(place), []
    for function, example_calls in examples.items():
        for number, example in enumerate(example_calls, 1):
            label = f"example {number} of {function.__name__}"
            try:
                args, kwargs = example
                stored_args = [store.keep(value, label) for value in args]
                stored_kwargs = {key: store.keep(value, label) for key, value in kwargs.items()}
            except (TypeError, ValueError, AttributeError) as error:
                if isinstance(error, GoscoreError):
                    raise
                raise ArgumentTypeError(
                    f"{label} is no call: write ((argument, ...), {{name: argument, ...}})"
                ) from error
            result = function(
                *(store.read(value) for value in stored_args),
                **{key: store.read(value) for key, value in stored_kwargs.items()},
            )
            calls.append(
                {
                    "function": function.__name__,
                    "number": number,
                    "args": stored_args,
                    "kwargs": stored_kwargs,
                    "result": store.keep(result, f"the result of {label}"),
                }
            )
    (place / CALLS).write_text(json.dumps(calls, indent=1, ensure_ascii=False), encoding="utf-8")


def _check_examples(staging: Path, name: str, temporary: Path) -> None:
    """Make all example calls in a new process with the package and without Go."""
    environment = {"GOSCORE_GO": str(temporary / "no-go"), "PYTHONPATH": str(staging)}
    run = subprocess.run(
        [sys.executable, "-B", "-P", "-m", f"{name}.test"],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        cwd=temporary,
        check=False,
    )
    if run.returncode:
        said = run.stdout.strip() or run.stderr.strip()
        raise GoscoreError(f"export {name}: its examples fail in a new process:\n{said}")


def _build_wheel(staging: Path, name: str, temporary: Path) -> Path:
    """Build the wheel with the installed tools; nothing is downloaded."""
    wheels = temporary / "wheels"
    # -P: the exported package may have the name of a module that hatchling imports.
    command = [sys.executable, "-P", "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=staging, check=False)
    if run.returncode:
        raise GoscoreError(f"export {name}: build the wheel: {(run.stderr or run.stdout).strip()}")
    (wheel,) = wheels.glob("*.whl")
    return wheel
