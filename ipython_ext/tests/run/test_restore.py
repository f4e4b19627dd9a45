"""What cells declared comes back when their worker is lost."""

import os
import signal
import threading

import pytest

import goscore
from goscore._run import cell
from goscore._run.options import Options
from goscore._worker import current
from goscore._worker import worker as worker_module

from ..declared import functions


def go(code, **more):
    return cell.run(code, [], **more).value


def lose():
    """Kill the worker as the system does when memory is short."""
    process = current.worker().process
    process.kill()
    process.wait()
    return process.pid


@pytest.fixture(autouse=True)
def fresh():
    goscore.restart()


def declare():
    go("type Box struct{ Wide, High int }\nfunc (b Box) area() int { return b.Wide * b.High }")
    go("const scale = 10\nfunc scaled(n int) int { return n * scale }")
    go("const scale = 100\nvar rates = []int{1, 2}\nx := 5\nx", cell="In[4]")
    go(
        "var rate = 0.5\nfunc Apply(x float64) float64 { return x * rate }\nrate = 2\n1",
        cell="In[5]",
    )


def test_killed_between_cells(capfd):
    """The next cell finds types, methods, constants and variables, of which the last ones count."""
    declare()
    assert go("Box{2, 3}.area() + scaled(1) + rates[1] + scale") == 6 + 100 + 2 + 100
    before = lose()
    capfd.readouterr()
    assert go("Box{2, 3}.area() + scaled(1) + rates[1] + scale") == 6 + 100 + 2 + 100
    assert current.worker().process.pid != before
    assert capfd.readouterr() == ("", "")
    with pytest.raises(goscore.GoscoreError, match="undefined: x"):
        go("x + 1")
    with pytest.raises(goscore.GoscoreError, match="rate"):
        go("rate + 1")
    assert go("Apply(4)") == 2.0


def test_late_answer_to_an_interrupt(monkeypatch):
    """Ctrl-C on a run that does not end in time replaces the worker, and no more."""
    declare()
    before = current.worker().process.pid
    monkeypatch.setattr(worker_module, "_PATIENCE", -1.0)
    timer = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        go("func Late(v int) int { return v }\nfor {\n}")
    timer.join()
    monkeypatch.undo()
    assert go("scaled(Box{1, 1}.area())") == 100
    assert current.worker().process.pid != before


def test_twice_and_in_a_child():
    """They come back as often as workers are lost, and in a forked child."""
    declare()
    for _ in range(2):
        lose()
        assert go("scaled(2)") == 200
    go("func added(n int) int { return scaled(n) + 1 }")
    lose()
    reader, writer = os.pipe()
    if not os.fork():
        try:
            os.write(writer, str(go("added(3)")).encode())
            current._close()
        finally:
            os._exit(0)
    os.wait()
    assert os.read(reader, 100) == b"301"
    assert go("added(4)") == 401


def test_what_cannot_come_back(capfd):
    """A declaration that needs an input's type is named."""
    import pandas as pd

    frame = pd.DataFrame({"v": [1.5, 2.5]})
    code = "func first(d Df) float64 { return d.v[0] }\nfirst(df)"
    assert cell.run(code, [("df", frame, "df")], cell="In[7]").value == 1.5
    go("func two() int { return 2 }")
    lose()
    assert go("two()") == 2
    assert "the declarations of In[7]" in capfd.readouterr().err
    assert go("two()") == 2
    assert "In[7]" not in capfd.readouterr().err


def test_restart_forgets():
    """restart() is for whoever wants to begin anew."""
    declare()
    goscore.restart()
    with pytest.raises(goscore.GoscoreError, match="undefined: scaled"):
        go("scaled(2)")


def test_functions_carry_their_own():
    """A callable needs nothing of it."""
    twice = functions("func Twice(n int) int { return 2 * n }").Twice
    lose()
    assert twice(4) == 8
    assert cell.run("Twice(5)", [], Options()).value == 10
