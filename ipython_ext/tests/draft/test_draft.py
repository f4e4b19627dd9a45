"""Drafts: what they compute is what Python computes, and what they do not translate is said."""

from __future__ import annotations

import math
import struct

import pytest

import goscore
from goscore import GoPanic

from ..drafted import CASES


def alike(got, want, tolerance):
    """Tell whether a result of Go is Python's; an int may have become a float of the same value."""
    if isinstance(want, list | tuple):
        return len(got) == len(want) and all(
            alike(a, b, tolerance) for a, b in zip(got, want, strict=True)
        )
    if isinstance(want, float) and isinstance(got, float):
        if math.isnan(want) or math.isinf(want) or not tolerance:
            return struct.pack("d", got) == struct.pack("d", want) or (
                math.isnan(got) and math.isnan(want)
            )
        return abs(got - want) <= tolerance * abs(want)
    if type(want) is int and isinstance(got, float):
        return got == want
    return type(got) is type(want) and got == want


def outcome(function, args):
    """Return what a call gives, or the class of what it raises; Go's ints end at 64 bits."""
    try:
        found = function(*args)
        return OverflowError if type(found) is int and abs(found) >= 2**63 else found
    except Exception as error:
        return type(error)


def listed(value):
    """Return columns as lists, inside tuples as well."""
    if isinstance(value, tuple):
        return tuple(map(listed, value))
    return value.tolist() if hasattr(value, "tolist") else value


@pytest.mark.parametrize(
    ("function", "calls", "tolerance"), CASES, ids=lambda one: getattr(one, "__name__", "")
)
def test_equals_python(run, shell, function, calls, tolerance):
    """A draft is all translated, compiles as it is, gives what Python gives, and panics where Python raises."""
    draft = goscore.draft(function)
    assert draft.untranslated == []
    run(f"%%goscore\n{draft}")
    go = shell.user_ns[draft.name]
    want = [outcome(function, args) for args in calls]
    fine = [at for at, one in enumerate(want) if not isinstance(one, type)]
    if go.kind == "scalar":
        columns = zip(*(calls[at] for at in fine), strict=True)
        got = go(*map(list, columns))
        if isinstance(got, tuple):
            got = list(zip(*got, strict=True))
        got = dict(zip(fine, got, strict=True))
    else:
        got = {at: listed(go(*calls[at])) for at in fine}
    for at in fine:
        assert alike(got[at], want[at], tolerance), (calls[at], got[at], want[at])
    raising = [at for at in range(len(calls)) if at not in fine]
    for at in raising[:: max(1, len(raising) // 10)]:
        with pytest.raises(GoPanic):
            go(*calls[at])


def scaled(x, factor=2, unit="km", up=True, limit=None):
    y = x * factor if up else x / 2.5
    return f"{y:.1f} {unit}"


def capped(x: float, most: int = 10, low=-0.5):
    return max(min(x, most), low)


def test_defaults(run, shell):
    """Python's default values are Go's, in a directive; what is no constant there is said."""
    draft = goscore.draft(capped)
    assert "//\n//goscore:default most=10 low=-0.5\nfunc Capped(" in draft
    run(f"%%goscore\n{draft}")
    assert [shell.user_ns["Capped"](x) for x in (20.0, 3.0, -9.0)] == [10.0, 3.0, -0.5]
    draft = goscore.draft(scaled)
    assert '//goscore:default factor=2.0 unit="km" up=true\n' in draft
    assert "Of default values Go keeps none for limit: pass it." in draft.notes
