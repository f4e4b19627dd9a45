"""Third-party Go modules, asked for with --get."""

import json
import os
import re
import zipfile

import numpy as np
import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter

import goscore
from goscore import GoCompileError

MODULE = "github.com/mmcloughlin/geohash"
CELL = f"""%%goscore --get {MODULE}@v0.10.0
import "{MODULE}"

// Place names the square that holds a point.
func Place(lat, lng float64) string {{ return geohash.Encode(lat, lng) }}

// North is the latitude of a square's middle.
func North(place string) float64 {{
	lat, _ := geohash.Decode(place)
	return lat
}}
"""


@pytest.fixture
def proxy(module_proxy):
    """Skip what needs the module proxy where nobody can reach it."""
    if module_proxy:
        pytest.skip(f"the module proxy cannot be reached: {module_proxy}")


@pytest.mark.usefixtures("proxy")
def test_module(run, shell, monkeypatch):
    """A module's functions work on columns, and need no network once they were got."""
    # https://en.wikipedia.org/wiki/Geohash: u4pruydqqvj is in Jutland
    df = pd.DataFrame({"lat": [57.64911, 48.8584], "lng": [10.40744, 2.2945]})
    run(CELL)
    places = run("Place(df.lat, df.lng)", df=df)
    assert places.str[:11].tolist()[0] == "u4pruydqqvj"
    assert run("North(places)", places=places).round(5).tolist() == [57.64911, 48.8584]
    monkeypatch.setenv("GOPROXY", "off")
    goscore.restart()
    assert run("Place(57.64911, 10.40744)").startswith("u4pruydqqvj")
    source = f'%%goscore --get {MODULE}@v0.10.0\nimport "{MODULE}"\ngeohash.Encode(0, 0)[:1]\n'
    assert run(source) == "s"
    monkeypatch.undo()
    goscore.restart()


@pytest.mark.usefixtures("proxy")
def test_completion(run, shell):
    """What a module has completes once it was got."""
    head = f'%%goscore --get {MODULE}@v0.10.0\nimport "{MODULE}"\n'
    run(head + "geohash.Encode(0, 0)\n")
    for code, names in (
        ("geohash.EncodeI", ["EncodeInt", "EncodeIntWithPrecision"]),
        ('geohash.BoundingBox("s").Cen', ["Center"]),
    ):
        with provisionalcompleter():
            found = shell.Completer.completions(head + code, len(head + code))
            assert [one.text for one in found] == names


@pytest.mark.usefixtures("proxy")
def test_wrong_module(run):
    """Go's own message says which module there is not, and why."""
    with pytest.raises(GoCompileError, match=rf"(?s)--get {MODULE}@v99.0.0: go: .*{MODULE}@v99"):
        run(f'%%goscore --get {MODULE}@v99.0.0\nimport "{MODULE}"\ngeohash.Encode(0, 0)\n')


def test_version_missing(run):
    """A module without a version is refused before the network is asked."""
    with pytest.raises(GoCompileError, match="write MODULE@VERSION"):
        run(f'%%goscore --get {MODULE}\nimport "{MODULE}"\ngeohash.Encode(0, 0)\n')


def test_missing_option(run):
    """Without --get nothing is downloaded, and the message says what to add."""
    with pytest.raises(GoCompileError, match=r"hint: add --get example\.com/a/b@latest") as caught:
        run('%%goscore\nimport "example.com/a/b"\nb.F()\n')
    assert caught.value.line == 2


def module(proxy, path, version, files):
    """Lay a module out as Go's module proxies do."""
    where = proxy / path / "@v"
    where.mkdir(parents=True)
    (where / "list").write_text(version + "\n")
    (where / f"{version}.info").write_text(json.dumps({"Version": version}))
    (where / f"{version}.mod").write_text(files["go.mod"])
    with zipfile.ZipFile(where / f"{version}.zip", "w") as packed:
        for name, text in files.items():
            packed.writestr(f"{path}@{version}/{name}", text)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Give a module proxy in a directory, with two modules and what one of them needs."""
    name = f"m{tmp_path.name.replace('_', '-')}{os.getpid()}.test"  # Go's module cache keeps what it once had
    module(
        tmp_path,
        f"{name}/dep",
        "v1.2.0",
        {
            "go.mod": f"module {name}/dep\ngo 1.21\n",
            "deep/deep.go": "package deep\nfunc Add(x float64) float64 { return x + 1 }\n",
        },
    )
    module(
        tmp_path,
        f"{name}/one",
        "v1.0.0",
        {
            "go.mod": f"module {name}/one\ngo 1.21\nrequire {name}/dep v1.2.0\n",
            "sub/sub.go": f'package sub\nimport "{name}/dep/deep"\n'
            "func Twice(x float64) float64 { return 2 * deep.Add(x) }\n",
        },
    )
    module(
        tmp_path,
        f"{name}/two/v2",
        "v2.1.0",
        {
            "go.mod": f"module {name}/two/v2\ngo 1.21\n",
            "two.go": "package two\nfunc Half(x float64) float64 { return x / 2 }\n",
        },
    )
    monkeypatch.setenv("GOPROXY", tmp_path.as_uri())
    monkeypatch.setenv("GOSUMDB", "off")
    goscore.restart()
    yield name
    monkeypatch.undo()
    goscore.restart()


def test_two_modules(run, here):
    """Two modules work together, one with packages below its root and needs of its own, one with a version in its path."""
    run(
        f"%%goscore --get {here}/one@v1.0.0 --get {here}/two/v2@latest\n"
        f'import "{here}/one/sub"\nimport "{here}/two/v2"\n'
        "func Both(x float64) float64 { return two.Half(sub.Twice(x)) }\n"
    )
    assert run("Both(3.0)") == 4.0


def test_next_cell(run, here):
    """What a cell imported is known to the next ones, also beside another module."""
    run(f'%%goscore --get {here}/one@v1.0.0\nimport "{here}/one/sub"\nsub.Twice(1)\n')
    assert run("%%goscore\nsub.Twice(2)\n") == 6.0
    run("%%goscore\nfunc Later(x float64) float64 { return sub.Twice(x) }\n")
    assert run("Later(pd.Series([1.0, 2.0]))", pd=pd).tolist() == [4.0, 6.0]
    cell = f'import "{here}/one/sub"\nimport "{here}/two/v2"\ntwo.Half(sub.Twice(2))\n'
    assert run(f"%%goscore --get {here}/two/v2@v2.1.0\n{cell}") == 3.0


def test_another_import(run, here):
    """--get for one module says of another import what gets that one."""
    with pytest.raises(GoCompileError, match=rf"hint: add --get {here}/two/v2@latest") as caught:
        run(
            f"%%goscore --get {here}/one@v1.0.0\n"
            f'import "{here}/one/sub"\nimport "{here}/two/v2"\ntwo.Half(sub.Twice(1))\n'
        )
    assert "GOPROXY" not in str(caught.value) and f'"{here}/two/v2" is known' in str(caught.value)


def test_local_module(run, tmp_path, monkeypatch):
    """--get takes a directory with a module; its changes count, and what is wrong with it is said."""
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "own"
    own.mkdir()
    head = '%%goscore --get ./own\nimport "example.org/own/v3"\n'
    with pytest.raises(GoCompileError, match="go mod init"):
        run(head + "own.One()\n")
    (own / "go.mod").write_text("module example.org/own/v3\n\ngo 1.21\n")
    (own / "own.go").write_text("package own\n\nvar n int64\n\nfunc One() int { return 1 }\n")
    assert run(head + "own.One()\n") == 1
    (own / "own.go").write_text(
        "package own\n\nvar n int64\n\nfunc One() int { return 11 }\nfunc Next() int64 { n++; return n }\n"
    )
    assert run("%%goscore\nown.One()\n") == 11
    run("%%goscore\nfunc Number(x float64) int64 { return own.Next() }\n")
    got = run(
        "Number(np.zeros(100_000))", np=np
    )  # what is not known to share nothing runs on one core
    assert np.array_equal(got, np.arange(1, 100_001))
    with pytest.raises(GoCompileError, match=r"add --get \./own to the cell's first line"):
        run('%%goscore\nimport "./own"\nown.One()\n')


def test_local_module_with_needs(run, tmp_path, monkeypatch):
    """What a module in a directory needs from a directory beside it is asked for, too; until then that is said."""
    monkeypatch.chdir(tmp_path)
    for name, needs, body in (
        ("below", "", "return 7"),
        ("above", 'import "example.org/below"\n', "return below.F()"),
    ):
        (tmp_path / name).mkdir()
        extra = "require example.org/below v0.0.0\nreplace example.org/below => ../below\n"
        text = f"module example.org/{name}\n\ngo 1.21\n{extra if needs else ''}"
        (tmp_path / name / "go.mod").write_text(text)
        text = f"package {name}\n\n{needs}\nfunc F() int {{ {body} }}\n"
        (tmp_path / name / "x.go").write_text(text)
    cell = 'import "example.org/above"\nabove.F()\n'
    with pytest.raises(
        GoCompileError, match=r'"example\.org/above" needs a package whose'
    ) as caught:
        run("%%goscore --get ./above\n" + cell)
    assert "the replace lines of example.org/above" in str(caught.value)
    assert not {"@latest", "GOPROXY"} & set(re.findall(r"@?\w+", str(caught.value)))
    assert run("%%goscore --get ./above --get ./below\n" + cell) == 7


def test_failing_go(run, tmp_path, monkeypatch):
    """A relative GOPATH and a directory that is gone do not matter; a Go that fails is quoted, not called too old."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for name in ("GOPATH", "GOMODCACHE", "GOTMPDIR", "GOBIN"):
        monkeypatch.setenv(name, "relative/path")
    goscore.restart()
    assert run("%%goscore -f\nx := 20\nx + 1\n") == 21
    monkeypatch.chdir(tmp_path)
    (tmp_path / "go").write_text("#!/bin/sh\necho 'go: it is broken' >&2\nexit 2\n")
    (tmp_path / "go").chmod(0o700)
    monkeypatch.setenv("GOSCORE_GO", str(tmp_path / "go"))
    goscore.restart()
    with pytest.raises(
        goscore.GoToolchainError, match=r"go fails here:\n  go: it is broken"
    ) as caught:
        run("%%goscore -f\nx := 20\nx + 2\n")
    assert "1.26" not in str(caught.value)
    monkeypatch.undo()
    goscore.restart()
