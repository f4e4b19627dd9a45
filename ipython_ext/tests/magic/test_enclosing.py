"""Variables of functions around the one in which a magic stands."""

import pytest

from goscore import GoNameError

NESTED = """
a, b = 1, 2
def outer():
    a = 50
    def inner():
        x = 3
        value = %goscore {expression}
        return value
    return inner{end}
got = outer(){call}
"""


@pytest.mark.parametrize(("end", "call"), [("()", ""), ("", "()")])
def test_nested(run, shell, end, call):
    """A global is not taken in the place of a variable of the function around, also when that has ended."""
    with pytest.raises(GoNameError, match=r"a is a variable of a function around inner"):
        run(NESTED.format(expression="a * 2", end=end, call=call))
    run(NESTED.format(expression="b * x", end=end, call=call))
    assert shell.user_ns["got"] == 6


@pytest.mark.parametrize("form", ["(lambda: {})()", "next({} for _ in '1')"])
def test_without_a_name(run, form):
    """The same in a lambda and in an expression with its own variables."""
    call = "get_ipython().run_line_magic('goscore', 'a * 2')"
    with pytest.raises(GoNameError, match=r"a is a variable of the function around this"):
        run(f"a = 5\ndef outer(a):\n    return {form.format(call)}\nouter(1)")
    run(f"def outer(b):\n    return {form.format(call)}\nassert outer(1) == 10")


def test_named(run, shell):
    """What the nested function names in Python is there."""
    run(NESTED.replace("x = 3", "x = a").format(expression="a * x", end="()", call=""))
    assert shell.user_ns["got"] == 2500
