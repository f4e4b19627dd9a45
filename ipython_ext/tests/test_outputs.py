"""What outputs do to the page around them, in a real browser and in both themes: nothing."""

from __future__ import annotations

import pytest

from goscore._profile.profile import Profile

from .frontend import chromium
from .measure.test_sentences import times
from .profile.test_profile import SAMPLED

pytestmark = pytest.mark.browser

PAGE = """<!DOCTYPE html><meta charset="utf-8"><body style="background: {0}; color: {1}; font: 17px serif">
<h1>Title</h1><p>Text <b>bold</b> <code>code</code> <span>span</span> <div>div</div></p>
<table><thead><tr><th>head</th></tr></thead><tbody><tr><td>cell</td></tr></tbody></table>
<details><summary>more</summary>folded</details><pre>x</pre><div id="output"></div><p>after</p>"""
# The styles of all elements outside the output; sizes and places of what is below it may change.
STYLES = r"""
const outside = [...document.querySelectorAll("body, body *")].filter((one) => !one.closest("#output"));
const moves = /size$|height|width|origin|inset|top|bottom/;
return outside.map((one) => [...getComputedStyle(one)].filter((name) => !moves.test(name)).map(
  (name) => name + ": " + getComputedStyle(one).getPropertyValue(name)).join("; "));
"""
COLOURS = r"""
const output = document.querySelector("#output");
const texts = [...output.querySelectorAll("*")].filter((one) => one.innerText && one.innerText != "■");
return [...new Set(texts.map((one) => getComputedStyle(one).color))];
"""
SIZE = 'return parseFloat(getComputedStyle(document.querySelector("#output b")).fontSize)'


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


def shown():
    """Return outputs in HTML."""
    from goscore._measure import tables

    figures = times((10, 1e-3, 2e-3), (1000, 1.0, 0.1), rows=1000)
    return {
        "compare": tables.html(figures),
        "profile": Profile("F(x)", SAMPLED)._repr_html_(),
    }


@pytest.mark.parametrize("theme", [("white", "black"), ("rgb(17, 17, 17)", "rgb(221, 221, 221)")])
@pytest.mark.parametrize("kind", ["compare", "profile"])
def test_nothing_around_changes(driver, kind, theme):
    """No element outside an output changes its style; its text has the page's colour, and grows with its font."""
    driver.get("data:text/html;charset=utf-8,")
    write = "document.open(); document.write(arguments[0]); document.close()"
    driver.execute_script(write, PAGE.format(*theme))
    before = driver.execute_script(STYLES)
    insert = 'document.querySelector("#output").innerHTML = arguments[0]'
    driver.execute_script(insert, shown()[kind])
    assert len(before) > 15 and driver.execute_script(STYLES) == before
    colour = driver.execute_script("return getComputedStyle(document.body).color")
    assert driver.execute_script(COLOURS) == [colour]
    size = driver.execute_script(SIZE)
    driver.execute_script('document.body.style.fontSize = "34px"')
    assert driver.execute_script(SIZE) == pytest.approx(2 * size)
