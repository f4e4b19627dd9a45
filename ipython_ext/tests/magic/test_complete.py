"""Tab completes options, columns and Go; what is not ours is IPython's."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from IPython.core.completer import provisionalcompleter
from jupyter_client.manager import start_new_kernel

import goscore
from goscore._magic import schema
from goscore._worker import ask, current
from goscore._worker.channel import Channel

from ..started import HANG, until


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Wait for the worker's answers: a busy machine must not make them empty."""
    monkeypatch.setattr(ask, "_PATIENCE", HANG)
    monkeypatch.setattr(ask, "_LIMIT", HANG)


@pytest.fixture
def names(shell):
    """Give IPython some data, beside names of Python that Go knows nothing of."""
    df = pd.DataFrame({"v": [1.0], "Unit Price": [2.0], 3: [4]})
    shell.user_ns.update(df=df, lazy=pl.LazyFrame({"a": [1], "b": [2]}), rate=0.5, total=1, np=np)
    return shell


@pytest.fixture
def complete(names):
    """Give a function that presses Tab at the | of a cell, and returns what is offered."""

    def offered(text):
        before, _, after = text.partition("|")
        with provisionalcompleter():
            found = list(names.Completer.completions(before + after, len(before)))
        for one in found:
            assert one.end == len(before) and one.text.lstrip("%").startswith(before[one.start :])
        return [one.text for one in found]

    return offered


def test_options(complete):
    """Options and their values complete on the magic's own line."""
    assert complete("%%goscore --ti|\nx") == ["--timeout", "--time"]
    assert "-i" in complete("%goscore -|") and "--input" in complete("x = %goscore --|")
    assert complete("%%goscore --ge|") == ["--get"]
    assert complete("%%goscore -n -t po|") == complete("%goscore --to=po|") == ["polars"]
    assert complete("%%goscore -j |") == complete("%goscore -j |") == []


def test_names_behind_options(complete):
    """Behind -i come names of data, behind -o also the variables of the cell."""
    for text in ("-i ra|", "-i df,ra|", "-i df, ra|", "-i r=ra|", "--input=ra|"):
        assert complete("%%goscore " + text) == complete("%goscore " + text) == ["rate"]
    assert complete("%%goscore -i |") == ["df", "lazy", "rate", "total"]
    assert complete("%%goscore -i df.|") == ["v"]
    assert complete('%%goscore -i p=df["U|"]') == ["Unit Price"]
    assert complete("%%goscore -o t|\ntop, tail := 1, 2\nvar tip int") == [
        "top",
        "tail",
        "tip",
        "total",
    ]
    assert complete("%%goscore -o x=t|\ntop, tail := 1, 2\n") == ["top", "tail"]


def test_compared_functions(complete, names):
    """Behind --compare come Python's functions, then Go's: those of the cell and those that are known."""
    names.user_ns.update(slow=lambda v: v, sloth=len)
    assert complete("%%goscore --compare sl|\n") == ["slow"]
    assert complete("%%goscore --compare slow=F|\nfunc Fast(v float64) float64 { return v }") == [
        "Fast"
    ]


def test_columns(complete):
    """The columns of bound frames complete by their names in Go."""
    assert complete("%%goscore -i df\ndf.|") == ["v", "Unit_Price", "_3", "Len"]
    assert complete("%%goscore -i df,d=lazy\nx := df.v\nd.|\n") == ["a", "b", "Len"]
    assert complete("%%goscore -i df --tim\ndf.U|") == ["Unit_Price"]
    assert complete('%%goscore -i df\ngoscore.Nullable[int](df, "U|")') == ["Unit Price"]
    assert complete("%%goscore\ndf.|") == complete("%%goscore -i absent\nabsent.|") == []


def test_line(complete):
    """In the one-line form, what Python has needs no -i."""
    assert complete("y = %goscore goscore.Score(df.U|)") == ["Unit_Price"]
    assert complete("    %goscore -n d.v + d.|") == complete("%goscore rat| + 1")[1:] == []
    assert complete("%goscore -i d=df d.v[0] + d.U|") == ["Unit_Price"]
    assert complete("%goscore -- -tot|") == ["total"]
    assert complete("%goscore tota|") == ["total"] and "df" in complete("%goscore |")


def test_go(complete, run):
    """Go's names, packages' and those of this cell and earlier ones complete."""
    run(
        "%%goscore\ntype Point struct{ East, North float64 }\nfunc Far(p Point) bool { return p.East > 1 }"
    )
    assert complete("%%goscore\nfor i := rang|") == ["range"]
    assert complete("%%goscore\nlargest := 1\nlar|") == ["largest"]
    assert complete("%%goscore\nstrings.ToU|") == ["ToUpper", "ToUpperSpecial"]
    assert complete("%%goscore\nstrco|") == ["strconv"]
    assert complete("%%goscore\nFar(Poi|") == ["Point"]
    assert complete("%%goscore\nfor _, p := range []Point{{}} {\n\tp.N|\n}") == ["North"]
    assert complete("%%goscore\nt := time.Now()\nt.Yea|") == ["Year", "YearDay"]
    assert "ScoreSeries" in complete("%%goscore\ngoscore.|")
    assert complete('%%goscore\nx := "größe "; stri| // x') == ["string", "strings"]
    assert complete("\n%%time\n%%goscore\nstrco|") == ["strconv"]


def test_no_python(complete):
    """Nothing of Python is offered in Go, and none of ours elsewhere."""
    for go in ("np.|", "zzz|", "df.mea|", '"d|"', "// d|", "print(df.v.|"):
        assert complete("%%goscore\n" + go) == []
    assert complete("%goscore np.|") == []
    assert "append" not in complete("%%bash\n%goscore app|")
    assert "polars" not in complete("x = 1\n%%goscore -t po|")
    assert "mean" in complete("df.v.mea|")


def test_one_question(complete, monkeypatch):
    """Warm, an answer takes one question to the worker, and a list of options takes none."""
    complete("%%goscore\nstrco|")
    asked = []
    send = Channel.send
    monkeypatch.setattr(
        Channel,
        "send",
        lambda channel, message, *rest, **more: (
            asked.append(message["header"]["msg_type"]) or send(channel, message, *rest, **more)
        ),
    )
    text = "%%goscore -i df\nt := time.Now()\nfor range df.v { t.Yea|"
    assert complete(text) == ["Year", "YearDay"]
    assert asked == ["complete_request"]
    assert complete("%%goscore --ti|\nx") and asked == ["complete_request"]


def test_while_running(complete, run, tmp_path):
    """A run of another thread keeps nobody waiting."""
    begun, end = tmp_path / "begun", tmp_path / "end"
    cell = (
        f"os.Create(`{begun}`)\nfor {{ if _, err := os.Stat(`{end}`); err == nil {{ break }} }}\n7"
    )
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(run, f"%%goscore\n{cell}\n")
        try:
            until(begun.exists)
            assert complete("%%goscore\nstrco|") == ["strconv"] and not running.done()
        finally:
            end.touch()
        assert running.result(HANG) == 7


def test_worker_gone(complete):
    """A Tab starts the worker, and another one when it was killed."""
    goscore.restart()
    current._own.close()
    assert complete("%%goscore\nstrco|") == ["strconv"]
    os.kill(current._own.process.pid, signal.SIGKILL)
    current._own.process.wait()
    assert complete("%%goscore\nstrco|") == ["strconv"]


def test_no_worker(complete, monkeypatch, tmp_path, capsys):
    """Without a worker, or with one that does not answer, Tab offers nothing, and silently."""
    monkeypatch.setattr(ask, "_PATIENCE", 0.5)
    answered, answer = [], ask._answer

    def answering(kind, content):
        try:
            return answer(kind, content)
        finally:
            answered.append(worker)

    monkeypatch.setattr(ask, "_answer", answering)
    silent, end = tmp_path / "silent", tmp_path / "end"
    silent.write_text(f"#!/bin/sh\nwhile [ ! -e {end} ]; do sleep 0.05; done\nexit 1\n")
    silent.chmod(0o700)
    for worker in (tmp_path / "absent", silent):
        goscore.restart()
        with monkeypatch.context() as patched:
            patched.setenv("GOSCORE_WORKER", str(worker))
            current._own.close()
            assert complete("%%goscore\nstrco|") == []
    assert silent not in answered  # Tab has not waited for the end of its question
    end.touch()
    ask._thread(os.getpid()).submit(int).result(HANG)  # the question to the silent one is over
    shown = capsys.readouterr()
    assert "Traceback" not in shown.out + shown.err
    assert complete("%%goscore\nstrco|") == ["strconv"]


def test_nothing_is_read():
    """Looking at a frame's columns starts no query and uses up no stream."""
    table = pa.table({"a": [1], "b": [2]})
    reader = table.to_reader()
    assert schema.column_names(reader) == ["a", "b"]
    assert reader.read_all() == table

    class Query:
        columns = ("a", "b")

        def __arrow_c_stream__(self, requested_schema=None):
            raise AssertionError("the query runs")

    for frame in (table, Query(), table.to_batches()[0], pl.DataFrame(table), table.to_pandas()):
        assert schema.column_names(frame) == ["a", "b"]
    series = pd.Series([1], index=["columns"])
    for other in (series, pl.Series([1]), table["a"], np.eye(2), {"a": 1}, [1], Query, None):
        assert schema.column_names(other) is None


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel(kernel_name="python3")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_notebook(kernel):
    """A notebook's kernel offers the same, each with its kind."""
    source = "%load_ext goscore\nimport pandas as pd\ndf = pd.DataFrame({'v': [1], 'w x': [2]})"
    source += f"\nfrom goscore._worker import ask\nask._PATIENCE = ask._LIMIT = {HANG}"
    kernel.execute_interactive(source, timeout=HANG)

    def offered(text):
        before, _, after = text.partition("|")
        reply = kernel.complete(before + after, len(before), reply=True, timeout=HANG)["content"]
        assert reply["status"] == "ok" and reply["cursor_end"] == len(before)
        types = reply["metadata"]["_jupyter_types_experimental"]
        assert [entry["text"] for entry in types] == reply["matches"]
        return [(entry["text"], entry["type"]) for entry in types]

    assert offered("%%goscore -i df\ndf.|\n") == [
        ("v", "property"),
        ("w_x", "property"),
        ("Len", "function"),
    ]
    assert offered("%%goscore -i df\nfor i := range df.v {\n\tstrings.ToUpperS|\n}") == [
        ("ToUpperSpecial", "function")
    ]
    assert offered("x = %goscore df.w|") == [("w_x", "property")]
    assert offered("%%goscore\nnothing.|") == []
    assert offered("%%goscore --threa|") == [("--threads", "goscore")]
