"""The tree of errors: what each is besides, and how it shows and travels."""

import pickle

import pytest

import goscore
from goscore import _errors

KINDS = _errors._KINDS


def test_other_bases():
    """Errors with a Python counterpart are caught as that, too."""
    for kind, base in (
        (goscore.GoNameError, NameError),
        (goscore.GoTimeoutError, TimeoutError),
        (goscore.ArgumentTypeError, TypeError),
        (goscore.ArgumentValueError, ValueError),
        (goscore.OutOfMemoryError, MemoryError),
    ):
        assert issubclass(kind, base) and issubclass(kind, goscore.GoscoreError)


@pytest.mark.parametrize("kind", KINDS)
def test_text_place_and_pickle(kind):
    """An error carries text and place, also through pickle."""
    error = kind("no such thing\n    x\n    ^", 3, 5)
    for made in (error, pickle.loads(pickle.dumps(error))):
        assert type(made) is kind
        assert (str(made), made.line, made.column) == ("no such thing\n    x\n    ^", 3, 5)
        assert made._render_traceback_() == [f"{kind.__name__}: no such thing", "    x", "    ^"]
    assert str(kind()) == ""
    assert type(kind.__new__(kind)) is kind  # which is how tblib, and so Dask, unpickles


def test_from_reply():
    """The class is the one that the reply names."""
    made = _errors.from_reply({"ename": "GoPanic", "evalue": "boom", "goscore": {"line": 2}})
    assert (type(made), str(made), made.line) == (goscore.GoPanic, "boom", 2)
    assert type(_errors.from_reply({"ename": "KeyboardInterrupt"})) is KeyboardInterrupt
    unknown = _errors.from_reply({"ename": "Strange", "evalue": "x", "traceback": ["x"]})
    assert type(unknown) is goscore.GoscoreError and str(unknown) == "Strange: x"
    bare = _errors.from_reply({"ename": "GoError", "traceback": ["a", "b"]})
    assert str(bare) == "a\nb"


def test_all_are_exported():
    """Every class of the tree is in the package."""
    assert {kind.__name__ for kind in KINDS} <= set(goscore.__all__)
    assert all(kind.__name__ in _errors.__doc__ for kind in KINDS)
