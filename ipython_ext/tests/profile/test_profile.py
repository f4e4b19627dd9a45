"""Profiles: the hot line is the one that is, and shares add up."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest

import goscore
from goscore._profile import show

HOT = """
func Sines(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += x
		for k := range 400 { s += math.Sin(x * float64(k)) } // hot
	}
	return s
}

func Words(s string) int {
	n := len(s)
	for range 300 { n += len(strings.Fields(s)) } // hot
	return n
}

func busy(x uint64) uint64 {
	for range 4000 { x = x*6364136223846793005 + 1442695040888963407 } // hot
	return x
}

func Busy(x int) int {
	y := busy(uint64(x))
	return int(y >> 40)
}
"""


@pytest.fixture(scope="module")
def functions():
    """Compile functions whose hot lines are known."""
    return goscore.compile(HOT)


def hot_line(frame):
    (line,) = frame.index[frame["source"].str.endswith("// hot") & (frame["share"] > 0)]
    return frame.loc[line]


@pytest.mark.parametrize(
    "name, argument",
    [
        ("Sines", np.linspace(0, 1, 3000)),
        ("Words", ["a few words of text"] * 2000),
        ("Busy", np.arange(3000)),
    ],
)
def test_the_hot_line_has_most_samples(functions, name, argument):
    """The line that does the work has more than 60 % of all samples, which add up."""
    profile = getattr(functions, name).profile(argument, budget=1.5)
    frame = profile.to_pandas()
    assert list(frame.columns[:6]) == ["line", "source", "share", "ns_per_row", "bytes", "notes"]
    assert profile.samples > 5 and frame["samples"].sum() == profile.samples
    assert frame["share"].sum() == pytest.approx(1)
    assert frame["source"].tolist()[-2:] == ["Go's runtime", "goscore"]
    assert frame["line"].isna().tolist()[-2:] == [True, True]
    assert hot_line(frame)["samples"] > 0.6 * profile.samples
    number = hot_line(frame)["line"]
    assert HOT.split("\n")[number - 1].endswith("// hot")  # the lines are the text's
    assert hot_line(frame)["ns_per_row"] > 0
    assert profile.rows == len(argument) and profile.runs > 1


def test_reasons_and_bytes():
    """An escape and a check of an index stand on their lines, with what they cost."""
    functions = goscore.compile(
        """
type point struct{ a, b, c, d int }
var kept *point

func Escape(x int) int {
	kept = &point{a: x}
	return kept.a
}

func Check(v, w []float64) float64 {
	s := 0.0
	for i := range v {
		s += w[i]
	}
	return s
}
"""
    )
    profile = functions.Escape.profile(np.arange(1000), budget=0.2)
    frame = profile.to_pandas().set_index("line")
    assert "&point{...} is allocated on the heap" in frame.loc[6, "notes"]
    assert frame.loc[6, "bytes"] == 1000 * 32
    profile = functions.Check.profile(np.ones(1000), np.ones(1000), budget=0.2)
    frame = profile.to_pandas().set_index("line")
    assert "w[i]: the index is checked" in frame.loc[13, "notes"]
    assert "`w = w[:len(v)]` before the loop" in frame.loc[13, "notes"]
    assert "^ w[i]: the index" in repr(profile)


def test_a_call_is_the_same_afterwards(functions, capfd):
    """A profiled call prints once, and neither it nor its program is what a plain call gets."""
    functions = goscore.compile(
        'func Loud(v []float64) []string {\n\tfmt.Println("loud", len(v))\n\treturn make([]string, len(v))\n}'
    )
    profile = functions.Loud.profile(np.ones(3), budget=0.1)
    assert profile.runs > 1
    assert capfd.readouterr().out == "loud 3\n"
    assert functions.Loud(np.ones(2)).tolist() == ["", ""]


def test_results_of_many_runs(functions):
    """Repeating a call with large results neither fails nor takes memory each time."""
    functions = goscore.compile("func Twice(x float64) float64 { return 2 * x }")
    profile = functions.Twice.profile(goscore.share(np.ones(200_000)), budget=0.3)
    assert profile.runs > 3 and profile.rows == 200_000


def test_saved_for_pprof(functions, tmp_path):
    """What is saved is a gzipped profile that has the function's name."""
    file = tmp_path / "cpu.pprof"
    functions.Busy.profile(np.arange(2000), budget=0.3).save(file)
    assert b"main.busy" in gzip.decompress(file.read_bytes())


def test_panics_and_bad_budgets(functions):
    """A panic is the call's, and a budget is a number of seconds."""
    broken = goscore.compile("func Broken(x int) int { return 1 / (x - x) }").Broken
    with pytest.raises(goscore.GoPanic, match="divide by zero"):
        broken.profile(np.arange(3))
    for budget in (0, -1, "2", float("nan"), True):
        with pytest.raises(goscore.ArgumentValueError, match="budget= takes a number of seconds"):
            functions.Busy.profile(np.arange(3), budget=budget)
    with pytest.raises(goscore.ArgumentTypeError):
        functions.Busy.profile("no number")


def test_a_cell(run, capsys):
    """A cell with --profile runs once; its value is the profile, its outputs come back."""
    profile = run(
        "%%goscore -i v -o total --profile\n"
        "total := 0.0\n"
        "for range 40000 {\n"
        "\tfor _, x := range v { total += x*x }\n"
        "}\n"
        'fmt.Println("once")\n',
        v=np.ones(20_000),
    )
    assert capsys.readouterr().out.startswith("once\nOut[")
    assert profile.runs == 1 and run("total") == 8e8
    frame = profile.to_pandas().set_index("line")
    assert frame["share"].sum() == pytest.approx(1)
    assert frame.loc[4, "samples"] + frame.loc[3, "samples"] > 0.6 * profile.samples
    assert profile.name.startswith("In[")


def test_a_cell_that_only_declares(run):
    """Such a cell is told about F.profile, and its functions are there."""
    with pytest.raises(goscore.ArgumentValueError, match=r"F\.profile"):
        run("%%goscore --profile\nfunc Declared(x int) int { return x }\n")
    assert run("Declared(3)") == 3


SAMPLED = {
    "lines": [
        {"cell": "In[1]", "line": 2, "source": "\tx <b>", "samples": 3, "bytes": 2048, "notes": ["a <i>"]},
        {"cell": "In[2]", "line": 2, "source": "y", "samples": 0, "bytes": 0, "notes": []},
    ],
    "goscore": {"cell": "", "line": 0, "source": "goscore", "samples": 0, "bytes": 0, "notes": []},
    "runtime": {"cell": "", "line": 0, "source": "Go's runtime", "samples": 1, "bytes": 0, "notes": []},
    "period": 0.01,
    "seconds": 0.05,
    "runs": 2,
    "rows": 1000,
    "cpu": "",
}  # fmt: skip


def test_forms():
    """The text and the page show the same, escaped, with styles of the elements alone."""
    from goscore._profile.profile import Profile

    profile = Profile("F(x)", SAMPLED)
    text = repr(profile)
    assert "75% of 4 samples in line 2" in text and "Few samples" in text
    assert "75.0%" in text and "1.5e+04" not in text and "15,000" in text and "2.0 KiB" in text
    html = profile._repr_html_()
    assert "x &lt;b&gt;" in html and "a &lt;i&gt;" in html
    assert not re.search(r"<(style|script|link)|class=| id=", html)
    assert "In[1]" in html and "In[2]" in html
    nothing = Profile("F(x)", {**SAMPLED, "lines": [], "runtime": SAMPLED["goscore"]})
    assert "too short to be seen" in show.headline(nothing)
    assert nothing.to_pandas()["share"].sum() == 0
