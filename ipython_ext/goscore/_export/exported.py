"""The functions of a package that `goscore.export` made.

The package has a copy of this module and of those that it imports.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .._call.tables import Table, unpacked
from .._errors import GoToolchainError
from .._function import GoFunction
from .._protocol.check import checked
from .._protocol.functions import Carried, FunctionInfo
from .._worker.programs import Programs, portables

DESCRIPTIONS = "functions.json"
PROGRAMS = "programs"
TABLES = "tables"


class StoredPrograms(Programs):
    """Programs in files, which are read when the worker asks for them."""

    def __init__(self, folder: Path, info: FunctionInfo, programs: list[Carried]) -> None:
        super().__init__(portables(info), programs)
        self._folder = folder

    def __bool__(self) -> bool:
        return bool(self.descriptions)

    def executables(self) -> list[bytes]:
        """Read the files; the worker compares them with their descriptions."""
        return [(self._folder / file_name(program)).read_bytes() for program in self.descriptions]


class Exported(GoFunction):
    """A Go function of this package, called on columns.

    It is pickled by name, so the package must be installed where it is unpickled.

    Parameters
    ----------
    description : dict
        Its entry in `DESCRIPTIONS`.
    package : str
    programs : Programs
    tables : dict of str to Table
        Those that it was bound to.
    """

    def __init__(
        self,
        description: dict[str, Any],
        package: str,
        programs: Programs,
        tables: dict[str, Table],
    ) -> None:
        super().__init__(
            description["info"], package, description["threads"], description["timeout"]
        )
        self._programs = programs
        self._give(tables)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__call__(*args, **kwargs)
        except GoToolchainError as error:
            raise GoToolchainError(
                f"{error}\n  {self.__module__} was exported without a program for such a call of "
                f"{self.__name__}: make one like it, and export again"
            ) from None

    __call__.__doc__ = GoFunction.__call__.__doc__

    def __reduce__(self) -> Any:
        return self.__name__ if self._unbound is self else super().__reduce__()


def file_name(program: Carried) -> str:
    """Return the file name of a program, which is its checksum."""
    return f"{program['sum'][:32]}.gz"


def functions(package: str, folder: Path) -> dict[str, Exported]:
    """Return a package's functions from its descriptions. Nothing starts yet.

    Parameters
    ----------
    package : str
        Its name.
    folder : Path
        Where it lies.
    """
    content = json.loads((folder / DESCRIPTIONS).read_text(encoding="utf-8"))
    exported = {}
    for description in content["functions"]:
        info = checked(description["info"], FunctionInfo, DESCRIPTIONS)
        programs = StoredPrograms(folder / PROGRAMS, info, description["programs"])
        tables = {
            name: unpacked((folder / TABLES / packed[-1]).read_bytes(), *packed)
            for name, packed in description["tables"].items()
        }
        exported[info.name] = Exported(description, package, programs, tables)
    return exported
