"""Third-party Go modules, asked for with --get."""

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
    assert caught.value.line == 1
