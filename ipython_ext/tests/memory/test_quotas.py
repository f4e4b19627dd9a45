"""What the system leaves for Go's processes; the quotas of ``ulimit`` are made for real in test_containers.py."""

import re

import pytest

from goscore._memory import quotas


@pytest.mark.parametrize(
    ("cgroup", "files", "says"),
    [
        ("0::/job/7", {"job/7": ("max", 30), "job": (64, 40)}, "allows 64 .*of which 24 are left"),
        ("0::/outside", {"": (20, 31)}, "allows 20 .*of which 0 are left"),
        ("5:cpu:/a\n4:pids:/a", {"pids/a": (50, 9)}, "allows 50 .*of which 41 are left, and Go needs 48"),
        ("0::/", {"": (1000, 30)}, ""),
        ("0::/", {"": ("max", 3000)}, ""),
        ("4:memory:/a", {"memory/a": (5, 5)}, ""),
        ("0::/", {}, ""),
    ],
)  # fmt: skip
def test_cgroup_of_processes(tmp_path, cgroup, files, says):
    """Too few processes in a control group around this one are one sentence with the numbers and what to do."""
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text(cgroup + "\n")
    for folder, (limit, used) in files.items():
        group = tmp_path / "sys/fs/cgroup" / folder
        group.mkdir(parents=True, exist_ok=True)
        (group / "pids.max").write_text(f"{limit}\n")
        (group / "pids.current").write_text(f"{used}\n")
    said = quotas.lack_of_tasks(tmp_path)
    assert bool(said) == bool(says)
    assert re.search(says, said)


def test_no_proc(tmp_path):
    """Where there is no /proc, nothing is said."""
    assert quotas.lack_of_tasks(tmp_path) == ""
