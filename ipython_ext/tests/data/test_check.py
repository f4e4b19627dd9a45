"""Arrays of the worker that describe what is not there are refused before anything reads them."""

import numpy as np
import pytest

import goscore
from goscore._data.arrays import Array
from goscore._data.bind import bind
from goscore._data.check import check

EMPTY = 1 << 26


def sized(kind, length, *buffers, nulls=0, **more):
    """Make an array of buffers of so many bytes, or of the bytes of an array."""
    made = [
        np.zeros(b, np.uint8) if isinstance(b, int) else b if b is None else b.view(np.uint8)
        for b in buffers
    ]
    return Array(kind, length, nulls, made, **more)


class Claims(np.ndarray):
    """Bytes that say that they are more than they are."""

    def __len__(self):
        return 1 << 50


def nothing(rows):
    return sized("n", rows, nulls=rows)


def offsets(*values):
    return np.array(values, "i4")


THREE = sized("g", 3, None, 24)
WRONG = [
    (sized("g", 3, None, None), "too few bytes for 3 rows"),
    (sized("g", 4, None, 24), "too few bytes for 4 rows"),
    (sized("g", -1, None, 24), "-1 rows"),
    (sized("g", 1 << 62, None, 24), "nulls in"),
    (sized("g", 3, None, 24, nulls=4), "4 nulls in 3 rows"),
    (sized("g", 9, 1, 72, nulls=1), "bitmap is missing or too short"),
    (sized("b", 9, None, 1), "too few bytes"),
    (sized("b8", 3, None, None), "too few bytes"),
    (sized("tsn:Nowhere", 3, None, 16), "too few bytes"),
    (sized("g", 3), "0 buffers"),
    (sized("l", 3, None, 24, 24), "3 buffers"),
    (sized("g", 3, None, 24, children=[THREE]), "1 children"),
    (sized("u", 3, None, None, None), "type u"),
    (sized("u", 3, None), "type u"),
    (sized("u", 2, None, offsets(0, 1, 3), 2), "type u"),
    (sized("u", 2, None, offsets(0, 9, 2), 2), "offsets fall"),
    (sized("u", 2, None, offsets(-1, 1, 2), 2), "type u"),
    (sized("U", 2, None, 16, 2), "type U"),
    (sized("vu", 1, None, np.array([13, 0, 0, 0], "i4")), "type vu"),
    (sized("z", 1, None, None, 1), "type z"),
    (sized("w:8", 2, None, 8), "type w:8"),
    (sized("d:38,2", 2, None, 16), "type d:38,2"),
    (sized("d:38,2147483647", 1, None, 16), "scale"),
    (sized("d:38,-2147483648", 1, None, 16), "scale"),
    (sized("d:38", 1, None, 16), "read a result"),
    (sized("d:x,y", 1, None, 16), "read a result"),
    (sized("+l", 2, None, offsets(0, 1, 4), children=[THREE]), "type +l"),
    (sized("+l", 2, None, offsets(0, 1, 3)), "0 children"),
    (sized("+w:2", 2, None, children=[THREE]), "type +w:2"),
    (sized("+s", 4, None, children=[THREE]), "type +s"),
    (sized("+s", 3, None, children=[sized("u", 3, None, None, None)]), "type u"),
    (sized("i", 2, None, np.array([0, 3], "i4"), dictionary=THREE), "outside of its dictionary"),
    (sized("i", 2, None, np.array([0, -1], "i4"), dictionary=THREE), "outside of its dictionary"),
    (sized("i", 2, None, 4, dictionary=THREE), "too few bytes"),
    (sized("g", 2, None, 16, dictionary=THREE), "indices of a dictionary are integers"),
    (sized("c", 1, None, 1, dictionary=nothing(1 << 39)), "no bytes for them"),
    (sized("no such type", 1, None, 8), "unknown type"),
    (nothing(1 << 39), "549755813888 rows, and no bytes for them"),
    (sized("+s", 1 << 39, None), "no bytes for them"),
    (sized("+L", 1, None, np.array([0, 1 << 39]), children=[nothing(1 << 39)]), "no bytes"),
]


@pytest.mark.parametrize(("array", "message"), WRONG)
def test_refused(array, message):
    """The message names the type, and says what is wrong."""
    with pytest.raises(goscore.GoscoreError, match=r"^read a result: ") as caught:
        check([THREE, array])
    assert message in str(caught.value)


def test_nested_too_deep():
    """Arrays in arrays end somewhere."""
    array = THREE
    for _ in range(3000):
        array = sized("+s", 3, None, children=[array])
    with pytest.raises(goscore.GoscoreError, match="deep"):
        check([array])


def test_what_is_there():
    """What is right passes, also rows without bytes beside those that have some."""
    check([])
    check([nothing(EMPTY), sized("+s", 5, None)])
    many = np.zeros(1, np.uint8).view(Claims)
    check([Array("b", 1 << 40, 0, [None, many]), nothing(1 << 40)])
    check([sized("i", 2, 1, np.array([0, -1], "i4"), nulls=2, dictionary=THREE)])
    check([sized("u", 0, None, 4, 0), sized("+l", 0, None, 4, children=[nothing(0)])])
    for value in (
        [1, None],
        ["a", None, "b" * 40],
        [b"a"],
        [[1], None, []],
        [{"a": 1, "b": [None]}, None],
        [None, None],
        [True],
    ):
        check([Array.copy_of(bind("x", value, "x").source(0))])
