"""A notebook in JupyterLab or Notebook, as users see it."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import nbformat
from selenium import webdriver
from selenium.common import exceptions
from selenium.webdriver.common.keys import Keys

from .started import until

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
CELLS = ".jp-Notebook .jp-Cell"
# What hinders a click while a page is being drawn.
UNSETTLED = (
    exceptions.ElementClickInterceptedException,
    exceptions.ElementNotInteractableException,
    exceptions.StaleElementReferenceException,
)
# The text of all elements of a CSS selector in a cell.
TEXT = r"""
const [cells, index, selector] = arguments;
const found = document.querySelectorAll(cells)[index].querySelectorAll(selector);
return [...found].map((element) => element.innerText).join("\n");
"""
# The colour of the first *word* in the editor of a cell.
COLOUR = r"""
const [cells, index, word] = arguments;
const editor = document.querySelectorAll(cells)[index].querySelector(".cm-content");
const words = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT);
while (words.nextNode()) {
  if (new RegExp(`(^|\\W)${word}(\\W|$)`).test(words.currentNode.data)) {
    return getComputedStyle(words.currentNode.parentElement).color;
  }
}
return null;
"""
FOCUSED = """
const cell = document.activeElement.closest(".cm-content")?.closest(arguments[0]);
return [...document.querySelectorAll(arguments[0])].indexOf(cell);
"""
KERNEL = "return window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status"
THEME = "window.jupyterapp.commands.execute('apputils:change-theme', {theme: arguments[0]})"


def write_notebook(path, cells):
    """Write a notebook file of code cells; like a new one, it does not know its language yet."""
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells.values()],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(made, path)


class Page:
    """A notebook in a frontend. Its cells go by name.

    Attributes
    ----------
    driver : selenium.webdriver.Chrome
    names : list of str
        The cells' names, from top to bottom.
    """

    def __init__(self, driver, url, cells):
        self.driver, self.names = driver, list(cells)
        driver.get(url)
        with self.shown_on_failure("open"):
            until(lambda: driver.execute_script(KERNEL) == "idle")
            until(lambda: len(self.find_all(CELLS)) == len(cells))

    @contextlib.contextmanager
    def shown_on_failure(self, name):
        """Keep a screenshot when what is done here fails."""
        try:
            yield
        except BaseException:
            self.screenshot(name)
            raise

    def screenshot(self, name):
        """Write what the page shows into the build folder."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(SCREENSHOTS / (re.sub(r"\W+", "-", name) + ".png")))

    def find_all(self, selector):
        """Return the elements of a CSS selector."""
        return self.driver.find_elements("css selector", selector)

    def text(self, name, selector):
        """Return the text of all that is shown in a cell's elements of a CSS selector."""
        return self.driver.execute_script(TEXT, CELLS, self.names.index(name), selector)

    def source(self, name):
        """Return what a cell's editor shows."""
        return self.text(name, ".cm-content")

    def output(self, name):
        """Return what a cell's output shows."""
        return self.text(name, ".jp-OutputArea-output")

    def colour(self, name, word):
        """Return the colour of the first *word* in a cell's editor, None where it has no such word."""
        return self.driver.execute_script(COLOUR, CELLS, self.names.index(name), word)

    def theme(self, name):
        """Change to the theme "JupyterLab *name*"."""
        self.driver.execute_script(THEME, f"JupyterLab {name}")
        until(lambda: self.find_all(f'body[data-jp-theme-name="JupyterLab {name}"]'))

    def click(self, selector, index=0):
        """Click on an element of a CSS selector, once the page lets it be clicked on."""

        def clicked():
            with contextlib.suppress(*UNSETTLED):
                found = self.find_all(selector)
                return len(found) > index and not found[index].click()

        until(clicked)

    def click_toolbar(self, command):
        """Click on the button of the notebook's toolbar that stands for a command."""
        self.click(f'.jp-Toolbar [data-command="{command}"]')

    def edit(self, name, *chords):
        """Click into a cell's editor, and press keys."""
        index = self.names.index(name)
        self.click(f"{CELLS} .cm-content", index)
        until(lambda: self.focused() == index)
        self.press(*chords)

    def focused(self):
        """Return the index of the cell whose editor has the focus, -1 where none has."""
        return self.driver.execute_script(FOCUSED, CELLS)

    def press(self, *chords):
        """Press keys; a tuple of keys is held together."""
        actions = webdriver.ActionChains(self.driver)
        for chord in chords:
            *held, key = (chord,) if isinstance(chord, str) else chord
            for modifier in held:
                actions.key_down(modifier)
            actions.send_keys(key)
            for modifier in held:
                actions.key_up(modifier)
        actions.perform()

    def start(self, name):
        """Run a cell, and do not wait for it."""
        self.edit(name, (Keys.CONTROL, Keys.ENTER))

    def run(self, name):
        """Run a cell to its end, and return what its output shows."""
        before = self.text(name, ".jp-InputPrompt")
        self.start(name)

        def ran():
            now = self.text(name, ".jp-InputPrompt")
            return now != before and re.search(r"\[\d+\]", now)

        until(ran)
        return self.output(name)
