"""goscore.load: files of Go in this process, in scripts and in marimo."""

import importlib.util
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import goscore
from goscore import ArgumentValueError, GoCompileError, GoPanic

from .started import HANG

PLAIN = Path(__file__).parent / "plain"


def write(folder, text, name="score.go"):
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_functions_of_a_file(tmp_path, monkeypatch):
    """A file's functions are attributes, whether its path is a text, absolute or neither."""
    file = write(tmp_path, "package main\n\nfunc Score(v float64) float64 { return 2 * v }\n")
    monkeypatch.chdir(tmp_path)
    loaded = goscore.load("score.go")
    assert loaded.Score([1.0, 2.0]) == [2.0, 4.0] and loaded is goscore.load(file)
    assert repr(loaded).startswith("score.go:") and dir(loaded) == ["Score"]
    assert pickle.loads(pickle.dumps(loaded)) == loaded


def test_loaded_again(tmp_path):
    """A file that has changed is read again; what was loaded before stays as it was."""
    file = write(tmp_path, "func Score(v float64) float64 { return 2 * v }")
    first = goscore.load(file)
    write(tmp_path, "func Score(v float64) float64 { return 3 * v }")
    second = goscore.load(file)
    assert (first.Score(1.0), second.Score(1.0)) == (2.0, 3.0)


def test_places(tmp_path):
    """Errors and panics name the file and its line, behind a package clause too."""
    wrong = write(tmp_path, "package p\n\nfunc Score(v float64) int {\n\treturn v\n}\n")
    with pytest.raises(GoCompileError, match=r"^score.go, line 4: cannot use v"):
        goscore.load(wrong)
    late = write(tmp_path, "package p\n\nfunc At(i int) int {\n\treturn []int{1}[i]\n}\n", "at.go")
    with pytest.raises(GoPanic, match=r"at.go, line 4, in At: panic: .*index out of range \[3\]"):
        goscore.load(late).At(3)


MAIN = """package main

var text = `
func main() { a raw string }
`

/* func main() {} */
func main() { panic("not run" + text) }

func Text(n int) string { return text[:n] }
"""


def test_main_is_left_out(tmp_path):
    """A func main is neither run nor part of what can be called, and a warning says so."""
    file = write(tmp_path, MAIN)
    with pytest.warns(UserWarning, match="score.go, line 8: func main is left out") as warned:
        loaded = goscore.load(file)
    assert warned[0].filename == __file__
    assert loaded.Text(29) == "\nfunc main() { a raw string }"[:29] and dir(loaded) == ["Text"]


def test_options(tmp_path):
    """Options count as in compile, and may stand in the file's first line as in a cell's."""
    file = write(tmp_path, "%%goscore -j 1\nfunc Score(v float64) float64 { return v }")
    loaded = goscore.load(file, timeout=30)
    loaded.Score([1.0])
    assert goscore.last.cores == 1 and loaded.Score._options.timeout == 30
    with pytest.raises(ArgumentValueError, match="threads= takes a number"):
        goscore.load(file, threads=0)


@pytest.mark.parametrize(
    "name, message",
    [
        ("scor.go", "scor.go: No such file or directory; did you mean score.go?"),
        ("else/score.go", "No such file or directory, from the directory "),
        ("", "Is a directory"),
        ("bytes.go", "it is no UTF-8"),
        ("empty.go", "empty.go has no Go in it"),
    ],
)
def test_what_cannot_be_read(tmp_path, name, message):
    """A file that is not there or no text is refused in one sentence, with the nearest name."""
    write(tmp_path, "func Score(v float64) float64 { return v }")
    write(tmp_path, " \n", "empty.go")
    (tmp_path / "bytes.go").write_bytes(b"\xff\xfe")
    with pytest.raises(ArgumentValueError) as refused:
        goscore.load(tmp_path / name)
    assert message in str(refused.value) and "\n" not in str(refused.value)


def test_marimo():
    """A notebook of marimo, run as a script, loads a file."""
    if importlib.util.find_spec("marimo") is None:
        pytest.skip("marimo is not installed")
    ran = subprocess.run(
        [sys.executable, "notebook.py"], cwd=PLAIN, capture_output=True, text=True, timeout=HANG
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "[3.0, 1.5, 5.35]\n"
