"""The magics in a real IPython, on a worker that knows no Go."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from IPython.core.completer import CompletionContext

import goscore
from goscore import ArgumentValueError, GoCompileError, GoNameError

from ..started import HANG

pytestmark = pytest.mark.usefixtures("peer")


def test_cell_value_and_outputs(run, shell):
    """A cell has a value, and brings variables back under Python's names."""
    shell.user_ns["v"] = pd.Series([1.0, 2.0], name="v")
    value = run("%%goscore -i v -o w=v\necho v\n")
    assert value.equals(shell.user_ns["v"]) and value.name == "v"
    assert shell.user_ns["w"].equals(value)


def test_line_binds_by_itself(run, shell):
    """The one-line form finds data in Python, and assigns."""
    run("import numpy as np\ndf = np.arange(3)\nx = %goscore echo df\n")
    assert shell.user_ns["x"].tolist() == [0, 1, 2]


def test_local_names(run, shell):
    """In a function, its locals come first."""
    run("n = 1\ndef f(n):\n    y = %goscore echo n\n    return y\nr = f(5)\n")
    assert shell.user_ns["r"] == 5


def test_renamed_paths(run, shell):
    """Paths are looked up in Python and bound under Go's name."""
    shell.user_ns["df"] = pd.DataFrame({"Unit Price": [1.5]})
    made = run('%%goscore -i price=df["Unit Price"]\necho price\n')
    assert made.tolist() == [1.5] and made.name == "Unit Price"


def test_unbound_name(run, shell):
    """In a cell, a free name that Python has says what to add, with its place."""
    shell.user_ns["df"] = pd.DataFrame()
    with pytest.raises(GoNameError) as caught:
        run("%%goscore\necho df\n")
    assert "add -i df" in str(caught.value) and "   2 | echo df\n     |      ^\n" in str(
        caught.value
    )
    assert (caught.value.line, caught.value.column) == (2, 6)


def test_python_functions_are_not_bound(shell):
    """Modules and functions are left to Go, which knows nothing of them."""
    from goscore._run import free_names

    free = [{"name": name} for name in ("np", "len", "absent", "v", "v")]
    scope = {"np": np, "len": len, "v": 1}
    assert free_names.known(free, [{}, scope]) == [({"name": "v"}, 1)]


def test_noreturn_and_time(run, shell, capsys):
    """-n brings nothing back, --time prints the receipt."""
    shell.user_ns["k"] = 3
    assert run("%%goscore -n --time -i k -o j=k\necho k\n") is None
    assert "j" not in shell.user_ns and "copy in" in capsys.readouterr().out


def test_output_appears(run, shell, capsys):
    """What a cell prints is printed, and apostrophes are no trouble."""
    run("%%goscore\nprint it's {here} $HOME 'a' `b`\n")
    assert capsys.readouterr().out == "it's {here} $HOME 'a' `b`\n"
    run("%goscore print it's {here} $HOME\n")
    assert capsys.readouterr().out == "it's {here} $HOME\n"


def test_error_shows_only_its_text(shell, capsys):
    """No Python traceback is shown for an error of the user's Go."""
    outcome = shell.run_cell("%%goscore\nfail GoCompileError\n")
    assert isinstance(outcome.error_in_exec, GoCompileError)
    shown = capsys.readouterr()
    assert "GoCompileError: it failed\n    here\n    ^" in shown.out + shown.err
    assert "Traceback" not in shown.out + shown.err and "cell.py" not in shown.out + shown.err


def test_help(run, shell, capsys):
    """--help and ? show every option."""
    for source in ("%goscore --help", "%goscore", "%%goscore --help\nx\n"):
        run(source)
        assert "--timeout SECONDS" in capsys.readouterr().out
    assert "--timeout SECONDS" in shell.find_line_magic("goscore").__doc__
    run("%goscore?")


def test_bad_lines(run, shell):
    """What is wrong with the magic's own line is said before anything runs."""
    for source, message in (
        ("%%goscore --ouput x\nx\n", "did you mean --output"),
        ("%%goscore v\nx\n", "Go begins on the next line"),
        ("%%goscore -i absent\nx\n", "Python has no name absent"),
    ):
        with pytest.raises((ArgumentValueError, GoNameError), match=message):
            run(source)


def complete(shell, text):
    (matcher,) = (
        m
        for m in shell.Completer.custom_matchers
        if getattr(m, "matcher_identifier", "") == "goscore"
    )
    last = text.split("\n")[-1]
    context = CompletionContext(
        token=last.split(" ")[-1],
        full_text=text,
        cursor_position=len(last),
        cursor_line=text.count("\n"),
        limit=None,
    )
    return [completion.text for completion in matcher(context)["completions"]]


def test_receipt_adds_up(run, shell):
    """The receipt's parts add up to its total."""
    shell.user_ns["v"] = np.arange(100_000.0)
    run("%%goscore -i v -n\necho v\n")
    last = goscore.last
    parts = last.compile + last.copy_in + last.run + last.copy_out + last.other
    assert last.bytes_in == last.bytes_out == 800_000 and last.cores == 2
    assert parts == pytest.approx(last.total)
    assert "781.2 KiB" in repr(last)


def test_reload(shell):
    """Loading twice registers once, and unloading takes the magics away."""
    shell.run_line_magic("reload_ext", "goscore")
    assert len(complete(shell, "%%goscore -t po")) == 1
    shell.run_line_magic("unload_ext", "goscore")
    assert shell.find_line_magic("goscore") is None
    shell.run_line_magic("load_ext", "goscore")


def test_loading_starts_nothing():
    """The worker is started by the first use, not by %load_ext."""
    code = """if True:
        from IPython.core.interactiveshell import InteractiveShell
        from goscore._worker import current
        InteractiveShell.instance().run_line_magic("load_ext", "goscore")
        assert current._own is None
    """
    subprocess.run([sys.executable, "-c", code], check=True, timeout=HANG)
