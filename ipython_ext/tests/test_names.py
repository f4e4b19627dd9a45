"""Python names are found in the local, then the user namespace, and checked against Go."""

import math
import types

import pandas as pd
import pytest

from goscore import ArgumentValueError, GoNameError
from goscore._names import Path, check_go_name, is_data, is_go_identifier
from goscore._run import parse

from .declared import functions


def look_up(text, *scopes):
    return Path.parse(text).look_up(scopes)


def test_scopes():
    """The first scope that has the name wins."""
    assert look_up("x", {"x": 1}, {"x": 2}) == 1
    assert look_up("x", {}, {"x": 2}) == 2


def test_names_are_python_s():
    """Names are looked up as Python has them, which normalises identifiers but no keys."""
    micro, greek = "\u00b5", "\u03bc"
    box = types.SimpleNamespace(**{greek: 3})
    assert look_up(micro, {greek: 1}) == 1
    assert look_up(f"box.{micro}", {"box": box}) == 3
    assert look_up(f"d['{micro}']", {"d": {micro: 1, greek: 2}}) == 1
    assert parse.parse("-o \U0001d465")[0].outputs == [("x", "\U0001d465")]
    with pytest.raises(ArgumentValueError, match="'if' is not a name in Python"):
        parse.parse("-o \U0001d422f")


def test_keywords_are_no_functions(capsys):
    """A Go function whose name Python keeps for itself is announced as not callable."""
    made = functions("func None(x int) int { return x }\nfunc Nothing(x int) int { return x }")
    assert vars(made).keys() == {"Nothing"}
    assert (
        "None(x int) int: not callable from Python: its name is a keyword"
        in capsys.readouterr().out
    )


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
