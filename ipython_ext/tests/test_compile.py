"""goscore.compile, in this process and where there is neither IPython nor pandas."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import goscore
from goscore import ArgumentTypeError, ArgumentValueError, GoNameError

from .started import HANG

PLAIN = Path(__file__).parent / "plain"
HIDE = """
import sys
from importlib.machinery import PathFinder

class Finder(PathFinder):
    @classmethod
    def find_spec(cls, name, *rest):
        return None if name in {names!r} else super().find_spec(name, *rest)

sys.meta_path[sys.meta_path.index(PathFinder)] = Finder
{statement}
"""


def without(names, statement, *words):
    """Run a statement in a process that finds no modules of some names; return what it prints."""
    code = HIDE.format(names=names.split(), statement=statement)
    run = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=PLAIN,
        capture_output=True,
        text=True,
        timeout=HANG,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_functions_are_attributes(capfd):
    """What a cell exports can be called, is listed and says what it is; nothing is printed."""
    cell = goscore.compile(
        "// Twice doubles.\nfunc Twice(x int) int { return 2 * x }\nfunc no() {}"
    )
    assert cell.Twice([1, 2]) == [2, 4] and dir(cell) == ["Twice"]
    assert "Twice(x int) int: scalar" in repr(cell) and cell.Twice.__doc__.startswith("Twice doub")
    assert [row["where"] for row in goscore.functions() if row["name"] == "Twice"] == [
        repr(cell).partition(":")[0]
    ]
    assert capfd.readouterr().out == ""


def test_cells_know_earlier_ones():
    """Declarations stay, and functions keep what they were made with."""
    goscore.compile("func tenfold(x int) int { return 10 * x }")
    first = goscore.compile("func Much(x int) int { return tenfold(x) + 1 }")
    goscore.compile("func tenfold(x int) int { return 0 }")
    second = goscore.compile("func Much(x int) int { return tenfold(x) + 1 }")
    assert (first.Much(2), second.Much(2)) == (21, 1)


def test_statements_run(capfd):
    """Statements run once, and print."""
    cell = goscore.compile("func Id(x int) int { return x }\nfmt.Println(`ran`, Id(3))")
    assert cell.Id(4) == 4 and capfd.readouterr().out == "ran 3\n"


def test_pickle():
    """It travels with its functions."""
    cell = goscore.compile("func Third(x float64) float64 { return x / 3 }")
    again = pickle.loads(pickle.dumps(cell))
    assert again == cell and again.Third(6) == 2


def test_options(tmp_path, monkeypatch):
    """A module of one's own is found from the working directory; cores and seconds are the functions'."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "go.mod").write_text("module example.com/own\n\ngo 1.26\n")
    (tmp_path / "own" / "own.go").write_text("package own\n\nfunc Five() int { return 5 }\n")
    monkeypatch.chdir(tmp_path)
    source = 'import "example.com/own"\nfunc Five(x int) int { return x + own.Five() }'
    for get in ("./own", ["./own"]):
        cell = goscore.compile(source, get=get, threads=1, timeout=30)
        monkeypatch.chdir("/")
        assert cell.Five(1) == 6
        monkeypatch.chdir(tmp_path)
    assert "threads=1" in str(cell.Five.__signature__)


@pytest.mark.parametrize(
    ("source", "options", "error", "text"),
    [
        ("\nfunc F(x int) int { return y }", {}, GoNameError, r"Go\[\d+\], line 2: undefined: y"),
        ("x := df.v", {}, GoNameError, "undefined: df"),
        (b"func F() {}", {}, ArgumentTypeError, "takes Go as a str, not a bytes"),
        ("1", {"threads": 0}, ArgumentValueError, "threads= takes a number of cores"),
        ("1", {"timeout": -1}, ArgumentValueError, "timeout= takes a number of seconds"),
    ],
)
def test_refused(source, options, error, text):
    """What is wrong is said with the line of the text, or the argument."""
    with pytest.raises(error, match=text):
        goscore.compile(source, **options)


def test_no_such_function():
    """A name that is no function says what is near, or why Python cannot call it."""
    cell = goscore.compile("func Twice(x int) int { return 2 * x }\nfunc Wait(c chan int) {}")
    for name, text in (
        ("Twise", "did you mean Twice?"),
        ("other", "it has Twice"),
        ("Wait", "Python cannot call Wait"),
    ):
        with pytest.raises(AttributeError, match=text):
            getattr(cell, name)
    assert not hasattr(cell, "_repr_html_")


def test_script_without_ipython_and_pandas():
    """A plain script has cells, built-in functions and groups, and loads neither."""
    shown = without(
        "IPython ipykernel traitlets pandas polars jupyter_client",
        "import runpy\nrunpy.run_path('scores.py', run_name='__main__')",
    )
    assert shown.splitlines() == [
        "[3.0, 1.5, 5.35] [3.0, 1.5, 5.35]",
        "[1.0, 4.0, 3.0]",
        "{'by0': ['a', 'bc'], 'Mean': [20.0, 20.0]}",
        "([1, 'x'], [2.0, 3.5])",
        "[]",
    ]


def test_pytest_file_without_ipython_and_pandas():
    """A test file of a project without notebooks runs."""
    shown = without(
        "IPython ipykernel traitlets pandas polars jupyter_client",
        "import pytest\npytest.main(['-q', '--noconftest', '-p', 'no:cacheprovider', '-c', '/dev/null', 'check_scores.py'])",
    )
    assert "5 passed" in shown


def test_importing_goscore_loads_nothing_of_notebooks():
    """Neither the package nor a call of a built-in function loads IPython or polars."""
    code = (
        "import goscore\ngoscore.score([1.0, 4.0])\nprint({'IPython', 'polars'} & {*sys.modules})"
    )
    assert without("", code) == "set()\n"


@pytest.mark.parametrize(
    ("missing", "first", "library"),
    [
        ("", "", "pandas.DataFrame"),
        ("pandas", "import polars", "polars.dataframe.frame.DataFrame"),
        ("pandas", "", "pyarrow.lib.Table"),
        ("pandas polars", "", "pyarrow.lib.Table"),
    ],
)
def test_library_of_frames(missing, first, library):
    """Frames of a cell without inputs are pandas', else polars' where it is loaded, else Arrow's."""
    code = f"""{first}
from goscore._run.cell import run
from goscore._run.options import Options
made = run("type P struct {{ X int }}\\n[]P{{{{1}}, {{2}}}}", [], Options()).value
print(type(made).__module__ + "." + type(made).__qualname__, made["X"].__len__())
"""
    shown = without(missing, code).split()
    assert shown[0].replace("pandas.core.frame.", "pandas.") == library and shown[1] == "2"


@pytest.mark.parametrize(
    ("missing", "printed"),
    [
        ("IPython", "   X\n0  1\n1  2\n"),
        ("IPython pandas", "shape: (2, 1)"),
        ("IPython pandas polars", "X\n1\n2\n"),
    ],
)
def test_goscore_run(missing, printed, tmp_path):
    """``goscore run`` prints rows by pandas, else by polars, else by itself."""
    (tmp_path / "a.go").write_text("type P struct { X int }\n[]P{{1}, {2}}\n")
    code = "from goscore.__main__ import main\nsys.exit(main(sys.argv[1:]))"
    shown = without(missing, code, "run", str(tmp_path / "a.go"))
    assert printed in shown, shown


def test_goscore_run_of_many_rows(tmp_path):
    """Without pandas and polars, the first rows of many are printed, and the number of the others."""
    (tmp_path / "a.go").write_text("make([]int, 1000)\n")
    code = "from goscore.__main__ import main\nsys.exit(main(sys.argv[1:]))"
    shown = without("pandas polars", code, "run", str(tmp_path / "a.go"))
    assert shown.endswith("... and 980 more rows\n") and shown.count("\n") < 25
