"""What notebooks and terminals show of functions, receipts, doctor() and functions()."""

import re

import pytest

import goscore
from goscore import _display, _doctor
from goscore._run.receipt import Receipt

from .declared import functions


def test_receipt():
    """A receipt's parts are lines on a terminal and rows in a notebook, with the same words."""
    receipt = Receipt(compile=0.123, copy_in=0.002, run=0.0005, rows=1000, cores=2, bytes_in=8000)
    receipt.finish(0.2)
    assert repr(receipt).splitlines()[0] == "compile   123.0 ms"
    assert repr(receipt).splitlines()[2] == (
        "run         500 µs  1,000 rows on 2 cores, 2,000,000 rows/s"
    )
    page = receipt._repr_html_()
    assert page.count("<tr>") == 6 and "1,000 rows on 2 cores, 2,000,000 rows/s" in page


def test_functions():
    """functions() is a table in both, with signatures as code."""
    functions("// Near < is near.\nfunc Near(a, b float64) bool { return a < b }")
    listed = goscore.functions()
    head, *lines = repr(listed).splitlines()
    assert head.split() == ["name", "kind", "signature", "where", "about"]
    assert len(lines) == len(listed) and all(line == line.rstrip() for line in lines)
    page = listed._repr_html_()
    assert "<code>Near(a, b float64) bool</code>" in page and "Near &lt; is near." in page
    assert page.count("<tr>") == len(listed) + 1
    assert list(listed.to_pandas()) == head.split()


def test_function():
    """A function shows its signature, how it is treated, its comment and its Go."""
    go = functions("// Less is a < b.\nfunc Less(a, b float64) bool { return a < b }")
    page = go.Less._repr_html_()
    assert "<code>func Less(a, b float64) bool</code>" in page
    assert "scalar function, applied to every row, in parallel" in page
    assert "Less is a &lt; b." in page and "{ return a &lt; b }" in page


def test_doctor():
    """doctor() is a table, with advice below it."""
    health = _doctor.Health({"go": "none", "cores": "2"}, ["install Go:\npip install <it>"])
    assert repr(health) == "go     none\ncores  2\n\n! install Go:\npip install <it>"
    page = health._repr_html_()
    assert page.count("<tr>") == 2 and "install Go:<br>pip install &lt;it&gt;" in page
    assert "all is well" in _doctor.Health({"go": "1"})._repr_html_()


def test_pages_have_no_colours_of_their_own():
    """Tables take the colours of the page, light or dark."""
    for shown in (goscore.functions(), Receipt(), _doctor.Health({"a": "b"}, ["c"])):
        assert not re.search(r"background|(?<!-)color:|#[0-9a-f]{3}", shown._repr_html_())


def test_terminals_are_not_asked_for_html(monkeypatch, shell):
    """A bundle has HTML only where a frontend shows it."""

    class Shown:
        def __repr__(self):
            return "words"

        def _repr_html_(self):
            return "<b>words</b>"

    monkeypatch.setattr(shell.display_formatter, "active_types", ["text/plain", "text/html"])
    assert _display.bundle(Shown()) == {"text/plain": "words", "text/html": "<b>words</b>"}
    monkeypatch.setattr(shell.display_formatter, "active_types", ["text/plain"])
    assert _display.bundle(Shown()) == {"text/plain": "words"}


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 µs"), (4.56e-8, "45.6 ns"), (5e-6, "5 µs"), (0.9996e-3, "1 ms"), (0.0123, "12.3 ms"), (1.5, "1.5 s"), (1234, "1,234 s")],
)  # fmt: skip
def test_seconds(number, text):
    """Times are written to three digits, in the unit that fits."""
    assert _display.seconds(number) == text


def test_counts():
    """Large numbers are rounded to three digits."""
    factors = [_display.times(n) for n in (0.000_017_4, 0.25, 1.26, 21.4, 59_700)]
    assert factors == ["0.000017×", "0.25×", "1.3×", "21×", "59,700×"]
    words = [_display.factor(n) for n in (1.326, 9.854, 227.7, 59_712)]
    assert words == ["1.33", "9.85", "228", "59,700"]
    assert [_display.count(n) for n in (0.4, 999, 12_345, 1_234_567.8)] == ["0", "999", "12,300", "1,230,000"]  # fmt: skip
