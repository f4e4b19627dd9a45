"""In JupyterLab and Notebook, in a real browser: colours, results, errors, the Stop button and Tab."""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.version import Version
from selenium.webdriver.common.keys import Keys

from .frontend import chromium, server
from .page import Page, write_notebook
from .started import until

pytestmark = pytest.mark.browser

CELLS = {
    "python": """\
%load_ext goscore
import pandas as pd
def column(func):
    return [func, 2.5]
df = pd.DataFrame({"price": column(1.5), "priority": column(4.0)})""",
    "line": """\
total = %goscore func() float64 { return df.price[0] }()
total""",
    "go": """\
%%goscore -i df
// import
func Twice(price float64) float64 {
	return 2 * price
}
Twice(df.price[1]) + 36""",
    "edited": """\
%%goscore
// import
func one() int { return 1 }""",
    "blank": """\

  %%goscore
func one() int { return 1 }""",
    "error": """\
%%goscore
x := 1
x + nothing""",
    "endless": """\
%%goscore
fmt.Println("started")
for {
}""",
    "tab": """\
%%goscore -i df
df.pri""",
    "slow": """\
%%goscore
func Slow(v float64) float64 {
	time.Sleep(time.Millisecond)
	return v
}""",
    "progress": "sum(Slow([1.0] * 10_000))",
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture(
    scope="module",
    params=[("jupyterlab", "lab/tree"), ("notebook", "notebooks")],
    ids=["lab", "notebook"],
)
def page(request, browser, tmp_path_factory):
    """Give a notebook whose first cell has run, in each of the frontends."""
    module, route = request.param
    folder = tmp_path_factory.mktemp(module)
    write_notebook(folder / "cells.ipynb", CELLS)
    with server(module, folder) as url:
        made = Page(browser, url(f"{route}/cells.ipynb"), CELLS)
        with made.shown_on_failure(f"first-cell-{module}"):
            made.run("python")
        yield made


@pytest.fixture(params=["Light", "Dark"])
def theme(request, page):
    """Show the page in a theme, and then in the light one again."""
    page.theme(request.param)
    yield request.param
    page.theme("Light")


def test_colours(page, theme):
    """What is a keyword in Go looks like one in a %%goscore cell, and only there."""
    keyword, plain = page.colour("python", "def"), page.colour("python", "func")
    assert keyword and plain and keyword != plain
    until(lambda: page.colour("go", "func") == keyword)
    assert page.colour("go", "return") == keyword and page.colour("go", "price") == plain
    magic, comment = page.colour("go", "goscore"), page.colour("go", "import")
    assert len({magic, comment, keyword, plain}) == 4
    assert page.colour("line", "func") == plain


def test_magic_behind_blanks(page):
    """A magic that IPython finds behind an empty line and blanks makes the cell Go, too."""
    until(lambda: page.colour("blank", "func") == page.colour("python", "def"))
    assert page.colour("blank", "goscore") == page.colour("go", "goscore")


def test_magic_line_removed(page):
    """A cell is coloured as Python when its magic line goes, and as Go when that comes back."""
    keyword, plain = page.colour("python", "def"), page.colour("python", "func")
    until(lambda: page.colour("edited", "func") == keyword)
    page.edit("edited", (Keys.CONTROL, Keys.HOME), (Keys.SHIFT, Keys.DOWN), Keys.DELETE)
    until(lambda: page.colour("edited", "func") == plain)
    assert page.source("edited").startswith("// import")
    assert page.colour("edited", "import") == keyword
    page.press((Keys.CONTROL, "z"))
    until(lambda: page.colour("edited", "func") == keyword)
    assert page.source("edited").startswith("%%goscore")


def test_result(page):
    """The value of a cell is shown, and so is that of a line of Go."""
    assert page.run("line") == "1.5"
    assert page.run("go").endswith("41.0")


def test_error(page):
    """An error shows the cell's own line, and nothing of Python."""
    shown = page.run("error")
    assert "undefined: nothing" in shown and "x + nothing" in shown
    assert "Traceback" not in shown and ".py" not in shown


def test_stop_button(page):
    """The Stop button ends an endless loop and the next cell runs."""
    page.start("endless")
    until(lambda: "started" in page.output("endless"))
    page.click_toolbar("notebook:interrupt-kernel")
    until(lambda: "KeyboardInterrupt" in page.output("endless"))
    assert page.run("go").endswith("41.0")


def test_tab(page):
    """Tab completes the columns of a DataFrame."""
    page.edit("tab", (Keys.CONTROL, Keys.END), Keys.TAB)
    until(lambda: page.find_all(".jp-Completer:not(.lm-mod-hidden)"))
    (shown,) = page.find_all(".jp-Completer")
    assert {"price", "priority"} <= set(shown.text.split())
    page.press(Keys.ENTER)
    until(lambda: page.source("tab").endswith("df.price"))


def test_version():
    """``jupyter labextension list`` shows the version of goscore."""
    folder = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / "goscore"
    shown = json.loads((folder / "package.json").read_text())["version"]
    assert shown == Version(version("goscore")).base_version


def test_progress(page):
    """Work longer than a second has a bar that moves, says how fast it is, and goes."""
    page.run("slow")
    page.start("progress")

    def percent():
        found = re.search(r"(\d+)\s%.*\sof\s10.0k\srows,.*\srows/s", page.output("progress"), re.S)
        return found and int(found[1])

    first = until(percent)
    until(lambda: (percent() or 0) > first)
    until(lambda: "10000.0" in page.output("progress"))
    until(lambda: "rows" not in page.output("progress"))
