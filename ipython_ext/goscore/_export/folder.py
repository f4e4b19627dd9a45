"""The folder of an export. It replaces an earlier export of its name, and nothing else."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path, PurePath

from .._errors import ArgumentValueError

_LIST = "goscore-export.json"  # the files of the export, with checksums


def check(target: Path, name: str) -> None:
    """Refuse to overwrite the user's work.

    Raises
    ------
    ArgumentValueError
        The folder is not an earlier export, or its files have changed since.
    """
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    earlier = _read_list(target, name)
    if earlier is None:
        raise ArgumentValueError(
            f"export to {target}: it is there, and no earlier export of {name}: choose another name= "
            f"or path=, or remove it"
        )
    changed = [
        file
        for file, checksums in earlier.items()
        if (target / file).exists() and _checksum(target / file) not in checksums
    ]
    if changed:
        raise ArgumentValueError(
            f"export to {target}: {', '.join(changed)} changed since the export that is there: choose "
            f"another path=, or remove {target}"
        )


def replace(target: Path, staging: Path, name: str) -> None:
    """Replace an earlier export by a new one; the user's own files stay.

    Parameters
    ----------
    target, made : Path
        The folder, and one with the new files.
    name : str
        The package's.

    Raises
    ------
    ArgumentValueError
        A new file would replace one of the user's.
    """
    earlier = _read_list(target, name) or {}
    files = {
        str(file.relative_to(staging)): [_checksum(file)]
        for file in sorted(staging.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    }
    foreign = [file for file in files if file not in earlier and (target / file).exists()]
    if foreign:
        raise ArgumentValueError(
            f"export to {target}: {', '.join(foreign)} is there, and not of the earlier export"
        )
    # Until all files are in place, the folder may have files of both exports.
    either = {
        file: [*earlier.get(file, ()), *files.get(file, ())]
        for file in sorted(earlier.keys() | files.keys())
    }
    _write_list(target, name, either)
    for file in earlier.keys() - files.keys():
        (target / file).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # the folder has other files
            (target / file).parent.rmdir()
    for file in files:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        (staging / file).replace(target / file)  # atomic; replaces a link, not its target
    _write_list(target, name, files)


def _write_list(target: Path, name: str, files: dict[str, list[str]]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    beside = target / f".{_LIST}"
    content = json.dumps({"name": name, "files": files}, indent=1)
    beside.write_text(content + "\n", encoding="utf-8")
    beside.replace(target / _LIST)


def _read_list(target: Path, name: str) -> dict[str, list[str]] | None:
    """Return the files of an earlier export of that name, each with its possible checksums."""
    try:
        content = json.loads((target / _LIST).read_text(encoding="utf-8"))
        files = dict(content["files"])
        # The list may come from elsewhere, and its files get deleted.
        inside = not any(
            PurePath(file).is_absolute() or ".." in PurePath(file).parts for file in files
        )
        return files if inside and content["name"] == name else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _checksum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
