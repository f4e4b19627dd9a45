"""What of goscore runs functions, as a part of an exported package: modules, and the worker."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from .._errors import GoscoreError
from .._worker.worker import find_binary

PACKAGE = Path(__file__).parents[1]
NEEDED = ("numpy", "pyarrow")  # of what goscore requires
_INSTEAD = {"sockets.py": "zmtp.py"}  # of modules, where one would require more
_BEGIN = ("_export/exported", "_export/examples")


def copy(folder: Path, name: str) -> None:
    """Write it into a folder.

    Parameters
    ----------
    folder : Path
        It is made.
    name : str
        The package's that it becomes a part of.
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
    """Return what the installer knows of goscore.

    Raises
    ------
    GoscoreError
        It is not installed.
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
    """Return the wheel tag of the worker: that of the wheel that brought it."""
    said = re.findall(r"^Tag: (\S+)-(\S+)$", installed().read_text("WHEEL") or "", re.MULTILINE)
    if not said:
        raise GoscoreError("goscore's installation does not say for which platform it is")
    return f"{said[0][0]}-{'.'.join(dict.fromkeys(platform for _, platform in said))}"


def requirements() -> list[str]:
    """Return what the modules import, with the versions that goscore asks for."""
    found = [one for one in installed().requires or [] if "extra ==" not in one]
    return sorted(one for one in found if re.split(r"[^\w-]", one, maxsplit=1)[0] in NEEDED)


def modules() -> list[Path]:
    """Return the files of the modules that a call can come to, by what they import."""
    found = {PACKAGE / "__init__.py"}  # an exported package has another
    todo = [PACKAGE / f"{name}.py" for name in _BEGIN]
    while todo:
        module = todo.pop()
        if module not in found:
            found |= {module, module.with_name("__init__.py")}
            todo += _imported(module)
    return sorted(found - {PACKAGE / "__init__.py"})


def _imported(module: Path) -> Iterator[Path]:
    """Yield the modules of the package that one names in its import statements, wherever they are."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        place = module.parents[node.level - 1].joinpath(*(node.module or "").split("."))
        named = [place, *(place / alias.name for alias in node.names)]
        for one in named:
            for file in (one.with_suffix(".py"), one / "__init__.py"):
                if file.is_file():
                    yield file
