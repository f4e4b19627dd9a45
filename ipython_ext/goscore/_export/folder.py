"""The folder of an export: it replaces an earlier one of its name, and nothing else."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path, PurePath

from .._errors import ArgumentValueError

_LIST = "goscore-export.json"  # what the export wrote, by checksums


def check(target: Path, name: str) -> None:
    """Refuse to write where somebody else's work is.

    Raises
    ------
    ArgumentValueError
        The folder is no earlier export, or its files were changed since.
    """
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    before = _listed(target, name)
    if before is None:
        raise ArgumentValueError(
            f"export to {target}: it is there, and no earlier export of {name}: choose another name= "
            f"or path=, or remove it"
        )
    changed = [
        file
        for file, checksums in before.items()
        if (target / file).exists() and _checksum(target / file) not in checksums
    ]
    if changed:
        raise ArgumentValueError(
            f"export to {target}: {', '.join(changed)} changed since the export that is there: choose "
            f"another path=, or remove {target}"
        )


def replace(target: Path, made: Path, name: str) -> None:
    """Put a new export in the place of an earlier one; files that are no export's stay.

    Parameters
    ----------
    target, made : Path
        The folder, and one with the new files.
    name : str
        The package's.

    Raises
    ------
    ArgumentValueError
        A new file would take the place of one that is no export's.
    """
    before = _listed(target, name) or {}
    files = {
        str(file.relative_to(made)): [_checksum(file)]
        for file in sorted(made.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    }
    foreign = [file for file in files if file not in before and (target / file).exists()]
    if foreign:
        raise ArgumentValueError(
            f"export to {target}: {', '.join(foreign)} is there, and not of the earlier export"
        )
    # Until all is in its place, files of both exports may be there.
    either = {
        file: [*before.get(file, ()), *files.get(file, ())]
        for file in sorted(before.keys() | files.keys())
    }
    _list(target, name, either)
    for file in before.keys() - files.keys():
        (target / file).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # there is more in it
            (target / file).parent.rmdir()
    for file in files:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        (made / file).replace(target / file)  # whole, and of a link not what it leads to
    _list(target, name, files)


def _list(target: Path, name: str, files: dict[str, list[str]]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    beside = target / f".{_LIST}"
    listed = json.dumps({"name": name, "files": files}, indent=1)
    beside.write_text(listed + "\n", encoding="utf-8")
    beside.replace(target / _LIST)


def _listed(target: Path, name: str) -> dict[str, list[str]] | None:
    """Return the files of an earlier export of that name, each with what checksums it may have."""
    try:
        found = json.loads((target / _LIST).read_text(encoding="utf-8"))
        files = dict(found["files"])
        # Somebody else may have written it, and what it lists is deleted.
        inside = not any(
            PurePath(file).is_absolute() or ".." in PurePath(file).parts for file in files
        )
        return files if inside and found["name"] == name else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _checksum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
