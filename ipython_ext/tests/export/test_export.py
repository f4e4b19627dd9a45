"""Go functions as a Python package of their own."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import goscore
from goscore._export import examples as examples_module
from goscore._export import runtime, sources
from goscore._worker import current

from ..engines import GO, RIDES, WANTED
from ..started import HANG

FIRST = """%%goscore
// half is what two functions need.
func half(x float64) float64 { return x / 2 }

// Halve halves.
//
//	>>> Halve([1.0, 3.0])
//	[0.5, 1.5]
func Halve(x float64) float64 { return half(x) }
"""
SECOND = """%%goscore
type Person struct {
	Name string
	Age  *int
}

// Describe says who somebody is.
func Describe(p Person) string {
	if p.Age == nil {
		return p.Name + "?"
	}
	return fmt.Sprint(p.Name, " ", *p.Age)
}

func Spread(v []float64) float64 { return slices.Max(v) - slices.Min(v) }

//goscore:scan init=0
func Decay(prev, v float64) float64 { return half(prev) + v }

func Parse(s string) (int, error) { return strconv.Atoi(strings.TrimSpace(s)) }

func Upper(s *string) *string {
	if s == nil {
		return nil
	}
	up := strings.ToUpper(*s)
	return &up
}

// Slow takes longer than a run without a progress bar.
func Slow(v []int) int {
	time.Sleep(1200 * time.Millisecond)
	return len(v)
}

func Brittle(v int) int {
	if v == 3 {
		panic("three")
	}
	return v
}
"""
NAMES = ("Halve", "Describe", "Spread", "Decay", "Parse", "Upper", "Slow", "Brittle")


@pytest.fixture
def run(shell):
    """Give a function that runs a cell under a number of its own, as a notebook does."""

    def run_cell(source):
        shell.run_cell(source, store_history=True).raise_error()

    return run_cell


@pytest.fixture
def declared(run, shell):
    """Give the functions of two cells."""
    run(FIRST)
    run(SECOND)
    return [shell.user_ns[name] for name in NAMES]


@pytest.fixture
def export(tmp_path):
    """Give a function that exports into a folder, and returns the package's own."""

    def export(*functions, name="fast_scores", **how):
        wheel = goscore.export(*functions, name=name, path=tmp_path / "dist", **how)
        assert wheel.parent == tmp_path / "dist" and wheel.is_file()
        return tmp_path / "dist" / name

    return export


def ran(folder, code, *words, **how):
    """Run Python in a process that finds the package in a folder, and no Go."""
    env = os.environ | {"GOSCORE_GO": "/there/is/no/go", "PYTHONPATH": str(folder)}
    command = [sys.executable, "-c", code, *words]
    run = subprocess.run(command, capture_output=True, text=True, env=env, timeout=HANG, **how)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_runs_without_go_and_goscore(declared, export):
    """The package gives what the notebook gives, and imports nothing of goscore or IPython."""
    folder = export(*declared)
    code = """
import sys
import fast_scores
import pandas as pd
frame = pd.DataFrame({"v": [1.0, 4.0, 2.0], "k": ["a", "b", "a"]}, index=[7, 8, 9])
print(fast_scores.Halve(frame.v).to_dict(), fast_scores.Spread(frame.v, by=frame.k).to_dict())
print(fast_scores.Halve.__doc__.splitlines()[0], fast_scores.Halve.__signature__.parameters["x"])
print(sorted({name.partition(".")[0] for name in sys.modules} & {"goscore", "IPython", "tqdm", "zmq"}))
"""
    assert ran(folder, code).splitlines() == [
        "{7: 0.5, 8: 2.0, 9: 1.0} {'a': 1.0, 'b': 0.0}",
        "Halve halves. x: 'float64'",
        "[]",
    ]


def test_partial_results(run, shell, export):
    """What combines an aggregate's partial results goes along, for streams and for parts."""
    run("""%%goscore
    func Highest(v []float64) float64 { return slices.Max(v) }
    func MergeHighest(a, b float64) float64 { return max(a, b) }
    """)
    folder = export(shell.user_ns["Highest"])
    code = """
from fast_scores import Highest
import pyarrow as pa
import pyarrow.parquet as pq
table = pa.table({"v": [1.0, 4.0, 2.0, 9.0], "k": ["a", "a", "b", "b"]})
print(Highest(table.to_reader(max_chunksize=1)))
parts = [Highest.partial(part, by="k") for part in (table[:3], table[3:])]
print(Highest.result(*parts).to_pydict())
"""
    assert ran(folder, code).splitlines() == ["9.0", "{'k': ['a', 'b'], 'Highest': [4.0, 9.0]}"]


def test_tables(run, shell, export):
    """A package's functions are bound to tables and pickled with them; those that were bound have theirs."""
    run("""%%goscore
    //goscore:table edges
    //goscore:default scale=2
    func Bin(v float64, edges []float64, scale float64) float64 { return scale * float64(sort.SearchFloat64s(edges, v)) }
    func Rate(s string, rates map[string]float64) float64 { return rates[s] }
    """)
    rate = shell.user_ns["Rate"].bind(rates={"a": 2.5})
    folder = export(shell.user_ns["Bin"], rate, examples={rate: [((["a", "b"],), {})]})
    code = """
import pickle
from fast_scores import Bin, Rate
for one in (Bin.bind(edges=[1.0, 2.0]), Rate, Rate.bind(rates={"a": 1.0})):
    again = pickle.loads(pickle.dumps(one))
    assert again == one
    print(again([0.5, 3.0] if "Bin" in repr(one) else ["a", "b"]))
print(Bin([3.0], [1.0], scale=1))
"""
    assert ran(folder, code).splitlines() == ["[0.0, 4.0]", "[2.5, 0.0]", "[1.0, 0.0]", "[1.0]"]


def test_wheel(declared, export):
    """The wheel is for one platform, has the worker as an executable, and no pickles."""
    folder = export(*declared, version="1.2.3")
    (wheel,) = folder.parent.glob("*.whl")
    assert wheel.name == f"fast_scores-1.2.3-{runtime.tag()}.whl"
    with zipfile.ZipFile(wheel) as file:
        names = file.namelist()
        about = file.read("fast_scores-1.2.3.dist-info/WHEEL").decode()
        said = file.read("fast_scores-1.2.3.dist-info/METADATA").decode()
        worker = file.getinfo("fast_scores/_goscore/_bin/goscore")
    assert "Root-Is-Purelib: false" in about
    assert worker.external_attr >> 16 & 0o111
    needed = sorted(re.split(r"\W", one)[0] for one in re.findall(r"Requires-Dist: (.*)", said))
    assert needed == ["numpy", "pyarrow"]
    assert {Path(name).suffix for name in names} == {".py", ".pyi", ".typed", ".json", ".gz", ""}
    assert not [name for name in names if "_magic" in name or "_compare" in name]
    assert "fast_scores/_goscore/LICENSE" in names


def go_tools(folder):
    """Return what gofmt and go vet say of a package's Go."""
    go = Path(current.worker().about["go"]["path"])
    said = []
    for command in ([str(go.with_name("gofmt")), "-l", "."], [str(go), "vet", "./..."]):
        env = os.environ | {"GOFLAGS": "-mod=mod", "GOPROXY": "off"}
        run = subprocess.run(
            command, cwd=folder / "go", capture_output=True, text=True, env=env, timeout=HANG
        )
        said.append(run.stdout + run.stderr)
    return said


def test_go_files(declared, export):
    """There is a file for each cell, with its comments, a Go package for gofmt and vet, and errors name its lines."""
    folder = export(*declared)
    first, second = sorted((folder / "go").glob("*.go"))
    assert [first.name, second.name] == ["01_halve.go", "02_describe.go"]
    assert first.read_text() == "package fast_scores\n\n" + FIRST.partition("\n")[2]
    head = 'package fast_scores\n\nimport (\n\t"fmt"\n\t"slices"\n\t"strconv"\n\t"strings"\n\t"time"\n)\n\n'
    assert second.read_text() == head + SECOND.partition("\n")[2]
    assert go_tools(folder) == ["", ""]
    line = 1 + second.read_text().split("\n").index('\t\tpanic("three")')
    code = """
from fast_scores import Brittle, errors
try:
    Brittle([1, 2, 3])
except errors.GoPanic as error:
    print(error)
"""
    assert f"02_describe.go, line {line}, in Brittle: panic: three" in ran(folder, code)


def test_a_part_of_a_cell(declared, export):
    """Only what the exported functions need goes with them."""
    folder = export(declared[3])
    first, second = sorted((folder / "go").glob("*.go"))
    assert [first.name, second.name] == ["01_declarations.go", "02_decay.go"]
    assert "Halve" not in first.read_text() and "Spread" not in second.read_text()


def test_names_of_go_files(run, shell, export):
    """Go reads a file on each system, and not as a test, whatever its function is called."""
    run("%%goscore\nfunc ForLinux(x int) int { return x }\nvar base = 3\n")
    run("%%goscore\nfunc ScoreTest(x int) int { return ForLinux(x) + base }\n")
    folder = export(shell.user_ns["ForLinux"], shell.user_ns["ScoreTest"])
    assert [file.name for file in sorted((folder / "go").glob("*.go"))] == [
        "01_for_linux_.go",
        "02_score_test_.go",
    ]
    assert go_tools(folder) == ["", ""]


def test_stub(declared, export):
    """The stub has a class for each function, with its parameters, options and documentation."""
    folder = export(*declared)
    stub = (folder / "fast_scores" / "__init__.pyi").read_text()
    compile(stub, "__init__.pyi", "exec")
    assert [f"\n{name}: _{name}\n" in stub for name in NAMES] == [True] * len(NAMES)
    assert "        s: Column,\n        *,\n        errors: str = 'raise',\n" in stub
    assert '"""Describe says who somebody is.' in stub
    classes = {node.name: node for node in ast.parse(stub).body if isinstance(node, ast.ClassDef)}
    for function in declared:
        arguments = classes[f"_{function.__name__}"].body[0].args
        given = [one.arg for one in (*arguments.args, *arguments.kwonlyargs)]
        assert given == ["self", *function.__signature__.parameters]


def test_rebuilt_from_its_files(declared, export, tmp_path):
    """The README's command makes the same package of the Go files."""
    folder = export(*declared)
    (command,) = re.findall(
        r"^python (-m goscore export .*)$", (folder / "README.md").read_text(), re.M
    )
    subprocess.run(
        ["bash", "-c", f"{sys.executable} {command}"],
        cwd=folder,
        check=True,
        timeout=HANG,
        capture_output=True,
    )
    again = folder / "rebuilt" / "fast_scores"
    for file in (folder / "go").glob("*.go"):
        assert (again / "go" / file.name).read_text() == file.read_text()
    packed = [
        sorted(p.name for p in (one / "fast_scores/programs").iterdir()) for one in (folder, again)
    ]
    assert packed[0] == packed[1]


def test_redefined(run, shell, export):
    """A function keeps what it was made with, whatever later cells declare."""
    run(
        "%%goscore\nfunc scale() float64 { return 2 }\nfunc Old(x float64) float64 { return scale() * x }"
    )
    old = shell.user_ns["Old"]
    run(
        "%%goscore\nfunc scale() float64 { return 3 }\nfunc New(x float64) float64 { return scale() * x }"
    )
    folder = export(old, shell.user_ns["New"])
    assert ran(folder, "from fast_scores import *; print(Old(1), New(1))") == "2.0 3.0\n"
    assert sorted(
        str(file.relative_to(folder / "go")) for file in (folder / "go").rglob("*.go")
    ) == [
        "01_old.go",
        "2/02_new.go",
    ]
    assert go_tools(folder) == ["", ""]
    assert "export go/*.go go/*/*.go " in (folder / "README.md").read_text()


def test_examples_are_tests(declared, export):
    """Examples are kept with what they gave, and the package's tests make them again."""
    halve, describe, spread, _, parse, upper, *_ = declared
    v = pd.Series([1.0, np.nan, 4.0])
    people = pd.DataFrame({"Name": ["Ada", "Bob"], "Age": pd.array([36, None], "Int64")})
    examples = {
        halve: [((v,), {}), ((5,), {"threads": 1})],
        describe: [((people,), {})],
        spread: [((v[[0, 2]],), {"by": pd.Series(["a", "a"])})],
        parse: [(([" 1", "x"],), {"errors": "coerce"})],
        upper: [((pd.Series(["a", None]),), {})],
    }
    folder = export(*declared, examples=examples)
    kept = examples_module.read(folder / "fast_scores" / "examples")
    assert [str(one) for one in kept] == [
        "Halve-1", "Halve-2", "Describe-1", "Spread-1", "Parse-1", "Upper-1",
    ]  # fmt: skip
    assert np.isnan(kept[0].args[0].to_pylist()[1]) and kept[4].result == [1, None]
    told = ran(folder, "import pytest, sys; sys.exit(pytest.main(['-q', 'tests']))", cwd=folder)
    assert f"{len(kept) + len(NAMES)} passed" in told
    again = [sys.executable, "-m", "fast_scores.test"]
    env = os.environ | {"PYTHONPATH": str(folder), "GOSCORE_GO": "/there/is/no/go"}
    good = subprocess.run(again, env=env, capture_output=True, text=True, timeout=HANG)
    assert good.returncode == 0, good.stderr
    assert good.stdout.splitlines()[-2:] == [
        "comment of Halve: ok",
        "7 examples of 8 functions, 0 failed",
    ]
    changed = folder / "fast_scores" / "examples" / examples_module.CALLS
    changed.write_text(changed.read_text().replace('"value": 2.5', '"value": 2.4'))
    bad = subprocess.run(again, env=env, capture_output=True, text=True, timeout=HANG)
    assert bad.returncode == 1 and "7 examples of 8 functions, 1 failed" in bad.stdout
    assert "Halve-2: FAILED\nexample Halve-2 gives 2.5, and gave 2.4\n" in bad.stdout
    with pytest.raises(AssertionError, match=r"example Halve-2 gives 2\.5, and gave 2\.4"):
        examples_module.read(changed.parent)[1].check(halve)


def test_comments_are_tested(run, shell, export):
    """A comment that shows something else than its function gives stops the export."""
    run(
        "%%goscore\n//\t>>> Twice([1.0])\n//\t[3.0]\nfunc Twice(x float64) float64 { return 2 * x }"
    )
    with pytest.raises(goscore.GoscoreError, match=r"fail in a new process:(.|\n)*\[2.0\]"):
        export(shell.user_ns["Twice"])


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        2.5,
        "text",
        b"bytes",
        (1, "a"),
        [1.0, None],
        {"a": [1]},
        pd.Timestamp(0, tz="UTC"),
    ],
    ids=repr,
)
def test_values_are_kept(value, tmp_path):
    """Values of all kinds come back as they were."""
    store = examples_module.Store(tmp_path)
    kept = json.loads(json.dumps(store.keep(value, "it")))
    assert store.read(kept) == value


def test_columns_are_kept(tmp_path):
    """Columns of all libraries come back as Arrow's; NumPy's NaN as a NaN."""
    store = examples_module.Store(tmp_path)
    for column in (
        np.array([1.0, np.nan]),
        pd.Series([1.0, np.nan]),
        pa.array([1.0, float("nan")]),
    ):
        assert examples_module.to_python(store.read(store.keep(column, "it"))) == [1.0, "NaN"]
    for strings in (pd.Series(["a", None]), pa.array(["a", None])):
        assert store.read(store.keep(strings, "it")).to_pylist() == ["a", None]
    frame = pd.DataFrame({"a": [1], "b": ["x"]})
    assert store.read(store.keep(frame, "it")).to_pydict() == {"a": [1], "b": ["x"]}
    with pytest.raises(goscore.ArgumentTypeError, match="it has a object, which Arrow cannot keep"):
        store.keep(object(), "it")


def test_two_packages_beside_goscore(declared, export, tmp_path):
    """Two packages and goscore itself run in one process, each with a worker of its own."""
    export(declared[0], name="one")
    folder = export(declared[0], declared[2], name="two").parent
    code = """
import sys
sys.path[:0] = [f"{sys.argv[1]}/one", f"{sys.argv[1]}/two"]
import one, two, goscore, os
os.environ["GOSCORE_WORKER"] = "/there/is/none"
print(one.Halve([2.0]), two.Halve([4.0]), two.Spread([1.0, 9.0]))
del os.environ["GOSCORE_WORKER"]
print(goscore.score_series([1.0]), one.Halve == two.Halve)
from one._goscore._worker import current as first
from two._goscore._worker import current as second
from goscore._worker import current as third
print(len({found.worker().process.pid for found in (first, second, third)}))
"""
    said = ran(folder, code, str(folder)).splitlines()
    assert said == ["[1.0] [2.0] 8.0", "[1.0] False", "3"]


def test_pickled_by_name(declared, export):
    """A function of a package is pickled by its name."""
    folder = export(declared[0])
    code = """
import pickle
import fast_scores
text = pickle.dumps(fast_scores.Halve)
print(len(text) < 100, pickle.loads(text) is fast_scores.Halve)
"""
    assert ran(folder, code) == "True True\n"


def test_spoilt(declared, export):
    """A program that is not the one that was exported is refused."""
    folder = export(declared[0])
    for program in (folder / "fast_scores" / "programs").iterdir():
        program.write_bytes(program.read_bytes()[:-100] + bytes(100))
    code = """
import fast_scores
try:
    fast_scores.Halve(1.0)
except fast_scores.errors.GoscoreError as error:
    print(error)
"""
    assert "is not the one that was packed" in ran(folder, f"import fast_scores.errors{code}")


def test_a_call_that_was_not_made(declared, export):
    """What needs a program that is not there says how to get it; made before, it is there."""
    code = """
from fast_scores import Spread, errors
try:
    print(Spread([[1.0, 5.0]]))
except errors.GoToolchainError as error:
    print(error)
"""
    said = ran(export(declared[2]), code)
    assert "fast_scores was exported without a program for such a call of Spread" in said
    declared[2]([[1.0, 5.0]])
    assert ran(export(declared[2]), code) == "[4.0]\n"


def test_again(declared, export, capsys):
    """An earlier export of the name is replaced; what is not its own stays, what was changed is not touched."""
    folder = export(*declared)
    (folder / "NOTES.txt").write_text("mine")
    capsys.readouterr()
    export(declared[0])
    assert f"{folder} replaces an earlier export of fast_scores" in capsys.readouterr().out
    assert (folder / "NOTES.txt").exists() and not (folder / "go" / "02_describe.go").exists()
    (folder / "README.md").write_text("mine")
    with pytest.raises(goscore.ArgumentValueError, match=r"README\.md changed since the export"):
        export(declared[0])
    assert (folder / "README.md").read_text() == "mine"


def test_interrupted_in_the_middle(declared, export, monkeypatch, tmp_path):
    """An export that was stopped while it replaced another can be made again; a link's target stays."""
    folder = export(*declared)
    (tmp_path / "mine").write_text((folder / "README.md").read_text())
    (folder / "README.md").unlink()
    (folder / "README.md").symlink_to(tmp_path / "mine")
    replace = Path.replace

    def stopped(path, target):
        if path.name == "pyproject.toml":
            raise KeyboardInterrupt
        return replace(path, target)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Path, "replace", stopped)
        export(declared[0], version="2.0")
    assert not (folder / "README.md").is_symlink()
    export(declared[0], version="2.0")
    assert "2.0" in (folder / "pyproject.toml").read_text()
    assert not (folder / "go" / "02_describe.go").exists()
    assert (tmp_path / "mine").read_text() != (folder / "README.md").read_text()


def test_somebody_elses_folder(declared, export, tmp_path):
    """A folder that is no export is refused, and left alone."""
    (tmp_path / "dist" / "fast_scores").mkdir(parents=True)
    (tmp_path / "dist" / "fast_scores" / "mine.py").write_text("mine")
    with pytest.raises(goscore.ArgumentValueError, match="no earlier export of fast_scores"):
        export(declared[0])
    assert [path.name for path in (tmp_path / "dist").rglob("*")] == ["fast_scores", "mine.py"]


def test_a_list_that_leaves_its_folder(declared, export, tmp_path):
    """A folder from elsewhere can name no file outside of it that a new export would delete."""
    folder = tmp_path / "dist" / "fast_scores"
    folder.mkdir(parents=True)
    (tmp_path / "mine").write_text("")
    listed = {"name": "fast_scores", "files": {"../../mine": hashlib.sha256().hexdigest()}}
    (folder / "goscore-export.json").write_text(json.dumps(listed))
    with pytest.raises(goscore.ArgumentValueError, match="no earlier export of fast_scores"):
        export(declared[0])
    assert (tmp_path / "mine").exists()


@pytest.mark.parametrize(
    "name, text",
    [
        ("fast scores", "is not a name for a package"),
        ("import", "is not a name for a package"),
        ("größe", "is not a name for a package"),
        ("json", "there is a package json already"),
        ("tests", "there is a folder tests beside the package"),
        ("goscore", "there is a package goscore already"),
    ],
)
def test_names_of_packages(declared, export, name, text):
    """A name that Python or pip could not use is refused."""
    with pytest.raises(goscore.ArgumentValueError, match=text):
        export(declared[0], name=name)


def test_name_that_the_build_imports(declared, export):
    """A package may be called like something that builds it."""
    assert (export(declared[0], name="pluggy") / "pyproject.toml").exists()


def test_refused(declared, export, monkeypatch):
    """What cannot be exported says why, before anything is written."""
    with pytest.raises(
        goscore.ArgumentTypeError, match="argument 2 is a builtin_function_or_method"
    ):
        export(declared[0], len)
    with pytest.raises(goscore.ArgumentValueError, match="none was passed"):
        export()
    with pytest.raises(goscore.ArgumentValueError, match="two functions have that name"):
        export(declared[0], declared[0])
    with pytest.raises(goscore.ArgumentValueError, match="which is not exported"):
        export(declared[0], examples={declared[1]: []})
    with pytest.raises(
        goscore.ArgumentTypeError, match=r"example 1 of Halve is no call: write \(\("
    ):
        export(declared[0], examples={declared[0]: [3]})
    with pytest.raises(goscore.ArgumentValueError, match="'new' is not a version"):
        export(declared[0], version="new")
    monkeypatch.setitem(sys.modules, "hatchling", None)
    with pytest.raises(goscore.GoscoreError, match=r"pip install 'goscore\[export\]'"):
        export(declared[0])


def test_without_go_to_export(declared, export, monkeypatch):
    """Where there is no Go, what was never compiled cannot be exported."""
    monkeypatch.setenv("GOSCORE_GO", "/there/is/no/go")
    goscore.restart()
    try:
        with pytest.raises(
            goscore.GoToolchainError, match="export Halve: there is no Go to compile"
        ):
            export(declared[0])
    finally:
        monkeypatch.undo()
        goscore.restart()


def test_parts_of_cells():
    """Parts of one cell become one text; parts of two cells that share a name stay two; a second version of a function is apart."""
    info = {"name": "F", "merge": None, "cell": "In[1]"}
    one = {**info, "sources": [{"cell": "In[1]", "text": "func F() {}\n\n"}]}
    two = {
        **info,
        "name": "G",
        "sources": [{"cell": "In[1]", "text": "\nfunc Ä() {}  func G() {}"}],
    }
    other = {**info, "name": "H", "sources": [{"cell": "In[1]", "text": "func H(x int) {}"}]}
    again = {**info, "sources": [{"cell": "In[1]", "text": "\n\nfunc F() {}"}]}
    files = sources.go_files([one, two, other, again])
    assert [file.text for file in files] == [
        "func F() {}\nfunc Ä() {}  func G() {}\n",
        "func H(x int) {}",
        "\n\nfunc F() {}",
    ]
    cells = [one["cell"], two["cell"], other["cell"], again["cell"]]
    assert cells == ["01_f.go", "01_f.go", "02_h.go", "2/02_h.go"]


NOTEBOOK = [
    ("code", "import missing_module\nraise SystemExit"),
    ("markdown", "%%goscore\nfunc Wrong() int { return 1 }"),
    ("code", "%load_ext goscore"),
    ("code", FIRST),
    (
        "code",
        "%%goscore -i df -j 1\ntotal := 0.0\nfor _, v := range df.v { total += v }\n" + SECOND[10:],
    ),
    ("code", "%goscore Halve(3)"),
    ("code", "%%goscore\nfunc Halve(x float64) float64 { return half(x) + 1 }\nmissing(1)"),
]


@pytest.fixture
def notebook(tmp_path):
    """Write a notebook whose Python cells must not be run."""
    cells = [
        {"cell_type": kind, "source": text.splitlines(keepends=True), "metadata": {}}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for kind, text in NOTEBOOK
    ]
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "scores.ipynb").write_text(json.dumps(content), encoding="utf-8")
    return tmp_path


def command(folder, *words):
    return subprocess.run(
        [sys.executable, "-m", "goscore", "export", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=HANG,
    )


def test_notebook(notebook):
    """The command exports the functions of a notebook's cells, whose statements are not run."""
    run = command(notebook, "scores.ipynb", "--name", "fast_scores")
    assert run.returncode == 0, run.stderr
    assert run.stdout == f"dist/fast_scores-0.1.0-{runtime.tag()}.whl\n"
    code = "import fast_scores; print(fast_scores.__all__, fast_scores.Halve(1), fast_scores.Spread.__signature__)"
    said = ran(notebook / "dist" / "fast_scores", code)
    assert said.startswith(f"{sorted(NAMES)} 1.5 ") and "threads=1" in said
    was = (notebook / "dist" / "fast_scores" / "README.md").read_text()
    assert "| Halve | scores.ipynb, cell 6 |" in was


def test_notebook_some_functions(notebook):
    """Functions can be named, before and behind the options."""
    run = command(notebook, "scores.ipynb", "Parse", "--name", "few", "--path", "out", "Upper")
    assert run.returncode == 0, run.stderr
    assert ran(notebook / "out" / "few", "import few; print(few.__all__)") == "['Parse', 'Upper']\n"


@pytest.mark.parametrize(
    "words, text",
    [
        (["scores.ipynb", "Halfe"], "has no such function; did you mean Halve?"),
        (["Halve"], "name a notebook or a file of Go, too"),
        (["none.ipynb"], "read none.ipynb: No such file or directory"),
        (["broken.ipynb"], "read broken.ipynb: it is no notebook of version 4"),
        (["wrong.go"], "wrong.go, line 2"),
        (["empty.ipynb"], "there is no function in its %%goscore cells"),
    ],
)
def test_command_refuses(notebook, words, text):
    """What the command cannot export is said, and the exit code is 1."""
    (notebook / "broken.ipynb").write_text('{"worksheets": []}')
    (notebook / "empty.ipynb").write_text('{"cells": []}')
    (notebook / "wrong.go").write_text("%%goscore\nfunc F(x int) int { return y }")
    run = command(notebook, *words, "--name", "x")
    assert run.returncode == 1 and text in run.stderr, run.stderr


def test_command_options(notebook):
    """An option that the command does not have is a wrong usage."""
    run = command(notebook, "scores.ipynb", "--name", "x", "--fast")
    assert run.returncode == 2 and "unrecognized arguments: --fast" in run.stderr


CALLS = """
import numpy as np, pyarrow as pa
found = [
    Halve(np.array([1.0, 3.0])).tolist(),
    Halve(pa.array([1.0, None])).to_pylist(),
    Halve(3),
    Slow([1, 2]),
    Spread(np.array([1.0, 4.0, 2.0]), by=np.array(["a", "b", "a"]))[1].tolist(),
    Spread(pa.array([1.0, 4.0, 2.0]), by=pa.array(["a", "b", "a"])).to_pydict(),
    Decay([1.0, 2.0, 3.0], by=["a", "b", "a"]),
    Parse(pa.array([" 1", "x"]), errors="coerce").to_pylist(),
    Parse(["x"], errors="report")[1]["message"],
    Upper(pa.array(["a", None, "é"])).to_pylist(),
    Describe(pa.table({"name": ["Ada", "Bob"], "age": [36, None]})).to_pylist(),
]
try:
    Brittle([3])
except Exception as error:
    found += [type(error).__name__, str(error).splitlines()[-1]]
"""
INSTALLED = """
import importlib.util, json
from fast_scores import *
for name in ("goscore", "IPython", "pandas", "polars", "tqdm"):
    assert importlib.util.find_spec(name) is None, name
"""
PRICED = """
import pyarrow.parquet as pq
print(json.dumps(Price(pq.read_table("rides.parquet"), errors="coerce").to_pylist()))
"""
FOUND = [
    [0.5, 1.5],
    [0.5, None],
    1.5,
    2,
    [1.0, 0.0],
    {"by0": ["a", "b"], "Spread": [1.0, 0.0]},
    [1.0, 2.0, 3.5],
    [1, None],
    ['strconv.Atoi: parsing "x": invalid syntax'],
    ["A", None, "É"],
    ["Ada 36", "Bob?"],
    "GoPanic",
    "  at row 0: 3",
]


@pytest.mark.wheels
def test_installed_in_a_new_environment(declared, export, tmp_path):
    """Where there are pyarrow, NumPy and the wheel, and no Go, calls give what they give here."""
    here = dict(zip(NAMES, declared, strict=True))
    exec(CALLS, here)
    assert here["found"] == FOUND
    (wheel,) = export(*declared, GO.Price).parent.glob("*.whl")
    pq.write_table(RIDES, tmp_path / "rides.parquet")
    venv = tmp_path / "venv" / "bin" / "python"
    for command in (
        [sys.executable, "-m", "venv", tmp_path / "venv"],
        [venv, "-m", "pip", "install", "-q", "--disable-pip-version-check", wheel],
    ):
        subprocess.run(command, check=True, timeout=HANG)
    listed = [venv, "-m", "pip", "list", "--format=freeze", "--exclude=pip", "--exclude=setuptools"]
    lines = subprocess.run(listed, check=True, timeout=HANG, capture_output=True, text=True).stdout
    assert re.findall(r"^[\w-]+", lines, re.MULTILINE) == ["fast_scores", "numpy", "pyarrow"]
    env = {"PATH": "/usr/bin:/bin", "GOSCORE_GO": str(tmp_path / "no" / "go")}
    env["GOSCORE_CACHE"] = str(tmp_path / "cache")
    code = f"{INSTALLED}{CALLS}print(json.dumps(found))\n{PRICED}"
    run = subprocess.run(
        [venv, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=HANG
    )
    assert run.returncode == 0, run.stderr
    found, priced = map(json.loads, run.stdout.splitlines())
    assert found == FOUND
    assert priced == WANTED  # as the engines' tests have it of all other ways
