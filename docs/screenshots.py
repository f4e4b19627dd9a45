"""Make the screenshots of docs/ anew, in a real JupyterLab: ``python docs/screenshots.py [cells] [lesson] [exercises]``."""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from PIL import Image
from selenium.webdriver.common.keys import Keys

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
NOTEBOOKS = ROOT / "notebooks"
sys.path.insert(0, str(ROOT / "ipython_ext"))

from tests.frontend import chromium, server  # noqa: E402
from tests.page import CELLS as CELL  # noqa: E402
from tests.page import Page, write_notebook  # noqa: E402
from tests.started import until  # noqa: E402

CELLS = {
    "python": """\
%load_ext goscore
import numpy as np
import pandas as pd

random = np.random.default_rng(1)
hours = pd.DataFrame({"house": random.choice(["Elm St", "High St"], 1_000_000), "net": random.normal(0, 2, 1_000_000)})


def battery(net):
    charge, charges = 0.0, []
    for x in net:
        charge = min(max(charge + x, 0.0), 10.0)
        charges.append(charge)
    return charges""",
    "cell": """\
%%goscore -i hours
// Battery says how full a battery of 10 kWh is after each hour.
//
//goscore:scan init=0
func Battery(charge, net float64) float64 {
	return min(max(charge+net, 0), 10)
}

type Extremes struct {
	Most, Least float64
}
found := Extremes{math.Inf(-1), math.Inf(1)}
for _, x := range hours.net {
	found.Most = max(found.Most, x)
	found.Least = min(found.Least, x)
}
[]Extremes{found}""",
    "compare": """\
import goscore

goscore.compare(battery, Battery, hours.net)""",
    "share": """\
%%goscore
// Share divides an amount among people, in whole cents.
func Share(cents, people int64) int64 { return cents / people }""",
    "check": """\
def share(cents, people):
    return cents // people


goscore.check(share, Share)""",
    "waves": """\
%%goscore
func Waves(v, w []float64) float64 {
	s := 0.0
	for i := range v {
		s += v[i]
		for k := range 100 {
			s += math.Sin(w[i] * float64(k))
		}
	}
	return s
}""",
    "profile": """\
v = hours.net[:20_000]
Waves.profile(v, v)""",
    "fare": """\
%%goscore
func rate(km float64) int {
	if km > 10 {
		return 90
	}
	return 120
}

// Fare is what one rider pays, in cents.
func Fare(km float64, riders int) int {
	total := 0
	for at := 0.0; at < km; at++ {
		total += rate(at)
	}
	return total / riders
}""",
    "trace": """\
try:
    Fare([2.0, 12.0, 8.0], [1, 2, 0])
except goscore.GoPanic as error:
    trace = error.trace()
trace""",
    "error": """\
%%goscore -i hours
sum := 0.0
for _, x := range hours.nett {
	sum += x
}
sum""",
}


KEPT = ("cell", "compare", "check", "profile", "trace", "error")


SPLASH = "#jupyterlab-splash"  # while a theme is loaded
EXERCISES = {
    "begin": """\
%load_ext goscore
from exercise import check""",
    "wrong": """\
%%goscore
// Celsius converts a temperature from Fahrenheit.
func Celsius(fahrenheit float64) float64 {
	return fahrenheit - 32*5/9
}""",
    "exercise_wrong": "right = check(Celsius)",
    "right": """\
%%goscore
// Celsius converts a temperature from Fahrenheit.
func Celsius(fahrenheit float64) float64 {
	return (fahrenheit - 32) * 5 / 9
}""",
    "exercise_right": "right = check(Celsius)",
}


def main(kinds: list[str]) -> None:
    """Make the pictures of these kinds, or all."""
    IMAGES.mkdir(exist_ok=True)
    for make in (cells, lesson, exercises):
        if make.__name__ in (kinds or [make.__name__]):
            with (
                tempfile.TemporaryDirectory() as made,
                chromium(Path(made) / "profile") as driver,
                server("jupyterlab", Path(made)) as url,
            ):
                make(driver, url, Path(made))


def cells(driver: Any, url: Callable[[str], str], folder: Path) -> None:
    """Run the notebook, and keep some of its cells as images."""
    write_notebook(folder / "cells.ipynb", CELLS)
    driver.set_window_size(1250, 3600)
    page = Page(driver, url("doc/tree/cells.ipynb"), CELLS)
    for name in CELLS:
        page.run(name)
    # The selected cell shows buttons and a bar, and its editor a cursor.
    page.edit("python", Keys.ESCAPE)
    for name in KEPT:
        keep(page, name)


def lesson(driver: Any, url: Callable[[str], str], folder: Path) -> None:
    """Keep what a projector shows of the lesson, with its stored outputs: the run and the number, in both themes."""
    notebook = nbformat.read(NOTEBOOKS / "lesson.ipynb", as_version=4)
    at = next(at for at, cell in enumerate(notebook.cells) if "func Heat" in cell.source)
    notebook.cells = notebook.cells[at + 1 : at + 8]
    nbformat.write(notebook, folder / "lesson.ipynb")
    bars = driver.execute_script("return window.outerHeight - window.innerHeight")
    driver.set_window_size(1280, 720 + bars)
    page = Page(driver, url("doc/tree/lesson.ipynb"), dict(enumerate(notebook.cells)))
    for theme in ("Light", "Dark"):
        page.theme(theme)
        until(lambda: page.find_all(".jp-OutputArea img") and not page.find_all(SPLASH))
        save(driver.get_screenshot_as_png(), f"lesson_{theme.lower()}")


def exercises(driver: Any, url: Callable[[str], str], folder: Path) -> None:
    """Solve an exercise wrong, then right, and keep what its check says."""
    shutil.copy(NOTEBOOKS / "exercise.py", folder)
    write_notebook(folder / "exercises.ipynb", EXERCISES)
    driver.set_window_size(1250, 1200)
    page = Page(driver, url("doc/tree/exercises.ipynb"), EXERCISES)
    for name in EXERCISES:
        page.run(name)
    page.edit("begin", Keys.ESCAPE)
    for name in ("wrong", "right"):
        keep(page, name, f"exercise_{name}")


def keep(page: Page, *names: str) -> None:
    """Write what cells and their outputs look like, below each other, under the name of the last."""
    images = []
    for name in names:
        shown = page.find_all(CELL)[page.names.index(name)]
        page.driver.execute_script("arguments[0].scrollIntoView()", shown)
        until(shown.is_displayed)
        image = Image.open(io.BytesIO(shown.screenshot_as_png)).convert("RGB")
        # The topmost pixels are the border of the cell above.
        images.append(image.crop((0, 3, *image.size)))
    whole = Image.new("RGB", (images[0].width, sum(one.height for one in images)))
    top = 0
    for one in images:
        whole.paste(one, (0, top))
        top += one.height
    file = io.BytesIO()
    whole.save(file, "png")
    save(file.getvalue(), names[-1])


def save(png: bytes, name: str) -> None:
    """Write a picture. Of few colours a palette keeps all that can be seen, in a third of the bytes."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(128).save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
