"""Go functions of cells as Python callables: what they say of themselves, where they live, how they travel."""

import concurrent.futures
import copy
import inspect
import multiprocessing
import os
import pickle
import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import goscore
from goscore import ArgumentTypeError, ArgumentValueError, GoPanic

from .declared import functions

CELL = """
// Add adds two columns.
func Add(x, y float64) float64 { return x + y }
func Parse(s string) (float64, error) { return strconv.ParseFloat(s, 64) }
//goscore:scan init=1.5
func Decay(prev, v float64) float64 { return prev/2 + v }
func Spread(v []float64, by_ int) float64 { return slices.Max(v) - slices.Min(v) }
func Between(from, threads float64) float64 { return from + threads }
func Pair(x float64) (float64, string) { return x, fmt.Sprint(x) }
var calls int
func Count(x float64) int { calls++; return calls }
"""


@pytest.fixture(scope="module")
def go():
    return functions(CELL)


def test_signature(go):
    """Go's parameters and types, and the options that the kind of function takes."""
    assert str(inspect.signature(go.Add)) == (
        "(x: 'float64', y: 'float64', *, timeout=None, threads=None) -> 'float64'"
    )
    assert list(inspect.signature(go.Decay).parameters) == [
        "v", "by", "dropna", "init", "timeout", "threads",
    ]  # fmt: skip
    assert inspect.signature(go.Decay).parameters["init"].default == 1.5
    assert inspect.signature(go.Parse).parameters["errors"].default == "raise"
    assert inspect.signature(go.Pair).return_annotation == "(float64, string)"
    assert "by" in inspect.signature(go.Spread).parameters


def test_names_that_python_has_taken(go):
    """A parameter named like a keyword or an option of Python's gets a _ behind it."""
    assert go.Between(from_=1, threads_=2, threads=1) == 3.0


def test_facts(go):
    """Name, comment, kind and source are what the cell says."""
    assert go.Add.__name__ == go.Add.__qualname__ == "Add" and go.Add.__module__ == "__main__"
    assert go.Add.__doc__.startswith("Add adds two columns.\n\nfunc Add(x, y float64) float64\n")
    assert "applied to every row" in go.Add.__doc__ and "errors=" in go.Parse.__doc__
    assert "one core" in go.Count.__doc__ and "one core" in repr(go.Count)
    assert go.Decay.kind == "scan" and go.Decay.go_source.startswith("//goscore:scan init=1.5\n")
    assert repr(go.Add).startswith("<Go function Add(x, y float64) float64: scalar function")


def test_wrong_arguments(go):
    """Wrong calls are TypeErrors in Python's words."""
    for call, message in (
        (lambda: go.Add([1.0]), r"Add\(\) missing 1 required argument: 'y'"),
        (lambda: go.Add(), r"missing 2 required arguments: 'x' and 'y'"),
        (lambda: go.Add(1, 2, 3), r"Add\(\) takes 2 arguments \(x, y\) and 3 were given"),
        (lambda: go.Add(1, x=2), "got multiple values for argument 'x'"),
        (lambda: go.Add(1, 2, z=3), "got an unexpected keyword argument 'z'"),
        (lambda: go.Add(1, 2, timout=3), "did you mean timeout?"),
        (lambda: go.Add(1, 2, by=[1]), "takes no by=: it is a scalar function"),
        (lambda: go.Add(1, 2, errors="coerce"), "takes no errors=: its last result is no error"),
        (lambda: go.Add(1, 2, init=0), "takes no init=: it is no scan"),
        (lambda: go.Add(pd.DataFrame({"a": [1]}), 2), "x of Add takes .*DataFrame.*such as 'a'"),
        (lambda: go.Add("a", 2), "argument x: strings where the function takes float64"),
        (lambda: go.Spread(3.0, 1), r"v of Spread takes a column \(\[\]float64\), and a float was"),
        (lambda: go.Spread([3.0], [1]), "by_ of Spread takes one int, and a column was passed"),
        (lambda: go.Decay([3.0], init=[1]), "init= of Decay takes one float64"),
        (lambda: go.Add({"a": 1}, 2), "takes a column or one float64, and a dict was passed"),
        (lambda: go.Add((1, 2), 2), "argument x of Add is a tuple"),
    ):
        with pytest.raises(TypeError, match=message) as caught:
            call()
        assert isinstance(caught.value, ArgumentTypeError)
    with pytest.raises(ArgumentValueError, match=r"by= has 1 row: (.|\n)*names: by=df\['k'\]"):
        go.Spread([1.0, 2.0], 1, by=["k"])
    with pytest.raises(ArgumentValueError, match=r"pass float\(\.\.\.\) or str\(\.\.\.\) of it"):
        go.Add(2**70, 1)
    row = functions("type R struct{ V float64 }\nfunc Row(r R) float64 { return r.V }").Row
    with pytest.raises(ArgumentTypeError, match=r"a Series was passed: Row\(df\) applies it"):
        pd.DataFrame({"v": [1.0]}).apply(row, axis=1)
    for options in ({"errors": "ignore"}, {"threads": 0}, {"timeout": -1}):
        with pytest.raises(ArgumentValueError, match=f"{next(iter(options))}= takes"):
            go.Parse(["1"], **options)


def test_receipt(go):
    """A call leaves a receipt, like a cell."""
    go.Add(np.zeros(100_000), 1.0)
    assert goscore.last.rows == 100_000 and goscore.last.where == "program"
    assert goscore.last.bytes_in > 800_000 and goscore.last.bytes_out == 800_000
    assert goscore.last.converted == 0 and "converted" not in repr(goscore.last)
    go.Spread(np.arange(1000), 1, by=np.arange(1000, dtype="i1") % 3)
    assert goscore.last.converted == 1000 and "1,000 values converted" in repr(goscore.last)


def test_pickle(go):
    """A pickled function is equal and carries its source; copies are the function."""
    for function in vars(go).values():
        again = pickle.loads(pickle.dumps(function))
        assert again == function and hash(again) == hash(function)
        assert again.__signature__ == function.__signature__
        assert copy.copy(function) is function and copy.deepcopy([function])[0] == function
    assert go.Add != go.Parse and go.Add != functions(CELL, threads=1).Add != 3


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_other_processes(go, method, monkeypatch):
    """Other processes call it, and what they raise comes back."""
    main = sys.modules["__main__"]  # an IPython's, whose namespace another test has cleared
    monkeypatch.setattr(main, "__spec__", None, raising=False)
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        assert pool.submit(go.Add, [1.0], 2).result(60) == [3.0]
        failure = pool.submit(go.Parse, ["x"]).exception(60)
    assert isinstance(failure, goscore.GoError) and failure.count == 1 and failure.rows == [0]


def test_threads(go):
    """Several threads call at once, each on its own data."""
    found = {}

    def work(number):
        found[number] = [go.Add(np.full(20_000, float(number)), 1.0).sum() for _ in range(3)]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: [20_000 * (number + 1.0)] * 3 for number in range(4)}


def test_restart(go):
    """It is called after a restart, and whatever later cells declare."""
    goscore.restart()
    assert go.Add(1, 2) == 3.0
    later = functions("func Add(x float64) float64 { return -x }")
    assert (go.Add(1, 2), later.Add(1)) == (3.0, -1.0)


def test_inside_other_libraries(go):
    """pandas' and polars' own ways to call a function."""
    df = pd.DataFrame({"v": [1.0, 2.0], "k": [1, 1]})
    assert df.assign(s=lambda d: go.Add(d.v, d.v)).s.tolist() == [2.0, 4.0]
    assert df.v.pipe(go.Add, 1).tolist() == [2.0, 3.0]
    assert df.v.map(lambda v: go.Add(v, 1)).tolist() == [2.0, 3.0]
    assert df.groupby("k").v.agg(lambda v: go.Spread(v, 0)).tolist() == [1.0]
    frame = pl.DataFrame({"v": [1.0, 2.0]})
    added = pl.col("v").map_batches(lambda v: go.Add(v, 1), return_dtype=pl.Float64)
    assert frame.with_columns(added)["v"].to_list() == [2.0, 3.0]
    assert frame.lazy().select(added).collect()["v"].to_list() == [2.0, 3.0]


def test_options_of_the_cell():
    """-j and --timeout of its cell hold for its calls, unless they say otherwise."""
    go = functions("func Forever(x float64) float64 { for { x++ } }", threads=1, timeout=0.3)
    assert str(inspect.signature(go.Forever)).endswith("timeout=0.3, threads=1) -> 'float64'")
    with pytest.raises(goscore.GoTimeoutError):
        go.Forever([1.0])
    with pytest.raises(goscore.GoTimeoutError, match=r"0\.2"):
        go.Forever([1.0], timeout=0.2)


def test_panic_names_its_row():
    """The row's label and value stand below the panic."""
    go = functions("func At(n int) int { return []int{1}[n] }")
    with pytest.raises(GoPanic, match=r"index out of range \[7\](.|\n)*\n  at row c: 7$"):
        go.At(pd.Series([0, 0, 7], index=list("abc")))


def test_namespace(run, shell, capsys):
    """Exported functions come into the namespace; what they replace of the user's is told."""
    run("Twice = len\nOnce = 3\n%load_ext goscore")
    run("%%goscore\nfunc Twice(x int) int { return 2*x }\nfunc Once(x int) int { return x }\n")
    shown = capsys.readouterr().out
    assert "Twice replaces a function of yours" in shown and "Once replaces an int of" in shown
    assert run("Twice(4)") == 8
    run("%%goscore\nfunc Twice(x int) int { return 3*x }\nfunc hidden(x int) int { return x }\n")
    assert "replaces" not in capsys.readouterr().out and run("Twice(4)") == 12
    run("%%goscore\nfunc Odd(c chan int) int { return 1 }\n")
    assert "hidden" not in shell.user_ns and "Odd" not in shell.user_ns


def test_number_of_the_cell(shell):
    """A function is said to come from the cell with the number that Jupyter shows."""
    for number in range(2):
        source = f"%%goscore\nfunc Number(x int) int {{ return x + {number} }}\n"
        outcome = shell.run_cell(source, store_history=True)
        listed = {row["name"]: row["where"] for row in goscore.functions()}
        assert listed["Number"] == f"In[{outcome.execution_count}]"


def test_functions_of_a_failing_cell(run, shell):
    """A cell that compiled has declared its functions, also when its statements panic."""
    with pytest.raises(GoPanic):
        run('%%goscore\nfunc Kept(x int) int { return x }\npanic("now")\n')
    assert run("Kept(4)") == 4


def test_module(run, shell):
    """-m puts functions into a module that can be imported and extended."""
    run("%%goscore -m fast_scores\nfunc Twice(x int) int { return 2*x }\n")
    run("%%goscore --module fast_scores\nfunc Thrice(x int) int { return 3*x }\n")
    assert "Twice" not in shell.user_ns
    run("from fast_scores import Twice\nimport fast_scores\n")
    assert run("Twice(2), fast_scores.Thrice(2)") == (4, 6)
    assert run("fast_scores.__all__") == ["Twice", "Thrice"]
    assert shell.user_ns["Twice"].__module__ == "fast_scores"
    del sys.modules["fast_scores"]
    run("%%goscore -m fast_scores\nfunc Twice(x int) int { return 2*x }\n")
    assert sys.modules["fast_scores"].__all__ == ["Twice"]
    del sys.modules["fast_scores"]


@pytest.mark.parametrize("forbidden", [False, True])
def test_file_of_a_module(run, monkeypatch, forbidden):
    """The __file__ of a module exists, and has the Go of its functions."""
    if forbidden:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    run("%%goscore -m filed_scores\nfunc Twice(x int) int { return 2*x }\n")
    run(
        "%%goscore -m filed_scores\nfunc Twice(x int) int { return 2 * x }\nfunc Id(x int) int { return x }\n"
    )
    module = sys.modules.pop("filed_scores")
    go = "func Twice(x int) int { return 2 * x }\n\nfunc Id(x int) int { return x }\n"
    assert Path(module.__file__).read_text() == go == inspect.getsource(module)


@pytest.mark.parametrize("name", ["json", "antigravity", "class", "a.b", "3d"])
def test_module_of_somebody_else(run, name):
    """Modules that goscore did not make are not touched, and nothing runs."""
    before = sys.modules.get(name)
    with pytest.raises(ArgumentValueError, match="-m/--module"):
        run(f'%%goscore -m {name}\nfunc T(x int) int {{ return x }}\nfmt.Println("ran")\n')
    assert sys.modules.get(name) is before


def test_help(run, shell, capsys):
    """? shows signature and comment, ?? the Go source."""
    run(f"%%goscore\n{CELL}")
    capsys.readouterr()
    run("Add?")
    shown = capsys.readouterr().out
    assert "Add adds two columns." in shown and "return x + y" not in shown
    run("Add??")
    shown = capsys.readouterr().out
    assert "func Add(x, y float64) float64 { return x + y }" in shown and "GoFunction" not in shown
    found = shell.object_inspect_mime("Decay", 1)
    assert "//goscore:scan" in found["text/plain"] and "<pre>" in found["text/html"]
    run("len?")
    assert "container" in capsys.readouterr().out


def test_completion(go, shell):
    """IPython finds the keyword arguments that it completes."""
    found = shell.Completer._default_arguments(go.Decay)
    assert {"v", "by", "dropna", "init"} <= set(found)


def test_listing(run):
    """goscore.functions() lists what can be called."""
    run("%%goscore\n// Fine is fine.\nfunc Fine(x int) int { return x }\n")
    found = goscore.functions()
    assert {"goscore.score", "Fine"} <= {row["name"] for row in found} and len(found) > 3
    assert "Fine(x int) int" in repr(found) and "Fine is fine." in repr(found)
    assert found.to_pandas().set_index("name").kind["Fine"] == "scalar"
