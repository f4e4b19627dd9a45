"""The page for users of pandas: both columns of each row give the same."""

from __future__ import annotations

import re

import pytest

from goscore._run import cell
from goscore._run.options import Options

from .documents import ROOT

PAGE = (ROOT / "docs" / "questions" / "go-for-pandas-users.md").read_text()
ROWS = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|$", PAGE, re.M)


@pytest.fixture(scope="module")
def names():
    """Give what the page's own cell defines."""
    names = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.S)[1], names)
    return names


def test_there_are_rows():
    """Every row of the table but the headings is tested."""
    assert len(ROWS) >= 40
    assert len(ROWS) == len(re.findall(r"^\| `", PAGE, re.M))


@pytest.mark.parametrize(("python", "go"), ROWS, ids=[python for python, _ in ROWS])
def test_row(names, python, go):
    """The value of the Go is that of the Python, and of its type where Python tells numbers from bools."""
    if re.match(r"\w+ = ", python):
        expected = eval(python.partition(" = ")[2], names)
    else:
        expected = eval(python, names)
    found = cell.run(go, [("df", names["df"], "df")], Options(), cell="In[1]").value
    found = found.tolist() if hasattr(found, "tolist") else found
    assert found == expected
    assert isinstance(found, bool) == (str(type(expected)).find("bool") >= 0)
