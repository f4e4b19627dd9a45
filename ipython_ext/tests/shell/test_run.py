"""The command: a cell from a shell, on tables in files."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet
import pytest

from goscore._names import go_identifier
from goscore._shell import files
from goscore._version import version
from goscore._worker.binary import find_binary

from ..started import HANG

TRIPS = pa.table(
    {
        "Unit Price": [1.5, 2.5, 4.0],
        "zone": ["a", "b", "a"],
        "holes": pa.array([1, None, 3]),
    }
)
DOUBLE = """%%goscore -i trips
doubled := make([]float64, trips.Len())
for i, price := range trips.Unit_Price {
	doubled[i] = 2 * price
}
"""


@pytest.fixture
def folder(tmp_path):
    """Give a folder with a table in it."""
    pa.parquet.write_table(TRIPS, tmp_path / "trips.parquet")
    return tmp_path


@pytest.fixture
def goscore(folder):
    """Give a function that runs the command in the folder."""

    def run(*words, cell="", command=(sys.executable, "-m", "goscore"), **how):
        if cell:
            (folder / "cell.go").write_text(cell, encoding="utf-8")
        how = {"cwd": folder, "capture_output": True, "text": True, "timeout": 60} | how
        return subprocess.run([*command, "run", *words], **how)

    return run


def ran(run):
    """Return what a command printed that had nothing to complain of."""
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def complained(run, code=1):
    """Return what a command complained of, which is no traceback."""
    assert run.returncode == code, run.stderr
    assert "Traceback" not in run.stderr
    return run.stderr


def test_variable_of_the_file_s_name_is_written(goscore, folder):
    """The variable that is called like the file goes into it, as one column."""
    assert not ran(goscore("cell.go", "-i", "trips.parquet", "-o", "doubled.parquet", cell=DOUBLE))
    assert pa.parquet.read_table(folder / "doubled.parquet").to_pydict() == {
        "doubled": [3.0, 5.0, 8.0]
    }


def test_value_is_written_where_no_variable_has_the_name(goscore, folder):
    """The cell's value goes into the file whose name is no variable's."""
    cell = "type Row struct { Zone string; N int }\n[]Row{{trips.zone[0], trips.Len()}}"
    ran(goscore("cell.go", "-i", "trips.parquet", "-o", "out.parquet", cell=cell))
    assert pa.parquet.read_table(folder / "out.parquet").to_pydict() == {"Zone": ["a"], "N": [3]}


def test_several_files_and_names(goscore, folder):
    """A file takes another variable; what no file takes is printed."""
    printed = ran(
        goscore(
            *("cell.go", "-i", "df=trips.parquet", "-i", "by=3", "-o", "a.csv=scaled"),
            *("-o", "b.parquet=scaled", "-o", "copied.csv"),
            cell="scaled := []float64{df.Unit_Price[0] * float64(by)}\ncopied := df.zone\nlen(scaled)",
        )
    )
    assert printed == "1\n"
    assert (folder / "a.csv").read_text() == '"scaled"\n4.5\n'
    assert pa.parquet.read_table(folder / "b.parquet").to_pydict() == {"scaled": [4.5]}
    assert (folder / "copied.csv").read_text() == '"copied"\n"a"\n"b"\n"a"\n'


def test_what_is_printed_stands_in_the_cell_s_order(goscore):
    """Outputs that no file takes are printed in the order in which the cell's first line has them."""
    names = "zebra", "yak", "ox", "newt", "cat", "bat", "ant"
    cell = f"%%goscore -o {','.join(names)}\n{', '.join(names)} := 1, 2, 3, 4, 5, 6, 7"
    printed = ran(goscore("cell.go", cell=cell))
    assert [line[:-1] for line in printed.splitlines() if line.endswith(":")] == list(names)


@pytest.mark.parametrize("extension", files.FORMATS)
def test_formats_come_back(goscore, extension):
    """A table that was written in a format is read from it again."""
    cell = (
        "type Row struct { V float64; S string; N int }\n"
        'rows := []Row{{1.5, "a\\"b,\\t", 1}, {2.5, "ü\\nz", 2}}'
    )
    ran(goscore("cell.go", "-o", f"rows{extension}", cell=cell))
    cell = "fmt.Printf(`%q %v %v`, rows.S, rows.V, rows.N)"
    printed = ran(goscore("cell.go", "-i", f"rows{extension}", cell=cell))
    assert printed == r'["a\"b,\t" "ü\nz"] [1.5 2.5] [1 2]'


def test_arrow_streams_are_read(goscore, folder):
    """A file of .arrow may be an IPC stream."""
    with pa.ipc.new_stream(folder / "s.arrow", TRIPS.schema) as writer:
        writer.write_table(TRIPS)
    assert ran(goscore("cell.go", "-i", "s.arrow", cell="s.zone[1]")) == "b\n"


def test_json_has_no_nan(goscore, folder):
    """What JSON has no number for is null, and times are ISO 8601."""
    cell = "type Row struct { V float64; T time.Time; L []float64 }\nt := []Row{{math.NaN(), time.Unix(0, 0), []float64{1, math.Inf(1)}}, {1, time.Unix(0, 0), nil}}"
    ran(goscore("cell.go", "-o", "t.jsonl", cell=cell))
    assert pa.json.read_json(folder / "t.jsonl")["V"].to_pylist() == [None, 1.0]
    assert pa.json.read_json(folder / "t.jsonl")["L"][0].as_py() == [1.0, None]
    assert '"T": "1970-01-01T00:00:00' in (folder / "t.jsonl").read_text()


def test_only_mentioned_columns_are_read(folder):
    """Of a parquet file the run reads the columns that the cell mentions, and no others."""
    from goscore._run import cell as cell_module

    file = files.read(str(folder / "trips.parquet"))
    asked = []
    counting = files.File(file.columns, lambda at: asked.append(at) or file.load(at))
    outcome = cell_module.run("len(df.zone)", [("df", counting, "df")])
    assert (outcome.value, asked) == (3, [[1]])
    assert cell_module.run("df.Len()", [("df", counting, "df")]).value == 3
    assert asked[1:] == [[]]


@pytest.mark.parametrize("extension", [".parquet", ".arrow"])
def test_columns_are_those_of_their_positions(folder, extension):
    """Columns are read by position, in any order, also where names repeat."""
    table = pa.table([pa.array([1]), pa.array([2]), pa.array([3])], names=["a", "b", "a"])
    path = str(folder / f"twice{extension}")
    files.write([(path, table)])
    read = files.read(path).load([2, 0])
    assert [column.to_pylist() for column in read.columns] == [[3], [1]]


def test_values_and_stdin(goscore):
    """Python literals are bound, and - reads the cell from stdin."""
    cell = 's + fmt.Sprint(n, f, ok, l, m["k"])'
    words = ["-i", "s='x'", "-i", "n=3", "-i", "f=0.5", "-i", "ok=True", "-i", "l=[1,2]"]
    assert ran(goscore("-", *words, "-i", "m={'k': 7}", input=cell)) == "x3 0.5 true [1 2] 7\n"


def test_output_streams(folder):
    """What the cell prints is there before the cell ends."""
    (folder / "cell.go").write_text('fmt.Println("begun")\ntime.Sleep(time.Hour)')
    command = [sys.executable, "-m", "goscore", "run", "cell.go"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout.readline() == "begun\n"
        assert run.poll() is None
        run.send_signal(signal.SIGINT)
        assert run.wait(HANG) == 130


def test_interrupt_leaves_no_file(folder):
    """Ctrl-C ends an endless loop, says so, and writes nothing."""
    (folder / "cell.go").write_text('fmt.Println("begun")\nx := 1\nfor { x++ }')
    command = [sys.executable, "-m", "goscore", "run", "cell.go", "-o", "x.csv"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=folder, **pipes) as run:
        run.stdout.readline()
        run.send_signal(signal.SIGINT)
        assert run.communicate(timeout=HANG) == ("", "interrupted\n")
        assert run.returncode == 130
    assert sorted(os.listdir(folder)) == ["cell.go", "trips.parquet"]


@pytest.mark.parametrize(
    "cell, start",
    [
        ("#!/usr/bin/env goscore\n\nx := 1\nx + nosuch", "cell.go, line 4: undefined: nosuch"),
        ("%%goscore -i trips\n\ntrips.zone[9]", "cell.go, line 3: panic: "),
        ("%%goscore -i trips\n}", "cell.go, line 2: "),
        ('%%goscore\nerrors.New("broken")', "cell.go: broken"),
        ("%%goscore --tiem\n1", "cell.go, line 1: unknown option --tiem; did you mean --time?"),
        ("%%goscore -i other\n1", "cell.go takes other, which is not given: add -i other=FILE"),
        (
            "%%goscore --timeout 0.3\nfor {}",
            "cell.go: the cell did not end within --timeout 0.3 seconds",
        ),
        ("#!/usr/bin/env goscore\n\n", "cell.go has no Go in it"),
        ("trips.holes[0]", 'cell.go, line 1: column "holes" of trips has 1 missing value'),
    ],
)
def test_errors_have_the_file_s_lines(goscore, cell, start):
    """An error says where in the file, and the exit code is 1."""
    assert complained(goscore("cell.go", "-i", "trips.parquet", cell=cell)).startswith(start)


def test_options_of_the_command_win(goscore):
    """Those of the cell's first line count where the command says nothing else."""
    cell = (
        "%%goscore -i t=trips -i price=trips['Unit Price'] -n --timeout 0.3 --time -j 1\ntime.Sleep(time.Second / 2)\n"
        + ("fmt.Println(t.zone[0], price[1])\n1")
    )
    run = goscore("cell.go", "-i", "trips.parquet", "--timeout", "20", cell=cell)
    assert (run.returncode, run.stdout) == (0, "a 2.5\n")
    assert "on 1 core" in run.stderr and "total" in run.stderr


def test_missing_and_damaged_files(goscore, folder):
    """An error names the file and the reason."""
    (folder / "torn.parquet").write_bytes((folder / "trips.parquet").read_bytes()[:-9])
    (folder / "ragged.csv").write_text("a,b\n1,2\n3\n")
    for file, reason in (
        ("none.parquet", "No such file or directory"),
        ("torn.parquet", "Parquet magic bytes not found"),
        ("ragged.csv", "Expected 2 columns, got 1"),
    ):
        said = complained(goscore("cell.go", "-i", file, cell="1"))
        assert said.startswith(f"read {file}: ") and reason in said
    said = complained(goscore("none.go"))
    assert said == "read none.go: No such file or directory\n"


def test_damaged_columns(goscore, folder):
    """A file whose columns cannot be read is named, although its schema could be."""
    content = bytearray((folder / "trips.parquet").read_bytes())
    content[4:200] = bytes(196)
    (folder / "trips.parquet").write_bytes(content)
    said = complained(goscore("cell.go", "-i", "trips.parquet", cell="trips.zone[0]"))
    assert said.startswith("cell.go: read trips.parquet: ")


def test_wrong_usage(goscore):
    """A wrong usage exits with 2 and says what is known."""
    for words, reason in (
        (["-i", "trips.xlsx"], "trips.xlsx has the unknown extension .xlsx: known are .parquet,"),
        (["-i", "n=three"], "three is no value, and no file of a known kind"),
        (["-o", "out"], "out has no extension: known are .parquet,"),
        (["-o", "none/out.csv"], "there is no folder none for none/out.csv"),
        (["-i", "range=trips.parquet"], "'range' is a keyword in Go"),
        (["-i", "n=1", "-i", "n=2"], "-i names n twice"),
        (["-j", "many"], "-j/--threads takes a number of cores from 1 up, not many"),
        (["--nosuch"], "unrecognized arguments: --nosuch"),
    ):
        assert reason in complained(goscore("cell.go", *words, cell="1"), code=2)


def test_what_is_no_table_is_not_written(goscore, folder):
    """Scalars are refused with advice, and so is what is not there; no file is made or changed."""
    (folder / "n.csv").write_text("before")
    said = complained(
        goscore("cell.go", "-o", "n.csv", "-o", "v.csv", cell="n := 3\nv := []int{n}")
    )
    assert said.startswith("-o n.csv: n is a int, and files hold tables: make a slice of it")
    said = complained(goscore("cell.go", "-o", "resutl.csv", cell="result := []int{1}"))
    assert "the cell declares no variable resutl at its top level, and has no value" in said
    assert "did you mean result?" in said
    said = complained(goscore("cell.go", "-o", "n.csv=m", cell="n := []int{1}"))
    assert "-o m: the cell declares no variable m" in said
    assert sorted(os.listdir(folder)) == ["cell.go", "n.csv", "trips.parquet"]
    assert (folder / "n.csv").read_text() == "before"


def test_files_are_written_together_or_not_at_all(folder):
    """Where one file cannot be written, the others stay as they were."""
    nested = pa.table({"v": [[1], [2]]})
    good, bad = str(folder / "good.csv"), str(folder / "bad.csv")
    with pytest.raises(ValueError, match=r"write .*bad\.csv: "):
        files.write([(good, pa.table({"v": [1]})), (bad, nested)])
    assert os.listdir(folder) == ["trips.parquet"]


def test_input_may_be_the_output(goscore, folder):
    """A file is read to its end before it is replaced, and a link still leads to it."""
    os.symlink("trips.parquet", folder / "link.parquet")
    cell = "zones := trips.zone[:2]"
    ran(goscore("cell.go", "-i", "trips=link.parquet", "-o", "link.parquet=zones", cell=cell))
    assert (folder / "link.parquet").is_symlink()
    assert pa.parquet.read_table(folder / "trips.parquet").to_pydict() == {"zones": ["a", "b"]}


def test_a_file_stays_private(folder):
    """A file that only its owner may read is no other's after it was replaced."""
    (folder / "trips.parquet").chmod(0o600)
    files.write([(str(folder / name), TRIPS) for name in ("trips.parquet", "new.csv")])
    (folder / "other").touch()
    modes = [(folder / name).stat().st_mode for name in ("trips.parquet", "new.csv", "other")]
    assert stat.S_IMODE(modes[0]) == 0o600 and modes[1] == modes[2]


def test_functions_are_not_announced(goscore):
    """A function of the cell prints nothing: nobody can call it from a shell."""
    cell = "func Twice(x float64) float64 { return 2 * x }\nTwice(1.5)"
    assert ran(goscore("cell.go", cell=cell)) == "3.0\n"


def test_without_ipython(folder):
    """IPython need not be there, also where progress would be shown."""
    (folder / "cell.go").write_text("time.Sleep(1500 * time.Millisecond)\n7")
    script = (
        "import sys; sys.modules['IPython'] = None\n"
        "from goscore.__main__ import main\n"
        "sys.exit(main(['run', 'cell.go']))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, timeout=HANG
    )
    assert ran(run) == "7\n"


COMMAND = shutil.which("goscore", path=str(Path(sys.executable).parent)) or "goscore"


def test_goscore_command_runs_cells(goscore):
    """The installed command is the module under another name."""
    assert ran(goscore("cell.go", cell="40 + 2", command=[COMMAND])) == "42\n"
    said = complained(goscore("--nosuch", command=[COMMAND]), code=2)
    assert said.startswith("usage: goscore run")


@pytest.mark.parametrize("name", ["GOMEMLIMIT", "GODEBUG", "GOGC"])
def test_goscore_command_starts_the_worker(name):
    """Other commands are the worker's; what Go's runtime could not read in the environment stays away."""
    env = os.environ | {name: "garbage"}
    run = subprocess.run(
        [COMMAND, "version"], capture_output=True, text=True, timeout=60, env=env, check=False
    )
    assert ran(run) == f"goscore {version()}\n"


def test_goscore_command_without_a_worker(tmp_path):
    """A worker that is not there is named."""
    env = os.environ | {"GOSCORE_WORKER": str(tmp_path / "none")}
    run = subprocess.run(
        [COMMAND, "version"], capture_output=True, text=True, timeout=60, env=env, check=False
    )
    assert f"there is no worker at {tmp_path / 'none'}" in complained(run)


def test_worker_names_the_python_command():
    """The worker itself, called with a command of the package, says whose it is."""
    run = subprocess.run(
        [find_binary(), "export"], capture_output=True, text=True, timeout=60, check=False
    )
    assert "python -m goscore export" in complained(run)


def test_names_of_files_become_names_in_go():
    """A file's name becomes an identifier as a column's does."""
    for text, name in (
        ("trips", "trips"),
        ("trips.2024-01", "trips_2024_01"),
        ("2024", "_2024"),
        ("type", "type_"),
        ("-", "__"),
        ("größe", "größe"),
    ):
        assert go_identifier(text) == name
