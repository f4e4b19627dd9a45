"""The functions of a package that `goscore.export` made, in whatever process imports it.

This module is on its way: the package has a copy of it, and of what it imports.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .._errors import GoToolchainError
from .._function import GoFunction
from .._worker.carry import Programs, portables

DESCRIPTIONS = "functions.json"
PROGRAMS = "programs"


class StoredPrograms(Programs):
    """Programs that lie in files, until the worker asks for them."""

    def __init__(self, folder: Path, info: dict[str, Any], described: list[dict[str, Any]]) -> None:
        super().__init__(portables(info), described)
        self._folder = folder

    def __bool__(self) -> bool:
        return bool(self.described)

    def executables(self) -> list[bytes]:
        """Read them; the worker checks that they are those that were described."""
        return [(self._folder / file_name(one)).read_bytes() for one in self.described]


class Exported(GoFunction):
    """A Go function of this package, called on columns.

    It is pickled by its name: where it is unpickled, the package is installed too.

    Parameters
    ----------
    described : dict
        Its entry of the descriptions.
    package : str
    programs : Programs
    """

    def __init__(self, described: dict[str, Any], package: str, programs: Programs) -> None:
        super().__init__(described["info"], package, described["threads"], described["timeout"])
        self._carried = programs

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
        return self.__name__


def file_name(described: dict[str, Any]) -> str:
    """Return the file of a program, which is called after its checksum."""
    return f"{described['sum'][:32]}.gz"


def functions(package: str, folder: Path) -> dict[str, Exported]:
    """Make a package's functions of what was described at export. Nothing starts yet.

    Parameters
    ----------
    package : str
        Its name.
    folder : Path
        Where it lies.
    """
    found = json.loads((folder / DESCRIPTIONS).read_text(encoding="utf-8"))
    made = {}
    for described in found["functions"]:
        programs = StoredPrograms(folder / PROGRAMS, described["info"], described["programs"])
        made[described["info"]["name"]] = Exported(described, package, programs)
    return made
