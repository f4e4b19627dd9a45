"""Goscore's modules and worker as a part of an exported package, which runs its functions."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from .._errors import GoscoreError
from .._worker.binary import find_binary

PACKAGE = Path(__file__).parents[1]
NEEDED = ("numpy", "pyarrow")  # of goscore's own requirements
_INSTEAD = {"sockets.py": "zmtp.py"}  # replaces a module that would require more packages
_BEGIN = ("_export/exported", "_export/examples")


def copy(folder: Path, name: str) -> None:
    """Write modules and worker into a new folder.

    Parameters
    ----------
    folder : Path
    name : str
        The exported package's.
    """
    for module in modules():
        target = folder / module.relative_to(PACKAGE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(module.with_name(_INSTEAD.get(module.name, module.name)), target)
    (folder / "__init__.py").write_text(
        f'"""What of goscore {version()} runs the functions of {name}."""\n', encoding="utf-8"
    )
    (folder / "_bin").mkdir()
    shutil.copy(find_binary(), folder / "_bin" / "goscore")
    for license in installed().files or []:
        if license.parts[-1] == "LICENSE":
            shutil.copy(str(license.locate()), folder / "LICENSE")


def installed() -> metadata.Distribution:
    """Return goscore's installed distribution.

    Raises
    ------
    GoscoreError
        Goscore is not installed.
    """
    try:
        return metadata.distribution("goscore")
    except metadata.PackageNotFoundError as error:
        raise GoscoreError(
            "export takes the worker's platform from goscore as it is installed, and it is not: "
            "pip install goscore"
        ) from error


def version() -> str:
    return installed().version


def tag() -> str:
    """Return the wheel tag of the worker, from the wheel that installed it."""
    tags = re.findall(r"^Tag: (\S+)-(\S+)$", installed().read_text("WHEEL") or "", re.MULTILINE)
    if not tags:
        raise GoscoreError("goscore's installation does not say for which platform it is")
    return f"{tags[0][0]}-{'.'.join(dict.fromkeys(platform for _, platform in tags))}"


def requirements() -> list[str]:
    """Return the requirements of the modules, with goscore's versions."""
    wanted = [
        requirement for requirement in installed().requires or [] if "extra ==" not in requirement
    ]
    return sorted(
        requirement
        for requirement in wanted
        if re.split(r"[^\w-]", requirement, maxsplit=1)[0] in NEEDED
    )


def modules() -> list[Path]:
    """Return the files of all modules that a call imports, directly or not."""
    reached = {PACKAGE / "__init__.py"}  # an exported package has another
    todo = [PACKAGE / f"{name}.py" for name in _BEGIN]
    while todo:
        module = todo.pop()
        if module not in reached:
            reached |= {module, module.with_name("__init__.py")}
            todo += _imported(module)
    return sorted(reached - {PACKAGE / "__init__.py"})


def _imported(module: Path) -> Iterator[Path]:
    """Yield the modules of this package that *module* imports, also within functions."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = module.parents[node.level - 1].joinpath(*(node.module or "").split("."))
        paths = [base, *(base / alias.name for alias in node.names)]
        for path in paths:
            for file in (path.with_suffix(".py"), path / "__init__.py"):
                if file.is_file():
                    yield file
