"""The connection file: how Jupyter says where a kernel's sockets are."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Literal, NotRequired, TypedDict

from .._errors import GoscoreError

Port = Literal["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"]
PORTS: tuple[Port, ...] = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
_NEEDED = {"ip", "key", "shell_port", "iopub_port", "control_port"}


class Connection(TypedDict):
    """Content of a connection file.

    `paths` is ours: it leads to sockets whose directory was deleted.
    """

    transport: str
    ip: str
    key: str
    signature_scheme: NotRequired[str]
    kernel_name: NotRequired[str]
    shell_port: int
    iopub_port: int
    control_port: int
    stdin_port: NotRequired[int]
    hb_port: NotRequired[int]
    paths: NotRequired[dict[Port, str]]


def read(path: str | os.PathLike[str]) -> Connection:
    """Read what `connect` is given.

    Raises
    ------
    GoscoreError
        It is no connection file.
    """
    try:
        connection: Connection = json.loads(Path(path).expanduser().read_text())
        missing = _NEEDED - set(connection)
    except (OSError, ValueError, TypeError) as error:
        raise GoscoreError(f"read the connection file {path}: {error}") from error
    if missing:
        raise GoscoreError(f"the connection file {path} lacks {', '.join(sorted(missing))}")
    connection.setdefault("transport", "tcp")
    return connection


def address(connection: Connection, port: Port) -> str:
    """Return the address of a socket, as Jupyter forms it where they have names."""
    if "paths" in connection:
        return f"{connection['transport']}://{connection['paths'][port]}"
    between = ":" if connection.get("transport", "tcp") == "tcp" else "-"
    return f"{connection['transport']}://{connection['ip']}{between}{connection[port]}"
