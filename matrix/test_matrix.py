"""The table of environments, and one of them made and tried."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from . import environments, session
from .__main__ import _can, tried
from .cells import CELLS, Cell
from .session import Shown

ROWS = environments.rows()


def test_rows_have_what_they_are_for() -> None:
    """Each row leaves out what its name says, and most cells run in every one."""
    for name, row in ROWS.items():
        named = {re.split(r"[^\w-]", line, maxsplit=1)[0] for line in row.packages}
        if name.startswith("no-") and not row.script:
            assert name.removeprefix("no-") not in named
        there = dict.fromkeys(named | ({"ipython"} if not row.script else set()), "")
        assert sum(_can(cell, row, there) for cell in CELLS) >= 25, name
    titles = [cell.title for cell in CELLS]
    assert len(set(titles)) == len(titles)


def test_a_package_has_one_lower_bound() -> None:
    """What several extras name has the same bound in each, so that one environment tests all."""
    bounds = defaultdict(set)
    for line in environments.requirements(["notebook", "engines", "export", "test", "bench"]):
        name, bound = re.fullmatch(r"([\w-]+(?:\[\w+\])?)>=(\S+)", line).groups()  # type: ignore[union-attr]
        bounds[name].add(bound)
    assert {name: found for name, found in bounds.items() if len(found) > 1} == {}
    assert bounds["numpy"] and bounds["polars"] == {"1.3"}


def test_what_installing_replaced_is_told() -> None:
    """New packages are no change; others, and lost ones, are."""
    before = {"a": "1", "b": "2", "c": "3"}
    after = {"a": "1", "b": "2.1", "goscore": "0"}
    assert environments.changed(before, after) == ["b 2 became 2.1", "c 3 became nothing"]


@pytest.mark.parametrize(
    ("cell", "shown", "right"),
    [
        (Cell("", "", shows="a"), Shown("cat"), True),
        (Cell("", "", shows="a"), Shown("dog"), False),
        (Cell("", ""), Shown("", "ValueError"), False),
        (Cell("", "", error="GoPanic"), Shown("", "GoPanic"), True),
        (Cell("", "", error="GoPanic"), Shown(), False),
        (Cell("", "", shows="a", kind="tab"), Shown(matches=("a", "b")), True),
        (Cell("", "", shows="a", kind="tab"), Shown(matches=("b",)), False),
        (Cell("", "", kind="tab"), Shown(matches=("b",)), False),
    ],
)
def test_verdict(cell: Cell, shown: Shown, right: bool) -> None:
    """A cell passes only with its text, error or completions."""
    assert (session.verdict(cell, shown) == "") is right


@pytest.mark.matrix
def test_colab() -> None:
    """Every cell passes on what Colab ships, of which nothing is replaced."""
    result = tried(ROWS["colab"], environments.build_wheel())
    if result.missing:
        pytest.skip(result.missing)
    assert result.failures == [] and result.changed == []
    assert result.passed > 40
