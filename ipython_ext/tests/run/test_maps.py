"""Maps: no entry is lost on the way to Python."""

import math

import numpy as np
import pytest

from goscore import ArgumentValueError


def test_nan_keys(run):
    """A NaN is a key of its own each time, as in Go."""
    run("v = np.array([1.0, np.nan, 1.0, np.nan])", np=np)
    got = run(
        "%%goscore -i v\ncounts := map[float64]int{}\nfor _, x := range v { counts[x]++ }\ncounts\n"
    )
    assert got.pop(1.0) == 2
    assert list(got.values()) == [1, 1] and all(map(math.isnan, got))


@pytest.mark.parametrize(
    "cell",
    [
        "t := time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC)\n"
        'map[time.Time]int{t: 1, t.In(time.FixedZone("A", 3600)): 2}',
        "t := time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC)\n"
        'map[time.Time][]int{t: {1}, t.In(time.FixedZone("A", 3600)): {2}}',
        'struct { A int `goscore:"x"`; B int `goscore:"x"` }{1, 2}',
    ],
)
def test_equal_keys(run, cell):
    """Keys that differ in Go and are equal in Python are refused, not one of them dropped."""
    with pytest.raises(
        ArgumentValueError, match="has 2 entries, and a dict would keep 1: keys 1 and 2 are both"
    ):
        run(f"%%goscore\n{cell}\n")
