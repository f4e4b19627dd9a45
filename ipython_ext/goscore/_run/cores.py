"""How many cores a process may take that shares its machine with others of one engine."""

from __future__ import annotations

import os
import sys
from multiprocessing import parent_process
from pathlib import Path


def share() -> int | None:
    """Return the cores for one run where nobody says; None for all of the machine's.

    What an engine has given to this process counts: the CPUs of a Ray task, the threads of a
    Dask worker, the cores of a Spark task. Processes of one pool divide the machine's.
    """
    for engine in (_ray, _spark, _dask, _pool):
        if found := engine():
            return max(1, found)
    return None


def _ray() -> int | None:
    ray = sys.modules.get("ray")
    if ray is None or not ray.is_initialized():
        return None
    context = ray.get_runtime_context()
    if context.worker.mode != ray.WORKER_MODE:
        return None
    return int(context.get_assigned_resources().get("CPU", 1)) or 1


def _spark() -> int | None:
    context = sys.modules.get("pyspark.taskcontext")
    task = context and context.TaskContext.get()
    return int(task.cpus()) if task else None


def _dask() -> int | None:
    distributed = sys.modules.get("distributed")
    if distributed is None:
        return None
    try:
        return int(distributed.get_worker().state.nthreads)
    except ValueError:  # not in a worker
        return None


def _pool() -> int | None:
    """Divide the cores by the processes that one parent has started with multiprocessing."""
    if parent_process() is None:
        return None
    # os.getppid: with forkserver, the server is not the parent that multiprocessing names.
    return (os.cpu_count() or 1) // _children(os.getppid())


def _children(pid: int) -> int:
    """Count the processes that run the same interpreter for one parent; 1 where nothing tells."""
    own = _executable("self")
    found = 0
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = tasks.read_text().split()
        except OSError:
            continue
        found += sum(_executable(child) == own and _worker_of_pool(child) for child in children)
    return max(1, found)


def _executable(pid: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return ""


def _worker_of_pool(pid: str) -> bool:
    """Tell a pool's process from those that only watch over its semaphores."""
    try:
        return b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
