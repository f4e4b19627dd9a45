"""The number of cores for a run in a process that shares its machine with others of one engine."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def share() -> int | None:
    """Return the number of cores for a run without ``threads``; None for all of the machine's.

    An engine gives each process a number: the CPUs of a Ray task, the threads of a Dask worker,
    the cores of a Spark task. The processes of one pool share the machine's cores equally.
    """
    for engine in (_ray, _spark, _dask, _pool):
        if cores := engine():
            return max(1, cores)
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
    pools = sys.modules.get("multiprocessing.process")  # in a process of a pool it is imported
    if pools is None or pools.parent_process() is None:
        return None
    # os.getppid: with forkserver, the server is not the parent that multiprocessing names.
    return (os.cpu_count() or 1) // _children(os.getppid())


def _children(pid: int) -> int:
    """Count a parent's processes that run this interpreter; 1 where that cannot be found out."""
    own = _executable("self")
    count = 0
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = tasks.read_text().split()
        except OSError:
            continue
        count += sum(_executable(child) == own and _worker_of_pool(child) for child in children)
    return max(1, count)


def _executable(pid: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return ""


def _worker_of_pool(pid: str) -> bool:
    """Tell a process of a pool from the one that tracks its semaphores."""
    try:
        return b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
