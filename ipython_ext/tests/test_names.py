"""Python names are found in the local, then the user namespace, and checked against Go."""

import math
import types

import pandas as pd
import pytest

from goscore import ArgumentValueError, GoNameError
from goscore._names import Path, check_go_name, is_data, is_go_identifier


def look_up(text, *scopes):
    return Path.parse(text).look_up(scopes)


def test_scopes():
    """The first scope that has the name wins."""
    assert look_up("x", {"x": 1}, {"x": 2}) == 1
    assert look_up("x", {}, {"x": 2}) == 2


def test_steps():
    """Dots are attributes and brackets are keys."""
    df = pd.DataFrame({"Unit Price": [1.5], "v": [2]})
    box = types.SimpleNamespace(df=df)
    assert look_up('box.df["Unit Price"]', {"box": box}).tolist() == [1.5]
    assert look_up("box.df.v", {"box": box}).tolist() == [2]
    assert look_up("d['a'].real", {"d": {"a": 3}}) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dff", "Python has no name dff; did you mean df?"),
        ("df.w", "df (DataFrame) has no attribute 'w'"),
        ('df["valeu"]', "df (DataFrame) has no key 'valeu'; did you mean value?"),
    ],
)
def test_unknown(text, message):
    """An unknown name offers the nearest one, and is a NameError."""
    with pytest.raises(NameError) as caught:
        look_up(text, {"df": pd.DataFrame({"value": [1]})})
    assert isinstance(caught.value, GoNameError)
    assert message in str(caught.value)


def test_go_names():
    """Go's letters are Unicode's; its keywords and blank identifier are no variables."""
    assert is_go_identifier("größe_2") and not is_go_identifier("2x") and not is_go_identifier("")
    assert not is_go_identifier("a·b")
    for name in ("func", "map", "range", "_", "goscore", "Unit Price"):
        with pytest.raises(ArgumentValueError, match="rename it, for example -i"):
            check_go_name(name, "x")


def test_data():
    """Modules, functions and classes are never meant by a free name."""
    assert is_data(pd.DataFrame()) and is_data(3)
    assert not any(map(is_data, (math, len, int, lambda: 0)))
