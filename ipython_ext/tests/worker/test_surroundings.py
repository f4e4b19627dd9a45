"""A cell and a function find the directory and the environment that Python has when they are called."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import goscore
from goscore._run import cell
from goscore._run.options import Options
from goscore._worker import current

from ..declared import functions
from ..started import started

READS = """// Rates gives the first line of the file in the working directory.
func Rates(n int) (string, error) {
	b, err := os.ReadFile("rates.csv")
	return string(b), err
}

func Variable(name string) (string, error) {
	if v, ok := os.LookupEnv(name); ok {
		return v, nil
	}
	return "", errors.New("there is no " + name)
}

// Noon is the hour in UTC of noon here.
func Noon(day int) int {
	return time.Date(2026, 7, day, 12, 0, 0, 0, time.Local).UTC().Hour()
}

// Moves leaves its process in another directory, with another environment.
func Moves(to string) (string, error) {
	before, err := os.Getwd()
	os.Setenv("MOVED", to)
	time.Local = time.FixedZone("moved", 3600)
	return before + " " + os.Getenv("MOVED"), errors.Join(err, os.Chdir(to))
}
"""


@pytest.fixture(scope="module")
def go():
    """Give functions that say what they find."""
    return functions(READS)


def printed(capfd, code):
    cell.run(code, [])
    return capfd.readouterr().out.strip()


def test_directory(go, tmp_path, monkeypatch, capfd):
    """After os.chdir a cell, and a function whose process waits, read that directory's file."""
    for name in ("one", "two", "three \udcff"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rates.csv").write_text(name[:5])
        monkeypatch.chdir(tmp_path / name)
        for _ in range(2):
            assert go.Rates(1) == name[:5]
            code = 'b, _ := os.ReadFile("rates.csv"); fmt.Print(string(b))'
            assert printed(capfd, code) == name[:5]
    monkeypatch.chdir(tmp_path / "one")
    assert go.Rates(1) == "one"
    os.rename(tmp_path / "one", tmp_path / "old")
    (tmp_path / "one").mkdir()
    assert go.Rates(1) == "one"
    monkeypatch.chdir(tmp_path / "one")
    with pytest.raises(goscore.GoError, match="no such file"):
        go.Rates(1)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux names a directory by its process")
def test_deleted_directory(go, tmp_path, monkeypatch):
    """After its deletion a directory has no files, and no other stands for it."""
    (tmp_path / "one").mkdir()
    monkeypatch.chdir(tmp_path / "one")
    os.rmdir(tmp_path / "one")
    with pytest.raises(goscore.GoError, match="no such file"):
        go.Rates(1)
    assert goscore.score_series([1.0, 0.0]) == [1.0, 0.5]


def test_environment(go, monkeypatch, capfd):
    """Changed, new and removed variables are seen at once, and their bytes need not be UTF-8."""
    monkeypatch.setenv("GIVEN", "at the start")
    goscore.restart()
    assert go.Variable("GIVEN") == "at the start"
    monkeypatch.setenv("GIVEN", "changed = é\n")
    assert go.Variable("GIVEN") == "changed = é\n"
    assert printed(capfd, 'fmt.Print(os.Getenv("GIVEN"))') == "changed = é"
    monkeypatch.delenv("GIVEN")
    with pytest.raises(goscore.GoError, match="there is no GIVEN"):
        go.Variable("GIVEN")
    monkeypatch.setenv("NEW", "\udcfe")
    assert printed(capfd, 'fmt.Printf("%x", os.Getenv("NEW"))') == "fe"
    monkeypatch.setenv("NEW", "x")
    thread = threading.Thread(target=lambda: os.environ.update(NEW=go.Variable("NEW") + "!"))
    thread.start()
    thread.join()
    assert go.Variable("NEW") == "x!"


def test_zone(go, monkeypatch):
    """Go's local time is that of TZ when the function is called."""
    for zone, hour in (("Asia/Tokyo", 3), ("America/New_York", 16), ("UTC", 12), ("Asia/Tokyo", 3)):
        monkeypatch.setenv("TZ", zone)
        assert [go.Noon(1), go.Noon(2)] == [hour, hour]


def test_what_a_function_changes(go, tmp_path, monkeypatch):
    """A function that changes its directory or environment changes them for that call alone."""
    monkeypatch.chdir(tmp_path)
    for _ in range(3):
        assert go.Moves("/") == f"{tmp_path} /"


RUNTIME = {
    "GOMEMLIMIT": "garbage",
    "GOGC": "x",
    "GODEBUG": "fips140=maybe,gctrace=1",
    "GOTRACEBACK": "crash",
    "GOMAXPROCS": "0x",
}


@pytest.mark.parametrize("when", ["at the start", "later"])
def test_variables_of_the_runtime(go, monkeypatch, capfd, when):
    """What Go's runtime cannot read ends neither worker nor programs, prints nothing, and is seen."""
    if when == "later":
        goscore.restart()
        go.Variable("PATH")
    for name, value in RUNTIME.items():
        monkeypatch.setenv(name, value)
    if when == "at the start":
        goscore.restart()
    for name, value in RUNTIME.items():
        assert go.Variable(name) == value
    shown = 'for _, v := range os.Environ() { if strings.HasPrefix(v, "GO") { fmt.Println(v) } }'
    lines = printed(capfd, shown).splitlines()
    assert {f"{name}={value}" for name, value in RUNTIME.items()} <= {*lines}
    assert not [line for line in lines if "HIDDEN" in line]
    for name in RUNTIME:
        monkeypatch.delenv(name)
        with pytest.raises(goscore.GoError, match=f"there is no {name}"):
            go.Variable(name)
    assert "gc 1 @" not in capfd.readouterr().err


def test_elsewhere(go, tmp_path, monkeypatch):
    """Of a worker elsewhere its own directory and environment count."""
    (tmp_path / "rates.csv").write_text("here")
    monkeypatch.setenv("GIVEN", "there")
    with started(tmp_path) as worker:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("GIVEN", "here")
        goscore.connect(worker.file)
        try:
            assert go.Variable("GIVEN") == "there"
            with pytest.raises(goscore.GoError, match="no such file"):
                go.Rates(1)
        finally:
            goscore.connect(None)
    assert go.Variable("GIVEN") == "here" and go.Rates(1) == "here"


def test_path(tmp_path, monkeypatch):
    """Go that is put on PATH during the session is found."""
    go = goscore.doctor().facts["go"]
    code = (
        "import os, sys, goscore\nfrom goscore._run.cell import run\n"
        "try: run('v := []int{2}; v[0]', [])\n"
        "except goscore.GoToolchainError: pass\nelse: sys.exit('there was Go')\n"
        "os.environ['GOSCORE_GO'] = sys.argv[1]\n"
        "print(run('v := []int{2}; v[0]', []).value)"
    )
    path = current.worker().about["go"].get("path")
    if not path:
        pytest.skip(str(go))
    env = dict(os.environ, GOSCORE_GO="/nonexistent/go")
    out = subprocess.run(
        [sys.executable, "-c", code, path], env=env, capture_output=True, text=True, check=False
    )
    assert (out.returncode, out.stdout) == (0, "2\n"), out.stderr


def test_module_proxy(tmp_path, monkeypatch):
    """--get asks the proxy that GOPROXY names now."""
    for name in ("one", "two"):
        monkeypatch.setenv("GOPROXY", Path(tmp_path / name).as_uri())
        monkeypatch.setenv("GONOSUMDB", "*")
        options = Options(get=["example.com/none@v1.0.0"])
        with pytest.raises(goscore.GoscoreError, match=f"/{name}/example.com"):
            cell.run('import "example.com/none"\nnone.F()', [], options)
