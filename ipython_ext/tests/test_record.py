"""Records: what dataclasses do, with less to compile."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import field
from typing import Any

import pytest

from goscore._record import fact, record


@record()
class Open:
    """A record with a default."""

    a: int
    b: list[int] = field(default_factory=list)


@record(slots=True)
class Slim:
    """A record without a dictionary."""

    a: int
    b: str = "b"


@fact(kw_only=True)
class Fixed:
    """A fact; what *raw* is makes no difference."""

    a: int
    raw: Any = field(default=None, repr=False, compare=False)


@fact(kw_only=True)
class Narrow(Fixed):
    """A fact with one more field."""

    c: str


def test_records_are_dataclasses() -> None:
    """Fields, defaults, copies and pickles are those of a dataclass."""
    for one in (Open(1, [2]), Slim(1), Fixed(a=1, raw=[2]), Narrow(a=1, c="c")):
        assert dataclasses.is_dataclass(one)
        assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one
        assert dataclasses.replace(one, a=3) != one
    assert Open(1).b is not Open(1).b
    assert not hasattr(Slim(1), "__dict__")
    assert dataclasses.asdict(Narrow(a=1, c="c")) == {"a": 1, "raw": None, "c": "c"}


def test_records_compare_their_fields() -> None:
    """Equal are records of one class with equal fields, but for those that do not count."""
    assert Open(1, [2]) == Open(1, [2]) != Open(1, [3])
    assert Fixed(a=1, raw=1) == Fixed(a=1, raw=2)
    assert Fixed(a=1) != Narrow(a=1, c="c")
    assert {Fixed(a=1, raw=1): "x"}[Fixed(a=1, raw=2)] == "x"
    for unhashable in (Open(1), Slim(1)):
        with pytest.raises(TypeError, match="unhashable"):
            hash(unhashable)


def test_records_show_their_fields() -> None:
    """A representation is that of a dataclass."""
    assert repr(Open(1)) == "Open(a=1, b=[])"
    assert repr(Narrow(a=1, raw=2, c="c")) == "Narrow(a=1, c='c')"
