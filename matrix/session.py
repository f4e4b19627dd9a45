"""Runs the cells in an environment: in a kernel as a frontend does, or in a plain script."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from .cells import Cell

HANG = 300  # s for one cell
_KERNEL = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
_QUIET = {
    "TERM": "dumb",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}  # no colours, no advice on debuggers
_SCRIPT = Path(__file__).with_name("script.py")


@dataclass
class Shown:
    """What a cell showed: all its text, the class of its error, and the names that Tab gave."""

    text: str = ""
    error: str = ""
    matches: tuple[str, ...] = ()


def verdict(cell: Cell, shown: Shown) -> str:
    """Say what is wrong; nothing where all is as it should be."""
    if shown.error != cell.error:
        return shown.text or f"ended with {shown.error or 'no error'}, not {cell.error}"
    if cell.kind == "tab":
        right = cell.shows in shown.matches if cell.shows else not shown.matches
        return "" if right else f"Tab gave {', '.join(shown.matches[:9]) or 'nothing'}"
    return "" if cell.shows in shown.text else f"shows {shown.text!r}, without {cell.shows!r}"


def environment(folder: Path) -> dict[str, str]:
    """Return an environment without what belongs to this process's own Python and Jupyter."""
    taken = ("JUPYTER", "PYTHON", "VIRTUAL_ENV", "IPYTHON", "GOSCORE_WORKER")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(taken)}
    return kept | {"IPYTHONDIR": str(folder), "JUPYTER_RUNTIME_DIR": str(folder), **_QUIET}


class Kernel:
    """A kernel of an environment's Python, as its frontend sees it."""

    def __init__(self, python: Path) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="goscore-matrix-")
        self._manager: Any = KernelManager()
        self._manager._kernel_spec = KernelSpec(argv=[str(python), *_KERNEL], display_name="row")
        env = environment(Path(self._folder.name))
        self._manager.start_kernel(env=env, cwd=self._folder.name)
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=HANG)

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *error: object) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
        self._folder.cleanup()

    def run(self, cell: Cell) -> Shown:
        """Run one cell, or ask for the completions at its end."""
        if cell.kind == "tab":
            reply = self._client.complete(cell.code, len(cell.code), reply=True, timeout=HANG)
            return Shown(matches=tuple(reply["content"]["matches"]))
        shown = Shown()

        def show(message: dict[str, Any]) -> None:
            content, kind = message["content"], message["msg_type"]
            if kind == "stream":
                shown.text += content["text"]
                if cell.kind == "interrupt":
                    self._manager.interrupt_kernel()
            elif kind in ("execute_result", "display_data"):
                shown.text += content["data"].get("text/plain", "")
            elif kind == "error":
                shown.text += "\n".join(content["traceback"])
                shown.error = content["ename"]

        try:
            reply = self._client.execute_interactive(
                cell.code, output_hook=show, timeout=HANG, allow_stdin=False
            )
        except (Empty, TimeoutError):
            return Shown(f"no answer in {HANG} s", "TimeoutError")
        for page in reply["content"].get("payload", ()):  # what F?? shows
            shown.text += page.get("data", {}).get("text/plain", "")
        return shown


def in_a_kernel(python: Path, cells: Iterable[Cell]) -> Iterator[Shown]:
    """Run cells in one kernel."""
    with Kernel(python) as kernel:
        for cell in cells:
            yield kernel.run(cell)


def in_a_script(python: Path, cells: list[Cell]) -> Iterator[Shown]:
    """Run cells in one process without a kernel; those behind its end have an error."""
    with tempfile.TemporaryDirectory(prefix="goscore-matrix-") as folder:
        run = subprocess.run(
            [str(python), str(_SCRIPT)],
            input=json.dumps([cell.code for cell in cells]),
            capture_output=True,
            text=True,
            timeout=HANG,
            cwd=folder,
            env=environment(Path(folder)),
            check=False,
        )
    before, *parts = run.stdout.split("\x1e")
    for at, cell in enumerate(cells):
        if at >= len(parts):
            yield Shown(f"the script ended before it: {run.stderr[-2000:]}", "ended")
            continue
        line, _, after = parts[at].partition("\n")
        said = json.loads(line)
        yield Shown(before + said["text"], said["error"])
        before = after
