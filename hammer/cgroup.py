"""A memory cgroup around this process and what it starts, where the system lets us make one."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_BASE = Path("/sys/fs/cgroup")


@dataclass
class MemoryGroup:
    """A group that this process is in.

    Attributes
    ----------
    name : str
        Which version of cgroups bounds it.
    directory, before : Path
        The group, and the one that this process came from.
    """

    name: str
    directory: Path
    before: Path

    @classmethod
    def join(cls, nbytes: int) -> MemoryGroup | None:
        """Enter a new group of *nbytes*; None where there can be none."""
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers == "" and (_BASE / "cgroup.controllers").exists():
                name, top, limit = "cgroup v2", _BASE, "memory.max"
            elif "memory" in controllers.split(","):
                name, top, limit = "cgroup v1", _BASE / "memory", "memory.limit_in_bytes"
            else:
                continue
            before = top / path.lstrip("/")
            if not before.is_dir():  # in a container it is often the root
                before = top
            made = cls(name, top / f"goscore-hammer-{os.getpid()}", before)
            try:
                made.directory.mkdir()
                (made.directory / limit).write_text(str(nbytes))
                made._enter(made.directory)
            except OSError:
                made.leave()
                continue
            return made
        return None

    def _enter(self, group: Path) -> None:
        (group / "cgroup.procs").write_text(str(os.getpid()))

    def killed(self) -> int:
        """Return how many processes of the group Linux ended because it was full."""
        for name in ("memory.events", "memory.oom_control"):
            with suppress(OSError):
                for line in (self.directory / name).read_text().splitlines():
                    if line.startswith("oom_kill "):
                        return int(line.split()[1])
        return 0

    def leave(self) -> None:
        """Go back, with all that are still in the group, and remove it."""
        with suppress(OSError):
            for pid in (self.directory / "cgroup.procs").read_text().split():
                with suppress(OSError):
                    (self.before / "cgroup.procs").write_text(pid)
            self._enter(self.before)
            self.directory.rmdir()
