"""Jupyter's own commands run Go cells: what a person does in a terminal."""

import os
import re
import subprocess
import sys

import pytest

from .started import HANG, installed


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Give the environment in which Jupyter knows the kernel, and nothing of the user's."""
    place = tmp_path_factory.mktemp("jupyter")
    directories = {
        f"JUPYTER_{name}_DIR": str(place / name) for name in ("CONFIG", "RUNTIME", "DATA")
    }
    return os.environ | directories | {"JUPYTER_PATH": str(installed(place))}


def jupyter(environment, *arguments, given=None):
    """Run a Jupyter command; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        input=given,
        env=environment,
        capture_output=True,
        text=True,
        timeout=HANG,
    )
    return done.stdout, done.stderr, done.returncode


def test_console(environment):
    """A console's cells give values, output and errors; definitions stay."""
    cells = [
        "func twice(x int) int { return 2 * x }",
        "for i := range 3 { fmt.Println(`line`, i) }",
        "twice(21)",
        "x + 1",
        "twice(4)",
    ]
    out, err, code = jupyter(
        environment,
        *("jupyter_console", "--kernel", "goscore", "--simple-prompt"),
        given="\n".join(cells) + "\n",
    )
    assert code == 0 and "Go (goscore" in out
    assert "line 0\nline 1\nline 2\n" in out and "Out[3]: 42" in out and "Out[5]: 8" in out
    assert "GoNameError: In[4], line 1: undefined: x" in err


def test_console_asks(environment):
    """A cell that reads standard input gets the line that is typed next."""
    cells = ["var name string", "fmt.Scanln(&name); fmt.Println(`Hello`, name)", "Gopher", "6 * 7"]
    out, err, code = jupyter(
        environment,
        *("jupyter_console", "--kernel", "goscore", "--simple-prompt"),
        given="\n".join(cells) + "\n",
    )
    assert code == 0 and "Hello Gopher\n" in out and "Out[3]: 42" in out, err


def test_run(environment, tmp_path):
    """``jupyter run`` runs a file as one cell."""
    (tmp_path / "a.go").write_text('import "strings"\n\nfmt.Println(strings.Repeat("ab", 3))\n')
    out, err, code = jupyter(
        environment, "jupyter_client.runapp", "--kernel", "goscore", str(tmp_path / "a.go")
    )
    assert (code, out.strip()) == (0, "ababab"), err


def test_run_fails(environment, tmp_path):
    """``jupyter run`` of a failing file shows the error."""
    (tmp_path / "a.go").write_text('fmt.Println("before")\npanic("no")\n')
    out, err, _ = jupyter(
        environment, "jupyter_client.runapp", "--kernel", "goscore", str(tmp_path / "a.go")
    )
    assert "before" in out and "GoPanic: In[1], line 2: panic: no" in out + err


def test_notebook(environment, tmp_path):
    """``jupyter nbconvert --execute`` runs a notebook of Go."""
    import nbformat

    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(code) for code in ("type T = []int", "T{1, 2}")],
        metadata={"kernelspec": {"name": "goscore", "display_name": "Go", "language": "go"}},
    )
    nbformat.write(notebook, tmp_path / "go.ipynb")
    out, err, code = jupyter(
        environment, "nbconvert", "--to", "markdown", "--execute", "--stdout", tmp_path / "go.ipynb"
    )
    assert code == 0, err
    assert "```go\ntype T = []int" in out and "    [1 2]" in out


def test_draft_in_a_terminal(environment, tmp_path):
    """IPython's next prompt holds the draft, drawn without marks for tabs, and an empty line runs it."""
    pexpect = pytest.importorskip("pexpect")
    (tmp_path / "slow.py").write_text("def thrice(x):\n    return 3 * x\n")
    shell = pexpect.spawn(
        sys.executable,
        ["-m", "IPython", "--no-banner", "--no-confirm-exit"],
        cwd=str(tmp_path),
        env=environment | {"IPYTHONDIR": str(tmp_path), "TERM": "xterm"},
        encoding="utf-8",
        dimensions=(40, 120),
        timeout=HANG,
    )
    try:
        shell.expect("In ")
        shell.send("%load_ext goscore\rimport slow\rprint('re' + 'ady')\r")
        shell.expect("ready")
        shell.send("%goscore_draft slow.thrice\r")
        shell.expect("Thrice: all of it is translated")
        shell.expect("return.*return.*}")
        drawn = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", shell.before + shell.after)
        assert "return 3 * x" in drawn and "^I" not in drawn
        shell.send("\r\rprint(Thrice(1.5), 'do' + 'ne')\r")
        shell.expect("4.5 done")
    finally:
        shell.close(force=True)
