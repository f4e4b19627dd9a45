"""A test of Go, as a project without notebooks has it."""

import pytest
from scores import cell

import goscore


@pytest.mark.parametrize(
    ("values", "grown"), [([], []), ([3.0], [3.0]), ([3.0, -1.0, 4.0], [3.0, 1.5, 5.35])]
)
def test_grow(values, grown):
    """It climbs, and halves."""
    assert cell.Grow(values) == pytest.approx(grown)


def test_error():
    """An error of Go's is an exception."""
    with pytest.raises(goscore.GoPanic, match=r"line 2.*panic: no"):
        goscore.compile('\nfunc Fail(x int) int { panic("no") }').Fail(1)


@pytest.mark.filterwarnings("ignore:growth.go, line 23")
def test_load():
    """A file is loaded where the tests run."""
    loaded = goscore.load("growth.go")
    assert loaded.Grow([3.0, -1.0, 4.0]) == pytest.approx([3.0, 1.5, 5.35])
    assert loaded.Rate(["a", "b"], {"a": 1.5}) == [3.0, 0.0]
